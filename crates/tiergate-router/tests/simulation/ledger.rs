//! What has happened so far, as the providers saw it.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;
use std::time::Duration;

use tiergate_catalog::Tier;
use tiergate_providers::Kind;
use tiergate_router::{Scope, TargetHealth};

/// One call of a provider.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) request: usize,
    pub(crate) place: usize,
    pub(crate) at: Duration,
    /// Until when it holds the probe of endpoint, credential and target, if it does.
    pub(crate) leases: [Option<Duration>; 3],
    pub(crate) begun: bool,
    pub(crate) over: bool,
    pub(crate) finished: bool,
    /// The bytes that it gave.
    pub(crate) given: Vec<u8>,
    pub(crate) error: Option<Kind>,
    /// The target as it was seen when the call began.
    pub(crate) seen: TargetHealth,
}

/// What a request's plan allows.
#[derive(Clone, Debug)]
pub(crate) struct Bounds {
    /// The tier whose budget is drawn on.
    pub(crate) tier: Option<Tier>,
    pub(crate) lowest: Tier,
    pub(crate) highest: Tier,
    /// The models that may answer.
    pub(crate) models: Vec<usize>,
    pub(crate) provider: Option<usize>,
    pub(crate) attempts: u8,
    pub(crate) retries: u8,
    /// When it must be over.
    pub(crate) ends: Duration,
}

/// The calls of all requests, and what was wrong with them.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) attempts: Vec<Attempt>,
    /// The attempts of each request.
    pub(crate) of: BTreeMap<usize, Vec<usize>>,
    pub(crate) bounds: BTreeMap<usize, Bounds>,
    /// Calls under way at each place, and those of them that have not begun to answer.
    pub(crate) live: Vec<u32>,
    pub(crate) waiting: Vec<u32>,
    /// When an answer began last at each place.
    pub(crate) begun: Vec<Option<Duration>>,
    /// When an attempt of before the end of all faults ended last at each place.
    pub(crate) bygone: Vec<Option<Duration>>,
    /// All targets when they were looked at last.
    pub(crate) seen: Vec<TargetHealth>,
    pub(crate) seen_at: Duration,
    /// The last resort of each tier: when it was used last.
    pub(crate) forced: BTreeMap<Option<Tier>, Duration>,
    pub(crate) accounts: BTreeMap<Payer, Account>,
    pub(crate) tally: Tally,
    /// Laws that were broken.
    pub(crate) broken: Vec<String>,
    pub(crate) trace: Vec<String>,
}

/// Who pays for extra attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Payer {
    Tier(Option<Tier>),
    Place(usize),
}

/// First attempts and paid extra ones of the last time.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) firsts: VecDeque<Duration>,
    pub(crate) paid: VecDeque<Duration>,
}

/// What a run has met, so that a simulation in which nothing happens is noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) requests: usize,
    pub(crate) attempts: usize,
    pub(crate) whole: usize,
    pub(crate) interrupted: usize,
    pub(crate) failed: usize,
    pub(crate) shut: usize,
    pub(crate) left: usize,
    pub(crate) probes: usize,
    pub(crate) forced: usize,
    pub(crate) retries: usize,
    pub(crate) failovers: usize,
    pub(crate) routed: usize,
}

impl Ledger {
    pub(crate) fn new(seen: Vec<TargetHealth>) -> Self {
        let places = seen.len();
        Self {
            live: vec![0; places],
            waiting: vec![0; places],
            begun: vec![None; places],
            bygone: vec![None; places],
            seen,
            ..Self::default()
        }
    }

    pub(crate) fn note(&mut self, at: Duration, what: std::fmt::Arguments<'_>) {
        let mut line = format!("{:>10.3} ", at.as_secs_f64());
        let _ = line.write_fmt(what);
        self.trace.push(line);
    }

    pub(crate) fn breaks(&mut self, at: Duration, what: std::fmt::Arguments<'_>) {
        let broken = format!("at {:.3} s: {what}", at.as_secs_f64());
        self.note(at, format_args!("BROKEN {what}"));
        self.broken.push(broken);
    }

    /// The calls of a request at which somebody was asked.
    pub(crate) fn asked(&self, request: usize) -> Vec<&Attempt> {
        let all = self.of.get(&request).into_iter().flatten();
        all.map(|at| &self.attempts[*at])
            .filter(|attempt| attempt.error != Some(Kind::Unsupported))
            .collect()
    }
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.attempts += other.attempts;
        self.whole += other.whole;
        self.interrupted += other.interrupted;
        self.failed += other.failed;
        self.shut += other.shut;
        self.left += other.left;
        self.probes += other.probes;
        self.forced += other.forced;
        self.retries += other.retries;
        self.failovers += other.failovers;
        self.routed += other.routed;
    }
}

/// The breakers that stand before a target, in the order in which they are asked.
pub(crate) fn scopes(target: &TargetHealth) -> [&Scope; 3] {
    [
        &target.endpoint_breaker,
        &target.credential_breaker,
        &target.target_breaker,
    ]
}

/// The names of [`scopes`].
pub(crate) const SCOPES: [&str; 3] = ["endpoint", "credential", "target"];

/// A target as it is told in a trace.
pub(crate) fn name(target: &TargetHealth) -> String {
    format!("{}/{}#{}", target.provider, target.model, target.credential)
}
