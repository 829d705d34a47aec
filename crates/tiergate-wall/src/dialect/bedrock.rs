//! Amazon Bedrock's Converse and `ConverseStream`.

use serde_json::{Value, json};

use super::{Answer, Cause, Event, Trouble, Usage, Voice, frame};

pub(super) struct Bedrock;

const REASONS: [&str; 3] = ["end_turn", "max_tokens", "content_filtered"];

impl Voice for Bedrock {
    fn whole(&self, answer: &Answer) -> Value {
        let message = json!({"role": "assistant", "content": [{"text": answer.text()}]});
        let value = json!({
            "output": {"message": message}, "stopReason": answer.reason(REASONS), "metrics": {"latencyMs": 12},
        });
        answer.tell(value, "usage", usage(answer))
    }

    fn opening(&self, _answer: &Answer) -> Vec<Event> {
        vec![Event::named("messageStart", json!({"role": "assistant"}))]
    }

    fn word(&self, answer: &Answer, at: usize) -> Event {
        let delta = json!({"text": answer.spoken(at)});
        Event::named(
            "contentBlockDelta",
            json!({"contentBlockIndex": 0, "delta": delta}),
        )
    }

    fn finish(&self, answer: &Answer) -> Vec<Event> {
        vec![
            Event::named("contentBlockStop", json!({"contentBlockIndex": 0})),
            Event::named("messageStop", json!({"stopReason": answer.reason(REASONS)})),
        ]
    }

    fn tail(&self, answer: &Answer) -> Vec<Event> {
        if answer.usage == Usage::Missing {
            return Vec::new();
        }
        let value = answer.tell(
            json!({"metrics": {"latencyMs": 12}}),
            "usage",
            usage(answer),
        );
        vec![Event::named("metadata", value)]
    }

    fn error(&self, trouble: &Trouble) -> Value {
        json!({"message": trouble.message})
    }

    fn error_headers(&self, trouble: &Trouble) -> Vec<(&'static str, &'static str)> {
        let kind = match trouble.cause {
            Cause::Forbidden | Cause::Key | Cause::Billing => "AccessDeniedException",
            Cause::Model => "ResourceNotFoundException",
            Cause::Overloaded | Cause::Unavailable => "ServiceUnavailableException",
            Cause::Rate | Cause::Quota => "ThrottlingException",
            Cause::Server => "InternalServerException",
            Cause::Timeout => "ModelTimeoutException",
            _ => "ValidationException",
        };
        vec![("x-amzn-errortype", kind)]
    }

    fn failure(&self, trouble: &Trouble) -> Event {
        let kind = match trouble.cause {
            Cause::Overloaded | Cause::Unavailable => "!serviceUnavailableException",
            Cause::Rate | Cause::Quota => "!throttlingException",
            Cause::Server | Cause::Timeout => "!internalServerException",
            _ => "!validationException",
        };
        Event::named(kind, self.error(trouble))
    }

    /// A message of no known type.
    fn ping(&self) -> Vec<u8> {
        frame::message("event", "ping", b"{}")
    }

    fn main(&self) -> &'static str {
        "output"
    }

    fn part(&self) -> &'static str {
        "delta"
    }

    fn content_type(&self) -> &'static str {
        "application/vnd.amazon.eventstream"
    }

    fn frame(&self, event: &Event) -> Vec<u8> {
        let name = event.name.unwrap_or("event");
        let (kind, name) = match name.strip_prefix('!') {
            Some(name) => ("exception", name),
            None => ("event", name),
        };
        frame::message(kind, name, event.json().as_bytes())
    }
}

fn usage(answer: &Answer) -> Value {
    json!({
        "inputTokens": answer.prompt, "outputTokens": answer.completion(), "totalTokens": answer.total(),
        "cacheReadInputTokens": 0, "cacheWriteInputTokens": 0,
    })
}
