//! The conversation.

use serde::Serialize;

use crate::encoded::Edits;
use crate::inner::{Json, Media, Part, Request, Role, Text, ToolCall, ToolResult, Turn, Unfit};
use crate::remains::{note, remove};
use crate::words;

/// One message.
#[derive(Serialize)]
pub(super) struct Message<'a> {
    role: &'static str,
    content: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    images: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Call<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_name: Option<&'a Text<'a>>,
    /// Older versions match results by order, and pass over this.
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a Text<'a>>,
}

#[derive(Serialize)]
struct Call<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Text<'a>>,
    function: Function<'a>,
}

#[derive(Serialize)]
struct Function<'a> {
    name: &'a Text<'a>,
    arguments: Json<'a>,
}

pub(super) fn encode<'a>(
    request: &'a Request<'_>,
    edits: &mut Edits,
) -> Result<Vec<Message<'a>>, Unfit> {
    let mut out = Vec::with_capacity(request.turns.len() + 1);
    let system = Said::of(&request.system, edits)?;
    out.extend(system.message("system"));
    let mut calls: Vec<&'a ToolCall<'_>> = Vec::new();
    for turn in &request.turns {
        match turn.role {
            Role::Assistant => {
                calls.extend(turn.parts.iter().filter_map(|part| match part {
                    Part::ToolCall(call) => Some(call),
                    _ => None,
                }));
                out.extend(assistant(turn, edits)?);
            }
            Role::System => out.extend(Said::of(&turn.parts, edits)?.message("system")),
            Role::User => user(turn, &calls, edits, &mut out)?,
        }
    }
    Ok(out)
}

/// What tools gave first, as messages of its own, then the rest.
fn user<'a>(
    turn: &'a Turn<'_>,
    calls: &[&'a ToolCall<'_>],
    edits: &mut Edits,
    out: &mut Vec<Message<'a>>,
) -> Result<(), Unfit> {
    let mut said = Said::default();
    for part in &turn.parts {
        if let Part::ToolResult(result) = part {
            let mut message = tool(result, calls, edits)?;
            if !message.images.is_empty() {
                note(edits, "pictures of a tool as the user's".to_owned());
                said.images.append(&mut message.images);
            }
            out.push(message);
        }
    }
    for part in &turn.parts {
        if !matches!(part, Part::ToolResult(_)) {
            said.add(part, edits)?;
        }
    }
    out.extend(said.message("user"));
    Ok(())
}

fn tool<'a>(
    result: &'a ToolResult<'_>,
    calls: &[&'a ToolCall<'_>],
    edits: &mut Edits,
) -> Result<Message<'a>, Unfit> {
    if result.failed {
        remove(edits, "is_error");
    }
    // the latest, as ids that we invented may come again
    let call = calls.iter().rev().find(|call| call.id == result.id);
    let named = call.map(|call| &call.name);
    let said = Said::of(&result.parts, edits)?;
    Ok(Message {
        tool_name: result.name.as_ref().or(named),
        tool_call_id: present(&result.id),
        images: said.images,
        ..Message::new("tool", words::join(&said.texts, "\\n"))
    })
}

fn assistant<'a>(turn: &'a Turn<'_>, edits: &mut Edits) -> Result<Option<Message<'a>>, Unfit> {
    let (mut said, mut thoughts, mut tool_calls) = (Said::default(), Vec::new(), Vec::new());
    for part in &turn.parts {
        match part {
            Part::Thinking { text, .. } if text.is_empty() => {}
            Part::Thinking { text, .. } => thoughts.push(text.borrowed()),
            Part::Redacted { .. } => remove(edits, "reasoning_details"),
            Part::Refusal(text) => said.texts.push(text.borrowed()),
            Part::ToolCall(told) => tool_calls.push(call(told, edits)),
            other => said.add(other, edits)?,
        }
    }
    if said.is_empty() && thoughts.is_empty() && tool_calls.is_empty() {
        return Ok(None);
    }
    Ok(Some(Message {
        thinking: (!thoughts.is_empty()).then(|| words::join(&thoughts, "\\n")),
        images: said.images,
        tool_calls,
        ..Message::new("assistant", words::join(&said.texts, "\\n"))
    }))
}

fn call<'a>(told: &'a ToolCall<'_>, edits: &mut Edits) -> Call<'a> {
    let (arguments, sound) = told.arguments.object();
    if !sound {
        let name = told.name.value();
        note(
            edits,
            format!("arguments of {name} that are no object as {{}}"),
        );
    }
    Call {
        id: present(&told.id),
        function: Function {
            name: &told.name,
            arguments,
        },
    }
}

fn present<'a>(text: &'a Text<'_>) -> Option<&'a Text<'a>> {
    (!text.is_empty()).then_some(text)
}

/// Words and pictures, each kind by itself as Ollama has them.
#[derive(Default)]
struct Said<'a> {
    texts: Vec<Text<'a>>,
    images: Vec<&'a str>,
}

impl<'a> Said<'a> {
    fn of(parts: &'a [Part<'_>], edits: &mut Edits) -> Result<Self, Unfit> {
        let mut said = Self::default();
        for part in parts {
            said.add(part, edits)?;
        }
        Ok(said)
    }

    fn add(&mut self, part: &'a Part<'_>, edits: &mut Edits) -> Result<(), Unfit> {
        match part {
            Part::Text { text, .. } => self.texts.push(text.borrowed()),
            Part::File {
                source,
                name,
                context,
                ..
            } => {
                note(edits, "documents as text".to_owned());
                let text = words::document(source, name.as_ref(), context.as_ref())?;
                self.texts.push(text);
            }
            Part::SearchResult(result) => self.texts.push(words::found(result)),
            Part::Image { source, detail, .. } => {
                let Media::Base64 { data, .. } = source else {
                    let why = "ollama takes pictures in the request only";
                    return Err(Unfit::new("messages", why));
                };
                if detail.is_some() {
                    remove(edits, "detail");
                }
                self.images.push(data);
            }
            _ => {
                let why = "ollama takes words and pictures only";
                return Err(Unfit::new("messages", why));
            }
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.images.is_empty()
    }

    fn message(self, role: &'static str) -> Option<Message<'a>> {
        let between = if role == "system" { "\\n\\n" } else { "\\n" };
        (!self.is_empty()).then(|| Message {
            images: self.images,
            ..Message::new(role, words::join(&self.texts, between))
        })
    }
}

impl<'a> Message<'a> {
    fn new(role: &'static str, content: Text<'a>) -> Self {
        Self {
            role,
            content,
            thinking: None,
            images: Vec::new(),
            tool_calls: Vec::new(),
            tool_name: None,
            tool_call_id: None,
        }
    }
}
