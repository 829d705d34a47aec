//! Why a known key may not do what it asked for.

use tiergate_catalog::Tier;

/// What a key may not use; a front answers it with 403 and this message.
///
/// Every message names the thing that was asked for, so that the caller can change it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Denial {
    /// The model is not on the key's list.
    #[error("this key may not use the model `{model}`")]
    ModelDenied {
        /// The id of the model.
        model: Box<str>,
    },
    /// The provider is on the key's block list.
    #[error("this key may not use the provider `{provider}`")]
    ProviderBlocked {
        /// The name of the provider.
        provider: Box<str>,
    },
    /// The tier is above the key's ceiling.
    #[error("this key may not use the tier `{tier}`: its ceiling is `{ceiling}`")]
    TierAbove {
        /// The tier that was asked for.
        tier: Tier,
        /// The highest tier that the key may use.
        ceiling: Tier,
    },
}
