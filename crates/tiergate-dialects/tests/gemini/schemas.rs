//! Schemas that stay, and schemas that must be rewritten.

use tiergate_dialects::inner::{Json, Request, Text, Tool};

use crate::*;

/// The schema of a tool's arguments as Gemini is told it, to the byte.
fn sent(schema: &str) -> String {
    let raw: Json<'_> = serde_json::from_str(schema).unwrap();
    let request = Request {
        tools: vec![Tool {
            name: Text::new("t"),
            description: None,
            parameters: Some(raw),
            strict: None,
            cache: None,
            foreign: None,
        }],
        ..hello()
    };
    let translated = translate(&request, "gemini-3.8-flash").unwrap();
    let body = String::from_utf8(translated.body.to_vec()).unwrap();
    let (_, rest) = body.split_once(r#""parametersJsonSchema":"#).unwrap();
    let (schema, _) = rest.rsplit_once("}]}]").unwrap();
    schema.to_owned()
}

#[test]
fn ordinary_schemas_stay_to_the_byte() {
    for schema in [
        r#"{ "type" : "object", "properties" : { "z": {"type":"string","enum":["b","a"]}, "a": {"type":["string","null"]} } }"#,
        r##"{"$defs":{"n":{"type":"object","properties":{"next":{"$ref":"#/$defs/n"}}}},"$ref":"#/$defs/n"}"##,
        r#"{"oneOf":[{"type":"string","pattern":"^const$"},{"type":"array","prefixItems":[{}],"items":{"type":"number","minimum":1}}]}"#,
        r#"{"type":"object","properties":{"const":{"type":"string","default":{"const":1}},"any":{"description":"x"}},"additionalProperties":{}}"#,
        r##"{"$ref":"#/definitions/a","$defs":{"b":{"type":"string"}},"definitions":{"a":{"type":"object"}}}"##,
        r##"{"type":"object","allOf":[{"$ref":"#/$defs/a"},{"required":["b"]}]}"##,
        r#"{"allOf":[{"type":"object","properties":{"a":{"type":"string"}}},{"type":"object","properties":{"a":{"type":"number"}}}]}"#,
        r#"{"type":"array","allOf":[{"required":["a"]},{"required":["b"]}]}"#,
    ] {
        assert_eq!(sent(schema), schema);
    }
}

#[test]
fn what_gemini_would_refuse_is_said_otherwise() {
    let check = |schema: &str, expected: &str| {
        let within = |inner: &str| format!(r#"{{"type":"object","properties":{{"p":{inner}}}}}"#);
        assert_eq!(sent(&within(schema)), within(expected));
    };
    check(r#"{"const":"a"}"#, r#"{"type":"string","enum":["a"]}"#);
    check(
        r#"{"const":7,"type":"integer"}"#,
        r#"{"enum":[7],"type":"integer"}"#,
    );
    check(
        r#"{"enum":["a",null]}"#,
        r#"{"type":["string","null"],"enum":["a"]}"#,
    );
    check(
        r#"{"type":"string","enum":["a",null]}"#,
        r#"{"type":["string","null"],"enum":["a"]}"#,
    );
    check(
        r#"{"const":true}"#,
        r#"{"type":"boolean","description":"Always true."}"#,
    );
    check(
        r#"{"const":false,"description":"Off."}"#,
        r#"{"type":"boolean","description":"Off. Always false."}"#,
    );
    check(r#"{"enum":[true,false]}"#, r#"{"type":"boolean"}"#);
    check(r#"{"const":null}"#, r#"{"type":"null"}"#);
    check(r#"{"enum":[1,2]}"#, r#"{"type":"number","enum":[1,2]}"#);
    check(
        r#"{"properties":{"q":{"items":{}}}}"#,
        r#"{"type":"object","properties":{"q":{"type":"array","items":{}}}}"#,
    );
    check(
        r##"{"$ref":"#/definitions/d","description":"D"}"##,
        r##"{"anyOf":[{"$ref":"#/$defs/d"}],"description":"D"}"##,
    );
    check(
        r##"{"allOf":[{"$ref":"#/$defs/d"}],"default":1}"##,
        r##"{"anyOf":[{"$ref":"#/$defs/d"}],"default":1}"##,
    );
    check(
        r#"{"allOf":[{"type":"object","properties":{"a":{"const":1}},"required":["a"]},{"properties":{"b":{}},"required":["b","a"],"description":"B"}]}"#,
        r#"{"type":"object","properties":{"a":{"type":"number","enum":[1]},"b":{}},"required":["a","b"],"description":"B"}"#,
    );
    check(
        r#"{"title":"T","properties":{"c":{}},"required":["c"],"allOf":[{"required":["a"]},{"properties":{"a":{}}}]}"#,
        r#"{"title":"T","type":"object","properties":{"c":{},"a":{}},"required":["c","a"]}"#,
    );
    check(
        r#"{"anyOf":[{"type":"string"},{"const":"a"}]}"#,
        r#"{"anyOf":[{"type":"string"},{"type":"string","enum":["a"]}]}"#,
    );
    check(
        r##"{"$ref":"#/$defs/d","allOf":[{"type":"object"}]}"##,
        r##"{"anyOf":[{"$ref":"#/$defs/d"}],"allOf":[{"type":"object"}]}"##,
    );
    check(
        r#"{"type":["string","boolean","null"],"description":"d","enum":["auto",true,false,null]}"#,
        r#"{"description":"d","anyOf":[{"type":"string","enum":["auto"]},{"type":"boolean"},{"type":"null"}]}"#,
    );
    check(
        r#"{"enum":["a",1,2.5,true]}"#,
        r#"{"anyOf":[{"type":"string","enum":["a"]},{"type":"number","enum":[1,2.5]},{"type":"boolean","description":"Always true."}]}"#,
    );
    check(
        r#"{"type":["integer","string"],"enum":[1,"a"]}"#,
        r#"{"anyOf":[{"type":"string","enum":["a"]},{"type":"integer","enum":[1]}]}"#,
    );
    let old = r##"{"type":"object","properties":{"p":{"$ref":"#/definitions/d"}},"definitions":{"d":{"type":"string"}}}"##;
    let new = r##"{"type":"object","properties":{"p":{"$ref":"#/$defs/d"}},"$defs":{"d":{"type":"string"}}}"##;
    assert_eq!(sent(old), new);
}

#[test]
fn endless_nesting_is_survived() {
    let deep = format!("{}{{}}{}", r#"{"not":"#.repeat(20_000), "}".repeat(20_000));
    let raw: Box<serde_json::value::RawValue> = serde_json::from_str(&deep).unwrap();
    assert_eq!(sent(raw.get()), deep);
}
