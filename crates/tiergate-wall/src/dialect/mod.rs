//! The words of an answer in each provider's own form: literal templates, independent of the gateway's translators.

mod answer;
mod anthropic;
mod bedrock;
mod chat;
mod cohere;
mod frame;
mod gemini;
mod ollama;
mod responses;
mod trouble;

use serde::Serialize;
use serde_json::Value;

pub(crate) use answer::{Answer, Finish, Usage};
pub(crate) use frame::{Data, Event};
pub(crate) use trouble::{Cause, Trouble};

/// The provider that is imitated, known by the path.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Dialect {
    /// Anthropic's Messages.
    Anthropic,
    /// Amazon Bedrock's Converse and `ConverseStream`.
    Bedrock,
    /// OpenAI's chat completions and whoever copies them.
    Chat,
    /// Cohere's chat, version 2.
    Cohere,
    /// Google's generateContent and streamGenerateContent.
    Gemini,
    /// Ollama's own API.
    Ollama,
    /// OpenAI's Responses.
    Responses,
}

impl Dialect {
    pub(crate) fn voice(self) -> &'static dyn Voice {
        match self {
            Self::Anthropic => &anthropic::Anthropic,
            Self::Bedrock => &bedrock::Bedrock,
            Self::Chat => &chat::Chat,
            Self::Cohere => &cohere::Cohere,
            Self::Gemini => &gemini::Gemini,
            Self::Ollama => &ollama::Ollama,
            Self::Responses => &responses::Responses,
        }
    }
}

/// How one provider says things.
pub(crate) trait Voice: Sync {
    /// The buffered answer.
    fn whole(&self, answer: &Answer) -> Value;

    /// The events before the first word.
    fn opening(&self, answer: &Answer) -> Vec<Event>;

    /// The event of one word.
    fn word(&self, answer: &Answer, at: usize) -> Event;

    /// The events that finish the answer, with the usage where it belongs to them.
    fn finish(&self, answer: &Answer) -> Vec<Event>;

    /// What follows the finish: the usage where it has an event of its own.
    fn tail(&self, _answer: &Answer) -> Vec<Event> {
        Vec::new()
    }

    /// The event that only closes the stream.
    fn done(&self, _answer: &Answer) -> Option<Event> {
        None
    }

    /// The body of an error.
    fn error(&self, trouble: &Trouble) -> Value;

    /// Headers that belong to an error.
    fn error_headers(&self, _trouble: &Trouble) -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }

    /// An error inside a stream.
    fn failure(&self, trouble: &Trouble) -> Event;

    /// What keeps a line alive and says nothing.
    fn ping(&self) -> Vec<u8> {
        b": ping\n\n".to_vec()
    }

    /// The member of a whole answer without which there is none.
    fn main(&self) -> &'static str;

    /// The member of a word's event without which there is no word.
    fn part(&self) -> &'static str {
        self.main()
    }

    fn content_type(&self) -> &'static str {
        "text/event-stream"
    }

    /// An event as bytes, lines ended by LF.
    fn frame(&self, event: &Event) -> Vec<u8> {
        frame::sse(event)
    }
}
