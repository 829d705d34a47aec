//! The only crate that opens connections: a pooled hyper client over rustls.
//!
//! It knows no vendor. A [`Client`] keeps connections by origin, speaks HTTP/1.1 and, where the
//! server offers it over TLS, HTTP/2; it sets `TCP_NODELAY`, bounds the whole connect phase
//! (name resolution, TCP and TLS) and the wait for a response head, and never follows a redirect.
//! Dropping a response body cancels the exchange: an HTTP/1.1 connection is closed, an HTTP/2
//! stream is reset.
//!
//! ```
//! use bytes::Bytes;
//! use std::time::Duration;
//! use tiergate_transport::{Body, Client, Settings, Tls};
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let url = format!("http://{}/v1/chat/completions", server.local_addr()?);
//! tokio::spawn(async move {
//!     let (mut socket, _) = server.accept().await?;
//!     socket.read(&mut [0; 1024]).await?;
//!     socket.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await
//! });
//!
//! let client = Client::new(Settings::default(), Tls::off());
//! let body: Body = [Bytes::from("{\"model\":"), Bytes::from("\"m\"}")].into_iter().collect();
//! let request = http::Request::post(url).body(body)?;
//! let deadline = tokio::time::Instant::now() + Duration::from_secs(5);
//! assert_eq!(client.send(request, deadline).await?.status(), 204);
//! # Ok(())
//! # }
//! ```
//!
//! Whoever must sign what it sends does so with the same cryptography: [`Client::signing_key`].
//!
//! What this crate does not do: retry, follow redirects, decompress, or know what a body means.
//!
//! # Foreign types
//! TLS is configured with rustls' own types, because the binary chooses the cryptography; the
//! response body is hyper's [`Incoming`](hyper::body::Incoming), so that nothing is boxed on the
//! way.

mod body;
mod client;
mod connect;
mod error;
mod exchange;
mod signing;
mod stream;
mod tls;

pub use body::Body;
pub use client::{Client, Settings};
pub use error::{Error, Kind};
pub use signing::{InvalidKey, SigningKey};
pub use tls::{Tls, client_config};
