//! The health of targets, of the endpoints they stand at and of the credentials they are asked with.
//!
//! A fault is remembered where it belongs: a refused connection at the endpoint, a refused key at
//! the credential, everything else at the target. So a bad key closes no endpoint, and a tenant's own
//! key (a credential with the tenant in its key) nobody else's way.

mod attempt;
mod ending;
mod last_resort;
mod permit;
mod registry;
mod scope;
mod snapshot;
mod target;

pub use ending::Ending;
pub use last_resort::LastResort;
pub use permit::Permit;
pub use registry::{Keys, Registry};
pub use snapshot::{ScopeSnapshot, Snapshot};
pub use target::Target;

use crate::{Moment, breaker, budget, cooldown, latency, limit, stall};

/// The parameters of a target and of what it shares; those of an endpoint or a credential are of the
/// target that was known first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The endpoint's breaker.
    pub endpoint: breaker::Rules,
    /// The credential's breaker. Default [`breaker::Rules::credential`].
    pub credential: breaker::Rules,
    /// The target's own breaker.
    pub target: breaker::Rules,
    /// When waiting requests mean a stall.
    pub stall: stall::Rules,
    /// How wishes for rest are taken.
    pub cooldown: cooldown::Rules,
    /// How many requests it is given at a time.
    pub limit: limit::Rules,
    /// How its times are remembered.
    pub latency: latency::Rules,
    /// How many extra attempts it is given.
    pub budget: budget::Rules,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            endpoint: breaker::Rules::default(),
            credential: breaker::Rules::credential(),
            target: breaker::Rules::default(),
            stall: stall::Rules::default(),
            cooldown: cooldown::Rules::default(),
            limit: limit::Rules::default(),
            latency: latency::Rules::default(),
            budget: budget::Rules::default(),
        }
    }
}

/// The answer to who wants to make an attempt.
#[derive(Debug)]
pub enum Admission {
    /// Make it, and say how it ends.
    Pass(Permit),
    /// Not now.
    Shut(Shut),
}

/// Why an attempt may not be made, and when it is worth while to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shut {
    /// What stands against it.
    pub why: Why,
    /// When to ask again; for a full limit, that is at once.
    pub until: Moment,
}

impl Shut {
    fn by(scope: Why, resting: bool, until: Moment) -> Self {
        let why = if resting { Why::Cooling } else { scope };
        Self { why, until }
    }
}

/// What stands against an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The endpoint's breaker.
    Endpoint,
    /// The credential's breaker.
    Credential,
    /// The target's breaker.
    Target,
    /// The target, or all of its credential, asked for rest.
    Cooling,
    /// As many requests are under way as the target is given.
    Busy,
}
