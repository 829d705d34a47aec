//! The cap on output tokens, whose name has changed over time.

use super::encode::Editor;
use super::models::Abilities;
use super::quirks::{Cap, Quirks};

const NEW: &str = "max_completion_tokens";
const OLD: &str = "max_tokens";

/// Lowers the client's cap to `limit`, and gives it the name that the host knows.
pub(super) fn encode(edit: &mut Editor<'_>, limit: Option<u64>, quirks: &Quirks) {
    let asked = edit.request.max_output();
    let cap = limit.map(|limit| asked.map_or(limit, |asked| asked.min(limit)));
    let lowered = cap.filter(|cap| asked != Some(*cap));
    let known = edit.abilities(quirks);
    let reasons = known.as_ref().is_some_and(Abilities::reasons);
    match (quirks.cap, reasons) {
        (Cap::MaxTokens, _) => single(edit, OLD, NEW, lowered),
        (Cap::Both, true) => single(edit, NEW, OLD, lowered),
        (Cap::Both, false) => kept(edit, NEW, lowered),
        (Cap::Kept, _) => kept(edit, OLD, lowered),
    }
}

/// The host knows `name` only.
fn single(edit: &mut Editor<'_>, name: &str, other: &str, lowered: Option<u64>) {
    let has_name = edit.request.member(name).is_some();
    let moved = edit.member(other);
    match (moved, has_name) {
        // both: the newer name is the one that counts, and `max_output` has read it
        (Some(_), true) => {
            edit.remove(other);
            let value = lowered.or_else(|| edit.request.max_output());
            if let Some(value) = value {
                set(edit, name, value);
            }
        }
        (Some(_), false) => {
            edit.rename(other, name);
            if let Some(value) = lowered {
                set(edit, other, value);
            }
        }
        (None, _) => {
            edit.remove(other);
            if let Some(value) = lowered {
                set(edit, name, value);
            }
        }
    }
}

/// The host knows both names: what the client sent stays, and `added` is used where it sent none.
fn kept(edit: &mut Editor<'_>, added: &str, lowered: Option<u64>) {
    let Some(value) = lowered else {
        return;
    };
    let sent = [NEW, OLD].map(|name| edit.request.member(name).is_some());
    match sent {
        [false, false] => set(edit, added, value),
        [new, old] => {
            if new {
                set(edit, NEW, value);
            }
            if old {
                set(edit, OLD, value);
            }
        }
    }
}

fn set(edit: &mut Editor<'_>, name: &str, value: u64) {
    edit.set(
        name,
        value.to_string(),
        format!("set the output cap to {value}"),
    );
}
