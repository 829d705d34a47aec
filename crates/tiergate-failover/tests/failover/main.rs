//! The rules of failover, one by one and as laws over random events, under manual time.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::cast_precision_loss,
    reason = "the helpers of a test may panic like the test itself, and its numbers are small"
)]

mod breaker;
mod budget;
mod clocks;
mod health;
mod laws;
mod limit;
mod model;
mod parts;
mod support;
