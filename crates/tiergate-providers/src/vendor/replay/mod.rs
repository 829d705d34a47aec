//! Reasoning that a vendor wants back and that clients of another dialect lose.
//!
//! It is kept by the ids of the tool calls that it led to, for as long as there is room.

mod thoughts;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tiergate_dialects::inner::{Part, Request, Role, Text};

pub(super) use thoughts::Thoughts;

/// Bytes that are kept unless it is said otherwise.
const ROOM: usize = 64 * 1024 * 1024;

/// Signed reasoning by the tool calls that it led to, in memory.
///
/// What one provider signed for one owner is given back to that provider for that owner only. Cheap to clone; clones
/// are one store, so that every worker of a gateway knows what another has heard. The oldest goes when the room is
/// used up.
#[derive(Clone)]
pub struct Replay(Arc<Store>);

struct Store {
    room: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    by_call: HashMap<Box<str>, Entry>,
    /// Keys in the order in which they came, for forgetting.
    order: BTreeMap<u64, Box<str>>,
    /// How many have come.
    came: u64,
    bytes: usize,
}

#[derive(Clone, Debug)]
struct Entry {
    /// What was thought before the first call of the turn; shared by its calls.
    before: Arc<[Part<'static>]>,
    /// The signature that the call itself carried.
    signature: Option<Text<'static>>,
    /// What it takes up, each of several calls that share their thoughts counted in full.
    bytes: usize,
    /// Its place in the order.
    came: u64,
}

/// Who signed, and for whom.
#[derive(Clone, Debug)]
pub(super) struct Between {
    dialect: &'static str,
    provider: Box<str>,
    owner: Box<str>,
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").finish_non_exhaustive()
    }
}

impl Default for Replay {
    /// With room for 64 MiB.
    fn default() -> Self {
        Self::with_room(ROOM)
    }
}

impl Replay {
    /// With room for so many bytes.
    pub fn with_room(bytes: usize) -> Self {
        Self(Arc::new(Store {
            room: bytes,
            kept: Mutex::default(),
        }))
    }

