//! The conversation.

use serde::Serialize;

use crate::encoded::Edits;
use crate::inner::{Media, Part, Request, Role, Text, ToolCall, ToolResult, Turn, Unfit};
use crate::remains::{note, remove};
use crate::sniff::sniffed;
use crate::unanswered::{ADDED, NO_RESULT, Unanswered};
use crate::words;

/// One message.
#[derive(Serialize)]
#[serde(tag = "role", rename_all = "lowercase")]
pub(super) enum Message<'a> {
    Assistant {
        #[serde(skip_serializing_if = "Option::is_none")]
        content: Option<Content<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        tool_plan: Option<Text<'a>>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        tool_calls: Vec<Call<'a>>,
    },
    System {
        content: Content<'a>,
    },
    Tool {
        tool_call_id: &'a Text<'a>,
        content: Content<'a>,
    },
    User {
        content: Content<'a>,
    },
}

/// What a message says: one text, or blocks.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Content<'a> {
    Text(Text<'a>),
    Blocks(Vec<Block<'a>>),
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Block<'a> {
    ImageUrl { image_url: ImageUrl<'a> },
    Text { text: Text<'a> },
}

#[derive(Serialize)]
pub(super) struct ImageUrl<'a> {
    url: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a Text<'a>>,
}

#[derive(Serialize)]
pub(super) struct Call<'a> {
    id: &'a Text<'a>,
    r#type: &'static str,
    function: Function<'a>,
}

#[derive(Serialize)]
struct Function<'a> {
    name: &'a Text<'a>,
    arguments: Text<'a>,
}

pub(super) fn encode<'a>(
    request: &'a Request<'_>,
    edits: &mut Edits,
) -> Result<Vec<Message<'a>>, Unfit> {
    let mut out = Vec::with_capacity(request.turns.len() + 1);
    if let Some(content) = content(&request.system, edits)? {
        out.push(Message::System { content });
    }
    let mut unanswered = Unanswered::of(request);
    for turn in &request.turns {
        match turn.role {
            Role::Assistant => {
                out.extend(assistant(turn, edits)?);
                complete(turn, &mut unanswered, edits, &mut out);
            }
            Role::System => {
                let content = content(&turn.parts, edits)?;
                out.extend(content.map(|content| Message::System { content }));
            }
            Role::User => user(turn, edits, &mut out)?,
        }
    }
    Ok(out)
}

/// Every call needs a result; the client left some out.
fn complete<'a>(
    turn: &'a Turn<'_>,
    unanswered: &mut Unanswered<'_>,
    edits: &mut Edits,
    out: &mut Vec<Message<'a>>,
) {
    for part in &turn.parts {
        if let Part::ToolCall(call) = part
            && unanswered.takes(call)
        {
            note(edits, ADDED.into());
            out.push(Message::Tool {
                tool_call_id: &call.id,
                content: Content::Text(Text::new(NO_RESULT)),
            });
        }
    }
}

/// What tools gave first, as messages of its own, then the rest.
fn user<'a>(
    turn: &'a Turn<'_>,
    edits: &mut Edits,
    out: &mut Vec<Message<'a>>,
) -> Result<(), Unfit> {
    let mut blocks = Vec::new();
    for part in &turn.parts {
        if let Part::ToolResult(result) = part {
            out.push(tool(result, edits, &mut blocks)?);
        }
    }
    for part in &turn.parts {
        if !matches!(part, Part::ToolResult(_)) {
            blocks.push(block(part, edits)?);
        }
    }
    out.extend(Content::of(blocks).map(|content| Message::User { content }));
    Ok(())
}

/// Pictures go to `pictures`: a tool's message takes only words.
fn tool<'a>(
    result: &'a ToolResult<'_>,
    edits: &mut Edits,
    pictures: &mut Vec<Block<'a>>,
) -> Result<Message<'a>, Unfit> {
    if result.failed {
        remove(edits, "is_error");
    }
    let mut words = Vec::new();
    for part in &result.parts {
        match block(part, edits)? {
            picture @ Block::ImageUrl { .. } => {
                note(edits, "pictures of a tool as the user's".to_owned());
                pictures.push(picture);
            }
            text @ Block::Text { .. } => words.push(text),
        }
    }
    let content = Content::of(words).unwrap_or_else(|| {
        note(edits, "empty tool result as text".to_owned());
        Content::Text(Text::new("(no output)"))
    });
    Ok(Message::Tool {
        tool_call_id: &result.id,
        content,
    })
}

