//! The items of a client's request, as turns.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::content::{Side, content};
use super::members::{bad, read, text};
use crate::inner::Arguments;
use crate::inner::{BadRequest, Part, Request, Role, Text, ToolCall, ToolResult, Turn};
use crate::responses::literal::paragraphs;
use crate::responses::seal::{Envelope, seal};
use crate::responses::special;

/// Reads `input` into the system's instructions and the turns.
pub(super) fn read_into<'a>(
    request: &mut Request<'a>,
    input: &'a RawValue,
) -> Result<(), BadRequest> {
    let mut turns = Turns {
        request,
        signatures: Vec::new(),
    };
    if let Some(text) = Text::literal(input) {
        turns.push(Role::User, Part::Text { text, cache: None });
        return Ok(());
    }
    let items: Vec<&RawValue> = read("input", input)?;
    for (at, raw) in items.into_iter().enumerate() {
        let item: Item<'_> = read("input", raw)?;
        turns.item(at, raw, &item)?;
    }
    Ok(())
}

/// An item of any kind; which members it has depends on its type.
#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    role: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(borrow)]
    call_id: Option<&'a RawValue>,
    #[serde(borrow)]
    name: Option<&'a RawValue>,
    #[serde(borrow)]
    namespace: Option<&'a RawValue>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
    #[serde(borrow)]
    output: Option<&'a RawValue>,
    #[serde(borrow)]
    summary: Option<&'a RawValue>,
    #[serde(borrow)]
    encrypted_content: Option<&'a RawValue>,
}

/// Turns under construction.
struct Turns<'r, 'a> {
    request: &'r mut Request<'a>,
    /// Signatures of calls that are still to come.
    signatures: Vec<(Text<'static>, Text<'static>)>,
}

