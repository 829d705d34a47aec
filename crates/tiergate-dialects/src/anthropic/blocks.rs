//! Blocks that were read, as parts.

use serde_json::value::RawValue;

use super::read::{Block, Wrong, parse, string, text};
use crate::inner::{Arguments, Cache, Media, Part, SearchResult, Text, ToolCall, ToolResult};

/// The parts of a `content`: a string, or a list of blocks.
pub(super) fn parts(content: &RawValue) -> Result<Vec<Part<'_>>, Wrong> {
    content_parts(content, false)
}

/// The parts of a `content`; inside a tool's result there is no further one, so nesting has an end.
fn content_parts(content: &RawValue, nested: bool) -> Result<Vec<Part<'_>>, Wrong> {
    if let Some(text) = text(Some(content)) {
        return Ok(vec![Part::Text { text, cache: None }]);
    }
    let list = || Wrong::new("", "Input should be a valid list");
    let blocks: Vec<Block<'_>> = parse(content).ok_or_else(list)?;
    let mut raw: Option<Vec<&RawValue>> = None;
    let mut parts = Vec::with_capacity(blocks.len());
    for (at, block) in blocks.iter().enumerate() {
        let known = part(block, nested).map_err(|wrong| wrong.within(at))?;
        let foreign = || {
            let raw = raw.get_or_insert_with(|| parse(content).unwrap_or_default());
            raw.get(at).map(|block| Part::Foreign((*block).into()))
        };
        parts.extend(known.or_else(foreign));
    }
    Ok(parts)
}

/// A block as a part; `None` when only this dialect knows it.
fn part<'a>(block: &Block<'a>, nested: bool) -> Result<Option<Part<'a>>, Wrong> {
    let cache = cache(block.cache_control);
    let need = |member, name| text(member).ok_or_else(|| Wrong::new(name, Wrong::REQUIRED));
    Ok(Some(match block.kind() {
        "text" => Part::Text {
            text: need(block.text, "text")?,
            cache,
        },
        "thinking" => Part::Thinking {
            text: text(block.thinking).unwrap_or_default(),
            signature: text(block.signature).filter(|signature| !signature.is_empty()),
            id: None,
        },
        "redacted_thinking" => Part::Redacted {
            data: need(block.data, "data")?,
            id: None,
        },
        "tool_use" => Part::ToolCall(ToolCall {
            id: need(block.id, "id")?,
            name: need(block.name, "name")?,
            arguments: block
                .input
                .map_or_else(Arguments::default, |input| Arguments::Object(input.into())),
            signature: None,
            cache,
        }),
        "tool_result" if !nested => Part::ToolResult(ToolResult {
            id: need(block.tool_use_id, "tool_use_id")?,
            name: None,
            parts: block
                .content
                .map_or(Ok(Vec::new()), |content| content_parts(content, true))
                .map_err(|wrong| wrong.within("content"))?,
            failed: block.is_error.is_some_and(|failed| failed.get() == "true"),
            cache,
        }),
        "image" => match media(block)? {
            Some(source) => Part::Image {
                source,
                detail: None,
                cache,
            },
            None => return Ok(None),
        },
        "document" => match media(block)? {
            Some(source) => Part::File {
                source,
                name: text(block.title),
                context: text(block.context),
                cited: is_cited(block),
                cache,
            },
            None => return Ok(None),
        },
        "search_result" => match found(block) {
            Some(texts) => Part::SearchResult(SearchResult {
                source: need(block.source, "source")?,
                title: need(block.title, "title")?,
                texts,
                cited: is_cited(block),
                cache,
            }),
            None => return Ok(None),
        },
        _ => return Ok(None),
    }))
}

/// What a search result says; `None` when it is more than text.
fn found<'a>(block: &Block<'a>) -> Option<Vec<Text<'a>>> {
    let blocks: Vec<Block<'a>> = parse(block.content?)?;
    let texts = blocks.into_iter().map(|block| {
        let said = text(block.text);
        said.filter(|_| block.kind() == "text")
    });
    texts.collect()
}

fn is_cited(block: &Block<'_>) -> bool {
    #[derive(serde::Deserialize)]
    struct Citations {
        enabled: bool,
    }
    let citations = block.citations.and_then(parse);
    citations.is_some_and(|citations: Citations| citations.enabled)
}

/// Where a picture or document is; `None` for a kind of source that only this dialect knows.
fn media<'a>(block: &Block<'a>) -> Result<Option<Media<'a>>, Wrong> {
    #[derive(serde::Deserialize)]
    struct Source<'a> {
        #[serde(rename = "type", borrow)]
        kind: Option<&'a RawValue>,
        #[serde(borrow)]
        media_type: Option<&'a RawValue>,
        #[serde(borrow)]
        data: Option<&'a RawValue>,
        #[serde(borrow)]
        url: Option<&'a RawValue>,
        #[serde(borrow)]
        file_id: Option<&'a RawValue>,
    }
    let missing = |name: &'static str| move || Wrong::new(name, Wrong::REQUIRED);
    let source = block.source.and_then(parse);
    let source: Source<'a> = source.ok_or_else(missing("source"))?;
    let kind = string(source.kind).unwrap_or_default();
    Ok(Some(match &*kind {
        "base64" => Media::Base64 {
            media_type: string(source.media_type).unwrap_or_default(),
            data: string(source.data).ok_or_else(missing("source.data"))?,
        },
        "text" => Media::Plain(text(source.data).ok_or_else(missing("source.data"))?),
        "url" => Media::Url(text(source.url).ok_or_else(missing("source.url"))?),
        "file" => Media::Id(text(source.file_id).ok_or_else(missing("source.file_id"))?),
        _ => return Ok(None),
    }))
}

/// Reads `cache_control`.
pub(super) fn cache(control: Option<&RawValue>) -> Option<Cache> {
    #[derive(serde::Deserialize)]
    struct Control<'a> {
        #[serde(borrow)]
        ttl: Option<&'a RawValue>,
    }
    let control: Control<'_> = parse(control?)?;
    let long = string(control.ttl).as_deref() == Some("1h");
    Some(if long { Cache::Long } else { Cache::Short })
}
