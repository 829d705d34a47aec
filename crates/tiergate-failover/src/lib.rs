//! Runs one request over a list of candidates until one answers; knows neither HTTP nor language models.
//!
//! The parts are state machines: they are told what happened and say what to do, and whoever owns
//! the I/O does it. For one request:
//!
//! - [`Classify`] is how an error says what it allows, [`Walk`] decides between the next candidate,
//!   another try and giving up, and [`clocks`] how long an attempt may take.
//!
//! For all requests together:
//!
//! - [`health`] remembers how targets, endpoints and credentials do, and says who may be asked. It is
//!   made of a [`breaker`], a detector of black holes ([`stall`]), the rest that targets ask for
//!   ([`cooldown`]), a [`limit`] of requests under way and times ([`latency`]);
//! - [`budget`] bounds the attempts beyond the first ones.
//!
//! ```
//! use tiergate_failover::health::{Admission, Ending, Keys, Registry, Settings, Why};
//! use tiergate_failover::Moment;
//!
//! let registry = Registry::new(Settings::default(), 10_000);
//! let keys = Keys { endpoint: "a", credential: "a/key", target: "a/key/model", speaks: true };
//! let target = registry.target(&keys, Moment::START);
//! let (now, chance) = (Moment::START, 0.5);
//! for _ in 0..5 {
//!     let Admission::Pass(permit) = target.admit(now, chance) else { panic!("it is closed") };
//!     permit.end(Ending::Failed { rest: None }, now, chance);
//! }
//! let Admission::Shut(shut) = target.admit(now, chance) else { panic!("it is open") };
//! assert_eq!(shut.why, Why::Target);
//!
//! // when its time has come, one request may ask again; an answer that begins closes the breaker
//! let Admission::Pass(mut probe) = target.admit(shut.until, chance) else { panic!() };
//! assert!(probe.is_probe());
//! probe.first_event(shut.until, chance);
//! assert!(target.snapshot(shut.until).is_ready(shut.until));
//! probe.end(Ending::Answered, shut.until, chance);
//! ```
//!
//! What this crate does not do: wait, read a clock, or draw random numbers; all three come in as
//! arguments.

pub mod breaker;
pub mod budget;
mod class;
pub mod clocks;
pub mod cooldown;
pub mod health;
pub mod latency;
pub mod limit;
pub mod stall;
mod time;
mod walk;

pub use class::{Class, Classify};
pub use time::Moment;
pub use walk::{Limits, Step, Walk};
