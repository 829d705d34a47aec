//! Vendors whose chats resemble OpenAI's and sign nothing: Cohere and Ollama.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::path::Path;

use tiergate_dialects::inner::{
    Arguments, Event, Media, Part, Request, Role, Text, ToolCall, ToolResult, Turn,
};

mod cohere_answers;
mod cohere_requests;
mod ollama_answers;
mod ollama_requests;

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn text(text: &str) -> Part<'static> {
    Part::Text {
        text: Text::new(text),
        cache: None,
    }
}

fn thought(text: &str) -> Part<'static> {
    Part::Thinking {
        text: Text::new(text),
        signature: None,
        id: None,
    }
}

fn turn(role: Role, parts: Vec<Part<'static>>) -> Turn<'static> {
    Turn {
        role,
        parts,
        name: None,
    }
}

fn asking(words: &str) -> Request<'static> {
    Request {
        turns: vec![turn(Role::User, vec![text(words)])],
        ..Request::default()
    }
}

fn call(id: &str, arguments: &str) -> Part<'static> {
    Part::ToolCall(ToolCall {
        id: Text::new(id),
        name: Text::new("lookup"),
        arguments: Arguments::Text(Text::new(arguments)),
        ..ToolCall::default()
    })
}

fn result(id: &str, parts: Vec<Part<'static>>) -> Part<'static> {
    Part::ToolResult(ToolResult {
        id: Text::new(id),
        parts,
        ..ToolResult::default()
    })
}

fn image(source: Media<'static>, detail: Option<&str>) -> Part<'static> {
    Part::Image {
        source,
        detail: detail.map(Text::new),
        cache: None,
    }
}

fn base64(media_type: &'static str, data: &'static str) -> Media<'static> {
    Media::Base64 {
        media_type: media_type.into(),
        data: data.into(),
    }
}

/// An event in few words.
fn plain(event: &Event<'_>) -> String {
    match event {
        Event::Start { id, model } => {
            let told = id.as_ref().or(model.as_ref());
            format!("start {}", told.cloned().unwrap_or_default().value())
        }
        Event::Text { block, text } => format!("{block} text {}", text.value()),
        Event::Thinking { block, text } => format!("{block} thinking {}", text.value()),
        Event::ToolCall {
            block, id, name, ..
        } => format!("{block} call {} {}", id.value(), name.value()),
        Event::Arguments { block, fragment } => format!("{block} arguments {}", fragment.value()),
        Event::BlockStop { block } => format!("{block} stop"),
        Event::Usage(usage) => format!("usage {} {}", usage.prompt_tokens, usage.completion_tokens),
        Event::Finish { stop, .. } => format!("finish {stop:?}"),
        other => format!("{other:?}"),
    }
}