/// Thoughts before calls are the plan for them; others serve no later turn.
fn assistant<'a>(turn: &'a Turn<'_>, edits: &mut Edits) -> Result<Option<Message<'a>>, Unfit> {
    let (mut blocks, mut thoughts, mut tool_calls) = (Vec::new(), Vec::new(), Vec::new());
    for part in &turn.parts {
        match part {
            Part::Thinking { text, .. } if text.is_empty() => {}
            Part::Thinking { text, .. } => thoughts.push(text.borrowed()),
            Part::Redacted { .. } => remove(edits, "reasoning_details"),
            Part::Refusal(text) => blocks.push(Block::text(text)),
            Part::ToolCall(told) => tool_calls.push(call(told)),
            other => blocks.push(block(other, edits)?),
        }
    }
    let tool_plan = (!thoughts.is_empty()).then(|| words::join(&thoughts, "\\n"));
    if tool_plan.is_some() && tool_calls.is_empty() {
        remove(edits, "reasoning_content");
    }
    let content = Content::of(blocks);
    if content.is_none() && tool_calls.is_empty() {
        return Ok(None);
    }
    Ok(Some(Message::Assistant {
        content,
        tool_plan: tool_plan.filter(|_| !tool_calls.is_empty()),
        tool_calls,
    }))
}

fn call<'a>(told: &'a ToolCall<'_>) -> Call<'a> {
    Call {
        id: &told.id,
        r#type: "function",
        function: Function {
            name: &told.name,
            arguments: told.arguments.text(),
        },
    }
}

fn content<'a>(parts: &'a [Part<'_>], edits: &mut Edits) -> Result<Option<Content<'a>>, Unfit> {
    let blocks = parts.iter().map(|part| block(part, edits));
    Ok(Content::of(blocks.collect::<Result<_, _>>()?))
}

fn block<'a>(part: &'a Part<'_>, edits: &mut Edits) -> Result<Block<'a>, Unfit> {
    match part {
        Part::Text { text, .. } => Ok(Block::text(text)),
        Part::File {
            source,
            name,
            context,
            ..
        } => {
            let text = words::document(source, name.as_ref(), context.as_ref())?;
            note(edits, "documents as text".to_owned());
            Ok(Block::Text { text })
        }
        Part::SearchResult(result) => Ok(Block::Text {
            text: words::found(result),
        }),
        Part::Image { source, detail, .. } => {
            let detail = detail.as_ref().filter(|detail| {
                let known = DETAILS.iter().any(|known| detail.is(known));
                if !known {
                    remove(edits, "detail");
                }
                known
            });
            let url = picture(source)?;
            Ok(Block::ImageUrl {
                image_url: ImageUrl { url, detail },
            })
        }
        _ => Err(Unfit::new(
            "messages",
            "cohere takes words and pictures only",
        )),
    }
}

/// How closely Cohere can look at a picture.
const DETAILS: [&str; 3] = ["auto", "high", "low"];

fn picture<'a>(source: &'a Media<'_>) -> Result<Text<'a>, Unfit> {
    match source {
        Media::Url(url) => Ok(url.borrowed()),
        Media::Base64 { media_type, data } => {
            let media_type = match sniffed(media_type, data) {
                "" => "image/png",
                known => known,
            };
            Ok(Text::new(&format!("data:{media_type};base64,{data}")))
        }
        Media::Plain(_) | Media::Id(_) => Err(Unfit::new(
            "messages",
            "cohere takes pictures in the request or at an address",
        )),
    }
}

impl<'a> Content<'a> {
    /// `None` for nothing: Cohere refuses empty content.
    fn of(mut blocks: Vec<Block<'a>>) -> Option<Self> {
        blocks.retain(|block| !matches!(block, Block::Text { text } if text.is_empty()));
        match blocks.pop()? {
            Block::Text { text } if blocks.is_empty() => Some(Self::Text(text)),
            last => {
                blocks.push(last);
                Some(Self::Blocks(blocks))
            }
        }
    }
}

impl<'a> Block<'a> {
    fn text(text: &'a Text<'_>) -> Self {
        Self::Text {
            text: text.borrowed(),
        }
    }
}
