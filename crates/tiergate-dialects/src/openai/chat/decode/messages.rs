//! Messages as turns.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{bad, parts};
use crate::inner::{BadRequest, Cache, Json, Part, Role, Text, ToolCall, ToolResult, Turn};
use crate::openai::chat::reasoning::Told;
use crate::openai::chat::wire::{CacheControl, Call, Function};

/// A message of a conversation.
#[derive(Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow)]
    role: Text<'a>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    refusal: Option<Text<'a>>,
    #[serde(borrow)]
    tool_calls: Option<Vec<Call<'a>>>,
    #[serde(borrow)]
    function_call: Option<Function<'a>>,
    #[serde(borrow)]
    tool_call_id: Option<Text<'a>>,
    #[serde(borrow)]
    audio: Option<&'a RawValue>,
    #[serde(borrow)]
    reasoning_content: Option<&'a RawValue>,
    #[serde(borrow)]
    reasoning: Option<&'a RawValue>,
    #[serde(borrow)]
    reasoning_details: Option<&'a RawValue>,
    #[serde(borrow)]
    cache_control: Option<CacheControl<'a>>,
}

/// Instructions at the start, and the turns after them.
pub(super) fn turns(
    messages: Vec<Message<'_>>,
) -> Result<(Vec<Part<'_>>, Vec<Turn<'_>>), BadRequest> {
    if messages.is_empty() {
        return Err(bad(Some("messages"), "there must be a message"));
    }
    let mut talk = Talk::default();
    for (at, message) in messages.into_iter().enumerate() {
        talk.take(message)
            .map_err(|(member, message)| bad(Some(&format!("messages[{at}].{member}")), message))?;
    }
    Ok((talk.system, talk.turns))
}

/// A member at fault, and why.
type Wrong = (&'static str, String);

/// A conversation so far.
#[derive(Default)]
struct Talk<'a> {
    system: Vec<Part<'a>>,
    turns: Vec<Turn<'a>>,
    /// The last turn consists of what tools gave.
    results: bool,
    /// Names of the functions that were called without ids.
    functions: Vec<Text<'a>>,
}

impl<'a> Talk<'a> {
    fn take(&mut self, message: Message<'a>) -> Result<(), Wrong> {
        let role = message.role.value().into_owned();
        if matches!(role.as_str(), "tool" | "function") {
            return self.result(message);
        }
        self.results = false;
        match role.as_str() {
            "system" | "developer" if self.turns.is_empty() => {
                self.system.extend(message.parts()?);
                return Ok(());
            }
            "system" | "developer" => self.turn(Role::System, message)?,
            "user" => self.turn(Role::User, message)?,
            "assistant" => self.assistant(message)?,
            _ => return Err(("role", format!("the role {role} is not known"))),
        }
        Ok(())
    }

    fn turn(&mut self, role: Role, mut message: Message<'a>) -> Result<(), Wrong> {
        let name = message.name.take();
        let parts = message.parts()?;
        self.turns.push(Turn { role, parts, name });
        Ok(())
    }

    fn assistant(&mut self, mut message: Message<'a>) -> Result<(), Wrong> {
        let name = message.name.take();
        let calls = message.tool_calls.take().unwrap_or_default();
        let function = message.function_call.take();
        let mut parts = message.told().parts();
        let refusal = message.refusal.take().filter(|text| !text.is_empty());
        let audio = message.audio.take();
        let said = message.parts()?.into_iter();
        // empty words beside a call are common, and refused by other vendors
        parts.extend(
            said.filter(
                |part| !matches!(part, Part::Text { text, cache: None } if text.is_empty()),
            ),
        );
        parts.extend(refusal.map(Part::Refusal));
        parts.extend(audio.map(|audio| Part::Foreign(Json::of(&Audio { audio }))));
        for call in calls {
            parts.push(read(call)?);
        }
        if let Some(function) = function {
            parts.push(self.function(function)?);
        }
        self.turns.push(Turn {
            role: Role::Assistant,
            parts,
            name,
        });
        Ok(())
    }

