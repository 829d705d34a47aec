//! OpenAI's chat completions.

use serde_json::{Value, json};

use super::answer::CREATED;
use super::{Answer, Cause, Data, Event, Trouble, Voice};

pub(super) struct Chat;

const REASONS: [&str; 3] = ["stop", "length", "content_filter"];

impl Voice for Chat {
    fn whole(&self, answer: &Answer) -> Value {
        let message = json!({"role": "assistant", "content": answer.text(), "refusal": null, "annotations": []});
        let choice = json!({
            "index": 0, "message": message, "logprobs": null, "finish_reason": answer.reason(REASONS),
        });
        let value = json!({
            "id": "chatcmpl-wall", "object": "chat.completion", "created": CREATED, "model": answer.model,
            "choices": [choice], "system_fingerprint": "fp_wall",
        });
        answer.tell(value, "usage", usage(answer))
    }

    fn opening(&self, answer: &Answer) -> Vec<Event> {
        let delta = json!({"role": "assistant", "content": "", "refusal": null});
        vec![chunk(answer, &delta, &Value::Null)]
    }

    fn word(&self, answer: &Answer, at: usize) -> Event {
        chunk(answer, &json!({"content": answer.spoken(at)}), &Value::Null)
    }

    fn finish(&self, answer: &Answer) -> Vec<Event> {
        vec![chunk(answer, &json!({}), &answer.reason(REASONS))]
    }

    fn tail(&self, answer: &Answer) -> Vec<Event> {
        if !answer.usage_asked || answer.usage == super::Usage::Missing {
            return Vec::new();
        }
        let value = with_choices(answer, &json!([]));
        vec![Event::plain(answer.tell(value, "usage", usage(answer)))]
    }

    fn done(&self, _answer: &Answer) -> Option<Event> {
        Some(Event {
            name: None,
            data: Data::Text("[DONE]"),
        })
    }

    fn error(&self, trouble: &Trouble) -> Value {
        error(trouble)
    }

    fn failure(&self, trouble: &Trouble) -> Event {
        Event::plain(error(trouble))
    }

    fn main(&self) -> &'static str {
        "choices"
    }
}

/// The error object that Responses shares.
pub(super) fn error(trouble: &Trouble) -> Value {
    let (kind, param, code) = names(trouble.cause);
    json!({"error": {"message": trouble.message, "type": kind, "param": param, "code": code}})
}

pub(super) fn names(cause: Cause) -> (&'static str, Option<&'static str>, Option<&'static str>) {
    let invalid = "invalid_request_error";
    match cause {
        Cause::Billing => ("insufficient_quota", None, Some("insufficient_balance")),
        Cause::Conflict => (invalid, None, Some("conflict")),
        Cause::Context => (invalid, Some("messages"), Some("context_length_exceeded")),
        Cause::Filter => (invalid, None, Some("content_policy_violation")),
        Cause::Forbidden => ("permission_error", None, Some("model_not_allowed")),
        Cause::Invalid => (invalid, Some("temperature"), Some("invalid_value")),
        Cause::Key => (invalid, None, Some("invalid_api_key")),
        Cause::Model => (invalid, Some("model"), Some("model_not_found")),
        Cause::Overloaded => ("server_error", None, Some("overloaded")),
        Cause::Quota => ("insufficient_quota", None, Some("insufficient_quota")),
        Cause::Rate => ("requests", None, Some("rate_limit_exceeded")),
        Cause::Server | Cause::Unavailable => ("server_error", None, None),
        Cause::Timeout => ("server_error", None, Some("timeout")),
        Cause::TooLarge => (invalid, None, Some("request_too_large")),
        Cause::Unprocessable => (invalid, None, None),
    }
}

fn usage(answer: &Answer) -> Value {
    json!({
        "prompt_tokens": answer.prompt, "completion_tokens": answer.completion(), "total_tokens": answer.total(),
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    })
}

fn chunk(answer: &Answer, delta: &Value, finish: &Value) -> Event {
    let choice = json!({"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish});
    let mut value = with_choices(answer, &json!([choice]));
    if answer.usage_asked
        && let Some(members) = value.as_object_mut()
    {
        members.insert("usage".to_owned(), Value::Null);
    }
    Event::plain(value)
}

fn with_choices(answer: &Answer, choices: &Value) -> Value {
    json!({
        "id": "chatcmpl-wall", "object": "chat.completion.chunk", "created": CREATED, "model": answer.model,
        "system_fingerprint": "fp_wall", "choices": choices,
    })
}
