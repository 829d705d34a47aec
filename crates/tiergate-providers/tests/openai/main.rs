//! The OpenAI adapter against a scripted server on a real socket.

#![cfg(feature = "transport")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail loudly"
)]

mod calls;
mod faults;
mod messages;
mod responses;
mod support;
