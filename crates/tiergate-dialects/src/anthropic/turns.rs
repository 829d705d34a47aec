//! Turns as messages.

use super::media;
use super::models::{Can, Model};
use super::names::{Ids, Names};
use super::pairs::pair;
use super::remains::{is_known_block, is_record};
use super::wire::{Block, Citations, Marker, Message, Notes};
use crate::inner::{
    Cache, Part, Request, Role, SearchResult, Text, ToolCall, ToolResult, Turn, Unfit,
};

/// What was said so far, as the vendor takes it.
#[derive(Debug, Default)]
pub(super) struct Conversation<'a> {
    pub(super) system: Vec<Block<'a>>,
    pub(super) messages: Vec<Message<'a>>,
}

impl Conversation<'_> {
    /// Whether calls were made by tools.
    pub(super) fn calls(&self) -> bool {
        let mut blocks = self.messages.iter().flat_map(|message| &message.content);
        blocks.any(|block| matches!(block, Block::ToolUse { .. }))
    }

    /// Whether the model is to go on after results of calls that no thinking leads to.
    pub(super) fn lacks_thinking(&self) -> bool {
        let [.., calls, results] = &*self.messages else {
            return false;
        };
        let continues = matches!(results.content.first(), Some(Block::ToolResult { .. }));
        continues && !calls.content.first().is_some_and(Block::is_thought)
    }
}

/// Writes the system blocks and the messages.
pub(super) fn encode<'a>(
    request: &'a Request<'_>,
    model: &Model,
    names: &mut Names,
    notes: &mut Notes,
) -> Result<Conversation<'a>, Unfit> {
    let mut encoder = Encoder {
        model,
        names,
        notes,
        ids: Ids::default(),
        amid: false,
        messages: Vec::with_capacity(request.turns.len() + 2),
    };
    let is_turn = |turn: &&Turn<'_>| turn.role == Role::System;
    let leading = request.turns.iter().take_while(is_turn).count();
    let (leading, turns) = request.turns.split_at(leading);
    let mut system = Vec::with_capacity(request.system.len());
    for part in request
        .system
        .iter()
        .chain(leading.iter().flat_map(|turn| &turn.parts))
    {
        system.extend(encoder.part(part, Role::System)?.map(|(_, block)| block));
    }
    encoder.amid = true;
    for turn in turns {
        encoder.turn(turn)?;
    }
    let mut messages = pair(encoder.messages, notes);
    if messages.first().is_none_or(|first| first.role != USER) {
        messages.insert(0, placeholder("."));
        notes.add("added a user turn at the start");
    }
    finish(&mut messages, model, notes);
    Ok(Conversation { system, messages })
}

pub(super) const USER: &str = "user";
const ASSISTANT: &str = "assistant";

fn placeholder(text: &str) -> Message<'static> {
    Message {
        role: USER,
        content: vec![Block::text(text)],
    }
}

struct Encoder<'a, 'e> {
    model: &'e Model,
    names: &'e mut Names,
    notes: &'e mut Notes,
    ids: Ids,
    /// The instructions at the start are through.
    amid: bool,
    messages: Vec<Message<'a>>,
}

