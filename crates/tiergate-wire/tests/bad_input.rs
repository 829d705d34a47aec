//! Bodies at the edge of JSON and of a chat request, with the verdict each must get.

use bytes::Bytes;
use serde_json::value::RawValue;
use tiergate_wire::chat::{Answer, Delta, Request};
use tiergate_wire::json::{Invalid, MAX_DEPTH, MAX_ELEMENTS};

const HI: &str = r#""messages":[{"role":"user","content":"hi"}]"#;

/// Values of a member that nobody knows: each is JSON, whatever its sense.
#[rustfmt::skip]
const VALUES: &[&[u8]] = &[
    // numbers
    b"0", b"-0", b"-0.0", b"0e0", b"0E-0", b"1e5", b"1E+5", b"1e-5", b"1e400", b"-1E-999999999",
    b"1e999999999999999999999", b"0.00000000000000000000000000000000000000001", b"123456789012345678901234567890",
    b"-9223372036854775809",
    // strings
    br#""""#, br#""\u0000""#, br#""\"\\\/\b\f\n\r\t""#, br#""\u005C""#, br#""\\u005C""#, br#""\\""#,
    br#""\ud83d\ude00""#, br#""\uD83D\uDE00""#, br#""\ud800""#, br#""\udc00\ud800""#, br#""\ud800\ud800""#,
    br#""\ud800\n""#, br#""\uffff\ufffe""#, b"\"\x7f\"", "\"\u{80}\u{9f}\"".as_bytes(),
    "\"\u{2028}\u{2029}\"".as_bytes(), "\"\u{feff}\"".as_bytes(), "\"\u{ffff}\u{10ffff}\"".as_bytes(),
    "\"e\u{301}\u{200d}\u{202e}\"".as_bytes(), "\"😀\"".as_bytes(), br#""/* no comment */""#, br#""{[\"""#,
    // arrays and objects
    b"[]", b"[ ]", b"{}", b"{ }", b"[[],{}]", b"[1,\n2\t,\r3]", br#"{"":0}"#, br#"{"a":1,"a":2}"#,
    br#"{"a":1,"\u0061":2}"#, br#"{"\u0000":1}"#, br#"{"\ud800":1}"#, br#"{"__proto__":{"a":1}}"#,
    // words and white space
    b"true", b"false", b"null", b" \t\r\n1", b"1 \t\r\n",
];

