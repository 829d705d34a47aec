//! What has passed over a connection, as far as it tells whether a lost one was given up while nobody used it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use http::Extensions;
use hyper_util::client::legacy;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Something was read at some time.
const ANSWERED: u8 = 1;

/// Something was written, and nothing was read since.
const WAITING: u8 = 2;

/// The state of an HTTP/1.1 connection, on which requests and responses take turns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exchange(Arc<AtomicU8>);

impl Exchange {
    fn written(&self) {
        self.0.fetch_or(WAITING, Ordering::Relaxed);
    }

    fn read(&self) {
        self.0.store(ANSWERED, Ordering::Relaxed);
    }

    /// Whether an earlier request was answered here, and the last one has got no byte.
    fn is_stale(&self) -> bool {
        self.0.load(Ordering::Relaxed) == ANSWERED | WAITING
    }
}

/// A connection whose exchanges are followed.
pub(crate) struct Followed<T> {
    io: T,
    exchange: Exchange,
}

impl<T> Followed<T> {
    pub(crate) fn new(io: T) -> Self {
        let exchange = Exchange::default();
        Self { io, exchange }
    }

    pub(crate) fn io(&self) -> &T {
        &self.io
    }

    pub(crate) fn exchange(&self) -> &Exchange {
        &self.exchange
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Followed<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.io).poll_read(context, buffer);
        if buffer.filled().len() > before {
            this.exchange.read();
        }
        read
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Followed<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.exchange.written();
        Pin::new(&mut this.io).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.exchange.written();
        Pin::new(&mut this.io).poll_write_vectored(context, pieces)
    }
}

/// Whether a request failed on a connection that was used before, without a byte of a response.
pub(crate) fn was_stale(error: &legacy::Error) -> bool {
    let Some(connection) = error.connect_info() else {
        return false;
    };
    let mut told = Extensions::new();
    connection.get_extras(&mut told);
    told.get().is_some_and(Exchange::is_stale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_later_request_without_a_byte_is_stale() {
        let exchange = Exchange::default();
        assert!(!exchange.is_stale(), "never used");
        exchange.written();
        assert!(!exchange.is_stale(), "the first request");
        exchange.read();
        assert!(!exchange.is_stale(), "answered");
        exchange.written();
        exchange.written();
        assert!(exchange.is_stale(), "used again");
        exchange.read();
        assert!(!exchange.is_stale(), "a part of an answer");
    }
}
