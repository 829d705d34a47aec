//! Answers in the dialect of a client, whichever that is.

use bytes::Bytes;
use tiergate_wire::error::Body as ErrorBody;

use crate::blocks::short;
use crate::fault::Fault;
use crate::inner::{Answer, Event, Stamp};
pub use crate::left_out::{left_out, left_out_of};
use crate::{Form, anthropic, openai, responses};

/// A whole answer as the body of a response; `request` is the client's body in its own dialect, for what a dialect
/// repeats of it.
pub fn write_answer(
    form: Form,
    answer: &Answer<'_>,
    stamp: &Stamp<'_>,
    request: Option<&Bytes>,
) -> Bytes {
    match form {
        Form::Chat => openai::chat::write_answer(answer, stamp),
        Form::Messages => anthropic::write_answer(answer, stamp),
        Form::Responses => responses::write_answer(answer, stamp, &echo(request)),
    }
}

/// What an answer repeats of its request; nothing is kept of either.
fn echo(request: Option<&Bytes>) -> responses::Echo {
    let read = |body: &Bytes| responses::Echo::read(body, false).ok();
    request.and_then(read).unwrap_or_default()
}

/// Writes a streamed answer, framing included.
#[derive(Debug)]
pub enum Writer {
    /// OpenAI's chat completions.
    Chat(Box<openai::chat::Writer>),
    /// Anthropic's Messages.
    Messages(Box<anthropic::Writer>),
    /// OpenAI's Responses.
    Responses(Box<responses::Writer>),
}

/// What follows the end of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The tokens by themselves, for a client that asked for them.
    Usage,
    /// What tells the client that nothing follows.
    Done,
}

impl Writer {
    /// A writer for one answer; `request` is as in [`write_answer`].
    pub fn new(form: Form, stamp: &Stamp<'_>, request: Option<&Bytes>) -> Self {
        match form {
            Form::Chat => Self::Chat(Box::new(openai::chat::Writer::new(stamp))),
            Form::Messages => Self::Messages(Box::new(anthropic::Writer::new(stamp))),
            Form::Responses => {
                Self::Responses(Box::new(responses::Writer::new(stamp, echo(request))))
            }
        }
    }

    /// Adds what the client gets of an event.
    ///
    /// # Errors
    /// A [`Fault`] when more of the answer would have to be kept than is: Responses repeat it at its end, and Messages
    /// tell one block after the other.
    pub fn event(&mut self, event: &Event<'_>, out: &mut Vec<u8>) -> Result<(), Fault> {
        match self {
            Self::Chat(writer) => {
                writer.event(event, out);
                Ok(())
            }
            Self::Messages(writer) => {
                writer.event(event, out);
                short(writer.kept())
            }
            Self::Responses(writer) => {
                writer.event(event, out);
                short(writer.kept())
            }
        }
    }

    /// What the client gets of an answer that broke off; nothing may follow it.
    pub fn failed(&mut self, error: &ErrorBody<'_>, out: &mut Vec<u8>) -> bool {
        let Self::Responses(writer) = self else {
            return false;
        };
        writer.failed(error, out);
        true
    }

    /// What the client gets after a complete answer, in order.
    pub fn end(&mut self) -> Vec<(Ending, Bytes)> {
        let mut out = Vec::new();
        match self {
            Self::Chat(writer) => {
                let mut usage = Vec::new();
                writer.usage(&mut usage);
                writer.done(&mut out);
                let usage = (!usage.is_empty()).then(|| (Ending::Usage, usage.into()));
                return usage
                    .into_iter()
                    .chain([(Ending::Done, out.into())])
                    .collect();
            }
            Self::Messages(writer) => writer.end(&mut out),
            Self::Responses(writer) => writer.end(&mut out),
        }
        vec![(Ending::Done, out.into())]
    }
}
