//! Small programs that embed the router; each is a file beside this folder.
//!
//! `cargo run -p tiergate-examples --example embed`, and likewise `custom_scorer`, `custom_provider` and
//! `in_process_gateway`. None of them needs a network or a key.
