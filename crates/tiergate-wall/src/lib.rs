//! A provider over real sockets that misbehaves only as its script says, with a tally of its own: for tests and demonstrations.
//!
//! It speaks the dialects of the providers, buffered and streamed, and is wrong in whatever way it is told: by the model's
//! name, by the header `x-wall`, by the path's first segment (`/~503/v1/…`), or by a script. It writes its own HTTP/1.1,
//! so that it can be wrong on any byte.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//! use tiergate_wall::{Script, Wall, text};
//!
//! let wall = Wall::start(Script::parse("500,ok").unwrap())?;
//! let ask = || {
//!     let mut stream = TcpStream::connect(wall.addresses()[0])?;
//!     let body = r#"{"model":"gpt-x","messages":[]}"#;
//!     write!(
//!         stream,
//!         "POST /v1/chat/completions HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
//!         body.len()
//!     )?;
//!     let mut answer = String::new();
//!     stream.read_to_string(&mut answer)?;
//!     Ok::<_, std::io::Error>(answer)
//! };
//! assert!(ask()?.starts_with("HTTP/1.1 500 "));
//! assert!(ask()?.contains(&text(1, 12)));
//! assert_eq!(wall.tally().model("gpt-x").tokens, 12);
//! # Ok::<_, std::io::Error>(())
//! ```
//!
//! What it does not do: HTTP/2, tool calls, and keeping a conversation; and it knows nothing of the gateway's own crates,
//! so that it can judge them.

mod asked;
mod catalogue;
mod dialect;
mod http;
mod nowhere;
mod play;
mod scene;
mod script;
mod serve;
mod tally;
#[cfg(feature = "tls")]
mod tls;
mod wall;
mod words;

pub use catalogue::{list, names};
pub use dialect::Dialect;
pub use nowhere::{BlackHole, ClosedPort, UNRESOLVABLE};
pub use script::{Script, Spec};
pub use tally::{Counts, Ended, Seen, Tally, fingerprint};
#[cfg(feature = "tls")]
pub use tls::Certificate;
pub use wall::{Builder, Wall};
pub use words::{text, words};
