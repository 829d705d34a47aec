//! The conversation: turns in strict alternation, each call of a tool with its result in the very next message.

use super::cache::cache_point;
use super::draft::{Draft, note};
use super::media;
use super::model::Model;
use super::names::{Ids, Names};
use super::wire::{Block, Message, Reasoning, ToolResult, ToolUse};
use crate::encoded::Edits;
use crate::inner::{self, Cache, Media, Part, Request, Role, Text, Turn, Unfit};
use crate::unanswered::{ADDED, NO_RESULT};
use crate::words;

/// A conversation as Bedrock takes it.
pub(super) struct Talk<'a> {
    pub(super) system: Vec<Block<'a>>,
    pub(super) messages: Vec<Message<'a>>,
    /// Whether tools were called in it: Bedrock then wants to know of tools.
    pub(super) has_tools: bool,
}

pub(super) fn talk<'a>(
    request: &'a Request<'_>,
    model: Model,
    names: &mut Names,
    edits: &mut Edits,
) -> Result<Talk<'a>, Unfit> {
    let mut writer = Writer {
        model,
        names,
        edits,
        ids: Ids::default(),
        titles: media::Titles::default(),
        system: Vec::new(),
        drafts: Vec::new(),
        pending: Vec::new(),
        has_tools: false,
    };
    for part in &request.system {
        writer.instruct(part)?;
    }
    for turn in &request.turns {
        writer.turn(turn)?;
    }
    writer.finish(request.cache)
}

struct Writer<'a, 'c> {
    model: Model,
    names: &'c mut Names,
    edits: &'c mut Edits,
    ids: Ids,
    titles: media::Titles,
    system: Vec<Block<'a>>,
    drafts: Vec<Draft<'a>>,
    /// Calls that wait for their results: the client's id and the one that was told.
    pending: Vec<(Text<'a>, String)>,
    has_tools: bool,
}

impl<'a> Writer<'a, '_> {
    fn instruct(&mut self, part: &'a Part<'_>) -> Result<(), Unfit> {
        let (Part::Text { text, .. } | Part::Refusal(text)) = part else {
            return Err(Unfit::new("messages", "instructions can only be text"));
        };
        if let Some(text) = self.visible(text) {
            self.system.push(text);
            let mark = cache_point(part.cache(), self.model, self.edits);
            self.system.extend(mark.map(Block::CachePoint));
        }
        Ok(())
    }

    fn turn(&mut self, turn: &'a Turn<'_>) -> Result<(), Unfit> {
        if turn.name.is_some() {
            note(self.edits, "removed name");
        }
        match turn.role {
            Role::System if self.drafts.is_empty() => {
                turn.parts.iter().try_for_each(|part| self.instruct(part))
            }
            Role::System => turn.parts.iter().try_for_each(|part| self.remind(part)),
            Role::User => turn.parts.iter().try_for_each(|part| self.hear(part)),
            Role::Assistant => turn.parts.iter().try_for_each(|part| self.recall(part)),
        }
    }

    /// Instructions in the middle of a conversation, for which there is no role.
    fn remind(&mut self, part: &'a Part<'_>) -> Result<(), Unfit> {
        let (Part::Text { text, .. } | Part::Refusal(text)) = part else {
            return Err(Unfit::new("messages", "instructions can only be text"));
        };
        note(
            self.edits,
            "instructions in mid-conversation as a user's words",
        );
        let tagged = format!("<system>{}</system>", text.value());
        self.push(false, Block::Text(Text::new(&tagged)), part.cache());
        Ok(())
    }

    /// What a user says, or a tool.
    fn hear(&mut self, part: &'a Part<'_>) -> Result<(), Unfit> {
        if let Part::ToolResult(result) = part {
            return self.tool_result(result);
        }
        let mut blocks = self.content(part)?;
        let last = blocks.pop();
        for block in blocks {
            self.push(false, block, None);
        }
        if let Some(block) = last {
            self.push(false, block, part.cache());
        }
        Ok(())
    }

