//! Lists of values of several types.

use std::borrow::Cow;

use super::{Members, array, find, is_boolean, is_composed};
use crate::json::Json;

/// Makes an `enum` of strings, numbers and booleans a choice of one for each type, as each may have values of one type
/// only; tells whether it was such a list.
pub(super) fn split(members: &mut Members<'_>, all: &[Json<'_>]) -> bool {
    let is_string = |value: &&Json<'_>| value.string().is_some();
    let strings: Vec<_> = all.iter().filter(is_string).collect();
    let booleans: Vec<_> = all.iter().filter(|value| is_boolean(**value)).collect();
    let others = all.iter().filter(|value| !is_string(value));
    let numbers: Vec<_> = others
        .filter(|value| !is_boolean(**value) && !value.is_null())
        .collect();
    let sorts = [&strings, &booleans, &numbers];
    let is_mixed = sorts.iter().filter(|sort| !sort.is_empty()).count() > 1;
    let has_choice = ["anyOf", "oneOf"].map(|name| find(members, name).is_some());
    if !is_mixed || has_choice.contains(&true) || all.iter().any(|value| is_composed(*value)) {
        return false;
    }
    let whole = find(members, "type").is_some_and(|kind| {
        let kind = String::from_utf8_lossy(kind);
        kind.contains("\"integer\"") && !kind.contains("\"number\"")
    });
    let mut choice: Vec<Cow<'_, [u8]>> = Vec::new();
    choice.extend(listed("string", &strings));
    choice.extend(listed(if whole { "integer" } else { "number" }, &numbers));
    choice.extend(match booleans.as_slice() {
        [] => None,
        [only] => {
            let only = String::from_utf8_lossy(only.raw());
            let told = format!(r#"{{"type":"boolean","description":"Always {only}."}}"#);
            Some(told.into_bytes().into())
        }
        _ => Some(Cow::Borrowed(&br#"{"type":"boolean"}"#[..])),
    });
    if all.iter().any(|value| value.is_null()) {
        choice.push(Cow::Borrowed(br#"{"type":"null"}"#));
    }
    members.retain(|(name, _)| !matches!(&**name, b"enum" | b"type"));
    members.push((Cow::Borrowed(b"anyOf"), Cow::Owned(array(&choice))));
    true
}

/// A schema of these values.
fn listed(kind: &str, values: &[&Json<'_>]) -> Option<Cow<'static, [u8]>> {
    let all: Vec<_> = values.iter().map(|value| value.raw()).collect();
    let head = format!(r#"{{"type":"{kind}","enum":["#);
    let schema = [head.as_bytes(), &all.join(&b","[..]), b"]}"].concat();
    (!all.is_empty()).then_some(Cow::Owned(schema))
}
