//! Which call a piece of one belongs to.
//!
//! Hosts number their calls, or do not, or give all of them the number 0; they name them by ids, or do not, or repeat
//! the id with each piece; some send arguments before the name. Two calls must never become one.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::wire::{Call, Function};
use crate::inner::{Event, Text, Undo};

/// What the names and ids in an answer depend on.
pub(super) struct Names<'u> {
    pub(super) undo: &'u Undo,
    /// The answer's id.
    pub(super) answer: Cow<'u, str>,
}

impl Names<'_> {
    /// The client's name of a tool.
    pub(super) fn own<'a>(&self, told: Text<'a>) -> Text<'a> {
        if self.undo.names.is_empty() {
            return told;
        }
        Text::new(self.undo.name(&told.value()))
    }

    /// An id for the n-th call, where the host gave none.
    pub(super) fn id(&self, nth: usize) -> Text<'static> {
        let mut tail: Vec<char> = self
            .answer
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        tail.drain(..tail.len().saturating_sub(8));
        Text::new(&format!("call_{nth}{}", String::from_iter(tail)))
    }
}

/// The calls of a streamed answer so far.
#[derive(Debug, Default)]
pub(super) struct Calls(Vec<State>);

#[derive(Debug, Default)]
struct State {
    /// The host's number, as it wrote it.
    index: Option<String>,
    /// The host's id.
    id: Option<Text<'static>>,
    /// The block, once the name is known.
    block: Option<u32>,
    /// Arguments that came before the name, without quotes around them.
    held: String,
    /// The first piece was a whole object.
    whole: bool,
}

/// A piece of a call, taken apart.
struct Piece<'a> {
    index: Option<&'a str>,
    id: Option<Text<'a>>,
    name: Option<Text<'a>>,
    arguments: Option<Text<'a>>,
    signature: Option<Text<'a>>,
}

impl Calls {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The blocks that were begun.
    pub(super) fn blocks(&self) -> impl Iterator<Item = u32> {
        self.0.iter().filter_map(|call| call.block)
    }

    /// Takes in a piece of a call; `blocks` counts the blocks of the answer.
    pub(super) fn call<'a>(
        &mut self,
        mut call: Call<'a>,
        names: &Names<'_>,
        blocks: &mut u32,
        out: &mut Vec<Event<'a>>,
    ) {
        let signature = call.take_signature();
        if let Some(function) = call.function {
            let index = call.index.map(RawValue::get);
            let piece = Piece {
                index,
                id: call.id.full(),
                signature,
                ..Piece::of(function)
            };
            self.take(piece, names, blocks, out);
        }
    }

    /// Takes in a piece of a call in the old form.
    pub(super) fn function<'a>(
        &mut self,
        function: Function<'a>,
        names: &Names<'_>,
        blocks: &mut u32,
        out: &mut Vec<Event<'a>>,
    ) {
        self.take(Piece::of(function), names, blocks, out);
    }

    /// Begins the calls that never got a name.
    pub(super) fn finish(&mut self, names: &Names<'_>, blocks: &mut u32, out: &mut Vec<Event<'_>>) {
        for (at, call) in self.0.iter_mut().enumerate() {
            if call.block.is_none() && !call.held.is_empty() {
                let id = call.id.clone().unwrap_or_else(|| names.id(at + 1));
                call.begin(id, Text::default(), None, blocks, out);
            }
        }
    }

    fn take<'a>(
        &mut self,
        piece: Piece<'a>,
        names: &Names<'_>,
        blocks: &mut u32,
        out: &mut Vec<Event<'a>>,
    ) {
        let at = self.find(&piece).unwrap_or_else(|| {
            self.0.push(State {
                index: piece.index.map(str::to_owned),
                ..State::default()
            });
            self.0.len() - 1
        });
        let taken = self
            .0
            .iter()
            .any(|call| call.id.is_some() && call.id == piece.id);
        let Some(call) = self.0.get_mut(at) else {
            return;
        };
        if call.id.is_none() && !taken {
            call.id = piece.id.map(Text::into_owned);
        }
        if call.block.is_none()
            && let Some(name) = piece.name
        {
            call.whole = call.id.is_none() && piece.arguments.as_ref().is_some_and(is_whole);
            let id = call.id.clone().unwrap_or_else(|| names.id(at + 1));
            call.begin(id, names.own(name), piece.signature, blocks, out);
        }
        match (call.block, piece.arguments) {
            (Some(block), Some(fragment)) => out.push(Event::Arguments { block, fragment }),
            (None, Some(fragment)) => call.held.push_str(fragment.inside()),
            (_, None) => {}
        }
    }

    /// The call that a piece belongs to; `None` for a new one.
    fn find(&self, piece: &Piece<'_>) -> Option<usize> {
        let same_index = |call: &State| call.index.as_deref() == piece.index;
        if piece.id.is_some() {
            let or_missing =
                |call: &State| same_index(call) || call.index.is_none() || piece.index.is_none();
            let again = |call: &State| call.id == piece.id && or_missing(call);
            // an id may come after the first arguments
            let late = |call: &State| {
                call.id.is_none()
                    && same_index(call)
                    && (call.block.is_none() || piece.name.is_none())
            };
            return self.0.iter().rposition(|call| again(call) || late(call));
        }
        let at = match piece.index {
            Some(_) => self.0.iter().rposition(same_index)?,
            None => self.0.len().checked_sub(1)?,
        };
        let call = self.0.get(at)?;
        let named_again = piece.name.is_some() && call.block.is_some();
        let whole = || call.whole || piece.arguments.as_ref().is_some_and(is_whole);
        let another = named_again && (piece.index.is_none() || whole());
        (!another).then_some(at)
    }
}

impl State {
    fn begin<'a>(
        &mut self,
        id: Text<'a>,
        name: Text<'a>,
        signature: Option<Text<'a>>,
        blocks: &mut u32,
        out: &mut Vec<Event<'a>>,
    ) {
        let block = *blocks;
        *blocks += 1;
        self.block = Some(block);
        out.push(Event::ToolCall {
            block,
            id,
            name,
            signature,
        });
        let held = RawValue::from_string(format!("\"{}\"", std::mem::take(&mut self.held))).ok();
        let held = held.and_then(Text::literal).filter(|held| !held.is_empty());
        out.extend(held.map(|fragment| Event::Arguments { block, fragment }));
    }
}

impl<'a> Piece<'a> {
    fn of(function: Function<'a>) -> Self {
        Self {
            index: None,
            id: None,
            arguments: function.fragment(),
            name: function.name.full(),
            signature: None,
        }
    }
}

/// Whether arguments are a whole object by themselves.
fn is_whole(arguments: &Text<'_>) -> bool {
    let value = arguments.value();
    value.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(&value).is_ok()
}
