//! Prompt caches that are warm: where the beginning of a conversation has been read from a cache, it is cheap.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tiergate_failover::Moment;
use tiergate_wire::chat::Request;

/// Shorter inputs are cached nowhere (OpenAI and Anthropic document 1,024 tokens as the least).
pub(crate) const LEAST_TOKENS: u64 = 1_024;

/// So much of the messages tells one conversation, or kind of conversation, from others.
const BEGINNING: usize = 1_024;

/// The most beginnings that are remembered.
const REMEMBERED: usize = 50_000;

/// Which beginnings of conversations are in the prompt cache of which target.
#[derive(Debug)]
pub(super) struct Warmth {
    keys: RandomState,
    /// How long a cache is believed to stay warm; zero for not at all.
    lasts: Duration,
    known: Mutex<HashMap<u64, Warm>>,
}

/// A warm cache.
#[derive(Clone, Debug)]
pub(crate) struct Warm {
    pub(crate) provider: Arc<str>,
    /// The model's id in the catalogue.
    pub(crate) model: Arc<str>,
    /// Tokens that were read from it, or written to it.
    pub(crate) tokens: u64,
    until: Moment,
}

impl Warmth {
    pub(super) fn new(lasts: Duration) -> Self {
        Self {
            keys: RandomState::new(),
            lasts,
            known: Mutex::default(),
        }
    }

    /// What names the beginning of a request's conversation; nothing where caches are not remembered.
    pub(super) fn key(&self, request: &Request, owner: &str) -> Option<u64> {
        if self.lasts.is_zero() {
            return None;
        }
        let mut hasher = self.keys.build_hasher();
        owner.hash(&mut hasher);
        let named = request.text("prompt_cache_key");
        named
            .or_else(|| request.text("session_id"))
            .hash(&mut hasher);
        let messages = request.member("messages").unwrap_or_default();
        messages[..messages.len().min(BEGINNING)].hash(&mut hasher);
        Some(hasher.finish())
    }

    pub(super) fn find(&self, key: u64, now: Moment) -> Option<Warm> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&key).filter(|warm| warm.until > now).cloned()
    }

    /// A target has read so many tokens of this beginning from its cache, or written them to it.
    pub(super) fn note(
        &self,
        key: u64,
        (provider, model): (&Arc<str>, &Arc<str>),
        tokens: u64,
        now: Moment,
    ) {
        let warm = Warm {
            provider: Arc::clone(provider),
            model: Arc::clone(model),
            tokens,
            until: now.after(self.lasts),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED && !known.contains_key(&key) {
            known.retain(|_, warm| warm.until > now);
            if known.len() >= REMEMBERED {
                // a cache that is forgotten costs a little money, and nothing else
                known.clear();
            }
        }
        known.insert(key, warm);
    }

    /// A cache is out of reach.
    pub(super) fn forget(&self, key: u64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(system: &str, extra: &str) -> Request {
        let body = format!(
            r#"{{"model":"auto",{extra}"messages":[{{"role":"system","content":"{system}"}},{{"role":"user","content":"x"}}]}}"#
        );
        Request::parse(body.into()).expect("valid")
    }

    #[test]
    fn a_beginning_is_of_one_owner_and_one_conversation() {
        let warmth = Warmth::new(Duration::from_mins(5));
        let long = "word ".repeat(400);
        let key = |request: &Request, owner| warmth.key(request, owner);
        let (one, other) = (request(&long, ""), request(&format!("{long}!"), ""));
        assert_eq!(key(&one, "a"), key(&other, "a"), "they begin alike");
        assert_ne!(key(&one, "a"), key(&one, "b"));
        assert_ne!(key(&one, "a"), key(&request("else", ""), "a"));
        let named = request(&long, r#""session_id":"s","#);
        assert_ne!(key(&one, "a"), key(&named, "a"));
        assert_eq!(Warmth::new(Duration::ZERO).key(&one, "a"), None);
    }

    #[test]
    fn what_is_warm_cools_down() {
        let warmth = Warmth::new(Duration::from_mins(5));
        let names = (&Arc::from("p"), &Arc::from("m"));
        warmth.note(7, names, 2_000, Moment::START);
        let later = |seconds| Moment::START.after(Duration::from_secs(seconds));
        assert_eq!(
            warmth.find(7, later(299)).map(|warm| warm.tokens),
            Some(2_000)
        );
        assert!(warmth.find(7, later(300)).is_none());
        warmth.forget(7);
        assert!(warmth.find(7, later(1)).is_none());
    }
}
