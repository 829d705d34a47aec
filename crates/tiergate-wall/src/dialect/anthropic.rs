//! Anthropic's Messages.

use serde_json::{Value, json};

use super::{Answer, Cause, Event, Trouble, Voice};

pub(super) struct Anthropic;

const REASONS: [&str; 3] = ["end_turn", "max_tokens", "refusal"];

impl Voice for Anthropic {
    fn whole(&self, answer: &Answer) -> Value {
        let content = json!([{"type": "text", "text": answer.text()}]);
        let value = message(answer, &content, &answer.reason(REASONS));
        let usage = json!({"input_tokens": answer.prompt, "output_tokens": answer.completion()});
        answer.tell(value, "usage", usage)
    }

    fn opening(&self, answer: &Answer) -> Vec<Event> {
        let begun = message(answer, &json!([]), &Value::Null);
        let usage = json!({"input_tokens": answer.prompt, "output_tokens": 1});
        let begun = answer.tell(begun, "usage", usage);
        let block = json!({"type": "text", "text": ""});
        vec![
            event("message_start", json!({"message": begun})),
            event(
                "content_block_start",
                json!({"index": 0, "content_block": block}),
            ),
        ]
    }

    fn word(&self, answer: &Answer, at: usize) -> Event {
        let delta = json!({"type": "text_delta", "text": answer.spoken(at)});
        event("content_block_delta", json!({"index": 0, "delta": delta}))
    }

    fn finish(&self, answer: &Answer) -> Vec<Event> {
        let delta = json!({"stop_reason": answer.reason(REASONS), "stop_sequence": null});
        let usage = json!({"output_tokens": answer.completion()});
        let last = answer.tell(json!({"delta": delta}), "usage", usage);
        vec![
            event("content_block_stop", json!({"index": 0})),
            event("message_delta", last),
        ]
    }

    fn done(&self, _answer: &Answer) -> Option<Event> {
        Some(event("message_stop", json!({})))
    }

    fn error(&self, trouble: &Trouble) -> Value {
        let error = json!({"type": kind(trouble.cause), "message": message_of(trouble)});
        json!({"type": "error", "error": error, "request_id": "req_wall"})
    }

    fn failure(&self, trouble: &Trouble) -> Event {
        Event::named("error", self.error(trouble))
    }

    fn ping(&self) -> Vec<u8> {
        b"event: ping\ndata: {\"type\":\"ping\"}\n\n".to_vec()
    }

    fn main(&self) -> &'static str {
        "content"
    }

    fn part(&self) -> &'static str {
        "delta"
    }
}

fn message(answer: &Answer, content: &Value, stop: &Value) -> Value {
    json!({
        "id": "msg_wall", "type": "message", "role": "assistant", "model": answer.model, "content": content,
        "stop_reason": stop, "stop_sequence": null,
    })
}

fn event(kind: &'static str, mut value: Value) -> Event {
    if let Some(members) = value.as_object_mut() {
        members.insert("type".to_owned(), kind.into());
    }
    Event::named(kind, value)
}

/// A prompt that is too long has no type of its own: it is known by the words.
fn message_of(trouble: &Trouble) -> String {
    match trouble.cause {
        Cause::Context => "prompt is too long: 9000 tokens > 8192 maximum".to_owned(),
        Cause::Filter => trouble.message.replace(
            Cause::Filter.sentence(),
            "Output blocked by content filtering policy",
        ),
        _ => trouble.message.clone(),
    }
}

fn kind(cause: Cause) -> &'static str {
    match cause {
        Cause::Billing | Cause::Quota => "billing_error",
        Cause::Conflict => "conflict_error",
        Cause::Context | Cause::Filter | Cause::Invalid | Cause::Unprocessable => {
            "invalid_request_error"
        }
        Cause::Forbidden => "permission_error",
        Cause::Key => "authentication_error",
        Cause::Model => "not_found_error",
        Cause::Overloaded => "overloaded_error",
        Cause::Rate => "rate_limit_error",
        Cause::Server | Cause::Unavailable => "api_error",
        Cause::Timeout => "timeout_error",
        Cause::TooLarge => "request_too_large",
    }
}
