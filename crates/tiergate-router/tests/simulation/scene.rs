//! Everything that a seed decides before the run begins: who serves what, what goes wrong, who asks and when.

use std::ops::Range;
use std::time::Duration;

use fastrand::Rng;
use tiergate_catalog::Tier;
use tiergate_failover::budget;
use tiergate_failover::health::Settings;
use tiergate_providers::Kind;

use super::weather::Spell;

pub(crate) const PROVIDERS: [&str; 5] = ["alpha", "beta", "gamma", "delta", "epsilon"];
pub(crate) const MODELS: [(&str, Tier); 6] = [
    ("nano-one", Tier::Nano),
    ("small-one", Tier::Small),
    ("standard-one", Tier::Standard),
    ("standard-two", Tier::Standard),
    ("premium-one", Tier::Premium),
    ("flagship-one", Tier::Flagship),
];
/// The setups between which a reload changes: the whole one, one without the last provider, one with another key
/// at the first provider, one that is sparing with attempts.
pub(crate) const VARIANTS: usize = 4;

/// What a seed decides.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) seed: u64,
    /// How many credentials each provider has.
    pub(crate) credentials: Vec<usize>,
    /// Which providers serve each model.
    pub(crate) places: Vec<Vec<usize>>,
    pub(crate) workers: usize,
    pub(crate) settings: Settings,
    /// The budget of a tier.
    pub(crate) budget: budget::Rules,
    pub(crate) allow_lower_tier: bool,
    pub(crate) fallbacks: bool,
    /// Whether prices change at a time, so that wall time that jumps makes snapshots anew.
    pub(crate) changing_prices: bool,
    /// The model at one provider that most clients want, where there is such a thing.
    pub(crate) favourite: Option<usize>,
    pub(crate) spells: Vec<Spell>,
    /// Calls in a thousand that go wrong in any weather.
    pub(crate) noise: u32,
    /// When all faults end.
    pub(crate) heal: Duration,
    /// When a worker takes on which setup.
    pub(crate) reloads: Vec<(Duration, usize, usize)>,
    pub(crate) asks: Vec<Ask>,
    /// The requests that are made one after another when all is well again.
    pub(crate) last_round: Range<usize>,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) at: Duration,
    pub(crate) worker: usize,
    pub(crate) model: String,
    pub(crate) stream: bool,
    pub(crate) prefer: Option<&'static str>,
    pub(crate) max_tier: Option<Tier>,
    pub(crate) ceiling: Tier,
    pub(crate) score: u8,
    pub(crate) deadline: Duration,
    pub(crate) manner: Manner,
    /// What every provider finds wrong with it.
    pub(crate) wrong: Option<Kind>,
    /// How far wall time is off when it arrives, in milliseconds.
    pub(crate) skew: i64,
}

/// How a client behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Patient,
    /// Goes away after this time.
    Leaves(Duration),
    /// Goes away after so many chunks, perhaps none.
    LeavesAt(usize),
    /// Pauses before each chunk.
    Dawdles(Duration),
}

impl Scene {
    pub(crate) fn draw(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let rng = &mut rng;
        let providers = rng.usize(3..=PROVIDERS.len());
        let places = MODELS.map(|_| {
            let mut all: Vec<usize> = (0..providers).collect();
            rng.shuffle(&mut all);
            all.truncate(rng.usize(1..=3));
            all
        });
        let heal = Duration::from_secs(rng.u64(20..200));
        let spells = rng.usize(0..9);
        let mut scene = Self {
            seed,
            credentials: (0..providers).map(|_| rng.usize(1..=2)).collect(),
            places: places.into(),
            workers: rng.usize(2..=3),
            settings: settings(rng),
            budget: budget(rng),
            allow_lower_tier: rng.u8(0..4) == 0,
            fallbacks: rng.u8(0..3) == 0,
            changing_prices: rng.bool(),
            favourite: (rng.u8(0..5) == 0).then(|| rng.usize(0..MODELS.len())),
            spells: (0..spells)
                .map(|_| Spell::draw(rng, heal, providers, MODELS.len()))
                .collect(),
            noise: [0, 5, 30][rng.usize(0..3)],
            heal,
            reloads: Vec::new(),
            asks: Vec::new(),
            last_round: 0..0,
        };
        if let Some(model) = scene.favourite {
            let provider = scene.places[model][0];
            scene.spells.push(Spell::trying(rng, heal, provider, model));
        }
        scene.reloads = scene.draw_reloads(rng);
        scene.asks = scene.draw_asks(rng);
        let last = scene.last_round(rng);
        scene.last_round = scene.asks.len()..scene.asks.len() + last.len();
        scene.asks.extend(last);
        scene
    }

