//! The only crate that reads files and the environment, and turns them into the objects of the other crates.
