//! Which call a piece of one belongs to.
//!
//! Hosts number their calls, or do not, or give all of them the number 0; they name them by ids, or do not, or repeat
//! the id with each piece; some send arguments before the name. Two calls must never become one.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::wire::{Call, Function};
use crate::blocks::{Blocks, few, short};
use crate::calls::tail;
use crate::fault::Fault;
use crate::inner::{Event, Growing, Text, Undo};

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
        Text::new(&format!("call_{nth}{}", tail(&self.answer, 8)))
    }
}

/// The calls of a streamed answer so far.
#[derive(Debug, Default)]
pub(super) struct Calls {
    states: Vec<State>,
    /// Where the call of an id stands; no two have the same.
    by_id: HashMap<String, usize>,
    by_index: HashMap<Index, Places>,
    /// Bytes that are kept: ids, numbers, and arguments that wait for a name.
    kept: usize,
}

/// The host's number, as it wrote it; empty where it wrote none.
type Index = Box<str>;

/// Where the calls of one number stand.
#[derive(Debug, Default)]
struct Places {
    last: usize,
    /// Those without an id. If one of them has no name yet, it is the last one, and the last of its number.
    without_id: Vec<usize>,
}

#[derive(Debug, Default)]
struct State {
    index: Index,
    /// The host's id.
    id: Option<Text<'static>>,
    /// The block, once the name is known.
    block: Option<u32>,
    /// Arguments that came before the name, without quotes around them.
    held: Growing,
    /// The first piece was a whole object.
    whole: bool,
}

/// A piece of a call, taken apart.
struct Piece<'a> {
    /// As [`Index`].
    index: &'a str,
    id: Option<Text<'a>>,
    name: Option<Text<'a>>,
    arguments: Option<Text<'a>>,
    signature: Option<Text<'a>>,
}

impl Calls {
    pub(super) fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// To be asked before each chunk.
    ///
    /// # Errors
    /// A [`Fault`] when there are more calls than any answer has, or they take up more than is kept of one.
    pub(super) fn fit(&self) -> Result<(), Fault> {
        few(u32::try_from(self.states.len()).unwrap_or(u32::MAX))?;
        short(self.kept)
    }

    /// The blocks that were begun.
    pub(super) fn blocks(&self) -> impl Iterator<Item = u32> {
        self.states.iter().filter_map(|call| call.block)
    }

    /// Takes in a piece of a call; `blocks` counts the blocks of the answer.
    pub(super) fn call<'a>(
        &mut self,
        mut call: Call<'a>,
        names: &Names<'_>,
        blocks: &mut Blocks,
        out: &mut Vec<Event<'a>>,
    ) {
        let signature = call.take_signature();
        if let Some(function) = call.function {
            let index = call.index.map_or("", RawValue::get);
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
        blocks: &mut Blocks,
        out: &mut Vec<Event<'a>>,
    ) {
        self.take(Piece::of(function), names, blocks, out);
    }

    /// Begins the calls that never got a name.
    pub(super) fn finish(
        &mut self,
        names: &Names<'_>,
        blocks: &mut Blocks,
        out: &mut Vec<Event<'_>>,
    ) {
        for (at, call) in self.states.iter_mut().enumerate() {
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
        blocks: &mut Blocks,
        out: &mut Vec<Event<'a>>,
    ) {
        let at = self.find(&piece).unwrap_or_else(|| self.add(piece.index));
        if let Some(id) = piece.id {
            self.identify(at, id);
        }
        let Some(call) = self.states.get_mut(at) else {
            return;
        };
        if call.block.is_none()
            && let Some(name) = piece.name
        {
            call.whole = call.id.is_none() && piece.arguments.as_ref().is_some_and(is_whole);
            let id = call.id.clone().unwrap_or_else(|| names.id(at + 1));
            call.begin(id, names.own(name), piece.signature, blocks, out);
        }
        match (call.block, piece.arguments) {
            (Some(block), Some(fragment)) => out.push(Event::Arguments { block, fragment }),
            (None, Some(fragment)) => {
                self.kept = self.kept.saturating_add(fragment.inside().len());
                call.held.push(&fragment);
            }
            (_, None) => {}
        }
    }

    /// The call that a piece belongs to; `None` for a new one.
    fn find(&self, piece: &Piece<'_>) -> Option<usize> {
        let same_index = self.by_index.get(piece.index);
        if let Some(id) = &piece.id {
            let again = |call: &State| {
                *call.index == *piece.index || call.index.is_empty() || piece.index.is_empty()
            };
            // an id may come after the first arguments
            let late = |call: &State| call.block.is_none() || piece.name.is_none();
            let again = self.at(self.by_id.get(&*id.value()), again);
            let late = self.at(same_index.and_then(|places| places.without_id.last()), late);
            return again.max(late);
        }
        let at = match piece.index {
            "" => self.states.len().checked_sub(1)?,
            _ => same_index?.last,
        };
        let call = self.states.get(at)?;
        let named_again = piece.name.is_some() && call.block.is_some();
        let whole = || call.whole || piece.arguments.as_ref().is_some_and(is_whole);
        let another = named_again && (piece.index.is_empty() || whole());
        (!another).then_some(at)
    }

    /// A place, if what stands there is wanted.
    fn at(&self, place: Option<&usize>, wanted: impl Fn(&State) -> bool) -> Option<usize> {
        let at = *place?;
        self.states.get(at).is_some_and(wanted).then_some(at)
    }

    /// A new call of this number.
    fn add(&mut self, index: &str) -> usize {
        let at = self.states.len();
        self.kept = self.kept.saturating_add(index.len());
        self.states.push(State {
            index: index.into(),
            ..State::default()
        });
        let places = self.by_index.entry(index.into()).or_default();
        places.last = at;
        places.without_id.push(at);
        at
    }

    /// Gives a call its id, unless it has one or another call has this one.
    fn identify(&mut self, at: usize, id: Text<'_>) {
        let Some(call) = self.states.get_mut(at) else {
            return;
        };
        if call.id.is_some() {
            return;
        }
        let Entry::Vacant(place) = self.by_id.entry(id.value().into_owned()) else {
            return;
        };
        place.insert(at);
        self.kept = self.kept.saturating_add(id.raw().len());
        call.id = Some(id.into_owned());
        if let Some(places) = self.by_index.get_mut(&call.index) {
            // it was found as the last of them, or has just been added to them
            places.without_id.pop_if(|last| *last == at);
        }
    }
}

impl State {
    fn begin<'a>(
        &mut self,
        id: Text<'a>,
        name: Text<'a>,
        signature: Option<Text<'a>>,
        blocks: &mut Blocks,
        out: &mut Vec<Event<'a>>,
    ) {
        let block = blocks.begin();
        self.block = Some(block);
        out.push(Event::ToolCall {
            block,
            id,
            name,
            signature,
        });
        if !self.held.is_empty() {
            let fragment = std::mem::take(&mut self.held).finish();
            out.push(Event::Arguments { block, fragment });
        }
    }
}

impl<'a> Piece<'a> {
    fn of(function: Function<'a>) -> Self {
        Self {
            index: "",
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
