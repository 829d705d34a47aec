//! How weights are made: every choice that is not in the data.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A recipe, read from JSON.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// What it is, for people.
    pub about: String,
    /// The hand-made scorer from which training departs: where it begins, in points.
    pub base: f64,
    /// And its points for each doubling of a signal; a signal that is not named has none.
    pub by_hand: BTreeMap<String, f64>,
    /// Signals that keep the weight they were given by hand: what no bench shows as conversations do.
    pub kept: Vec<String>,
    /// What the score is blended from.
    pub blend: Vec<Component>,
    /// The mean and the standard deviation, in points, of the blend over the benches.
    pub centre: f64,
    /// See `centre`.
    pub spread: f64,
    /// Words that are added to the number of words of a text before their mean is taken; the scorer's.
    pub steadying: f64,
    /// The power of a bench's size by which its rows are weighed down: 0.5 for the root.
    pub bench_power: f64,
    /// How much the fit to behaviour counts, and how stiffly it departs from the blend.
    pub behaviour: Behaviour,
    /// How each tier's own weights are fitted.
    pub tiers: Tiers,
}

/// One part of the blend: a prediction over the benches, brought to a standard deviation of 1.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// Its share; they need not add up to 1.
    pub share: f64,
    /// What it is made of.
    pub from: Source,
    /// What it predicts; none for what is taken as it is.
    pub target: Option<Target>,
    /// How much differences between benches count beside those within benches, 0 to 1.
    #[serde(default)]
    pub between: f64,
    /// The ridge: how many rows of evidence a weight must overcome.
    #[serde(default)]
    pub ridge: f64,
}

/// What a component is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The length of the question, in doublings.
    Length,
    /// The hand-made scorer.
    ByHand,
    /// All named signals.
    Signals,
    /// The mean of the word vectors.
    Words,
}

/// What a component predicts of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// How much the best tiers do better than the least.
    Gain,
    /// How often the least tiers fail.
    Failure,
}

/// The fit to hand-written requests.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    /// The lowest scores of small, standard, premium and flagship.
    pub thresholds: [f64; 4],
    /// Points by which a request should be above each threshold when it must not be below it, and below
    /// when it must not be above: the fit stops half-way, so it must aim further.
    pub above: [f64; 4],
    /// See `above`.
    pub below: [f64; 4],
    /// Points by which the harder one of a pair should score more.
    pub pair_margin: f64,
    /// What one request weighs against one row of evidence.
    pub weight: f64,
    /// Factors of that for sorts of requests, by the beginning of their bench's name.
    pub emphasis: BTreeMap<String, f64>,
    /// Points by which paraphrases may differ.
    pub paraphrase_slack: f64,
    /// What a paraphrase weighs.
    pub paraphrase_weight: f64,
    /// What a pair weighs.
    pub pair_weight: f64,
    /// Rows of evidence that all benches together count for.
    pub evidence: f64,
    /// The ridge towards the blend.
    pub ridge: f64,
    /// Rounds of fitting.
    pub rounds: usize,
    /// How often the state of conversations is reckoned anew with the weights so far.
    pub passes: usize,
}

/// The fit of each tier's own weights.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiers {
    /// The score at which each tier fails as often as it succeeds.
    pub even: [f64; 5],
    /// Points that a difference of 1 in probability is taken for.
    pub points: f64,
    /// The ridge.
    pub ridge: f64,
}

impl Recipe {
    /// Reads a recipe.
    ///
    /// # Errors
    /// A JSON error with its place, also for members that are not known.
    pub fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }
}