    fn draw_reloads(&self, rng: &mut Rng) -> Vec<(Duration, usize, usize)> {
        let mut reloads = Vec::new();
        for _ in 0..rng.usize(0..4) {
            let (at, variant) = (self.heal.mul_f64(rng.f64()), rng.usize(0..VARIANTS));
            // workers follow one after another
            let lag = |worker: usize| Duration::from_millis(7 * worker as u64);
            reloads.extend((0..self.workers).map(|worker| (at + lag(worker), worker, variant)));
        }
        let end = |worker| (self.heal, worker, 0);
        reloads.extend((0..self.workers).map(end));
        reloads.sort_by_key(|(at, ..)| *at);
        reloads
    }

    /// Arrivals by chance at a rate that changes, with bursts; then some quiet traffic when all is well again.
    fn draw_asks(&self, rng: &mut Rng) -> Vec<Ask> {
        let mut asks = Vec::new();
        let (mut at, mut rate) = (Duration::ZERO, 2.0);
        while at < self.heal && asks.len() < 450 {
            if asks.len() % 40 == 0 {
                rate = [0.4, 2.0, 6.0, 25.0][rng.usize(0..4)];
            }
            at += Duration::from_secs_f64(-(1.0 - rng.f64()).ln() / rate);
            let burst = if rng.u8(0..60) == 0 {
                rng.usize(10..40)
            } else {
                1
            };
            let same = self.draw_ask(rng, at);
            for _ in 0..burst {
                let ask = self.draw_ask(rng, at);
                let model = if burst > 1 {
                    same.model.clone()
                } else {
                    ask.model.clone()
                };
                asks.push(Ask { model, ..ask });
            }
        }
        let mut at = self.heal;
        for _ in 0..80 {
            at += Duration::from_millis(rng.u64(1..3_000));
            asks.push(self.draw_ask(rng, at));
        }
        asks.sort_by_key(|ask| ask.at);
        asks
    }

    /// Every model at every provider, by each worker in turn, and some that are chosen freely.
    fn last_round(&self, rng: &mut Rng) -> Vec<Ask> {
        let pairs = self.places.iter().enumerate();
        let pairs = pairs.flat_map(|(model, at)| at.iter().map(move |at| (model, *at)));
        let names = pairs.map(|(model, at)| Self::pinned(model, at));
        let names = names.chain((0..4).map(|_| "auto".to_owned()));
        let ask = |(nth, model)| Ask {
            model,
            worker: nth % self.workers,
            max_tier: None,
            ceiling: Tier::Flagship,
            deadline: Duration::from_mins(10),
            manner: Manner::Patient,
            wrong: None,
            ..self.draw_ask(rng, Duration::ZERO)
        };
        names.enumerate().map(ask).collect()
    }

