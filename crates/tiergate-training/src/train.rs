//! From labelled requests to weights.

use tiergate_scorer::{Learnt, Rate, Weights, Word};
use tiergate_wire::chat::Request;

use crate::behaviour::{Wish, bend};
use crate::bench::{Benches, Labelled, predict};
use crate::blend::{blend, by_hand};
use crate::number::{short, tiny, whole};
use crate::table::{Layout, Numbers};
use crate::tiers::relief;
use crate::{Recipe, Vectors};

/// Why there are no weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoWeights {
    /// The rows do not say enough.
    #[error(
        "there is too little to learn from: rows are needed with results of a lower and of a higher \
         tier, and they must differ"
    )]
    TooLittle,
}

/// A hand-written request with the tiers that may serve it.
#[derive(Debug)]
struct Expected {
    request: Request,
    tiers: [usize; 2],
    weight: f64,
}

/// Takes rows and makes weights of them.
#[derive(Debug)]
pub struct Trainer {
    recipe: Recipe,
    vectors: Vectors,
    layout: Layout,
    scorer: Learnt,
    benches: Benches,
    expected: Vec<Expected>,
    pairs: Vec<[Request; 2]>,
    paraphrases: Vec<[Request; 2]>,
}

impl Trainer {
    /// A trainer without rows.
    pub fn new(recipe: Recipe, vectors: Vectors) -> Self {
        let layout = Layout::new(&vectors);
        let scorer = Learnt::with(&collapse(&by_hand(&recipe, layout), &[], &recipe, &vectors));
        Self {
            recipe,
            layout,
            scorer,
            vectors,
            benches: Benches::default(),
            expected: Vec::new(),
            pairs: Vec::new(),
            paraphrases: Vec::new(),
        }
    }

    /// Takes a request of a bench with the mean results of the tiers, nano to flagship, 0 to 1.
    pub fn labelled(&mut self, bench: &str, request: &Request, tiers: [Option<f64>; 5]) {
        let numbers = self.numbers(request);
        if numbers.observed.work {
            let x = numbers.x;
            let rows = self.benches.0.entry(bench.to_owned()).or_default();
            rows.push(Labelled { x, tiers });
        }
    }

    /// Takes a hand-written request with the lowest and the highest tier that may serve it, 0 to 4.
    ///
    /// `bench` says of what sort it is, and so how much it counts.
    pub fn expected(&mut self, bench: &str, request: Request, tiers: [usize; 2]) {
        let behaviour = &self.recipe.behaviour;
        let stressed =
            |(start, factor): (&String, &f64)| bench.starts_with(start).then_some(*factor);
        let factor: f64 = behaviour.emphasis.iter().filter_map(stressed).product();
        let weight = behaviour.weight * factor;
        self.expected.push(Expected {
            request,
            tiers,
            weight,
        });
    }

    /// Takes two requests of which the second is harder.
    pub fn pair(&mut self, easier: Request, harder: Request) {
        self.pairs.push([easier, harder]);
    }

    /// Takes two requests that say the same in other words.
    pub fn paraphrase(&mut self, a: Request, b: Request) {
        self.paraphrases.push([a, b]);
    }

    /// Makes the weights. `recipe` and `data` are the digests that stand in them.
    ///
    /// # Errors
    /// [`NoWeights`].
    pub fn train(&self, recipe: [u8; 32], data: [u8; 32]) -> Result<Weights, NoWeights> {
        let (settings, layout) = (&self.recipe, self.layout);
        let blended = blend(settings, &self.benches, layout).ok_or(NoWeights::TooLittle)?;
        let mut score = blended.clone();
        for _ in 0..settings.behaviour.passes {
            let scorer = Learnt::with(&collapse(&score, &[], settings, &self.vectors));
            let wishes = self.wishes(&scorer, &score);
            score = bend(&blended, settings, &self.benches, &wishes, layout)
                .ok_or(NoWeights::TooLittle)?;
        }
        let relief = relief(&score, settings, &self.benches, layout).ok_or(NoWeights::TooLittle)?;
        let mut weights = collapse(&score, &relief, settings, &self.vectors);
        weights.recipe = recipe;
        weights.data = data;
        Ok(weights)
    }

    fn numbers(&self, request: &Request) -> Numbers {
        Numbers::of(request, &self.scorer, &self.vectors, self.recipe.steadying)
    }

    /// What hand-written requests ask of the weights, as the scorer reads them.
    fn wishes(&self, scorer: &Learnt, score: &[f64]) -> Vec<Wish> {
        let read = |request: &Request| {
            let numbers = Numbers::of(request, scorer, &self.vectors, self.recipe.steadying);
            let points = f64::from(numbers.observed.points) / 100.0;
            let offset = points - predict(score, &numbers.x);
            (numbers, offset)
        };
        let expected = self.expected.iter().filter_map(|expected| {
            let (numbers, offset) = read(&expected.request);
            let (lowest, highest) = self.recipe.behaviour.range(expected.tiers);
            let x = numbers.x;
            numbers.observed.work.then_some(Wish {
                x,
                offset,
                lowest,
                highest,
                weight: expected.weight,
            })
        });
        let apart = |[one, other]: &[Request; 2], lowest, highest, weight| {
            let (one, other) = (read(one), read(other));
            let x = other.0.x.iter().zip(&one.0.x).map(|(a, b)| a - b);
            (one.0.observed.work && other.0.observed.work).then(|| Wish {
                x: x.collect(),
                offset: other.1 - one.1,
                lowest,
                highest,
                weight,
            })
        };
        let behaviour = &self.recipe.behaviour;
        let pairs = self.pairs.iter().filter_map(|pair| {
            let margin = behaviour.pair_margin;
            apart(pair, margin, f64::INFINITY, behaviour.pair_weight)
        });
        let paraphrases = self.paraphrases.iter().filter_map(|pair| {
            let slack = behaviour.paraphrase_slack;
            apart(pair, -slack, slack, behaviour.paraphrase_weight)
        });
        expected.chain(pairs).chain(paraphrases).collect()
    }
}

/// Weights of single words from weights of the vectors' dimensions.
fn collapse(score: &[f64], relief: &[Vec<f64>], recipe: &Recipe, vectors: &Vectors) -> Weights {
    let layout = Layout::new(vectors);
    let tier = |tier: usize| relief.get(tier);
    let rates = layout.signals().map(|at| Rate {
        points: fine(score[at]),
        relief: std::array::from_fn(|each| tier(each).map_or(0, |weights| fine(weights[at]))),
    });
    let words = vectors.all().map(|(hash, vector)| {
        let weigh = |weights: &[f64]| -> f64 {
            let weights = &weights[layout.words()];
            weights
                .iter()
                .zip(vector)
                .map(|(a, b)| a * f64::from(*b))
                .sum()
        };
        Word {
            hash,
            points: short(weigh(score) * 100.0),
            relief: std::array::from_fn(|each| {
                tier(each).map_or(0, |weights| tiny(weigh(weights) * 4.0))
            }),
        }
    });
    let mut words: Vec<Word> = words.collect();
    words.sort_unstable_by_key(|word| word.hash);
    let even = std::array::from_fn(|each| {
        let shift = tier(each).map_or(0.0, |weights| weights[layout.constant()]);
        whole((recipe.tiers.even[each] + shift) * 100.0)
    });
    Weights {
        base: fine(score[layout.constant()]),
        even,
        rates: rates.collect(),
        words,
        ..Weights::default()
    }
}

/// Points as 1/1024 of a hundredth.
fn fine(points: f64) -> i32 {
    whole(points * 100.0 * 1024.0)
}
