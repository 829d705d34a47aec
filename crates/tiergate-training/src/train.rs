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
pub(crate) struct Expected {
    pub(crate) request: Request,
    pub(crate) tiers: [usize; 2],
    pub(crate) weight: f64,
}

/// The score on its way from the blend to behaviour.
#[derive(Debug)]
pub(crate) struct Fit {
    pub(crate) blended: Vec<f64>,
    pub(crate) score: Vec<f64>,
    /// Passes that are done.
    pub(crate) passes: usize,
}

/// Takes rows and makes weights of them.
///
/// [`Trainer::train`] does it at once. Its steps, [`Trainer::blend`] and the passes of
/// [`Trainer::bend`], can be taken one by one before; after each of them, and after any row,
/// [`Trainer::checkpoint`] gives all that was reached as bytes.
#[derive(Debug)]
pub struct Trainer {
    recipe: Recipe,
    vectors: Vectors,
    pub(crate) layout: Layout,
    scorer: Learnt,
    pub(crate) benches: Benches,
    pub(crate) expected: Vec<Expected>,
    pub(crate) pairs: Vec<[Request; 2]>,
    pub(crate) paraphrases: Vec<[Request; 2]>,
    /// None while rows come.
    pub(crate) fit: Option<Fit>,
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
            fit: None,
        }
    }

    /// Takes a request of a bench with the mean results of the tiers, nano to flagship, 0 to 1.
    pub fn labelled(&mut self, bench: &str, request: &Request, tiers: [Option<f64>; 5]) {
        self.fit = None;
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
        self.fit = None;
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
        self.fit = None;
        self.pairs.push([easier, harder]);
    }

    /// Takes two requests that say the same in other words.
    pub fn paraphrase(&mut self, a: Request, b: Request) {
        self.fit = None;
        self.paraphrases.push([a, b]);
    }

    /// Fits the blend over the benches, unless that is done. Another row undoes it, and the passes too.
    ///
    /// # Errors
    /// [`NoWeights`].
    pub fn blend(&mut self) -> Result<(), NoWeights> {
        self.fit = Some(self.fitted()?);
        Ok(())
    }

    /// Bends the blend towards behaviour by one pass; false when none was left to do.
    ///
    /// # Errors
    /// [`NoWeights`].
    pub fn bend(&mut self) -> Result<bool, NoWeights> {
        let mut fit = self.fitted()?;
        let left = fit.passes < self.recipe.behaviour.passes;
        if left {
            fit.score = self.bent(&fit).ok_or(NoWeights::TooLittle)?;
            fit.passes += 1;
        }
        self.fit = Some(fit);
        Ok(left)
    }

    /// How many passes of bending are done.
    pub fn passes(&self) -> usize {
        self.fit.as_ref().map_or(0, |fit| fit.passes)
    }

    /// Does what is left to do, and makes the weights. `recipe` and `data` are the digests that stand
    /// in them.
    ///
    /// # Errors
    /// [`NoWeights`].
    pub fn train(&mut self, recipe: [u8; 32], data: [u8; 32]) -> Result<Weights, NoWeights> {
        while self.bend()? {}
        let fit = self.fitted()?;
        let (settings, score) = (&self.recipe, &fit.score);
        let relief =
            relief(score, settings, &self.benches, self.layout).ok_or(NoWeights::TooLittle)?;
        let mut weights = collapse(score, &relief, settings, &self.vectors);
        self.fit = Some(fit);
        weights.recipe = recipe;
        weights.data = data;
        Ok(weights)
    }

    /// The fit as far as it is done, taken out of its place.
    fn fitted(&mut self) -> Result<Fit, NoWeights> {
        let begin = || {
            let blended = blend(&self.recipe, &self.benches, self.layout)?;
            Some(Fit {
                score: blended.clone(),
                blended,
                passes: 0,
            })
        };
        self.fit.take().or_else(begin).ok_or(NoWeights::TooLittle)
    }

    /// The blend, bent until it keeps to behaviour as the score so far has conversations read.
    fn bent(&self, fit: &Fit) -> Option<Vec<f64>> {
        let (settings, layout) = (&self.recipe, self.layout);
        let scorer = Learnt::with(&collapse(&fit.score, &[], settings, &self.vectors));
        let wishes = self.wishes(&scorer, &fit.score);
        bend(&fit.blended, settings, &self.benches, &wishes, layout)
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
