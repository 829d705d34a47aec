//! Random catalogues and random questions about them.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use tiergate_catalog::{
    Abilities, Catalog, Mode, Model, Price, Rate, Status, Target, Tariff, Tier, Timestamp,
};
use tiergate_router::decide::{Choose, Query, Tried, Wanted};
use tiergate_router::pool::{Candidate, Mask, Pool, Server};
use tiergate_router::{Needs, Prefer, Route};
use tiergate_scorer::{Assessment, Score, Signals, Thresholds, Tokens};

/// The moment of every decision.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_219_200_000);
const DAY: i64 = 86_400_000;
pub(crate) const HOSTS: [&str; 4] = ["alpha", "beta", "gamma", "delta"];

/// A catalogue, the configured providers, and a question.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub models: Vec<Model>,
    pub hosts: Vec<&'static str>,
    pub ask: Ask,
}

/// A [`Query`] that owns its parts.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub route: Route,
    pub prefer: Prefer,
    pub floor: Tier,
    pub ceiling: Tier,
    pub needs: Needs,
    pub tokens: Tokens,
    pub max_output: Option<u64>,
    pub answers: u32,
    /// A quarter of the candidates is forbidden, which ones depends on the number.
    pub forbids: Option<u64>,
    pub score: u8,
}

/// The host that answers on Responses too.
pub(crate) const ON_RESPONSES: &str = "gamma";

impl World {
    pub(crate) fn pool(&self) -> Pool {
        let catalog = Catalog::builder().models(self.models.clone()).build();
        let servers = self.hosts.iter().map(|host| Server {
            responses: *host == ON_RESPONSES,
            ..Server::from(*host)
        });
        let catalog = Arc::new(catalog.expect("a sound catalogue"));
        Pool::build(catalog, servers.collect(), NOW)
    }

    pub(crate) fn mask(&self, pool: &Pool) -> Option<Mask> {
        self.ask
            .forbids
            .map(|_| pool.mask(|model, host| self.ask.allows(model, host)))
    }
}

impl Ask {
    pub(crate) fn query<'a>(&'a self, mask: Option<&'a Mask>, tried: &'a [Tried]) -> Query<'a> {
        Query {
            route: &self.route,
            prefer: self.prefer,
            floor: self.floor,
            ceiling: self.ceiling,
            needs: self.needs,
            tokens: self.tokens,
            max_output: self.max_output,
            answers: self.answers,
            allowed: mask,
            observed: None,
            warm: None,
            tried,
        }
    }

    pub(crate) fn wanted(&self) -> Wanted {
        let assessment = Assessment {
            score: Score::try_new(self.score).expect("at most 100"),
            success: [500; 5],
            confidence: 1000,
            signals: Signals::new(),
            readable: true,
        };
        let query = self.query(None, &[]);
        Wanted::of(
            &query,
            &assessment,
            &Thresholds::default(),
            Choose::Thresholds,
        )
    }

    pub(crate) fn allows(&self, model: &str, host: &str) -> bool {
        let Some(seed) = self.forbids else {
            return true;
        };
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let hash = model.bytes().chain(host.bytes()).fold(seed, mix);
        !(hash >> 20).is_multiple_of(4)
    }
}

/// The place of a candidate in words: model, provider, upstream model.
pub(crate) fn label(pool: &Pool, candidate: &Candidate) -> [String; 3] {
    let target = pool.target(candidate);
    [
        pool.model(candidate).id.to_string(),
        target.provider.to_string(),
        target.model.to_string(),
    ]
}

pub(crate) fn tier() -> impl Strategy<Value = Tier> {
    select(Tier::ALL.to_vec())
}

pub(crate) fn world() -> impl Strategy<Value = World> {
    let hosts = subsequence(HOSTS.to_vec(), 1..=4);
    (vec(model(), 1..14), hosts, any::<bool>())
        .prop_flat_map(|(mut models, hosts, modest)| {
            for (at, model) in models.iter_mut().enumerate() {
                model.id = format!("m{at}").into();
                for target in &mut model.targets {
                    target.model = format!("m{at}-up").into();
                }
            }
            let ids = models.iter().map(|model| Arc::clone(&model.id)).collect();
            (Just(models), Just(hosts), ask(ids, modest))
        })
        .prop_map(|(models, hosts, ask)| World { models, hosts, ask })
}

fn model() -> impl Strategy<Value = Model> {
    let rank = || option::weighted(0.8, select(vec![100_u16, 250, 400, 401, 700]));
    let canonical = select(vec!["gpt-x", "claude-opus-5", "gemini-x", "mistral-x", "x"]);
    let targets = subsequence(HOSTS.to_vec(), 1..=3)
        .prop_flat_map(|hosts| hosts.into_iter().map(target).collect::<Vec<_>>());
    let rare = |chance| proptest::bool::weighted(chance);
    (
        (option::weighted(0.9, tier()), rare(0.85), rare(0.95)),
        (rank(), rank(), canonical),
        targets,
    )
        .prop_map(
            |((tier, auto, chat), (quality, coding, canonical), targets)| Model {
                tier,
                auto,
                mode: if chat { Mode::Chat } else { Mode::Embedding },
                quality,
                coding,
                canonical: canonical.into(),
                targets,
                ..Model::new("set later", Tier::Nano)
            },
        )
}

