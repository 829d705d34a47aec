//! The plan for labelled rows of any benches.

use std::collections::BTreeMap;

use super::{FLAGSHIP, MeanPlan, Mix, PairPlan, SMALL, STRONG, Side, Suite, WEAK, bench, pair};
use crate::labels::Row;
use crate::number::count;

/// Fewer prompts than this make no pair of their own; they still count in the total.
const LEAST: usize = 30;

pub(super) fn suite(rows: Vec<Row>) -> Suite {
    let mut benches: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (nth, row) in rows.iter().enumerate() {
        benches.entry(bench(row)).or_default().push(nth);
    }
    let all: Vec<usize> = (0..rows.len()).collect();
    let sides = [
        ("small>flagship", Side::Tier(SMALL), Side::Tier(FLAGSHIP)),
        ("mixtral>gpt4", Side::Model(WEAK), Side::Model(STRONG)),
    ];
    let mut pairs: Vec<PairPlan> = Vec::new();
    for (models, weak, strong) in sides {
        for (bench, members) in &benches {
            let name = format!("{bench} {models}");
            pairs.push(pair(name, &rows, members, weak, strong));
        }
    }
    pairs.retain(|pair| pair.members.len() >= LEAST);
    let every = |weight: fn(f64) -> f64| {
        let weighed = |(nth, pair): (usize, &PairPlan)| (nth, weight(count(pair.members.len())));
        pairs.iter().enumerate().map(weighed).collect()
    };
    let means = vec![
        MeanPlan {
            name: "mean of benches",
            members: every(|_| 1.0),
        },
        MeanPlan {
            name: "mean of benches, by the root of their rows",
            members: every(f64::sqrt),
        },
    ];
    for (models, weak, strong) in sides {
        let total = pair(format!("all rows {models}"), &rows, &all, weak, strong);
        pairs.extend((!total.members.is_empty()).then_some(total));
    }
    let mix = mix(&rows, benches.values());
    Suite {
        rows,
        paraphrases: Vec::new(),
        pairs,
        means,
        mixes: vec![mix],
    }
}

/// Every row with all five tiers; every bench counts the same.
fn mix<'a>(rows: &[Row], benches: impl Iterator<Item = &'a Vec<usize>>) -> Mix {
    let mut members = Vec::new();
    for bench in benches {
        let full = bench
            .iter()
            .filter_map(|&nth| Some((nth, rows[nth].all_tiers()?)));
        let full: Vec<(usize, [f64; 5])> = full.collect();
        let weight = 1.0 / count(full.len());
        members.extend(full.into_iter().map(|(nth, tiers)| (nth, tiers, weight)));
    }
    Mix {
        name: "all benches",
        members,
    }
}
