//! What metering and failover read of one streamed chunk.

use super::answer::{is_empty, truthy};
use super::choices::{Choices, index};
use crate::json::{Invalid, Kind, Scanner, Span};

/// What is read of the payload of one `data:` event.
#[derive(Clone, Copy, Debug, Default)]
pub struct Delta<'a> {
    /// Length of the `choices` array; `None` when there is no such array.
    pub choices: Option<usize>,
    /// Whether something was said: content, refusal, reasoning, audio or a tool call that is not empty.
    pub commits: bool,
    /// Whether a choice has a finish reason.
    pub finish: bool,
    /// The choices that it tells something of.
    pub told: Choices,
    /// Those of them that have a finish reason.
    pub ended: Choices,
    /// Whether content is a list of parts, which no client of OpenAI's expects in an answer.
    pub listed: bool,
    /// The raw JSON object `usage`.
    pub usage: Option<&'a [u8]>,
    /// Where the value of `usage` stands in the payload, in bytes.
    pub usage_place: (usize, usize),
    /// The raw JSON value `error`, when it is neither null nor empty.
    pub error: Option<&'a [u8]>,
    /// Raw bytes of what was said.
    pub output_bytes: u32,
}

impl<'a> Delta<'a> {
    /// Reads a chunk in one pass.
    ///
    /// # Errors
    /// [`Invalid`] when it is not a JSON object.
    pub fn parse(data: &'a [u8]) -> Result<Self, Invalid> {
        let mut scanner = Scanner::new(data)?;
        if scanner.kind()? != Kind::Object {
            return Err(scanner.fault("a chunk must be a JSON object"));
        }
        let mut delta = Self::default();
        scanner.object(|inner, name| {
            match (name.decoded(data).as_ref(), inner.kind()?) {
                (b"choices", Kind::Array) => {
                    let mut choices = 0;
                    inner.array(|each| {
                        choices += 1;
                        delta.choice(each)
                    })?;
                    delta.choices = Some(choices);
                }
                (b"usage", Kind::Object) => {
                    let place = inner.skip()?;
                    delta.usage = Some(place.of(data));
                    delta.usage_place = (place.start as usize, place.end as usize);
                }
                (b"error", kind) => delta.error = truthy(inner, kind)?,
                _ => drop(inner.skip()?),
            }
            Ok(())
        })?;
        scanner.end()?;
        Ok(delta)
    }

    fn choice(&mut self, scanner: &mut Scanner<'_>) -> Result<(), Invalid> {
        if scanner.kind()? != Kind::Object {
            return scanner.skip().map(drop);
        }
        let (mut place, mut ended) = (0, false);
        scanner.object(|inner, name| {
            match (name.decoded(inner.bytes()).as_ref(), inner.kind()?) {
                (b"index", _) => place = index(inner)?,
                (b"finish_reason", Kind::String) => ended |= !inner.string()?.span.is_empty(),
                (b"delta" | b"message", Kind::Object) => self.said(inner)?,
                (b"text", Kind::String) => {
                    let text = inner.skip()?;
                    self.count(text, text.len() > 2);
                }
                _ => drop(inner.skip()?),
            }
            Ok(())
        })?;
        self.told.add(place);
        if ended {
            self.finish = true;
            self.ended.add(place);
        }
        Ok(())
    }

    fn said(&mut self, scanner: &mut Scanner<'_>) -> Result<(), Invalid> {
        scanner.object(|inner, name| {
            let name = name.decoded(inner.bytes());
            let kind = inner.kind()?;
            let value = inner.skip()?;
            let says = matches!(
                name.as_ref(),
                b"content"
                    | b"refusal"
                    | b"reasoning_content"
                    | b"reasoning"
                    | b"reasoning_details"
                    | b"audio"
                    | b"tool_calls"
                    | b"function_call"
            );
            let full = matches!(kind, Kind::String | Kind::Array | Kind::Object)
                && !is_empty(value.of(inner.bytes()));
            self.count(value, says && full);
            self.listed |= kind == Kind::Array && name.as_ref() == b"content";
            Ok(())
        })
    }

    fn count(&mut self, value: Span, says: bool) {
        if says {
            self.commits = true;
            self.output_bytes = self.output_bytes.saturating_add(value.len() - 2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delta(inside: &str) -> (bool, bool) {
        let text = format!(r#"{{"id":"c","choices":[{{"index":0,{inside}}}],"usage":null}}"#);
        let delta = Delta::parse(text.as_bytes()).unwrap();
        assert!(delta.usage.is_none() && delta.error.is_none() && delta.choices == Some(1));
        (delta.commits, delta.finish)
    }

    #[test]
    fn only_what_is_said_commits() {
        assert_eq!(
            delta(
                r#""delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null"#
            ),
            (false, false)
        );
        assert_eq!(
            delta(r#""delta":{"content":"a"},"finish_reason":null"#),
            (true, false)
        );
        assert_eq!(delta(r#""delta":{"reasoning_content":"a"}"#), (true, false));
        assert_eq!(delta(r#""delta":{"refusal":"no"}"#), (true, false));
        assert_eq!(
            delta(r#""delta":{"tool_calls":[{"index":0}]}"#),
            (true, false)
        );
        assert_eq!(delta(r#""delta":{"tool_calls":[]}"#), (false, false));
        assert_eq!(delta(r#""delta":{},"finish_reason":"stop""#), (false, true));
        assert_eq!(delta(r#""delta":{},"finish_reason":"""#), (false, false));
    }

    #[test]
    fn choices_are_told_apart_by_their_index() {
        let of = |indexes: &[u32]| {
            let mut choices = Choices::default();
            for index in indexes {
                choices.add(*index);
            }
            choices
        };
        for (choices, told, ended) in [
            (r#"{"index":0,"delta":{}}"#, of(&[0]), of(&[])),
            (r#"{"delta":{},"finish_reason":"stop"}"#, of(&[0]), of(&[0])),
            (
                r#"{"finish_reason":"stop","index":2},{"index":1,"finish_reason":""}"#,
                of(&[1, 2]),
                of(&[2]),
            ),
            (
                r#"{"index":null,"finish_reason":"stop"}"#,
                of(&[0]),
                of(&[0]),
            ),
            (r#"{"index":"1"},{"index":-1},7"#, of(&[0]), of(&[])),
        ] {
            let text = format!(r#"{{"choices":[{choices}]}}"#);
            let delta = Delta::parse(text.as_bytes()).unwrap();
            assert_eq!((delta.told, delta.ended), (told, ended), "{text}");
        }
    }

    #[test]
    fn usage_and_errors_are_found_where_they_stand() {
        let text = r#"{"choices":[],"usage":{"prompt_tokens":1}}"#;
        let delta = Delta::parse(text.as_bytes()).unwrap();
        assert_eq!(delta.usage.unwrap(), br#"{"prompt_tokens":1}"#);
        assert_eq!(
            &text[delta.usage_place.0..delta.usage_place.1],
            r#"{"prompt_tokens":1}"#
        );
        assert_eq!(delta.choices, Some(0));
        for (text, error) in [
            (r#"{"error":{"message":"x"}}"#, true),
            (r#"{"error":"x"}"#, true),
            (r#"{"error":null}"#, false),
            (r#"{"error":""}"#, false),
            (r#"{"error":false}"#, false),
        ] {
            assert_eq!(
                Delta::parse(text.as_bytes()).unwrap().error.is_some(),
                error,
                "{text}"
            );
        }
        assert!(Delta::parse(b"[DONE]").is_err());
    }
}
