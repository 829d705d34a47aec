//! JSON schemas as Gemini reads them.
//!
//! `parametersJsonSchema` and `responseJsonSchema` take ordinary JSON Schema: types, `properties`, `required`, `items`,
//! `prefixItems`, bounds, `anyOf`, `oneOf`, `$defs`, and `enum` of strings or of numbers; the rest is passed over. An
//! ordinary schema is left as it came, to the byte; only nodes that Gemini would refuse or pass over are rewritten, and
//! with them the braces around them.

mod merge;
mod mixed;

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::inner::Json;
use crate::json;

/// Deeper nodes are left as they came.
const DEEPEST: usize = 48;

/// The schema, rewritten where it must be; and whether it was.
pub(super) fn rewrite<'r>(schema: &'r Json<'_>) -> (Json<'r>, bool) {
    let text = json::Json::new(schema.get().as_bytes());
    if text.get("$defs").is_some() && text.get("definitions").is_some() {
        // one would hide the other
        return (schema.borrowed(), false);
    }
    let rewritten = node(text, 0).and_then(|text| String::from_utf8(text).ok());
    match rewritten.map(RawValue::from_string) {
        Some(Ok(raw)) => (raw.into(), true),
        _ => (schema.borrowed(), false),
    }
}

/// Whether a schema is of an object that has no members at all: Gemini wants none then.
pub(super) fn is_empty_object(schema: &Json<'_>) -> bool {
    let text = json::Json::new(schema.get().as_bytes());
    text.members().all(|member| match member.name {
        b"$schema" | b"title" | b"description" => true,
        b"type" => member.value.raw() == br#""object""#,
        b"properties" => member.value.members().next().is_none(),
        b"required" => member.value.elements().next().is_none(),
        b"additionalProperties" => member.value.raw() == b"false",
        _ => false,
    })
}

type Members<'s> = Vec<(Cow<'s, [u8]>, Cow<'s, [u8]>)>;

/// A schema rewritten, or `None` if it may stay.
fn node(schema: json::Json<'_>, depth: usize) -> Option<Vec<u8>> {
    if depth > DEEPEST {
        return None;
    }
    let mut is_changed = false;
    let mut members: Members<'_> = Vec::new();
    for member in schema.members() {
        let inner = match member.name {
            b"properties" | b"patternProperties" | b"$defs" | b"definitions"
            | b"dependentSchemas" => map(member.value, depth + 1),
            b"prefixItems" | b"anyOf" | b"oneOf" | b"allOf" => list(member.value, depth + 1),
            b"items" if member.value.is_array() => list(member.value, depth + 1),
            b"items"
            | b"additionalProperties"
            | b"not"
            | b"if"
            | b"then"
            | b"else"
            | b"contains"
            | b"propertyNames" => node(member.value, depth + 1),
            _ => None,
        };
        is_changed |= inner.is_some();
        let value = either(inner, member.value);
        members.push((Cow::Borrowed(member.name), value));
    }
    is_changed |= rules(&mut members);
    is_changed.then(|| object(&members))
}

/// The schemas of an object's members.
fn map(schemas: json::Json<'_>, depth: usize) -> Option<Vec<u8>> {
    let mut is_changed = false;
    let mut members: Members<'_> = Vec::new();
    for member in schemas.members() {
        let inner = node(member.value, depth);
        is_changed |= inner.is_some();
        let value = either(inner, member.value);
        members.push((Cow::Borrowed(member.name), value));
    }
    is_changed.then(|| object(&members))
}

fn list(schemas: json::Json<'_>, depth: usize) -> Option<Vec<u8>> {
    let mut is_changed = false;
    let mut elements = Vec::new();
    for element in schemas.elements() {
        let inner = node(element, depth);
        is_changed |= inner.is_some();
        elements.push(either(inner, element));
    }
    is_changed.then(|| array(&elements))
}

