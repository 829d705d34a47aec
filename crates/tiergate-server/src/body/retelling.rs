//! A chat completion, told again in the dialect of the client.

use bytes::Bytes;
use tiergate_dialects::front::{Writer, write_answer};
use tiergate_dialects::inner::{Event, Stamp, Undo};
use tiergate_dialects::{Fault, openai};
use tiergate_router::{Context, Served};
use tiergate_wire::error::Body as ErrorBody;
use tiergate_wire::sse::Decoder;

use crate::problem::Problem;

/// A whole chat completion in the dialect of the client.
///
/// # Errors
/// 502 when it is none.
pub(crate) fn retold(body: &Bytes, served: &Served, context: &Context) -> Result<Bytes, Problem> {
    let answer = openai::chat::answer(body, &Undo::default());
    let answer = answer.map_err(|fault| Problem::unreadable_answer(&fault.message))?;
    let front = &context.front;
    let stamp = stamp(served, context);
    Ok(write_answer(
        front.form,
        &answer,
        &stamp,
        front.body.as_ref(),
    ))
}

/// A streamed chat completion on its way into the dialect of the client.
#[derive(Debug)]
pub(crate) struct Retelling {
    reader: openai::chat::Stream,
    writer: Writer,
    ended: bool,
}

impl Retelling {
    pub(crate) fn new(served: &Served, context: &Context) -> Self {
        let front = &context.front;
        let stamp = stamp(served, context);
        Self {
            reader: openai::chat::Stream::new(Undo::default()),
            writer: Writer::new(front.form, &stamp, front.body.as_ref()),
            ended: false,
        }
    }

    /// What the client gets of one event.
    pub(super) fn event(&mut self, raw: &Bytes) -> Result<Bytes, Fault> {
        let mut decoder = Decoder::new(raw.len() + 1);
        decoder.push(raw.clone());
        let mut out = Vec::new();
        while let Ok(Some(event)) = decoder.next() {
            let Some(data) = event.data.filter(|data| !data.is_empty()) else {
                // a comment, by which the provider keeps the connection alive
                self.writer.event(&Event::Ping, &mut out)?;
                continue;
            };
            let mut events = Vec::new();
            self.reader.event("", &data, &mut events)?;
            for event in &events {
                self.writer.event(event, &mut out)?;
            }
        }
        Ok(out.into())
    }

    /// What the client gets of an answer that broke off, where its dialect has words of its own for that.
    pub(super) fn failed(&mut self, error: &ErrorBody<'_>) -> Option<Bytes> {
        let mut out = Vec::new();
        let told = self.writer.failed(error, &mut out);
        told.then(|| out.into())
    }

    /// What the client gets after a complete answer; nothing the second time.
    pub(super) fn end(&mut self) -> Bytes {
        if std::mem::replace(&mut self.ended, true) {
            return Bytes::new();
        }
        let (mut out, mut events) = (Vec::new(), Vec::new());
        // a finish reason without a word in it counts once the provider is done
        if self.reader.event("", b"[DONE]", &mut events).is_ok() {
            for event in &events {
                // nothing that is too long now takes a complete answer back
                let _ = self.writer.event(event, &mut out);
            }
        }
        out.extend(self.writer.end().into_iter().flat_map(|(_, bytes)| bytes));
        out.into()
    }
}

fn stamp<'a>(served: &'a Served, context: &'a Context) -> Stamp<'a> {
    Stamp {
        id: &context.request_id,
        created: context.now.seconds(),
        model: served.model(),
        likely_input: served.likely_input(),
    }
}
