//! Small arithmetic that several metrics share.

/// A count as a factor. Exact up to 2^53, more rows than any data set has.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows are far below 2^53"
)]
pub(crate) fn count(n: usize) -> f64 {
    n as f64
}

/// The arithmetic mean; `None` of nothing.
pub(crate) fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values
        .into_iter()
        .fold((0.0, 0_usize), |(sum, n), value| (sum + value, n + 1));
    (n > 0).then(|| sum / count(n))
}

/// The `share`-quantile of sorted values, with straight lines between the order statistics
/// (definition 7 of Hyndman and Fan, the default of `NumPy` and R); `None` of nothing.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the index lies between 0 and the last one"
)]
pub(crate) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = (count(last) * share).clamp(0.0, count(last));
    let below = place.floor() as usize;
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    Some(low + (high - low) * (place - place.floor()))
}

/// Whether two scores are equal. Ties are exact: scores come from a finite set or from one computation.
pub(crate) fn same(a: f64, b: f64) -> bool {
    a.partial_cmp(&b).is_some_and(std::cmp::Ordering::is_eq)
}

/// The standard logistic function.
pub(crate) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The inverse of [`logistic`], kept finite.
pub(crate) fn logit(p: f64) -> f64 {
    let p = p.clamp(1e-6, 1.0 - 1e-6);
    (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_order_statistics() {
        let sorted = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(quantile(&sorted, 0.0), Some(1.0));
        assert_eq!(quantile(&sorted, 0.5), Some(3.0));
        assert_eq!(quantile(&sorted, 1.0), Some(8.0));
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(mean([]), None);
        assert_eq!(mean([1.0, 2.0]), Some(1.5));
    }

    #[test]
    fn logit_inverts_logistic() {
        for p in [0.001, 0.3, 0.5, 0.999] {
            assert!((logistic(logit(p)) - p).abs() < 1e-12);
        }
    }
}
