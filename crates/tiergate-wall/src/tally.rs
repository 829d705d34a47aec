//! What the wall has seen and said: its own account, to hold a gateway's against.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::dialect::Dialect;
use crate::play::Said;

/// The account since the start or the last reset.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Tally {
    /// Connections that were accepted.
    pub connections: u64,
    /// Connections that were accepted, by port.
    pub ports: BTreeMap<u16, u64>,
    /// Connections that are open now.
    pub open: u64,
    /// Requests that got no fault: something else than HTTP/1, or orders that could not be read.
    pub malformed: u64,
    /// Orders that could not be read, as a header, a path or a model's name said them.
    pub mistaken: BTreeMap<String, u64>,
    /// Requests to paths that no provider has.
    pub unknown: u64,
    /// Redirects that were followed.
    pub followed: u64,
    /// Everything together.
    pub total: Counts,
    /// By model as the request named it.
    pub models: BTreeMap<String, Counts>,
    /// By path, models in it written `{model}`.
    pub routes: BTreeMap<String, Counts>,
    /// Requests by the fault they got, and connections that got theirs before they could ask.
    pub faults: BTreeMap<String, u64>,
    /// Requests by their `x-request-id`: more than one is an attempt again.
    pub attempts: BTreeMap<String, u64>,
    /// Requests by their `idempotency-key`.
    pub idempotency: BTreeMap<String, u64>,
    /// Requests by the fingerprint of the key that came with them.
    pub keys: BTreeMap<String, u64>,
    /// The last requests one by one.
    pub requests: VecDeque<Seen>,
    #[serde(skip)]
    next: u64,
}

/// Sums over requests.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// Requests that were read whole.
    pub requests: u64,
    /// Answers that were played to their end.
    pub finished: u64,
    /// Answers that the client left.
    pub left: u64,
    /// Answers that the wall broke off, as it was told to.
    pub broken: u64,
    /// Bytes written, heads included.
    pub bytes: u64,
    /// Events written.
    pub events: u64,
    /// Words written, one token each.
    pub tokens: u64,
    /// Prompt tokens in the usage that was told.
    pub told_prompt: u64,
    /// Completion tokens in the usage that was told.
    pub told_completion: u64,
}

/// One request and what became of its answer.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Seen {
    /// Counted from 0 since the start or the last reset.
    pub number: u64,
    /// When it had been read, in milliseconds after the start.
    pub at_ms: u64,
    /// Which connection it came on, counted from 0.
    pub connection: u64,
    /// The path, models in it written `{model}`.
    pub route: String,
    /// The provider that is imitated.
    pub dialect: Dialect,
    /// As the request named it.
    pub model: String,
    /// Was a stream asked for?
    pub streaming: bool,
    /// The fault it got.
    pub fault: String,
    /// In order, secrets as fingerprints.
    pub headers: Vec<(String, String)>,
    /// Length of its body.
    pub body_bytes: u64,
    /// The status that was written, if any.
    pub status: Option<u16>,
    /// Bytes written.
    pub bytes: u64,
    /// Events written.
    pub events: u64,
    /// Words written.
    pub tokens: u64,
    /// How the answer ended.
    pub ended: Ended,
    /// Milliseconds from the reading to the end, or until the client had left.
    pub ms: Option<u64>,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Ended {
    /// The wall broke it off, as it was told to.
    Broken,
    /// It was played to its end.
    Finished,
    /// The client left.
    Left,
    /// It goes on.
    Open,
}

/// Names beyond these are counted together.
const MOST_NAMES: usize = 10_000;
const OTHERS: &str = "(others)";
/// More is not kept of a header's value.
const MOST_VALUE: usize = 256;

impl Tally {
    /// What was counted for a model.
    pub fn model(&self, name: &str) -> Counts {
        self.models.get(name).copied().unwrap_or_default()
    }

    /// Everything but the open connections to nothing.
    pub(crate) fn reset(&mut self) {
        *self = Self {
            open: self.open,
            ..Self::default()
        };
    }

    /// A connection got its fault before it could ask.
    pub(crate) fn at_accept(&mut self, fault: &str) {
        *slot(&mut self.faults, fault) += 1;
    }

    /// Orders could not be read.
    pub(crate) fn mistaken(&mut self, written: &str) {
        self.malformed += 1;
        let written: String = written.chars().take(MOST_VALUE).collect();
        *slot(&mut self.mistaken, &written) += 1;
    }

