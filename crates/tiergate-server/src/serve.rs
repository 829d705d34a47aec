//! Accepting connections, and stopping without breaking one.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio_util::task::TaskTracker;

use crate::accept::Accept;
use crate::app::App;
use crate::connections::{Connections, Counted, Seat};
use crate::{Settings, service};

/// Streams that one HTTP/2 connection may have open.
const H2_STREAMS: u32 = 256;

/// Serves until `stop` is ready, then lets running answers end, for as long as the settings allow.
///
/// Connections come from a listener, or from [`Handed`](crate::Handed) when somebody else accepts them.
///
/// # Errors
/// Only what makes the listener unusable; a single connection's failure ends that connection.
pub async fn serve(
    app: Arc<App>,
    mut source: impl Accept,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let (connections, tasks) = (Arc::new(Connections::default()), TaskTracker::new());
    let sweep = connections.sweep(|| app.live().settings.header_timeout);
    let accepting = async {
        loop {
            match source.accept().await {
                Ok((stream, peer)) => connect(&app, &connections, &tasks, stream, peer),
                Err(fault) => pause_if_exhausted(&fault).await,
            }
        }
    };
    tokio::select! {
        () = accepting => {}
        () = sweep => {}
        () = stop => {}
    }
    drop(source);
    app.drain();
    connections.drain();
    tasks.close();
    let patience = app.live().settings.drain_timeout;
    tracing::info!(
        "stopping: running answers get up to {} s",
        patience.as_secs()
    );
    if tokio::time::timeout(patience, tasks.wait()).await.is_err() {
        tracing::warn!(
            "answers were still running after {} s and are cut off",
            patience.as_secs()
        );
    }
    Ok(())
}

fn connect(
    app: &Arc<App>,
    connections: &Arc<Connections>,
    tasks: &TaskTracker,
    stream: TcpStream,
    peer: SocketAddr,
) {
    // without it small chunks wait for the acknowledgement of the one before
    if let Err(fault) = stream.set_nodelay(true) {
        tracing::debug!("a connection closed before it was served: {fault}");
        return;
    }
    let (live, app, seat) = (app.live(), Arc::clone(app), Seat::new(connections));
    tasks.spawn(async move {
        let speaks_h2 = tokio::select! {
            said = tokio::time::timeout(live.settings.header_timeout, speaks_h2(&stream)) => said,
            // nothing was asked yet, so nothing is broken
            () = app.drained() => return,
        };
        let Ok(Ok(speaks_h2)) = speaks_h2 else {
            tracing::debug!("a connection said nothing in time");
            return;
        };
        let entry = Arc::clone(seat.entry());
        let answer = service_fn(move |request| {
            let (app, busy) = (Arc::clone(&app), entry.begin());
            async move {
                let response = service::respond(&app, request, peer.ip()).await;
                Ok::<_, Infallible>(response.map(|body| Counted::new(body, busy)))
            }
        });
        let stream = TokioIo::new(stream);
        let ended = if speaks_h2 {
            // silence is no fault there: pings keep the connection alive or find it dead
            seat.run(
                http2(&live.settings).serve_connection(stream, answer),
                false,
            )
            .await
        } else {
            seat.run(http1(&live.settings).serve_connection(stream, answer), true)
                .await
        };
        if let Err(fault) = ended {
            tracing::debug!("a connection ended early: {fault}");
        }
    });
}

/// Whether the first bytes are those of HTTP/2; they stay in the socket.
async fn speaks_h2(stream: &TcpStream) -> io::Result<bool> {
    /// No method of HTTP/1.1 in use begins like this.
    const PREFACE: &[u8] = b"PRI * HTTP/2.0";
    let mut first = [0; PREFACE.len()];
    loop {
        let count = stream.peek(&mut first).await?;
        let said = &first[..count];
        if count == 0 || !PREFACE.starts_with(said) || said == PREFACE {
            return Ok(said == PREFACE);
        }
        // a part of the preface: the rest is on its way
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn http1(settings: &Settings) -> http1::Builder {
    let mut builder = http1::Builder::new();
    // slow heads are found by the sweep over all connections, without a timer for each request
    builder
        .header_read_timeout(None)
        .max_headers(settings.max_headers);
    builder
}

fn http2(settings: &Settings) -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(H2_STREAMS)
        .max_header_list_size(u32::try_from(settings.max_header_bytes).unwrap_or(u32::MAX))
        .keep_alive_interval(Duration::from_secs(30));
    builder
}

/// Out of file handles: wait a moment for some to come free instead of spinning.
pub(crate) async fn pause_if_exhausted(fault: &io::Error) {
    tracing::warn!("a connection could not be accepted: {fault}");
    if !matches!(
        fault.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    ) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
