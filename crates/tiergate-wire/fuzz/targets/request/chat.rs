//! The rules for chat requests once more, over a tree.

use serde_json::Value;
use tiergate_wire::chat::{Format, Request, Role, TextKind};
use tiergate_wire::json::unescape;

type Texts = Vec<(TextKind, String)>;

/// The members that make a body unfit.
pub fn faults(body: &Value) -> Vec<&'static str> {
    let unfit = |name: &str| match (name, &body[name]) {
        ("model", value) => value.as_str().is_none_or(str::is_empty),
        ("messages", value) => value
            .as_array()
            .is_none_or(|list| list.is_empty() || !list.iter().all(is_message)),
        (_, Value::Null) => false,
        ("stream", value) => !value.is_boolean(),
        ("stream_options", value) => !value.is_object() || !is_flag(&value["include_usage"]),
        ("max_tokens" | "max_completion_tokens" | "n", value) => {
            value.as_u64().is_none_or(|count| count == 0)
        }
        ("tools", value) => !is_list_of(value, Value::is_object),
        (_, value) => !value.is_string(),
    };
    let names = [
        "model",
        "messages",
        "stream",
        "stream_options",
        "max_tokens",
        "max_completion_tokens",
        "n",
        "tools",
        "prefer",
        "max_tier",
        "session_id",
        "reasoning_effort",
    ];
    names.into_iter().filter(|name| unfit(name)).collect()
}

fn is_message(message: &Value) -> bool {
    let content = &message["content"];
    let calls = &message["tool_calls"];
    let is_part = |part: &Value| part.is_string() || part.is_object();
    message.is_object()
        && message["role"].is_string()
        && (content.is_null() || content.is_string() || is_list_of(content, is_part))
        && (calls.is_null() || is_list_of(calls, Value::is_object))
}

fn is_flag(value: &Value) -> bool {
    value.is_null() || value.is_boolean()
}

fn is_list_of(value: &Value, is: impl Fn(&Value) -> bool) -> bool {
    value.as_array().is_some_and(|list| list.iter().all(is))
}

/// Everything that is read of a fit body.
pub fn check(request: &Request, body: &Value) {
    assert_eq!(request.model(), body["model"].as_str().unwrap_or_default());
    assert_eq!(request.stream(), body["stream"] == true);
    assert_eq!(
        request.include_usage(),
        body["stream_options"]["include_usage"] == true
    );
    let cap = body["max_completion_tokens"]
        .as_u64()
        .or(body["max_tokens"].as_u64());
    assert_eq!(request.max_output(), cap);
    let n = body["n"]
        .as_u64()
        .map_or(1, |n| u32::try_from(n).unwrap_or(u32::MAX));
    assert_eq!(request.n(), n);
    let tools = body["tools"].as_array().map_or(0, Vec::len);
    assert_eq!(
        (request.tool_count(), request.tools().is_some()),
        (tools, tools > 0)
    );
    assert_eq!(request.response_format(), format(&body["response_format"]));
    assert_eq!(
        request.schema().is_some(),
        body["response_format"]["type"] == "json_schema"
    );
    assert_eq!(
        request.reasoning_effort().as_deref(),
        body["reasoning_effort"].as_str()
    );
    assert_eq!(request.wants_logprobs(), body["logprobs"] == true);
    let modalities = body["modalities"].as_array().map_or(&[][..], Vec::as_slice);
    assert_eq!(
        request.wants_audio(),
        modalities.iter().any(|modality| modality == "audio")
    );
    let messages = body["messages"].as_array().map_or(&[][..], Vec::as_slice);
    assert_eq!(request.messages().len(), messages.len());
    for (message, tree) in request.messages().iter().zip(messages) {
        assert_eq!(message.role, role(&tree["role"]));
        let calls = tree["tool_calls"].as_array().map_or(0, Vec::len)
            + usize::from(tree["function_call"].is_object());
        assert_eq!(message.tool_calls as usize, calls);
        let counts = [message.images, message.audio, message.files];
        assert_eq!(counts, media(&tree["content"]));
        let texts = request
            .texts(message)
            .map(|text| (text.kind, unescape(text.raw).into_owned()));
        assert_eq!(texts.collect::<Texts>(), said(tree));
    }
}

fn format(format: &Value) -> Format {
    match format["type"].as_str() {
        Some("text") => Format::Text,
        Some("json_object") => Format::JsonObject,
        Some("json_schema") => Format::JsonSchema,
        _ if format.is_object() => Format::Other,
        _ => Format::Text,
    }
}

fn role(role: &Value) -> Role {
    match role.as_str() {
        Some("assistant") => Role::Assistant,
        Some("developer") => Role::Developer,
        Some("function") => Role::Function,
        Some("system") => Role::System,
        Some("tool") => Role::Tool,
        Some("user") => Role::User,
        _ => Role::Other,
    }
}

/// Images, sounds and files among the parts of a content.
fn media(content: &Value) -> [u32; 3] {
    let mut counts = [0; 3];
    for part in content.as_array().into_iter().flatten() {
        let has = |name: &&str| part[*name].is_object() || part[*name].is_string();
        let names: [&[&str]; 3] = [
            &["image_url", "image"],
            &["input_audio"],
            &["file", "document_url", "video_url"],
        ];
        for (count, names) in counts.iter_mut().zip(names) {
            *count += names.iter().filter(|name| has(name)).count() as u32;
        }
    }
    counts
}

/// The texts of a message, in order.
fn said(message: &Value) -> Texts {
    let mut texts = Texts::new();
    for (name, value) in message.as_object().into_iter().flatten() {
        match (name.as_str(), value) {
            ("content", Value::Array(parts)) => {
                parts.iter().for_each(|part| said_in_part(part, &mut texts))
            }
            ("content", _) => push(TextKind::Content, value, &mut texts),
            ("tool_calls", _) => {
                let calls = value
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_object);
                let functions = calls
                    .flatten()
                    .filter(|(name, _)| matches!(name.as_str(), "function" | "custom"));
                functions.for_each(|(_, function)| said_in_function(function, &mut texts));
            }
            ("function_call", _) => said_in_function(value, &mut texts),
            ("reasoning_content" | "reasoning", _) => push(TextKind::Reasoning, value, &mut texts),
            ("refusal", _) => push(TextKind::Refusal, value, &mut texts),
            _ => {}
        }
    }
    texts
}

fn said_in_part(part: &Value, texts: &mut Texts) {
    push(TextKind::Content, part, texts);
    for (name, value) in part.as_object().into_iter().flatten() {
        match name.as_str() {
            "text" => push(TextKind::Content, value, texts),
            "refusal" => push(TextKind::Refusal, value, texts),
            "thinking" => push(TextKind::Reasoning, value, texts),
            _ => {}
        }
    }
}

fn said_in_function(function: &Value, texts: &mut Texts) {
    for (name, value) in function.as_object().into_iter().flatten() {
        match name.as_str() {
            "name" => push(TextKind::Name, value, texts),
            "arguments" | "input" => push(TextKind::Arguments, value, texts),
            _ => {}
        }
    }
}

fn push(kind: TextKind, value: &Value, texts: &mut Texts) {
    if let Some(text) = value.as_str().filter(|text| !text.is_empty()) {
        texts.push((kind, text.to_owned()));
    }
}
