//! JSON schemas, as the vendor takes them.
//!
//! The order of properties is that in which a model writes them, so schemas are rewritten in their order and not as
//! maps.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::read::{Members, object, parse, string};
use super::wire::Notes;
use crate::inner::{Json, Text};

/// The schema of a tool without arguments.
pub(super) fn empty() -> Json<'static> {
    raw(r#"{"type":"object","properties":{}}"#.to_owned())
}

/// The schema of a tool's arguments: of an object, without alternatives at its top.
pub(super) fn arguments<'a>(
    schema: Option<&'a Json<'_>>,
    tool: &Text<'_>,
    notes: &mut Notes,
) -> Json<'a> {
    let Some(schema) = schema else {
        return empty();
    };
    let members: Members<'_> = schema.read().unwrap_or_default();
    let is_alternative = |name: &str| matches!(name, "anyOf" | "oneOf" | "allOf");
    let alternatives = members.0.iter().any(|(name, _)| is_alternative(name));
    let kind = string(members.get("type"));
    if kind.as_deref() == Some("object") && !alternatives {
        return schema.borrowed();
    }
    if members.0.is_empty() {
        return empty();
    }
    let moved = |(name, _): &&(Cow<'_, str>, _)| is_alternative(name);
    let (moved, mut kept): (Vec<_>, Vec<_>) = members.0.iter().partition(moved);
    kept.retain(|(name, _)| *name != "type" && *name != "description");
    let kept: Vec<_> = kept.into_iter().cloned().collect();
    let description = described(members.get("description"), moved.into_iter());
    if alternatives {
        notes.add(format!("alternatives of {} in words", tool.value()));
    }
    let mut out = String::from(r#"{"type":"object""#);
    if let Some(description) = description {
        out.push_str(r#","description":"#);
        out.push_str(description.raw());
    }
    if members.get("properties").is_none() {
        out.push_str(r#","properties":{}"#);
    }
    if let Some(kept) = object(&kept) {
        out.push(',');
        out.push_str(kept.get().get(1..).unwrap_or("}"));
    } else {
        out.push('}');
    }
    raw(out)
}

/// The schema in the subset that constrains decoding; an error says why it has no place there.
pub(super) fn closed(schema: &Json<'_>) -> Result<Json<'static>, &'static str> {
    let mut closing = Closing {
        out: String::with_capacity(schema.get().len() + 64),
        optional: 0,
        depth: 0,
    };
    let root: &RawValue = schema.read().ok_or(NO_SCHEMA)?;
    if is_recursive(root) {
        return Err("the schema is recursive");
    }
    closing.schema(root)?;
    if closing.optional > MOST_OPTIONAL {
        return Err("the schema has too many optional properties");
    }
    Ok(raw(closing.out))
}

/// The vendor fails from eleven or thirteen on, depending on where it is asked.
const MOST_OPTIONAL: usize = 10;

/// Deeper nesting than anyone means.
const DEEPEST: usize = 64;

const NO_SCHEMA: &str = "the schema is not one";
const OPEN: &str = "the schema has objects of any members";

/// The formats that are kept to.
const FORMATS: [&str; 10] = [
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "time",
    "uri",
    "uuid",
];

struct Closing {
    out: String,
    optional: usize,
    depth: usize,
}

impl Closing {
    fn schema(&mut self, schema: &RawValue) -> Result<(), &'static str> {
        if self.depth > DEEPEST {
            return Err("the schema is nested too deeply");
        }
        self.depth += 1;
        if schema.get() == "true" {
            self.out.push_str("{}");
        } else {
            let members: Members<'_> = parse(schema).ok_or(NO_SCHEMA)?;
            self.object(&members)?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn object(&mut self, members: &Members<'_>) -> Result<(), &'static str> {
        let is_object = members
            .get("type")
            .is_some_and(|kind| kind.get().contains("\"object\""));
        let properties = members.get("properties");
        if is_object && properties.is_none() && !is_false(members.get("additionalProperties")) {
            return Err(OPEN);
        }
        self.out.push('{');
        let mut moved = Vec::new();
        let mut first = true;
        for member in &members.0 {
            let (name, value) = member;
            let name: &str = match &**name {
                "oneOf" if members.get("anyOf").is_some() => {
                    return Err("the schema has both anyOf and oneOf");
                }
                "oneOf" => "anyOf",
                "definitions" => "$defs",
                "patternProperties" | "prefixItems" => return Err(OPEN),
                "additionalProperties"
                | "description"
                | "$schema"
                | "$id"
                | "$comment"
                | "examples" => continue,
                name => name,
            };
            let keeps = match name {
                "format" => FORMATS
                    .iter()
                    .any(|known| string(Some(value)).is_some_and(|told| told == **known)),
                "allOf" | "anyOf" | "$defs" | "properties" | "items" | "type" | "enum"
                | "const" | "default" | "title" | "$ref" | "required" => true,
                _ => false,
            };
            if !keeps {
                moved.push(member);
                continue;
            }
            self.name(name, &mut first);
            match name {
                "allOf" | "anyOf" => self.list(value)?,
                "$defs" | "properties" => self.map(value)?,
                "items" => self.schema(value)?,
                "$ref" => self
                    .out
                    .push_str(&value.get().replace("#/definitions/", "#/$defs/")),
                _ => self.out.push_str(value.get()),
            }
        }
        if let Some(description) = described(members.get("description"), moved.into_iter()) {
            self.name("description", &mut first);
            self.out.push_str(description.raw());
        }
        if is_object || properties.is_some() {
            self.name("additionalProperties", &mut first);
            self.out.push_str("false");
            self.optional += optional(members);
        }
        self.out.push('}');
        Ok(())
    }

    fn name(&mut self, name: &str, first: &mut bool) {
        if !std::mem::take(first) {
            self.out.push(',');
        }
        self.out.push_str(Text::new(name).raw());
        self.out.push(':');
    }

    fn list(&mut self, list: &RawValue) -> Result<(), &'static str> {
        let list: Vec<&RawValue> = parse(list).ok_or(NO_SCHEMA)?;
        self.out.push('[');
        for (at, schema) in list.into_iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            self.schema(schema)?;
        }
        self.out.push(']');
        Ok(())
    }

    fn map(&mut self, map: &RawValue) -> Result<(), &'static str> {
        let map: Members<'_> = parse(map).ok_or(NO_SCHEMA)?;
        self.out.push('{');
        let mut first = true;
        for (name, schema) in map.0 {
            self.name(&name, &mut first);
            self.schema(schema)?;
        }
        self.out.push('}');
        Ok(())
    }
}

fn is_false(value: Option<&RawValue>) -> bool {
    value.is_some_and(|value| value.get() == "false")
}

/// How many properties need not be there.
fn optional(members: &Members<'_>) -> usize {
    let properties: Members<'_> = members
        .get("properties")
        .and_then(parse)
        .unwrap_or_default();
    let required: Vec<&RawValue> = members.get("required").and_then(parse).unwrap_or_default();
    let required: Vec<_> = required
        .into_iter()
        .filter_map(|name| string(Some(name)))
        .collect();
    let optional = |(name, _): &&(Cow<'_, str>, _)| !required.contains(name);
    properties.0.iter().filter(optional).count()
}

/// A description with the members that have no other place; `None` when there are neither.
fn described<'m>(
    description: Option<&RawValue>,
    moved: impl Iterator<Item = &'m (Cow<'m, str>, &'m RawValue)>,
) -> Option<Text<'static>> {
    let told = string(description);
    let moved: Vec<_> = moved
        .map(|(name, value)| format!("{name}: {}", value.get()))
        .collect();
    if moved.is_empty() {
        return told.map(|told| Text::new(&told));
    }
    let moved = format!("({})", moved.join("; "));
    Some(Text::new(&match told {
        Some(told) if !told.is_empty() => format!("{told} {moved}"),
        _ => moved,
    }))
}

/// Whether a definition leads back to itself, or refers to the whole; references elsewhere count as such too.
fn is_recursive(root: &RawValue) -> bool {
    let members: Members<'_> = parse(root).unwrap_or_default();
    let definitions = ["$defs", "definitions"]
        .into_iter()
        .filter_map(|name| members.get(name));
    let definitions = definitions
        .filter_map(parse::<Members<'_>>)
        .flat_map(|defs| defs.0);
    let graph: Vec<(String, Vec<String>)> = definitions
        .map(|(name, schema)| (name.into_owned(), references(schema)))
        .collect();
    let known = |to: &String| graph.iter().any(|(name, _)| name == to);
    if !references(root).iter().all(known) {
        return true;
    }
    // what refers only to what is already known to end, ends; what is left over goes in circles
    let mut ending: Vec<&str> = Vec::new();
    loop {
        let ends = |(name, to): &&(String, Vec<String>)| {
            !ending.contains(&&**name) && to.iter().all(|to| ending.contains(&&**to))
        };
        match graph.iter().find(ends) {
            Some((name, _)) => ending.push(name),
            None => return ending.len() < graph.len(),
        }
    }
}

/// The names of the definitions that a schema refers to; an empty one for a reference to anything else, and for what
/// is nested too deeply to look there.
fn references(schema: &RawValue) -> Vec<String> {
    let mut found = Vec::new();
    let mut left = vec![(schema, 0)];
    while let Some((value, depth)) = left.pop() {
        if depth > 4 * DEEPEST {
            found.push(String::new());
            continue;
        }
        if let Some(Members(members)) = parse(value) {
            for (name, value) in members {
                if let Some(to) = string(Some(value)).filter(|_| name == "$ref") {
                    let name = ["#/$defs/", "#/definitions/"];
                    let name = name.into_iter().find_map(|prefix| to.strip_prefix(prefix));
                    found.push(name.unwrap_or_default().to_owned());
                }
                left.push((value, depth + 1));
            }
        } else if let Some(list) = parse::<Vec<&RawValue>>(value) {
            left.extend(list.into_iter().map(|value| (value, depth + 1)));
        }
    }
    found
}

fn raw(json: String) -> Json<'static> {
    let raw = RawValue::from_string(json);
    raw.unwrap_or_else(|_| RawValue::NULL.to_owned()).into()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn close(schema: &Value) -> Result<String, &'static str> {
        closed(&Json::of(schema)).map(|schema| schema.get().to_owned())
    }

    #[test]
    fn objects_are_closed_and_limits_told_in_words() {
        let schema = r##"{"type":"object","properties":{"z":{"oneOf":[{"type":"string","minLength":2,
            "description":"A name."},{"type":"null"}]},"a":{"$ref":"#/definitions/d"}},"required":["z","a"],
            "definitions":{"d":{"type":"number","minimum":0,"format":"float"}}}"##;
        let schema: &RawValue = serde_json::from_str(schema).unwrap();
        let closed = closed(&schema.into()).unwrap();
        assert_eq!(
            closed.get(),
            concat!(
                r##"{"type":"object","properties":{"z":{"anyOf":[{"type":"string","description":"A name. "##,
                r##"(minLength: 2)"},{"type":"null"}]},"a":{"$ref":"#/$defs/d"}},"required":["z","a"],"##,
                r##""$defs":{"d":{"type":"number","description":"(minimum: 0; format: \"float\")"}},"##,
                r##""additionalProperties":false}"##
            )
        );
    }

    #[test]
    fn what_cannot_be_closed_is_refused() {
        let many: serde_json::Map<_, _> = (0..11)
            .map(|n| (format!("p{n}"), json!({"type": "string"})))
            .collect();
        let recursive = json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "object",
            "properties": {"next": {"$ref": "#/$defs/a"}}}}});
        for schema in [
            json!({"type": "object", "properties": many}),
            json!({"type": "object"}),
            json!({"type": "object", "properties": {"me": {"$ref": "#"}}}),
            json!({"items": {"$ref": "https://example.com/s"}}),
            json!({"items": [{"type": "string"}]}),
            recursive,
            json!(7),
        ] {
            assert!(close(&schema).is_err(), "{schema}");
        }
        assert!(close(&json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}})).is_ok());
    }

    #[test]
    fn arguments_are_an_object() {
        let mut notes = Notes::default();
        let tool = Text::new("t");
        let mut check = |schema: Value, expected: Value| {
            let schema = Json::of(&schema);
            let made = arguments(Some(&schema), &tool, &mut notes);
            assert_eq!(made.read::<Value>().unwrap(), expected);
        };
        check(json!({}), json!({"type": "object", "properties": {}}));
        check(
            json!({"properties": {"a": {}}}),
            json!({"type": "object", "properties": {"a": {}}}),
        );
        check(
            json!({"type": "object", "anyOf": [{"required": ["a"]}], "properties": {"a": {}}}),
            json!({"type": "object", "description": r#"(anyOf: [{"required":["a"]}])"#,
                "properties": {"a": {}}}),
        );
        assert_eq!(notes.0[..], ["alternatives of t in words"]);
    }
}
