//! One message of a conversation.

use std::ops::Range;

use crate::json::Span;

/// Who speaks. Roles that we do not know pass through as [`Role::Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The model.
    Assistant,
    /// Instructions, in the word of newer OpenAI models.
    Developer,
    /// A function's result, in the old form.
    Function,
    /// A role without meaning to us.
    Other,
    /// Instructions.
    System,
    /// A tool's result.
    Tool,
    /// The person or program that asks.
    User,
}

impl Role {
    pub(crate) fn read(raw: &[u8]) -> Self {
        match raw {
            b"assistant" => Self::Assistant,
            b"developer" => Self::Developer,
            b"function" => Self::Function,
            b"system" => Self::System,
            b"tool" => Self::Tool,
            b"user" => Self::User,
            _ => Self::Other,
        }
    }
}

/// What routing reads of one message; its texts come from [`Request::texts`](super::Request::texts).
#[derive(Clone, Debug)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// Tool calls that the message makes.
    pub tool_calls: u32,
    /// Image parts.
    pub images: u32,
    /// Audio parts.
    pub audio: u32,
    /// File parts.
    pub files: u32,
    /// Bytes of base64 and data URLs in the parts above.
    pub media_bytes: u64,
    /// The place of the role's string literal, quotes included.
    pub(crate) role_place: Span,
    /// Its texts, as a range of the request's.
    pub(crate) texts: Range<u32>,
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// The arguments of a tool call: JSON inside a string.
    Arguments,
    /// What is said.
    Content,
    /// The name of a called tool.
    Name,
    /// Reasoning that the client sent back.
    Reasoning,
    /// A refusal.
    Refusal,
}

/// A piece of text in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    /// What it is.
    pub kind: TextKind,
    /// The inside of a JSON string literal: valid UTF-8, escapes not resolved
    /// (see [`json::unescape`](crate::json::unescape)).
    pub raw: &'a [u8],
}