    /// A part that may stand in a user's message or in a tool's result.
    fn content(&mut self, part: &'a Part<'_>) -> Result<Vec<Block<'a>>, Unfit> {
        let block = match part {
            Part::Text { text, .. } | Part::Refusal(text) => self.visible(text),
            Part::Image { source, detail, .. } => {
                if detail.as_ref().is_some_and(|detail| !detail.is("auto")) {
                    note(self.edits, "removed detail");
                }
                Some(Block::Image(media::picture(source)?))
            }
            Part::File {
                source: source @ Media::Plain(_),
                name,
                context,
                ..
            } => {
                note(self.edits, "document as text");
                let text = words::document(source, name.as_ref(), context.as_ref())?;
                Some(Block::Text(text))
            }
            Part::File { source, name, .. } => Some(media::document(
                source,
                name.as_ref(),
                &mut self.titles,
                self.edits,
            )?),
            Part::SearchResult(result) => Some(Block::Text(words::found(result))),
            Part::Audio { .. } => return Err(Unfit::new("messages", "audio is not taken")),
            _ => {
                return Err(Unfit::new(
                    "messages",
                    "a part that only another dialect knows",
                ));
            }
        };
        let context = part.context().and_then(|context| self.visible(context));
        Ok(context.into_iter().chain(block).collect())
    }

    fn tool_result(&mut self, result: &'a inner::ToolResult<'_>) -> Result<(), Unfit> {
        let mut content = Vec::with_capacity(result.parts.len());
        let mut cache = result.cache;
        for part in &result.parts {
            cache = part.cache().or(cache);
            content.extend(self.content(part)?);
        }
        let place =
            (self.pending.iter()).position(|(own, _)| result.id.is_empty() || *own == result.id);
        let Some((_, tool_use_id)) = place.map(|place| self.pending.remove(place)) else {
            note(self.edits, "tool result without a call as text");
            for block in content {
                self.push(false, block, None);
            }
            return Ok(());
        };
        if content.is_empty() {
            note(self.edits, "empty tool result as text");
            content.push(Block::Text(Text::new("(no output)")));
        }
        let block = self.result(tool_use_id, content, result.failed);
        self.push(false, block, cache);
        Ok(())
    }

    fn result(&mut self, tool_use_id: String, content: Vec<Block<'a>>, failed: bool) -> Block<'a> {
        // only Claude and Nova know of a status
        let status = match (self.model.marks_caches(), failed) {
            (true, true) => Some("error"),
            (true, false) => Some("success"),
            (false, true) => {
                note(self.edits, "removed is_error");
                None
            }
            (false, false) => None,
        };
        Block::ToolResult(ToolResult {
            tool_use_id,
            content,
            status,
        })
    }

    /// What the model said before.
    fn recall(&mut self, part: &'a Part<'_>) -> Result<(), Unfit> {
        let block = match part {
            Part::Text { text, .. } | Part::Refusal(text) => self.visible(text),
            Part::ToolCall(call) => Some(self.call(call)),
            Part::Thinking {
                text,
                signature: Some(signature),
                ..
            } if self.model.claude().is_some() => {
                Some(Block::ReasoningContent(Reasoning::ReasoningText {
                    text: text.borrowed(),
                    signature: signature.borrowed(),
                }))
            }
            Part::Redacted { data, .. } if self.model.takes_redacted() => Some(
                Block::ReasoningContent(Reasoning::RedactedContent(data.borrowed())),
            ),
            Part::Thinking { .. } | Part::Redacted { .. } => {
                note(self.edits, "removed reasoning_content");
                None
            }
            _ => {
                return Err(Unfit::new(
                    "messages",
                    "the model's own turn has a part that is not taken",
                ));
            }
        };
        if let Some(block) = block {
            self.push(true, block, part.cache());
        }
        Ok(())
    }

    fn call(&mut self, call: &'a inner::ToolCall<'_>) -> Block<'a> {
        self.has_tools = true;
        let (input, valid) = call.arguments.object();
        if !valid {
            note(self.edits, "invalid tool arguments as {}");
        }
        // a call after unanswered ones of an earlier turn must not mix with them
        self.assistant();
        let id = self.ids.told(&call.id.value(), self.model.family);
        self.pending.push((call.id.borrowed(), id.clone()));
        Block::ToolUse(ToolUse {
            id,
            name: self.names.told(call.name.value()),
            input,
        })
    }

    /// A text block, unless there is nothing to see: Bedrock refuses blank ones.
    fn visible(&mut self, text: &'a Text<'_>) -> Option<Block<'a>> {
        let blank = text.inside().len() < 256 && text.value().trim().is_empty();
        if blank && !text.is_empty() {
            note(self.edits, "removed blank text");
        }
        (!blank).then(|| Block::Text(text.borrowed()))
    }

    fn push(&mut self, assistant: bool, block: Block<'a>, cache: Option<Cache>) {
        if assistant {
            self.assistant();
        } else if self.drafts.last().is_none_or(|last| last.assistant) {
            self.drafts.push(Draft::new(false));
        }
        let mark = cache_point(cache, self.model, self.edits);
        if let Some(last) = self.drafts.last_mut() {
            last.push(block, mark);
        }
    }

    /// Goes on with the model's message, or begins one when what came before is complete.
    fn assistant(&mut self) {
        match self.drafts.last() {
            Some(last) if last.assistant => return,
            Some(_) => self.answer_pending(),
            None => {
                note(self.edits, "added a first user's turn");
                self.push(false, Block::Text(Text::new("(go on)")), None);
            }
        }
        self.drafts.push(Draft::new(true));
    }

    /// Every call needs a result; the client left some out.
    fn answer_pending(&mut self) {
        for (_, id) in std::mem::take(&mut self.pending) {
            note(self.edits, ADDED);
            let text = Block::Text(Text::new(NO_RESULT));
            let block = self.result(id, vec![text], true);
            self.push(false, block, None);
        }
    }

    fn finish(mut self, cache: Option<Cache>) -> Result<Talk<'a>, Unfit> {
        self.answer_pending();
        let begun = self.drafts.last().is_some_and(|last| last.assistant);
        if begun && !self.model.prefill {
            let message = "the model does not go on from a turn of its own";
            return Err(Unfit::new("messages", message));
        }
        if self.drafts.is_empty() {
            return Err(Unfit::new("messages", "there is nothing to answer"));
        }
        if begun && let Some(last) = self.drafts.last_mut() {
            last.trim_end();
        }
        if let Some(cache) = cache {
            self.cache_all(cache);
        }
        for draft in &mut self.drafts {
            if draft.lacks_text() {
                note(self.edits, "added a text beside a document");
                draft.push(Block::Text(Text::new("(see the document)")), None);
            }
        }
        Ok(Talk {
            system: self.system,
            messages: self.drafts.into_iter().map(Draft::finish).collect(),
            has_tools: self.has_tools,
        })
    }

    /// Caches the whole conversation.
    fn cache_all(&mut self, cache: Cache) {
        let mark = cache_point(Some(cache), self.model, self.edits);
        if let (Some(mark), Some(last)) = (mark, self.drafts.last_mut())
            && !last.is_empty()
            && !last.ends_in_cache_point()
        {
            last.push(Block::CachePoint(mark), None);
        }
    }
}

/// Whether a Claude with a budget for thought may think: the turns since the user last spoke must still have the
/// thoughts that led to their calls, or the request is refused.
pub(super) fn thoughts_are_kept(turns: &[Turn<'_>]) -> bool {
    let spoken = |turn: &Turn<'_>| {
        turn.role == Role::User
            && (turn.parts.iter()).any(|part| !matches!(part, Part::ToolResult(_)))
    };
    let since = turns.iter().rposition(spoken).map_or(0, |last| last + 1);
    let recent = turns.get(since..).unwrap_or_default();
    recent.iter().all(|turn| {
        let calls = (turn.parts.iter()).any(|part| matches!(part, Part::ToolCall(_)));
        let signed = |part: &Part<'_>| {
            matches!(
                part,
                Part::Redacted { .. }
                    | Part::Thinking {
                        signature: Some(_),
                        ..
                    }
            )
        };
        !calls || turn.parts.first().is_some_and(signed)
    })
}
