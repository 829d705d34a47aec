//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tiergate_scorer::{NotRising, Thresholds};

const EXAMPLES: &str = "Examples:
  tiergate-score score < requests.jsonl                     a score, a tier and chances of success for each line
  tiergate-score eval train.jsonl --against length,random   measure the shipped scorer on labelled rows
  tiergate-score eval heldout/ --scores mine.txt            measure somebody else's scores
  tiergate-score tune logs.jsonl --keep 0.98                thresholds for one's own traffic, as YAML to paste
  tiergate-score train rows.jsonl --out weights.bin         weights of one's own";

/// Scores requests, and trains, evaluates and tunes scorers.
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
    /// Find thresholds, and the weight of cost, from one's own logs
    Tune(Tune),
    /// Make weights of labelled rows
    Train(Train),
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

#[derive(Debug, Args)]
pub(crate) struct Tune {
    /// Logs: {"request": …, "tier" or "model": …, "outcome": 0..1 or "feedback": "good", "bad" or 0..1} a line,
    /// or rows of GET /v1/feedback, which have their score and success in place of the request
    #[arg(required = true, value_name = "FILE")]
    pub(crate) logs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) scorer: Scorer,
    /// The share of flagship's successes to keep, at the least cost
    #[arg(long, value_parser = share, default_value = "0.98", value_name = "SHARE")]
    pub(crate) keep: f64,
    /// What a success is worth, in the unit of the prices; instead of a share to keep
    #[arg(long, value_parser = positive, conflicts_with = "keep", value_name = "AMOUNT")]
    pub(crate) per_success: Option<f64>,
    /// What a request costs on average in each tier, from nano to flagship
    #[arg(long, value_parser = prices, default_value = "0.14,0.69,2,6,10", value_name = "A,B,C,D,E")]
    pub(crate) prices: Prices,
    /// What the bootstrap is drawn from
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) seed: u64,
    /// Write all figures as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Train {
    /// Labelled JSONL files: rows with results of tiers, rows with `expect_tier`, pairs {"easier": …, "harder": …}, or
    /// paraphrases {"a": …, "b": …}
    #[arg(required = true, value_name = "FILE")]
    pub(crate) data: Vec<PathBuf>,
    /// Where the weights go
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// How the weights are made, instead of the shipped recipe
    #[arg(long, value_name = "FILE")]
    pub(crate) recipe: Option<PathBuf>,
    /// Word vectors other than the shipped ones
    #[arg(long, value_name = "FILE")]
    pub(crate) vectors: Option<PathBuf>,
    /// Keep the state of the training in this file, and go on from there when it exists; it is removed once the weights
    /// are written
    #[arg(long, value_name = "FILE")]
    pub(crate) resume: Option<PathBuf>,
    /// Benches to leave out, to be judged on later; a trailing * stands for any ending
    #[arg(long, value_delimiter = ',', value_name = "BENCHES")]
    pub(crate) leave_out: Vec<String>,
    /// The fold to leave out, to be judged on later
    #[arg(long, value_name = "N")]
    pub(crate) without_fold: Option<u32>,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// A price for each tier.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prices(pub(crate) [f64; 5]);

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

fn share(text: &str) -> Result<f64, String> {
    let number = positive(text)?;
    let allowed = number <= 1.0;
    allowed
        .then_some(number)
        .ok_or_else(|| "there must be a share above 0 and at most 1".into())
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text
        .trim()
        .parse()
        .ok()
        .filter(|each: &f64| each.is_finite() && *each > 0.0);
    number.ok_or_else(|| "there must be a number above 0".into())
}

fn prices(text: &str) -> Result<Prices, String> {
    let all: Result<Vec<f64>, String> = text.split(',').map(positive).collect();
    let five = all.ok().and_then(|each| <[f64; 5]>::try_from(each).ok());
    let five = five.filter(|each| each.is_sorted()).map(Prices);
    five.ok_or_else(|| "there must be five rising numbers above 0, such as 0.14,0.69,2,6,10".into())
}
