//! A streamed answer, as a client of chat completions gets it.

use std::collections::HashMap;

use tiergate_wire::usage::Usage;

use super::object::{Object, object};
use super::write;
use crate::inner::{Event, Stamp, Text};

/// Writes the events of an answer as chunks.
#[derive(Debug)]
pub struct Writer {
    /// What comes before the choices of each chunk.
    head: Vec<u8>,
    /// What comes after the id in it, kept until the vendor's id is known.
    tail: Vec<u8>,
    /// The numbers of the calls, by their blocks.
    calls: HashMap<u32, usize>,
    /// How many proofs of reasoning were told.
    details: u64,
    /// How many pictures were told.
    pictures: u64,
    usage: Option<Usage>,
    /// An estimate of the input, and raw bytes of what was said, for what the vendor does not tell.
    likely_input: u64,
    said: u64,
    started: bool,
    finished: bool,
}

impl Writer {
    /// A writer whose chunks have the vendor's id, or else the one of `stamp`.
    pub fn new(stamp: &Stamp<'_>) -> Self {
        let model = Text::new(stamp.model);
        let tail = format!(
            r#","object":"chat.completion.chunk","created":{},"model":{},"choices":["#,
            stamp.created,
            model.raw(),
        );
        let mut writer = Self {
            head: Vec::new(),
            tail: tail.into_bytes(),
            calls: HashMap::new(),
            details: 0,
            pictures: 0,
            usage: None,
            likely_input: stamp.likely_input,
            said: 0,
            started: false,
            finished: false,
        };
        writer.name(&Text::new(&format!("chatcmpl-{}", stamp.id)));
        writer
    }

    /// Writes what an event says. Usage is kept for the [`end`](Self::end).
    pub fn event(&mut self, event: &Event<'_>, out: &mut Vec<u8>) {
        self.said = self.said.saturating_add(event.output_bytes() as u64);
        match event {
            Event::Start { id, .. } => {
                let id = id.as_ref().filter(|id| id.inside().len() <= LONGEST_ID);
                if let Some(id) = id.filter(|_| !self.started) {
                    self.name(id);
                }
                self.start(out);
            }
            Event::Text { text, .. } => self.words("content", text, out),
            Event::Refusal { text, .. } => self.words("refusal", text, out),
            Event::Thinking { text, .. } => self.words("reasoning_content", text, out),
            Event::Signature { signature, .. } => {
                self.detail("reasoning.text", "signature", signature, out);
            }
            Event::Redacted { data, .. } => self.detail("reasoning.encrypted", "data", data, out),
            Event::Picture { source, .. } => {
                let index = self.pictures;
                self.pictures += 1;
                self.open(out);
                out.extend_from_slice(b"\"images\":[");
                write::picture(out, index, source);
                out.push(b']');
                out.extend_from_slice(CLOSE);
            }
            Event::ToolCall {
                block,
                id,
                name,
                signature,
            } => {
                let number = self.calls.len();
                self.calls.insert(*block, number);
                self.call(*block, out, |call| {
                    call.text("id", id);
                    call.raw("type", r#""function""#);
                    call.object("function", |function| {
                        function.text("name", name);
                        function.raw("arguments", "\"\"");
                    });
                    write::signature(call, signature.as_ref());
                });
            }
            Event::Arguments { block, fragment } if !fragment.is_empty() => {
                self.call(*block, out, |call| {
                    call.object("function", |function| function.text("arguments", fragment));
                });
            }
            Event::Usage(usage) => self.usage = Some(*usage),
            Event::Finish { stop, native, .. } => {
                self.finish(stop.finish_reason(), native.as_ref(), out);
            }
            Event::Ping => out.extend_from_slice(b": ping\n\n"),
            Event::Arguments { .. } | Event::BlockStop { .. } | Event::Foreign { .. } => {}
        }
    }

    /// Writes what comes last: the tokens, if they were told, and `[DONE]`.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        self.usage(out);
        self.done(out);
    }

    /// Writes the tokens by themselves, if they were told: a chunk for a client that asked for it.
    pub fn usage(&mut self, out: &mut Vec<u8>) {
        if let Some(usage) = self.usage.take() {
            out.extend_from_slice(&self.head);
            out.extend_from_slice(b"],\"usage\":");
            write::usage(out, &usage.completed(self.likely_input, self.said));
            out.extend_from_slice(b"}\n\n");
        }
    }

    /// Writes that nothing follows.
    pub fn done(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"data: [DONE]\n\n");
    }

    fn name(&mut self, id: &Text<'_>) {
        self.head.clear();
        self.head.extend_from_slice(b"data: {\"id\":");
        self.head.extend_from_slice(id.raw().as_bytes());
        self.head.extend_from_slice(&self.tail);
    }

    fn start(&mut self, out: &mut Vec<u8>) {
        if !self.started {
            self.started = true;
            self.chunk(out, br#""role":"assistant","content":"""#);
        }
    }

    fn words(&mut self, member: &str, text: &Text<'_>, out: &mut Vec<u8>) {
        if text.is_empty() {
            return;
        }
        self.open(out);
        out.push(b'"');
        out.extend_from_slice(member.as_bytes());
        out.extend_from_slice(b"\":");
        out.extend_from_slice(text.raw().as_bytes());
        out.extend_from_slice(CLOSE);
    }

    /// A signature or a ciphertext, which plain text has no place for.
    fn detail(&mut self, kind: &str, member: &str, text: &Text<'_>, out: &mut Vec<u8>) {
        let index = self.details;
        self.details += 1;
        self.open(out);
        out.extend_from_slice(b"\"reasoning_details\":[");
        object(out, |detail| {
            detail.string("type", kind);
            detail.text(member, text);
            detail.number("index", index);
        });
        out.push(b']');
        out.extend_from_slice(CLOSE);
    }

    fn call(&mut self, block: u32, out: &mut Vec<u8>, fill: impl FnOnce(&mut Object<'_>)) {
        let Some(index) = self.calls.get(&block).copied() else {
            return;
        };
        self.open(out);
        out.extend_from_slice(b"\"tool_calls\":[");
        object(out, |call| {
            call.raw("index", &index.to_string());
            fill(call);
        });
        out.push(b']');
        out.extend_from_slice(CLOSE);
    }

    fn finish(&mut self, reason: &str, native: Option<&Text<'_>>, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.finished, true) {
            return;
        }
        self.start(out);
        out.extend_from_slice(&self.head);
        object(out, |choice| {
            choice.raw("index", "0");
            choice.raw("delta", "{}");
            choice.raw("logprobs", "null");
            choice.string("finish_reason", reason);
            choice.optional("native_finish_reason", native);
        });
        out.extend_from_slice(b"]}\n\n");
    }

    fn chunk(&mut self, out: &mut Vec<u8>, delta: &[u8]) {
        self.open(out);
        out.extend_from_slice(delta);
        out.extend_from_slice(CLOSE);
    }

    /// Writes a chunk up to the members of its delta.
    fn open(&mut self, out: &mut Vec<u8>) {
        self.start(out);
        out.extend_from_slice(&self.head);
        out.extend_from_slice(b"{\"index\":0,\"delta\":{");
    }
}

/// A longer id is not repeated in each chunk.
const LONGEST_ID: usize = 512;

/// What comes after the members of a delta.
const CLOSE: &[u8] = b"},\"logprobs\":null,\"finish_reason\":null}]}\n\n";
