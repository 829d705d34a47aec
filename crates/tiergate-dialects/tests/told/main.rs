//! What vendors answer, as clients of each dialect get it, and what comes back to the vendor.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use serde_json::{Value, json};
use tiergate_dialects::front::{Writer, left_out, left_out_of, write_answer};
use tiergate_dialects::inner::{Event, Stamp, Undo};
use tiergate_dialects::{Form, anthropic, gemini, openai, responses};

mod bounds;
mod echoed;
mod lengths;
mod lost;
mod pictures;

const STAMP: Stamp<'static> = Stamp {
    id: "7f3a",
    created: 1_795_000_000,
    model: "auto",
    likely_input: 12,
};

/// Whose answer it is.
#[derive(Clone, Copy)]
enum Vendor {
    Claude,
    Gemini,
    Host,
    OpenAi,
}

/// A whole answer as a client gets it, and what it does not get.
fn whole(vendor: Vendor, body: &Value, form: Form) -> (Value, Vec<String>) {
    let body = body.to_string();
    let undo = Undo::default();
    let answer = match vendor {
        Vendor::Claude => anthropic::answer(body.as_bytes(), &undo),
        Vendor::Gemini => gemini::answer(body.as_bytes(), &undo),
        Vendor::Host => openai::chat::answer(body.as_bytes(), &undo),
        Vendor::OpenAi => responses::answer(body.as_bytes(), &undo),
    };
    let answer = answer.unwrap();
    let written = write_answer(form, &answer, &STAMP, None);
    let lost = left_out(form, &answer.parts);
    (
        serde_json::from_slice(&written).unwrap(),
        lost.iter().map(ToString::to_string).collect(),
    )
}

/// A streamed answer as a client gets it, frame by frame, and what it does not get.
fn streamed(vendor: Vendor, frames: &[Value], form: Form) -> (Vec<Value>, Vec<String>) {
    let frames: Vec<String> = frames.iter().map(ToString::to_string).collect();
    let mut events = Vec::new();
    let undo = Undo::default();
    match vendor {
        Vendor::Claude => {
            let mut stream = anthropic::Stream::new(undo);
            for frame in &frames {
                stream.event("", frame.as_bytes(), &mut events).unwrap();
            }
        }
        Vendor::Gemini => {
            let mut stream = gemini::Stream::new(undo);
            for frame in &frames {
                stream.event("", frame.as_bytes(), &mut events).unwrap();
            }
        }
        Vendor::Host => {
            let mut stream = openai::chat::Stream::new(undo);
            for frame in &frames {
                stream.event("", frame.as_bytes(), &mut events).unwrap();
            }
        }
        Vendor::OpenAi => {
            let mut stream = responses::Stream::new(undo);
            for frame in &frames {
                stream.event("", frame.as_bytes(), &mut events).unwrap();
            }
        }
    }
    told(&events, form)
}

fn told(events: &[Event<'_>], form: Form) -> (Vec<Value>, Vec<String>) {
    let mut writer = Writer::new(form, &STAMP, None);
    let mut out = Vec::new();
    let mut lost = Vec::new();
    for event in events {
        writer.event(event, &mut out).unwrap();
        lost.extend(left_out_of(form, event).map(|edit| edit.to_string()));
    }
    out.extend(writer.end().into_iter().flat_map(|(_, bytes)| bytes));
    let out = String::from_utf8(out).unwrap();
    let data = out
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .filter(|data| *data != "[DONE]");
    (
        data.map(|data| serde_json::from_str(data).unwrap())
            .collect(),
        lost,
    )
}

/// A whole answer of Gemini's.
fn drawn(parts: &Value) -> Value {
    json!({"candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}]})
}

/// A chunk of one.
fn chunk(parts: &Value, reason: Option<&str>) -> Value {
    json!({"candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": reason}]})
}
