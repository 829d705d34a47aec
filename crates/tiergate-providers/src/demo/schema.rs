//! The least JSON value that a schema allows.

use serde_json::{Map, Value, json};

/// How deep references are followed; a schema that demands more has no finite value.
const DEEPEST: usize = 32;

/// An instance, as text, for a raw `response_format` of the type `json_schema`.
pub(super) fn instance(format: &[u8]) -> String {
    let format: Value = serde_json::from_slice(format).unwrap_or_default();
    fill(&format["json_schema"]["schema"]).to_string()
}

/// The least value that a schema allows: required members only, first choices, lower bounds.
///
/// Patterns and conditions are not solved.
pub(super) fn fill(schema: &Value) -> Value {
    let arguments = value(schema, schema, 0);
    if schema.is_null() {
        json!({})
    } else {
        arguments
    }
}

fn value(root: &Value, schema: &Value, depth: usize) -> Value {
    if depth > DEEPEST {
        return Value::Null;
    }
    let first = |name: &str| schema[name].as_array().and_then(|list| list.first());
    if let Some(target) = schema["$ref"].as_str() {
        let pointer = target.strip_prefix('#').unwrap_or(target);
        let target = root.pointer(pointer).unwrap_or(&Value::Null);
        return value(root, target, depth + 1);
    }
    if let Some(fixed) = schema.get("const").or_else(|| first("enum")) {
        return fixed.clone();
    }
    if let Some(choice) = first("anyOf").or_else(|| first("oneOf")) {
        return value(root, choice, depth + 1);
    }
    if let Some(all) = schema["allOf"].as_array() {
        return merged(root, schema, all, depth);
    }
    match kind(schema) {
        "array" => array(root, schema, depth),
        "boolean" => json!(false),
        "integer" | "number" => number(schema),
        "object" => object(root, schema, depth),
        "string" => json!(text(schema)),
        _ => Value::Null,
    }
}

/// The first type that a schema names, or the one that its keywords suggest.
fn kind(schema: &Value) -> &str {
    let named = match &schema["type"] {
        Value::Array(kinds) => kinds.first().and_then(Value::as_str),
        other => other.as_str(),
    };
    named.unwrap_or_else(|| {
        if schema.get("properties").is_some() {
            "object"
        } else if schema.get("items").is_some() {
            "array"
        } else {
            "string"
        }
    })
}

/// Members of all parts together; for anything but objects, the first part.
fn merged(root: &Value, schema: &Value, all: &[Value], depth: usize) -> Value {
    let mut own = schema.clone();
    if let Some(own) = own.as_object_mut() {
        own.remove("allOf");
    }
    let parts = all.iter().chain(std::iter::once(&own));
    let mut members = Map::new();
    for part in parts {
        match value(root, part, depth + 1) {
            Value::Object(more) => members.extend(more),
            other if members.is_empty() && all.len() == 1 => return other,
            _ => {}
        }
    }
    Value::Object(members)
}

fn object(root: &Value, schema: &Value, depth: usize) -> Value {
    let names = schema["required"].as_array().into_iter().flatten();
    let members = names.filter_map(Value::as_str).map(|name| {
        let member = &schema["properties"][name];
        (name.to_owned(), value(root, member, depth + 1))
    });
    Value::Object(members.collect())
}

fn array(root: &Value, schema: &Value, depth: usize) -> Value {
    let least = schema["minItems"].as_u64().unwrap_or(0).min(64);
    let fixed = schema["prefixItems"].as_array();
    let elements = (0..least).map(|at| {
        let at = usize::try_from(at).unwrap_or_default();
        let own = fixed.and_then(|fixed| fixed.get(at));
        value(root, own.unwrap_or_else(|| &schema["items"]), depth + 1)
    });
    elements.collect()
}

fn number(schema: &Value) -> Value {
    let bound = |name: &str| schema[name].as_f64();
    let least = bound("minimum").or_else(|| bound("exclusiveMinimum").map(|bound| bound + 1.0));
    let most = bound("maximum").or_else(|| bound("exclusiveMaximum").map(|bound| bound - 1.0));
    let mut number = least.unwrap_or(0.0);
    if most.is_some_and(|most| most < number) {
        number = most.unwrap_or(0.0);
    }
    if let Some(step) = bound("multipleOf").filter(|step| *step > 0.0) {
        number = (number / step).ceil() * step;
    }
    if number.fract() == 0.0 && number.abs() < 9e15 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the range was just checked"
        )]
        let whole = number as i64;
        return json!(whole);
    }
    if kind(schema) == "integer" {
        return json!(number.ceil());
    }
    json!(number)
}

fn text(schema: &Value) -> String {
    let sample = match schema["format"].as_str() {
        Some("date") => "2026-01-01",
        Some("date-time") => "2026-01-01T00:00:00Z",
        Some("time") => "00:00:00Z",
        Some("duration") => "P1D",
        Some("email") => "demo@example.com",
        Some("hostname") => "example.com",
        Some("ipv4") => "192.0.2.1",
        Some("ipv6") => "2001:db8::1",
        Some("uri") => "https://example.com/",
        Some("uuid") => "00000000-0000-4000-8000-000000000000",
        _ => "simulated",
    };
    let least = schema["minLength"].as_u64().unwrap_or(0).min(4096);
    let most = schema["maxLength"].as_u64().unwrap_or(u64::MAX);
    let length = (sample.len() as u64).max(least).min(most);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    sample
        .chars()
        .chain(std::iter::repeat('.'))
        .take(length)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "the cases read better so")]
    fn check(schema: Value, expected: Value) {
        assert_eq!(fill(&schema), expected);
    }

    #[test]
    fn the_least_that_is_allowed() {
        check(Value::Null, json!({}));
        check(
            json!({"type": "object", "properties": {"a": {"type": "string"}}}),
            json!({}),
        );
        check(
            json!({"type": "object", "required": ["a", "b", "c", "d", "e"], "properties": {
                "a": {"type": "string", "maxLength": 3},
                "b": {"type": ["null", "string"]},
                "c": {"enum": ["x", "y"]},
                "d": {"type": "array", "minItems": 2, "items": {"type": "integer", "minimum": 3}},
                "e": {"const": 7},
            }}),
            json!({"a": "sim", "b": null, "c": "x", "d": [3, 3], "e": 7}),
        );
        check(
            json!({"type": "number", "exclusiveMinimum": 1.5}),
            json!(2.5),
        );
        check(
            json!({"type": "integer", "minimum": 4, "multipleOf": 3}),
            json!(6),
        );
        check(json!({"type": "integer", "maximum": -2}), json!(-2));
        check(
            json!({"type": "string", "minLength": 11}),
            json!("simulated.."),
        );
    }

    #[test]
    fn references_are_followed_until_they_circle() {
        check(
            json!({"$defs": {"n": {"type": "object", "required": ["v"], "properties": {"v": {"type": "boolean"}}}},
                "type": "object", "required": ["n"], "properties": {"n": {"$ref": "#/$defs/n"}}}),
            json!({"n": {"v": false}}),
        );
        check(
            json!({"allOf": [{"type": "object", "required": ["a"], "properties": {"a": {"type": "null"}}}],
                "type": "object", "required": ["b"], "properties": {"b": {"type": "boolean"}}}),
            json!({"a": null, "b": false}),
        );
        let circle =
            json!({"type": "object", "required": ["n"], "properties": {"n": {"$ref": "#"}}});
        assert!(fill(&circle).is_object());
    }
}
