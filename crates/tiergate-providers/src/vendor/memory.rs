//! Reasoning that a vendor wants back and that clients of another dialect lose.
//!
//! It is kept by the ids of the tool calls that it led to, for as long as there is room.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tiergate_dialects::inner::{Event, Part, Request, Role, Text};

/// Bytes of reasoning that are kept for one provider.
const ROOM: usize = 16 * 1024 * 1024;

/// Reasoning by the tool calls that it led to. Clones share what is kept, so that several adapters of one provider can.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Kept>>);

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

#[derive(Debug, Default)]
struct Kept {
    by_call: HashMap<Box<str>, Entry>,
    /// Ids in the order in which they came, for forgetting.
    order: VecDeque<Box<str>>,
    bytes: usize,
}

#[derive(Clone, Debug)]
struct Entry {
    /// What was thought before the first call of the turn; shared by its calls.
    before: Arc<[Part<'static>]>,
    /// The signature that the call itself carried.
    signature: Option<Text<'static>>,
}

/// What a stream has said so far, as far as it is worth keeping.
#[derive(Debug, Default)]
pub(super) struct Thoughts {
    parts: Vec<(u32, Part<'static>)>,
    /// Ids of calls, with their signatures.
    calls: Vec<(Box<str>, Option<Text<'static>>)>,
}

impl Memory {
    /// Keeps the signed reasoning of an answer that calls tools.
    pub(super) fn keep(&self, parts: &[Part<'_>]) {
        let mut before = Vec::new();
        let mut calls = Vec::new();
        for part in parts {
            match part {
                Part::Thinking {
                    text,
                    signature: Some(signature),
                    id,
                } => before.push(Part::Thinking {
                    text: text.clone().into_owned(),
                    signature: Some(signature.clone().into_owned()),
                    id: id.clone().map(Text::into_owned),
                }),
                Part::Redacted { data, id } => before.push(Part::Redacted {
                    data: data.clone().into_owned(),
                    id: id.clone().map(Text::into_owned),
                }),
                Part::ToolCall(call) => calls.push((
                    call.id.value().into(),
                    call.signature.clone().map(Text::into_owned),
                )),
                _ => {}
            }
        }
        self.put(before, calls);
    }

    /// Keeps what a stream said.
    pub(super) fn keep_thoughts(&self, thoughts: &mut Thoughts) {
        let Thoughts { parts, calls } = std::mem::take(thoughts);
        let signed = parts.into_iter().map(|(_, part)| part).filter(is_signed);
        self.put(signed.collect(), calls);
    }

    /// Puts back what the client has lost, into each turn that calls tools and shows no reasoning.
    pub(super) fn recall(&self, request: &mut Request<'_>) {
        let turns = request.turns.iter_mut();
        for turn in turns.filter(|turn| turn.role == Role::Assistant) {
            let thinks = turn.parts.iter().any(is_signed);
            let mut found: Option<Arc<[Part<'static>]>> = None;
            for part in &mut turn.parts {
                let Part::ToolCall(call) = part else { continue };
                let Some(entry) = self.find(&call.id.value()) else {
                    continue;
                };
                if call.signature.is_none() {
                    call.signature = entry.signature;
                }
                found.get_or_insert(entry.before);
            }
            if let Some(before) = found.filter(|before| !thinks && !before.is_empty()) {
                // unsigned words of the same thoughts may have come back: the signed ones stand for them
                turn.parts
                    .retain(|part| !matches!(part, Part::Thinking { .. }));
                turn.parts.splice(0..0, before.iter().cloned());
            }
        }
    }

    fn find(&self, call: &str) -> Option<Entry> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.by_call.get(call).cloned()
    }

    fn put(&self, before: Vec<Part<'static>>, calls: Vec<(Box<str>, Option<Text<'static>>)>) {
        if before.is_empty() && calls.iter().all(|(_, signature)| signature.is_none()) {
            return;
        }
        let before: Arc<[Part<'static>]> = before.into();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, signature) in calls.into_iter().filter(|(id, _)| !id.is_empty()) {
            let entry = Entry {
                before: Arc::clone(&before),
                signature,
            };
            kept.bytes += entry.bytes(&id);
            kept.order.push_back(id.clone());
            if let Some(old) = kept.by_call.insert(id.clone(), entry) {
                kept.bytes = kept.bytes.saturating_sub(old.bytes(&id));
                kept.order.retain_first(&id);
            }
        }
        while kept.bytes > ROOM
            && let Some(oldest) = kept.order.pop_front()
        {
            if let Some(entry) = kept.by_call.remove(&oldest) {
                kept.bytes = kept.bytes.saturating_sub(entry.bytes(&oldest));
            }
        }
    }
}

/// Forgets the earlier of two places of one id.
trait RetainFirst {
    fn retain_first(&mut self, id: &str);
}

impl RetainFirst for VecDeque<Box<str>> {
    fn retain_first(&mut self, id: &str) {
        if let Some(at) = self.iter().position(|each| &**each == id) {
            self.remove(at);
        }
    }
}

impl Entry {
    /// What it takes up, each of several calls that share it counted in full.
    fn bytes(&self, id: &str) -> usize {
        let text = |text: &Text<'_>| text.raw().len();
        let parts = self.before.iter().map(|part| match part {
            Part::Thinking {
                text: words,
                signature,
                ..
            } => text(words) + signature.as_ref().map_or(0, text),
            Part::Redacted { data, .. } => text(data),
            _ => 0,
        });
        parts.sum::<usize>() + self.signature.as_ref().map_or(0, text) + 2 * id.len() + 128
    }
}

impl Thoughts {
    /// Listens to a stream.
    pub(super) fn note(&mut self, event: &Event<'_>) {
        match event {
            Event::Thinking { block, text } => {
                if let Part::Thinking { text: words, .. } = self.thought(*block) {
                    let joined = [words.value().as_ref(), text.value().as_ref()].concat();
                    *words = Text::new(&joined);
                }
            }
            Event::Signature { block, signature } => {
                if let Part::Thinking {
                    signature: place, ..
                } = self.thought(*block)
                {
                    *place = Some(signature.clone().into_owned());
                }
            }
            Event::Redacted { block, data } => {
                let data = data.clone().into_owned();
                self.parts.push((*block, Part::Redacted { data, id: None }));
            }
            Event::ToolCall { id, signature, .. } => self
                .calls
                .push((id.value().into(), signature.clone().map(Text::into_owned))),
            _ => {}
        }
    }

    fn thought(&mut self, block: u32) -> &mut Part<'static> {
        let at = self.parts.iter().position(|(each, _)| *each == block);
        let at = at.unwrap_or_else(|| {
            let part = Part::Thinking {
                text: Text::new(""),
                signature: None,
                id: None,
            };
            self.parts.push((block, part));
            self.parts.len() - 1
        });
        &mut self.parts[at].1
    }
}

fn is_signed(part: &Part<'_>) -> bool {
    matches!(
        part,
        Part::Redacted { .. }
            | Part::Thinking {
                signature: Some(_),
                ..
            }
    )
}
