//! A client's body for a vendor that speaks the client's dialect.

use bytes::Bytes;
use tiergate_wire::json::string;

use crate::encoded::{Edits, Translated};
use crate::inner::Undo;
use crate::json::{Json, Splice};
use crate::own::EXTENSIONS;

/// The body with another model, without tiergate's own members, and with the cap on output lowered to `cap`, a member's
/// name and the most tokens; every other byte stays. `None` when the body is no JSON object.
pub fn passed(body: &Bytes, model: &str, cap: Option<(&'static str, u64)>) -> Option<Translated> {
    let object = Json::new(body);
    if !object.raw().starts_with(b"{") {
        return None;
    }
    let mut splice = Splice::new(body);
    let mut edits = Edits::new();
    let told = object.get("model");
    if told.and_then(Json::string) != Some(model.as_bytes()) {
        match told {
            Some(value) => splice.replace(value, string(model).to_vec()),
            None => splice.add_member(object, &format!("\"model\":{}", text(&string(model)))),
        }
        edits.push("model".into());
    }
    let own = |name: &[u8]| EXTENSIONS.iter().find(|own| own.as_bytes() == name);
    for member in object.members() {
        edits.extend(own(member.name).map(|name| format!("removed {name}").into()));
    }
    splice.remove_members(object, |member| own(member.name).is_some());
    if let Some((name, most)) = cap {
        lower(&mut splice, &mut edits, object, name, most);
    }
    Some(Translated {
        body: splice.finish().unwrap_or_else(|| body.clone()),
        edits,
        undo: Undo::default(),
    })
}

fn lower(splice: &mut Splice<'_>, edits: &mut Edits, object: Json<'_>, name: &str, most: u64) {
    let asked = object.get(name);
    let number = asked.and_then(|value| text(value.raw()).parse::<u64>().ok());
    if number.is_some_and(|number| number <= most) {
        return;
    }
    match asked {
        Some(value) => splice.replace(value, most.to_string().into_bytes()),
        None => splice.add_member(object, &format!("\"{name}\":{most}")),
    }
    edits.push(format!("{name} of at most {most}").into());
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_must_change_changes() {
        let body = r#"{ "model":"auto", "prefer":"cheap","x":[1, 2], "max_tokens":900 }"#;
        let passed = passed(&body.into(), "claude", Some(("max_tokens", 500))).unwrap();
        let expected = r#"{ "model":"claude","x":[1, 2], "max_tokens":500 }"#;
        assert_eq!(passed.body, expected);
        let edits = ["model", "removed prefer", "max_tokens of at most 500"];
        assert_eq!(passed.edits[..], edits);
        assert!(super::passed(&"[]".into(), "m", None).is_none());
    }
}
