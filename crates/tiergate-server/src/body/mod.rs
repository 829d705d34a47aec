//! Bodies in both directions.

mod cost;
mod read;
mod sse;

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tiergate_shadow::Pick;

pub(crate) use read::read;
pub(crate) use sse::{Broken, Sse};

/// The body of a response.
#[derive(Debug)]
pub(crate) enum Body {
    Full(Option<Bytes>),
    /// An answer that is run again once it has been given out.
    Picked(Option<(Bytes, Box<Pick>)>),
    Stream(Box<Sse>),
}

impl Body {
    pub(crate) fn full(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self::Full((!bytes.is_empty()).then_some(bytes))
    }

    /// An answer, and what shall happen to it afterwards if it is not empty.
    pub(crate) fn picked(bytes: Bytes, pick: Option<Pick>) -> Self {
        match pick {
            Some(pick) if !bytes.is_empty() => Self::Picked(Some((bytes, Box::new(pick)))),
            _ => Self::full(bytes),
        }
    }

    pub(crate) fn stream(sse: Sse) -> Self {
        Self::Stream(Box::new(sse))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match self.get_mut() {
            Self::Full(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Picked(answer) => Poll::Ready(answer.take().map(|(bytes, pick)| {
                pick.full(bytes.clone());
                Ok(Frame::data(bytes))
            })),
            Self::Stream(sse) => sse.poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Full(None) | Self::Picked(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Full(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Self::Picked(answer) => {
                let length = answer.as_ref().map_or(0, |(bytes, _)| bytes.len());
                SizeHint::with_exact(length as u64)
            }
            Self::Stream(_) => SizeHint::default(),
        }
    }
}
