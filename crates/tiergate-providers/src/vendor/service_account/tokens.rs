//! The token that is held, and when it is time for the next.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex as Turn;

use crate::error::Error;

/// A token is renewed so many seconds before its end, or in the last quarter of a short life.
const AHEAD: i64 = 300;

/// A token is not used in its last seconds: a request may wait before it is sent.
const LAST: i64 = 30;

/// After a renewal that failed the next is so many seconds away, while the old token lasts.
const PAUSE: i64 = 20;

/// The tokens of one account. All times are in seconds since the Unix epoch.
#[derive(Default)]
pub(super) struct Tokens {
    held: Mutex<Held>,
    /// Whose turn it is to fetch: one at a time.
    pub(super) turn: Arc<Turn<()>>,
}

#[derive(Default)]
struct Held {
    token: Option<Token>,
    /// How many fetches have ended.
    ended: u64,
    /// Why the last one failed, if it did.
    failed: Option<Error>,
}

struct Token {
    value: SecretString,
    renew: i64,
    end: i64,
}

/// What there is at some time.
pub(super) enum State {
    /// A token with a good part of its life ahead.
    Fresh(SecretString),
    /// One that works, and is to be renewed.
    Old(SecretString),
    /// None; and how many fetches have ended so far.
    Without(u64),
}

impl Tokens {
    pub(super) fn at(&self, now: i64) -> State {
        let held = self.held();
        match &held.token {
            Some(token) if now >= token.end => State::Without(held.ended),
            Some(token) if now >= token.renew => State::Old(token.value.clone()),
            Some(token) => State::Fresh(token.value.clone()),
            None => State::Without(held.ended),
        }
    }

    /// Why a fetch failed that ended after the first `ended` of them.
    pub(super) fn failed_since(&self, ended: u64) -> Option<Error> {
        let held = self.held();
        held.failed.clone().filter(|_| held.ended != ended)
    }

    /// Holds a token that came at `now` and lives for `seconds`.
    pub(super) fn keep(&self, value: SecretString, seconds: i64, now: i64) {
        let mut held = self.held();
        held.ended += 1;
        held.failed = None;
        held.token = Some(Token {
            value,
            renew: now.saturating_add(seconds - AHEAD.min(seconds / 4)),
            end: now.saturating_add(seconds - LAST.min(seconds / 8)),
        });
    }

    /// Nothing came at `now`; an old token goes on.
    pub(super) fn miss(&self, error: Error, now: i64) {
        let mut held = self.held();
        held.ended += 1;
        held.failed = Some(error);
        if let Some(token) = &mut held.token {
            token.renew = now.saturating_add(PAUSE);
        }
    }

    /// Drops a token that was refused, unless another has taken its place.
    pub(super) fn drop(&self, refused: &str) {
        let mut held = self.held();
        let is_held = |token: &Token| token.value.expose_secret() == refused;
        if held.token.as_ref().is_some_and(is_held) {
            held.token = None;
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn word(state: &State) -> String {
        match state {
            State::Fresh(token) => format!("fresh {}", token.expose_secret()),
            State::Old(token) => format!("old {}", token.expose_secret()),
            State::Without(ended) => format!("none {ended}"),
        }
    }

    #[test]
    fn a_token_is_fresh_then_old_then_gone() {
        let tokens = Tokens::default();
        assert_eq!(word(&tokens.at(0)), "none 0");
        tokens.keep("a".into(), 3600, 1000);
        for (now, expected) in [
            (1000, "fresh a"),
            (4299, "fresh a"),
            (4300, "old a"),
            (4569, "old a"),
            (4570, "none 1"),
        ] {
            assert_eq!(word(&tokens.at(now)), expected, "{now}");
        }
        tokens.keep("b".into(), 8, 1000);
        for (now, expected) in [(1005, "fresh b"), (1006, "old b"), (1007, "none 2")] {
            assert_eq!(word(&tokens.at(now)), expected, "{now}");
        }
    }

    #[test]
    fn an_old_token_outlives_renewals_that_fail() {
        let tokens = Tokens::default();
        tokens.keep("a".into(), 3600, 0);
        tokens.miss(Error::new(Kind::Server, "p", "busy"), 3400);
        assert_eq!(word(&tokens.at(3419)), "fresh a");
        assert_eq!(word(&tokens.at(3420)), "old a");
        assert_eq!(word(&tokens.at(3570)), "none 2");
        assert!(tokens.failed_since(1).is_some() && tokens.failed_since(2).is_none());
        tokens.keep("b".into(), 3600, 3600);
        assert!(tokens.failed_since(1).is_none());
    }

    #[test]
    fn a_pause_does_not_outlive_the_token() {
        let tokens = Tokens::default();
        tokens.keep("a".into(), 3600, 0);
        tokens.miss(Error::new(Kind::Server, "p", "busy"), 3560);
        assert_eq!(word(&tokens.at(3570)), "none 2");
    }

    #[test]
    fn only_the_token_that_was_refused_is_dropped() {
        let tokens = Tokens::default();
        tokens.keep("a".into(), 3600, 0);
        tokens.drop("b");
        assert_eq!(word(&tokens.at(1)), "fresh a");
        tokens.drop("a");
        assert_eq!(word(&tokens.at(1)), "none 1");
    }
}
