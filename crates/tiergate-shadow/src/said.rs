//! What an answer says, as text that can be compared.

use std::fmt::Write as _;

use bytes::Bytes;
use serde_json::Value;

/// What the first choice of a buffered answer says: its content and its calls of tools.
///
/// Nothing when it was cut off, or says nothing.
pub(crate) fn whole(body: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let choice = &answer["choices"][0];
    let mut text = choice["message"]["content"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    for call in choice["message"]["tool_calls"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let function = &call["function"];
        let part = |name: &str| function[name].as_str().unwrap_or_default();
        let (name, arguments) = (part("name"), part("arguments"));
        // writing to a string cannot fail
        let _ = write!(text, "\n[calls {name} with {arguments}]");
    }
    let ended = matches!(
        choice["finish_reason"].as_str(),
        Some("stop" | "tool_calls")
    );
    (ended && !text.trim().is_empty()).then_some(text)
}

/// Whether a buffered answer tells its usage.
pub(crate) fn tells_usage(body: &[u8]) -> bool {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    answer["usage"].is_object()
}

/// What the first choice of a streamed answer says, from its events.
///
/// Nothing when it was cut off, says nothing, or calls tools.
pub(crate) fn streamed(events: &[Bytes]) -> Option<String> {
    let (mut text, mut ended) = (String::new(), false);
    for event in events {
        let Some(start) = event.iter().position(|&byte| byte == b'{') else {
            continue;
        };
        let mut values = serde_json::Deserializer::from_slice(&event[start..]).into_iter::<Value>();
        let chunk = values.next()?.ok()?;
        let choice = &chunk["choices"][0];
        if !choice["delta"]["tool_calls"].is_null() {
            return None;
        }
        text.push_str(choice["delta"]["content"].as_str().unwrap_or_default());
        match choice["finish_reason"].as_str() {
            None => {}
            Some("stop") => ended = true,
            Some(_) => return None,
        }
    }
    (ended && !text.trim().is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(message: &Value, reason: &str) -> Option<String> {
        let choice = json!({"message": message, "finish_reason": reason});
        whole(json!({"choices": [choice]}).to_string().as_bytes())
    }

    #[test]
    fn a_whole_answer_says_its_content_and_its_calls() {
        let said = answer(&json!({"content": "yes"}), "stop");
        assert_eq!(said.as_deref(), Some("yes"));
        let call = json!({"function": {"name": "look", "arguments": "{\"at\":1}"}});
        let said = answer(
            &json!({"content": null, "tool_calls": [call]}),
            "tool_calls",
        );
        assert_eq!(said.as_deref(), Some("\n[calls look with {\"at\":1}]"));
        for (content, reason) in [("cut", "length"), (" ", "stop"), ("no", "content_filter")] {
            assert_eq!(answer(&json!({"content": content}), reason), None);
        }
        assert_eq!(whole(b"{nope"), None);
    }

    #[test]
    fn a_stream_is_put_together() {
        let event = |delta: &Value, reason: Option<&str>| {
            let choice = json!({"delta": delta, "finish_reason": reason});
            Bytes::from(format!("data: {}\n\n", json!({"choices": [choice]})))
        };
        let word = |word: &str| event(&json!({"content": word}), None);
        let end = |reason| event(&json!({}), Some(reason));
        let comment = Bytes::from_static(b": wait\n\n");
        let usage = Bytes::from_static(b"data: {\"choices\":[],\"usage\":{}}\n\n");
        let done = Bytes::from_static(b"data: [DONE]\n\n");
        let said = streamed(&[comment, word("a{"), word("b"), end("stop"), usage, done]);
        assert_eq!(said.as_deref(), Some("a{b"));
        assert_eq!(streamed(&[word("a"), end("length")]), None);
        assert_eq!(streamed(&[word("a")]), None);
        assert_eq!(streamed(&[end("stop")]), None);
        let call = event(&json!({"tool_calls": [{"index": 0}]}), None);
        assert_eq!(streamed(&[word("a"), call, end("stop")]), None);
        assert_eq!(streamed(&[Bytes::from_static(b"data: {nope\n\n")]), None);
    }
}
