//! What hosts send: a whole answer or a chunk of one, of which only the first choice counts.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use tiergate_wire::usage::Usage;

use super::reasoning::Told;
use super::wire::{Call, Function, Loose, full};
use crate::fault::Fault;
use crate::inner::{Media, Text};
use crate::openai::{self, Quirks};
use crate::picture;

/// A `chat.completion` or a `chat.completion.chunk`.
#[derive(Deserialize)]
pub(super) struct Chunk<'a> {
    #[serde(borrow, default)]
    pub(super) id: Loose<'a>,
    #[serde(borrow, default)]
    pub(super) model: Loose<'a>,
    #[serde(borrow, default)]
    object: Loose<'a>,
    #[serde(borrow, default, deserialize_with = "full")]
    choices: Option<First<'a>>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "full")]
    error: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "full")]
    base_resp: Option<BaseResp>,
    #[serde(borrow, default, deserialize_with = "full")]
    x_groq: Option<Groq<'a>>,
}

/// What Groq says beside an answer.
#[derive(Deserialize)]
struct Groq<'a> {
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
}

/// What MiniMax says beside an answer, or instead of it.
#[derive(Deserialize)]
struct BaseResp {
    status_code: Option<i64>,
}

impl<'a> Chunk<'a> {
    /// Reads what came with a success status.
    ///
    /// # Errors
    /// A [`Fault`] when it is no answer, or an error in spite of its status.
    pub(super) fn read(data: &'a [u8]) -> Result<Self, Fault> {
        let chunk: Self = serde_json::from_slice(data)
            .map_err(|error| Fault::unreadable("the answer", &error))?;
        let flat = chunk
            .object
            .0
            .as_ref()
            .is_some_and(|object| object.is("error"));
        if chunk
            .base_resp
            .as_ref()
            .is_some_and(|base| base.status_code.unwrap_or(0) != 0)
        {
            let quirks = Quirks::by_name("minimax").unwrap_or(Quirks::COMPATIBLE);
            return Err(openai::fault(200, data, quirks));
        }
        if chunk.error.is_some() || flat {
            return Err(openai::fault(200, data, Quirks::COMPATIBLE));
        }
        Ok(chunk)
    }

    pub(super) fn take_choice(&mut self) -> Option<Choice<'a>> {
        self.choices.take()?.0
    }

    /// The tokens, wherever the host tells them.
    pub(super) fn usage(&self) -> Option<Usage> {
        let choice = self.choices.as_ref().and_then(|choices| choices.0.as_ref());
        let groq = self.x_groq.as_ref().and_then(|groq| groq.usage);
        // the second is Moonshot's place
        let places = [self.usage, choice.and_then(|choice| choice.usage), groq];
        let read = |raw: &RawValue| openai::usage(raw.get().as_bytes(), Quirks::COMPATIBLE);
        places.into_iter().flatten().find_map(read)
    }
}

/// A choice: `message` in whole answers, `delta` in chunks.
#[derive(Deserialize)]
pub(super) struct Choice<'a> {
    #[serde(borrow)]
    index: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) message: Option<Message<'a>>,
    #[serde(borrow, default, deserialize_with = "full")]
    pub(super) delta: Option<Message<'a>>,
    #[serde(borrow, default)]
    pub(super) finish_reason: Loose<'a>,
    #[serde(borrow, default)]
    native_finish_reason: Loose<'a>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
}

impl<'a> Choice<'a> {
    fn is_first(&self) -> bool {
        let index = self.index.and_then(|index| index.get().parse::<u32>().ok());
        index.unwrap_or(0) == 0
    }

    /// The vendor's own word for why it ended; that of the host where there is none.
    pub(super) fn native(&mut self, reason: &Text<'a>) -> Option<Text<'a>> {
        let native = std::mem::take(&mut self.native_finish_reason);
        native
            .full()
            .or_else(|| Some(reason.clone()).filter(|reason| !reason.is_empty()))
    }
}

/// What is said, or a piece of it.
#[derive(Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow)]
    pub(super) content: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) refusal: Loose<'a>,
    #[serde(borrow)]
    images: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) tool_calls: Option<Vec<Call<'a>>>,
    #[serde(borrow)]
    pub(super) function_call: Option<Function<'a>>,
    #[serde(borrow)]
    reasoning_content: Option<&'a RawValue>,
    #[serde(borrow)]
    reasoning: Option<&'a RawValue>,
    #[serde(borrow)]
    reasoning_details: Option<&'a RawValue>,
}

impl<'a> Message<'a> {
    pub(super) fn told(&self) -> Told<'a> {
        Told {
            details: self.reasoning_details,
            content: self.reasoning_content,
            reasoning: self.reasoning,
        }
    }

    /// The pictures, of models that draw.
    pub(super) fn pictures(&self) -> Vec<Media<'a>> {
        #[derive(Deserialize)]
        struct Image<'a> {
            #[serde(borrow)]
            image_url: Option<&'a RawValue>,
        }
        #[derive(Deserialize)]
        struct Address<'a> {
            #[serde(borrow, default)]
            url: Loose<'a>,
        }
        fn read<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Option<T> {
            serde_json::from_str(raw.get()).ok()
        }
        let images: Vec<Image<'a>> = self.images.and_then(read).unwrap_or_default();
        let address = |image: Image<'a>| read::<Address<'a>>(image.image_url?)?.url.full();
        let addresses = images.into_iter().filter_map(address);
        addresses.map(|address| picture::read(&address)).collect()
    }
}

/// A piece of a content that may be a list, as Mistral's is.
pub(in crate::openai) enum Piece<'a> {
    Text(Text<'a>),
    Thought(Text<'a>),
}

/// The pieces of `content`, those without words left out.
pub(in crate::openai) fn pieces(content: &RawValue) -> Vec<Piece<'_>> {
    if content.get().starts_with('"') {
        let text = Text::literal(content).filter(|text| !text.is_empty());
        return text.map(Piece::Text).into_iter().collect();
    }
    let read: Vec<Element<'_>> = serde_json::from_str(content.get()).unwrap_or_default();
    let mut pieces = Vec::new();
    for element in read {
        let thoughts = element.thinking.map_or_else(Vec::new, thoughts);
        pieces.extend(thoughts.into_iter().map(Piece::Thought));
        pieces.extend(element.text.full().map(Piece::Text));
    }
    pieces
}

/// `{"type":"thinking","thinking":[{"type":"text","text":…}]}`, or a string in place of the list.
fn thoughts(raw: &RawValue) -> Vec<Text<'_>> {
    if let Some(text) = Text::literal(raw) {
        return vec![text];
    }
    let read: Vec<Element<'_>> = serde_json::from_str(raw.get()).unwrap_or_default();
    read.into_iter()
        .filter_map(|element| element.text.full())
        .collect()
}

#[derive(Deserialize)]
struct Element<'a> {
    #[serde(borrow, default)]
    text: Loose<'a>,
    #[serde(borrow)]
    thinking: Option<&'a RawValue>,
}

/// The first of several choices; the others are skipped.
struct First<'a>(Option<Choice<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for First<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(FirstVisitor(PhantomData))
    }
}

struct FirstVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for FirstVisitor<'a> {
    type Value = First<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of choices")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<First<'a>, A::Error> {
        let mut first = None;
        while let Some(choice) = seq.next_element::<Choice<'a>>()? {
            if first.is_none() && choice.is_first() {
                first = Some(choice);
            }
        }
        Ok(First(first))
    }
}
