//! The pooled client.

use std::fmt;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::Instant;

use crate::body::Body;
use crate::connect::Connector;
use crate::error::{Error, Kind};
use crate::tls::Tls;

/// The news that a server gave up a connection takes no longer; what is lost later was being worked on.
const ROUND_TRIP: Duration = Duration::from_secs(1);

/// Sends requests over pooled connections; cheap to clone, and clones share the pool.
///
/// Connections are opened on the current tokio runtime, which needs its time and I/O drivers.
#[derive(Clone)]
pub struct Client {
    http: legacy::Client<Connector, Body>,
    tls: Tls,
    /// Whether requests over `http` share connections.
    multiplexed: bool,
}

/// How a [`Client`] opens and keeps connections.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Limit for name resolution, TCP and TLS together; 3 s.
    pub connect_timeout: Duration,
    /// How long an unused connection is kept; 60 s, which is below what common load balancers
    /// allow, so that they rarely close one just as it is used.
    pub idle_timeout: Duration,
    /// Most unused connections kept per origin; 4,096.
    pub max_idle_per_origin: usize,
    /// Speak HTTP/2 without asking first, also over `http`; off.
    pub http2_prior_knowledge: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(3),
            idle_timeout: Duration::from_mins(1),
            max_idle_per_origin: 4096,
            http2_prior_knowledge: false,
        }
    }
}

impl Client {
    /// A client without connections; the first request opens one.
    pub fn new(settings: Settings, tls: Tls) -> Self {
        let connector = Connector::new(tls.clone(), settings.connect_timeout);
        let http = legacy::Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(settings.idle_timeout)
            .pool_max_idle_per_host(settings.max_idle_per_origin)
            .http2_only(settings.http2_prior_knowledge)
            .http2_adaptive_window(true)
            .http2_keep_alive_interval(Duration::from_secs(20))
            .build(connector);
        Self {
            http,
            tls,
            multiplexed: settings.http2_prior_knowledge,
        }
    }

    pub(crate) fn tls(&self) -> &Tls {
        &self.tls
    }

    /// Sends a request and waits for the response head until `deadline`.
    ///
    /// The deadline does not cover the body. A 3xx answer is returned as it is.
    ///
    /// # Errors
    /// See [`Kind`]. A URL that carries a user name or password is refused.
    ///
    /// # Cancel safety
    /// Dropping the future cancels the request; the server may have seen it.
    pub async fn send(
        &self,
        request: Request<Body>,
        deadline: Instant,
    ) -> Result<Response<Incoming>, Error> {
        if has_credentials(request.uri()) {
            let message = "the url must not carry a user name or password";
            return Err(Error::new(Kind::Request, message));
        }
        let began = Instant::now();
        match tokio::time::timeout_at(deadline, self.http.request(request)).await {
            Ok(sent) => sent.map_err(|error| {
                let at_once = !self.multiplexed && began.elapsed() < ROUND_TRIP;
                Error::of(&error, at_once)
            }),
            Err(_) => Err(Error::timeout()),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

fn has_credentials(uri: &http::Uri) -> bool {
    uri.authority()
        .is_some_and(|authority| authority.as_str().contains('@'))
}