impl<'a> Turns<'_, 'a> {
    fn item(&mut self, at: usize, raw: &'a RawValue, item: &Item<'a>) -> Result<(), BadRequest> {
        match item.kind.map(RawValue::get) {
            Some(r#""message""#) => self.message(at, item),
            None if item.role.is_some() => self.message(at, item),
            Some(r#""function_call""#) => {
                let arguments = item.arguments.and_then(Text::literal);
                let arguments = arguments.map_or_else(Arguments::default, Arguments::Text);
                self.call(at, item, arguments)
            }
            Some(r#""custom_tool_call""#) => {
                let input = text(item.input, || format!("input[{at}].input"))?;
                self.call(at, item, special::arguments(&input))
            }
            Some(r#""function_call_output""# | r#""custom_tool_call_output""#) => {
                self.result(at, item)
            }
            Some(r#""reasoning""#) => {
                self.reasoning(item);
                Ok(())
            }
            None | Some(r#""item_reference""#) => {
                let message = "items are not kept here: send them whole";
                Err(bad(&format!("input[{at}]"), message))
            }
            Some(kind) => {
                let answers = kind.ends_with("_output\"") || kind.ends_with("_response\"");
                let role = if answers { Role::User } else { Role::Assistant };
                self.push(role, Part::Foreign(raw.into()));
                Ok(())
            }
        }
    }

    fn message(&mut self, at: usize, item: &Item<'a>) -> Result<(), BadRequest> {
        let place = || format!("input[{at}]");
        let (role, side) = match item.role.map(RawValue::get) {
            Some(r#""user""#) => (Role::User, Side::Input),
            Some(r#""assistant""#) => (Role::Assistant, Side::Output),
            Some(r#""system""# | r#""developer""#) => (Role::System, Side::Input),
            _ => {
                let param = format!("input[{at}].role");
                return Err(bad(&param, "role is not known"));
            }
        };
        let missing = || bad(&format!("input[{at}].content"), "content is required");
        let parts = content(item.content.ok_or_else(missing)?, side, place)?;
        // at the start they are the instructions of the whole conversation
        if role == Role::System && self.request.turns.is_empty() {
            self.request.system.extend(parts);
            return Ok(());
        }
        for part in parts {
            self.push(role, part);
        }
        Ok(())
    }

    fn call(
        &mut self,
        at: usize,
        item: &Item<'a>,
        arguments: Arguments<'a>,
    ) -> Result<(), BadRequest> {
        let id = text(item.call_id, || format!("input[{at}].call_id"))?;
        let name = text(item.name, || format!("input[{at}].name"))?;
        let space = item.namespace.and_then(Text::literal);
        let kept = self.signatures.iter().position(|(call, _)| *call == id);
        let signature = kept.map(|kept| self.signatures.swap_remove(kept).1);
        let call = ToolCall {
            id,
            name: special::joined(space.as_ref(), name),
            arguments,
            signature,
            cache: None,
        };
        self.push(Role::Assistant, Part::ToolCall(call));
        Ok(())
    }

    fn result(&mut self, at: usize, item: &Item<'a>) -> Result<(), BadRequest> {
        let missing = || bad(&format!("input[{at}].output"), "output is required");
        let output = item.output.ok_or_else(missing)?;
        let name = item.name.and_then(Text::literal);
        let space = item.namespace.and_then(Text::literal);
        let result = ToolResult {
            id: text(item.call_id, || format!("input[{at}].call_id"))?,
            name: name.map(|name| special::joined(space.as_ref(), name)),
            parts: content(output, Side::Input, || format!("input[{at}]"))?,
            failed: false,
            cache: None,
        };
        self.push(Role::User, Part::ToolResult(result));
        Ok(())
    }

    fn reasoning(&mut self, item: &Item<'a>) {
        let words = thought(item.summary).or_else(|| thought(item.content));
        let id = item.id.and_then(Text::literal);
        let encrypted = item.encrypted_content.and_then(Text::literal);
        let Some(encrypted) = encrypted.filter(|encrypted| !encrypted.is_empty()) else {
            if let Some(text) = words {
                let signature = None;
                self.push(
                    Role::Assistant,
                    Part::Thinking {
                        text,
                        signature,
                        id,
                    },
                );
            }
            return;
        };
        let part = match (Envelope::open(&encrypted), words) {
            (
                Some(Envelope {
                    call: Some(call),
                    signature: Some(signature),
                    ..
                }),
                _,
            ) => {
                self.signatures.push((call, signature));
                return;
            }
            (
                Some(Envelope {
                    redacted: Some(data),
                    ..
                }),
                _,
            ) => Part::Redacted { data, id: None },
            (Some(Envelope { signature, .. }), words) => {
                if words.is_none() && signature.is_none() {
                    return;
                }
                let text = words.unwrap_or_default();
                Part::Thinking {
                    text,
                    signature,
                    id: None,
                }
            }
            (None, Some(text)) => Part::Thinking {
                text,
                signature: Some(seal(id.as_ref(), &encrypted)),
                id,
            },
            (None, None) => Part::Redacted {
                data: seal(id.as_ref(), &encrypted),
                id,
            },
        };
        self.push(Role::Assistant, part);
    }

    /// Adds to the last turn, if it is of the same side.
    fn push(&mut self, role: Role, part: Part<'a>) {
        match self.request.turns.last_mut() {
            Some(turn) if turn.role == role => turn.parts.push(part),
            _ => self.request.turns.push(Turn {
                role,
                parts: vec![part],
                name: None,
            }),
        }
    }
}

/// The words of a summary or of reasoning that is told in full.
fn thought(parts: Option<&RawValue>) -> Option<Text<'_>> {
    #[derive(Deserialize)]
    struct Said<'a> {
        #[serde(borrow)]
        text: Option<&'a RawValue>,
    }
    let parts: Vec<Said<'_>> = serde_json::from_str(parts?.get()).ok()?;
    let texts = parts
        .into_iter()
        .filter_map(|part| Text::literal(part.text?));
    paragraphs(texts.collect())
}
