//! A chat completion, told again in the dialect of the client.

use bytes::Bytes;
use tiergate_dialects::front::{Writer, left_out, left_out_of, write_answer};
use tiergate_dialects::inner::{Event, Stamp, Undo};
use tiergate_dialects::openai::chat;
use tiergate_dialects::{Fault, Form};
use tiergate_wire::error::Body as ErrorBody;
use tiergate_wire::sse::Decoder;

use crate::error::{Error, Kind};
use crate::seam::{Call, Chunk, ChunkKind, Full};

/// What tells a client of another dialect the answer of a provider that gives chat completions only.
///
/// Whoever judges an attempt tells its answer with this, and so learns at once if that cannot be done: before the first
/// word another candidate can be tried.
#[derive(Debug)]
pub struct Telling {
    provider: Box<str>,
    form: Form,
    reader: chat::Stream,
    writer: Writer,
    progress: Progress,
}

/// How far the answer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    /// Nothing was said yet.
    Silent,
    Speaking,
    /// A finish was read: nothing that goes wrong now takes the answer back.
    Finished,
    /// The client has its end.
    Ended,
}

impl Telling {
    /// Tells a whole answer, by the provider of this name; the client is to know its model as `model`.
    ///
    /// # Errors
    /// [`Kind::Invalid`] when it is none that can be told.
    pub fn full(
        mut full: Full,
        call: &Call<'_>,
        (provider, model): (&str, &str),
    ) -> Result<Full, Error> {
        let form = call.front.form;
        let answer = chat::answer(&full.body, &Undo::default());
        let answer = answer.map_err(|_fault| untold(Kind::Invalid, provider))?;
        full.head.edits.extend(left_out(form, &answer.parts));
        full.head.form = form;
        let told = write_answer(form, &answer, &stamp(call, model), call.front.body);
        full.body = told;
        Ok(full)
    }

    /// For a streamed answer, by the provider of this name; the client is to know its model as `model`.
    pub fn new(call: &Call<'_>, (provider, model): (&str, &str)) -> Self {
        let form = call.front.form;
        Self {
            provider: provider.into(),
            form,
            reader: chat::Stream::new(Undo::default()),
            writer: Writer::new(form, &stamp(call, model), call.front.body),
            progress: Progress::Silent,
        }
    }

    /// Puts in place of a chunk's bytes those that the client gets.
    ///
    /// # Errors
    /// When it cannot be told: [`Kind::Invalid`], and [`Kind::Interrupted`] once something was said.
    pub fn chunk(&mut self, chunk: &mut Chunk) -> Result<(), Error> {
        if chunk.kind == ChunkKind::Done {
            chunk.raw = self.end()?;
            return Ok(());
        }
        let mut out = Vec::new();
        let read = self.read(chunk, &mut out);
        if read.is_err() && self.progress < Progress::Finished {
            return Err(self.untold());
        }
        if chunk.commits && self.progress == Progress::Silent {
            self.progress = Progress::Speaking;
        }
        if chunk.kind == ChunkKind::UsageOnly {
            // tokens stand where they belong, asked for or not
            chunk.kind = ChunkKind::Data;
        }
        chunk.raw = out.into();
        Ok(())
    }

    fn read(&mut self, chunk: &mut Chunk, out: &mut Vec<u8>) -> Result<(), Fault> {
        let mut decoder = Decoder::new(chunk.raw.len() + 1);
        decoder.push(std::mem::take(&mut chunk.raw));
        while let Ok(Some(event)) = decoder.next() {
            let Some(data) = event.data.filter(|data| !data.is_empty()) else {
                // a comment, by which the provider keeps the connection alive
                self.writer.event(&Event::Ping, out)?;
                continue;
            };
            let mut events = Vec::new();
            let read = self.reader.event("", &data, &mut events);
            for event in &events {
                self.write(event, out)?;
                chunk.left_out.extend(left_out_of(self.form, event));
            }
            read?;
        }
        Ok(())
    }

    fn write(&mut self, event: &Event<'_>, out: &mut Vec<u8>) -> Result<(), Fault> {
        if matches!(event, Event::Finish { .. }) {
            self.progress = self.progress.max(Progress::Finished);
        }
        self.writer.event(event, out)
    }

    /// What the client gets after a complete answer; nothing the second time.
    ///
    /// # Errors
    /// [`Kind::Interrupted`] when the answer has no end that could be told.
    pub fn end(&mut self) -> Result<Bytes, Error> {
        let mut out = Vec::new();
        if self.progress < Progress::Finished {
            let mut events = Vec::new();
            // a finish reason without a word in it counts once the provider is done
            let _ = self.reader.event("", b"[DONE]", &mut events);
            for event in &events {
                // nothing that is too long now takes a complete answer back
                let _ = self.write(event, &mut out);
            }
        }
        match self.progress {
            Progress::Silent | Progress::Speaking => return Err(self.untold()),
            Progress::Ended => return Ok(Bytes::new()),
            Progress::Finished => self.progress = Progress::Ended,
        }
        out.extend(self.writer.end().into_iter().flat_map(|(_, bytes)| bytes));
        Ok(out.into())
    }

    /// What the client gets of an answer that broke off, where its dialect has words of its own for that.
    pub fn failed(&mut self, error: &ErrorBody<'_>) -> Option<Bytes> {
        let mut out = Vec::new();
        let told = self.writer.failed(error, &mut out);
        told.then(|| out.into())
    }

    fn untold(&self) -> Error {
        let kind = match self.progress {
            Progress::Silent => Kind::Invalid,
            _ => Kind::Interrupted,
        };
        untold(kind, &self.provider)
    }
}

/// What a host has said is not repeated: it may hold what it was sent.
fn untold(kind: Kind, provider: &str) -> Error {
    let message = "the answer cannot be told in the client's dialect";
    let error = Error::new(kind, provider, message);
    match kind {
        Kind::Invalid => error.with_status(200),
        _ => error,
    }
}

fn stamp<'a>(call: &Call<'a>, model: &'a str) -> Stamp<'a> {
    Stamp {
        id: call.request_id,
        created: call.created,
        model,
        likely_input: call.front.likely_input,
    }
}
