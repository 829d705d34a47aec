//! As much linear algebra as ridge regression takes: sums of squares and a Cholesky solver.
//!
//! Everything is added up in one order, with additions, multiplications, divisions and square roots
//! alone, so the same input has the same result to the last bit on every platform.

/// A symmetric matrix, both halves kept.
#[derive(Clone, Debug)]
pub(crate) struct Matrix {
    size: usize,
    values: Vec<f64>,
}

impl Matrix {
    pub(crate) fn zero(size: usize) -> Self {
        Self {
            size,
            values: vec![0.0; size * size],
        }
    }

    pub(crate) fn get(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.size + column]
    }

    fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.values[row * self.size..][..self.size]
    }

    pub(crate) fn add_to(&mut self, row: usize, column: usize, value: f64) {
        self.values[row * self.size + column] += value;
    }

    /// Adds `weight` · x · xᵀ.
    pub(crate) fn add_square(&mut self, x: &[f64], weight: f64) {
        for (row, &left) in x.iter().enumerate() {
            let left = left * weight;
            if left != 0.0 {
                for (sum, right) in self.row_mut(row).iter_mut().zip(x) {
                    *sum += left * right;
                }
            }
        }
    }

    /// Adds `weight` · other.
    pub(crate) fn add(&mut self, other: &Self, weight: f64) {
        for (sum, value) in self.values.iter_mut().zip(&other.values) {
            *sum += weight * value;
        }
    }

    /// The x for which matrix · x = `right`; none unless the matrix is positive definite.
    pub(crate) fn solve(mut self, right: &[f64]) -> Option<Vec<f64>> {
        let size = self.size;
        for column in 0..size {
            for row in column..size {
                let known: f64 = (0..column)
                    .map(|at| self.get(row, at) * self.get(column, at))
                    .sum();
                let left = self.get(row, column) - known;
                let value = if row == column {
                    (left > 0.0).then(|| left.sqrt())?
                } else {
                    left / self.get(column, column)
                };
                self.values[row * size + column] = value;
            }
        }
        let mut x = right.to_vec();
        for row in 0..size {
            let known: f64 = (0..row).map(|at| self.get(row, at) * x[at]).sum();
            x[row] = (x[row] - known) / self.get(row, row);
        }
        for row in (0..size).rev() {
            let known: f64 = (row + 1..size).map(|at| self.get(at, row) * x[at]).sum();
            x[row] = (x[row] - known) / self.get(row, row);
        }
        x.iter().all(|each| each.is_finite()).then_some(x)
    }
}

pub(crate) fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn solutions_solve(rows in prop::collection::vec(prop::collection::vec(-9.0..9.0_f64, 5), 9), right in prop::collection::vec(-9.0..9.0_f64, 5)) {
            let mut matrix = Matrix::zero(5);
            for row in &rows {
                matrix.add_square(row, 0.7);
            }
            for at in 0..5 {
                matrix.add_to(at, at, 1.0);
            }
            let x = matrix.clone().solve(&right).unwrap();
            for (row, wanted) in right.iter().enumerate() {
                let got: f64 = (0..5).map(|at| matrix.get(row, at) * x[at]).sum();
                prop_assert!((got - wanted).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn what_has_no_single_solution_is_refused() {
        assert!(Matrix::zero(2).solve(&[1.0, 1.0]).is_none());
    }
}
