//! Answers without end: each event costs no more than itself, and what is kept of a stream has a bound.

use tiergate_dialects::Fault;
use tiergate_dialects::inner::{Media, Text};

use super::*;

const FORMS: [Form; 3] = [Form::Chat, Form::Messages, Form::Responses];

/// As much as is kept of an answer.
const MOST: usize = 64 << 20;

/// As many blocks as an answer may have.
const CALLS: u32 = 16_384;

/// A chunk of a host with a piece of a call.
fn piece(index: u32, id: Option<&str>, arguments: &str) -> Vec<u8> {
    let id = id.map(|id| format!(r#""id":"{id}","#)).unwrap_or_default();
    let name = if id.is_empty() { "" } else { r#""name":"f","# };
    format!(
        r#"{{"id":"c","choices":[{{"index":0,"delta":{{"tool_calls":[{{"index":{index},{id}"function":{{{name}"arguments":"{arguments}"}}}}]}}}}]}}"#
    )
    .into_bytes()
}

/// Tells a host's stream to clients of a form; gives the bytes that they got.
fn tell(payloads: impl Iterator<Item = Vec<u8>>, form: Form) -> Result<usize, Fault> {
    let mut stream = openai::chat::Stream::new(Undo::default());
    let mut writer = Writer::new(form, &STAMP, None);
    let mut told = 0;
    for payload in payloads {
        let (mut events, mut out) = (Vec::new(), Vec::new());
        stream.event("", &payload, &mut events)?;
        for event in &events {
            writer.event(event, &mut out)?;
        }
        told += out.len();
    }
    Ok(told)
}

/// The fault of a writer that hears one event again and again, and the bytes that it has heard until then.
fn heard<'a>(form: Form, event: impl Fn(u32) -> Vec<Event<'a>>) -> (Option<Fault>, usize) {
    let mut writer = Writer::new(form, &STAMP, None);
    let mut said = 0;
    for at in 0..2_000 {
        for event in event(at) {
            said += match &event {
                Event::Picture { .. } => PAGE.len(),
                other => other.output_bytes(),
            };
            if let Err(fault) = writer.event(&event, &mut Vec::new()) {
                return (Some(fault), said);
            }
        }
    }
    (None, said)
}

const PAGE: &str = match std::str::from_utf8(&[b'y'; 100_000]) {
    Ok(page) => page,
    Err(_) => "",
};

/// With a look at every call for each piece this would take minutes.
#[test]
fn pieces_of_many_calls_cost_no_more_than_those_of_few() {
    for form in FORMS {
        let calls = 0..12_000_u32;
        let begun = calls
            .clone()
            .map(|at| piece(at, Some(&format!("c{at}")), ""));
        // first to last, so that no call is found where one looks first
        let more = (0..6)
            .flat_map(|_| 0..12_000)
            .map(|at| piece(at, None, "x"));
        let end = br#"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#;
        let told = tell(begun.chain(more).chain([end.to_vec()]), form).unwrap();
        assert!(told > 84_000 * 60, "{form:?}: {told}");
    }
}

#[test]
fn an_answer_with_too_many_calls_is_none() {
    for form in FORMS {
        let calls = |most: u32| (0..most).map(|at| piece(at, Some(&format!("c{at}")), "{}"));
        assert!(tell(calls(CALLS), form).is_ok());
        let fault = tell(calls(CALLS + 2), form).unwrap_err();
        assert_eq!(
            fault.message,
            "the answer has more than 16384 texts, thoughts and calls"
        );
        // those that never get a name count as well
        let nameless = (0..CALLS + 2).map(|at| piece(at, None, "{}"));
        assert!(tell(nameless, form).is_err());
    }
}

#[test]
fn every_vendors_blocks_are_counted() {
    let sse = |index: u32| {
        let block =
            json!({"type": "tool_use", "id": format!("t{index}"), "name": "f", "input": {}});
        json!({"type": "content_block_start", "index": index, "content_block": block})
    };
    let mut stream = anthropic::Stream::new(Undo::default());
    let fault = (0..CALLS + 2).find_map(|at| {
        let data = sse(at).to_string();
        stream.event("", data.as_bytes(), &mut Vec::new()).err()
    });
    assert!(fault.is_some(), "anthropic");
    let call = json!({"functionCall": {"name": "f", "args": {}}});
    let data = chunk(&json!([call]), None).to_string();
    let mut stream = gemini::Stream::new(Undo::default());
    let mut chunks = (0..CALLS + 2).map(|_| stream.event("", data.as_bytes(), &mut Vec::new()));
    assert!(chunks.any(|read| read.is_err()), "gemini");
    let mut stream = responses::Stream::new(Undo::default());
    let fault = (0..CALLS + 2).find_map(|at| {
        let item = json!({"type": "function_call", "call_id": "c", "name": "f", "arguments": ""});
        let data = json!({"type": "response.output_item.added", "output_index": at, "item": item});
        let data = data.to_string();
        stream.event("", data.as_bytes(), &mut Vec::new()).err()
    });
    assert!(fault.is_some(), "responses");
}

#[test]
fn what_responses_repeat_at_the_end_has_a_bound() {
    let text = || Text::new(PAGE);
    let call = |block| Event::ToolCall {
        block,
        id: Text::new("c"),
        name: Text::new("f"),
        signature: None,
    };
    let picture = |block| Event::Picture {
        block,
        source: Media::Base64 {
            media_type: "image/png".into(),
            data: PAGE.into(),
        },
    };
    let block = 0;
    let fragment = text;
    let kept: [&dyn Fn(u32) -> Vec<Event<'static>>; 7] = [
        &|_| {
            vec![Event::Text {
                block,
                text: text(),
            }]
        },
        &|_| {
            vec![Event::Refusal {
                block,
                text: text(),
            }]
        },
        &|_| {
            vec![Event::Thinking {
                block,
                text: text(),
            }]
        },
        &|at| {
            let begun = (at == 0).then(|| call(0));
            let more = Event::Arguments {
                block,
                fragment: fragment(),
            };
            begun.into_iter().chain([more]).collect()
        },
        // many short blocks take no less than one long one
        &|block| {
            let said = Event::Text {
                block,
                text: text(),
            };
            vec![said, Event::BlockStop { block }]
        },
        &|block| vec![picture(block), Event::BlockStop { block }],
        &|block| {
            let data = text();
            vec![Event::Redacted { block, data }, Event::BlockStop { block }]
        },
    ];
    for (nth, event) in kept.into_iter().enumerate() {
        let (fault, said) = heard(Form::Responses, event);
        let fault = fault.unwrap();
        assert_eq!(fault.message, "the answer is too long", "{nth}");
        assert!(said <= MOST + PAGE.len(), "{nth}: {said}");
        // nothing of it is kept for these
        let (fault, _) = heard(Form::Chat, event);
        assert!(fault.is_none(), "{nth}");
        let (fault, _) = heard(Form::Messages, event);
        assert!(fault.is_none(), "{nth}");
    }
}

#[test]
fn what_waits_for_another_block_has_a_bound() {
    let call = |block| Event::ToolCall {
        block,
        id: Text::new("c"),
        name: Text::new("f"),
        signature: None,
    };
    // the first call stays open, and so the second is held back
    let (fault, said) = heard(Form::Messages, |at| {
        let begun = (at == 0).then(|| [call(0), call(1)]);
        let (block, fragment) = (1, Text::new(PAGE));
        let more = Event::Arguments { block, fragment };
        begun.into_iter().flatten().chain([more]).collect()
    });
    assert_eq!(fault.unwrap().message, "the answer is too long");
    assert!(said <= MOST, "{said}");
}

#[test]
fn what_names_an_answer_is_not_repeated_without_end() {
    let long = "x".repeat(1_000_000);
    let start = format!(r#"{{"id":"{long}","choices":[{{"index":0,"delta":{{"content":"a"}}}}]}}"#);
    let more = br#"{"choices":[{"index":0,"delta":{"content":"a"}}]}"#;
    let payloads = [start.into_bytes()].into_iter();
    let told = tell(payloads.chain((0..100).map(|_| more.to_vec())), Form::Chat).unwrap();
    assert!(told < 100_000, "{told}");
    let lost = left_out_of(
        Form::Chat,
        &Event::Foreign {
            kind: Text::new(&long),
            whole: None,
        },
    );
    assert!(lost.unwrap().len() < 200);
}
