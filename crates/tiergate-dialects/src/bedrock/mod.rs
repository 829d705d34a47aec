//! The dialect of AWS Bedrock: Converse and `ConverseStream`, and embeddings by `InvokeModel`.
//!
//! [`encode`] writes a request's body, [`answer`] and [`Stream`] read what comes back, [`fault`] reads errors. What
//! goes around them on the wire is here too: [`frames`] cuts the binary event stream, [`sigv4`] signs requests; both
//! need the feature `aws`.

mod answer;
mod cache;
mod draft;
pub mod embed;
mod encode;
mod event;
mod extra;
mod fault;
mod format;
#[cfg(feature = "aws")]
pub mod frames;
mod media;
mod messages;
mod model;
mod names;
mod rest;
#[cfg(feature = "aws")]
pub mod sigv4;
mod tools;
mod usage;
mod wire;

pub use answer::answer;
pub use encode::encode;
pub use event::Stream;
pub use fault::fault;
