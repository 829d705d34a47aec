//! What a request asks for.

use std::borrow::Cow;

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;

use crate::dialect::Dialect;
use crate::http::Head;

/// A request in so far as the wall must understand it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub dialect: Dialect,
    pub operation: Operation,
    pub model: String,
    pub streaming: bool,
    /// Gemini's stream without `alt=sse`: an array that grows.
    pub array: bool,
    pub wants_usage: bool,
    /// The most tokens that the caller wants.
    pub cap: Option<u64>,
    pub key: Option<String>,
    pub body: Bytes,
    /// Is the body what an API could read?
    pub readable: bool,
}

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Operation {
    Answer,
    Count,
    Embed,
    Models,
}

/// Where a request goes.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The faults named in the path's first segment, `/~503,ok/…`.
    pub spec: Option<String>,
    /// The path without those, models in it written `{model}`.
    pub route: String,
    query: String,
    dialect: Dialect,
    operation: Operation,
    streaming: Option<bool>,
    model: Option<String>,
}

impl Place {
    /// `None` where no provider would answer.
    pub(crate) fn of(head: &Head) -> Option<Self> {
        let (path, query) = head.target.split_once('?').unwrap_or((&head.target, ""));
        let (spec, path) = match path.strip_prefix("/~") {
            Some(rest) => {
                let (spec, path) = rest.split_once('/').unwrap_or((rest, ""));
                (Some(decoded(spec)), format!("/{path}"))
            }
            None => (None, path.to_owned()),
        };
        let known = known(&head.method, &path)?;
        let route = match &known.written {
            Some(written) => path.replacen(written.as_str(), "{model}", 1),
            None => path,
        };
        Some(Self {
            spec,
            route,
            query: query.to_owned(),
            dialect: known.dialect,
            operation: known.operation,
            streaming: known.streaming,
            model: known.written.as_deref().map(decoded),
        })
    }
}

struct Known {
    dialect: Dialect,
    operation: Operation,
    streaming: Option<bool>,
    /// The model's name as the path writes it.
    written: Option<String>,
}

