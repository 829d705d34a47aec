//! OpenAI wire types as open views over the bytes that came, and an SSE decoder; never does I/O.
//!
//! A gateway reads a few members of a request and forwards the rest as it came. So nothing here
//! turns a body into a tree: [`chat::Request`] validates the JSON in one pass, keeps the places of
//! what routing needs, and [`chat::Rewrite`] edits single members while every other byte stays.
//!
//! ```
//! use tiergate_wire::chat::Request;
//!
//! let body = r#"{"model":"auto","messages":[{"role":"user","content":"Hi"}],"top_k":7}"#;
//! let request = Request::parse(body.into())?;
//! assert_eq!(request.model(), "auto");
//!
//! let mut rewrite = request.rewrite();
//! rewrite.set("model", tiergate_wire::json::string("gpt-5-nano"));
//! assert_eq!(
//!     rewrite.finish().to_bytes(),
//!     r#"{"model":"gpt-5-nano","messages":[{"role":"user","content":"Hi"}],"top_k":7}"#,
//! );
//! # Ok::<(), tiergate_wire::json::Invalid>(())
//! ```
//!
//! What this crate does not do: decide anything, know a provider's habits (`tiergate-dialects`),
//! or check that a request makes sense to a model.

pub mod chat;
pub mod error;
pub mod feedback;
pub mod json;
pub mod sse;
pub mod usage;
