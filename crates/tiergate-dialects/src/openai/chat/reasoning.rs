//! Thoughts, and what proves them, in the members that clients and hosts have agreed on.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::object::{Object, object};
use super::wire::Loose;
use crate::gemini::signs_no_thought;
use crate::inner::{Part, Text};

/// The members of a message or a delta that tell reasoning, as they came.
#[derive(Clone, Copy, Default)]
pub(super) struct Told<'a> {
    pub(super) details: Option<&'a RawValue>,
    pub(super) content: Option<&'a RawValue>,
    pub(super) reasoning: Option<&'a RawValue>,
}

impl<'a> Told<'a> {
    /// The plain text of the reasoning; hosts that tell it twice say the same.
    pub(super) fn text(self) -> Option<Text<'a>> {
        let text = |raw: Option<&'a RawValue>| Text::literal(raw?).filter(|text| !text.is_empty());
        text(self.content).or_else(|| text(self.reasoning))
    }

    /// The details, those of unknown kinds left out.
    pub(super) fn details(self) -> Vec<Detail<'a>> {
        let Some(raw) = self.details else {
            return Vec::new();
        };
        let read: Vec<Shape<'a>> = serde_json::from_str(raw.get()).unwrap_or_default();
        read.into_iter().filter_map(Shape::detail).collect()
    }

    /// The thoughts of a whole message. Details win over plain text, but a signature without its text (as streams
    /// tell it) is put over the plain text.
    pub(super) fn parts(self) -> Vec<Part<'a>> {
        let mut details = self.details();
        let worded = details.iter().any(Detail::has_text);
        if let Some(text) = self.text().filter(|_| !worded) {
            place(&mut details, text);
        }
        details.into_iter().map(Detail::part).collect()
    }
}

/// Finds the place of the whole text among details without any.
fn place<'a>(details: &mut Vec<Detail<'a>>, whole: Text<'a>) {
    // Gemini's signatures over words and pictures say themselves what they cover
    let is_thought = |detail: &Detail<'a>| match detail {
        Detail::Thought { signature, .. } => !signature.as_ref().is_some_and(signs_no_thought),
        Detail::Encrypted { .. } => false,
    };
    if details.iter().filter(|detail| is_thought(detail)).count() > 1 {
        // which words each signature covers is not known, and a wrong signature is worse than none
        details.retain(|detail| !is_thought(detail));
    }
    match details.iter_mut().find(|detail| is_thought(detail)) {
        Some(Detail::Thought { text, .. }) => *text = Some(whole),
        _ => details.insert(
            0,
            Detail::Thought {
                text: Some(whole),
                signature: None,
                id: None,
            },
        ),
    }
}

/// An element of `reasoning_details`.
pub(super) enum Detail<'a> {
    Encrypted {
        data: Text<'a>,
        id: Option<Text<'a>>,
    },
    Thought {
        text: Option<Text<'a>>,
        signature: Option<Text<'a>>,
        id: Option<Text<'a>>,
    },
}

impl<'a> Detail<'a> {
    pub(super) fn has_text(&self) -> bool {
        matches!(self, Self::Thought { text: Some(_), .. })
    }

    fn part(self) -> Part<'a> {
        match self {
            Self::Encrypted { data, id } => Part::Redacted { data, id },
            Self::Thought {
                text,
                signature,
                id,
            } => Part::Thinking {
                text: text.unwrap_or_default(),
                signature,
                id,
            },
        }
    }
}

#[derive(Deserialize)]
struct Shape<'a> {
    #[serde(borrow, rename = "type", default)]
    kind: Loose<'a>,
    #[serde(borrow, default)]
    text: Loose<'a>,
    #[serde(borrow, default)]
    summary: Loose<'a>,
    #[serde(borrow, default)]
    signature: Loose<'a>,
    #[serde(borrow, default)]
    data: Loose<'a>,
    #[serde(borrow, default)]
    id: Loose<'a>,
}

impl<'a> Shape<'a> {
    fn detail(self) -> Option<Detail<'a>> {
        let kind = self.kind.0?;
        let id = self.id.full();
        if kind.is("reasoning.encrypted") {
            return Some(Detail::Encrypted {
                data: self.data.full()?,
                id,
            });
        }
        let text = match kind.inside() {
            "reasoning.text" => self.text.full(),
            "reasoning.summary" => self.summary.full(),
            _ => return None,
        };
        let signature = self.signature.full();
        let says = text.is_some() || signature.is_some() || id.is_some();
        says.then_some(Detail::Thought {
            text,
            signature,
            id,
        })
    }
}

/// Writes the thoughts among `parts`: `reasoning_content`, and `reasoning_details` where plain text would lose
/// something.
pub(super) fn write(message: &mut Object<'_>, parts: &[Part<'_>]) {
    let texts: Vec<&Text<'_>> = parts.iter().filter_map(thought).collect();
    if texts.iter().any(|text| !text.is_empty()) {
        let out = message.key("reasoning_content");
        out.push(b'"');
        for text in &texts {
            out.extend_from_slice(text.inside().as_bytes());
        }
        out.push(b'"');
    }
    if texts.len() > 1 || parts.iter().any(is_proof) {
        let details = parts
            .iter()
            .filter(|part| thought(part).is_some() || is_proof(part));
        message.list("reasoning_details", details, detail);
    }
}

fn thought<'p>(part: &'p Part<'_>) -> Option<&'p Text<'p>> {
    match part {
        Part::Thinking { text, .. } => Some(text),
        _ => None,
    }
}

/// Whether plain text cannot say it all.
fn is_proof(part: &Part<'_>) -> bool {
    match part {
        Part::Thinking { signature, id, .. } => signature.is_some() || id.is_some(),
        Part::Redacted { .. } => true,
        _ => false,
    }
}

fn detail(out: &mut Vec<u8>, part: &Part<'_>) {
    object(out, |detail| match part {
        Part::Thinking {
            text,
            signature,
            id,
        } => {
            detail.raw("type", r#""reasoning.text""#);
            detail.text("text", text);
            detail.optional("signature", signature.as_ref());
            detail.optional("id", id.as_ref());
        }
        Part::Redacted { data, id } => {
            detail.raw("type", r#""reasoning.encrypted""#);
            detail.text("data", data);
            detail.optional("id", id.as_ref());
        }
        _ => {}
    });
}
