//! A streamed answer on its way to the client.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::HeaderMap;
use http_body::Frame;
use tiergate_dialects::anthropic;
use tiergate_providers::{Chunk, ChunkKind};
use tiergate_router::{Answering, Form};
use tiergate_shadow::Pick;
use tiergate_wire::error::{Body as ErrorBody, Envelope};

use super::cost::priced;
use crate::app::Live;
use crate::{envelope, headers};

/// Server-sent events, byte for byte as the provider sent them but for usage: a client that asked for it gets the
/// cost in it, and one that did not gets no chunk that has nothing else to say.
///
/// A stream that breaks ends in an error event and an aborted body: no finish reason and no `[DONE]` is made up.
#[derive(Debug)]
pub(crate) struct Sse {
    answering: Box<Answering>,
    /// Who answers.
    provider: Arc<str>,
    include_usage: bool,
    /// Cost and savings follow as trailers.
    trailers: Option<Arc<Live>>,
    request_id: Arc<str>,
    /// The answer is run again once it has been given out.
    pick: Option<Box<Pick>>,
    /// What the client speaks.
    form: Form,
    /// Events given out so far, where they are numbered.
    events: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Streaming,
    /// `[DONE]` has been given out. The provider's body is read to its end, so that its connection can be
    /// used again; nothing of it is forwarded.
    Draining,
    /// The provider's body has ended.
    Finishing,
    /// The error event has been given out; it must reach the wire before the body is aborted, because what
    /// is not flushed when a body fails is lost.
    Flushing,
    Aborting,
    Over,
}

/// The stream broke; the client has been told in an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken;

type Next = Poll<Option<Result<Frame<Bytes>, Broken>>>;

impl Sse {
    pub(crate) fn new(
        answering: Box<Answering>,
        provider: &Arc<str>,
        include_usage: bool,
        trailers: Option<Arc<Live>>,
        request_id: Arc<str>,
    ) -> Self {
        Self {
            answering,
            provider: Arc::clone(provider),
            include_usage,
            trailers,
            request_id,
            pick: None,
            form: Form::Chat,
            events: 0,
            state: State::Streaming,
        }
    }

