//! Addresses where nobody answers.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

/// A host that no resolver knows: `.invalid` is reserved for that.
pub const UNRESOLVABLE: &str = "http://tiergate-wall.invalid:9";

/// A port of the loopback that refuses connections, and is nobody else's as long as this lives.
#[derive(Debug)]
pub struct ClosedPort {
    address: SocketAddr,
    _socket: TcpSocket,
}

impl ClosedPort {
    /// Takes a free port without listening on it.
    pub fn new() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        Ok(Self {
            address: socket.local_addr()?,
            _socket: socket,
        })
    }

    /// The base of its addresses.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// A port of the loopback where connections are neither accepted nor refused (on Linux): whoever connects waits.
#[derive(Debug)]
pub struct BlackHole {
    address: SocketAddr,
    _listener: TcpListener,
    _full: Vec<TcpStream>,
}

/// Connections that a queue of length 1 might take.
const MOST: usize = 16;
/// Whoever waits so long on the loopback waits for ever.
const PATIENCE: Duration = Duration::from_millis(100);

impl BlackHole {
    /// Listens, accepts nobody, and fills the queue.
    ///
    /// # Errors
    ///
    /// Also where the system goes on taking connections.
    pub async fn new() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let listener = socket.listen(1)?;
        let address = listener.local_addr()?;
        let mut full = Vec::new();
        while full.len() < MOST {
            match timeout(PATIENCE, TcpStream::connect(address)).await {
                Ok(stream) => full.push(stream?),
                Err(_) => {
                    return Ok(Self {
                        address,
                        _listener: listener,
                        _full: full,
                    });
                }
            }
        }
        Err(io::Error::other("the queue does not fill"))
    }

    /// The base of its addresses.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}
