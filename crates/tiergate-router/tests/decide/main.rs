//! The choice of a candidate against an independent reading of its rules, over random catalogues.

mod hops;
mod laws;
mod names;
mod oracle;
mod prefers;
mod reasons;
mod refusals;
mod windows;
mod world;
