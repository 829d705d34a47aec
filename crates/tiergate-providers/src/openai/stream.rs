//! A streamed answer: bytes in, events out, each forwarded as it came.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http_body::Body as _;
use hyper::body::Incoming;
use tiergate_dialects::Fault;
use tiergate_dialects::openai::{EventKind, Facts, even, event};
use tiergate_wire::sse::{Decoder, Event};
use tokio::time::{Instant, Sleep};

use super::OpenAi;
use super::standing::Standing;
use crate::error::{Error, Kind};
use crate::http::LONGEST_EVENT;
use crate::seam::{Call, Chunk, ChunkKind};

/// After `[DONE]`, how long the end of the body is waited for, so that the connection can be used
/// again.
const AFTER_DONE: Duration = Duration::from_millis(100);

/// The events of one answer.
pub(super) struct Events {
    provider: OpenAi,
    body: Incoming,
    decoder: Decoder,
    progress: Progress,
    choices: Standing,
    /// When the whole must be over.
    deadline: Instant,
    limit: Instant,
    /// After the end of the answer, how long the next event is waited for.
    after_finish: Duration,
    clock: Option<Pin<Box<Sleep>>>,
    /// The body has given its end.
    drained: bool,
}

/// How far the answer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// Nothing was said yet.
    Silent,
    Speaking,
    /// Every choice that has begun has a finish reason.
    Finished,
    /// `[DONE]` was seen.
    Done,
    /// Nothing is left to say.
    Over,
}

impl Events {
    pub(super) fn new(provider: OpenAi, body: Incoming, call: &Call<'_>) -> Self {
        Self {
            provider,
            body,
            decoder: Decoder::new(LONGEST_EVENT),
            progress: Progress::Silent,
            choices: Standing::new(call.request.n()),
            deadline: call.deadline,
            limit: call.deadline,
            after_finish: call.after_finish,
            clock: None,
            drained: false,
        }
    }

    /// What an event is to the outside; `None` for one that nobody needs to see.
    fn chunk(&mut self, event: Event) -> Option<Result<Chunk, Error>> {
        let Some(data) = event.data.as_deref().filter(|data| !data.is_empty()) else {
            let raw = event.raw;
            // OpenAI's clients stumble over fields without data
            return is_comment(&raw).then(|| {
                Ok(Chunk {
                    raw,
                    kind: ChunkKind::Comment,
                    ..Chunk::default()
                })
            });
        };
        if self.progress == Progress::Done {
            return None;
        }
        let committed = self.progress != Progress::Silent;
        let facts = match read(data, committed, &self.provider) {
            Ok(facts) => facts,
            // nothing that goes wrong after its end takes an answer back
            Err(_) if self.choices.is_complete() => return self.ended(""),
            Err(error) => return Some(self.broken(error)),
        };
        if self.choices.is_crossed(&facts) {
            let fault = Fault::invalid("the stream ended a choice that it had not begun");
            let error = self.provider.0.upstream.broken(&fault, committed);
            return Some(self.broken(error));
        }
        if self.choices.is_repeated(&facts) {
            return None;
        }
        let finish = self.advance(&facts);
        if facts.kind == EventKind::Done && self.progress != Progress::Done {
            let error = "the stream ended without a finish reason";
            return Some(self.broken(self.provider.0.upstream.error(Kind::Interrupted, error)));
        }
        let evened = facts.uneven.then(|| even(data)).flatten();
        Some(Ok(Chunk {
            raw: evened.map_or(event.raw, |data| framed(&data)),
            kind: match facts.kind {
                EventKind::Aside => return None,
                EventKind::Chunk => ChunkKind::Data,
                EventKind::Done => ChunkKind::Done,
                EventKind::UsageOnly => ChunkKind::UsageOnly,
            },
            commits: facts.commits,
            finish,
            open: self.choices.is_open(),
            usage: facts.usage,
            output_bytes: facts.output_bytes,
            left_out: Vec::new(),
        }))
    }

