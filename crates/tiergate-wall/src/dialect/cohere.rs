//! Cohere's chat, version 2.

use serde_json::{Value, json};

use super::{Answer, Event, Trouble, Voice};

pub(super) struct Cohere;

const REASONS: [&str; 3] = ["COMPLETE", "MAX_TOKENS", "ERROR_TOXIC"];

impl Voice for Cohere {
    fn whole(&self, answer: &Answer) -> Value {
        let message =
            json!({"role": "assistant", "content": [{"type": "text", "text": answer.text()}]});
        let value =
            json!({"id": "wall", "finish_reason": answer.reason(REASONS), "message": message});
        answer.tell(value, "usage", usage(answer))
    }

    fn opening(&self, _answer: &Answer) -> Vec<Event> {
        let message = json!({"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []});
        let empty = json!({"content": {"type": "text", "text": ""}});
        vec![
            event(
                "message-start",
                json!({"id": "wall", "delta": {"message": message}}),
            ),
            event(
                "content-start",
                json!({"index": 0, "delta": {"message": empty}}),
            ),
        ]
    }

    fn word(&self, answer: &Answer, at: usize) -> Event {
        let message = json!({"content": {"text": answer.spoken(at)}});
        event(
            "content-delta",
            json!({"index": 0, "delta": {"message": message}}),
        )
    }

    fn finish(&self, answer: &Answer) -> Vec<Event> {
        let delta = json!({"finish_reason": answer.reason(REASONS)});
        let delta = answer.tell(delta, "usage", usage(answer));
        vec![
            event("content-end", json!({"index": 0})),
            event("message-end", json!({"delta": delta})),
        ]
    }

    fn error(&self, trouble: &Trouble) -> Value {
        json!({"id": "wall", "message": trouble.message})
    }

    fn failure(&self, trouble: &Trouble) -> Event {
        event(
            "message-end",
            json!({"delta": {"finish_reason": "ERROR", "error": trouble.message}}),
        )
    }

    fn main(&self) -> &'static str {
        "message"
    }

    fn part(&self) -> &'static str {
        "delta"
    }
}

fn usage(answer: &Answer) -> Value {
    let counts = json!({"input_tokens": answer.prompt, "output_tokens": answer.completion()});
    json!({"billed_units": counts, "tokens": counts})
}

fn event(kind: &'static str, mut value: Value) -> Event {
    if let Some(members) = value.as_object_mut() {
        members.insert("type".to_owned(), kind.into());
    }
    Event::named(kind, value)
}
