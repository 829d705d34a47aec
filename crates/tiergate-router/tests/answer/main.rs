//! The attempts at one request and the receipt that they leave, with scripted providers and a stopped clock.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail loudly"
)]

mod bench;
mod cancel;
mod clocks;
mod failover;
mod health;
mod kinds;
mod money;
mod provider;
mod receipts;
mod reload;
mod streams;
mod told;