/// Values that are not JSON.
#[rustfmt::skip]
const FAULTY: &[&[u8]] = &[
    // numbers
    b"00", b"01", b"-01", b"-", b"--1", b"+1", b"1.", b".1", b"-.1", b"1.e1", b"1.1.1", b"1e", b"1e+", b"1e+-1",
    b"1e1.5", b"1E1E1", b"1_000", b"0x10", b"0b1", b"1f", b"1,5", b"- 1", b"1 1", b"0 .5", b"NaN", b"nan",
    b"-NaN", b"Infinity", b"-Infinity", b"inf", "１".as_bytes(), "٣".as_bytes(), "−1".as_bytes(), "½".as_bytes(),
    // words
    b"True", b"TRUE", b"tru", b"truee", b"falsey", b"nul", b"nulll", b"None", b"undefined", b"t", b"n", b"abc",
    // strings
    b"'a'", b"`a`", "“a”".as_bytes(), b"\"a", b"a\"", b"\"\\\"", b"\"\\", br#""\x41""#, br#""\a""#, br#""\'""#,
    br#""\0""#, br#""\U0041""#, br#""\u""#, br#""\u1""#, br#""\u12""#, br#""\u123""#, br#""\u12g4""#,
    br#""\u+123""#, br#""\u 123""#, br#""\u{41}""#, "\"\\é\"".as_bytes(), "\"\\u００４１\"".as_bytes(), b"\"a\nb\"",
    b"\"a\rb\"", b"\"a\tb\"", b"\"a\0b\"", b"\"\x1f\"", b"\"\\\n\"", b"\"a\" \"b\"",
    // arrays
    b"[", b"]", b"[1", b"[1,", b"[1,]", b"[,1]", b"[,]", b"[1,,2]", b"[1 2]", b"[1;2]", b"[1:2]", b"[1}",
    b"[\"a\",", b"[[]", b"[]]", b"(1)", b"<1>", b"[...]", b"[*]",
    // objects
    b"{", b"}", b"{,}", b"{\"a\"}", b"{\"a\":}", b"{\"a\":1", b"{\"a\":1,}", b"{\"a\":1,,\"b\":2}", b"{\"a\" 1}",
    b"{\"a\"::1}", b"{\"a\"=1}", b"{\"a\":1;\"b\":2}", b"{\"a\":1 \"b\":2}", b"{a:1}", b"{'a':1}", b"{1:1}",
    b"{null:1}", b"{[]:1}", b"{\"a\":1]", b"{:1}", b"{\"a\n\":1}", b"{\"a\\x\":1}",
    // what other formats allow
    b"1//", b"//\n1", b"/**/1", b"1/**/", b"#\n1", b"1;", b"", b" ", b",", b":", b"*", b"@", b"$ref", b"!!int 1",
    b"\\u0031",
    // white space that JSON does not know
    b"\x0c1", b"\x0b1", b"\x001", b"1\0", b"\xc2\xa01", "\u{2028}1".as_bytes(), "\u{feff}1".as_bytes(),
    "\u{3000}1".as_bytes(), "\u{200b}1".as_bytes(), "\u{85}1".as_bytes(),
    // bytes that are no UTF-8
    b"\"\xff\"", b"\"\xc0\xaf\"", b"\"\xc1\xbf\"", b"\"\xe0\x80\xaf\"", b"\"\xf0\x80\x80\xaf\"",
    b"\"\xed\xa0\x80\"", b"\"\xed\xb0\x80\"", b"\"\xf4\x90\x80\x80\"", b"\"\xf8\x88\x80\x80\x80\"", b"\"\x80\"",
    b"\"\xc3\"", b"\"\xe2\x82\"", b"\"\xf0\x9f\x98\"", b"\xff", b"\"caf\xe9\"",
];

