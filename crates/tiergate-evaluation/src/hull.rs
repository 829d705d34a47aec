//! Cost and quality of policies, and what can be reached by mixing them.

use serde::Serialize;

/// A policy by what it costs and how well it does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// Mean cost, as a share of the dearest tier's.
    pub cost: f64,
    /// Mean result, 0 to 1.
    pub quality: f64,
}

/// The best quality at each cost when policies may be mixed by chance: the non-decreasing upper convex
/// hull of their points.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Hull(Vec<Point>);

impl Hull {
    /// The hull of any points.
    pub fn of(points: impl IntoIterator<Item = Point>) -> Self {
        let mut points: Vec<Point> = points.into_iter().collect();
        points.sort_by(|a, b| {
            a.cost
                .total_cmp(&b.cost)
                .then(a.quality.total_cmp(&b.quality))
        });
        let mut hull: Vec<Point> = Vec::new();
        for point in points {
            if hull
                .last()
                .is_some_and(|last| point.quality <= last.quality)
            {
                continue;
            }
            while let [.., a, b] = hull.as_slice()
                && rise(a, b) * (point.cost - a.cost) <= rise(a, &point) * (b.cost - a.cost)
            {
                hull.pop();
            }
            hull.push(point);
        }
        Self(hull)
    }

    /// Its corners, rising in cost and in quality.
    pub fn points(&self) -> &[Point] {
        &self.0
    }

    /// The least cost of a quality; `None` when it cannot be reached.
    pub fn cost_of(&self, quality: f64) -> Option<f64> {
        let above = self.0.iter().position(|point| point.quality >= quality)?;
        let b = self.0[above];
        let Some(a) = above.checked_sub(1).map(|below| self.0[below]) else {
            return Some(b.cost);
        };
        Some(a.cost + (b.cost - a.cost) * (quality - a.quality) / (b.quality - a.quality))
    }

    /// Average improvement in quality, AIQ, of `RouterBench` (arXiv 2403.12031, section 3): the area under
    /// the hull, divided by the range of costs.
    ///
    /// The range ends at `highest`, up to which the best quality is carried on, so that hulls of several
    /// scorers are compared over the same costs. `None` when the range is empty.
    pub fn aiq(&self, highest: f64) -> Option<f64> {
        let (first, last) = (self.0.first()?, self.0.last()?);
        let steps = self.0.iter().zip(self.0.iter().skip(1));
        let under: f64 = steps
            .map(|(a, b)| f64::midpoint(a.quality, b.quality) * (b.cost - a.cost))
            .sum();
        let flat = last.quality * (highest - last.cost).max(0.0);
        let range = highest.max(last.cost) - first.cost;
        (range > 0.0).then(|| (under + flat) / range)
    }
}

fn rise(from: &Point, to: &Point) -> f64 {
    to.quality - from.quality
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hull(points: &[(f64, f64)]) -> Hull {
        let point = |&(cost, quality): &(f64, f64)| Point { cost, quality };
        Hull::of(points.iter().map(point))
    }

    #[test]
    fn drops_what_a_mixture_beats() {
        let hull = hull(&[(1.0, 0.8), (0.0, 0.4), (0.5, 0.5), (0.2, 0.3), (0.4, 0.7)]);
        let corners: Vec<(f64, f64)> = hull.points().iter().map(|p| (p.cost, p.quality)).collect();
        assert_eq!(corners, [(0.0, 0.4), (0.4, 0.7), (1.0, 0.8)]);
    }

    #[test]
    fn costs_lie_on_its_lines() {
        let hull = hull(&[(0.1, 0.4), (0.5, 0.8)]);
        assert!((hull.cost_of(0.6).unwrap() - 0.3).abs() < 1e-12);
        assert_eq!(hull.cost_of(0.2), Some(0.1));
        assert_eq!(hull.cost_of(0.9), None);
        assert_eq!(Hull::of([]).cost_of(0.1), None);
    }

    #[test]
    fn aiq_is_the_mean_height() {
        // rises from 0.4 to 0.8 over the first half, then stays
        let rising = hull(&[(0.0, 0.4), (0.5, 0.8), (1.0, 0.7)]);
        assert!((rising.aiq(1.0).unwrap() - 0.7).abs() < 1e-12);
        assert_eq!(hull(&[(1.0, 0.5)]).aiq(1.0), None);
        assert_eq!(hull(&[(0.0, 0.5)]).aiq(1.0), Some(0.5));
    }
}
