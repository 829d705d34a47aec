//! What a turn consists of.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::text::{Json, Text};

/// One piece of a turn or of an answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Part<'a> {
    /// Words.
    Text {
        /// What is said.
        text: Text<'a>,
        /// Whether a prompt cache shall end here.
        cache: Option<Cache>,
    },
    /// A picture.
    Image {
        /// Where it is.
        source: Media<'a>,
        /// `low`, `high`, `auto`, `original`: how closely to look.
        detail: Option<Text<'a>>,
        /// Whether a prompt cache shall end here.
        cache: Option<Cache>,
    },
    /// Sound.
    Audio {
        /// Base64.
        data: Cow<'a, str>,
        /// `wav`, `mp3` and so on.
        format: Cow<'a, str>,
    },
    /// A document.
    File {
        /// Where it is.
        source: Media<'a>,
        /// Its name.
        name: Option<Text<'a>>,
        /// What the client says about it, which is no part of it.
        context: Option<Text<'a>>,
        /// Whether the answer shall say what of it rests on which place.
        cited: bool,
        /// Whether a prompt cache shall end here.
        cache: Option<Cache>,
    },
    /// What a search has found.
    SearchResult(SearchResult<'a>),
    /// The model calls a tool; in assistants' turns and answers.
    ToolCall(ToolCall<'a>),
    /// What a tool gave; in users' turns.
    ToolResult(ToolResult<'a>),
    /// Reasoning that may be shown, with the vendor's signature over it.
    Thinking {
        /// What was thought; empty where only the signature is told.
        text: Text<'a>,
        /// Proves to the vendor that the model wrote it.
        signature: Option<Text<'a>>,
        /// The vendor's id of the item, where it has one (OpenAI's Responses).
        id: Option<Text<'a>>,
    },
    /// Reasoning that only the vendor can read.
    Redacted {
        /// The vendor's ciphertext.
        data: Text<'a>,
        /// The vendor's id of the item, where it has one.
        id: Option<Text<'a>>,
    },
    /// The model refuses, in words.
    Refusal(Text<'a>),
    /// A part that only its own dialect knows, as it came.
    Foreign(Json<'a>),
}

impl<'a> Part<'a> {
    /// Raw bytes of what a model says with it, for an estimate where usage is missing.
    pub fn output_bytes(&self) -> usize {
        let bytes = |text: &Text<'_>| text.inside().len();
        match self {
            Self::Text { text, .. } | Self::Thinking { text, .. } | Self::Refusal(text) => {
                bytes(text)
            }
            Self::ToolCall(call) => bytes(&call.name).saturating_add(bytes(&call.arguments.text())),
            _ => 0,
        }
    }

    /// Whether a model says or does something with it, be it in secret.
    pub(crate) fn says(&self) -> bool {
        match self {
            Self::Text { text, .. } | Self::Refusal(text) => !text.is_empty(),
            Self::Thinking {
                text, signature, ..
            } => !text.is_empty() || signature.is_some(),
            _ => true,
        }
    }

    /// What is said about a document that is not text; in front of text it stands as text itself.
    pub(crate) fn context(&self) -> Option<&Text<'a>> {
        match self {
            Self::File {
                source: Media::Plain(_),
                ..
            } => None,
            Self::File { context, .. } => context.as_ref(),
            _ => None,
        }
    }

    /// Whether a prompt cache shall end after it.
    pub(crate) fn cache(&self) -> Option<Cache> {
        match self {
            Self::Text { cache, .. } | Self::Image { cache, .. } | Self::File { cache, .. } => {
                *cache
            }
            Self::SearchResult(found) => found.cache,
            Self::ToolCall(call) => call.cache,
            Self::ToolResult(result) => result.cache,
            _ => None,
        }
    }

    /// The part, and those inside it.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Self> {
        let inner = match self {
            Self::ToolResult(result) => result.parts.as_slice(),
            _ => &[],
        };
        std::iter::once(self).chain(inner)
    }
}

/// A page or passage that a search has found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchResult<'a> {
    /// Where it was found.
    pub source: Text<'a>,
    /// What it is called.
    pub title: Text<'a>,
    /// What it says, block by block.
    pub texts: Vec<Text<'a>>,
    /// Whether the answer shall say what of it rests on which place.
    pub cited: bool,
    /// Whether a prompt cache shall end here.
    pub cache: Option<Cache>,
}

/// A call of a tool.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolCall<'a> {
    /// Names the call; empty where the dialect has no ids.
    pub id: Text<'a>,
    /// The tool.
    pub name: Text<'a>,
    /// What it is called with.
    pub arguments: Arguments<'a>,
    /// Gemini's signature over the thought that led to the call.
    pub signature: Option<Text<'a>>,
    /// Whether a prompt cache shall end here.
    pub cache: Option<Cache>,
}

/// What a tool gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolResult<'a> {
    /// The call that it answers.
    pub id: Text<'a>,
    /// The tool, where it is known.
    pub name: Option<Text<'a>>,
    /// Text, images and documents.
    pub parts: Vec<Part<'a>>,
    /// The tool failed.
    pub failed: bool,
    /// Whether a prompt cache shall end here.
    pub cache: Option<Cache>,
}

/// Arguments in either of the forms that dialects have.
#[derive(Clone, Debug)]
pub enum Arguments<'a> {
    /// JSON inside a string, as models wrote it: it may be invalid.
    Text(Text<'a>),
    /// A JSON value.
    Object(Json<'a>),
}

impl Arguments<'_> {
    /// The arguments as a JSON object, and whether they are one; `{}` stands for what is empty, `null`
    /// or invalid.
    pub fn object(&self) -> (Json<'_>, bool) {
        let empty = || Json::of(&serde_json::Map::new());
        match self {
            Self::Object(value) if value.get().starts_with('{') => (value.borrowed(), true),
            Self::Object(value) => (empty(), value.is_null()),
            Self::Text(text) => {
                let value = text.value();
                let trimmed = value.trim();
                if trimmed.is_empty() || trimmed == "null" {
                    return (empty(), true);
                }
                match serde_json::from_str::<Box<RawValue>>(trimmed) {
                    Ok(object) if trimmed.starts_with('{') => (object.into(), true),
                    _ => (empty(), false),
                }
            }
        }
    }

    /// The arguments as JSON inside a string.
    pub fn text(&self) -> Text<'_> {
        match self {
            Self::Text(text) => text.borrowed(),
            Self::Object(value) => Text::new(value.get()),
        }
    }
}

impl Default for Arguments<'_> {
    fn default() -> Self {
        Self::Text(Text::new("{}"))
    }
}

impl PartialEq for Arguments<'_> {
    /// Whether both are the same JSON, however it is written.
    fn eq(&self, other: &Self) -> bool {
        let value = |arguments: &Self| -> Option<serde_json::Value> {
            serde_json::from_str(&arguments.text().value()).ok()
        };
        match (value(self), value(other)) {
            (None, None) => self.text() == other.text(),
            (one, other) => one == other,
        }
    }
}

/// Where a picture or a document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Media<'a> {
    /// In the request itself.
    Base64 {
        /// `image/png` and so on; empty when it was not told.
        media_type: Cow<'a, str>,
        /// The bytes in base64.
        data: Cow<'a, str>,
    },
    /// Plain text in the request itself.
    Plain(Text<'a>),
    /// At an address.
    Url(Text<'a>),
    /// Uploaded to the vendor before.
    Id(Text<'a>),
}

/// A prompt cache shall end after this part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Cache {
    /// For as long as the vendor keeps it unless told: minutes.
    #[default]
    Short,
    /// For an hour or more.
    Long,
}
