//! Turns as contents.

use std::borrow::Cow;
use std::collections::HashMap;

use super::encode::{To, note};
use super::order::{self, Step};
use super::request::{Content, FunctionCall, Instruction, Item, Part, Speaker};
use super::{media, result};
use crate::encoded::Edits;
use crate::inner::{self, Json, Request, Role, Text, ToolCall, ToolResult, Turn, Unfit};
use crate::json;
use crate::unanswered::{ADDED, Unanswered};
use crate::words::found;

/// Parts that only Gemini knows, and that it takes back.
const OWN: [&str; 6] = [
    "inlineData",
    "fileData",
    "executableCode",
    "codeExecutionResult",
    "toolCall",
    "toolResponse",
];

/// Everything that is said.
#[derive(Debug)]
pub(super) struct Contents<'r> {
    pub(super) system: Option<Instruction<'r>>,
    pub(super) contents: Vec<Content<'r>>,
}

pub(super) fn write<'r>(
    request: &'r Request<'_>,
    to: To<'r>,
    edits: &mut Edits,
) -> Result<Contents<'r>, Unfit> {
    let mut talk = Talk {
        to,
        edits,
        contents: Vec::with_capacity(request.turns.len() + 1),
        results: Vec::new(),
        unanswered: Unanswered::of(request),
        missing: Vec::new(),
        called: HashMap::new(),
        calls: 0,
    };
    let system = talk.system(&request.system)?;
    for turn in &request.turns {
        talk.turn(turn)?;
    }
    Ok(Contents {
        system,
        contents: talk.finish(),
    })
}

/// A conversation as it is written.
pub(super) struct Talk<'r, 'e> {
    to: To<'r>,
    pub(super) edits: &'e mut Edits,
    pub(super) contents: Vec<Content<'r>>,
    /// Results of tools that are not written yet, each with the place of its call and what follows all of them.
    results: Vec<(usize, Item<'r>, Vec<Part<'r>>)>,
    unanswered: Unanswered<'r>,
    /// What stands for results that there are not, until the turn of their calls is over.
    missing: Vec<(usize, Item<'r>, Vec<Part<'r>>)>,
    /// The place and the tool behind each call's id.
    called: HashMap<Cow<'r, str>, (usize, Text<'r>)>,
    /// How many calls there were.
    calls: usize,
}