fn either(rewritten: Option<Vec<u8>>, value: json::Json<'_>) -> Cow<'_, [u8]> {
    rewritten.map_or_else(|| Cow::Borrowed(value.raw()), Cow::Owned)
}

/// The rules for one node; tells whether one applied.
fn rules(members: &mut Members<'_>) -> bool {
    let mut is_changed = merge::merged(members);
    is_changed |= renamed(members);
    is_changed |= values(members);
    is_changed |= untyped(members);
    is_changed
}

/// `definitions` are read as `$defs` only, a lone `allOf` as `anyOf`, and a `$ref` stands by itself.
fn renamed(members: &mut Members<'_>) -> bool {
    let mut has_union = find(members, "anyOf").is_some();
    let has_others = members
        .iter()
        .any(|(name, _)| !name.starts_with(b"$") && &**name != b"definitions");
    let mut is_changed = false;
    for (name, value) in members.iter_mut() {
        match &**name {
            b"definitions" => *name = Cow::Borrowed(b"$defs"),
            b"allOf" if !has_union && json::Json::new(value).elements().count() == 1 => {
                *name = Cow::Borrowed(b"anyOf");
                has_union = true;
            }
            b"$ref" => {
                let moved = value.strip_prefix(br##""#/definitions/"##);
                let target = moved.map(|rest| [br##""#/$defs/"##, rest].concat());
                let is_alone = !has_others || has_union;
                if target.is_none() && is_alone {
                    continue;
                }
                let target = target.map_or_else(|| value.clone(), Cow::Owned);
                if is_alone {
                    *value = Cow::Owned(target.into_owned());
                } else {
                    let inner = object(&vec![(Cow::Borrowed(&b"$ref"[..]), target)]);
                    has_union = true;
                    *name = Cow::Borrowed(b"anyOf");
                    *value = Cow::Owned(array(&[Cow::Owned(inner)]));
                }
            }
            _ => continue,
        }
        is_changed = true;
    }
    is_changed
}

/// `const` becomes an `enum` of one; an `enum` keeps only strings and numbers, and `null` goes into the type.
fn values(members: &mut Members<'_>) -> bool {
    let mut is_changed = false;
    if find(members, "const").is_some() {
        members.retain(|(name, _)| &**name != b"enum");
        let constant = members.iter_mut().find(|(name, _)| &**name == b"const");
        if let Some((name, value)) = constant {
            *name = Cow::Borrowed(b"enum");
            *value = Cow::Owned(array(std::slice::from_ref(value)));
        }
        is_changed = true;
    }
    let Some(listed) = find(members, "enum").map(|listed| listed.clone()) else {
        return is_changed;
    };
    let all: Vec<_> = json::Json::new(&listed).elements().collect();
    if mixed::split(members, &all) {
        return true;
    }
    if find(members, "type").is_none()
        && let Some(kinds) = kinds(&all)
    {
        members.insert(0, (Cow::Borrowed(b"type"), Cow::Owned(kinds)));
        is_changed = true;
    }
    let has_odd = all
        .iter()
        .any(|value| value.is_null() || is_boolean(*value));
    if has_odd && !all.iter().any(|value| is_composed(*value)) {
        narrow(members, &all);
        is_changed = true;
    }
    is_changed
}

/// Takes what is neither string nor number out of the `enum`; the type and the description say it instead.
fn narrow(members: &mut Members<'_>, all: &[json::Json<'_>]) {
    let has_null = all.iter().any(|value| value.is_null());
    if let Some(kind) = find(members, "type")
        && has_null
        && kind.starts_with(b"\"")
        && &**kind != br#""null""#
    {
        *kind = Cow::Owned([b"[", &**kind, br#","null"]"#].concat());
    }
    let has_boolean = all.iter().any(|value| is_boolean(*value));
    let kept = all.iter().filter(|value| !value.is_null());
    let kept: Vec<_> = kept.map(|value| Cow::Borrowed(value.raw())).collect();
    // a list without its booleans would forbid them
    if !has_boolean && !kept.is_empty() {
        if let Some(listed) = find(members, "enum") {
            *listed = Cow::Owned(array(&kept));
        }
        return;
    }
    members.retain(|(name, _)| &**name != b"enum");
    if let ([only], true) = (all, has_boolean) {
        describe(members, &String::from_utf8_lossy(only.raw()));
    }
}

/// Says in words what the type alone does not.
fn describe(members: &mut Members<'_>, only: &str) {
    if let Some(text) = find(members, "description") {
        let inside = text.strip_suffix(b"\"").unwrap_or(text);
        *text = Cow::Owned([inside, b" Always ", only.as_bytes(), b".\""].concat());
    } else {
        let text = format!("\"Always {only}.\"").into_bytes();
        members.push((Cow::Borrowed(b"description"), Cow::Owned(text)));
    }
}

/// A node with members or elements but without a type is an object or an array.
fn untyped(members: &mut Members<'_>) -> bool {
    let mut has = |name| find(members, name).is_some();
    let kind: &[u8] = match () {
        () if has("type") || has("anyOf") || has("oneOf") || has("$ref") => return false,
        () if has("properties") => br#""object""#,
        () if has("items") || has("prefixItems") => br#""array""#,
        () => return false,
    };
    members.insert(0, (Cow::Borrowed(b"type"), Cow::Borrowed(kind)));
    true
}

/// The type of all these values, or the list of their types; `None` for objects and arrays.
fn kinds(values: &[json::Json<'_>]) -> Option<Vec<u8>> {
    let mut kinds: Vec<Cow<'_, [u8]>> = Vec::new();
    for value in values {
        let kind: &[u8] = match value.raw().first()? {
            b'"' => br#""string""#,
            b't' | b'f' => br#""boolean""#,
            b'n' => br#""null""#,
            b'{' | b'[' => return None,
            _ => br#""number""#,
        };
        if !kinds.iter().any(|known| &**known == kind) {
            kinds.push(Cow::Borrowed(kind));
        }
    }
    match kinds.as_slice() {
        [] => None,
        [one] => Some(one.to_vec()),
        _ => Some(array(&kinds)),
    }
}

fn is_composed(value: json::Json<'_>) -> bool {
    matches!(value.raw().first(), Some(b'{' | b'['))
}

fn is_boolean(value: json::Json<'_>) -> bool {
    matches!(value.raw(), b"true" | b"false")
}

fn find<'m, 's>(members: &'m mut Members<'s>, wanted: &str) -> Option<&'m mut Cow<'s, [u8]>> {
    let mut members = members.iter_mut();
    let found = members.find(|(name, _)| &**name == wanted.as_bytes());
    found.map(|(_, value)| value)
}

fn object(members: &Members<'_>) -> Vec<u8> {
    let written = members
        .iter()
        .map(|(name, value)| [b"\"", &**name, b"\":", &**value].concat());
    let written = written.collect::<Vec<_>>().join(&b","[..]);
    [b"{", &*written, b"}"].concat()
}

fn array(elements: &[Cow<'_, [u8]>]) -> Vec<u8> {
    [b"[", &*elements.join(&b","[..]), b"]"].concat()
}
