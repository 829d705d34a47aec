//! The conversation, as items.

use serde::Serialize;

use super::content::{Content, content};
use super::foreign::Foreign;
use super::names::{Names, call_id};
use crate::encoded::{Edit, Edits};
use crate::inner::{Json, Part, Request, Role, Text, ToolCall, ToolResult, Unfit};
use crate::responses::seal::unseal;
use crate::responses::special::{self, Special};
use crate::unanswered::{ADDED, NO_RESULT, Unanswered};

/// An item as it is sent.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Item<'a> {
    Foreign(Json<'a>),
    Own(Own<'a>),
}

/// An item that is made of the inner form.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Own<'a> {
    CustomToolCall {
        call_id: Text<'a>,
        name: Text<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        namespace: Option<Text<'a>>,
        input: Text<'a>,
    },
    CustomToolCallOutput {
        call_id: Text<'a>,
        output: Output<'a>,
    },
    FunctionCall {
        call_id: Text<'a>,
        name: Text<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        namespace: Option<Text<'a>>,
        arguments: Text<'a>,
    },
    FunctionCallOutput {
        call_id: Text<'a>,
        output: Output<'a>,
    },
    Message {
        role: &'static str,
        content: Output<'a>,
    },
    Reasoning {
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<Text<'a>>,
        summary: Vec<Content<'a>>,
        encrypted_content: Text<'a>,
    },
}

/// What a message says or a tool gave, as it is sent.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Output<'a> {
    Parts(Vec<Content<'a>>),
    Text(Text<'a>),
}

/// The whole conversation, the system's instructions first.
///
/// # Errors
/// [`Unfit`] for parts that Responses does not take, such as sound.
pub(super) fn input<'a>(
    request: &'a Request<'_>,
    special: &'a Special,
    names: &mut Names,
    edits: &mut Edits,
) -> Result<Vec<Item<'a>>, Unfit> {
    let mut items = Items {
        special,
        names,
        edits,
        custom: Vec::new(),
        unanswered: Unanswered::of(request),
        open: Vec::new(),
        role: "developer",
        content: Vec::new(),
        sent: Vec::new(),
    };
    for part in &request.system {
        items.part(part)?;
    }
    for turn in &request.turns {
        items.flush();
        items.role = match turn.role {
            Role::Assistant => "assistant",
            Role::System => "developer",
            Role::User => "user",
        };
        if turn.name.is_some() {
            items.note("removed name");
        }
        for part in &turn.parts {
            items.part(part)?;
        }
        items.complete();
    }
    items.flush();
    Ok(items.sent)
}

struct Items<'a, 'n> {
    special: &'a Special,
    names: &'n mut Names,
    edits: &'n mut Edits,
    /// Calls of custom tools, whose results are items of another type.
    custom: Vec<Text<'a>>,
    unanswered: Unanswered<'a>,
    /// Calls of this turn that will have no result.
    open: Vec<&'a Text<'a>>,
    role: &'static str,
    /// The message under construction.
    content: Vec<Content<'a>>,
    sent: Vec<Item<'a>>,
}