    /// A call in the old form, which has no id.
    fn function(&mut self, function: Function<'a>) -> Result<Part<'a>, Wrong> {
        let arguments = function.arguments().unwrap_or_default();
        let name = function
            .name
            .full()
            .ok_or_else(|| nameless("function_call"))?;
        self.functions.push(name.clone());
        let id = function_id(self.functions.len());
        Ok(Part::ToolCall(ToolCall {
            id,
            name,
            arguments,
            ..ToolCall::default()
        }))
    }

    fn result(&mut self, mut message: Message<'a>) -> Result<(), Wrong> {
        let name = message.name.take();
        let id = match message.tool_call_id.take() {
            Some(id) => id,
            None if message.role.is("function") => function_id(self.called(name.as_ref())),
            None => {
                return Err((
                    "tool_call_id",
                    "a tool's message must name its call".to_owned(),
                ));
            }
        };
        let mut parts = message.parts()?;
        let take = |parts: &mut Vec<Part<'a>>| cache_of(parts.last_mut()?)?.take();
        let after = take(&mut parts);
        parts.retain(|part| !matches!(part, Part::Text { text, .. } if text.is_empty()));
        let cache = take(&mut parts).or(after);
        let result = Part::ToolResult(ToolResult {
            id,
            name,
            parts,
            failed: false,
            cache,
        });
        match self.turns.last_mut().filter(|_| self.results) {
            Some(turn) => turn.parts.push(result),
            None => self.turns.push(Turn {
                role: Role::User,
                parts: vec![result],
                name: None,
            }),
        }
        self.results = true;
        Ok(())
    }

    /// Which of the calls without ids is answered: the last of this name.
    fn called(&self, name: Option<&Text<'_>>) -> usize {
        let at = self
            .functions
            .iter()
            .rposition(|called| Some(called) == name);
        at.map_or(self.functions.len(), |at| at + 1)
    }
}

impl<'a> Message<'a> {
    fn told(&self) -> Told<'a> {
        Told {
            details: self.reasoning_details,
            content: self.reasoning_content,
            reasoning: self.reasoning,
        }
    }

    /// What the content says; a cache hint of the whole message stands at its end.
    fn parts(self) -> Result<Vec<Part<'a>>, Wrong> {
        let mut parts = parts::content(self.content).map_err(|message| ("content", message))?;
        if let (Some(control), Some(last)) = (self.cache_control, parts.last_mut())
            && let Some(cache) = cache_of(last)
        {
            *cache = cache.or_else(|| Some(control.cache()));
        }
        Ok(parts)
    }
}

fn read(mut call: Call<'_>) -> Result<Part<'_>, Wrong> {
    let signature = call.take_signature();
    let id = call.id.full();
    let Some(function) = call.function else {
        let custom = call.custom.ok_or_else(|| nameless("tool_calls"))?;
        return Ok(Part::Foreign(Json::of(&ForeignCall {
            id,
            kind: "custom",
            custom,
        })));
    };
    let arguments = function.arguments().unwrap_or_default();
    Ok(Part::ToolCall(ToolCall {
        id: id.ok_or_else(|| ("tool_calls", "a tool call has no id".to_owned()))?,
        name: function.name.full().ok_or_else(|| nameless("tool_calls"))?,
        arguments,
        signature,
        cache: call.cache_control.map(|control| control.cache()),
    }))
}

fn nameless(member: &'static str) -> Wrong {
    (member, "a call names no function".to_owned())
}

fn function_id(nth: usize) -> Text<'static> {
    Text::new(&format!("call_{nth}"))
}

fn cache_of<'p>(part: &'p mut Part<'_>) -> Option<&'p mut Option<Cache>> {
    match part {
        Part::Text { cache, .. } | Part::Image { cache, .. } | Part::File { cache, .. } => {
            Some(cache)
        }
        _ => None,
    }
}

/// A call of a custom tool, as it came.
#[derive(Serialize)]
struct ForeignCall<'a> {
    id: Option<Text<'a>>,
    #[serde(rename = "type")]
    kind: &'static str,
    custom: &'a RawValue,
}

/// A reference to an earlier answer in sound, as it came.
#[derive(Serialize)]
struct Audio<'a> {
    audio: &'a RawValue,
}
