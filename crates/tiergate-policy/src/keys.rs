//! From a presented secret to a principal.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use async_trait::async_trait;

use crate::{KeyDigest, Principal};

/// Finds the principal of a key by the digest of its secret.
///
/// An implementation may answer from memory or from a store; it answers `None` for a key that is
/// unknown or revoked. Expiry is the caller's to check with [`Principal::is_expired`], because a
/// store has no clock. Dropping the future has no effect.
#[async_trait]
pub trait Keys: Debug + Send + Sync {
    /// The principal of this key, `None` when there is no such key.
    async fn find(&self, digest: &KeyDigest) -> Option<Arc<Principal>>;
}

#[async_trait]
impl<T: Keys + ?Sized> Keys for Arc<T> {
    async fn find(&self, digest: &KeyDigest) -> Option<Arc<Principal>> {
        (**self).find(digest).await
    }
}

/// The keys of a configuration, by digest, in memory.
///
/// It never changes: a reload builds another one. No secret is kept, so every look-up hashes what
/// was presented.
#[derive(Clone, Debug, Default)]
pub struct MemoryKeys(HashMap<KeyDigest, Arc<Principal>, BuildHasherDefault<DigestHasher>>);

impl MemoryKeys {
    /// The principal of a presented secret, without waiting.
    ///
    /// Expiry is the caller's to check with [`Principal::is_expired`].
    pub fn lookup(&self, presented: &str) -> Option<Arc<Principal>> {
        // a key has at most MAX_SECRET characters: nobody makes us hash more
        if presented.len() > KeyDigest::MAX_SECRET {
            return None;
        }
        self.by_digest(&KeyDigest::of(presented))
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no key at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn by_digest(&self, digest: &KeyDigest) -> Option<Arc<Principal>> {
        self.0.get(digest).map(Arc::clone)
    }
}

/// Of two entries with one digest the later one stays.
impl FromIterator<(KeyDigest, Principal)> for MemoryKeys {
    fn from_iter<I: IntoIterator<Item = (KeyDigest, Principal)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        Self(
            entries
                .map(|(digest, principal)| (digest, Arc::new(principal)))
                .collect(),
        )
    }
}

#[async_trait]
impl Keys for MemoryKeys {
    async fn find(&self, digest: &KeyDigest) -> Option<Arc<Principal>> {
        self.by_digest(digest)
    }
}

/// Takes the first eight bytes of a digest as they are: SHA-256 has mixed them already, and only
/// an operator can add entries, so nobody gains from making two of them collide.
#[derive(Clone, Copy, Debug, Default)]
struct DigestHasher(u64);

impl Hasher for DigestHasher {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(head) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*head);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use proptest::prelude::*;

    use super::*;

    fn keys(secrets: &[String]) -> MemoryKeys {
        let entry = |secret: &String| (KeyDigest::of(secret), Principal::new(secret));
        secrets.iter().map(entry).collect()
    }

    #[test]
    fn an_overlong_secret_is_unknown() {
        let long = "x".repeat(KeyDigest::MAX_SECRET + 1);
        assert!(keys(std::slice::from_ref(&long)).lookup(&long).is_none());
    }

    #[test]
    fn the_seam_gives_the_same_answer() {
        let keys: Arc<dyn Keys> = Arc::new(keys(&["a".repeat(16)]));
        let find = |presented: &str| {
            let digest = KeyDigest::of(presented);
            let mut future = keys.find(&digest);
            match future
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
            {
                Poll::Ready(found) => found,
                Poll::Pending => panic!("memory never waits"),
            }
        };
        assert_eq!(find(&"a".repeat(16)).unwrap().name(), "a".repeat(16));
        assert!(find(&"b".repeat(16)).is_none());
    }

    #[test]
    fn debug_shows_neither_secrets_nor_digests() {
        let secret = "planted-canary-secret";
        let digest = KeyDigest::of(secret);
        let keys = MemoryKeys::from_iter([(digest, Principal::new("team"))]);
        let shown = format!("{keys:?} {keys:#?}");
        assert!(shown.contains("team") && !shown.contains("canary"));
        let list = format!("{:?}", digest.as_bytes());
        assert!(!shown.contains(&list[1..12]) && shown.contains("[redacted]"));
    }

    proptest! {
        #[test]
        fn every_key_is_found_and_no_other(
            secrets in prop::collection::vec("[!-~]{16,64}", 0..20),
            other in "[!-~]{16,64}",
        ) {
            let keys = keys(&secrets);
            for secret in &secrets {
                prop_assert_eq!(keys.lookup(secret).unwrap().name().to_owned(), secret.clone());
            }
            prop_assert_eq!(keys.lookup(&other).is_some(), secrets.contains(&other));
        }
    }
}