impl<'a> Items<'a, '_> {
    fn part(&mut self, part: &'a Part<'_>) -> Result<(), Unfit> {
        match part {
            Part::ToolCall(call) => self.call(call),
            Part::ToolResult(result) => self.result(result)?,
            Part::Thinking {
                text, signature, ..
            } => self.reasoning(Some(text), signature.as_ref()),
            Part::Redacted { data, .. } => self.reasoning(None, Some(data)),
            Part::Foreign(item) => self.foreign(item)?,
            _ => {
                let assistant = self.role == "assistant";
                self.hint(part);
                let said = content(part, assistant)?;
                self.content.extend(said);
            }
        }
        Ok(())
    }

    fn call(&mut self, call: &'a ToolCall<'_>) {
        if call.signature.is_some() {
            self.note(ALIEN);
        }
        self.hint_of(call.cache.is_some());
        let (namespace, name) = match self.special.split(&call.name) {
            Some((space, name)) => (Some(space), name),
            None if self.special.is_custom(&call.name) => (None, call.name.borrowed()),
            None => (None, self.names.told(&call.name)),
        };
        if self.unanswered.takes(call) {
            self.open.push(&call.id);
        }
        let id = call_id(&call.id);
        if self.special.is_custom(&call.name) {
            self.custom.push(call.id.borrowed());
            self.push(Own::CustomToolCall {
                call_id: id,
                name,
                namespace,
                input: special::input(&call.arguments),
            });
            return;
        }
        self.push(Own::FunctionCall {
            call_id: id,
            name,
            namespace,
            arguments: call.arguments.text(),
        });
    }

    fn result(&mut self, result: &'a ToolResult<'_>) -> Result<(), Unfit> {
        self.hint_of(result.cache.is_some());
        if result.failed {
            self.note("removed is_error");
        }
        let output = match result.parts.as_slice() {
            [] => Output::Text(Text::default()),
            [Part::Text { text, .. }] => Output::Text(text.borrowed()),
            parts => {
                let mut said = Vec::with_capacity(parts.len());
                for part in parts {
                    self.hint(part);
                    said.extend(content(part, false)?);
                }
                Output::Parts(said)
            }
        };
        self.output(&result.id, output);
        Ok(())
    }

    fn output(&mut self, call: &'a Text<'_>, output: Output<'a>) {
        let is_custom = self.custom.contains(call);
        let call_id = call_id(call);
        self.push(if is_custom {
            Own::CustomToolCallOutput { call_id, output }
        } else {
            Own::FunctionCallOutput { call_id, output }
        });
    }

    /// Every call needs a result; the client left some out.
    fn complete(&mut self) {
        for call in std::mem::take(&mut self.open) {
            self.note(ADDED);
            self.output(call, Output::Text(Text::new(NO_RESULT)));
        }
    }

    /// Reasoning goes back to whoever wrote it only: without a ciphertext of Responses there is nothing to send.
    fn reasoning(&mut self, text: Option<&'a Text<'_>>, sealed: Option<&'a Text<'_>>) {
        let Some((id, ciphertext)) = sealed.and_then(unseal) else {
            self.note(ALIEN);
            return;
        };
        let text = text.filter(|text| !text.is_empty());
        let summary = text.map(|text| Content::SummaryText {
            text: text.borrowed(),
        });
        self.push(Own::Reasoning {
            id,
            summary: summary.into_iter().collect(),
            encrypted_content: ciphertext,
        });
    }

    /// An item of Responses goes as it came.
    ///
    /// # Errors
    /// [`Unfit`] for a part of another dialect, which has no place.
    fn foreign(&mut self, item: &'a Json<'_>) -> Result<(), Unfit> {
        match Foreign::of(item) {
            Foreign::Call { id, name, input } => {
                self.push(Own::CustomToolCall {
                    call_id: call_id(&id).into_owned(),
                    name,
                    namespace: None,
                    input,
                });
                self.custom.push(id);
            }
            Foreign::Item => {
                self.flush();
                self.sent.push(Item::Foreign(item.borrowed()));
            }
            Foreign::Thought => self.note(ALIEN),
            Foreign::Unknown => {
                let what = "a part that only another dialect knows";
                return Err(Unfit::new("messages", what));
            }
        }
        Ok(())
    }

    fn push(&mut self, item: Own<'a>) {
        self.flush();
        self.sent.push(Item::Own(item));
    }

    fn flush(&mut self) {
        if !self.content.is_empty() {
            let mut content = std::mem::take(&mut self.content);
            // a list of what a model said needs ids and statuses, which are not known here; text does not
            let content = match (content.pop(), content.is_empty()) {
                (Some(Content::OutputText { text }), true) => Output::Text(text),
                (last, _) => {
                    content.extend(last);
                    Output::Parts(content)
                }
            };
            let role = self.role;
            self.sent.push(Item::Own(Own::Message { role, content }));
        }
    }

    /// A cache hint is not sent: OpenAI caches by itself.
    fn hint(&mut self, part: &Part<'_>) {
        self.hint_of(part.cache().is_some());
    }

    fn hint_of(&mut self, hinted: bool) {
        if hinted {
            self.note("removed cache_control");
        }
    }

    /// Notes an edit once.
    fn note(&mut self, edit: impl Into<Edit>) {
        let edit = edit.into();
        if !self.edits.contains(&edit) {
            self.edits.push(edit);
        }
    }
}

const ALIEN: &str = "removed reasoning of another vendor";
