//! Pure encoding and decoding of the dialects of providers and clients, over one inner form; never does I/O.
//!
//! Each dialect is a module. A vendor's has `encode` for requests, `answer` and `Stream` for what comes back, and
//! `fault` for errors; a client's has `decode` for requests, `write_answer` and `Writer` for answers, which [`front`]
//! chooses between. In the middle stands [`inner`]. [`passed()`] is for a client and a vendor of the same dialect.
//!
//! [`openai`] is the chat dialect of OpenAI and of every host that imitates it. What a host does
//! differently stands in a table row ([`openai::Quirks`]); to an unknown host nothing is changed
//! but what tiergate itself needs.
//!
//! ```
//! use tiergate_dialects::openai::{Quirks, encode};
//! use tiergate_wire::chat::Request;
//!
//! let body = r#"{"model":"auto","prefer":"cheap","seed":7,"messages":[{"role":"user","content":"Hi"}]}"#;
//! let request = Request::parse(body.into())?;
//! let mistral = Quirks::by_name("mistral").unwrap();
//! let encoded = encode(&request, "mistral-small-latest", None, mistral);
//! assert_eq!(
//!     encoded.body.to_bytes(),
//!     r#"{"model":"mistral-small-latest","random_seed":7,"messages":[{"role":"user","content":"Hi"}]}"#,
//! );
//! assert_eq!(encoded.edits[..], ["model", "removed prefer", "renamed seed to random_seed"]);
//! # Ok::<(), tiergate_wire::json::Invalid>(())
//! ```
//!
//! What this crate does not do: open connections, know addresses or credentials
//! (`tiergate-providers`), or decide what to try next (`tiergate-failover`).

pub mod anthropic;
pub mod bedrock;
mod blocks;
mod calls;
pub mod cohere;
mod count;
pub mod embeddings;
mod encoded;
mod fault;
mod form;
pub mod front;
mod functions;
pub mod gemini;
pub mod inner;
mod json;
mod left_out;
pub mod ollama;
pub mod openai;
mod own;
mod passed;
mod picture;
mod remains;
pub mod responses;
mod sniff;
mod twice;
mod unanswered;
mod wanted;
mod words;

pub use encoded::{Edit, Edits, Target, Translated};
pub use fault::{Cause, Fault};
pub use form::Form;
pub use inner::BadRequest;
pub use own::EXTENSIONS;
pub use passed::passed;
pub use twice::twice;
