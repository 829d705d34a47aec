//! Texts made of texts, without resolving their escapes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::RawValue;

use crate::inner::{Media, Text, Unfit};

/// One text of several; `between` is written in JSON's escapes.
pub(crate) fn join<'a>(texts: &[Text<'a>], between: &str) -> Text<'a> {
    if let [only] = texts {
        return only.clone();
    }
    let inside: Vec<_> = texts.iter().map(Text::inside).collect();
    literal(&inside.join(between))
}

/// What a document says, if it is text; the words stand under the document's name.
pub(crate) fn document<'a>(source: &Media<'a>, name: Option<&Text<'a>>) -> Result<Text<'a>, Unfit> {
    let text = match source {
        Media::Plain(text) => text.clone(),
        Media::Base64 { media_type, data } if is_text(media_type) => decoded(data)?,
        _ => return Err(unfit("only documents of plain text can be sent")),
    };
    Ok(match name {
        Some(name) => literal(&format!("{}\\n\\n{}", name.inside(), text.inside())),
        None => text,
    })
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
