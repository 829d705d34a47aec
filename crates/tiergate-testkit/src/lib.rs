//! Development only: the rules that hold the workspace together, as tests.
//!
//! The library is empty; `tests/layering.rs` holds the list of allowed dependencies between crates.