    /// Says what the client speaks.
    pub(crate) fn spoken(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    /// Says that the answer is to be run again afterwards.
    pub(crate) fn picked(mut self, pick: Option<Pick>) -> Self {
        self.pick = pick.map(Box::new);
        self
    }

    pub(crate) fn poll_frame(&mut self, context: &mut Context<'_>) -> Next {
        loop {
            match self.state {
                State::Streaming => {
                    let ready = ready!(self.poll_ready(context));
                    if !ready.is_empty() {
                        return Poll::Ready(Some(Ok(Frame::data(ready))));
                    }
                }
                State::Draining => {
                    let next = ready!(Pin::new(&mut *self.answering).poll_next(context));
                    if !matches!(next, Some(Ok(_))) {
                        self.state = State::Finishing;
                    }
                }
                State::Finishing => {
                    self.state = State::Over;
                    if let Some(pick) = self.pick.take() {
                        pick.streamed();
                    }
                    if let Some(live) = self.trailers.take() {
                        let mut trailers = HeaderMap::with_capacity(2);
                        headers::bill(&mut trailers, &live.settings, &self.answering.bill());
                        return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
                    }
                }
                State::Flushing => {
                    self.state = State::Aborting;
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                State::Aborting => {
                    self.state = State::Over;
                    return Poll::Ready(Some(Err(Broken)));
                }
                State::Over => return Poll::Ready(None),
            }
        }
    }

    /// All that is there to be sent, in one piece: each frame costs a chunk on the wire, and a provider
    /// often sends many events at once. Empty when the state has changed and nothing is to be sent.
    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Bytes> {
        /// More than this is not gathered before something is sent.
        const ENOUGH: usize = 16 * 1024;
        let mut ready = Gathered::default();
        while self.state == State::Streaming && ready.len() < ENOUGH {
            let next = match Pin::new(&mut *self.answering).poll_next(context) {
                Poll::Ready(next) => next,
                Poll::Pending if ready.is_empty() => return Poll::Pending,
                Poll::Pending => break,
            };
            match next {
                Some(Ok(chunk)) => {
                    // an answer that is too long to be kept is not run again
                    self.pick
                        .take_if(|pick| !chunk.raw.is_empty() && !pick.event(&chunk.raw));
                    if chunk.kind == ChunkKind::Done {
                        self.state = State::Draining;
                    }
                    ready.extend(self.forwarded(chunk));
                }
                Some(Err(error)) => {
                    self.state = State::Flushing;
                    ready.extend(Some(self.told(error.message(), error.status())));
                }
                None => self.state = State::Finishing,
            }
        }
        Poll::Ready(ready.into_bytes())
    }

    /// The bytes of a chunk as the client gets them, if it does.
    fn forwarded(&mut self, chunk: Chunk) -> Option<Bytes> {
        if self.form == Form::Responses {
            self.events += events(&chunk.raw);
        }
        if chunk.usage.is_some() && self.include_usage && self.form == Form::Chat {
            return Some(priced(chunk, self.answering.bill().cost));
        }
        let unasked = chunk.kind == ChunkKind::UsageOnly && !self.include_usage;
        (!unasked).then_some(chunk.raw)
    }

    /// The last event of an answer that broke off.
    fn told(&mut self, message: &str, provider_status: Option<u16>) -> Bytes {
        let error = ErrorBody {
            message,
            kind: "api_error",
            code: Some("upstream_interrupted"),
            class: Some("provider"),
            retryable: Some(true),
            provider: Some(&self.provider),
            provider_status,
            partial: Some(true),
            request_id: Some(&self.request_id),
            param: None,
        };
        let told = self.answering.failed(&error);
        told.unwrap_or_else(|| self.framed(&error))
    }

    /// The error event of the client's dialect.
    fn framed(&self, error: &ErrorBody<'_>) -> Bytes {
        match self.form {
            Form::Chat => {
                let error = error.clone();
                let envelope = Envelope { error }.to_bytes();
                [b"data: ", envelope.as_ref(), b"\n\n"].concat().into()
            }
            Form::Messages => {
                // of what ails the provider a client may know that it is busy, not that its credential is refused
                let kind = match error.provider_status {
                    Some(status @ (429 | 503 | 504 | 529)) => anthropic::error_kind(status),
                    _ => "api_error",
                };
                let body = envelope::messages(error, kind, &self.request_id);
                [b"event: error\ndata: ", body.as_ref(), b"\n\n"]
                    .concat()
                    .into()
            }
            Form::Responses => {
                let body = envelope::responses(error, self.events);
                [b"event: error\ndata: ", body.as_ref(), b"\n\n"]
                    .concat()
                    .into()
            }
        }
    }
}

/// The number of events in some bytes of a stream.
fn events(raw: &[u8]) -> usize {
    let lines = raw.split(|byte| *byte == b'\n');
    lines.filter(|line| line.starts_with(b"data:")).count()
}

/// Pieces that become one; a single one is not copied.
#[derive(Debug, Default)]
struct Gathered {
    first: Bytes,
    joined: BytesMut,
}

impl Gathered {
    fn extend(&mut self, bytes: Option<Bytes>) {
        let Some(bytes) = bytes else { return };
        if self.is_empty() {
            self.first = bytes;
            return;
        }
        if self.joined.is_empty() {
            self.joined.extend_from_slice(&self.first);
        }
        self.joined.extend_from_slice(&bytes);
    }

    fn len(&self) -> usize {
        self.joined.len().max(self.first.len())
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn into_bytes(self) -> Bytes {
        if self.joined.is_empty() {
            self.first
        } else {
            self.joined.freeze()
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the provider's stream broke off")
    }
}

impl std::error::Error for Broken {}
