//! A request with its decision: everything that is settled before a provider is called.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;
use tiergate_catalog::{Money, Tier, Timestamp};
use tiergate_metering::Why;
use tiergate_scorer::{Assessment, Tokens};
use tiergate_wire::chat::Request;

use crate::decide::{Decision, Explanation, Query, Refusal, Tried, decide, wanted};
use crate::pool::{Mask, Pool};
use crate::setup::Snapshot;
use crate::{Access, Error, Needs, Prefer, Route};

/// A request that has been read, assessed and decided.
///
/// Keeps the inputs of the decision, so that the complete why can be told later and the choice after a failed
/// attempt follows from the same ones.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) assessment: Assessment,
    pub(crate) prefer_ignored: bool,
    pub(crate) outcome: Result<Decision, Refusal>,
    pub(crate) asked: Asked,
    now: Timestamp,
}

/// What the request and the caller's bounds amount to; see [`Query`].
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) name: Box<str>,
    pub(crate) route: Route,
    prefer: Prefer,
    floor: Tier,
    ceiling: Tier,
    needs: Needs,
    tokens: Tokens,
    max_output: Option<u64>,
    answers: u32,
    allowed: Option<Mask>,
    wanted: Tier,
}

impl Plan {
    /// Reads what is asked for, scores the conversation and decides.
    ///
    /// # Errors
    /// Only what is wrong with the request itself; that nothing is eligible is in the plan's [`outcome`](Self::outcome).
    pub(crate) fn new(
        snapshot: Arc<Snapshot>,
        request: &Request,
        access: &Access,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let setup = &snapshot.setup;
        let name = request.model();
        let route =
            Route::read(&name, &setup.catalog).ok_or_else(|| unknown(&name, &snapshot.pool))?;
        let prefer = prefer(request)?;
        let ceiling = ceiling(request)?.map_or(access.ceiling, |asked| asked.min(access.ceiling));
        let assessment = setup.scorer.assess(request);
        let tokens = setup.counter.quick(request);
        let query = Query {
            ceiling,
            prefer: prefer.unwrap_or(setup.prefer),
            ..Query::new(request, &route, tokens)
        };
        let allowed = access.rules.as_ref().map(|rules| {
            snapshot
                .pool
                .mask(|model, provider| rules.may_use(model, provider))
        });
        let wanted = wanted(&query, assessment.score, &setup.thresholds);
        let Query {
            prefer: chosen,
            floor,
            needs,
            max_output,
            answers,
            ..
        } = query;
        let asked = Asked {
            name: name.into(),
            prefer: chosen,
            floor,
            ceiling,
            needs,
            tokens,
            max_output,
            answers,
            allowed,
            wanted,
            route,
        };
        let prefer_ignored = prefer.is_some() && asked.route.is_pin();
        let mut plan = Self {
            outcome: asked.decide(&snapshot.pool, &[], now),
            assessment,
            prefer_ignored,
            asked,
            now,
            snapshot,
        };
        if plan.window_matters() {
            plan.asked.tokens = plan.snapshot.setup.counter.count(request);
            plan.outcome = plan.asked.decide(&plan.snapshot.pool, &[], now);
        }
        Ok(plan)
    }

    /// The choice, or why there is none.
    pub fn outcome(&self) -> Result<&Decision, &Refusal> {
        self.outcome.as_ref()
    }

    /// The score and what it rests on.
    pub fn assessment(&self) -> &Assessment {
        &self.assessment
    }

    /// What the member `model` meant.
    pub fn route(&self) -> &Route {
        &self.asked.route
    }

    /// The candidates from which the choice was made.
    pub fn pool(&self) -> &Pool {
        &self.snapshot.pool
    }

    /// When the decision was made.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Input tokens to expect, for estimates where a provider reports none.
    pub(crate) fn likely_input(&self) -> u64 {
        self.asked.tokens.likely
    }

    /// The next choice after these failures; never below the tier that was chosen first.
    pub(crate) fn after(&self, tried: &[Tried]) -> Option<Decision> {
        let first = self.outcome.as_ref().ok()?;
        let lowest = first.tier.unwrap_or(self.asked.floor);
        let next = |tried: &[Tried]| {
            let query = Query {
                floor: lowest.min(self.asked.ceiling),
                ..self.asked.query(tried)
            };
            decide(
                &self.snapshot.pool,
                &query,
                lowest.max(self.asked.floor),
                self.now,
            )
            .ok()
        };
        // a whole provider is passed over only while another one is left
        let lenient = || {
            let tried: smallvec::SmallVec<[Tried; 4]> = tried
                .iter()
                .map(|each| Tried {
                    provider: false,
                    ..*each
                })
                .collect();
            next(&tried)
        };
        next(tried).or_else(lenient)
    }

    /// Whether the cheap bound on the input's size has turned a candidate away; then it is worth counting.
    fn window_matters(&self) -> bool {
        let Asked {
            tokens,
            max_output,
            ceiling,
            floor,
            ..
        } = &self.asked;
        let places = match &self.asked.route {
            Route::Pin { model, .. } => self.snapshot.pool.of_model(model),
            _ => self.snapshot.pool.tier(*floor).start..self.snapshot.pool.tier(*ceiling).end,
        };
        !self.snapshot.fits_everywhere(*tokens, *max_output)
            && places.into_iter().any(|at| {
                let faults = self
                    .asked
                    .query(&[])
                    .faults(&self.snapshot.pool, at, self.now);
                faults.contains(crate::decide::Faults::WINDOW)
            })
    }
}

