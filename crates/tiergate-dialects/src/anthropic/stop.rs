//! Stop reasons, both ways.

use crate::inner::{Stop, Text};

/// What a stop reason means.
pub(super) fn read(native: Option<&Text<'_>>) -> Stop {
    match native.map_or("", Text::inside) {
        "max_tokens" | "model_context_window_exceeded" => Stop::Length,
        "refusal" => Stop::ContentFilter,
        "stop_sequence" => Stop::Sequence,
        "tool_use" => Stop::ToolCalls,
        _ => Stop::End,
    }
}

/// The stop reason for a client: the vendor's own, where it is one of this dialect with the same meaning.
pub(super) fn write(stop: Stop, native: Option<&Text<'_>>) -> &'static str {
    let own = ["model_context_window_exceeded", "pause_turn"];
    let kept = own
        .into_iter()
        .find(|own| native.is_some_and(|native| native.is(own)));
    if let Some(kept) = kept
        && read(native) == stop
    {
        return kept;
    }
    match stop {
        Stop::ContentFilter => "refusal",
        Stop::End => "end_turn",
        Stop::Length => "max_tokens",
        Stop::Sequence => "stop_sequence",
        Stop::ToolCalls => "tool_use",
    }
}
