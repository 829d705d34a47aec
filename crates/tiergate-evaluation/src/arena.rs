//! `RouterArena`'s score.

/// How much cost weighs beside accuracy.
const BETA: f64 = 0.1;
/// Dollars of a thousand requests at which the cost counts as worst and as best.
const RANGE: (f64, f64) = (200.0, 0.0044);

/// `RouterArena`'s score S of accuracy (0 to 1) and cost (dollars of a thousand requests).
///
/// ```text
/// C = (log2 200 − log2 cost) / (log2 200 − log2 0.0044)
/// S = (1 + β) · accuracy · C / (β · accuracy + C),   β = 0.1
/// ```
///
/// From "`RouterArena`: An Open Platform for Comprehensive Comparison of LLM Routers" (arXiv
/// 2510.00202) and the constants of its repository, `RouteWorks/RouterArena`. `None` for a cost that is
/// not above 0; a cost outside of the range is taken for its end.
pub fn arena_score(accuracy: f64, dollars_per_thousand: f64) -> Option<f64> {
    let (worst, best) = RANGE;
    if dollars_per_thousand.is_nan() || dollars_per_thousand <= 0.0 {
        return None;
    }
    let cost = dollars_per_thousand.clamp(best, worst).log2();
    let thrift = (worst.log2() - cost) / (worst.log2() - best.log2());
    let weighed = BETA * accuracy + thrift;
    Some(if weighed > 0.0 {
        (1.0 + BETA) * accuracy * thrift / weighed
    } else {
        0.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_figures_of_the_published_board() {
        // accuracy, cost and score of routers as RouterArena's board has them
        for (accuracy, cost, score) in [
            (0.6688, 0.15, 0.6689),
            (0.6809, 0.54, 0.6666),
            (0.7396, 10.02, 0.6432),
        ] {
            let ours = arena_score(accuracy, cost).unwrap();
            assert!((ours - score).abs() < 5e-4, "{ours} {score}");
        }
    }

    #[test]
    fn ends_are_sane() {
        assert_eq!(arena_score(0.5, 0.0), None);
        assert_eq!(arena_score(0.5, 1e9), Some(0.0));
        assert_eq!(arena_score(0.0, 200.0), Some(0.0));
        assert_eq!(arena_score(1.0, 1e-9), Some(1.0));
    }
}