impl Asked {
    fn query<'a>(&'a self, tried: &'a [Tried]) -> Query<'a> {
        Query {
            route: &self.route,
            prefer: self.prefer,
            floor: self.floor,
            ceiling: self.ceiling,
            needs: self.needs,
            tokens: self.tokens,
            max_output: self.max_output,
            answers: self.answers,
            allowed: self.allowed.as_ref(),
            tried,
        }
    }

    fn decide(&self, pool: &Pool, tried: &[Tried], now: Timestamp) -> Result<Decision, Refusal> {
        if let Route::Floor(floor) = self.route
            && floor > self.ceiling
        {
            return Err(Refusal::above_ceiling(None, floor, self.ceiling));
        }
        decide(pool, &self.query(tried), self.wanted, now)
    }
}

/// The complete why as JSON: what was asked, the score with its signals, and every candidate with its verdict.
#[derive(Debug, Serialize)]
struct Told<'a> {
    route: &'static str,
    requested: &'a str,
    auto: bool,
    prefer: &'static str,
    prefer_ignored: bool,
    score: u8,
    success: [f32; 5],
    confidence: f32,
    signals: Vec<Signal>,
    floor: &'static str,
    ceiling: &'static str,
    wanted: Option<&'static str>,
    needs: Vec<&'static str>,
    input_tokens: InputTokens,
    max_output: Option<u64>,
    tier: Option<&'static str>,
    model: Option<&'a str>,
    provider: Option<&'a str>,
    upstream_model: Option<&'a str>,
    expected_cost_usd: Option<String>,
    baseline_model: Option<&'a str>,
    refusal: Option<String>,
    decided_at: String,
    #[serde(flatten)]
    explanation: Explanation,
}

#[derive(Debug, Serialize)]
struct Signal {
    name: &'static str,
    points: f32,
    value: u32,
}

#[derive(Debug, Serialize)]
struct InputTokens {
    likely: u64,
    upper: u64,
}

impl Why for Plan {
    fn render(&self) -> Box<RawValue> {
        let pool = &self.snapshot.pool;
        let query = self.asked.query(&[]);
        let decision = self.outcome.as_ref().ok();
        let chosen = decision.map(|decision| pool.candidate(decision.candidate));
        let per_mille = |value: u16| f32::from(value) / 1_000.0;
        let signal = |each: &tiergate_scorer::Signal| Signal {
            name: each.name,
            points: f32::from(each.points) / 100.0,
            value: each.value,
        };
        let millionths = decision.and_then(|decision| decision.expected);
        let told = Told {
            route: match self.asked.route {
                Route::Auto => "auto",
                Route::Floor(_) => "floor",
                Route::Pin { .. } => "pin",
            },
            requested: &self.asked.name,
            auto: self.asked.route == Route::Auto,
            prefer: self.asked.prefer.as_str(),
            prefer_ignored: self.prefer_ignored,
            score: self.assessment.score.number(),
            success: self.assessment.success.map(per_mille),
            confidence: per_mille(self.assessment.confidence),
            signals: self.assessment.signals.iter().map(signal).collect(),
            floor: self.asked.floor.as_str(),
            ceiling: self.asked.ceiling.as_str(),
            wanted: (!self.asked.route.is_pin()).then(|| self.asked.wanted.as_str()),
            needs: self.asked.needs.names().collect(),
            input_tokens: InputTokens {
                likely: self.asked.tokens.likely,
                upper: self.asked.tokens.upper,
            },
            max_output: self.asked.max_output,
            tier: decision
                .and_then(|decision| decision.tier)
                .map(Tier::as_str),
            model: chosen.map(|chosen| &*pool.model(chosen).id),
            provider: chosen.map(|chosen| &**pool.provider(chosen)),
            upstream_model: chosen.map(|chosen| &*pool.target(chosen).model),
            expected_cost_usd: millionths.map(|cost| {
                Money::from_nanos(i64::try_from(cost.div_ceil(1_000_000)).unwrap_or(i64::MAX))
                    .to_string()
            }),
            baseline_model: decision
                .map(|decision| &*pool.model(pool.candidate(decision.baseline)).id),
            refusal: self.outcome.as_ref().err().map(ToString::to_string),
            decided_at: self.now.to_string(),
            explanation: Explanation::of(pool, &query, self.outcome.as_ref(), self.now),
        };
        // plain numbers and strings always serialise
        serde_json::value::to_raw_value(&told).unwrap_or_default()
    }
}

fn unknown(name: &str, pool: &Pool) -> Error {
    let nearest = pool
        .catalog()
        .nearest(name, 3)
        .into_iter()
        .map(str::to_owned)
        .collect();
    Error::UnknownModel {
        name: name.chars().take(200).collect(),
        nearest,
    }
}

fn prefer(request: &Request) -> Result<Option<Prefer>, Error> {
    let word = request.text("prefer");
    let parsed = word.map(|word| word.parse::<Prefer>()).transpose();
    parsed.map_err(|fault| Error::Parameter {
        param: "prefer",
        message: fault.to_string(),
    })
}

fn ceiling(request: &Request) -> Result<Option<Tier>, Error> {
    let parsed = request
        .text("max_tier")
        .map(|word| word.parse::<Tier>())
        .transpose();
    parsed.map_err(|_unknown| Error::Parameter {
        param: "max_tier",
        message: "'max_tier' must be nano, small, standard, premium or flagship".to_owned(),
    })
}
