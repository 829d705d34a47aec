//! Whose signature stands over a piece of reasoning.

use super::part::Part;
use super::request::Request;
use super::text::Text;

impl Request<'_> {
    /// Takes out reasoning that Gemini or OpenAI signed, which proves nothing to a Claude; tells whether there was any.
    ///
    /// Their codecs mark what they sign, so that it can be told apart; see [`gemini`](crate::gemini) and
    /// [`responses`](crate::responses). What is not marked is Claude's own.
    pub fn keep_signatures_of_claude(&mut self) -> bool {
        let foreign = |part: &Part<'_>| match part {
            Part::Thinking {
                signature: Some(mark),
                ..
            }
            | Part::Redacted { data: mark, .. } => is_marked(mark),
            _ => false,
        };
        let mut found = false;
        for turn in &mut self.turns {
            turn.parts.retain(|part| {
                let gone = foreign(part);
                found |= gone;
                !gone
            });
        }
        found
    }
}

/// Whether a signature or ciphertext is one that the codecs of Gemini and OpenAI have marked.
pub(crate) fn is_marked(text: &Text<'_>) -> bool {
    // no base64 has a colon
    ["gemini:", "tgr1:"]
        .iter()
        .any(|mark| text.inside().starts_with(mark))
}
