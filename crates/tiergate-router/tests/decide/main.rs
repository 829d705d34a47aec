//! The choice of a candidate against an independent reading of its rules, over random catalogues.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail loudly"
)]

mod calibration;
mod choice;
mod hops;
mod laws;
mod names;
mod oracle;
mod prefers;
mod reasons;
mod refusals;
mod windows;
mod world;
