//! Where connections come from.

use std::future::{Future, pending};
use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A source of connections.
pub trait Accept: Send {
    /// The next connection, on the runtime of the caller.
    ///
    /// # Cancel safety
    /// Dropping the future loses no connection.
    fn accept(&mut self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> + Send;
}

impl Accept for TcpListener {
    async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        Self::accept(self).await
    }
}

/// Connections that are accepted elsewhere and handed over.
#[derive(Debug)]
pub struct Handed(UnboundedReceiver<(std::net::TcpStream, SocketAddr)>);

impl Accept for Handed {
    async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        match self.0.recv().await {
            Some((stream, peer)) => Ok((TcpStream::from_std(stream)?, peer)),
            // nobody is left who accepts: wait to be stopped
            None => pending().await,
        }
    }
}

/// Accepts connections and deals them out in turn to servers that each run on a thread of their own.
///
/// A request then stays on one thread from its first byte to its last, and so do the provider's connections
/// that it uses: nothing is woken across threads (docs/adr/0007).
#[derive(Debug, Default)]
pub struct Dealer {
    hands: Vec<UnboundedSender<(std::net::TcpStream, SocketAddr)>>,
}

impl Dealer {
    /// One more server to deal to.
    pub fn hand(&mut self) -> Handed {
        let (sender, receiver) = unbounded_channel();
        self.hands.push(sender);
        Handed(receiver)
    }

    /// Deals until the listener fails or every server is gone.
    ///
    /// # Errors
    /// When a connection cannot be taken off this runtime.
    pub async fn deal(self, listener: TcpListener) -> io::Result<()> {
        let mut turns = self.hands.iter().cycle();
        loop {
            let accepted = listener.accept().await;
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(fault) => {
                    crate::serve::pause_if_exhausted(&fault).await;
                    continue;
                }
            };
            let Some(hand) = turns.next() else {
                return Ok(());
            };
            if hand.send((stream.into_std()?, peer)).is_err() {
                return Ok(());
            }
        }
    }
}
