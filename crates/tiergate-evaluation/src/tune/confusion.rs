//! What thresholds choose against what would have sufficed.

use std::collections::BTreeMap;

use serde::Serialize;

/// What is known of the tiers that suffice for one request.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Evidence([(f64, f64); 5]);

impl Evidence {
    /// Adds the outcome of a tier, if there is one.
    pub(super) fn add(&mut self, outcome: Option<(usize, f64)>) {
        if let Some((tier, outcome)) = outcome {
            self.0[tier].0 += 1.0;
            self.0[tier].1 += outcome;
        }
    }

    /// The lowest tier that was seen to do well, and the highest below it that was seen to fail.
    fn bounds(&self) -> (Option<usize>, Option<usize>) {
        let seen = |tier: &usize| self.0[*tier].0 > 0.0;
        let well = |tier: &usize| self.0[*tier].1 >= 0.5 * self.0[*tier].0;
        let suffices = (0..5).filter(seen).find(well);
        let fails = (0..suffices.unwrap_or(5)).rev().find(seen);
        (suffices, fails)
    }
}

/// Requests of a domain or tag by how the chosen tier compares with what is known to suffice.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Confusion {
    /// Requests.
    pub n: usize,
    /// The chosen tier, or a higher one, was seen to fail.
    pub too_low: usize,
    /// The chosen tier is the lowest that was seen to do well.
    pub fitting: usize,
    /// A lower tier was seen to do well.
    pub too_high: usize,
    /// Nothing was seen that would tell.
    pub unknown: usize,
    /// Where the least sufficient tier is known: requests by chosen tier, then by that tier.
    pub matrix: [[usize; 5]; 5],
}

impl Confusion {
    fn add(&mut self, chosen: usize, evidence: &Evidence) {
        self.n += 1;
        let (suffices, fails) = evidence.bounds();
        let of = match (suffices, fails) {
            (_, Some(fails)) if chosen <= fails => &mut self.too_low,
            (Some(suffices), _) if chosen > suffices => &mut self.too_high,
            (Some(suffices), _) if chosen == suffices => &mut self.fitting,
            _ => &mut self.unknown,
        };
        *of += 1;
        if let Some(least) = suffices
            && least == fails.map_or(0, |fails| fails + 1)
        {
            self.matrix[chosen][least] += 1;
        }
    }
}

/// Confusions by group, with all requests under `all`.
pub(super) fn confusions<'a>(
    requests: impl Iterator<Item = (usize, Evidence, &'a [String])>,
) -> BTreeMap<String, Confusion> {
    let mut groups: BTreeMap<String, Confusion> = BTreeMap::new();
    for (chosen, evidence, names) in requests {
        for name in names.iter().map(String::as_str).chain(["all"]) {
            if !groups.contains_key(name) {
                groups.insert(name.to_owned(), Confusion::default());
            }
            if let Some(group) = groups.get_mut(name) {
                group.add(chosen, &evidence);
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_with_what_was_seen() {
        let mut evidence = Evidence::default();
        evidence.add(Some((1, 0.0)));
        evidence.add(Some((3, 1.0)));
        assert_eq!(evidence.bounds(), (Some(3), Some(1)));
        let mut found = Confusion::default();
        for chosen in 0..5 {
            found.add(chosen, &evidence);
        }
        let counts = (found.too_low, found.fitting, found.too_high, found.unknown);
        assert_eq!(counts, (2, 1, 1, 1));
        assert_eq!(found.matrix, [[0; 5]; 5], "standard might have sufficed");
        evidence.add(Some((2, 0.2)));
        found.add(4, &evidence);
        assert_eq!(found.matrix[4][3], 1);
    }

    #[test]
    fn every_request_is_in_all() {
        let (evidence, tags) = (Evidence::default(), ["a".to_owned()]);
        let rows = [(0, evidence, &tags[..]), (1, evidence, &[])];
        let found = confusions(rows.into_iter());
        assert_eq!(
            (found["all"].n, found["a"].n, found["all"].unknown),
            (2, 1, 2)
        );
    }
}
