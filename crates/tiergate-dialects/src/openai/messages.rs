//! Changes inside the conversation.

use bytes::Bytes;
use tiergate_wire::chat::Request;

use super::closed;
use super::quirks::{Quirks, Row};
use crate::encoded::{Edit, Edits};
use crate::json::{Json, Member, Splice};

/// The note for a developer message that became a system message.
pub(super) const DEVELOPER: &str = "role developer as system";

/// Asks a model to call a tool, where `tool_choice` cannot.
const ASK: &str = r#"{"role":"user","content":"Answer by calling one of the tools."}"#;

const WALKED: [Row; 8] = [
    Row::ClosedMessages,
    Row::FlatText,
    Row::NoMessageName,
    Row::NoNulls,
    Row::OneSystem,
    Row::ReplaysReasoning,
    Row::ReplaysToolReasoning,
    Row::ShortToolIds,
];

/// The new `messages`, if anything in them but roles must change, and what was changed.
pub(super) fn encode(request: &Request, quirks: &Quirks, ask: bool) -> (Option<Bytes>, Edits) {
    let needed = ask || WALKED.iter().any(|row| quirks.has(*row));
    let Some(text) = request.member("messages").filter(|_| needed) else {
        return (None, Edits::new());
    };
    let mut walk = Walk {
        quirks,
        splice: Splice::new(text),
        notes: Edits::new(),
    };
    let messages = Json::new(text);
    for message in messages.elements() {
        walk.message(message);
    }
    if quirks.has(Row::OneSystem) {
        walk.join_system(messages);
    }
    if quirks.has(Row::ClosedMessages) {
        closed::encode(&mut walk, messages);
    }
    if ask {
        walk.splice.add_element(messages, ASK);
        walk.note("tool_choice required as a user message");
    }
    (walk.splice.finish(), walk.notes)
}

pub(super) struct Walk<'a> {
    quirks: &'a Quirks,
    pub(super) splice: Splice<'a>,
    notes: Edits,
}

impl<'a> Walk<'a> {
    fn message(&mut self, message: Json<'a>) {
        let role = message.get("role").and_then(Json::string).unwrap_or(b"");
        if role == b"developer" && self.quirks.has(Row::DeveloperIsSystem) {
            if let Some(role) = message.get("role") {
                self.splice.replace(role, &br#""system""#[..]);
            }
            self.note(DEVELOPER);
        }
        self.remove_members(message, role);
        if self.quirks.has(Row::FlatText)
            && let Some(text) = message.get("content").and_then(flat_text)
        {
            if let Some(content) = message.get("content") {
                self.splice.replace(content, text);
            }
            self.note("text parts as one string");
        }
        if role == b"assistant" {
            self.replay_reasoning(message);
        }
        if self.quirks.has(Row::ShortToolIds) {
            self.shorten_ids(message);
        }
    }

    fn remove_members(&mut self, message: Json<'a>, role: &[u8]) {
        let name = self.quirks.has(Row::NoMessageName) && role != b"tool";
        let null = self.quirks.has(Row::NoNulls) && role == b"assistant";
        if !name && !null {
            return;
        }
        let unwanted =
            |member: &Member<'_>| name && member.name == b"name" || null && member.value.is_null();
        if self.splice.remove_members(message, unwanted) {
            self.note(if name {
                "removed name from messages"
            } else {
                "removed nulls from assistant messages"
            });
        }
    }

    /// Hosts that want their reasoning back take a blank where the client has lost it.
    fn replay_reasoning(&mut self, message: Json<'a>) {
        let calls = message
            .get("tool_calls")
            .is_some_and(|calls| !calls.is_null());
        let wanted = self.quirks.has(Row::ReplaysReasoning)
            || self.quirks.has(Row::ReplaysToolReasoning) && calls;
        if wanted && message.get("reasoning_content").is_none() {
            self.splice
                .add_member(message, r#""reasoning_content":" ""#);
            self.note("added blank reasoning_content");
        }
    }

    fn shorten_ids(&mut self, message: Json<'a>) {
        let calls = message.get("tool_calls").into_iter();
        let ids = calls
            .flat_map(Json::elements)
            .filter_map(|call| call.get("id"))
            .chain(message.get("tool_call_id"));
        for id in ids {
            if let Some(text) = id.string().filter(|text| !is_short_id(text)) {
                self.splice.replace(id, short_id(text).into_bytes());
                self.note("shortened tool call ids");
            }
        }
    }

    /// Joins the system messages at the start with blank lines between them.
    fn join_system(&mut self, messages: Json<'a>) {
        let texts: Vec<_> = messages
            .elements()
            .map_while(|message| {
                let role = message.get("role")?.string()?;
                let system = matches!(role, b"system" | b"developer");
                let content = message.get("content").filter(|_| system)?;
                let text = match content.string() {
                    Some(text) => text.to_vec(),
                    None => flat_text(content)?.get(1..)?.strip_suffix(b"\"")?.to_vec(),
                };
                Some((content, text))
            })
            .collect();
        let [(first, _), _, ..] = texts.as_slice() else {
            return;
        };
        let parts: Vec<&[u8]> = texts.iter().map(|(_, text)| text.as_slice()).collect();
        let joined = [b"\"", parts.join(&br"\n\n"[..]).as_slice(), b"\""].concat();
        self.splice.replace(*first, joined);
        let count = texts.len();
        self.splice
            .remove_elements(messages, |at| (1..count).contains(&at));
        self.note("joined the system messages");
    }

    pub(super) fn note(&mut self, note: impl Into<Edit>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// The parts of a content list as one string literal, when all of them are text.
fn flat_text(content: Json<'_>) -> Option<Vec<u8>> {
    if !content.is_array() {
        return None;
    }
    let mut literal = vec![b'"'];
    for part in content.elements() {
        if part.get("type")?.string()? != b"text" {
            return None;
        }
        literal.extend_from_slice(part.get("text")?.string()?);
    }
    literal.push(b'"');
    Some(literal)
}

fn is_short_id(id: &[u8]) -> bool {
    id.len() == 9 && id.iter().all(u8::is_ascii_alphanumeric)
}

/// Nine letters and digits that stand for `id`: its FNV-1a hash in base 62, as a string literal.
fn short_id(id: &[u8]) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut hash = id.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut literal = String::from("\"");
    for _ in 0..9 {
        let digit = usize::try_from(hash % 62).unwrap_or_default();
        literal.push(char::from(DIGITS[digit]));
        hash /= 62;
    }
    literal.push('"');
    literal
}
