//! Gemini's dialect, both ways; the payloads are made up after Google's published shapes.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::path::Path;

use serde_json::Value;
use tiergate_dialects::gemini::{Surface, encode};
use tiergate_dialects::inner::{Part, Request, Role, Text, ToolCall, ToolResult, Turn, Unfit};
use tiergate_dialects::{Target, Translated};

mod asked;
mod embeddings;
mod faults;
mod replayed;
mod schemas;
mod streamed;
mod tuned;
mod whole;

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/gemini");
    std::fs::read(folder.join(name)).unwrap()
}

fn translate(request: &Request<'_>, model: &str) -> Result<Translated, Unfit> {
    let target = Target {
        model,
        ..Target::default()
    };
    encode(request, &target, Surface::Gemini)
}

/// The body for a model on the developer API, and the edits.
#[track_caller]
fn body(request: &Request<'_>, model: &str) -> (Value, Vec<String>) {
    read(&translate(request, model).unwrap())
}

#[track_caller]
fn vertex(request: &Request<'_>, model: &str) -> (Value, Vec<String>) {
    let target = Target {
        model,
        ..Target::default()
    };
    read(&encode(request, &target, Surface::Vertex).unwrap())
}

fn read(translated: &Translated) -> (Value, Vec<String>) {
    let edits = translated.edits.iter().map(ToString::to_string);
    let body = serde_json::from_slice(&translated.body).unwrap();
    (body, edits.collect())
}

fn user(parts: Vec<Part<'_>>) -> Turn<'_> {
    turn(Role::User, parts)
}

fn model(parts: Vec<Part<'_>>) -> Turn<'_> {
    turn(Role::Assistant, parts)
}

fn turn(role: Role, parts: Vec<Part<'_>>) -> Turn<'_> {
    Turn {
        role,
        parts,
        name: None,
    }
}

fn text(text: &str) -> Part<'static> {
    Part::Text {
        text: Text::new(text),
        cache: None,
    }
}

fn call(id: &str, name: &str, arguments: &str) -> ToolCall<'static> {
    ToolCall {
        id: Text::new(id),
        name: Text::new(name),
        arguments: tiergate_dialects::inner::Arguments::Text(Text::new(arguments)),
        ..ToolCall::default()
    }
}

fn result(id: &str, parts: Vec<Part<'static>>) -> Part<'static> {
    Part::ToolResult(ToolResult {
        id: Text::new(id),
        parts,
        ..ToolResult::default()
    })
}

/// A request of one user's turn.
fn hello() -> Request<'static> {
    Request {
        turns: vec![user(vec![text("Hi")])],
        ..Request::default()
    }
}
