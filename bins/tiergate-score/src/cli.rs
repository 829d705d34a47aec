//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tiergate_scorer::{NotRising, Thresholds};

const EXAMPLES: &str = "Examples:
  tiergate-score score < requests.jsonl                     a score, a tier and chances of success for each line
  tiergate-score eval train.jsonl --against length,random   measure the shipped scorer on labelled rows
  tiergate-score eval heldout/ --scores mine.txt            measure somebody else's scores";

/// Scores requests, evaluates scorers and tunes thresholds on one's own logs.
#[derive(Debug, Parser)]
#[command(version, before_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Measure a scorer on labelled rows
    Eval(Eval),
    /// Score chat requests: one a line on standard input, one JSON object a line on standard output
    Score(Score),
}

#[derive(Debug, Args)]
pub(crate) struct Eval {
    /// Labelled JSONL files, or one directory with bench.jsonl, behaviour.jsonl, unlabelled.jsonl and `robust_pairs.jsonl`
    #[arg(required = true, value_name = "FILE")]
    pub(crate) data: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) scorer: Scorer,
    /// Scores made elsewhere instead: a number or {"score": …} a line, in the order of the requests
    #[arg(long, value_name = "FILE", conflicts_with = "weights")]
    pub(crate) scores: Option<PathBuf>,
    /// What to compare with
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAMES")]
    pub(crate) against: Vec<Reference>,
    /// Bootstrap samples for 95 % intervals; 0 for none
    #[arg(long, default_value_t = 200, value_name = "N")]
    pub(crate) resamples: usize,
    /// What the bootstrap and the random scores are drawn from
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) seed: u64,
    /// Write all figures as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Draw the cost-quality frontier
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Score {
    #[command(flatten)]
    pub(crate) scorer: Scorer,
}

/// Which scorer, and what becomes of its scores.
#[derive(Debug, Args)]
pub(crate) struct Scorer {
    /// Weights other than the shipped ones
    #[arg(long, value_name = "FILE")]
    pub(crate) weights: Option<PathBuf>,
    /// The lowest scores of small, standard, premium and flagship, instead of the shipped ones
    #[arg(long, value_parser = thresholds, value_name = "A,B,C,D")]
    pub(crate) thresholds: Option<Thresholds>,
}

impl Scorer {
    pub(crate) fn thresholds(&self) -> Thresholds {
        self.thresholds.unwrap_or_default()
    }
}

/// Scores to compare a scorer with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Reference {
    /// The length of the last user message
    Length,
    /// Chance
    Random,
}

fn thresholds(text: &str) -> Result<Thresholds, String> {
    let numbers: Result<Vec<u8>, _> = text.split(',').map(|each| each.trim().parse()).collect();
    let four = numbers.ok().and_then(|each| <[u8; 4]>::try_from(each).ok());
    let four = four.ok_or("there must be four whole numbers from 1 to 100, such as 15,35,60,80")?;
    Thresholds::try_new(four).map_err(|fault: NotRising| fault.to_string())
}
