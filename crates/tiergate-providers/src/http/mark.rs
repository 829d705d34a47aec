//! Marks by which credentials are told apart without being shown.

use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::LazyLock;

use secrecy::{ExposeSecret, SecretString};

/// The key of the marks lives as long as the process, and nobody knows it.
static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// The mark of what is shown to a vendor: the same for the same secrets in this process, and of no use elsewhere.
pub(crate) fn mark<'a>(shown: impl IntoIterator<Item = &'a SecretString>) -> u64 {
    let mut hasher = KEY.build_hasher();
    for secret in shown {
        secret.expose_secret().hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_follows_the_secrets() {
        let [one, other] = ["sk-one", "sk-two"].map(SecretString::from);
        assert_eq!(mark([&one]), mark([&one.clone()]));
        assert_ne!(mark([&one]), mark([&other]));
        assert_ne!(mark([&one]), mark([&one, &other]));
    }
}