    /// Takes note of an event; tells whether a choice ended.
    fn advance(&mut self, facts: &Facts) -> bool {
        if facts.commits && self.progress == Progress::Silent {
            self.progress = Progress::Speaking;
        }
        let ended = self.choices.note(facts);
        if self.choices.is_whole() {
            self.progress = Progress::Finished;
        } else if self.progress == Progress::Finished {
            // another choice has begun
            self.progress = Progress::Speaking;
            self.limit = self.deadline;
        }
        if self.progress == Progress::Finished {
            let wait = if facts.kind == EventKind::Done {
                self.progress = Progress::Done;
                AFTER_DONE
            } else {
                self.after_finish
            };
            // each further event starts the wait anew: of several choices one may still begin
            self.limit = Instant::now() + wait;
        }
        ended
    }

    /// The body has no more to give.
    fn ended(&mut self, why: &str) -> Option<Result<Chunk, Error>> {
        let complete = matches!(
            self.progress,
            Progress::Finished | Progress::Done | Progress::Over
        );
        let error = (!complete).then(|| self.provider.0.upstream.error(Kind::Interrupted, why));
        self.progress = Progress::Over;
        error.map(Err)
    }

    /// The stream breaks with `error`, after which nothing follows.
    fn broken(&mut self, error: Error) -> Result<Chunk, Error> {
        self.progress = Progress::Over;
        Err(error)
    }

    fn poll_clock(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Chunk, Error>>> {
        let limit = self.limit;
        let clock = self
            .clock
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(limit)));
        if clock.deadline() != limit {
            clock.as_mut().reset(limit);
        }
        std::task::ready!(clock.as_mut().poll(cx));
        if matches!(self.progress, Progress::Finished | Progress::Done) {
            return Poll::Ready(self.ended(""));
        }
        let error = "the stream was not complete at the deadline";
        let error = self.provider.0.upstream.error(Kind::Timeout, error);
        Poll::Ready(Some(self.broken(error)))
    }
}

impl Stream for Events {
    type Item = Result<Chunk, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        while this.progress != Progress::Over {
            match this.decoder.next() {
                Ok(Some(event)) => {
                    if let Some(item) = this.chunk(event) {
                        return Poll::Ready(Some(item));
                    }
                    continue;
                }
                Ok(None) if this.drained => return Poll::Ready(this.last()),
                Ok(None) => {}
                Err(_) if this.choices.is_complete() => return Poll::Ready(this.ended("")),
                Err(long) => {
                    let error = this
                        .provider
                        .0
                        .upstream
                        .error(Kind::Invalid, &long.to_string());
                    return Poll::Ready(Some(this.broken(error)));
                }
            }
            match Pin::new(&mut this.body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    if let Ok(data) = frame.into_data() {
                        this.decoder.push(data);
                    }
                }
                Poll::Ready(Some(Err(_))) => {
                    let why = "the connection ended within the stream";
                    if this.progress == Progress::Silent {
                        // nothing was said: like a reset before the head
                        let error = this.provider.0.upstream.error(Kind::Reset, why);
                        return Poll::Ready(Some(this.broken(error)));
                    }
                    return Poll::Ready(this.ended(why));
                }
                Poll::Ready(None) => {
                    this.drained = true;
                    return Poll::Ready(this.last());
                }
                Poll::Pending => return this.poll_clock(cx),
            }
        }
        Poll::Ready(None)
    }
}

impl Events {
    /// After the end of the body: an event may be left that lacks its blank line, which is added.
    fn last(&mut self) -> Option<Result<Chunk, Error>> {
        let left = self.decoder.finish().and_then(|mut event| {
            event.raw = [&event.raw, b"\n\n".as_slice()].concat().into();
            self.chunk(event)
        });
        left.or_else(|| self.ended("the stream ended without a finish reason"))
    }
}

/// Reads one payload.
fn read(data: &[u8], committed: bool, provider: &OpenAi) -> Result<Facts, Error> {
    event(data, committed, provider.0.quirks)
        .map_err(|fault| provider.0.upstream.broken(&fault, committed))
}

/// JSON as an event of one line: line breaks can stand between its tokens only.
fn framed(json: &[u8]) -> Bytes {
    let one_line = json.iter().map(|byte| match byte {
        b'\n' | b'\r' => b' ',
        other => *other,
    });
    let raw = b"data: ".iter().copied().chain(one_line);
    raw.chain(*b"\n\n").collect()
}

/// Whether every line is a comment or blank.
pub(crate) fn is_comment(raw: &[u8]) -> bool {
    let mut lines = raw.split(|byte| matches!(byte, b'\n' | b'\r'));
    lines.all(|line| line.first().is_none_or(|first| *first == b':'))
}
