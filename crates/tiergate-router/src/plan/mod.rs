//! A request with its decision: everything that is settled before a provider is called.

mod next;

use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;
use tiergate_catalog::{Catalog, Mode, Tier, Timestamp};
use tiergate_scorer::{Assessment, Tokens};
use tiergate_wire::chat::Request;

use crate::decide::{Decision, Query, Refusal, Tried, Wanted, Warm, decide};
use crate::pool::{Mask, Observed, Pool};
use crate::setup::Snapshot;
use crate::{Access, Error, Needs, Prefer, Route};

/// A request that has been read, assessed and decided.
///
/// Keeps the inputs of the decision, so that the complete why can be told later and the choice after a failed
/// attempt follows from the same ones.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) snapshot: Arc<Snapshot>,
    /// Whose request it is.
    pub(crate) owner: Arc<str>,
    pub(crate) assessment: Assessment,
    pub(crate) prefer_ignored: bool,
    pub(crate) outcome: Result<Decision, Refusal>,
    /// Candidates that were passed over because nobody is sent there at present.
    pub(crate) shut: Passed,
    /// How soon candidates have begun lately, where that was looked at.
    observed: Option<Observed>,
    /// What names the beginning of the conversation, where prompt caches are remembered.
    pub(crate) beginning: Option<u64>,
    /// Where that is in a cache.
    warm: Option<Warm>,
    pub(crate) asked: Asked,
    /// The most output tokens that a provider is asked for, below the client's own cap.
    pub(crate) cap: Option<u64>,
    now: Timestamp,
}

/// Candidates that have failed or were passed over.
pub(crate) type Passed = SmallVec<[Tried; 2]>;

/// What the request and the caller's bounds amount to; see [`Query`].
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) name: Box<str>,
    pub(crate) route: Route,
    pub(crate) prefer: Prefer,
    pub(crate) floor: Tier,
    pub(crate) ceiling: Tier,
    pub(crate) needs: Needs,
    pub(crate) tokens: Tokens,
    pub(crate) max_output: Option<u64>,
    pub(crate) answers: u32,
    pub(crate) allowed: Option<Mask>,
    pub(crate) wanted: Wanted,
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
            Route::read(&name, &setup.catalog).ok_or_else(|| unknown(&name, &setup.catalog))?;
        refuse_other_modes(&route, &setup.catalog)?;
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
        let wanted = Wanted::of(&query, &assessment, &setup.thresholds, setup.choose);
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
        let fast = asked.prefer == Prefer::Fast && !asked.route.is_pin();
        let watch = snapshot.watch.as_ref().filter(|_| fast);
        let observed = watch.map(|watch| watch.observed(asked.tiers(&snapshot.pool)));
        let mut plan = Self {
            outcome: Err(Refusal::above_ceiling(None, asked.floor, asked.ceiling)),
            shut: Passed::new(),
            observed,
            beginning: None,
            warm: None,
            owner: Arc::clone(&access.owner),
            assessment,
            prefer_ignored,
            asked,
            cap: None,
            now,
            snapshot,
        };
        plan.warm_up(request);
        plan.outcome = plan.decide();
        if plan.window_matters() {
            plan.asked.tokens = plan.snapshot.setup.counter.count(request);
            plan.outcome = plan.decide();
        }
        plan.pass_over_shut();
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

    /// What the request needs of a model.
    pub fn needs(&self) -> Needs {
        self.asked.needs
    }

    /// Input tokens to expect, for estimates where a provider reports none.
    pub(crate) fn likely_input(&self) -> u64 {
        self.asked.tokens.likely
    }

    /// The inputs of the decision, after these failures.
    pub(crate) fn query<'a>(&'a self, tried: &'a [Tried]) -> Query<'a> {
        Query {
            observed: self.observed.as_ref(),
            warm: self.warm,
            ..self.asked.query(tried)
        }
    }

    fn decide(&self) -> Result<Decision, Refusal> {
        if let Route::Floor(floor) = self.asked.route
            && floor > self.asked.ceiling
        {
            let ceiling = self.asked.ceiling;
            return Err(Refusal::above_ceiling(None, floor, ceiling));
        }
        let pool = &self.snapshot.pool;
        decide(pool, &self.query(&[]), self.asked.wanted, self.now)
    }

    /// Whether the cheap bound on the input's size has turned a candidate away; then it is worth counting.
    fn window_matters(&self) -> bool {
        let Asked {
            tokens, max_output, ..
        } = &self.asked;
        let places = match &self.asked.route {
            Route::Pin { model, .. } => self.snapshot.pool.of_model(model),
            _ => self.asked.tiers(&self.snapshot.pool),
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
    pub(crate) fn query<'a>(&'a self, tried: &'a [Tried]) -> Query<'a> {
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
            observed: None,
            warm: None,
            tried,
        }
    }

    /// The places of the tiers within the request's bounds.
    fn tiers(&self, pool: &Pool) -> Range<usize> {
        pool.tier(self.floor).start..pool.tier(self.ceiling).end
    }
}

/// A model for vectors or pictures answers no conversation.
fn refuse_other_modes(route: &Route, catalog: &Catalog) -> Result<(), Error> {
    let Route::Pin { model, .. } = route else {
        return Ok(());
    };
    let mode = catalog.model(model).map_or(Mode::Chat, |found| found.mode);
    if mode == Mode::Chat {
        return Ok(());
    }
    let message = format!(
        "'{model}' is a model for {}: it answers no chat completions",
        mode.as_str()
    );
    Err(Error::Parameter {
        param: "model",
        message,
    })
}

pub(crate) fn unknown(name: &str, catalog: &Catalog) -> Error {
    let nearest = catalog
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