fn target(host: &'static str) -> impl Strategy<Value = Target> {
    let window = select(vec![2_000_u64, 8_192, 32_000, 128_000, 1_000_000]);
    let input = select(vec![1_000_u64, 30_000, 900_000]);
    let output = select(vec![300_u64, 2_048, 4_096, 16_000]);
    let status = prop_oneof![
        9 => Just(Status::Active),
        1 => Just(Status::Deprecated),
        1 => Just(Status::LikelyRetired),
        1 => Just(Status::Retired),
    ];
    let retires = select(vec![-DAY, 0, 1, DAY])
        .prop_map(|after| Timestamp::from_millis(NOW.millis() + after));
    (
        option::weighted(0.85, tariff()),
        option::weighted(0.85, window),
        option::weighted(0.2, input),
        option::weighted(0.8, output),
        abilities(),
        (status, option::weighted(0.2, retires), 0..12_u8),
        option::of(1..300_u32),
    )
        .prop_map(
            move |(tariff, window, input, output, abilities, (status, retires, odd), speed)| {
                Target {
                    tariff,
                    context_window: window,
                    max_input: input,
                    max_output: output,
                    abilities,
                    status,
                    retires,
                    responses_only: odd == 0,
                    speed,
                    ..Target::new(host, "set later")
                }
            },
        )
}

fn price() -> impl Strategy<Value = Price> {
    let rate = || {
        let nanos = prop_oneof![
            select(vec![0, 50_000_000, 1_000_000_000]),
            0..20_000_000_000_u64
        ];
        nanos.prop_map(Rate::from_nanos_per_million)
    };
    (rate(), rate()).prop_map(|(input, output)| Price::new(input, output))
}

fn tariff() -> impl Strategy<Value = Tariff> {
    let long = option::weighted(0.3, (select(vec![500_u64, 5_000, 60_000]), price()));
    let change = option::weighted(0.3, (select(vec![-DAY, 0, DAY]), price()));
    (price(), long, change).prop_map(|(price, long, change)| {
        let mut tariff = Tariff::flat(price);
        if let Some((above, price)) = long {
            tariff = tariff.with_long_context(above, price);
        }
        if let Some((after, price)) = change {
            tariff = tariff.with_change(Timestamp::from_millis(NOW.millis() + after), price, []);
        }
        tariff
    })
}

fn abilities() -> impl Strategy<Value = Abilities> {
    let fact = || prop_oneof![6 => Just(Some(true)), 1 => Just(Some(false)), 2 => Just(None)];
    (fact(), fact(), fact(), fact(), fact(), fact(), fact()).prop_map(
        |(tools, vision, json_schema, audio_input, audio_output, reasoning, pdf)| Abilities {
            tools,
            vision,
            json_schema,
            audio_input,
            audio_output,
            reasoning,
            pdf,
        },
    )
}

fn ask(ids: Vec<Arc<str>>, modest: bool) -> impl Strategy<Value = Ask> {
    let pin =
        (select(ids), option::weighted(0.4, select(HOSTS.to_vec()))).prop_map(|(model, host)| {
            Route::Pin {
                model,
                provider: host.map(Arc::from),
            }
        });
    let route = prop_oneof![
        4 => Just(Route::Auto),
        3 => tier().prop_map(Route::Floor),
        2 => pin,
    ];
    let needs = prop_oneof![
        2 => Just(Vec::new()),
        1 => subsequence(Needs::NAMES.to_vec(), 1..4),
    ];
    let most: u64 = if modest { 4_000 } else { 300_000 };
    let tokens = (0..most, 0..most).prop_map(|(a, b)| Tokens {
        likely: a.min(b),
        upper: a.max(b),
    });
    (
        (route, select(Prefer::ALL.to_vec())),
        (
            prop_oneof![4 => Just(Tier::Nano), 1 => tier()],
            prop_oneof![2 => Just(Tier::Flagship), 1 => tier()],
        ),
        (needs, tokens),
        (option::weighted(0.3, 1..9_000_u64), 1..4_u32),
        (option::weighted(0.3, any::<u64>()), 0..=100_u8),
    )
        .prop_map(
            |(
                (route, prefer),
                (low, ceiling),
                (needs, tokens),
                (max_output, answers),
                (forbids, score),
            )| Ask {
                floor: if let Route::Floor(floor) = route {
                    floor
                } else {
                    low
                },
                prefer,
                ceiling,
                needs: needs
                    .into_iter()
                    .fold(Needs::NONE, |all, (need, _)| all | need),
                tokens,
                max_output,
                answers,
                forbids,
                score,
                route,
            },
        )
}