impl<'a> Encoder<'a, '_> {
    fn turn(&mut self, turn: &'a Turn<'_>) -> Result<(), Unfit> {
        if turn.name.is_some() {
            self.notes.removed("messages.name");
        }
        if turn.role == Role::System {
            self.notes.add("a system turn as a user's");
        }
        for part in &turn.parts {
            if let Some((role, block)) = self.part(part, turn.role)? {
                self.push(role, block);
            }
        }
        if turn.role == Role::Assistant {
            self.thoughts_first();
        }
        Ok(())
    }

    /// Adds a block, to the last message where that is of the same role.
    fn push(&mut self, role: &'static str, block: Block<'a>) {
        match self.messages.last_mut() {
            Some(last) if last.role == role => last.content.push(block),
            _ => self.messages.push(Message {
                role,
                content: vec![block],
            }),
        }
    }

    /// Moves thoughts to the front of an assistant's message, unless it begins with one.
    fn thoughts_first(&mut self) {
        let last = self
            .messages
            .iter_mut()
            .rev()
            .find(|last| last.role == ASSISTANT);
        if let Some(Message { content, .. }) = last
            && !content.first().is_some_and(Block::is_thought)
        {
            content.sort_by_key(|block| !block.is_thought());
        }
    }

    /// A part as a block and the role whose message it belongs to.
    fn part(
        &mut self,
        part: &'a Part<'_>,
        role: Role,
    ) -> Result<Option<(&'static str, Block<'a>)>, Unfit> {
        let own = if role == Role::Assistant {
            ASSISTANT
        } else {
            USER
        };
        let block = match part {
            Part::Text { text, cache } => self.text(text, *cache, role),
            Part::Refusal(text) => self.text(text, None, role),
            Part::Image { .. } | Part::File { .. } if role == Role::Assistant => {
                self.notes.add("removed media in an assistant's turn");
                None
            }
            Part::Image { .. } | Part::File { .. } => Some(self.media(part)?),
            Part::SearchResult(result) => Some(found(result)),
            Part::Audio { .. } => return Err(Unfit::new("messages", "Anthropic takes no sound")),
            Part::ToolCall(call) => return Ok(Some((ASSISTANT, self.call(call)))),
            Part::ToolResult(result) => return Ok(Some((USER, self.result(result)?))),
            Part::Thinking { .. } | Part::Redacted { .. } => self.thought(part, role),
            Part::Foreign(json) if is_known_block(json) => Some(Block::Foreign(json.borrowed())),
            Part::Foreign(json) if is_record(json) => {
                self.notes.add("removed a part of another dialect");
                None
            }
            Part::Foreign(_) => {
                let what = "a part that only another dialect knows";
                return Err(Unfit::new("messages", what));
            }
        };
        Ok(block.map(|block| (own, block)))
    }

    /// Blank text is refused, so it goes; instructions amid a conversation are marked as such.
    fn text(&self, text: &'a Text<'_>, cache: Option<Cache>, role: Role) -> Option<Block<'a>> {
        if is_blank(text) {
            return None;
        }
        Some(Block::Text {
            text: if self.amid && role == Role::System {
                Text::new(&format!("<system>\n{}\n</system>", text.value()))
            } else {
                text.borrowed()
            },
            cache_control: cache.map(Marker::from),
        })
    }

    fn media(&mut self, part: &'a Part<'_>) -> Result<Block<'a>, Unfit> {
        match part {
            Part::Image {
                source,
                detail,
                cache,
            } => {
                if detail.as_ref().is_some_and(|detail| !detail.is("auto")) {
                    self.notes.removed("image_url.detail");
                }
                Ok(Block::Image {
                    source: media::image(source)?,
                    cache_control: cache.map(Marker::from),
                })
            }
            Part::File {
                source,
                name,
                context,
                cited,
                cache,
            } => Ok(Block::Document {
                source: media::document(source)?,
                title: said(name.as_ref()),
                context: said(context.as_ref()),
                citations: Citations::asked(*cited),
                cache_control: cache.map(Marker::from),
            }),
            _ => Err(Unfit::new("messages", "a part is no picture or document")),
        }
    }

    fn call(&mut self, call: &'a ToolCall<'_>) -> Block<'a> {
        let (input, valid) = call.arguments.object();
        if !valid {
            self.notes.add("arguments that are no JSON object as {}");
        }
        Block::ToolUse {
            id: self.ids.call(&call.id),
            name: self.names.told(&call.name),
            input,
            cache_control: call.cache.map(Marker::from),
        }
    }

    fn result(&mut self, result: &'a ToolResult<'_>) -> Result<Block<'a>, Unfit> {
        let mut content = Vec::with_capacity(result.parts.len());
        for part in &result.parts {
            content.extend(self.part(part, Role::User)?.map(|(_, block)| block));
        }
        Ok(Block::ToolResult {
            tool_use_id: self.ids.result(&result.id),
            content,
            is_error: result.failed,
            cache_control: result.cache.map(Marker::from),
        })
    }

    /// A thought that this vendor has signed; others are no use to it.
    fn thought(&mut self, part: &'a Part<'_>, role: Role) -> Option<Block<'a>> {
        let thinks = self.model.can(Can::Adaptive) || self.model.can(Can::Budget);
        match part {
            Part::Thinking {
                text,
                signature: Some(signature),
                id: None,
            } if thinks && role == Role::Assistant => Some(Block::Thinking {
                thinking: text.borrowed(),
                signature: signature.borrowed(),
            }),
            Part::Redacted { data, id: None } if thinks && role == Role::Assistant => {
                Some(Block::RedactedThinking {
                    data: data.borrowed(),
                })
            }
            _ => {
                self.notes
                    .add("removed reasoning that is not signed for this model");
                None
            }
        }
    }
}

fn said<'a>(text: Option<&'a Text<'_>>) -> Option<Text<'a>> {
    text.filter(|text| !text.is_empty()).map(Text::borrowed)
}

fn found<'a>(result: &'a SearchResult<'_>) -> Block<'a> {
    let texts = result.texts.iter().map(|text| Block::Text {
        text: text.borrowed(),
        cache_control: None,
    });
    Block::SearchResult {
        source: result.source.borrowed(),
        title: result.title.borrowed(),
        content: texts.collect(),
        citations: Citations::asked(result.cited),
        cache_control: result.cache.map(Marker::from),
    }
}

/// White space at the end of a last turn of the assistant is refused, and so is such a turn by models that do not
/// go on from it.
fn finish(messages: &mut Vec<Message<'_>>, model: &Model, notes: &mut Notes) {
    let Some(last) = messages.last_mut().filter(|last| last.role == ASSISTANT) else {
        return;
    };
    if let Some(Block::Text { text, .. }) = last.content.last_mut() {
        let value = text.value();
        let trimmed = value.trim_end();
        if trimmed.len() < value.len() {
            *text = Text::new(trimmed);
            notes.add("stripped white space at the end of the last turn");
        }
    }
    if !model.can(Can::Prefill) {
        messages.push(placeholder("Continue."));
        notes.add("added a user turn at the end");
    }
}

fn is_blank(text: &Text<'_>) -> bool {
    let visible = |byte: &u8| byte.is_ascii_graphic() && *byte != b'\\';
    let begins_visibly = text.inside().as_bytes().first().is_some_and(visible);
    !begins_visibly && text.value().trim().is_empty()
}
