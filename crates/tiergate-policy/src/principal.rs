//! Whoever a request is made for.

use std::collections::BTreeSet;
use std::sync::Arc;

use tiergate_catalog::{Tier, Timestamp};

use crate::{Denial, Models};

/// A caller and what it may use. It holds no secret, so its `Debug` may be logged.
///
/// A new principal may use everything; each `with_…` takes something away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    name: Arc<str>,
    max_tier: Tier,
    models: Option<Models>,
    blocked_providers: BTreeSet<Box<str>>,
    expires: Option<Timestamp>,
    anonymous: bool,
}

impl Principal {
    /// A principal of this name without any restriction.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            max_tier: Tier::Flagship,
            models: None,
            blocked_providers: BTreeSet::new(),
            expires: None,
            anonymous: false,
        }
    }

    /// The caller without a key, as demo mode accepts it on loopback.
    pub fn anonymous() -> Self {
        Self {
            anonymous: true,
            ..Self::new("anonymous")
        }
    }

    /// Sets the ceiling: the highest tier that may serve this principal.
    #[must_use]
    pub fn with_max_tier(self, max_tier: Tier) -> Self {
        Self { max_tier, ..self }
    }

    /// Allows only these models.
    #[must_use]
    pub fn with_models(self, models: Models) -> Self {
        Self {
            models: Some(models),
            ..self
        }
    }

    /// Blocks these providers, besides those blocked before.
    #[must_use]
    pub fn with_blocked_providers<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.blocked_providers
            .extend(names.into_iter().map(Box::from));
        self
    }

    /// Sets the moment from which the key is no longer accepted.
    #[must_use]
    pub fn with_expiry(self, expires: Timestamp) -> Self {
        Self {
            expires: Some(expires),
            ..self
        }
    }

    /// The key's name, for receipts and logs. Unique within one configuration.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name as a shared string, so that a receipt need not copy it.
    pub fn shared_name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    /// The ceiling.
    pub fn max_tier(&self) -> Tier {
        self.max_tier
    }

    /// The list of models, `None` when every model is allowed.
    pub fn models(&self) -> Option<&Models> {
        self.models.as_ref()
    }

    /// The blocked providers by name, in order.
    pub fn blocked_providers(&self) -> impl ExactSizeIterator<Item = &str> {
        self.blocked_providers.iter().map(AsRef::as_ref)
    }

    /// The moment from which the key is no longer accepted.
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// Whether the request came without a key.
    pub fn is_anonymous(&self) -> bool {
        self.anonymous
    }

    /// Whether the key is no longer accepted at `now`. An expired key answers 401.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// Whether a model, by its own id and not by an alias, may serve this principal.
    ///
    /// # Errors
    ///
    /// [`Denial::ModelDenied`].
    pub fn check_model(&self, id: &str) -> Result<(), Denial> {
        match &self.models {
            Some(models) if !models.allow(id) => Err(Denial::ModelDenied { model: id.into() }),
            _ => Ok(()),
        }
    }

    /// Whether a tier is within the ceiling.
    ///
    /// # Errors
    ///
    /// [`Denial::TierAbove`].
    pub fn check_tier(&self, tier: Tier) -> Result<(), Denial> {
        if tier > self.max_tier {
            return Err(Denial::TierAbove {
                tier,
                ceiling: self.max_tier,
            });
        }
        Ok(())
    }

    /// Whether a provider may serve this principal.
    ///
    /// # Errors
    ///
    /// [`Denial::ProviderBlocked`].
    pub fn check_provider(&self, name: &str) -> Result<(), Denial> {
        if self.blocked_providers.contains(name) {
            return Err(Denial::ProviderBlocked {
                provider: name.into(),
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_principal_may_use_everything() {
        let principal = Principal::new("a");
        assert_eq!(principal.check_model("m"), Ok(()));
        assert_eq!(principal.check_tier(Tier::Flagship), Ok(()));
        assert_eq!(principal.check_provider("p"), Ok(()));
        assert!(!principal.is_expired(Timestamp::from_millis(i64::MAX)));
        assert!(!principal.is_anonymous() && Principal::anonymous().is_anonymous());
    }

    #[test]
    fn denials_name_the_thing() {
        let principal = Principal::new("a")
            .with_max_tier(Tier::Standard)
            .with_models(Models::try_new(["gpt-*"]).unwrap())
            .with_blocked_providers(["xai", "groq"]);
        assert_eq!(principal.check_model("gpt-5"), Ok(()));
        assert_eq!(principal.check_tier(Tier::Standard), Ok(()));
        assert_eq!(principal.check_provider("openai"), Ok(()));
        for (denial, expected) in [
            (
                principal.check_model("grok-4"),
                "this key may not use the model `grok-4`",
            ),
            (
                principal.check_provider("xai"),
                "this key may not use the provider `xai`",
            ),
            (
                principal.check_tier(Tier::Premium),
                "this key may not use the tier `premium`: its ceiling is `standard`",
            ),
        ] {
            assert_eq!(denial.unwrap_err().to_string(), expected);
        }
        assert_eq!(
            principal.blocked_providers().collect::<Vec<_>>(),
            ["groq", "xai"]
        );
    }

    #[test]
    fn expiry_counts_from_its_own_moment() {
        let expires: Timestamp = "2027-01-01".parse().unwrap();
        let principal = Principal::new("a").with_expiry(expires);
        assert!(!principal.is_expired(Timestamp::from_millis(expires.millis() - 1)));
        assert!(principal.is_expired(expires));
    }
}
