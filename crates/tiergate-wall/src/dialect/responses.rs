//! OpenAI's Responses.

use serde_json::{Value, json};

use super::answer::CREATED;
use super::{Answer, Event, Finish, Trouble, Voice, chat};

pub(super) struct Responses;

/// Events before the first word.
const OPENING: usize = 4;

impl Voice for Responses {
    fn whole(&self, answer: &Answer) -> Value {
        ended(answer)
    }

    fn opening(&self, answer: &Answer) -> Vec<Event> {
        let begun = response(answer, "in_progress", &json!([]));
        let part = json!({"type": "output_text", "text": "", "annotations": [], "logprobs": []});
        vec![
            event(0, "response.created", json!({"response": begun})),
            event(1, "response.in_progress", json!({"response": begun})),
            event(
                2,
                "response.output_item.added",
                json!({"output_index": 0, "item": item("in_progress", &json!([]))}),
            ),
            event(
                3,
                "response.content_part.added",
                placed(json!({"part": part})),
            ),
        ]
    }

    fn word(&self, answer: &Answer, at: usize) -> Event {
        let delta = json!({"delta": answer.spoken(at), "logprobs": []});
        event(OPENING + at, "response.output_text.delta", placed(delta))
    }

    fn finish(&self, answer: &Answer) -> Vec<Event> {
        let at = OPENING + answer.words.len();
        let part = said(answer);
        let last = if answer.finish == Finish::Stop {
            "response.completed"
        } else {
            "response.incomplete"
        };
        vec![
            event(
                at,
                "response.output_text.done",
                placed(json!({"text": answer.text(), "logprobs": []})),
            ),
            event(
                at + 1,
                "response.content_part.done",
                placed(json!({"part": part})),
            ),
            event(
                at + 2,
                "response.output_item.done",
                json!({"output_index": 0, "item": item("completed", &json!([part]))}),
            ),
            event(at + 3, last, json!({"response": ended(answer)})),
        ]
    }

    fn error(&self, trouble: &Trouble) -> Value {
        chat::error(trouble)
    }

    fn failure(&self, trouble: &Trouble) -> Event {
        let (_, param, code) = chat::names(trouble.cause);
        let value = json!({"code": code.unwrap_or("server_error"), "message": trouble.message, "param": param});
        event(0, "error", value)
    }

    fn main(&self) -> &'static str {
        "output"
    }

    fn part(&self) -> &'static str {
        "delta"
    }
}

fn ended(answer: &Answer) -> Value {
    let status = match answer.finish {
        Finish::Stop => "completed",
        Finish::Missing => "in_progress",
        Finish::Length | Finish::Filter => "incomplete",
    };
    let usage = json!({
        "input_tokens": answer.prompt, "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": answer.completion(), "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": answer.total(),
    });
    let output = json!([item("completed", &json!([said(answer)]))]);
    answer.tell(response(answer, status, &output), "usage", usage)
}

fn response(answer: &Answer, status: &str, output: &Value) -> Value {
    let incomplete = match answer.finish {
        _ if status != "incomplete" => Value::Null,
        Finish::Filter => json!({"reason": "content_filter"}),
        _ => json!({"reason": "max_output_tokens"}),
    };
    json!({
        "id": "resp_wall", "object": "response", "created_at": CREATED, "status": status, "error": null,
        "incomplete_details": incomplete, "instructions": null, "metadata": {}, "model": answer.model,
        "output": output, "parallel_tool_calls": true, "temperature": 1.0, "tool_choice": "auto", "tools": [],
        "top_p": 1.0, "usage": null,
    })
}

fn said(answer: &Answer) -> Value {
    json!({"type": "output_text", "text": answer.text(), "annotations": [], "logprobs": []})
}

fn item(status: &str, content: &Value) -> Value {
    json!({"type": "message", "id": "msg_wall", "role": "assistant", "status": status, "content": content})
}

fn placed(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.insert("item_id".to_owned(), "msg_wall".into());
        members.insert("output_index".to_owned(), 0.into());
        members.insert("content_index".to_owned(), 0.into());
    }
    value
}

fn event(number: usize, kind: &'static str, mut value: Value) -> Event {
    if let Some(members) = value.as_object_mut() {
        members.insert("type".to_owned(), kind.into());
        members.insert("sequence_number".to_owned(), number.into());
    }
    Event::named(kind, value)
}
