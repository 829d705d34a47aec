//! A turn of the model's in the order in which Gemini said it.
//!
//! Some clients send an answer back with all of its words joined, and its calls behind them. Signatures on words tell
//! where these stood.

use super::encode::note;
use super::signature::{Place, Signed, unmark};
use crate::encoded::Edits;
use crate::inner::{Part, Text};

/// What is written next.
#[derive(Debug)]
pub(super) enum Step<'r> {
    /// A part as it is.
    Part(&'r Part<'r>),
    /// The signature on the picture just before.
    Picture(Text<'static>),
    /// Words, or nothing but their signature.
    Words(Text<'r>, Option<Text<'static>>),
}

/// The steps of a turn.
pub(super) fn steps<'r>(parts: &'r [Part<'r>], edits: &mut Edits) -> Vec<Step<'r>> {
    if parts.iter().all(|part| signed(part).is_none()) {
        return parts.iter().map(Step::Part).collect();
    }
    in_place(parts, edits).unwrap_or_else(|| rejoined(parts, edits))
}

/// The steps, if each signature stands behind what it signs.
fn in_place<'r>(parts: &'r [Part<'r>], edits: &mut Edits) -> Option<Vec<Step<'r>>> {
    let mut steps = Vec::with_capacity(parts.len() + 1);
    let (mut said, mut calls) = (0, 0);
    for part in parts {
        match (part, signed(part)) {
            (_, Some((Signed::Words(place), signature))) => {
                if (place.end, place.calls) != (said, calls) {
                    return None;
                }
                let words = match steps.pop() {
                    last if place.start == place.end => {
                        steps.extend(last);
                        Text::default()
                    }
                    Some(Step::Part(Part::Text { text, .. })) => {
                        let value = text.value();
                        let length = value.chars().count();
                        let before = length.checked_sub(place.end - place.start)?;
                        let (before, signed) = split(&value, before);
                        if !place.covers(signed) {
                            return None;
                        }
                        if !before.is_empty() {
                            steps.push(Step::Words(Text::new(before), None));
                        }
                        Text::new(signed)
                    }
                    _ => return None,
                };
                steps.push(Step::Words(words, Some(signature)));
            }
            (_, Some((_, signature))) => picture(&mut steps, signature, edits),
            (Part::Text { text, .. }, None) => {
                said += text.value().chars().count();
                steps.push(Step::Part(part));
            }
            (_, None) => {
                calls += usize::from(matches!(part, Part::ToolCall(_)));
                steps.push(Step::Part(part));
            }
        }
    }
    Some(steps)
}

/// The steps of a turn whose words were joined: signed words and calls go where the signatures tell.
fn rejoined<'r>(parts: &'r [Part<'r>], edits: &mut Edits) -> Vec<Step<'r>> {
    let mut steps = Vec::with_capacity(parts.len() + 1);
    let mut words = String::new();
    let mut calls = Vec::new();
    let mut places = Vec::new();
    for part in parts {
        match (part, signed(part)) {
            (_, Some((Signed::Words(place), signature))) => places.push((place, signature)),
            (_, Some((_, signature))) => picture(&mut steps, signature, edits),
            (Part::Text { text, .. }, None) => words.push_str(&text.value()),
            (Part::ToolCall(_), None) => calls.push(part),
            (_, None) => steps.push(Step::Part(part)),
        }
    }
    places.sort_by_key(|(place, _)| (place.end, place.calls));
    let (mut left, mut said) = (words.as_str(), 0);
    let mut calls = calls.into_iter();
    let mut called = 0;
    for (place, signature) in places {
        let Some((before, signed, after)) = found(left, said, place) else {
            note(edits, "removed a signature over words that were changed");
            continue;
        };
        if !before.is_empty() {
            steps.push(Step::Words(Text::new(before), None));
        }
        let due = place.calls.saturating_sub(called);
        steps.extend(calls.by_ref().take(due).map(Step::Part));
        called = called.max(place.calls);
        steps.push(Step::Words(Text::new(signed), Some(signature)));
        (left, said) = (after, place.end);
    }
    if !left.is_empty() {
        steps.push(Step::Words(Text::new(left), None));
    }
    steps.extend(calls.map(Step::Part));
    steps
}

/// The words before the signed ones, these, and the words after them, if they stand where they stood.
fn found(left: &str, said: usize, place: Place) -> Option<(&str, &str, &str)> {
    let (before, rest) = split(left, place.start.checked_sub(said)?);
    let (signed, after) = split(rest, place.end - place.start);
    place.covers(signed).then_some((before, signed, after))
}

/// A text split behind so many characters.
fn split(text: &str, characters: usize) -> (&str, &str) {
    let at = text.char_indices().nth(characters);
    text.split_at(at.map_or(text.len(), |(at, _)| at))
}

fn picture(steps: &mut Vec<Step<'_>>, signature: Text<'static>, edits: &mut Edits) {
    match steps.last() {
        Some(Step::Part(Part::Image { .. } | Part::Foreign(_))) => {
            steps.push(Step::Picture(signature));
        }
        _ => note(edits, "removed a signature over a picture"),
    }
}

/// What a part without words of its own signs, if it is Gemini's signature over words or a picture.
fn signed(part: &Part<'_>) -> Option<(Signed, Text<'static>)> {
    let Part::Thinking {
        text,
        signature: Some(signature),
        ..
    } = part
    else {
        return None;
    };
    let (signed, signature) = unmark(signature).filter(|_| text.is_empty())?;
    (signed != Signed::Before).then_some((signed, signature))
}
