//! A streamed answer: the vendor's events in, the client's out.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http_body::Body as _;
use hyper::body::Incoming;
use tiergate_dialects::Form;
use tiergate_dialects::front::{Ending, Writer, left_out_of};
use tiergate_dialects::inner::Event;
use tiergate_wire::usage::Usage;
use tokio::time::{Instant, Sleep};

use super::framing::{Cutter, Piece, Sort};
use super::full::LOST;
use super::protocol::Decode;
use super::replay::{Between, Thoughts};
use super::{Exchange, Vendor, stamp};
use crate::error::{Error, Kind};
use crate::seam::{Call, Chunk, ChunkKind};

/// After the vendor has said that nothing follows, how long the end of the body is waited for, so that the connection
/// can be used again.
const AFTER_DONE: Duration = Duration::from_millis(100);

/// The chunks of one answer.
pub(super) struct Chunks {
    vendor: Vendor,
    body: Incoming,
    cutter: Cutter,
    decoder: Box<dyn Decode>,
    writer: Writer,
    form: Form,
    /// Events pass through as they came.
    native: bool,
    thoughts: Thoughts,
    between: Between,
    usage: Option<Usage>,
    /// Nothing was said or done yet, not even in secret.
    blank: bool,
    progress: Progress,
    limit: Instant,
    /// After the end of the answer, how long the rest is waited for.
    after_finish: Duration,
    clock: Option<Pin<Box<Sleep>>>,
    /// Chunks that are made and not given out yet, the next one last.
    made: Vec<Chunk>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// Nothing was said yet.
    Silent,
    Speaking,
    /// The vendor has said that the answer is complete.
    Finished,
    /// The vendor has said that nothing follows.
    Done,
    /// Nothing is left to come.
    Over,
}

type Item = Result<Chunk, Error>;

impl Chunks {
    pub(super) fn new(vendor: Vendor, body: Incoming, call: &Call<'_>, exchange: Exchange) -> Self {
        let protocol = &vendor.0.protocol;
        Self {
            body,
            cutter: Cutter::new(protocol.framing()),
            decoder: protocol.stream(exchange.translated.undo),
            writer: Writer::new(exchange.form, &stamp(call), call.front.body),
            form: exchange.form,
            native: exchange.native,
            thoughts: Thoughts::default(),
            between: vendor.between(call),
            usage: None,
            blank: true,
            progress: Progress::Silent,
            limit: call.deadline,
            after_finish: call.after_finish,
            clock: None,
            made: Vec::new(),
            vendor,
        }
    }

    /// Reads one event of the vendor's; `None` after the last.
    fn read(&mut self, piece: &Piece) -> Option<Item> {
        if self.progress == Progress::Done {
            return None;
        }
        let mut events = Vec::new();
        let read = match piece.sort {
            Sort::Comment => {
                events.push(Event::Ping);
                Ok(())
            }
            Sort::Failure => {
                let protocol = &self.vendor.0.protocol;
                Err(protocol.fault(200, Some(&piece.name), &piece.data))
            }
            Sort::Payload => self.decoder.event(&piece.name, &piece.data, &mut events),
        };
        let mut chunk = Chunk::default();
        let mut bytes = Vec::new();
        let mut told = Ok(());
        for event in &events {
            if let Event::Finish { stop, .. } = event
                && self.blank
                // some tell it afterwards
                && self.usage.is_some()
                && stop.is_lost(self.usage)
            {
                let error = self.vendor.0.upstream.error(Kind::Invalid, LOST);
                return Some(self.broken(error));
            }
            self.note(event, &mut chunk);
            if !self.native && told.is_ok() {
                told = self.writer.event(event, &mut bytes);
                chunk.left_out.extend(left_out_of(self.form, event));
            }
        }
        if let Err(fault) = read.and(told) {
            // nothing that goes wrong after its end takes an answer back
            if self.is_complete() {
                return self.ended("");
            }
            let committed = self.progress != Progress::Silent;
            return Some(self.broken(self.vendor.0.upstream.broken(&fault, committed)));
        }
        chunk.raw = if !self.native {
            Bytes::from(bytes)
        } else if self.decoder.repeats() {
            Bytes::new()
        } else {
            piece.raw.clone()
        };
        if piece.sort == Sort::Comment {
            chunk.kind = ChunkKind::Comment;
        }
        if self.progress == Progress::Finished && self.decoder.is_over() {
            self.progress = Progress::Done;
            self.limit = Instant::now() + AFTER_DONE;
            if self.native {
                chunk.kind = ChunkKind::Done;
            }
        }
        // one of which the client sees nothing is a sign of life all the same
        Some(Ok(chunk))
    }