    /// Opens the account of a request; it gets its number.
    pub(crate) fn begin(&mut self, mut seen: Seen, key: Option<&str>, keep: usize) -> u64 {
        let number = self.next;
        self.next += 1;
        seen.number = number;
        for counts in self.all(&seen.model, &seen.route) {
            counts.requests += 1;
        }
        *slot(&mut self.faults, &seen.fault) += 1;
        if let Some(key) = key {
            *slot(&mut self.keys, &fingerprint(key)) += 1;
        }
        for (name, value) in &seen.headers {
            match &**name {
                "x-request-id" => *slot(&mut self.attempts, value) += 1,
                "idempotency-key" => *slot(&mut self.idempotency, value) += 1,
                _ => {}
            }
        }
        if keep > 0 {
            self.requests.push_back(seen);
            while self.requests.len() > keep {
                self.requests.pop_front();
            }
        }
        number
    }

    pub(crate) fn wrote(&mut self, of: &Account, bytes: u64, said: Said) {
        for counts in self.all(&of.model, &of.route) {
            counts.bytes += bytes;
            counts.events += u64::from(said.events);
            counts.tokens += u64::from(said.tokens);
            if let Some((prompt, completion)) = said.usage {
                counts.told_prompt = counts.told_prompt.saturating_add(prompt);
                counts.told_completion = counts.told_completion.saturating_add(completion);
            }
        }
        if let Some(seen) = self.seen(of.number) {
            seen.bytes += bytes;
            seen.events += u64::from(said.events);
            seen.tokens += u64::from(said.tokens);
        }
    }

    pub(crate) fn ended(&mut self, of: &Account, ended: Ended, ms: u64) {
        for counts in self.all(&of.model, &of.route) {
            match ended {
                Ended::Broken => counts.broken += 1,
                Ended::Finished => counts.finished += 1,
                Ended::Left => counts.left += 1,
                Ended::Open => {}
            }
        }
        if let Some(seen) = self.seen(of.number) {
            seen.ended = ended;
            seen.ms = Some(ms);
        }
    }

    fn seen(&mut self, number: u64) -> Option<&mut Seen> {
        let first = self.requests.front()?.number;
        let at = usize::try_from(number.checked_sub(first)?).ok()?;
        self.requests.get_mut(at)
    }

    fn all(&mut self, model: &str, route: &str) -> [&mut Counts; 3] {
        [
            &mut self.total,
            slot(&mut self.models, model),
            slot(&mut self.routes, route),
        ]
    }
}

/// Whose account is written to.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub number: u64,
    pub model: String,
    pub route: String,
}

fn slot<'a, V: Default>(map: &'a mut BTreeMap<String, V>, name: &str) -> &'a mut V {
    let name = if map.len() < MOST_NAMES || map.contains_key(name) {
        name
    } else {
        OTHERS
    };
    map.entry(name.to_owned()).or_default()
}

/// A secret in a form that can be compared and not used.
pub fn fingerprint(secret: &str) -> String {
    let digest = Sha256::digest(secret.as_bytes());
    let mut text = "sha256:".to_owned();
    for byte in digest.iter().take(8) {
        _ = write!(text, "{byte:02x}");
    }
    text
}

/// The headers of a request as they may be kept.
pub(crate) fn keepable(headers: &[(String, String)]) -> Vec<(String, String)> {
    let one = |(name, value): &(String, String)| (name.clone(), shown(name, value));
    headers.iter().map(one).collect()
}

fn shown(name: &str, value: &str) -> String {
    let secret = ["authorization", "cookie", "key", "secret", "token"]
        .iter()
        .any(|part| name.contains(part));
    if secret && name != "idempotency-key" {
        return match value.strip_prefix("Bearer ") {
            Some(key) => format!("Bearer {}", fingerprint(key)),
            None => fingerprint(value),
        };
    }
    value.chars().take(MOST_VALUE).collect()
}

#[cfg(test)]
mod tests {
    use super::{fingerprint, shown};

    #[test]
    fn secrets_are_not_kept() {
        let print = fingerprint("sk-1");
        assert_eq!(
            shown("authorization", "Bearer sk-1"),
            format!("Bearer {print}")
        );
        assert_eq!(shown("x-api-key", "sk-1"), print);
        assert_eq!(shown("x-amz-security-token", "sk-1"), print);
        assert_eq!(shown("idempotency-key", "abc"), "abc");
        assert_eq!(shown("x-long", &"a".repeat(999)).len(), 256);
    }
}
