//! Texts made of texts, without resolving their escapes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::RawValue;

use crate::encoded::Edits;
use crate::inner::{Media, Part, Request, SearchResult, Text, Unfit};
use crate::remains::{note, remove};

/// One text of several; `between` is written in JSON's escapes.
pub(crate) fn join<'a>(texts: &[Text<'a>], between: &str) -> Text<'a> {
    if let [only] = texts {
        return only.clone();
    }
    let inside: Vec<_> = texts.iter().map(Text::inside).collect();
    literal(&inside.join(between))
}

/// Between paragraphs.
const PARAGRAPH: &str = "\\n\\n";

/// What a document says, if it is text, under its name and what is said about it.
///
/// # Errors
/// [`Unfit`] for a document that is not text.
pub(crate) fn document<'a>(
    source: &'a Media<'_>,
    name: Option<&'a Text<'_>>,
    context: Option<&'a Text<'_>>,
) -> Result<Text<'a>, Unfit> {
    let text = match source {
        Media::Plain(text) => text.borrowed(),
        Media::Base64 { media_type, data } if is_text(media_type) => decoded(data)?,
        _ => return Err(unfit("only documents of plain text can be sent")),
    };
    let head = name.into_iter().chain(context).map(Text::borrowed);
    let said: Vec<_> = head.filter(|text| !text.is_empty()).chain([text]).collect();
    Ok(join(&said, PARAGRAPH))
}

/// What a search has found: its title, where it is, and what it says.
pub(crate) fn found<'a>(result: &'a SearchResult<'_>) -> Text<'a> {
    let head = [&result.title, &result.source].map(Text::borrowed);
    let head: Vec<_> = head.into_iter().filter(|text| !text.is_empty()).collect();
    let head = (!head.is_empty()).then(|| join(&head, "\\n"));
    let texts = result.texts.iter().map(Text::borrowed);
    let said: Vec<_> = head.into_iter().chain(texts).collect();
    join(&said, PARAGRAPH)
}

/// Lists what is told in words, or not at all, of documents and search results at a vendor that has no blocks for them.
pub(crate) fn retold(request: &Request<'_>, edits: &mut Edits) {
    let turns = request.turns.iter().flat_map(|turn| &turn.parts);
    for part in turns.flat_map(Part::all) {
        if part.context().is_some() {
            note(edits, "what is said about a document as text".to_owned());
        }
        let cited = match part {
            Part::File { cited, .. } => *cited,
            Part::SearchResult(result) => {
                note(edits, "search results as text".to_owned());
                result.cited
            }
            _ => false,
        };
        if cited {
            remove(edits, "citations");
        }
    }
}

fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/") || media_type.starts_with("application/json")
}

fn decoded(data: &str) -> Result<Text<'static>, Unfit> {
    let bytes = STANDARD.decode(data).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let text = text.ok_or_else(|| unfit("a document is not text in base64"))?;
    Ok(Text::new(&text))
}

fn unfit(message: &str) -> Unfit {
    Unfit::new("messages", message)
}

fn literal(inside: &str) -> Text<'static> {
    let raw = RawValue::from_string(format!("\"{inside}\"")).ok();
    raw.and_then(Text::literal).unwrap_or_default()
}