/// Whole bodies that are refused, the member at fault, and a word of the message.
#[rustfmt::skip]
const REFUSED: &[(&str, Option<&str>, &str)] = &[
    // no object
    ("", None, "too early"),
    (" \n", None, "too early"),
    ("\u{feff}", None, "too early"),
    ("null", None, "JSON object"),
    ("true", None, "JSON object"),
    ("7", None, "JSON object"),
    ("\"model\"", None, "JSON object"),
    ("[]", None, "JSON object"),
    (r#"[{"model":"m"}]"#, None, "JSON object"),
    ("model=m&messages=hi", None, "JSON value"),
    ("<xml/>", None, "JSON value"),
    ("data: {}", None, "JSON value"),
    ("{", None, "member name"),
    ("{}", Some("model"), "missing"),
    ("{} {}", None, "text follows"),
    ("{}\0", None, "text follows"),
    ("{},", None, "text follows"),
    ("{}}", None, "text follows"),
    // model
    (r#"{"model":"","messages":[{"role":"user"}]}"#, Some("model"), "missing"),
    (r#"{"model":null,"messages":[{"role":"user"}]}"#, Some("model"), "missing"),
    (r#"{"Model":"m","messages":[{"role":"user"}]}"#, Some("model"), "missing"),
    (r#"{"model ":"m","messages":[{"role":"user"}]}"#, Some("model"), "missing"),
    (r#"{"x":{"model":"m"},"messages":[{"role":"user"}]}"#, Some("model"), "missing"),
    (r#"{"model":7}"#, Some("model"), "must be a string"),
    (r#"{"model":["m"]}"#, Some("model"), "must be a string"),
    (r#"{"model":{"id":"m"}}"#, Some("model"), "must be a string"),
    (r#"{"model":true}"#, Some("model"), "must be a string"),
    // messages
    (r#"{"model":"m"}"#, Some("messages"), "at least one"),
    (r#"{"model":"m","messages":[]}"#, Some("messages"), "at least one"),
    (r#"{"model":"m","messages":null}"#, Some("messages"), "array"),
    (r#"{"model":"m","messages":{}}"#, Some("messages"), "array"),
    (r#"{"model":"m","messages":"hi"}"#, Some("messages"), "array"),
    (r#"{"model":"m","messages":["hi"]}"#, Some("messages"), "object"),
    (r#"{"model":"m","messages":[[]]}"#, Some("messages"), "object"),
    (r#"{"model":"m","messages":[null]}"#, Some("messages"), "object"),
    (r#"{"model":"m","messages":[{}]}"#, Some("messages"), "'role'"),
    (r#"{"model":"m","messages":[{"role":"user"},{}]}"#, Some("messages"), "'role'"),
    (r#"{"model":"m","messages":[{"Role":"user"}]}"#, Some("messages"), "'role'"),
    (r#"{"model":"m","messages":[{"role":null}]}"#, Some("messages"), "'role'"),
    (r#"{"model":"m","messages":[{"role":5}]}"#, Some("messages"), "'role' must be a string"),
    (r#"{"model":"m","messages":[{"role":["user"]}]}"#, Some("messages"), "'role' must be a string"),
    (r#"{"model":"m","messages":[{"role":"user","content":5}]}"#, Some("messages"), "'content'"),
    (r#"{"model":"m","messages":[{"role":"user","content":true}]}"#, Some("messages"), "'content'"),
    (r#"{"model":"m","messages":[{"role":"user","content":{}}]}"#, Some("messages"), "'content'"),
    (r#"{"model":"m","messages":[{"role":"user","content":[5]}]}"#, Some("messages"), "content part"),
    (r#"{"model":"m","messages":[{"role":"user","content":[null]}]}"#, Some("messages"), "content part"),
    (r#"{"model":"m","messages":[{"role":"user","content":[[]]}]}"#, Some("messages"), "content part"),
    (r#"{"model":"m","messages":[{"role":"a","tool_calls":{}}]}"#, Some("messages"), "'tool_calls'"),
    (r#"{"model":"m","messages":[{"role":"a","tool_calls":"f"}]}"#, Some("messages"), "'tool_calls'"),
    (r#"{"model":"m","messages":[{"role":"a","tool_calls":["f"]}]}"#, Some("messages"), "tool call"),
    (r#"{"model":"m","messages":[{"role":"user","content":"hi"},]}"#, Some("messages"), "JSON value"),
    (r#"{"model":"m","messages":[{"role":"user","content":"hi"}"#, Some("messages"), "','"),
    (r#"{"model":"m","messages":[{"role":"user","content":"hi"#, Some("messages"), "does not end"),
    // members that are read, of the wrong type
    (r#"{"stream":1}"#, Some("stream"), "true or false"),
    (r#"{"stream":"true"}"#, Some("stream"), "true or false"),
    (r#"{"stream":[]}"#, Some("stream"), "true or false"),
    (r#"{"stream_options":true}"#, Some("stream_options"), "object"),
    (r#"{"stream_options":[]}"#, Some("stream_options"), "object"),
    (r#"{"stream_options":{"include_usage":"yes"}}"#, Some("stream_options"), "'include_usage'"),
    (r#"{"max_tokens":0}"#, Some("max_tokens"), "at least 1"),
    (r#"{"max_tokens":-1}"#, Some("max_tokens"), "at least 1"),
    (r#"{"max_tokens":-0}"#, Some("max_tokens"), "at least 1"),
    (r#"{"max_tokens":1.5}"#, Some("max_tokens"), "whole number"),
    (r#"{"max_tokens":1e3}"#, Some("max_tokens"), "whole number"),
    (r#"{"max_tokens":"10"}"#, Some("max_tokens"), "whole number"),
    (r#"{"max_tokens":true}"#, Some("max_tokens"), "whole number"),
    (r#"{"max_tokens":[1]}"#, Some("max_tokens"), "whole number"),
    (r#"{"max_tokens":18446744073709551616}"#, Some("max_tokens"), "whole number"),
    (r#"{"max_tokens":1e9999}"#, Some("max_tokens"), "whole number"),
    (r#"{"max_completion_tokens":0}"#, Some("max_completion_tokens"), "at least 1"),
    (r#"{"max_completion_tokens":{}}"#, Some("max_completion_tokens"), "whole number"),
    (r#"{"n":0}"#, Some("n"), "at least 1"),
    (r#"{"n":"2"}"#, Some("n"), "whole number"),
    (r#"{"n":-9223372036854775808}"#, Some("n"), "at least 1"),
    (r#"{"tools":{}}"#, Some("tools"), "array"),
    (r#"{"tools":"f"}"#, Some("tools"), "array"),
    (r#"{"tools":[null]}"#, Some("tools"), "object"),
    (r#"{"tools":[{}, "f"]}"#, Some("tools"), "object"),
    (r#"{"tools":[{},]}"#, Some("tools"), "JSON value"),
    (r#"{"prefer":1}"#, Some("prefer"), "must be a string"),
    (r#"{"max_tier":[]}"#, Some("max_tier"), "must be a string"),
    (r#"{"session_id":{}}"#, Some("session_id"), "must be a string"),
    (r#"{"reasoning_effort":2}"#, Some("reasoning_effort"), "must be a string"),
    // members that are read, twice
    (r#"{"model":"m","model":"m"}"#, Some("model"), "twice"),
    (r#"{"model":"m","\u006dodel":"n"}"#, Some("model"), "twice"),
    (r#"{"\u006d\u006f\u0064\u0065\u006c":"m","model":"n"}"#, Some("model"), "twice"),
    (r#"{"model":null,"model":"n"}"#, Some("model"), "twice"),
    (r#"{"messages":[],"message\u0073":[]}"#, Some("messages"), "twice"),
    (r#"{"stream":true,"stream":false}"#, Some("stream"), "twice"),
    (r#"{"stream_options":null,"stream_options":{}}"#, Some("stream_options"), "twice"),
    (r#"{"max_tokens":1,"max\u005ftokens":100000}"#, Some("max_tokens"), "twice"),
    (r#"{"max_completion_tokens":1,"max_completion_tokens":2}"#, Some("max_completion_tokens"), "twice"),
    (r#"{"n":1,"\u006E":128}"#, Some("n"), "twice"),
    (r#"{"tools":[],"tools":[{}]}"#, Some("tools"), "twice"),
    (r#"{"response_format":{},"response_format":{}}"#, Some("response_format"), "twice"),
    (r#"{"modalities":[],"modalities":["audio"]}"#, Some("modalities"), "twice"),
    (r#"{"logprobs":false,"logprobs":true}"#, Some("logprobs"), "twice"),
    (r#"{"prefer":"cheap","prefe\u0072":"quality"}"#, Some("prefer"), "twice"),
    (r#"{"max_tier":"nano","max_tier":"flagship"}"#, Some("max_tier"), "twice"),
    (r#"{"session_id":"a","session_id":"b"}"#, Some("session_id"), "twice"),
    (r#"{"reasoning_effort":"low","reasoning_effort":"high"}"#, Some("reasoning_effort"), "twice"),
    (r#"{"tags":[],"t\u0061gs":[]}"#, Some("tags"), "twice"),
    (r#"{"tool_choice":"none","tool_choice":"auto"}"#, Some("tool_choice"), "twice"),
    (r#"{"user":"a","user":"b"}"#, Some("user"), "twice"),
];

/// Members beside a model and a message that are accepted, odd as they are.
const ACCEPTED: &[&str] = &[
    r#""stream":null,"stream_options":null,"max_tokens":null,"n":null,"tools":null"#,
    r#""prefer":null,"max_tier":null,"session_id":null,"reasoning_effort":null"#,
    r#""tags":{"any":["thing"]},"user":7,"tool_choice":[],"response_format":"text","modalities":"audio""#,
    r#""max_tokens":18446744073709551615,"n":4294967296"#,
    r#""stream_options":{"include_usage":null,"include_obfuscation":false}"#,
    r#""logprobs":5,"top_logprobs":"many""#,
    r#""temperature":1e400,"seed":-1,"stop":[null]"#,
    r#""x":1,"x":2,"\u0078":3"#,
    r#""":"","\u0000":0,"\ud800":0"#,
    r#""Model":"n","MODEL":"o","model ":"p","mode\u013a":"q""#,
    r#""constructor":{},"__proto__":{"stream":true}"#,
];

#[test]
fn the_table_is_large_enough() {
    assert!(FAULTY.len() + REFUSED.len() >= 120);
}

#[test]
fn valid_values_pass_wherever_they_stand() {
    for value in VALUES {
        let shown = String::from_utf8_lossy(value);
        let body = around(value);
        let request = request(&body).unwrap_or_else(|fault| panic!("{shown}: {fault}"));
        assert_eq!(request.member("x").unwrap(), value.trim_ascii(), "{shown}");
        assert_eq!(request.rewrite().finish().to_bytes(), body, "{shown}");
        assert!(
            Delta::parse(&body).is_ok() && Answer::parse(&body).is_ok(),
            "{shown}"
        );
        assert!(
            serde_json::from_slice::<&RawValue>(&body).is_ok(),
            "{shown}"
        );
    }
}

#[test]
fn faulty_values_are_refused_wherever_they_stand() {
    for value in FAULTY {
        let shown = String::from_utf8_lossy(value);
        let body = around(value);
        let fault = request(&body).expect_err(&shown);
        assert_eq!(fault.param(), None, "{shown}");
        assert!(fault.offset() <= body.len(), "{shown}");
        assert!(
            Delta::parse(&body).is_err() && Answer::parse(&body).is_err(),
            "{shown}"
        );
        assert!(
            serde_json::from_slice::<&RawValue>(&body).is_err(),
            "{shown}"
        );
        for frame in [
            "{\"choices\":[{\"delta\":{\"content\":",
            "{\"usage\":",
            "{\"error\":",
        ] {
            let chunk = [frame.as_bytes(), value, b"}"].concat();
            assert!(
                Delta::parse(&chunk).is_err() && Answer::parse(&chunk).is_err(),
                "{frame}{shown}"
            );
        }
    }
}

#[test]
fn refused_bodies_name_the_member() {
    for (body, param, words) in REFUSED {
        let fault = request(body.as_bytes()).expect_err(body);
        assert_eq!(fault.param(), *param, "{body}: {fault}");
        assert!(fault.to_string().contains(words), "{body}: {fault}");
        assert!(fault.offset() <= body.len(), "{body}: {fault}");
    }
}

#[test]
fn odd_bodies_pass_unchanged() {
    for members in ACCEPTED {
        for body in [
            format!("{{\"model\":\"m\",{HI},{members}}}"),
            format!("\n{{ {members},\"model\":\"m\",{HI} }}\r\n"),
        ] {
            let request =
                request(body.as_bytes()).unwrap_or_else(|fault| panic!("{body}: {fault}"));
            assert_eq!(request.body(), body.as_bytes());
            assert_eq!(
                (request.model().as_ref(), request.messages().len()),
                ("m", 1),
                "{body}"
            );
        }
    }
}

#[test]
fn every_prefix_of_a_body_is_refused() {
    let body = format!(r#"{{"model":"m","x":[1.5e3,"\u00e9\"",{{"a":null}}],"stream":true,{HI}}}"#);
    assert!(request(body.as_bytes()).is_ok());
    for end in 0..body.len() {
        assert!(request(&body.as_bytes()[..end]).is_err(), "{end}");
        assert!(Delta::parse(&body.as_bytes()[..end]).is_err(), "{end}");
    }
}

#[test]
fn any_changed_byte_is_survived() {
    let body = format!(
        r#"{{"model":"m","max_tokens":10,"stream_options":{{"include_usage":true}},{HI}}}"#
    );
    for at in 0..body.len() {
        for byte in 0..=255 {
            let mut changed = body.clone().into_bytes();
            changed[at] = byte;
            let valid = serde_json::from_slice::<&RawValue>(&changed).is_ok();
            assert_eq!(Delta::parse(&changed).is_ok(), valid, "byte {byte} at {at}");
            assert!(valid || request(&changed).is_err(), "byte {byte} at {at}");
        }
    }
}

#[test]
fn depth_is_bounded_in_every_place() {
    // the body is the first level; `x` begins the second
    let inside = MAX_DEPTH - 1;
    assert!(request(&around(nested(inside).as_bytes())).is_ok());
    for depth in [inside + 1, 1_000, 1_000_000] {
        let fault = request(&around(nested(depth).as_bytes())).unwrap_err();
        assert!(
            fault.to_string().contains("nested deeper than 64 levels"),
            "{fault}"
        );
        assert!(request(&around("[".repeat(depth).as_bytes())).is_err());
        assert!(request(&around("{\"a\":".repeat(depth).as_bytes())).is_err());
        let chunk = format!("{{\"usage\":{{\"a\":{}}}}}", nested(depth));
        assert!(
            Delta::parse(chunk.as_bytes()).is_err() && Answer::parse(chunk.as_bytes()).is_err()
        );
    }
    // messages, a message, its parts, a part
    let content = |depth| {
        format!(
            r#"{{"model":"m","messages":[{{"role":"user","content":[{{"x":{}}}]}}]}}"#,
            nested(depth)
        )
    };
    assert!(request(content(MAX_DEPTH - 5).as_bytes()).is_ok());
    let fault = request(content(MAX_DEPTH - 4).as_bytes()).unwrap_err();
    assert_eq!(fault.param(), Some("messages"));
}

#[test]
fn arrays_and_objects_are_bounded() {
    let elements = |count: usize| format!("[0{}]", ",0".repeat(count - 1));
    assert!(request(&around(elements(MAX_ELEMENTS).as_bytes())).is_ok());
    let fault = request(&around(elements(MAX_ELEMENTS + 1).as_bytes())).unwrap_err();
    assert!(
        fault.to_string().contains("more than 100000 elements"),
        "{fault}"
    );
    let members = |count: usize| format!("{{\"\":0{}}}", ",\"\":0".repeat(count - 1));
    assert!(request(&around(members(MAX_ELEMENTS).as_bytes())).is_ok());
    assert!(request(&around(members(MAX_ELEMENTS + 1).as_bytes())).is_err());
    let tools = format!(
        r#"{{"model":"m",{HI},"tools":[{{}}{}]}}"#,
        ",{}".repeat(MAX_ELEMENTS)
    );
    assert_eq!(
        request(tools.as_bytes()).unwrap_err().param(),
        Some("tools")
    );
    let messages = format!(
        r#"{{"model":"m","messages":[{{"role":""}}{}]}}"#,
        r#",{"role":""}"#.repeat(MAX_ELEMENTS)
    );
    assert_eq!(
        request(messages.as_bytes()).unwrap_err().param(),
        Some("messages")
    );
}

#[test]
fn long_tokens_are_read_in_linear_time() {
    const LONG: usize = 8 << 20;
    for value in [
        "9".repeat(LONG),
        format!("0.{}", "0".repeat(LONG)),
        format!("1e{}", "9".repeat(LONG)),
        " ".repeat(LONG) + "1",
        format!("\"{}\"", "a".repeat(LONG)),
        format!("\"{}\"", "\\n".repeat(LONG / 2)),
        format!("\"{}\"", "\\ud800".repeat(LONG / 6)),
        format!("{{\"{}\":1}}", "\\u0061".repeat(LONG / 6)),
    ] {
        assert!(
            request(&around(value.as_bytes())).is_ok(),
            "{}",
            &value[..20]
        );
    }
    let tokens = format!(r#"{{"max_tokens":{},"model":"m",{HI}}}"#, "9".repeat(LONG));
    assert_eq!(
        request(tokens.as_bytes()).unwrap_err().param(),
        Some("max_tokens")
    );
}

/// Takes minutes where every edit compares every member with every other.
#[test]
fn many_members_of_one_name_are_edited_in_linear_time() {
    let pairs = r#","\u0061":0,"b":0"#.repeat(MAX_ELEMENTS / 2 - 2);
    let request = request(format!("{{\"model\":\"m\",{HI}{pairs}}}").as_bytes()).unwrap();
    let mut rewrite = request.rewrite();
    for _ in 0..20 {
        rewrite.set("a", "1");
        assert!(rewrite.remove("a") && rewrite.rename("b", "c"));
    }
    let body = rewrite.finish().to_bytes();
    assert_eq!(
        body.len(),
        format!("{{\"model\":\"m\",{HI}}}").len() + (MAX_ELEMENTS / 2 - 2) * 6
    );
}

fn request(body: &[u8]) -> Result<Request, Invalid> {
    Request::parse(Bytes::copy_from_slice(body))
}

/// A body that is well but for the value of `x`.
fn around(value: &[u8]) -> Vec<u8> {
    let (before, after) = (b"{\"model\":\"m\",\"x\":", format!(",{HI}}}"));
    [before, value, after.as_bytes()].concat()
}

fn nested(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}
