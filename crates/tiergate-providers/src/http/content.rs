//! What a response says it holds.

use http::{HeaderMap, header};

/// What a response says it holds.
pub(crate) enum Content<'a> {
    /// Server-sent events.
    Events,
    /// `application/vnd.amazon.eventstream`.
    Frames,
    /// JSON, or lines of it.
    Json,
    /// Something else, by its name.
    Other(&'a str),
    /// It does not say.
    Untold,
}

/// What the headers of a response say.
pub(crate) fn content(headers: &HeaderMap) -> Content<'_> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Content::Untold;
    };
    let text = value.to_str().unwrap_or("something unreadable");
    let kind = text.split(';').next().unwrap_or(text).trim();
    if kind.eq_ignore_ascii_case("application/json") || kind.ends_with("json") {
        Content::Json
    } else if kind.eq_ignore_ascii_case("text/event-stream") {
        Content::Events
    } else if kind.eq_ignore_ascii_case("application/vnd.amazon.eventstream") {
        Content::Frames
    } else {
        Content::Other(kind)
    }
}
