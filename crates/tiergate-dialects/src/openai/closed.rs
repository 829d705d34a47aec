//! The conversation for Mistral, which refuses members, parts and orders of roles that it does not know.

use std::collections::HashMap;

use super::messages::Walk;
use crate::json::{Json, Member};

/// Stands between what a tool gave and what a user says next.
const BRIDGE: &str = r#"{"role":"assistant","content":"OK."}"#;

/// The members that a message of this role may have; `None` for a role that is left as it is.
fn known(role: &[u8]) -> Option<&'static [&'static [u8]]> {
    Some(match role {
        b"assistant" => &[b"role", b"content", b"tool_calls", b"prefix"],
        b"developer" | b"system" | b"user" => &[b"role", b"content"],
        b"tool" => &[b"role", b"content", b"tool_call_id", b"name"],
        _ => return None,
    })
}

/// The members that a call may have.
const CALL: &[&[u8]] = &[b"id", b"type", b"function", b"index"];

pub(super) fn encode<'a>(walk: &mut Walk<'a>, messages: Json<'a>) {
    let mut names = Names::default();
    let mut last: Option<(Json<'a>, &[u8])> = None;
    let mut empty = Vec::new();
    for (at, message) in messages.elements().enumerate() {
        let role = message.get("role").and_then(Json::string).unwrap_or(b"");
        if role == b"assistant" && says_nothing(message) {
            empty.push(at);
            continue;
        }
        let after_tool = last.is_some_and(|(_, role)| role == b"tool");
        if after_tool && role == b"user" {
            walk.splice.insert_element(message, BRIDGE);
            walk.note("added a turn of the assistant's after a tool's");
        }
        if let Some(known) = known(role) {
            keep(walk, message, known, "messages");
        }
        for call in calls(message) {
            names.learn(call);
            keep(walk, call, CALL, "tool calls");
        }
        if role == b"tool" {
            names.tell(walk, message);
        }
        let parts = message.get("content").into_iter();
        for part in parts
            .filter(|content| content.is_array())
            .flat_map(Json::elements)
        {
            self::part(walk, part);
        }
        last = Some((message, role));
    }
    if !empty.is_empty() {
        walk.splice
            .remove_elements(messages, |at| empty.binary_search(&at).is_ok());
        walk.note("left out empty turns of the assistant's");
    }
    if let Some((message, b"assistant")) = last {
        prefix(walk, message);
    }
}

fn says_nothing(message: Json<'_>) -> bool {
    let content = message.get("content");
    let blank = content.is_none_or(|content| matches!(content.raw(), b"null" | b"\"\"" | b"[]"));
    blank && calls(message).next().is_none()
}

fn calls(message: Json<'_>) -> impl Iterator<Item = Json<'_>> {
    message
        .get("tool_calls")
        .into_iter()
        .flat_map(Json::elements)
}

/// Takes out of an object what is not known of it.
fn keep<'a>(walk: &mut Walk<'a>, object: Json<'a>, known: &[&[u8]], of: &str) {
    let unknown = |member: &Member<'_>| !known.contains(&member.name);
    if !walk.splice.remove_members(object, unknown) {
        return;
    }
    for member in object.members().filter(unknown) {
        let told = USUAL.iter().find(|usual| usual.as_bytes() == member.name);
        let name = told.unwrap_or(&"other members");
        walk.note(format!("removed {name} from {of}"));
    }
}

/// What clients usually send that Mistral does not know; whatever else there is need not be listed by name.
const USUAL: [&str; 11] = [
    "annotations",
    "audio",
    "cache_control",
    "extra_content",
    "function_call",
    "name",
    "prompt_cache_breakpoint",
    "reasoning",
    "reasoning_content",
    "reasoning_details",
    "refusal",
];

/// An answer that the client has begun is to be gone on with.
fn prefix<'a>(walk: &mut Walk<'a>, message: Json<'a>) {
    if calls(message).next().is_some() || message.get("prefix").is_some() {
        return;
    }
    walk.splice.add_member(message, r#""prefix":true"#);
    walk.note("added prefix to the last message");
}

fn part<'a>(walk: &mut Walk<'a>, part: Json<'a>) {
    let kind = part.get("type").and_then(Json::string).unwrap_or(b"");
    let told = match kind {
        b"text" => return keep(walk, part, &[b"type", b"text"], "parts"),
        b"image_url" => return keep(walk, part, &[b"type", b"image_url"], "parts"),
        b"file" => part.get("file").and_then(file),
        b"input_audio" => part.get("input_audio").and_then(sound),
        b"refusal" => part.get("refusal").map(|text| member("text", "text", text)),
        _ => None,
    };
    if let Some(told) = told {
        walk.splice.replace(part, told.into_bytes());
        let kind = String::from_utf8_lossy(kind);
        walk.note(format!("{kind} parts in Mistral's shape"));
    }
}

/// `{"data":…,"format":…}` as the data alone.
fn sound(audio: Json<'_>) -> Option<String> {
    Some(member("input_audio", "input_audio", audio.get("data")?))
}

/// A document as a `data:` or other address, or one that was uploaded to Mistral.
fn file(file: Json<'_>) -> Option<String> {
    let Some(data) = file.get("file_data") else {
        return Some(member("file", "file_id", file.get("file_id")?));
    };
    let inside = std::str::from_utf8(data.string()?).ok()?;
    let bare = !inside.starts_with("data:") && !inside.starts_with("http");
    let start = if bare {
        "data:application/pdf;base64,"
    } else {
        ""
    };
    let name = file.get("filename").filter(|name| name.string().is_some());
    let name = name.map_or_else(String::new, |name| {
        format!(
            r#","document_name":{}"#,
            String::from_utf8_lossy(name.raw())
        )
    });
    Some(format!(
        r#"{{"type":"document_url","document_url":"{start}{inside}"{name}}}"#
    ))
}

fn member(kind: &str, name: &str, value: Json<'_>) -> String {
    let value = String::from_utf8_lossy(value.raw());
    format!(r#"{{"type":"{kind}","{name}":{value}}}"#)
}

/// Which tool a call called.
#[derive(Default)]
struct Names<'a>(HashMap<&'a [u8], &'a [u8]>);

impl<'a> Names<'a> {
    fn learn(&mut self, call: Json<'a>) {
        let name = call
            .get("function")
            .and_then(|function| function.get("name"));
        if let (Some(id), Some(name)) = (call.get("id"), name) {
            self.0.insert(id.raw(), name.raw());
        }
    }

    /// Puts its tool's name into a result without one.
    fn tell(&self, walk: &mut Walk<'a>, message: Json<'a>) {
        let (None, Some(id)) = (message.get("name"), message.get("tool_call_id")) else {
            return;
        };
        if let Some(name) = self.0.get(id.raw()) {
            let name = String::from_utf8_lossy(name);
            walk.splice.add_member(message, &format!("\"name\":{name}"));
            walk.note("added name to tools' messages");
        }
    }
}
