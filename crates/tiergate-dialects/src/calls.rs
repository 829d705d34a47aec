//! Tool calls in answers.

use serde_json::value::RawValue;

use crate::inner::{Arguments, Json, Text, Undo};

/// The client's name of a tool.
pub(crate) fn name<'a>(undo: &Undo, told: Text<'a>) -> Text<'a> {
    if undo.names.is_empty() {
        return told;
    }
    let sent = told.value();
    let own = undo.name(&sent);
    if *own == *sent {
        return told;
    }
    Text::new(own)
}

/// An id for a vendor's nth call without one. The request's seed sets the calls of one answer apart from those of
/// another; without one it is what the `answer` has of its own.
pub(crate) fn id(undo: &Undo, nth: usize, answer: &str) -> Text<'static> {
    let seed = if undo.seed.is_empty() {
        answer
    } else {
        &undo.seed
    };
    Text::new(&format!("call_{nth}{}", tail(seed, 8)))
}

/// The last letters and digits of an id, of which no more than the end is looked at.
pub(crate) fn tail(id: &str, most: usize) -> String {
    const END: usize = 64;
    let end = id.chars().rev().take(END);
    let tail = end.filter(char::is_ascii_alphanumeric).take(most);
    let tail: Vec<char> = tail.collect();
    tail.into_iter().rev().collect()
}

/// Arguments in whichever form; `{}` for what is empty or `null`.
pub(crate) fn arguments(told: Option<&RawValue>) -> Arguments<'_> {
    let Some(told) = told else {
        return Arguments::default();
    };
    match Text::literal(told) {
        Some(text) if text.is_empty() || text.is("null") => Arguments::default(),
        Some(text) => Arguments::Text(text),
        None => Arguments::Object(Json::from(told)),
    }
}
