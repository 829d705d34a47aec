//! What an answer says that the client's dialect has no place for.

use crate::encoded::{Edit, Edits};
use crate::inner::{Event, Json, Part};
use crate::{Form, anthropic, responses};

/// What of a whole answer the client is not told, as edits.
pub fn left_out(form: Form, parts: &[Part<'_>]) -> Edits {
    let mut edits = Edits::new();
    for part in parts {
        let edit = match part {
            Part::Image { .. } if form == Form::Messages => Some(edit("a picture")),
            Part::Foreign(part) if !is_own(form, part) => Some(edit(&kind(part))),
            Part::Audio { .. } | Part::File { .. } => Some(edit("a file")),
            _ => None,
        };
        let new = edit.filter(|edit| edits.len() < MOST && !edits.contains(edit));
        edits.extend(new);
    }
    edits
}

/// What of a streamed answer the client is not told, as an edit.
pub fn left_out_of(form: Form, event: &Event<'_>) -> Option<Edit> {
    match event {
        Event::Picture { .. } if form == Form::Messages => Some(edit("a picture")),
        // the writer of Responses tells whole items
        Event::Foreign {
            whole: Some(item), ..
        } if form == Form::Responses && responses::is_item(item) => None,
        Event::Foreign { kind, .. } => Some(edit(&kind.value())),
        _ => None,
    }
}

/// The most that is listed of one answer.
const MOST: usize = 64;

/// The most characters that are repeated of a kind's name.
const LONGEST: usize = 64;

fn edit(what: &str) -> Edit {
    let what: String = what.chars().take(LONGEST).collect();
    format!("left out {what} of the answer").into()
}

/// Whether a part that came as it is can be told as it is.
fn is_own(form: Form, part: &Json<'_>) -> bool {
    match form {
        Form::Chat => false,
        Form::Messages => anthropic::is_known_block(part),
        Form::Responses => responses::is_item(part),
    }
}

/// The name of a kind of part: its type, or else that of its one member.
fn kind(part: &Json<'_>) -> String {
    let object: serde_json::Map<String, serde_json::Value> = part.read().unwrap_or_default();
    let told = object.get("type").and_then(serde_json::Value::as_str);
    let told = told.or_else(|| {
        object
            .keys()
            .map(String::as_str)
            .find(|name| *name != "thoughtSignature")
    });
    told.unwrap_or("a part").to_owned()
}
