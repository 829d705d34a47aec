//! Measures complexity scorers by public routing metrics; pure, never does I/O.
//!
//! It takes scores and labels and gives figures; what made the scores does not matter.
//!
//! ```
//! use tiergate_evaluation::{Contest, pair};
//!
//! // on the harder two of four prompts only the strong model succeeds
//! let prompts = [(80.0, 0.0), (60.0, 0.0), (40.0, 1.0), (20.0, 1.0)];
//! let contests = prompts.map(|(score, weak)| Contest { score, weak, strong: 1.0 });
//! let report = pair("example", contests, 0, 0).ok_or("there are prompts")?;
//! let gains = report.gains.ok_or("there is a gap")?;
//! assert_eq!(gains.apgr, 0.75); // sending at random has 0.5
//! assert_eq!(gains.cpt50, 0.25); // a quarter of the traffic recovers half of the gap
//! # Ok::<(), &str>(())
//! ```
//!
//! # What there is
//! [`pair`] and [`tiers`] measure a choice between two models and between five tiers, [`behaviour()`] and
//! [`robustness`] hand-written requests and paraphrases. A [`Suite`] plans all of that for a data set of
//! [`Row`]s, and [`evaluate`] carries it out for the scores of one scorer. [`length`] and [`random`] are
//! scores to compare with, [`chart`] draws the frontier. `docs/evaluation.md` says what each figure means
//! and where it is defined.
//!
//! [`tune()`] goes the other way: from one's own logs to thresholds and to λ.
//!
//! # Chance
//! Splits and bootstraps are drawn from seeds, so equal scores have equal reports.
//!
//! # What it does not do
//! It does not read files, score requests or train a scorer. It does not know what a model answered, only
//! how well: labels are given, and a figure is as good as they are.

mod arena;
mod auc;
mod behaviour;
mod frontier;
mod hull;
mod labels;
mod ladder;
mod number;
mod pair;
mod reference;
mod report;
mod suite;
mod svg;
mod tiers;
mod tune;

pub use arena::arena_score;
pub use auc::auc;
pub use behaviour::{Behaviour, Expectation, Robustness, behaviour, robustness};
pub use frontier::Outcome;
pub use hull::{Hull, Point};
pub use labels::{BadRow, Paraphrase, Row, request};
pub use ladder::{Ladder, TIERS};
pub use pair::{Contest, Gains, Interval, PairReport, pair};
pub use reference::{length, random};
pub use report::{Hard, MeanReport, Report, Settings, WrongCount, evaluate};
pub use suite::Suite;
pub use svg::chart;
pub use tiers::{AsShipped, Target, TierReport, tiers};
pub use tune::{
    Asked, Assessed, BadRecord, Confusion, Curve, Expected, Goal, Lambda, Record, TierFit, Tuning,
    Wish, needed, needed_for_curve, tune,
};
