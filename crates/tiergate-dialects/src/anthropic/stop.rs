//! Stop reasons, both ways.

use serde_json::value::RawValue;

use super::read::text;
use crate::inner::{Stop, Text};

/// The stop reason, where the vendor tells one: `null` and an empty word are none.
pub(super) fn told(reason: Option<&RawValue>) -> Option<Text<'_>> {
    text(reason).filter(|reason| !reason.is_empty())
}

/// What a stop reason means; a word that nobody knows is an end like others, and its name goes along.
pub(super) fn read(native: &Text<'_>) -> Stop {
    match native.inside() {
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
        && native.is_some_and(|native| read(native) == stop)
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
