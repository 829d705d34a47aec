//! The items of a vendor's answer.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::calls::tail;
use crate::inner::{Arguments, Part, Stop, Text, ToolCall, Undo};
use crate::responses::literal::paragraphs;
use crate::responses::seal::seal;
use crate::responses::special;

/// An item of any kind; which members it has depends on its type.
#[derive(Debug, Deserialize)]
pub(super) struct Item<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    call_id: Option<&'a RawValue>,
    #[serde(borrow)]
    name: Option<&'a RawValue>,
    #[serde(borrow)]
    namespace: Option<&'a RawValue>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(borrow)]
    summary: Option<&'a RawValue>,
    #[serde(borrow)]
    encrypted_content: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Piece<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    refusal: Option<&'a RawValue>,
}

impl<'a> Item<'a> {
    pub(super) fn is(&self, kind: &str) -> bool {
        let own = self.kind.map(RawValue::get);
        own.and_then(|own| own.strip_prefix('"')?.strip_suffix('"')) == Some(kind)
    }

    /// The parts of a message, in order.
    pub(super) fn message(&self) -> Vec<Part<'a>> {
        let part = |piece: Piece<'a>| match piece.kind?.get() {
            r#""output_text""# | r#""text""# => Some(Part::Text {
                text: Text::literal(piece.text?)?,
                cache: None,
            }),
            r#""refusal""# => Some(Part::Refusal(Text::literal(piece.refusal?)?)),
            _ => None,
        };
        pieces(self.content).into_iter().filter_map(part).collect()
    }

    /// What was thought, its ciphertext, and the item's id.
    pub(super) fn reasoning(&self) -> (Option<Text<'a>>, Option<Text<'static>>, Option<Text<'a>>) {
        let words = |parts| {
            let texts = pieces(parts).into_iter();
            let texts = texts.filter_map(|piece| Text::literal(piece.text?));
            paragraphs(texts.filter(|text| !text.is_empty()).collect())
        };
        let id = self.id.and_then(Text::literal);
        let encrypted = self.encrypted_content.and_then(Text::literal);
        let encrypted = encrypted.filter(|encrypted| !encrypted.is_empty());
        let sealed = encrypted.map(|encrypted| seal(id.as_ref(), &encrypted));
        (
            words(self.summary).or_else(|| words(self.content)),
            sealed,
            id,
        )
    }

    /// Who is called: the call's id and the tool, under the client's name.
    pub(super) fn called(
        &self,
        undo: &Undo,
        invented: impl FnOnce() -> Text<'a>,
    ) -> (Text<'a>, Text<'a>) {
        let id = self.call_id.and_then(Text::literal);
        let id = id.filter(|id| !id.is_empty()).unwrap_or_else(invented);
        let space = self.namespace.and_then(Text::literal);
        let name = self.name.and_then(Text::literal).unwrap_or_default();
        let own = {
            let told = name.value();
            let own = undo.name(&told);
            (own != told).then(|| Text::new(own))
        };
        (id, special::joined(space.as_ref(), own.unwrap_or(name)))
    }

    pub(super) fn arguments(&self) -> Option<Text<'a>> {
        self.arguments.and_then(Text::literal)
    }

    pub(super) fn input(&self) -> Option<Text<'a>> {
        self.input.and_then(Text::literal)
    }

    /// The whole call.
    pub(super) fn call(&self, undo: &Undo, invented: impl FnOnce() -> Text<'a>) -> ToolCall<'a> {
        let (id, name) = self.called(undo, invented);
        let arguments = if self.is("custom_tool_call") {
            special::arguments(&self.input().unwrap_or_default())
        } else {
            Arguments::Text(self.arguments().unwrap_or_default())
        };
        ToolCall {
            id,
            name,
            arguments,
            ..ToolCall::default()
        }
    }
}

fn pieces(parts: Option<&RawValue>) -> Vec<Piece<'_>> {
    let read = parts.and_then(|parts| serde_json::from_str(parts.get()).ok());
    read.unwrap_or_default()
}

/// An id for a call that has none, the same for the same answer and call.
pub(super) fn invented(nth: usize, answer: &str) -> Text<'static> {
    Text::new(&format!("call_{nth}{}", tail(answer, 6)))
}

/// Why an answer ended, and the vendor's word for it.
pub(super) fn stop(reason: Option<Text<'_>>, called: bool) -> (Stop, Text<'_>) {
    match reason {
        Some(reason) if reason.is("content_filter") => (Stop::ContentFilter, reason),
        Some(reason) if reason.is("max_output_tokens") => (Stop::Length, reason),
        Some(reason) => (Stop::End, reason),
        None if called => (Stop::ToolCalls, Text::new("completed")),
        None => (Stop::End, Text::new("completed")),
    }
}
