//! Ollama's own API: one JSON object to a line.

use serde_json::{Value, json};

use super::{Answer, Event, Trouble, Voice, frame};

pub(super) struct Ollama;

const REASONS: [&str; 3] = ["stop", "length", "stop"];

impl Voice for Ollama {
    fn whole(&self, answer: &Answer) -> Value {
        last(answer, &answer.text())
    }

    fn opening(&self, answer: &Answer) -> Vec<Event> {
        vec![Event::plain(line(answer, "", false))]
    }

    fn word(&self, answer: &Answer, at: usize) -> Event {
        Event::plain(line(answer, answer.spoken(at), false))
    }

    fn finish(&self, answer: &Answer) -> Vec<Event> {
        vec![Event::plain(last(answer, ""))]
    }

    fn error(&self, trouble: &Trouble) -> Value {
        json!({"error": trouble.message})
    }

    fn failure(&self, trouble: &Trouble) -> Event {
        Event::plain(self.error(trouble))
    }

    fn ping(&self) -> Vec<u8> {
        b"\n".to_vec()
    }

    fn main(&self) -> &'static str {
        "message"
    }

    fn content_type(&self) -> &'static str {
        "application/x-ndjson"
    }

    fn frame(&self, event: &Event) -> Vec<u8> {
        frame::line(event)
    }
}

fn line(answer: &Answer, text: &str, done: bool) -> Value {
    json!({
        "model": answer.model, "created_at": "2026-09-21T00:00:00Z",
        "message": {"role": "assistant", "content": text}, "done": done,
    })
}

/// The counts stand beside the answer, not in an object of their own.
fn last(answer: &Answer, text: &str) -> Value {
    let mut value = line(answer, text, answer.finish != super::Finish::Missing);
    let counts = [
        ("prompt_eval_count", answer.prompt),
        ("eval_count", answer.completion()),
    ];
    for (name, count) in counts {
        value = answer.tell(value, name, count.into());
    }
    if let Some(members) = value.as_object_mut() {
        members.insert("done_reason".to_owned(), answer.reason(REASONS));
        members.insert("total_duration".to_owned(), 1_000_000.into());
    }
    value
}