    /// Keeps the signed reasoning of an answer that calls tools.
    pub(super) fn keep(&self, between: &Between, parts: &[Part<'_>]) {
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
        self.put(between, before, calls);
    }

    /// Keeps what a stream said.
    pub(super) fn keep_thoughts(&self, between: &Between, thoughts: &mut Thoughts) {
        let (signed, calls) = thoughts.take();
        self.put(between, signed, calls);
    }

    /// Puts back what the client has lost, into each turn that calls tools and shows no reasoning.
    pub(super) fn recall(&self, between: &Between, request: &mut Request<'_>) {
        let turns = request.turns.iter_mut();
        for turn in turns.filter(|turn| turn.role == Role::Assistant) {
            let thinks = turn.parts.iter().any(is_signed);
            let mut found: Option<Arc<[Part<'static>]>> = None;
            for part in &mut turn.parts {
                let Part::ToolCall(call) = part else { continue };
                let Some(entry) = self.find(&between.key(&call.id.value())) else {
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

    fn find(&self, key: &str) -> Option<Entry> {
        let kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.by_call.get(key).cloned()
    }

    fn put(&self, between: &Between, before: Vec<Part<'static>>, calls: Vec<thoughts::Call>) {
        if before.is_empty() && calls.iter().all(|(_, signature)| signature.is_none()) {
            return;
        }
        let before: Arc<[Part<'static>]> = before.into();
        let shared: usize = before.iter().map(bytes).sum();
        let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, signature) in calls.into_iter().filter(|(id, _)| !id.is_empty()) {
            let key = between.key(&id);
            let own = signature.as_ref().map_or(0, |text| text.raw().len());
            let entry = Entry {
                before: Arc::clone(&before),
                signature,
                bytes: shared + own + 2 * key.len() + 128,
                came: kept.came,
            };
            kept.add(key, entry);
        }
        kept.shrink(self.0.room);
    }
}

impl Kept {
    fn add(&mut self, key: Box<str>, entry: Entry) {
        self.came += 1;
        self.bytes += entry.bytes;
        self.order.insert(entry.came, key.clone());
        if let Some(old) = self.by_call.insert(key, entry) {
            self.bytes = self.bytes.saturating_sub(old.bytes);
            self.order.remove(&old.came);
        }
    }

    /// Forgets the oldest until the rest has room.
    fn shrink(&mut self, room: usize) {
        while self.bytes > room
            && let Some((_, oldest)) = self.order.pop_first()
        {
            if let Some(entry) = self.by_call.remove(&oldest) {
                self.bytes = self.bytes.saturating_sub(entry.bytes);
            }
        }
    }
}

impl Between {
    pub(super) fn new(dialect: &'static str, provider: &str, owner: &str) -> Self {
        Self {
            dialect,
            provider: provider.into(),
            owner: owner.into(),
        }
    }

    /// What a call of this id is kept by. Lengths stand before the names, so that no name can reach into another.
    fn key(&self, call: &str) -> Box<str> {
        let Self {
            dialect,
            provider,
            owner,
        } = self;
        format!(
            "{dialect}:{}:{provider}{}:{owner}{call}",
            provider.len(),
            owner.len()
        )
        .into()
    }
}

/// What a thought takes up.
fn bytes(part: &Part<'_>) -> usize {
    let text = |text: &Text<'_>| text.raw().len();
    match part {
        Part::Thinking {
            text: words,
            signature,
            ..
        } => text(words) + signature.as_ref().map_or(0, text),
        Part::Redacted { data, .. } => text(data),
        _ => 0,
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

#[cfg(test)]
mod tests {
    use tiergate_dialects::openai;

    use super::*;

    const ASKED: &[u8] = br#"{"model": "m", "messages": [{"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": null, "tool_calls": [{"id": "call_1", "type": "function",
         "function": {"name": "weather", "arguments": "{}"}}]},
        {"role": "tool", "tool_call_id": "call_1", "content": "rain"}]}"#;

    fn thought(words: &str) -> Part<'static> {
        Part::Thinking {
            text: Text::new(words),
            signature: Some(Text::new("c2ln")),
            id: None,
        }
    }

    fn between(provider: &str, owner: &str) -> Between {
        Between::new("anthropic", provider, owner)
    }

    fn call(id: &str) -> Vec<(Box<str>, Option<Text<'static>>)> {
        vec![(id.into(), None)]
    }

    /// The words that the assistant's turn of [`ASKED`] gets back.
    fn recalled(replay: &Replay, between: &Between) -> Option<String> {
        let mut request = openai::chat::decode(ASKED).unwrap();
        replay.recall(between, &mut request);
        let mut parts = request.turns.iter().flat_map(|turn| &turn.parts);
        parts.find_map(|part| match part {
            Part::Thinking { text, .. } => Some(text.value().into_owned()),
            _ => None,
        })
    }

    #[test]
    fn what_one_clone_has_heard_another_knows() {
        let (replay, us) = (Replay::default(), between("claude", "team-a"));
        replay
            .clone()
            .put(&us, vec![thought("Look outside.")], call("call_1"));
        assert_eq!(recalled(&replay, &us).as_deref(), Some("Look outside."));
    }

    #[test]
    fn another_owner_and_another_provider_learn_nothing() {
        let replay = Replay::default();
        let us = between("claude", "team-a");
        replay.put(&us, vec![thought("Look outside.")], call("call_1"));
        for (provider, owner) in [
            ("claude", "team-b"),
            ("gemini", "team-a"),
            ("claudet", "eam-a"),
            ("", ""),
        ] {
            assert_eq!(recalled(&replay, &between(provider, owner)), None);
        }
    }

    #[test]
    fn the_newest_of_one_id_counts() {
        let (replay, us) = (Replay::default(), between("claude", "team-a"));
        replay.put(&us, vec![thought("Old.")], call("call_1"));
        replay.put(&us, vec![thought("New.")], call("call_1"));
        assert_eq!(recalled(&replay, &us).as_deref(), Some("New."));
    }

    /// With a look at all that is kept for each call this would take minutes.
    #[test]
    fn many_calls_of_one_turn_are_kept_one_by_one() {
        let (replay, us) = (Replay::default(), between("claude", "team-a"));
        let call = |number: u32| (format!("call_{number}").into(), None);
        for _ in 0..2 {
            let thoughts = vec![thought("."); 100];
            replay.put(&us, thoughts, (0..16_000).map(call).collect());
        }
        replay.put(&us, vec![thought("New.")], vec![call(1); 16_000]);
        assert_eq!(recalled(&replay, &us).as_deref(), Some("New."));
        let kept = replay.0.kept.lock().unwrap();
        assert_eq!((kept.by_call.len(), kept.order.len()), (16_000, 16_000));
    }

    #[test]
    fn the_oldest_goes_when_the_room_is_used_up() {
        let (replay, us) = (Replay::with_room(2_000), between("claude", "team-a"));
        replay.put(&us, vec![thought("Look outside.")], call("call_1"));
        replay.put(&us, vec![thought(&"long ".repeat(350))], call("call_2"));
        assert_eq!(recalled(&replay, &us), None);
        let kept = replay.0.kept.lock().unwrap();
        assert!(kept.bytes <= 2_000 && kept.by_call.len() == 1 && kept.order.len() == 1);
    }
}
