//! What to embed.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::request::bad;
use super::vocabulary;
use crate::inner::{BadRequest, Text, Unfit};

/// The most inputs of one request.
const MOST_INPUTS: usize = 2_048;

/// The most tokens of one request, all inputs together, where they are made into texts: OpenAI takes no more.
const MOST_TOKENS: usize = 300_000;

/// What to embed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Texts.
    Texts(Vec<Text<'static>>),
    /// Texts as tokens of the model's own vocabulary.
    Tokens(Vec<Vec<u32>>),
}

/// Some of the inputs, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Texts.
    Texts(&'a [Text<'a>]),
    /// Texts as tokens of the model's own vocabulary.
    Tokens(&'a [Vec<u32>]),
}

impl Input {
    /// How many vectors are asked for.
    pub fn len(&self) -> usize {
        match self {
            Self::Texts(texts) => texts.len(),
            Self::Tokens(texts) => texts.len(),
        }
    }

    /// Whether nothing is asked for, which no request does.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The texts; `None` for tokens.
    pub fn texts(&self) -> Option<&[Text<'static>]> {
        match self {
            Self::Texts(texts) => Some(texts),
            Self::Tokens(_) => None,
        }
    }

    /// The inputs as texts: tokens as those of OpenAI's embedding models, which is what its clients send.
    ///
    /// # Errors
    /// [`Unfit`] for tokens that are not theirs, and for more of them than OpenAI takes.
    pub fn in_words(&self) -> Result<Cow<'_, [Text<'static>]>, Unfit> {
        let texts = match self {
            Self::Texts(texts) => return Ok(texts.into()),
            Self::Tokens(texts) => texts,
        };
        let count: usize = texts.iter().map(Vec::len).sum();
        if count > MOST_TOKENS {
            let message = format!("{count} tokens are more than {MOST_TOKENS}");
            return Err(Unfit::new("input", message));
        }
        let words = texts.iter().map(|tokens| {
            let text = vocabulary::text(tokens);
            let text = text.ok_or_else(|| {
                let message = "takes texts, and these are no tokens of the vocabulary cl100k_base";
                Unfit::new("input", message)
            })?;
            Ok(Text::new(&text))
        });
        words.collect()
    }

    /// The inputs in parts of at most `size`, in order: their vectors, joined, are in the order of the inputs.
    pub fn parts(&self, size: usize) -> Vec<Part<'_>> {
        let size = size.max(1);
        match self {
            Self::Texts(texts) => texts.chunks(size).map(Part::Texts).collect(),
            Self::Tokens(texts) => texts.chunks(size).map(Part::Tokens).collect(),
        }
    }

    /// The inputs in parts of at most `size` and together at most `bytes` of text, or as many tokens; one that is larger
    /// is a part of its own.
    pub fn bounded(&self, size: usize, bytes: u64) -> Vec<Part<'_>> {
        match self {
            Self::Texts(texts) => bounded(texts, size, bytes).map(Part::Texts).collect(),
            Self::Tokens(texts) => runs(texts, size, bytes, |tokens| tokens.len() as u64)
                .map(Part::Tokens)
                .collect(),
        }
    }

    pub(super) fn read(value: Option<&RawValue>) -> Result<Self, BadRequest> {
        let Some(value) = value else {
            return Err(bad(Some("input"), "`input` is missing"));
        };
        let kinds =
            "`input` must be a string or an array of strings, of tokens or of arrays of tokens";
        match value.get().as_bytes().first() {
            Some(b'"') => Ok(Self::Texts(vec![text("`input`", value)?])),
            Some(b'[') => {
                let list: Vec<&RawValue> = serde_json::from_str(value.get())
                    .map_err(|error| bad(Some("input"), format!("{kinds}: {error}")))?;
                Self::list(&list, kinds)
            }
            _ => Err(bad(Some("input"), kinds)),
        }
    }

    fn list(list: &[&RawValue], kinds: &str) -> Result<Self, BadRequest> {
        let Some(first) = list.first() else {
            return Err(bad(Some("input"), "`input` must not be an empty array"));
        };
        let kind = Kind::of(first).ok_or_else(|| bad(Some("input"), kinds))?;
        if let Some(at) = list.iter().position(|value| Kind::of(value) != Some(kind)) {
            let message = format!("`input[{at}]` is of another type than `input[0]`");
            return Err(bad(Some("input"), message));
        }
        if kind == Kind::Token {
            return Ok(Self::Tokens(vec![tokens("`input", list)?]));
        }
        if list.len() > MOST_INPUTS {
            let message = format!(
                "`input` must have at most {MOST_INPUTS} elements, not {}",
                list.len()
            );
            return Err(bad(Some("input"), message));
        }
        let numbered = list.iter().enumerate();
        if kind == Kind::Text {
            let texts = numbered.map(|(at, value)| text(&format!("`input[{at}]`"), value));
            return Ok(Self::Texts(texts.collect::<Result<_, _>>()?));
        }
        let texts = numbered.map(|(at, value)| {
            let place = format!("`input[{at}]");
            let list: Vec<&RawValue> = serde_json::from_str(value.get()).map_err(|error| {
                bad(Some("input"), format!("{place}` is not readable: {error}"))
            })?;
            if list.is_empty() {
                return Err(bad(
                    Some("input"),
                    format!("{place}` must not be an empty array"),
                ));
            }
            tokens(&place, &list)
        });
        Ok(Self::Tokens(texts.collect::<Result<_, _>>()?))
    }
}

/// Texts in runs of at most `size` and together at most `bytes`; one that is larger is a run of its own.
pub fn bounded<'a>(
    texts: &'a [Text<'a>],
    size: usize,
    bytes: u64,
) -> impl Iterator<Item = &'a [Text<'a>]> {
    runs(texts, size, bytes, |text| text.inside().len() as u64)
}

/// A list in runs of at most `size` elements that together weigh at most `bound`.
fn runs<T>(
    list: &[T],
    size: usize,
    bound: u64,
    weight: impl Fn(&T) -> u64,
) -> impl Iterator<Item = &[T]> {
    let (size, mut rest) = (size.max(1), list);
    std::iter::from_fn(move || {
        let mut sum = 0_u64;
        let fitting = rest.iter().take(size).take_while(|each| {
            sum = sum.saturating_add(weight(each));
            sum <= bound
        });
        let (run, behind) = rest.split_at_checked(fitting.count().max(1))?;
        rest = behind;
        Some(run)
    })
}

/// What an element of `input` is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Token,
    Tokens,
}

impl Kind {
    fn of(value: &RawValue) -> Option<Self> {
        match value.get().as_bytes().first()? {
            b'"' => Some(Self::Text),
            b'[' => Some(Self::Tokens),
            b'-' | b'0'..=b'9' => Some(Self::Token),
            _ => None,
        }
    }
}

fn text(place: &str, value: &RawValue) -> Result<Text<'static>, BadRequest> {
    let text = Text::literal(value).filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| {
        bad(
            Some("input"),
            format!("{place} must not be an empty string"),
        )
    })?;
    Ok(text.into_owned())
}

fn tokens(place: &str, list: &[&RawValue]) -> Result<Vec<u32>, BadRequest> {
    let numbered = list.iter().enumerate();
    let tokens = numbered.map(|(at, value)| {
        let token = value.get().parse().ok();
        token.ok_or_else(|| {
            bad(
                Some("input"),
                format!("{place}[{at}]` must be a token: a whole number"),
            )
        })
    });
    tokens.collect()
}