    fn note(&mut self, event: &Event<'_>, chunk: &mut Chunk) {
        self.thoughts.note(event);
        self.blank &= !event.commits() && !matches!(event, Event::Signature { .. });
        if event.commits() {
            chunk.commits = true;
            if self.progress == Progress::Silent {
                self.progress = Progress::Speaking;
            }
        }
        let said = u32::try_from(event.output_bytes()).unwrap_or(u32::MAX);
        chunk.output_bytes = chunk.output_bytes.saturating_add(said);
        match event {
            Event::Usage(usage) => {
                chunk.usage = Some(*usage);
                self.usage = Some(*usage);
            }
            Event::Finish { .. } => {
                chunk.finish = true;
                let replay = &self.vendor.0.replay;
                replay.keep_thoughts(&self.between, &mut self.thoughts);
                self.progress = Progress::Finished;
                self.limit = Instant::now() + self.after_finish;
            }
            _ => {}
        }
    }

    /// The connection was lost. Before the first word that is no more than if no answer had come.
    fn lost(&mut self) -> Option<Item> {
        let why = "the connection ended within the stream";
        if self.progress != Progress::Silent {
            return self.ended(why);
        }
        Some(self.broken(self.vendor.0.upstream.error(Kind::Reset, why)))
    }

    /// The body has no more to give.
    fn ended(&mut self, why: &str) -> Option<Item> {
        let complete = self.is_complete();
        self.progress = Progress::Over;
        if !complete {
            return Some(Err(self.vendor.0.upstream.error(Kind::Interrupted, why)));
        }
        if !self.native {
            let chunks = self.writer.end().into_iter();
            let chunks = chunks.map(|(ending, raw)| match ending {
                Ending::Usage => Chunk {
                    raw,
                    kind: ChunkKind::UsageOnly,
                    usage: self.usage,
                    ..Chunk::default()
                },
                Ending::Done => Chunk {
                    raw,
                    kind: ChunkKind::Done,
                    ..Chunk::default()
                },
            });
            self.made = chunks.collect();
            self.made.reverse();
        }
        self.made.pop().map(Ok)
    }

    fn is_complete(&self) -> bool {
        matches!(self.progress, Progress::Finished | Progress::Done)
    }

    fn broken(&mut self, error: Error) -> Item {
        self.progress = Progress::Over;
        Err(error)
    }

    fn poll_clock(&mut self, context: &mut Context<'_>) -> Poll<Option<Item>> {
        let limit = self.limit;
        let clock = self
            .clock
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(limit)));
        if clock.deadline() != limit {
            clock.as_mut().reset(limit);
        }
        ready!(clock.as_mut().poll(context));
        if self.is_complete() {
            return Poll::Ready(self.ended(""));
        }
        let error = "the stream was not complete at the deadline";
        let error = self.vendor.0.upstream.error(Kind::Timeout, error);
        Poll::Ready(Some(self.broken(error)))
    }
}

impl Stream for Chunks {
    type Item = Item;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Item>> {
        const CUT: &str = "the stream ended before the answer was complete";
        let this = self.get_mut();
        if let Some(chunk) = this.made.pop() {
            return Poll::Ready(Some(Ok(chunk)));
        }
        while this.progress != Progress::Over {
            match this.cutter.next() {
                Ok(Some(piece)) => {
                    if let Some(item) = this.read(&piece) {
                        return Poll::Ready(Some(item));
                    }
                    continue;
                }
                Ok(None) => {}
                // nothing that goes wrong after its end takes an answer back
                Err(_) if this.is_complete() => return Poll::Ready(this.ended("")),
                Err(told) => {
                    let error = this.vendor.0.upstream.error(Kind::Invalid, &told);
                    return Poll::Ready(Some(this.broken(error)));
                }
            }
            match Pin::new(&mut this.body).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => {
                    if let Ok(data) = frame.into_data() {
                        this.cutter.push(data);
                    }
                }
                Poll::Ready(Some(Err(_))) => {
                    return Poll::Ready(this.lost());
                }
                Poll::Ready(None) => {
                    let left = this.cutter.finish();
                    let said = left.and_then(|piece| this.read(&piece));
                    return Poll::Ready(match said {
                        Some(item) => Some(item),
                        None => this.ended(CUT),
                    });
                }
                Poll::Pending => return this.poll_clock(context),
            }
        }
        Poll::Ready(None)
    }
}