    fn draw_ask(&self, rng: &mut Rng, at: Duration) -> Ask {
        let of = rng.usize(0..MODELS.len());
        let (model, tier) = MODELS[of];
        let favourite = self.favourite.filter(|_| rng.u8(0..3) > 0);
        let model = match rng.u8(0..8) {
            0..=3 => "auto".to_owned(),
            4 => tier.as_str().to_owned(),
            5 | 6 => model.to_owned(),
            _ => Self::pinned(of, self.places[of][0]),
        };
        let model = favourite.map_or(model, |of| Self::pinned(of, self.places[of][0]));
        let tiers = Tier::ALL;
        let seconds = [1, 5, 20, 60, 600, 600, 600, 600];
        let manner = match rng.u8(0..12) {
            0 => Manner::Leaves(Duration::from_millis(rng.u64(0..20_000))),
            1 => Manner::LeavesAt(rng.usize(0..6)),
            2 => Manner::Dawdles(Duration::from_millis(rng.u64(1..1_000))),
            _ => Manner::Patient,
        };
        let wrong = [
            Kind::BadRequest,
            Kind::ContentFilter,
            Kind::ContextTooLong,
            Kind::TooLarge,
            Kind::Unprocessable,
            Kind::Unsupported,
        ];
        Ask {
            at,
            worker: rng.usize(0..self.workers),
            model,
            stream: rng.bool(),
            prefer: [None, None, Some("fast"), Some("quality"), Some("cheap")][rng.usize(0..5)],
            max_tier: (rng.u8(0..8) == 0).then(|| tiers[rng.usize(2..5)]),
            ceiling: if rng.u8(0..8) == 0 {
                tiers[rng.usize(2..5)]
            } else {
                Tier::Flagship
            },
            score: rng.u8(0..=100),
            deadline: Duration::from_secs(seconds[rng.usize(0..seconds.len())]),
            manner,
            wrong: (rng.u8(0..14) == 0).then(|| wrong[rng.usize(0..wrong.len())]),
            skew: if rng.u8(0..4) == 0 {
                rng.i64(-7_200_000..7_200_000)
            } else {
                0
            },
        }
    }

    /// The name of a model at one provider.
    pub(crate) fn pinned(model: usize, provider: usize) -> String {
        format!("{}/{}", PROVIDERS[provider], MODELS[model].0)
    }

    /// The marks of a provider's credentials in a setup; the first one has had another key.
    pub(crate) fn marks(&self, provider: usize, variant: usize) -> Vec<u64> {
        let marks = 0..self.credentials[provider] as u64;
        let rotated = |mark| {
            if variant == 2 && provider == 0 {
                mark + 10
            } else {
                mark
            }
        };
        marks.map(rotated).collect()
    }

    /// All that a provider ever has.
    pub(crate) fn all_marks(&self, provider: usize) -> Vec<u64> {
        let mut all = [self.marks(provider, 0), self.marks(provider, 2)].concat();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// How many providers a setup has.
    pub(crate) fn providers(&self, variant: usize) -> usize {
        self.credentials.len() - usize::from(variant == 1)
    }

    /// Chance that belongs to one call or one client alone, whatever happens to the others.
    pub(crate) fn dice(&self, of: usize, nth: usize) -> Rng {
        let mixed = self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (of as u64) << 16 ^ nth as u64;
        Rng::with_seed(mixed)
    }
}

/// Mostly the defaults; sometimes narrow limits, so that they are met.
fn settings(rng: &mut Rng) -> Settings {
    let mut settings = Settings::default();
    if rng.u8(0..3) == 0 {
        settings.limit.initial = rng.u32(1..8);
    }
    if rng.u8(0..4) == 0 {
        settings.target.consecutive = rng.u32(1..4);
        settings.endpoint.consecutive = rng.u32(1..4);
    }
    settings.budget = budget(rng);
    settings
}

fn budget(rng: &mut Rng) -> budget::Rules {
    match rng.u8(0..4) {
        0 => budget::Rules {
            per_first: rng.u32(0..200),
            per_second: rng.u32(0..300),
            cap: rng.u32(1..10) * 1_000,
            ..budget::Rules::default()
        },
        _ => budget::Rules::default(),
    }
}
