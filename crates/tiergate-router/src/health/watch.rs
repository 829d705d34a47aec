//! The remembered targets behind the candidates of a pool.

use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use smallvec::SmallVec;
use tiergate_failover::Moment;
use tiergate_failover::health::{Keys, Target, Why};
use tiergate_providers::Provider;

use super::{Health, TargetHealth};
use crate::decide::Tried;
use crate::pool::{Observed, Pool};

/// The targets of one candidate, one for each credential of its provider.
pub(crate) type Targets = SmallVec<[Arc<Target>; 1]>;

/// The targets of all candidates of a pool, by their places.
#[derive(Debug)]
pub(crate) struct Watch {
    pub(crate) health: Arc<Health>,
    targets: Box<[Targets]>,
}

impl Watch {
    pub(crate) fn new(health: &Arc<Health>, pool: &Pool, providers: &[Arc<dyn Provider>]) -> Self {
        let now = health.now();
        let of = |candidate| {
            let provider = &*providers[usize::from(pool.candidate(candidate).provider)];
            let model = &pool.target(pool.candidate(candidate)).model;
            let each = 0..provider.credentials();
            each.map(|credential| target(health, provider, credential, model, now))
                .collect()
        };
        let places = 0..u32::try_from(pool.candidates().len()).unwrap_or(u32::MAX);
        Self {
            health: Arc::clone(health),
            targets: places.map(of).collect(),
        }
    }

    /// The targets of a candidate.
    pub(crate) fn of(&self, candidate: u32) -> &[Arc<Target>] {
        &self.targets[candidate as usize]
    }

    /// Everything that is known of all targets now, in the pool's order.
    pub(crate) fn view(&self, pool: &Pool) -> Vec<TargetHealth> {
        let now = self.health.now();
        let each = pool.candidates().iter().zip(&self.targets);
        let each = each.flat_map(|(candidate, targets)| {
            let upstream = &pool.target(candidate).model;
            let model = &pool.model(candidate).id;
            view(
                [&**pool.provider(candidate), &**model, &**upstream],
                targets,
                now,
            )
        });
        each.collect()
    }

    /// What stands against asking a candidate now, by any of its credentials; see [`turned_away`].
    pub(crate) fn shut(&self, candidate: u32) -> Option<Tried> {
        shut(candidate, self.of(candidate), self.health.now())
    }

    /// Whether a candidate would turn a request away now, at each of its credentials and for any reason.
    pub(crate) fn turns_away(&self, candidate: u32) -> bool {
        let now = self.health.now();
        self.of(candidate)
            .iter()
            .all(|target| target.turns_away(now))
    }

    /// How soon the candidates at these places have begun their answers lately.
    pub(crate) fn observed(&self, places: Range<usize>) -> Observed {
        let now = self.health.now();
        let first = |target: &Arc<Target>| target.expected_first(now);
        let micros = |time: Duration| u32::try_from(time.as_micros()).unwrap_or(u32::MAX);
        let of = |(at, targets): (usize, &Targets)| {
            let known = targets.iter().filter(|_| places.contains(&at));
            known.filter_map(first).min().map(micros)
        };
        self.targets.iter().enumerate().map(of).collect()
    }
}

/// What is known of a model at each credential of its provider; the names are the provider's, the model's, and the
/// model's at the provider.
pub(crate) fn view<'a>(
    names: [&'a str; 3],
    targets: &'a [Arc<Target>],
    now: Moment,
) -> impl Iterator<Item = TargetHealth> + 'a {
    targets.iter().enumerate().map(move |(credential, target)| {
        TargetHealth::new(names, credential, &target.snapshot(now), now)
    })
}

/// What stands against asking a candidate now at any of its targets; see [`turned_away`].
pub(crate) fn shut(candidate: u32, targets: &[Arc<Target>], now: Moment) -> Option<Tried> {
    let each = targets.iter().map(|target| target.shut(now));
    let why: Option<SmallVec<[Why; 2]>> = each.map(|shut| Some(shut?.why)).collect();
    Some(turned_away(candidate, &why?))
}

/// A candidate that was not asked, for these reasons of all its credentials' targets: what is its provider's alone
/// stands against its provider's other models too.
pub(crate) fn turned_away(candidate: u32, why: &[Why]) -> Tried {
    Tried {
        candidate,
        provider: why
            .iter()
            .all(|why| matches!(why, Why::Endpoint | Why::Credential)),
        too_long: false,
        shut: why.last().copied(),
    }
}

/// What is remembered of a model at a provider's credential.
pub(crate) fn target_of(
    health: &Health,
    provider: &dyn Provider,
    credential: usize,
    model: &str,
) -> Arc<Target> {
    target(health, provider, credential, model, health.now())
}

fn target(
    health: &Health,
    provider: &dyn Provider,
    credential: usize,
    model: &str,
    now: Moment,
) -> Arc<Target> {
    let endpoint = format!("{} {}", provider.name(), provider.endpoint());
    let mut key = endpoint.clone();
    // writing to a string does not fail
    let _ = write!(key, " {:016x}", provider.mark(credential));
    let target = format!("{key} {model}");
    let keys = Keys {
        endpoint: endpoint.into(),
        credential: key.into(),
        target: target.into(),
        speaks: true,
    };
    health.registry.target(&keys, now)
}
