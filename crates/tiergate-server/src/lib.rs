//! The only crate that accepts connections: hyper service, routes, headers and streaming bodies.
