//! Google's generateContent and streamGenerateContent.

use serde_json::{Value, json};

use super::{Answer, Cause, Event, Trouble, Voice};

pub(super) struct Gemini;

const REASONS: [&str; 3] = ["STOP", "MAX_TOKENS", "SAFETY"];

impl Voice for Gemini {
    fn whole(&self, answer: &Answer) -> Value {
        let value = part(answer, &answer.text(), &answer.reason(REASONS));
        answer.tell(value, "usageMetadata", usage(answer, answer.completion()))
    }

    fn opening(&self, answer: &Answer) -> Vec<Event> {
        let value = part(answer, "", &Value::Null);
        vec![Event::plain(answer.tell(
            value,
            "usageMetadata",
            early(answer),
        ))]
    }

    fn word(&self, answer: &Answer, at: usize) -> Event {
        let value = part(answer, answer.spoken(at), &Value::Null);
        Event::plain(answer.tell(value, "usageMetadata", early(answer)))
    }

    fn finish(&self, answer: &Answer) -> Vec<Event> {
        let value = part(answer, "", &answer.reason(REASONS));
        vec![Event::plain(answer.tell(
            value,
            "usageMetadata",
            usage(answer, answer.completion()),
        ))]
    }

    fn error(&self, trouble: &Trouble) -> Value {
        let (status, reason) = names(trouble.cause);
        let mut details = Vec::new();
        if let Some(reason) = reason {
            details.push(json!({
                "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com",
            }));
        }
        if let Some(seconds) = trouble.retry {
            details.push(json!({
                "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": format!("{seconds}s"),
            }));
        }
        json!({"error": {"code": trouble.status, "message": trouble.message, "status": status, "details": details}})
    }

    fn failure(&self, trouble: &Trouble) -> Event {
        Event::plain(self.error(trouble))
    }

    fn main(&self) -> &'static str {
        "candidates"
    }
}

fn part(answer: &Answer, text: &str, finish: &Value) -> Value {
    let mut candidate =
        json!({"index": 0, "content": {"role": "model", "parts": [{"text": text}]}});
    if !finish.is_null()
        && let Some(members) = candidate.as_object_mut()
    {
        members.insert("finishReason".to_owned(), finish.clone());
    }
    json!({"candidates": [candidate], "modelVersion": answer.model, "responseId": "wall"})
}

fn early(answer: &Answer) -> Value {
    json!({"promptTokenCount": answer.prompt, "totalTokenCount": answer.prompt})
}

fn usage(answer: &Answer, completion: u64) -> Value {
    json!({
        "promptTokenCount": answer.prompt, "candidatesTokenCount": completion, "totalTokenCount": answer.total(),
    })
}

fn names(cause: Cause) -> (&'static str, Option<&'static str>) {
    match cause {
        Cause::Context
        | Cause::Filter
        | Cause::Invalid
        | Cause::TooLarge
        | Cause::Unprocessable => ("INVALID_ARGUMENT", None),
        Cause::Conflict => ("ABORTED", None),
        Cause::Forbidden => ("PERMISSION_DENIED", None),
        Cause::Key => ("UNAUTHENTICATED", Some("API_KEY_INVALID")),
        Cause::Model => ("NOT_FOUND", None),
        Cause::Overloaded | Cause::Unavailable => ("UNAVAILABLE", None),
        Cause::Billing | Cause::Quota | Cause::Rate => ("RESOURCE_EXHAUSTED", None),
        Cause::Server => ("INTERNAL", None),
        Cause::Timeout => ("DEADLINE_EXCEEDED", None),
    }
}
