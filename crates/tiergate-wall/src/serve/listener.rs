//! A port: it accepts, and refuses for a while when it is told to.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::{Instant, sleep, sleep_until};

use super::connection::Connection;
use super::house::House;
use super::line::{Line, Socket};
use crate::script::Spec;

#[derive(Debug)]
pub(crate) struct Listener {
    accepting: TcpListener,
    pub address: SocketAddr,
    role: Role,
}

/// What a port is for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Role {
    /// What it does unless the script says otherwise.
    pub spec: Option<Spec>,
    pub control: bool,
    #[cfg(feature = "tls")]
    pub tls: Option<Arc<tokio_rustls::rustls::ServerConfig>>,
}

/// Connections that wait to be accepted.
const BACKLOG: u32 = 4096;
/// Between two trials to take a port again.
const AGAIN: Duration = Duration::from_millis(20);

impl Listener {
    pub(crate) fn bind(address: SocketAddr, role: Role) -> io::Result<Self> {
        let listener = listen(address)?;
        let address = listener.local_addr()?;
        Ok(Self {
            accepting: listener,
            address,
            role,
        })
    }

    /// Accepts until the house is closed.
    pub(crate) async fn run(mut self, house: Arc<House>) {
        let mut refusing = house.refusing.subscribe();
        let stop = house.stop.clone();
        loop {
            let until = *refusing.borrow_and_update();
            if let Some(until) = until.filter(|until| *until > Instant::now() && !self.role.control)
            {
                let address = self.address;
                drop(self.accepting);
                tokio::select! {
                    () = sleep_until(until) => {}
                    _ = refusing.changed() => {}
                    () = stop.cancelled() => return,
                }
                self.accepting = loop {
                    match listen(address) {
                        Ok(listener) => break listener,
                        Err(_) if stop.is_cancelled() => return,
                        Err(_) => sleep(AGAIN).await,
                    }
                };
                continue;
            }
            tokio::select! {
                accepted = self.accepting.accept() => match accepted {
                    Ok((stream, _)) => self.admit(&house, stream),
                    // out of file descriptors, most likely
                    Err(_) => sleep(AGAIN).await,
                },
                _ = refusing.changed() => {}
                () = stop.cancelled() => return,
            }
        }
    }

    fn admit(&self, house: &Arc<House>, stream: TcpStream) {
        let number = {
            let mut tally = house.tally();
            let number = tally.connections;
            if !self.role.control {
                tally.connections += 1;
                *tally.ports.entry(self.address.port()).or_default() += 1;
                tally.open += 1;
            }
            number
        };
        let (house, port, role) = (Arc::clone(house), self.address.port(), self.role.clone());
        tokio::spawn(async move {
            let counted = !role.control;
            welcome(Arc::clone(&house), stream, number, port, role).await;
            if counted {
                let mut tally = house.tally();
                tally.open = tally.open.saturating_sub(1);
            }
        });
    }
}

async fn welcome(house: Arc<House>, stream: TcpStream, number: u64, port: u16, role: Role) {
    #[cfg(feature = "tls")]
    if let Some(tls) = role.tls.clone().map(tokio_rustls::TlsAcceptor::from) {
        if let Ok(stream) = tls.accept(stream).await {
            serve(house, stream, number, port, role).await;
        }
        return;
    }
    serve(house, stream, number, port, role).await;
}

async fn serve<S: Socket>(house: Arc<House>, socket: S, number: u64, port: u16, role: Role) {
    let connection = Connection {
        house,
        line: Line::new(socket),
        number,
        port,
        spec: role.spec,
        control: role.control,
    };
    connection.serve().await;
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // or a port could not be taken again while old connections fade away
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