fn known(method: &str, path: &str) -> Option<Known> {
    let of = |dialect, operation, streaming| Known {
        dialect,
        operation,
        streaming,
        written: None,
    };
    if method == "GET" {
        let models = path.ends_with("/models");
        return models.then(|| of(Dialect::Chat, Operation::Models, Some(false)));
    }
    if method != "POST" {
        return None;
    }
    if let Some((before, action)) = path.rsplit_once(':')
        && let Some((_, model)) = before.rsplit_once("/models/")
    {
        let streaming = match action {
            "generateContent" => false,
            "streamGenerateContent" => true,
            _ => return None,
        };
        let gemini = of(Dialect::Gemini, Operation::Answer, Some(streaming));
        return Some(Known {
            written: Some(model.to_owned()),
            ..gemini
        });
    }
    let (before, last) = path.rsplit_once('/')?;
    if let ("converse" | "converse-stream", Some((_, model))) =
        (last, before.rsplit_once("/model/"))
    {
        let bedrock = of(
            Dialect::Bedrock,
            Operation::Answer,
            Some(last != "converse"),
        );
        return Some(Known {
            written: Some(model.to_owned()),
            ..bedrock
        });
    }
    let answer = |dialect| of(dialect, Operation::Answer, None);
    match last {
        "completions" if before.ends_with("/chat") => Some(answer(Dialect::Chat)),
        "responses" => Some(answer(Dialect::Responses)),
        "messages" => Some(answer(Dialect::Anthropic)),
        "count_tokens" => Some(of(Dialect::Anthropic, Operation::Count, Some(false))),
        "chat" if before.ends_with("/api") => Some(answer(Dialect::Ollama)),
        "chat" => Some(answer(Dialect::Cohere)),
        "embeddings" => Some(of(Dialect::Chat, Operation::Embed, Some(false))),
        _ => None,
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The members of all dialects that matter here.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Probe<'a> {
    #[serde(borrow)]
    model: Option<Cow<'a, str>>,
    stream: Option<bool>,
    stream_options: Option<StreamOptions>,
    max_tokens: Option<u64>,
    max_completion_tokens: Option<u64>,
    max_output_tokens: Option<u64>,
    #[serde(rename = "generationConfig")]
    generation: Option<Limits>,
    #[serde(rename = "inferenceConfig")]
    inference: Option<Limits>,
    options: Option<Limits>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct StreamOptions {
    include_usage: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Limits {
    #[serde(alias = "maxOutputTokens", alias = "maxTokens")]
    num_predict: Option<i64>,
}

impl Asked {
    /// Before anything was read.
    pub(crate) fn nothing() -> Self {
        Self {
            dialect: Dialect::Chat,
            operation: Operation::Answer,
            model: String::new(),
            streaming: false,
            array: false,
            wants_usage: false,
            cap: None,
            key: None,
            body: Bytes::new(),
            readable: true,
        }
    }

    pub(crate) fn read(head: &Head, place: &Place, body: Bytes) -> Self {
        let probe: Option<Probe<'_>> = match place.operation {
            Operation::Models => Some(Probe::default()),
            _ => serde_json::from_slice(&body).ok(),
        };
        let readable = probe.is_some();
        let probe = probe.unwrap_or_default();
        let limits = [&probe.generation, &probe.inference, &probe.options];
        let limits = limits.into_iter().flatten();
        let nested = limits.filter_map(|limits| u64::try_from(limits.num_predict?).ok());
        let caps = [
            probe.max_tokens,
            probe.max_completion_tokens,
            probe.max_output_tokens,
        ];
        let streaming = place.streaming.or(probe.stream);
        Self {
            dialect: place.dialect,
            operation: place.operation,
            cap: caps.into_iter().flatten().chain(nested).min(),
            model: place
                .model
                .clone()
                .unwrap_or_else(|| probe.model.as_deref().unwrap_or_default().to_owned()),
            // Ollama streams unless it is told not to
            streaming: streaming.unwrap_or(place.dialect == Dialect::Ollama),
            array: place.streaming == Some(true)
                && place.dialect == Dialect::Gemini
                && !place.query.split('&').any(|each| each == "alt=sse"),
            wants_usage: probe
                .stream_options
                .and_then(|options| options.include_usage)
                == Some(true),
            key: key(head, &place.query),
            readable,
            body,
        }
    }

    /// The role and the text of the last message.
    pub(crate) fn last(&self) -> (String, String) {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let list = ["messages", "contents", "input"]
            .into_iter()
            .find_map(|name| body.get(name));
        if let Some(Value::String(text)) = list {
            return ("user".to_owned(), text.clone());
        }
        let message = list.and_then(Value::as_array).and_then(|list| list.last());
        let role = message
            .and_then(|message| message.get("role"))
            .and_then(Value::as_str);
        let mut text = String::new();
        if let Some(message) = message {
            collect(
                message.get("content").or_else(|| message.get("parts")),
                &mut text,
            );
        }
        (role.unwrap_or("user").to_owned(), text)
    }
}

/// The texts of a message's content, whatever its form.
fn collect(content: Option<&Value>, into: &mut String) {
    match content {
        Some(Value::String(text)) => into.push_str(text),
        Some(Value::Array(parts)) => {
            for part in parts {
                collect(part.get("text"), into);
            }
        }
        _ => {}
    }
}

/// The secret that came with a request, wherever the dialect keeps it.
fn key(head: &Head, query: &str) -> Option<String> {
    let bearer = head
        .header("authorization")
        .map(|value| value.strip_prefix("Bearer ").unwrap_or(value));
    let named = ["x-api-key", "api-key", "x-goog-api-key"]
        .into_iter()
        .find_map(|name| head.header(name));
    let asked = || query.split('&').find_map(|each| each.strip_prefix("key="));
    bearer.or(named).or_else(asked).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{Asked, Place};
    use crate::http::Head;

    fn asked(target: &str, body: &str) -> (Place, Asked) {
        let text = format!("POST {target} HTTP/1.1\r\nauthorization: Bearer k\r\n\r\n");
        let (head, _) = Head::parse(text.as_bytes()).unwrap().unwrap();
        let place = Place::of(&head).unwrap();
        let asked = Asked::read(&head, &place, body.as_bytes().to_vec().into());
        (place, asked)
    }

    #[test]
    fn every_dialect_is_known_by_its_path() {
        for (target, body, expected) in [
            (
                "/v1/chat/completions",
                r#"{"model":"m","stream":true,"max_tokens":4}"#,
                "Chat m true Some(4)",
            ),
            (
                "/v1/responses",
                r#"{"model":"m","max_output_tokens":5}"#,
                "Responses m false Some(5)",
            ),
            (
                "/v1/messages",
                r#"{"model":"m","stream":false}"#,
                "Anthropic m false None",
            ),
            (
                "/v1beta/models/503:retry-after=2:streamGenerateContent?alt=sse",
                r#"{"generationConfig":{"maxOutputTokens":6}}"#,
                "Gemini 503:retry-after=2 true Some(6)",
            ),
            (
                "/model/cut-at%3A4/converse-stream",
                r#"{"inferenceConfig":{"maxTokens":7}}"#,
                "Bedrock cut-at:4 true Some(7)",
            ),
            ("/v2/chat", r#"{"model":"m"}"#, "Cohere m false None"),
            (
                "/api/chat",
                r#"{"model":"m","options":{"num_predict":-1}}"#,
                "Ollama m true None",
            ),
        ] {
            let (_, asked) = asked(target, body);
            assert!(asked.readable);
            assert_eq!(
                format!(
                    "{:?} {} {} {:?}",
                    asked.dialect, asked.model, asked.streaming, asked.cap
                ),
                expected
            );
            assert_eq!(asked.key.as_deref(), Some("k"));
        }
    }

    #[test]
    fn the_path_may_name_faults() {
        let (place, asked) = asked("/~500%2Cok/v1/chat/completions", "{");
        assert_eq!(place.spec.as_deref(), Some("500,ok"));
        assert_eq!(place.route, "/v1/chat/completions");
        assert!(!asked.readable);
    }

    #[test]
    fn the_last_message() {
        let path = "/v1/chat/completions";
        for (body, expected) in [
            (
                r#"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#,
                ("assistant", "b"),
            ),
            (
                r#"{"contents":[{"role":"model","parts":[{"text":"a"},{"text":"b"}]}]}"#,
                ("model", "ab"),
            ),
            (r#"{"input":"hello"}"#, ("user", "hello")),
            ("{}", ("user", "")),
        ] {
            let (role, text) = asked(path, body).1.last();
            assert_eq!((&*role, &*text), expected);
        }
    }
}
