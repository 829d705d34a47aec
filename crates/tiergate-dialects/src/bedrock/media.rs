//! Pictures and documents.

use std::collections::HashSet;

use super::draft::note;
use super::wire::{Block, Document, Picture, Source};
use crate::encoded::Edits;
use crate::inner::{Media, Text, Unfit};
use crate::sniff::sniffed;

/// The most characters of a document's name.
const LONGEST: usize = 200;

pub(super) fn picture<'a>(source: &'a Media<'_>) -> Result<Picture<'a>, Unfit> {
    let (format, source) = match source {
        Media::Base64 { media_type, data } => (
            picture_format(sniffed(media_type, data)),
            Source::Bytes(data.as_ref().into()),
        ),
        Media::Url(url) if url.inside().starts_with("s3://") => {
            let uri = url.borrowed();
            let format = ending(url.inside()).and_then(picture_ending);
            (format, Source::S3Location { uri })
        }
        Media::Url(_) => {
            return Err(Unfit::new(
                "messages",
                "pictures must come with the request",
            ));
        }
        Media::Plain(_) | Media::Id(_) => {
            return Err(Unfit::new(
                "messages",
                "a picture is neither base64 nor at S3",
            ));
        }
    };
    let format =
        format.ok_or_else(|| Unfit::new("messages", "pictures can be PNG, JPEG, GIF or WebP"))?;
    Ok(Picture { format, source })
}

fn picture_format(media_type: &str) -> Option<&'static str> {
    media_type.strip_prefix("image/").and_then(picture_ending)
}

fn picture_ending(name: &str) -> Option<&'static str> {
    Some(match name {
        "gif" => "gif",
        "jpeg" | "jpg" => "jpeg",
        "png" => "png",
        "webp" => "webp",
        _ => return None,
    })
}

/// The names of the documents of a request.
#[derive(Default)]
pub(super) struct Titles {
    taken: HashSet<String>,
}

/// A document that is not plain text.
pub(super) fn document<'a>(
    source: &'a Media<'_>,
    name: Option<&Text<'_>>,
    titles: &mut Titles,
    edits: &mut Edits,
) -> Result<Block<'a>, Unfit> {
    let own = name.map(Text::value).unwrap_or_default();
    let (format, source) = match source {
        Media::Base64 { media_type, data } => {
            let format = document_format(sniffed(media_type, data));
            let format = format.or_else(|| ending(&own).and_then(document_ending));
            (format, Source::Bytes(data.as_ref().into()))
        }
        Media::Url(url) if url.inside().starts_with("s3://") => {
            let uri = url.borrowed();
            let format = ending(url.inside()).and_then(document_ending);
            (format, Source::S3Location { uri })
        }
        Media::Url(_) | Media::Id(_) | Media::Plain(_) => {
            return Err(Unfit::new(
                "messages",
                "documents must come with the request",
            ));
        }
    };
    let Some(format) = format else {
        return Err(Unfit::new(
            "messages",
            "a document of this type is not taken",
        ));
    };
    let told = titles.unique(&own);
    if name.is_some() && told != own {
        note(edits, "renamed a document");
    }
    Ok(Block::Document(Document {
        format,
        name: told,
        source,
    }))
}

fn document_format(media_type: &str) -> Option<&'static str> {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    Some(match essence {
        "application/pdf" => "pdf",
        "text/csv" => "csv",
        "application/msword" => "doc",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "text/html" => "html",
        "text/plain" => "txt",
        "text/markdown" => "md",
        _ => return None,
    })
}

fn document_ending(ending: &str) -> Option<&'static str> {
    const KNOWN: [&str; 9] = [
        "csv", "doc", "docx", "html", "md", "pdf", "txt", "xls", "xlsx",
    ];
    KNOWN.into_iter().find(|known| *known == ending)
}

/// What follows the last full stop of a file's name.
fn ending(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(_, ending)| ending)
}

impl Titles {
    /// A name of letters, digits, single spaces, hyphens and brackets that no other document has.
    fn unique(&mut self, own: &str) -> String {
        let allowed = |each: char| {
            each.is_ascii_alphanumeric() || matches!(each, '-' | '(' | ')' | '[' | ']')
        };
        let words = own.split(|each| !allowed(each));
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let mut base = words.join(" ");
        base.truncate(LONGEST - 10);
        let base = match base.trim() {
            "" => "document",
            base => base,
        };
        let mut told = base.to_owned();
        let mut number = 1_u32;
        while !self.taken.insert(told.clone()) {
            number += 1;
            told = format!("{base} {number}");
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_have_names_of_their_own() {
        let mut titles = Titles::default();
        assert_eq!(titles.unique("Q3  report_v2.pdf"), "Q3 report v2 pdf");
        assert_eq!(titles.unique("Q3/report.v2.pdf"), "Q3 report v2 pdf 2");
        assert_eq!(titles.unique("表"), "document");
        assert_eq!(titles.unique(""), "document 2");
        assert!(titles.unique(&"a".repeat(500)).len() <= LONGEST);
    }
}
