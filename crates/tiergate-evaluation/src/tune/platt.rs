//! A monotone logistic curve of success over the score.

use serde::Serialize;

use crate::number::{logistic, logit};

/// Outcomes of the rarer kind that a curve needs: ten for each of its two parameters (Peduzzi et al.,
/// Journal of Clinical Epidemiology 49, 1996).
pub(super) const NEEDED: f64 = 20.0;
/// Steps of Newton's method; it needs about six.
const STEPS: usize = 40;

/// Judged requests with one score at one tier.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cell {
    /// How many.
    pub(super) n: f64,
    /// The sum of their outcomes.
    pub(super) good: f64,
}

/// P(success) at a score s is the logistic function of `intercept + slope · (s − 50) / 25`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Curve {
    /// The log odds at a score of 50.
    pub intercept: f64,
    /// What 25 points add to the log odds; never above 0, for a higher score is never easier.
    pub slope: f64,
}

impl Curve {
    /// The probability of success, 0 to 1.
    pub fn at(&self, score: f64) -> f64 {
        logistic(self.intercept + self.slope * place(score))
    }

    /// The curve of greatest likelihood over cells by score, by Platt's method: each outcome is drawn a
    /// little towards the other, so that perfect separation has a curve too (J. Platt, "Probabilistic
    /// Outputs for Support Vector Machines", 1999). `None` with too few outcomes of either kind.
    pub(super) fn fit(cells: &[Cell]) -> Option<Self> {
        let n: f64 = cells.iter().map(|cell| cell.n).sum();
        let good: f64 = cells.iter().map(|cell| cell.good).sum();
        if good.min(n - good) < NEEDED {
            return None;
        }
        let (high, low) = ((good + 1.0) / (good + 2.0), 1.0 / (n - good + 2.0));
        let aim = |cell: &Cell| cell.good * high + (cell.n - cell.good) * low;
        let points: Vec<(f64, f64, f64)> = (0_u8..)
            .zip(cells)
            .map(|(score, cell)| (place(f64::from(score)), cell.n, aim(cell)))
            .collect();
        let flat = logit(points.iter().map(|(_, _, aim)| aim).sum::<f64>() / n);
        let fitted = newton(&points, flat);
        Some(if fitted.slope > 0.0 {
            Self {
                intercept: flat,
                slope: 0.0,
            }
        } else {
            fitted
        })
    }
}

fn place(score: f64) -> f64 {
    (score - 50.0) / 25.0
}

fn newton(points: &[(f64, f64, f64)], start: f64) -> Curve {
    let mut curve = Curve {
        intercept: start,
        slope: 0.0,
    };
    for _ in 0..STEPS {
        let (mut down, mut tilt) = (0.0, 0.0);
        // a trace of curvature keeps scores that are all equal solvable
        let (mut a, mut b, mut c) = (1e-6, 0.0, 1e-6);
        for &(x, n, aim) in points {
            let p = logistic(curve.intercept + curve.slope * x);
            let weight = n * p * (1.0 - p);
            down += aim - n * p;
            tilt += (aim - n * p) * x;
            a += weight;
            b += weight * x;
            c += weight * x * x;
        }
        let determinant = a * c - b * b;
        let step = |numerator: f64| (numerator / determinant).clamp(-2.0, 2.0);
        curve.intercept += step(c * down - b * tilt);
        curve.slope += step(a * tilt - b * down);
    }
    curve
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_curve_that_made_the_outcomes() {
        let made = Curve {
            intercept: 0.7,
            slope: -1.3,
        };
        let cell = |score: u8| Cell {
            n: 1e4,
            good: 1e4 * made.at(f64::from(score)),
        };
        let cells: Vec<Cell> = (0..=100).map(cell).collect();
        let found = Curve::fit(&cells).unwrap();
        assert!((found.intercept - made.intercept).abs() < 1e-3, "{found:?}");
        assert!((found.slope - made.slope).abs() < 1e-3, "{found:?}");
    }

    #[test]
    fn never_rises_and_never_guesses() {
        let mut cells = [Cell::default(); 101];
        cells[10] = Cell {
            n: 50.0,
            good: 10.0,
        };
        cells[90] = Cell {
            n: 50.0,
            good: 40.0,
        };
        let curve = Curve::fit(&cells).unwrap();
        assert!(curve.slope.abs() < 1e-12 && (curve.at(0.0) - 0.5).abs() < 0.01);
        cells[90].good = 5.0;
        assert_eq!(Curve::fit(&cells), None, "15 good ones are too few");
    }

    #[test]
    fn perfect_separation_stays_finite() {
        let mut cells = [Cell::default(); 101];
        cells[10] = Cell {
            n: 50.0,
            good: 50.0,
        };
        cells[90] = Cell { n: 50.0, good: 0.0 };
        let curve = Curve::fit(&cells).unwrap();
        assert!(curve.at(10.0) > 0.9 && curve.at(90.0) < 0.1);
        assert!(curve.intercept.is_finite() && curve.slope.is_finite());
    }
}
