//! Shorthands.

use serde_json::Value;
use tiergate_dialects::inner::{
    Answer, Arguments, Event, Json, Part, Stamp, Stop, Text, ToolCall, Undo,
};
use tiergate_dialects::responses::Stream;
use tiergate_dialects::{Fault, Target};
use tiergate_wire::usage::Usage;

pub(crate) const STAMP: Stamp<'static> = Stamp {
    id: "7f3a",
    created: 1_795_000_000,
    model: "auto",
    likely_input: 0,
};

pub(crate) fn target(model: &str) -> Target<'_> {
    Target {
        model,
        ..Target::default()
    }
}

pub(crate) fn text(text: &str) -> Text<'static> {
    Text::new(text)
}

pub(crate) fn said(words: &str) -> Part<'static> {
    Part::Text {
        text: text(words),
        cache: None,
    }
}

pub(crate) fn value(json: &Json<'_>) -> Value {
    serde_json::from_str(json.get()).unwrap()
}

/// Names and data of the frames of a stream.
pub(crate) fn frames(stream: &str) -> Vec<(&str, &str)> {
    let frames = stream.split_terminator("\n\n").map(|frame| {
        let (name, data) = frame.split_once('\n').unwrap();
        let name = name.strip_prefix("event: ").unwrap();
        (name, data.strip_prefix("data: ").unwrap())
    });
    frames.collect()
}

/// What a vendor's stream says, up to its fault.
pub(crate) fn heard(stream: &str) -> (Vec<Event<'_>>, Option<Fault>) {
    let mut reader = Stream::new(Undo::default());
    let mut events = Vec::new();
    for (name, data) in frames(stream) {
        if let Err(fault) = reader.event(name, data.as_bytes(), &mut events) {
            return (events, Some(fault));
        }
    }
    (events, None)
}

/// An answer in which everything occurs that a model can say.
pub(crate) fn rich() -> Answer<'static> {
    let call = |id: &str, signature: Option<&str>| {
        Part::ToolCall(ToolCall {
            id: text(id),
            name: text("row"),
            arguments: Arguments::Text(text(r#"{"n":7}"#)),
            signature: signature.map(text),
            cache: None,
        })
    };
    Answer {
        id: Some(text("msg_vendor")),
        parts: vec![
            Part::Thinking {
                text: text("Look\nit up"),
                signature: Some(text("EqQB\"+/=")),
                id: None,
            },
            Part::Redacted {
                data: text("cipher"),
                id: None,
            },
            said("Let me \"see\"."),
            Part::Refusal(text("Not that.")),
            call("call_1", Some("thought")),
            call("call_2", None),
        ],
        stop: Stop::ToolCalls,
        usage: Some(Usage {
            prompt_tokens: 300,
            cached_tokens: 100,
            cache_write_tokens: 30,
            cache_write_long_tokens: 20,
            completion_tokens: 40,
            reasoning_tokens: 16,
            ..Usage::default()
        }),
        ..Answer::default()
    }
}
