//! Accepting connections, and stopping without breaking one.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::service;

/// Streams that one HTTP/2 connection may have open.
const H2_STREAMS: u32 = 256;

/// Serves until `stop` is ready, then lets running answers end, for as long as the settings allow.
///
/// # Errors
/// Only what makes the listener unusable; a single connection's failure ends that connection.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    let connections = TaskTracker::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => connect(&app, &graceful, &connections, stream, peer),
                Err(fault) => pause_if_exhausted(&fault).await,
            },
            () = &mut stop => break,
        }
    }
    drop(listener);
    app.drain();
    let patience = app.live().settings.drain_timeout;
    tracing::info!(
        "stopping: running answers get up to {} s",
        patience.as_secs()
    );
    connections.close();
    if tokio::time::timeout(patience, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(
            "answers were still running after {} s and are cut off",
            patience.as_secs()
        );
        return Ok(());
    }
    connections.wait().await;
    Ok(())
}

fn connect(
    app: &Arc<App>,
    graceful: &GracefulShutdown,
    tasks: &TaskTracker,
    stream: TcpStream,
    peer: SocketAddr,
) {
    // without it small chunks wait for the acknowledgement of the one before
    if let Err(fault) = stream.set_nodelay(true) {
        tracing::debug!("a connection closed before it was served: {fault}");
        return;
    }
    let live = app.live();
    let shared = Arc::clone(app);
    let answer = service_fn(move |request| {
        let app = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(service::respond(&app, request, peer.ip()).await) }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(live.settings.header_timeout)
        .max_headers(live.settings.max_headers);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(H2_STREAMS)
        .max_header_list_size(u32::try_from(live.settings.max_header_bytes).unwrap_or(u32::MAX))
        .keep_alive_interval(Duration::from_secs(30));
    let connection = builder
        .serve_connection(TokioIo::new(stream), answer)
        .into_owned();
    let connection = graceful.watch(connection);
    tasks.spawn(async move {
        if let Err(fault) = connection.await {
            tracing::debug!("a connection ended early: {fault}");
        }
    });
}

/// Out of file handles: wait a moment for some to come free instead of spinning.
async fn pause_if_exhausted(fault: &io::Error) {
    tracing::warn!("a connection could not be accepted: {fault}");
    if !matches!(
        fault.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    ) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
