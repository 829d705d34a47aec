//! What a caller may use, as far as routing is concerned.

use std::fmt::Debug;
use std::sync::Arc;

use tiergate_catalog::Tier;

/// The bounds of one caller.
#[derive(Clone, Debug)]
pub struct Access {
    /// Whose request it is; receipts belong to this name.
    pub owner: Arc<str>,
    /// The highest tier that may serve.
    pub ceiling: Tier,
    /// Which models and providers may serve; none means all.
    pub rules: Option<Arc<dyn Rules>>,
}

/// Which models and providers a caller may use.
pub trait Rules: Debug + Send + Sync {
    /// Whether this model may serve the caller at this provider.
    fn may_use(&self, model: &str, provider: &str) -> bool;
}

impl Access {
    /// A caller that may use everything.
    pub fn unlimited(owner: &str) -> Self {
        Self {
            owner: owner.into(),
            ceiling: Tier::Flagship,
            rules: None,
        }
    }
}
