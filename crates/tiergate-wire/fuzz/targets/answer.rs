//! Answers and chunks are read as `serde_json` reads them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tiergate_wire::chat::{Answer, Delta};
use tiergate_wire::json::{Invalid, unescape};
use tiergate_wire_fuzz::{Members, last, members, raw, tree};

fuzz_target!(|payload: &[u8]| {
    let delta = Delta::parse(payload);
    let answer = Answer::parse(payload);
    let text = payload.strip_prefix(b"\xef\xbb\xbf").unwrap_or(payload);
    let valid = raw(text).is_some();
    if let Ok(delta) = &delta {
        check_delta(delta, payload, text);
    }
    if let Ok(answer) = &answer {
        check_answer(answer, text);
    }
    match (&delta, &answer) {
        (Ok(_), Ok(_)) => assert!(valid),
        // an answer is read more strictly: what stands among the choices must be an object
        (Ok(_), Err(fault)) => assert!(valid && fault.to_string().contains("each choice")),
        (Err(delta), Ok(_)) => panic!("only a chunk is refused: {delta}"),
        (Err(fault), Err(_)) => {
            assert!(!valid || is_limit(fault), "{fault}");
            assert!(fault.offset() <= payload.len());
        }
    }
});

/// Whether valid JSON may be refused so.
fn is_limit(fault: &Invalid) -> bool {
    let message = fault.to_string();
    let limits = ["must be a JSON object", "nested deeper", "has more than"];
    limits.iter().any(|words| message.contains(words))
}

fn check_delta(delta: &Delta<'_>, payload: &[u8], text: &[u8]) {
    let (start, end) = delta.usage_place;
    match delta.usage {
        Some(usage) => assert_eq!(usage.as_ptr_range(), payload[start..end].as_ptr_range()),
        None => assert_eq!((start, end), (0, 0)),
    }
    // a name with a lone surrogate is no text to `serde_json`
    let Some(members) = members(text) else { return };
    check_usage(delta.usage, &members);
    check_error(delta.error, &members);
    assert_eq!(delta.commits, delta.output_bytes > 0);
    assert!((delta.output_bytes as usize) < text.len());
    let Some(tree) = tree(text) else { return };
    let choices = tree["choices"].as_array();
    assert_eq!(delta.choices, choices.map(Vec::len));
    let choices = choices.map_or(&[][..], Vec::as_slice);
    assert_eq!(
        delta.finish,
        choices
            .iter()
            .any(|choice| text_in(&choice["finish_reason"]))
    );
    assert_eq!(delta.commits, choices.iter().any(says));
}

fn says(choice: &Value) -> bool {
    const SAYING: [&str; 8] = [
        "content",
        "refusal",
        "reasoning_content",
        "reasoning",
        "reasoning_details",
        "audio",
        "tool_calls",
        "function_call",
    ];
    let parts = [&choice["delta"], &choice["message"]];
    let said = |part: &Value| SAYING.iter().any(|name| full(&part[*name]));
    text_in(&choice["text"]) || parts.into_iter().any(said)
}

fn full(value: &Value) -> bool {
    match value {
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        _ => text_in(value),
    }
}

fn text_in(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

fn check_answer(answer: &Answer<'_>, text: &[u8]) {
    let Some(members) = members(text) else { return };
    check_usage(answer.usage, &members);
    check_error(answer.error, &members);
    assert!(answer.output_bytes <= text.len() as u64);
    let Some(tree) = tree(text) else { return };
    let choices = tree["choices"].as_array().map_or(&[][..], Vec::as_slice);
    let finished = choices
        .iter()
        .all(|choice| text_in(&choice["finish_reason"]));
    assert_eq!(answer.choices, choices.len());
    assert_eq!(answer.finished, finished && !choices.is_empty());
    let reasons = choices
        .iter()
        .filter_map(|choice| choice["finish_reason"].as_str());
    if let Some(odd) = answer.odd_reason {
        let odd = unescape(odd);
        assert!(reasons.clone().any(|reason| reason == odd), "{odd}");
    } else {
        let known = [
            "stop",
            "length",
            "tool_calls",
            "content_filter",
            "function_call",
            "",
        ];
        reasons.for_each(|reason| assert!(known.contains(&reason), "{reason}"));
    }
}

/// The last object of the name counts; a null after it takes nothing back.
fn check_usage(usage: Option<&[u8]>, members: &Members<'_>) {
    let named = members.iter().filter(|(name, _)| name == "usage");
    let mut values = named.map(|(_, value)| value.get().as_bytes());
    assert_eq!(usage, values.rfind(|value| value[0] == b'{'));
}

fn check_error(error: Option<&[u8]>, members: &Members<'_>) {
    let value = last(members, "error");
    if error.is_some() {
        assert_eq!(error, value.map(str::as_bytes));
    }
    let set = value.is_some_and(|value| match value.as_bytes()[0] {
        b'n' | b'f' => false,
        b't' => true,
        b'"' => value != "\"\"",
        b'[' => serde_json::from_str::<[(); 0]>(value).is_err(),
        b'{' => members_of(value) > 0,
        _ => value.parse::<f64>() != Ok(0.0),
    });
    assert_eq!(error.is_some(), set);
}

fn members_of(object: &str) -> usize {
    members(object.as_bytes()).map_or(1, |members| members.len())
}
