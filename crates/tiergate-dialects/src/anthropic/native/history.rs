//! What other vendors have left in a conversation.

use std::borrow::Cow;

use super::super::names::Ids;
use super::super::wire::Notes;
use crate::inner::{self, Text, is_marked};
use crate::json::{Json, Splice};

/// Takes out reasoning that no Claude has signed, and writes the ids of calls as the vendor takes them; tells whether
/// the model is to go on after results of calls that no thinking leads to.
pub(super) fn mend(messages: Json<'_>, splice: &mut Splice<'_>, notes: &mut Notes) -> bool {
    let turns: Vec<Turn<'_>> = messages.elements().map(Turn::read).collect();
    for turn in &turns {
        unsigned(turn, splice, notes);
    }
    if turns
        .iter()
        .flat_map(|turn| &turn.blocks)
        .any(|block| !block.has_fit_id())
    {
        ids(&turns, splice);
        notes.add("changed ids of calls");
    }
    match &*turns {
        [.., calls, results] => results.answers() && calls.calls_unthinking(),
        _ => false,
    }
}

/// A message.
struct Turn<'a> {
    content: Option<Json<'a>>,
    blocks: Vec<Block<'a>>,
}

/// A block of a message, as far as it matters here.
struct Block<'a> {
    kind: Kind,
    /// The id of the call that it is or answers.
    id: Option<Json<'a>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Call,
    Other,
    Result,
    Thought,
    /// Thought by another model than a Claude.
    Unsigned,
}

impl<'a> Turn<'a> {
    fn read(message: Json<'a>) -> Self {
        let content = message.get("content").filter(|content| content.is_array());
        Self {
            content,
            blocks: content.map_or_else(Vec::new, |content| {
                content.elements().map(Block::read).collect()
            }),
        }
    }

    fn answers(&self) -> bool {
        self.blocks
            .first()
            .is_some_and(|block| block.kind == Kind::Result)
    }

    fn calls_unthinking(&self) -> bool {
        let mut kept = self
            .blocks
            .iter()
            .filter(|block| block.kind != Kind::Unsigned);
        let first = kept.next().map(|block| block.kind);
        first == Some(Kind::Call)
            || first == Some(Kind::Other) && kept.any(|block| block.kind == Kind::Call)
    }
}

impl<'a> Block<'a> {
    fn read(block: Json<'a>) -> Self {
        let literal = |name| block.get(name).and_then(text);
        let (kind, id) = match block.get("type").and_then(Json::string) {
            Some(b"tool_use") => (Kind::Call, block.get("id")),
            Some(b"tool_result") => (Kind::Result, block.get("tool_use_id")),
            Some(b"thinking") => {
                let signed =
                    literal("signature").is_some_and(|own| !own.is_empty() && !is_marked(&own));
                (
                    if signed {
                        Kind::Thought
                    } else {
                        Kind::Unsigned
                    },
                    None,
                )
            }
            Some(b"redacted_thinking") => {
                let marked = literal("data").is_some_and(|data| is_marked(&data));
                (
                    if marked {
                        Kind::Unsigned
                    } else {
                        Kind::Thought
                    },
                    None,
                )
            }
            _ => (Kind::Other, None),
        };
        Self { kind, id }
    }

    fn has_fit_id(&self) -> bool {
        let fits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let id = self.id.and_then(Json::string);
        id.is_none_or(|id| !id.is_empty() && id.iter().all(fits))
    }
}

fn unsigned(turn: &Turn<'_>, splice: &mut Splice<'_>, notes: &mut Notes) {
    let is_unsigned = |block: &Block<'_>| block.kind == Kind::Unsigned;
    let Some(content) = turn.content.filter(|_| turn.blocks.iter().any(is_unsigned)) else {
        return;
    };
    notes.add("removed reasoning of another vendor");
    if turn.blocks.iter().all(is_unsigned) {
        // a message without content is refused
        splice.replace(content, &br#"[{"type":"text","text":"."}]"#[..]);
        return;
    }
    splice.remove_elements(content, |at| turn.blocks.get(at).is_some_and(is_unsigned));
}

fn ids(turns: &[Turn<'_>], splice: &mut Splice<'_>) {
    let mut ids = Ids::default();
    for block in turns.iter().flat_map(|turn| &turn.blocks) {
        let Some((place, own)) = block.id.and_then(|id| Some((id, text(id)?))) else {
            continue;
        };
        let told = match block.kind {
            Kind::Call => ids.call(&own),
            _ => ids.result(&own),
        };
        if told != own {
            splice.replace(place, Cow::Owned(told.raw().as_bytes().to_vec()));
        }
    }
}

fn text(json: Json<'_>) -> Option<Text<'_>> {
    let raw: &serde_json::value::RawValue = serde_json::from_slice(json.raw()).ok()?;
    Text::literal(inner::Json::from(raw))
}
