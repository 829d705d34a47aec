//! What an answer has cost, in the chunk that tells its tokens.

use bytes::{Bytes, BytesMut};
use serde::Deserialize;
use serde_json::value::RawValue;
use tiergate_catalog::Money;
use tiergate_providers::Chunk;

/// The chunk with `cost_usd` as the last member of its usage: an exact decimal, null when the model is unpriced.
///
/// Nothing else in it changes. A chunk in which no usage is found stays as it is.
pub(super) fn priced(chunk: Chunk, cost: Option<Money>) -> Bytes {
    let stated = chunk.usage_place().filter(|place| !place.is_empty());
    let end = stated.map(|place| place.end);
    let Some(brace) = end
        .or_else(|| elsewhere(&chunk.raw))
        .and_then(|end| end.checked_sub(1))
    else {
        return chunk.raw;
    };
    let (before, after) = chunk.raw.split_at(brace);
    let cost = cost.map_or_else(|| "null".to_owned(), |cost| format!("\"{cost}\""));
    let first = before.trim_ascii_end().ends_with(b"{");
    let comma = if first { "" } else { "," };
    let mut bytes = BytesMut::with_capacity(chunk.raw.len() + cost.len() + 16);
    bytes.extend_from_slice(before);
    bytes.extend_from_slice(format!("{comma}\"cost_usd\":{cost}").as_bytes());
    bytes.extend_from_slice(after);
    bytes.freeze()
}

/// A chunk whose usage stands within a choice, as Moonshot's, or beside the answer, as Groq's.
#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow, default)]
    choices: Vec<Beside<'a>>,
    #[serde(borrow)]
    x_groq: Option<Beside<'a>>,
}

#[derive(Deserialize)]
struct Beside<'a> {
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
}

/// Where such a usage ends in the event.
fn elsewhere(raw: &[u8]) -> Option<usize> {
    let start = raw.iter().position(|byte| *byte == b'{')?;
    let line = raw[start..].split(|byte| matches!(byte, b'\n' | b'\r'));
    let data = std::str::from_utf8(line.take(1).next()?).ok()?;
    let told: Told<'_> = serde_json::from_str(data).ok()?;
    let mut places = told.choices.iter().chain(&told.x_groq);
    let usage = places.find_map(|place| place.usage)?.get();
    let from = usage.as_ptr().addr().checked_sub(data.as_ptr().addr())?;
    usage.ends_with('}').then(|| start + from + usage.len())
}

#[cfg(test)]
mod tests {
    use tiergate_wire::usage::Usage;

    use super::*;

    fn told(raw: &str, cost: Option<Money>) -> String {
        let chunk = Chunk {
            raw: Bytes::from(raw.to_owned()),
            usage: Some(Usage::default()),
            ..Chunk::default()
        };
        String::from_utf8(priced(chunk, cost).to_vec()).unwrap()
    }

    #[test]
    fn the_cost_is_the_last_member_of_usage_wherever_that_stands() {
        for (before, after) in [
            (r#"{"choices":[],"usage":{"prompt_tokens":1"#, "}}"),
            (
                r#"{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1"#,
                r#"},"x":1}"#,
            ),
            (
                r#"{"choices":[{"delta":{}},{"usage":{"prompt_tokens":1"#,
                "}}]}",
            ),
            (
                r#"{"choices":[],"x_groq":{"id":"{","usage":{"prompt_tokens":1"#,
                "}}}",
            ),
            (
                r#"{"x_groq":{"usage":{"prompt_tokens":1}},"usage":{"prompt_tokens":1"#,
                "}}",
            ),
        ] {
            let told = told(&format!("data: {before}{after}\n\n"), None);
            assert_eq!(told, format!("data: {before},\"cost_usd\":null{after}\n\n"));
        }
    }

    #[test]
    fn an_empty_usage_gets_no_comma_and_a_chunk_without_one_stays() {
        assert_eq!(
            told("data: {\"usage\":{ }}\r\n\r\n", None),
            "data: {\"usage\":{ \"cost_usd\":null}}\r\n\r\n"
        );
        for raw in [
            "data: {}\n\n",
            "data: \n\n",
            "data: {\"choices\":[{\"usage\":7}]}\n\n",
            "data: {\"choices\":3}\n\n",
            "data: {\"x_groq\":{}}\n\n",
            "data: {\"choices\":[],\ndata: \"usage\":{}}\n\n",
        ] {
            assert_eq!(told(raw, None), raw);
        }
    }
}
