//! Opens a connection: name resolution, TCP, and TLS for `https`, within one time limit.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tower_service::Service;

use crate::stream::Stream;
use crate::tls::Tls;

/// Dials origins; cloned for every request, so it is one pointer.
#[derive(Clone)]
pub(crate) struct Connector(Arc<Dialer>);

struct Dialer {
    tcp: HttpConnector,
    tls: Tls,
    limit: Duration,
}

impl Connector {
    pub(crate) fn new(tls: Tls, limit: Duration) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // shared out over a name's addresses, so that a dead first one leaves time for the next
        tcp.set_connect_timeout(Some(limit));
        tcp.set_keepalive(Some(Duration::from_mins(1)));
        Self(Arc::new(Dialer { tcp, tls, limit }))
    }
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, origin: Uri) -> Self::Future {
        let dialer = Arc::clone(&self.0);
        Box::pin(async move {
            let dialled = tokio::time::timeout(dialer.limit, dialer.dial(origin)).await;
            dialled.unwrap_or_else(|_| {
                let message = format!("no connection within {:?}", dialer.limit);
                Err(io::Error::new(io::ErrorKind::TimedOut, message))
            })
        })
    }
}

impl Dialer {
    async fn dial(&self, origin: Uri) -> io::Result<Stream> {
        let secure = origin.scheme() == Some(&Scheme::HTTPS);
        let name = match (secure, origin.host()) {
            (true, Some(host)) => Some(server_name(host)?),
            _ => None,
        };
        let tcp = self
            .tcp
            .clone()
            .call(origin)
            .await
            .map_err(io::Error::other)?;
        match name {
            Some(name) => self.encrypt(tcp.into_inner(), name).await,
            None => Ok(Stream::plain(tcp.into_inner())),
        }
    }

    async fn encrypt(&self, tcp: TcpStream, name: ServerName<'static>) -> io::Result<Stream> {
        let config = self.tls.config().await.map_err(io::Error::other)?;
        let tls = TlsConnector::from(config).connect(name, tcp).await?;
        Ok(Stream::encrypted(tls))
    }
}

fn server_name(host: &str) -> io::Result<ServerName<'static>> {
    // an IPv6 address is in brackets in a URL, and without them in a certificate
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    ServerName::try_from(bare.to_owned()).map_err(io::Error::other)
}
