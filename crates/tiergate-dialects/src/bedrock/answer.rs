//! A whole answer.

use serde::Deserialize;

use super::fault::fault;
use super::usage::Told;
use crate::fault::Fault;
use crate::inner::{Answer, Arguments, Json, Part, Stop, Text, ToolCall, Undo};

/// Reads an answer that came with status 200.
///
/// # Errors
/// A [`Fault`] when it is none, or when the model's output was malformed.
pub fn answer<'a>(body: &'a [u8], undo: &Undo) -> Result<Answer<'a>, Fault> {
    let whole: Whole<'a> =
        serde_json::from_slice(body).map_err(|error| Fault::unreadable("the answer", &error))?;
    let Some(message) = whole.output.and_then(|output| output.message) else {
        return Err(fault(200, None, body));
    };
    let mut parts = Vec::new();
    for block in message.content.into_iter().flatten() {
        block.add(&mut parts, undo);
    }
    let answered = undo
        .json_tool
        .is_some_and(|tool| take_json(&mut parts, tool));
    let called = match parts.iter().any(|part| matches!(part, Part::ToolCall(_))) {
        true => Called::Tool,
        false if answered => Called::Json,
        false => Called::Nothing,
    };
    let native_stop = whole.stop_reason;
    let fields = whole.additional_model_response_fields;
    Ok(Answer {
        id: None,
        model: None,
        parts,
        stop: stop(native_stop.as_ref(), called)?,
        native_stop,
        stop_sequence: fields.and_then(Fields::stop_sequence),
        usage: whole.usage.and_then(|usage| usage.usage()),
    })
}

/// Makes the call of the JSON tool the text of the answer; tells whether there was one.
///
/// A forced model says nothing beside it, and whatever it said would spoil the JSON.
fn take_json(parts: &mut Vec<Part<'_>>, tool: &str) -> bool {
    let is_json = |part: &Part<'_>| matches!(part, Part::ToolCall(call) if call.name.is(tool));
    if !parts.iter().any(is_json) {
        return false;
    }
    parts.retain(|part| !matches!(part, Part::Text { .. }));
    for part in parts.iter_mut().filter(|part| is_json(part)) {
        if let Part::ToolCall(call) = part {
            let text = call.arguments.text().into_owned();
            *part = Part::Text { text, cache: None };
        }
    }
    true
}

/// What a model has called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Called {
    /// Only the tool whose arguments are the answer.
    Json,
    #[default]
    Nothing,
    Tool,
}

/// Why an answer ended; a word that nobody knows is an end like others, and no word is none.
///
/// # Errors
/// A [`Fault`] when the vendor does not say, or says that the model failed.
pub(super) fn stop(native: Option<&Text<'_>>, called: Called) -> Result<Stop, Fault> {
    Ok(match native.map(Text::inside) {
        None | Some("") => return Err(Fault::invalid("the answer has no stop reason")),
        Some("max_tokens" | "model_context_window_exceeded") => Stop::Length,
        Some("stop_sequence") => Stop::Sequence,
        Some("content_filtered" | "guardrail_intervened") => Stop::ContentFilter,
        Some(word @ ("malformed_model_output" | "malformed_tool_use")) => {
            return Err(Fault::invalid(format!(
                "the model's output was bad: {word}"
            )));
        }
        // some models end their turn although they call
        _ if called == Called::Tool => Stop::ToolCalls,
        Some("tool_use") if called == Called::Nothing => Stop::ToolCalls,
        _ => Stop::End,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Whole<'a> {
    #[serde(borrow)]
    output: Option<Output<'a>>,
    #[serde(borrow)]
    stop_reason: Option<Text<'a>>,
    #[serde(borrow)]
    usage: Option<Told<'a>>,
    #[serde(borrow)]
    additional_model_response_fields: Option<Fields<'a>>,
}

#[derive(Deserialize)]
struct Output<'a> {
    #[serde(borrow)]
    message: Option<Message<'a>>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    content: Option<Vec<Block<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Block<'a> {
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    tool_use: Option<ToolUse<'a>>,
    #[serde(borrow)]
    reasoning_content: Option<ThoughtBlock<'a>>,
    #[serde(borrow)]
    citations_content: Option<Cited<'a>>,
}

#[derive(Deserialize)]
struct ToolUse<'a> {
    #[serde(borrow, rename = "toolUseId")]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    input: Option<Json<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ThoughtBlock<'a> {
    #[serde(borrow)]
    reasoning_text: Option<Thought<'a>>,
    #[serde(borrow)]
    redacted_content: Option<Text<'a>>,
    #[serde(borrow, rename = "redactedReasoning")]
    older: Option<Data<'a>>,
}

/// An older shape of what only the vendor can read.
#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    data: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Thought<'a> {
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    signature: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Cited<'a> {
    #[serde(borrow)]
    content: Option<Vec<Plain<'a>>>,
}

#[derive(Deserialize)]
struct Plain<'a> {
    #[serde(borrow)]
    text: Option<Text<'a>>,
}

/// What was asked for by `additionalModelResponseFieldPaths`.
#[derive(Deserialize)]
pub(super) struct Fields<'a> {
    #[serde(borrow)]
    stop_sequence: Option<Text<'a>>,
    #[serde(borrow)]
    delta: Option<Delta<'a>>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(borrow)]
    stop_sequence: Option<Text<'a>>,
}

impl<'a> Fields<'a> {
    pub(super) fn stop_sequence(self) -> Option<Text<'a>> {
        let inner = self.delta.and_then(|delta| delta.stop_sequence);
        self.stop_sequence.or(inner)
    }
}

impl<'a> Block<'a> {
    fn add(self, parts: &mut Vec<Part<'a>>, undo: &Undo) {
        let words = |text| Part::Text { text, cache: None };
        if let Some(text) = self.text {
            parts.push(words(text));
        }
        let cited = self.citations_content.into_iter();
        let cited = cited.filter_map(|cited| cited.content).flatten();
        parts.extend(cited.filter_map(|plain| plain.text).map(words));
        if let Some(reasoning) = self.reasoning_content {
            reasoning.add(parts);
        }
        if let Some(used) = self.tool_use {
            parts.push(Part::ToolCall(ToolCall {
                id: used
                    .id
                    .filter(|id| !id.is_empty())
                    .unwrap_or_else(|| Text::new(&format!("call_{}", parts.len()))),
                name: renamed(used.name, undo),
                arguments: used
                    .input
                    .map_or_else(Arguments::default, Arguments::Object),
                ..ToolCall::default()
            }));
        }
    }
}

impl<'a> ThoughtBlock<'a> {
    fn add(self, parts: &mut Vec<Part<'a>>) {
        if let Some(thought) = self.reasoning_text {
            parts.push(Part::Thinking {
                text: thought.text.unwrap_or_default(),
                signature: thought.signature,
                id: None,
            });
        }
        let older = self.older.and_then(|older| older.data);
        if let Some(data) = self.redacted_content.or(older) {
            parts.push(Part::Redacted { data, id: None });
        }
    }
}

/// The client's own name of a tool.
pub(super) fn renamed<'a>(told: Text<'a>, undo: &Undo) -> Text<'a> {
    if undo.names.is_empty() {
        return told;
    }
    let name = told.value();
    match undo.name(&name) {
        own if own == name => told,
        own => Text::new(own),
    }
}
