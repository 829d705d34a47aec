//! The views over requests, answers and chunks agree with what a client or host would read.

#![expect(clippy::unwrap_used, reason = "the helpers are tests too")]

use bytes::Bytes;
use tiergate_wire::chat::{Answer, Delta, Format, Request, Rewrite, Role};
use tiergate_wire::json::{MAX_ELEMENTS, string, unescape};

const HI: &str = r#""messages":[{"role":"user","content":"hi"}]"#;

fn request(members: &str) -> Request {
    Request::parse(format!("{{\"model\":\"m\",{HI}{members}}}").into()).unwrap()
}

fn delta(text: &str) -> Delta<'_> {
    Delta::parse(text.as_bytes()).unwrap()
}

#[track_caller]
fn edited(members: &str, edit: impl FnOnce(&mut Rewrite<'_>), expected: &str) {
    let request = request(members);
    let mut rewrite = request.rewrite();
    edit(&mut rewrite);
    let body = rewrite.finish().to_bytes();
    assert_eq!(body, format!("{{\"model\":\"m\",{HI}{expected}}}"));
}

#[test]
fn escaped_values_are_the_same_values() {
    let request = Request::parse(Bytes::from_static(
        br#"{"model":"m","messages":[{"role":"dev\u0065loper","content":"hi"}],
          "response_format":{"type":"json\u005fschema"},"modalities":["\u0061udio"]}"#,
    ))
    .unwrap();
    assert_eq!(request.messages()[0].role, Role::Developer);
    assert_eq!(request.response_format(), Format::JsonSchema);
    assert!(request.wants_audio());
    let mut rewrite = request.rewrite();
    assert!(rewrite.role(Role::Developer, "system"));
    let body = rewrite.finish().to_bytes();
    assert!(body.windows(15).any(|part| part == br#""role":"system""#));
}

#[test]
fn a_byte_order_mark_is_not_forwarded() {
    let plain = format!("{{\"model\":\"m\",{HI}}}");
    let request = Request::parse(format!("\u{feff}{plain}").into()).unwrap();
    assert_eq!(request.body(), plain.as_bytes());
    assert_eq!(request.rewrite().finish().to_bytes(), plain);
}

#[test]
fn a_request_for_embedding_is_sound_whatever_the_text() {
    for (model, text) in [("", "hi"), ("m", ""), ("\0\"\\", "\u{1f600}\"\n")] {
        let request = Request::user(model, text);
        assert_eq!(request.model(), model);
        assert_eq!(request.messages().len(), 1);
        let mut rewrite = request.rewrite();
        rewrite.set("model", string("other"));
        rewrite.set("stream", "true");
        let body = Request::parse(rewrite.finish().to_bytes()).unwrap();
        assert_eq!((body.model().as_ref(), body.stream()), ("other", true));
    }
}

#[test]
fn an_object_has_as_many_members_as_an_array_has_elements() {
    let body = |members: usize| {
        let mut body = format!("{{\"model\":\"m\",{HI}");
        for _ in 2..members {
            body.push_str(",\"x\":0");
        }
        body.push('}');
        Request::parse(body.into())
    };
    assert!(body(MAX_ELEMENTS).is_ok());
    let fault = body(MAX_ELEMENTS + 1).unwrap_err();
    assert!(
        fault.to_string().contains("more than 100000 members"),
        "{fault}"
    );
}

#[test]
fn faults_name_what_is_wrong() {
    for (body, words) in [
        (
            r#"{"model":"m","messages":[{"role":5}]}"#.to_owned(),
            "'role' must be a string",
        ),
        (
            r#"{"model":"m","messages":[{"role":null}]}"#.to_owned(),
            "needs a 'role'",
        ),
        (
            format!(r#"{{"model":"m","stream_options":{{"include_usage":1}},{HI}}}"#),
            "'include_usage' must be true or false",
        ),
    ] {
        let fault = Request::parse(body.into()).unwrap_err();
        assert!(fault.to_string().contains(words), "{fault}");
    }
}

#[test]
fn an_edit_reaches_every_member_of_the_name() {
    edited(
        r#","a":1,"b":2,"\u0061":3"#,
        |edit| assert!(edit.remove("a")),
        r#","b":2"#,
    );
    edited(
        r#","a":1,"b":2,"a":3"#,
        |edit| edit.set("a", "9"),
        r#","a":9,"b":2,"a":9"#,
    );
    edited(
        r#","a":1,"a":3"#,
        |edit| assert!(edit.rename("a", "b")),
        r#","b":1,"b":3"#,
    );
}

#[test]
fn the_last_edit_of_a_name_wins() {
    let twice = |edit: &mut Rewrite<'_>| {
        edit.set("a", "2");
        edit.set("b", "4");
        edit.set("a", "3");
    };
    edited(r#","a":1"#, twice, r#","a":3,"b":4"#);
    edited("", twice, r#","b":4,"a":3"#);
    let back = |edit: &mut Rewrite<'_>| {
        edit.remove("a");
        edit.set("a", "2");
    };
    edited(r#","a":1"#, back, r#","a":2"#);
    edited("", back, r#","a":2"#);
    let gone = |edit: &mut Rewrite<'_>| {
        edit.set("a", "2");
        assert!(edit.remove("a"));
    };
    edited(r#","a":1"#, gone, "");
    edited("", gone, "");
}

#[test]
fn a_new_name_displaces_the_member_that_had_it() {
    edited(
        r#","seed":1,"random_seed":2"#,
        |edit| assert!(edit.rename("seed", "random_seed")),
        r#","random_seed":1"#,
    );
    edited(
        r#","a":1"#,
        |edit| assert!(edit.rename("a", "a")),
        r#","a":1"#,
    );
    edited(
        r#","b":1"#,
        |edit| assert!(!edit.rename("a", "b")),
        r#","b":1"#,
    );
}

#[test]
fn escaped_member_names_of_answers_are_the_same_names() {
    let chunk = delta(
        r#"{"choic\u0065s":[{"d\u0065lta":{"cont\u0065nt":"a"},"finish_r\u0065ason":"stop"}],"us\u0061ge":{"a":1}}"#,
    );
    assert_eq!(chunk.choices, Some(1));
    assert!(chunk.commits && chunk.finish);
    assert_eq!(chunk.usage.unwrap(), br#"{"a":1}"#);
    assert!(delta(r#"{"\u0065rror":{"message":"no"}}"#).error.is_some());
    let answer = Answer::parse(
        br#"{"choic\u0065s":[{"messag\u0065":{"cont\u0065nt":"abc"},"finish_r\u0065ason":"stop"}],"us\u0061ge":{"a":1}}"#,
    )
    .unwrap();
    assert!(answer.finished && answer.output_bytes >= 3);
    assert_eq!(answer.usage.unwrap(), br#"{"a":1}"#);
}

#[test]
fn white_space_makes_nothing_full() {
    for empty in ["[ ]", "{ }", "[\n]", "{\t}", "\"\"", "null", "false"] {
        let text = format!("{{\"choices\":[{{\"delta\":{{\"tool_calls\":{empty}}}}}]}}");
        assert!(!delta(&text).commits, "{empty}");
    }
    for (error, is) in [
        ("{ }", false),
        ("[\n]", false),
        ("-0", false),
        ("0.0", false),
        ("0e9", false),
        ("1", true),
        ("true", true),
        ("\" \"", true),
        ("[0]", true),
    ] {
        assert_eq!(
            delta(&format!("{{\"error\":{error}}}")).error.is_some(),
            is,
            "{error}"
        );
        let answer = format!("{{\"error\":{error}}}");
        assert_eq!(
            Answer::parse(answer.as_bytes()).unwrap().error.is_some(),
            is,
            "{error}"
        );
    }
}

#[test]
fn every_choice_needs_its_own_finish_reason() {
    let finished = |choices: &str| {
        let text = format!("{{\"choices\":[{choices}]}}");
        Answer::parse(text.as_bytes()).unwrap().finished
    };
    assert!(finished(
        r#"{"finish_reason":"stop"},{"finish_reason":"length"}"#
    ));
    assert!(!finished(
        r#"{"finish_reason":"stop","finish_reason":"stop"},{}"#
    ));
    assert!(!finished(r#"{"finish_reason":""}"#));
    assert!(!finished(r#"{"finish_reason":null}"#));
    assert!(!finished(""));
}

#[test]
fn what_is_malformed_does_not_unescape_to_text() {
    assert_eq!(unescape(br"\u+041"), "\u{fffd}+041");
    assert_eq!(unescape(br"\u00"), "\u{fffd}00");
    assert_eq!(unescape(br"a\"), "a\u{fffd}");
    assert_eq!(unescape(br"\udc00\ud800\ud83d\ude00"), "\u{fffd}\u{fffd}😀");
}
