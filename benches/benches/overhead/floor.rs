//! The least that a proxy over hyper and its pooled client can do: read the body, send it on, pass the answer back.

use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, Uri};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;

type Upstream = Client<HttpConnector, Full<bytes::Bytes>>;

pub fn run(upstream: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let uri: Uri = format!("http://{upstream}/v1/chat/completions")
        .parse()
        .expect("an address");
    runtime.block_on(async {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client: Upstream = Client::builder(TokioExecutor::new()).build(connector);
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a free port");
        super::process::listening(listener.local_addr().expect("an address"));
        loop {
            let Ok((connection, _)) = listener.accept().await else {
                continue;
            };
            connection.set_nodelay(true).expect("a socket option");
            let (client, uri) = (client.clone(), uri.clone());
            let service = service_fn(move |request| forward(client.clone(), uri.clone(), request));
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(connection), service),
            );
        }
    });
}

async fn forward(
    client: Upstream,
    uri: Uri,
    request: Request<Incoming>,
) -> Result<Response<Incoming>, hyper_util::client::legacy::Error> {
    let (mut head, body) = request.into_parts();
    head.uri = uri;
    head.headers.remove("host");
    let body = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    client
        .request(Request::from_parts(head, Full::new(body)))
        .await
}
