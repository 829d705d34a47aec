//! `allOf` of object schemas as the one schema that it means, since Gemini passes `allOf` over.

use std::borrow::Cow;

use super::{Members, array, find, object};
use crate::json::Json;

/// What a schema may have that is put together; anything else is left as it came.
const KNOWN: [&[u8]; 5] = [
    b"description",
    b"properties",
    b"required",
    b"title",
    b"type",
];

/// More members are not compared with each other.
const MOST: usize = 500;

/// Puts the schemas of an `allOf` into the node around it; tells whether it did.
pub(super) fn merged(members: &mut Members<'_>) -> bool {
    let Some(together) = whole(members) else {
        return false;
    };
    members
        .retain(|(name, _)| !matches!(&**name, b"allOf" | b"properties" | b"required" | b"type"));
    members.extend(together);
    true
}

/// Type, members, required ones and, where the node has none, a description.
fn whole(members: &mut Members<'_>) -> Option<Members<'static>> {
    let parts = find(members, "allOf")?.clone();
    let parts: Vec<_> = Json::new(&parts).elements().collect();
    if parts.len() < 2 || !parts.iter().all(|part| is_plain(*part)) {
        return None;
    }
    let (mut properties, mut required) = (Vec::new(), Vec::new());
    let mut around = |name| find(members, name).cloned();
    if around("type").is_some_and(|kind| *kind != *br#""object""#) {
        return None;
    }
    let (own, wanted) = (around("properties"), around("required"));
    add(
        &mut properties,
        &mut required,
        own.as_deref(),
        wanted.as_deref(),
    )?;
    for part in &parts {
        let raw = |name| part.get(name).map(Json::raw);
        add(
            &mut properties,
            &mut required,
            raw("properties"),
            raw("required"),
        )?;
    }
    let mut together = vec![said("type", br#""object""#.to_vec())];
    if !properties.is_empty() {
        together.push(said("properties", object(&properties)));
    }
    if !required.is_empty() {
        together.push(said("required", array(&required)));
    }
    if find(members, "description").is_none() {
        let told = parts.iter().find_map(|part| part.get("description"));
        together.extend(told.map(|told| said("description", told.raw().to_vec())));
    }
    Some(together)
}

fn is_plain(part: Json<'_>) -> bool {
    let fits = |name: &[u8], value: Json<'_>| {
        KNOWN.contains(&name) && (name != b"type" || value.raw() == br#""object""#)
    };
    part.raw().starts_with(b"{") && part.members().all(|member| fits(member.name, member.value))
}

/// Adds members and the names of required ones; `None` when a member is said twice, and not in the same words, or when
/// there are too many.
fn add(
    properties: &mut Members<'static>,
    required: &mut Vec<Cow<'static, [u8]>>,
    own: Option<&[u8]>,
    wanted: Option<&[u8]>,
) -> Option<()> {
    for member in own.map(Json::new).into_iter().flat_map(Json::members) {
        let known = properties.iter().find(|(name, _)| **name == *member.name);
        match known {
            _ if properties.len() > MOST => return None,
            Some((_, value)) if **value == *member.value.raw() => {}
            Some(_) => return None,
            None => properties.push((
                Cow::Owned(member.name.to_vec()),
                Cow::Owned(member.value.raw().to_vec()),
            )),
        }
    }
    for name in wanted.map(Json::new).into_iter().flat_map(Json::elements) {
        if required.len() <= MOST && !required.iter().any(|known| **known == *name.raw()) {
            required.push(Cow::Owned(name.raw().to_vec()));
        }
    }
    (properties.len().max(required.len()) <= MOST).then_some(())
}

fn said(name: &'static str, value: Vec<u8>) -> (Cow<'static, [u8]>, Cow<'static, [u8]>) {
    (Cow::Borrowed(name.as_bytes()), Cow::Owned(value))
}
