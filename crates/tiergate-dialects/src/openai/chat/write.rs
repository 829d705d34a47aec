//! A whole answer, as a client of chat completions gets it.

use bytes::Bytes;
use tiergate_wire::usage::Usage;

use super::object::{Object, object};
use super::reasoning;
use crate::inner::{Answer, Media, Part, Stamp, Text, ToolCall};
use crate::picture;

/// Writes an answer as a `chat.completion`.
pub fn write_answer(answer: &Answer<'_>, stamp: &Stamp<'_>) -> Bytes {
    let mut out = Vec::with_capacity(1024);
    let mut body = Object::open(&mut out);
    match &answer.id {
        Some(id) => body.text("id", id),
        None => body.string("id", &format!("chatcmpl-{}", stamp.id)),
    }
    body.raw("object", r#""chat.completion""#);
    body.raw("created", &stamp.created.to_string());
    body.string("model", stamp.model);
    body.list("choices", [answer], choice);
    if let Some(usage) = &answer.settled(stamp) {
        self::usage(body.key("usage"), usage);
    }
    body.close();
    out.into()
}

fn choice(out: &mut Vec<u8>, answer: &Answer<'_>) {
    object(out, |choice| {
        choice.raw("index", "0");
        choice.object("message", |told| message(told, &answer.parts));
        choice.raw("logprobs", "null");
        choice.string("finish_reason", answer.stop.finish_reason());
        choice.optional("native_finish_reason", answer.native_stop.as_ref());
    });
}

fn message(message: &mut Object<'_>, parts: &[Part<'_>]) {
    let calls = || parts.iter().filter_map(call_of);
    let refused = parts.iter().any(|part| refusal_of(part).is_some());
    let nothing = if refused || calls().next().is_some() {
        "null"
    } else {
        "\"\""
    };
    message.raw("role", "\"assistant\"");
    joined(
        message.key("content"),
        parts.iter().filter_map(text_of),
        nothing,
    );
    joined(
        message.key("refusal"),
        parts.iter().filter_map(refusal_of),
        "null",
    );
    reasoning::write(message, parts);
    if parts.iter().any(|part| picture_of(part).is_some()) {
        let pictures = parts.iter().filter_map(picture_of).enumerate();
        message.list("images", pictures, |out, (at, source)| {
            picture(out, at as u64, source);
        });
    }
    if calls().next().is_some() {
        message.list("tool_calls", calls(), |out, told| {
            object(out, |out| call(out, told));
        });
    }
}

/// One literal of several; `nothing` where there is none.
fn joined<'p>(out: &mut Vec<u8>, texts: impl Iterator<Item = &'p Text<'p>>, nothing: &str) {
    let start = out.len();
    for text in texts {
        if out.len() == start {
            out.push(b'"');
        }
        out.extend_from_slice(text.inside().as_bytes());
    }
    if out.len() == start {
        out.extend_from_slice(nothing.as_bytes());
    } else {
        out.push(b'"');
    }
}

fn text_of<'p>(part: &'p Part<'_>) -> Option<&'p Text<'p>> {
    match part {
        Part::Text { text, .. } => Some(text),
        _ => None,
    }
}

fn refusal_of<'p>(part: &'p Part<'_>) -> Option<&'p Text<'p>> {
    match part {
        Part::Refusal(text) => Some(text),
        _ => None,
    }
}

fn call_of<'p>(part: &'p Part<'_>) -> Option<&'p ToolCall<'p>> {
    match part {
        Part::ToolCall(call) => Some(call),
        _ => None,
    }
}

fn picture_of<'p>(part: &'p Part<'_>) -> Option<&'p Media<'p>> {
    match part {
        Part::Image { source, .. } => Some(source),
        _ => None,
    }
}

/// A picture in the form that hosts of models that draw have agreed on.
pub(super) fn picture(out: &mut Vec<u8>, index: u64, source: &Media<'_>) {
    object(out, |told| {
        told.raw("type", r#""image_url""#);
        told.object("image_url", |image| {
            image.text("url", &picture::address(source));
        });
        told.number("index", index);
    });
}

/// A call as requests and answers have it.
pub(super) fn call(out: &mut Object<'_>, call: &ToolCall<'_>) {
    out.text("id", &call.id);
    out.raw("type", r#""function""#);
    out.object("function", |function| {
        function.text("name", &call.name);
        function.text("arguments", &call.arguments.text());
    });
    signature(out, call.signature.as_ref());
}

/// Gemini's signature over a thought, where clients keep it.
pub(super) fn signature(call: &mut Object<'_>, signature: Option<&Text<'_>>) {
    if let Some(signature) = signature {
        call.object("extra_content", |extra| {
            extra.object("google", |google| {
                google.text("thought_signature", signature);
            });
        });
    }
}

/// The tokens in OpenAI's form.
pub(super) fn usage(out: &mut Vec<u8>, usage: &Usage) {
    let written = usage
        .cache_write_tokens
        .saturating_add(usage.cache_write_long_tokens);
    object(out, |told| {
        told.number("prompt_tokens", usage.prompt_tokens);
        told.number("completion_tokens", usage.completion_tokens);
        told.number(
            "total_tokens",
            usage.prompt_tokens.saturating_add(usage.completion_tokens),
        );
        told.object("prompt_tokens_details", |details| {
            details.number("cached_tokens", usage.cached_tokens);
            details.number("cache_write_tokens", written);
            if usage.cache_write_long_tokens > 0 {
                details.object("cache_write_tokens_details", |lifetimes| {
                    lifetimes.number("ttl_12h_tokens", usage.cache_write_long_tokens);
                });
            }
            details.number("audio_tokens", usage.prompt_audio_tokens);
        });
        told.object("completion_tokens_details", |details| {
            details.number("reasoning_tokens", usage.reasoning_tokens);
            details.number("audio_tokens", usage.completion_audio_tokens);
        });
    });
}
