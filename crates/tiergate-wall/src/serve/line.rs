//! A connection that can be read, written, watched and broken.

use std::future::{pending, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A stream over a TCP connection.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Send + Unpin {
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

#[cfg(feature = "tls")]
impl Socket for tokio_rustls::server::TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

pub(crate) struct Line<S> {
    socket: S,
    /// What came and was not taken.
    pub buffer: BytesMut,
}

/// The client has gone.
#[derive(Debug)]
pub(crate) struct Gone;

/// More than this is not read ahead while an answer is under way.
const AHEAD: usize = 64 * 1024;
/// How long a closed connection is kept, so that the close does not become a reset.
const LINGER: Duration = Duration::from_secs(1);

impl<S: Socket> Line<S> {
    pub(crate) fn new(socket: S) -> Self {
        // whole answers are written at once, and pieces are meant to be pieces
        _ = socket.tcp().set_nodelay(true);
        Self {
            socket,
            buffer: BytesMut::with_capacity(8 * 1024),
        }
    }

    /// Waits for more bytes; none are the end.
    pub(crate) async fn more(&mut self) -> Result<(), Gone> {
        match self.socket.read_buf(&mut self.buffer).await {
            Ok(1..) => Ok(()),
            Ok(0) | Err(_) => Err(Gone),
        }
    }

    /// Returns when the client has gone.
    pub(crate) async fn gone(&mut self) {
        while self.buffer.len() < AHEAD {
            if self.more().await.is_err() {
                return;
            }
        }
        pending::<()>().await;
    }

    /// Has the client gone by now?
    pub(crate) async fn is_gone(&mut self) -> bool {
        if self.buffer.len() >= AHEAD {
            return false;
        }
        let mut space = [0; 1024];
        let mut read = ReadBuf::new(&mut space);
        let now =
            poll_fn(
                |context| match Pin::new(&mut self.socket).poll_read(context, &mut read) {
                    Poll::Pending => Poll::Ready(None),
                    Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
                },
            );
        match now.await {
            None => false,
            Some(Err(_)) => true,
            Some(Ok(())) => {
                self.buffer.extend_from_slice(read.filled());
                read.filled().is_empty()
            }
        }
    }

    /// Writes what can be written now, and says how much.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.write(bytes).await
    }

    pub(crate) async fn flush(&mut self) -> io::Result<()> {
        self.socket.flush().await
    }

    /// Says the end, and waits a little for the other's.
    pub(crate) async fn close(mut self) {
        if self.socket.shutdown().await.is_ok() {
            let mut sink = [0; 4096];
            let drain = async { while matches!(self.socket.read(&mut sink).await, Ok(1..)) {} };
            _ = timeout(LINGER, drain).await;
        }
    }

    /// Breaks the connection by a TCP reset.
    pub(crate) fn reset(self) {
        _ = self.socket.tcp().set_zero_linger();
    }
}
