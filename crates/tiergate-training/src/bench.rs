//! Benches: rows with results of models, and the sums over them that every fit is made of.

use std::collections::BTreeMap;

use crate::Target;
use crate::matrix::{Matrix, dot};
use crate::number::{real, whole};

/// A row with results.
#[derive(Clone, Debug)]
pub(crate) struct Labelled {
    pub(crate) x: Vec<f64>,
    /// Mean results of the tiers, 0 to 1.
    pub(crate) tiers: [Option<f64>; 5],
}

impl Labelled {
    /// The value of a target; none when too few tiers have results.
    pub(crate) fn target(&self, target: Target) -> Option<f64> {
        let mean = |tiers: &[Option<f64>]| {
            let known: Vec<f64> = tiers.iter().copied().flatten().collect();
            (!known.is_empty()).then(|| known.iter().sum::<f64>() / real(known.len()))
        };
        let best = mean(&self.tiers[3..]);
        let least = match best {
            Some(_) => mean(&self.tiers[..3]),
            // without the best tiers, standard is the better one of two
            None => mean(&self.tiers[..2]),
        };
        let best = best.or(self.tiers[2]);
        Some(match target {
            Target::Gain => best? - least?,
            Target::Failure => 1.0 - least?,
        })
    }
}

/// Rows by bench.
#[derive(Clone, Debug, Default)]
pub(crate) struct Benches(pub(crate) BTreeMap<String, Vec<Labelled>>);

/// Sums over the rows of all benches, each bench weighed by its size.
#[derive(Clone, Debug)]
pub(crate) struct Sums {
    /// The mean of each number.
    pub(crate) mean: Vec<f64>,
    /// Weighted squares about each bench's own mean.
    pub(crate) within: Matrix,
    /// Weighted squares of the benches' means about the whole mean.
    pub(crate) between: Matrix,
    /// The rows' weights in all.
    pub(crate) rows: f64,
}

impl Sums {
    /// The variance of each number.
    pub(crate) fn variance(&self) -> Vec<f64> {
        let size = self.mean.len();
        let total = |at| self.within.get(at, at) + self.between.get(at, at);
        (0..size).map(|at| total(at) / self.rows).collect()
    }
}

impl Benches {
    pub(crate) fn rows(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// The weight of a row of each bench, 1 on average over all rows.
    pub(crate) fn weights(&self, power: f64) -> Vec<f64> {
        let raw = |rows: &Vec<Labelled>| real(rows.len().max(1)).powf_exact(-power);
        let weights: Vec<f64> = self.0.values().map(raw).collect();
        let sizes = self.0.values().map(|rows| real(rows.len()));
        let total: f64 = sizes
            .zip(&weights)
            .map(|(size, weight)| size * weight)
            .sum();
        let scale = real(self.rows()) / total;
        weights.into_iter().map(|weight| weight * scale).collect()
    }

    /// Sums over `pick(row)`, the numbers of a row that take part; rows without are left out.
    pub(crate) fn sums(
        &self,
        weights: &[f64],
        pick: impl Fn(&Labelled) -> Option<Vec<f64>>,
    ) -> Option<Sums> {
        let picked: Vec<Vec<Vec<f64>>> = self
            .0
            .values()
            .map(|rows| rows.iter().filter_map(&pick).collect())
            .collect();
        let size = picked.iter().flatten().next()?.len();
        let means: Vec<Vec<f64>> = picked.iter().map(|rows| mean(rows, size)).collect();
        let mut average = vec![0.0; size];
        let mut total = 0.0;
        for ((rows, mean), weight) in picked.iter().zip(&means).zip(weights) {
            let share = real(rows.len()) * weight;
            total += share;
            for (sum, value) in average.iter_mut().zip(mean) {
                *sum += value * share;
            }
        }
        for sum in &mut average {
            *sum /= total;
        }
        let mut within = Matrix::zero(size);
        let mut between = Matrix::zero(size);
        let mut centred = vec![0.0; size];
        for ((rows, mean), weight) in picked.iter().zip(&means).zip(weights) {
            for row in rows {
                centre(&mut centred, row, mean);
                within.add_square(&centred, *weight);
            }
            centre(&mut centred, mean, &average);
            between.add_square(&centred, real(rows.len()) * weight);
        }
        Some(Sums {
            mean: average,
            within,
            between,
            rows: total,
        })
    }
}

fn mean(rows: &[Vec<f64>], size: usize) -> Vec<f64> {
    let mut mean = vec![0.0; size];
    for row in rows {
        for (sum, value) in mean.iter_mut().zip(row) {
            *sum += value;
        }
    }
    let count = real(rows.len().max(1));
    for sum in &mut mean {
        *sum /= count;
    }
    mean
}

fn centre(to: &mut [f64], row: &[f64], mean: &[f64]) {
    for (at, value) in to.iter_mut().enumerate() {
        *value = row[at] - mean[at];
    }
}

/// What a linear score makes of a row.
pub(crate) fn predict(weights: &[f64], x: &[f64]) -> f64 {
    dot(weights, x)
}

/// Powers by square roots alone, which are the same on every platform.
trait ExactPower {
    /// The power to the nearest multiple of 1/64.
    fn powf_exact(self, power: f64) -> f64;
}

impl ExactPower for f64 {
    fn powf_exact(self, power: f64) -> f64 {
        let sixtyfourths = whole(power.abs() * 64.0);
        let mut root = self;
        let mut result = 1.0;
        for bit in (0..6).rev() {
            root = root.sqrt();
            if sixtyfourths & (1 << bit) != 0 {
                result *= root;
            }
        }
        for _ in 0..sixtyfourths / 64 {
            result *= self;
        }
        if power < 0.0 { 1.0 / result } else { result }
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these numbers are exact")]
mod tests {
    use super::*;

    #[test]
    fn powers_are_exact_for_roots() {
        assert_eq!(16.0_f64.powf_exact(0.5), 4.0);
        assert_eq!(16.0_f64.powf_exact(-0.25), 0.5);
        assert_eq!(9.0_f64.powf_exact(1.5), 27.0);
        assert_eq!(9.0_f64.powf_exact(0.0), 1.0);
    }

    #[test]
    fn squares_add_up() {
        let row = |value: f64| Labelled {
            x: vec![value],
            tiers: [None; 5],
        };
        let mut benches = Benches::default();
        benches.0.insert("a".into(), [1.0, 3.0].map(row).to_vec());
        benches.0.insert("b".into(), [6.0, 8.0].map(row).to_vec());
        let sums = benches
            .sums(&[1.0, 1.0], |row| Some(row.x.clone()))
            .unwrap();
        assert_eq!((sums.mean[0], sums.rows), (4.5, 4.0));
        assert_eq!(sums.within.get(0, 0), 4.0);
        assert_eq!(sums.between.get(0, 0), 25.0);
    }

    #[test]
    fn targets_need_two_ends() {
        let row = |tiers| Labelled { x: vec![], tiers };
        let full = row([Some(0.0), Some(0.5), Some(1.0), Some(1.0), Some(0.5)]);
        assert_eq!(full.target(Target::Gain), Some(0.25));
        assert_eq!(full.target(Target::Failure), Some(0.5));
        let lower = row([Some(0.0), Some(0.5), Some(1.0), None, None]);
        assert_eq!(lower.target(Target::Gain), Some(0.75));
        assert_eq!(row([None; 5]).target(Target::Gain), None);
    }
}
