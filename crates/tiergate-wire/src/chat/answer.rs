//! What metering reads of a whole answer.

use super::choices::{Choices, index};
use crate::json::{Invalid, Kind, Scanner};

/// What is read of the body of a buffered answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answer<'a> {
    /// Length of the `choices` array; 0 when there is none.
    pub choices: usize,
    /// Which choices there are.
    pub told: Choices,
    /// Whether every choice has a finish reason.
    pub finished: bool,
    /// How many choices have none, not even an empty one.
    pub endless: usize,
    /// How many choices have a message in which calls, if there are any, are a list.
    pub messages: usize,
    /// Whether content is a list of parts, which no client of OpenAI's expects in an answer.
    pub listed: bool,
    /// A finish reason that is none of OpenAI's, as it is written: how some hosts report a fault.
    pub odd_reason: Option<&'a [u8]>,
    /// The raw JSON object `usage`.
    pub usage: Option<&'a [u8]>,
    /// The raw JSON value `error`, when it is neither null nor empty.
    pub error: Option<&'a [u8]>,
    /// Raw bytes of all content, reasoning, refusal and tool-call text, for an estimate where usage is missing.
    pub output_bytes: u64,
}

/// OpenAI's finish reasons.
const REASONS: [&[u8]; 5] = [
    b"stop",
    b"length",
    b"tool_calls",
    b"content_filter",
    b"function_call",
];

impl<'a> Answer<'a> {
    /// Reads the body of an answer in one pass.
    ///
    /// # Errors
    /// [`Invalid`] when it is not a JSON object.
    pub fn parse(body: &'a [u8]) -> Result<Self, Invalid> {
        let mut scanner = Scanner::new(body)?;
        if scanner.kind()? != Kind::Object {
            return Err(scanner.fault("an answer must be a JSON object"));
        }
        let mut answer = Self::default();
        let mut finished = 0;
        scanner.object(|inner, name| {
            match (name.decoded(body).as_ref(), inner.kind()?) {
                (b"choices", Kind::Array) => inner.array(|each| {
                    answer.choices += 1;
                    answer.choice(each, &mut finished)
                })?,
                (b"usage", Kind::Object) => answer.usage = Some(inner.skip()?.of(body)),
                (b"error", kind) => answer.error = truthy(inner, kind)?,
                _ => drop(inner.skip()?),
            }
            Ok(())
        })?;
        scanner.end()?;
        answer.finished = answer.choices > 0 && finished == answer.choices;
        Ok(answer)
    }

    fn choice(&mut self, scanner: &mut Scanner<'a>, finished: &mut usize) -> Result<(), Invalid> {
        if scanner.kind()? != Kind::Object {
            return Err(scanner.fault("each choice must be an object"));
        }
        let (mut place, mut ended) = (0, false);
        let (mut told, mut message) = (false, false);
        scanner.object(|inner, name| {
            match (name.decoded(inner.bytes()).as_ref(), inner.kind()?) {
                (b"index", _) => place = index(inner)?,
                (b"finish_reason", Kind::String) => {
                    let reason = inner.string()?.span.of(inner.bytes());
                    told = true;
                    ended |= !reason.is_empty();
                    if !reason.is_empty() && !REASONS.contains(&reason) {
                        self.odd_reason = Some(reason);
                    }
                }
                (b"message", Kind::Object) => message = self.message(inner)?,
                _ => drop(inner.skip()?),
            }
            Ok(())
        })?;
        self.told.add(place);
        self.messages += usize::from(message);
        self.endless += usize::from(!told);
        *finished += usize::from(ended);
        Ok(())
    }

    /// Whether calls are a list where there are any.
    fn message(&mut self, scanner: &mut Scanner<'_>) -> Result<bool, Invalid> {
        let mut listed = true;
        scanner.object(|inner, name| {
            let name = name.decoded(inner.bytes());
            let kind = inner.kind()?;
            let value = inner.skip()?;
            if matches!(
                name.as_ref(),
                b"content" | b"reasoning_content" | b"reasoning" | b"refusal" | b"tool_calls"
            ) && kind != Kind::Null
            {
                self.output_bytes += u64::from(value.len());
            }
            self.listed |= kind == Kind::Array && name.as_ref() == b"content";
            if name.as_ref() == b"tool_calls" {
                listed = matches!(kind, Kind::Array | Kind::Null);
            }
            Ok(())
        })?;
        Ok(listed)
    }
}

/// Consumes a value; gives it when a client would take it for an error: when it is true in Python.
pub(super) fn truthy<'a>(
    scanner: &mut Scanner<'a>,
    kind: Kind,
) -> Result<Option<&'a [u8]>, Invalid> {
    let raw = scanner.skip()?.of(scanner.bytes());
    let set = match kind {
        Kind::Null | Kind::False => false,
        Kind::True => true,
        Kind::Number => !is_zero(raw),
        Kind::String | Kind::Object | Kind::Array => !is_empty(raw),
    };
    Ok(set.then_some(raw))
}

/// Whether nothing stands between the quotes, brackets or braces of a value.
pub(super) fn is_empty(raw: &[u8]) -> bool {
    match raw {
        [b'"', inside @ .., _] => inside.is_empty(),
        [_, inside @ .., _] => inside.trim_ascii().is_empty(),
        _ => true,
    }
}

fn is_zero(number: &[u8]) -> bool {
    let number = std::str::from_utf8(number).ok();
    number.and_then(|digits| digits.parse::<f64>().ok()) == Some(0.0)
}
