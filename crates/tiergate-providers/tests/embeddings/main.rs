//! Vectors from every vendor, over real sockets: what is asked, what comes back, and in which order.

#![cfg(feature = "transport")]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod openai;
mod server;
mod vendors;
