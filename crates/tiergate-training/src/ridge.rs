//! Ridge regression over standardised numbers.

use crate::bench::Sums;
use crate::matrix::Matrix;

/// Below this standard deviation a number is not known from the benches.
pub(crate) const UNKNOWN: f64 = 0.02;

/// A fit to the last number of every row by the others.
#[derive(Clone, Debug)]
pub(crate) struct Fit {
    /// What each number weighs; 0 for one that hardly varies.
    pub(crate) weights: Vec<f64>,
    /// What is left of the mean, without the target's own.
    pub(crate) middle: f64,
}

/// Fits; `between` says how much differences between benches count beside those within, `ridge` how
/// many rows of evidence a weight must overcome. None when there is no single solution.
pub(crate) fn fit(sums: &Sums, between: f64, ridge: f64) -> Option<Fit> {
    let size = sums.mean.len() - 1;
    let variance = sums.variance();
    // what hardly varies is left out by standing alone with the ridge
    let scales: Vec<f64> = variance[..size]
        .iter()
        .map(|each| each.sqrt())
        .map(|deviation| {
            if deviation > UNKNOWN {
                1.0 / deviation
            } else {
                0.0
            }
        })
        .collect();
    let mut squares = sums.within.clone();
    squares.add(&sums.between, between);
    let mut system = Matrix::zero(size);
    let mut right = Vec::with_capacity(size);
    for (row, scale) in scales.iter().enumerate() {
        for (column, other) in scales.iter().enumerate() {
            system.add_to(row, column, squares.get(row, column) * scale * other);
        }
        system.add_to(row, row, ridge);
        right.push(squares.get(row, size) * scale);
    }
    let solved = system.solve(&right)?;
    let weights: Vec<f64> = solved.iter().zip(&scales).map(|(a, b)| a * b).collect();
    let middle = weights.iter().zip(&sums.mean).map(|(a, b)| -a * b).sum();
    Some(Fit { weights, middle })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{Benches, Labelled};

    #[test]
    fn a_line_is_found_within_benches() {
        let row = |x: f64, y: f64| Labelled {
            x: vec![x, y],
            tiers: [None; 5],
        };
        let mut benches = Benches::default();
        // y = 2x within each, and the other way round between them
        benches
            .0
            .insert("a".into(), vec![row(0.0, 10.0), row(1.0, 12.0)]);
        benches
            .0
            .insert("b".into(), vec![row(5.0, 0.0), row(6.0, 2.0)]);
        let sums = benches
            .sums(&[1.0, 1.0], |row| Some(row.x.clone()))
            .unwrap();
        let within = fit(&sums, 0.0, 1e-9).unwrap();
        assert!((within.weights[0] - 2.0).abs() < 1e-6);
        let all = fit(&sums, 1.0, 1e-9).unwrap();
        assert!(all.weights[0] < 0.0);
    }
}