impl<'r> Talk<'r, '_> {
    fn system(&mut self, blocks: &'r [inner::Part<'_>]) -> Result<Option<Instruction<'r>>, Unfit> {
        let mut parts = Vec::with_capacity(blocks.len());
        for block in blocks {
            let inner::Part::Text { text, cache } = block else {
                let what = "Gemini's instructions are words only";
                return Err(Unfit::new("messages", what));
            };
            self.uncached(cache.is_some());
            if !text.is_empty() {
                parts.push(words(text.borrowed()));
            }
        }
        if parts.is_empty() {
            return Ok(None);
        }
        if self.to.family.has_system {
            return Ok(Some(Instruction { parts }));
        }
        note(
            self.edits,
            "moved the system prompt into the first user turn",
        );
        for part in parts {
            self.push(Speaker::User, part);
        }
        Ok(None)
    }

    fn turn(&mut self, turn: &'r Turn<'_>) -> Result<(), Unfit> {
        let speaker = match turn.role {
            Role::Assistant => Speaker::Model,
            Role::System | Role::User => Speaker::User,
        };
        if turn.name.is_some() {
            note(self.edits, "removed name");
        }
        if turn.role == Role::System {
            note(self.edits, "moved a system message into a user turn");
        }
        if speaker == Speaker::Model {
            self.settle();
            self.answer(&turn.parts)?;
            self.results.append(&mut self.missing);
            return Ok(());
        }
        for part in &turn.parts {
            match part {
                inner::Part::Text { text, .. } if turn.role == Role::System => {
                    self.words(speaker, tagged(text));
                }
                _ => self.part(speaker, part)?,
            }
        }
        Ok(())
    }

    /// What the model said, in the order in which it did.
    fn answer(&mut self, parts: &'r [inner::Part<'_>]) -> Result<(), Unfit> {
        for step in order::steps(parts, self.edits) {
            match step {
                Step::Part(part) => self.part(Speaker::Model, part)?,
                Step::Picture(signature) => self.sign_picture(signature),
                Step::Words(text, None) => self.words(Speaker::Model, text),
                Step::Words(text, thought_signature) => {
                    let part = Part {
                        text: Some(text),
                        thought_signature,
                        ..Part::default()
                    };
                    self.push(Speaker::Model, Item::Part(part));
                }
            }
        }
        Ok(())
    }

    fn part(&mut self, speaker: Speaker, part: &'r inner::Part<'_>) -> Result<(), Unfit> {
        match part {
            inner::Part::Text { text, cache } => {
                self.uncached(cache.is_some());
                self.words(speaker, text.borrowed());
            }
            inner::Part::Refusal(text) => self.words(speaker, text.borrowed()),
            inner::Part::Image {
                source,
                detail,
                cache,
            } => {
                self.uncached(cache.is_some());
                if detail.as_ref().is_some_and(|detail| !detail.is("auto")) {
                    note(self.edits, "removed detail");
                }
                self.push(speaker, Item::Part(media::part(source, self.to)?));
            }
            inner::Part::File { cache, .. } => {
                self.uncached(cache.is_some());
                for part in media::document(part, self.to, self.edits)? {
                    self.push(speaker, Item::Part(part));
                }
            }
            inner::Part::SearchResult(result) => {
                self.uncached(result.cache.is_some());
                self.words(speaker, found(result));
            }
            inner::Part::Audio { data, format } => {
                self.push(speaker, Item::Part(media::sound(data, format)));
            }
            inner::Part::ToolCall(call) => self.call(call),
            inner::Part::ToolResult(result) => self.result(result)?,
            inner::Part::Thinking {
                text, signature, ..
            } => self.thinking(text, signature.as_ref()),
            inner::Part::Redacted { .. } => self.foreign_reasoning(),
            inner::Part::Foreign(part) => self.own(speaker, part)?,
        }
        Ok(())
    }

    fn words(&mut self, speaker: Speaker, text: Text<'r>) {
        // empty words are refused, and say nothing
        if !text.is_empty() {
            self.push(speaker, words(text));
        }
    }

    fn call(&mut self, call: &'r ToolCall<'_>) {
        self.uncached(call.cache.is_some());
        let name = self.to.names.told(&call.name);
        let known = (self.calls, name.borrowed().into_owned());
        self.called.insert(call.id.value(), known);
        if self.unanswered.takes(call) {
            note(self.edits, ADDED);
            let part = Part {
                function_response: Some(Box::new(result::missing(call, &name, self.to))),
                ..Part::default()
            };
            self.missing
                .push((self.calls, Item::Part(part), Vec::new()));
        }
        self.calls += 1;
        let (args, is_valid) = call.arguments.object();
        if !is_valid {
            note(self.edits, "replaced invalid tool arguments by {}");
        }
        let part = Part {
            function_call: Some(Box::new(FunctionCall {
                id: result::id(&call.id, self.to.surface),
                name,
                args,
            })),
            thought_signature: call.signature.as_ref().map(Text::borrowed),
            ..Part::default()
        };
        self.push(Speaker::Model, Item::Part(part));
    }

    fn result(&mut self, result: &'r ToolResult<'_>) -> Result<(), Unfit> {
        let known = self.called.get(&result.id.value()).cloned();
        let given = || {
            let name = result.name.as_ref()?;
            Some((usize::MAX, self.to.names.told(name)))
        };
        let Some((place, name)) = known.or_else(given) else {
            let what = format!("no tool call has the id {}", result.id.value());
            return Err(Unfit::new("messages", what));
        };
        let has_cache = |part: &inner::Part<'_>| part.cache().is_some();
        self.uncached(result.cache.is_some() || result.parts.iter().any(has_cache));
        let (response, late) = result::write(result, name, self.to, self.edits)?;
        let part = Part {
            function_response: Some(Box::new(response)),
            ..Part::default()
        };
        self.results.push((place, Item::Part(part), late));
        Ok(())
    }

    fn own(&mut self, speaker: Speaker, part: &'r Json<'_>) -> Result<(), Unfit> {
        let read = json::Json::new(part.get().as_bytes());
        if let Some(picture) = media::drawn(part) {
            self.push(speaker, Item::Part(picture));
            return Ok(());
        }
        if !OWN.iter().any(|name| read.get(name).is_some()) {
            let what = "a message holds a part that Gemini does not know";
            return Err(Unfit::new("messages", what));
        }
        self.push(speaker, Item::Raw(part.borrowed()));
        Ok(())
    }

    fn uncached(&mut self, is_asked: bool) {
        if is_asked {
            note(self.edits, "removed cache_control");
        }
    }

    /// Adds a part after whatever belongs to the results before it.
    pub(super) fn push(&mut self, speaker: Speaker, item: Item<'r>) {
        self.settle();
        self.add(speaker, item);
    }

    /// Writes the results that wait, in the order of their calls: where calls have no ids, nothing else tells which
    /// result is whose.
    fn settle(&mut self) {
        let mut results = std::mem::take(&mut self.results);
        results.sort_by_key(|(place, ..)| *place);
        let mut all_late = Vec::new();
        for (_, result, late) in results {
            self.add(Speaker::User, result);
            all_late.extend(late);
        }
        for part in all_late {
            self.add(Speaker::User, Item::Part(part));
        }
    }

    fn add(&mut self, speaker: Speaker, item: Item<'r>) {
        if let Some(last) = self.contents.last_mut().filter(|last| last.role == speaker) {
            last.parts.push(item);
            return;
        }
        if self.contents.is_empty() && speaker == Speaker::Model {
            self.placeholder();
        }
        self.contents.push(Content {
            role: speaker,
            parts: vec![item],
        });
    }

    /// A conversation begins with the user.
    fn placeholder(&mut self) {
        note(self.edits, "added an empty user turn");
        self.contents.push(Content {
            role: Speaker::User,
            parts: vec![words(Text::new(" "))],
        });
    }

    fn finish(mut self) -> Vec<Content<'r>> {
        self.settle();
        if self.contents.is_empty() {
            self.placeholder();
        }
        if self.to.family.modern {
            self.sign_calls();
        }
        self.contents
    }
}

fn words(text: Text<'_>) -> Item<'_> {
    Item::Part(Part {
        text: Some(text),
        ..Part::default()
    })
}

/// A user's words that still look like instructions.
fn tagged(text: &Text<'_>) -> Text<'static> {
    Text::new(&format!("<system>{}</system>", text.value()))
}
