//! The plan for the held-out set.

use std::collections::BTreeMap;

use super::{
    FLAGSHIP, MeanPlan, Mix, PairPlan, SMALL, STANDARD, STRONG, Side, Suite, WEAK, bench, pair,
};
use crate::labels::{Paraphrase, Row};
use crate::number::count;

/// The most rows of a bench in a mix, so that a large one costs no more time than the others.
const MOST: usize = 800;
/// Which of them is decided by this seed.
const SEED: u64 = 2;

/// Benches with all five tiers, and how hard they are in the traffic mix.
const CLASSES: [(&str, &str); 11] = [
    ("gsm8k", "easy"),
    ("rb_arc_challenge", "easy"),
    ("rb_winogrande", "easy"),
    ("bfcl", "medium"),
    ("bfcl_id", "medium"),
    ("rb_mbpp", "medium"),
    ("mmlu_pro_ori", "medium"),
    ("mmlu_pro_new", "hard"),
    ("math_l5", "hard"),
    ("cruxeval", "hard"),
    ("swebench_verified", "hard"),
];
/// The share of each class in the traffic mix.
const TRAFFIC: [(&str, f64); 4] = [
    ("easy", 0.25),
    ("medium", 0.25),
    ("hard", 0.15),
    ("trivial", 0.35),
];
/// Mixes without traffic's shares: every bench counts the same.
const SEEN: [&str; 7] = [
    "gsm8k",
    "rb_arc_challenge",
    "bfcl_id",
    "rb_mbpp",
    "mmlu_pro_ori",
    "mmlu_pro_new",
    "math_l5",
];
const UNSEEN: [&str; 4] = ["rb_winogrande", "bfcl", "cruxeval", "swebench_verified"];

/// Pairs, by the beginnings of their names, over which means are taken.
const MEANS: [(&str, &[&str]); 3] = [
    ("in-distribution", &["mmlu", "gsm8k", "id_mix"]),
    (
        "out-of-distribution",
        &[
            "mt_bench",
            "winogrande",
            "routerarena",
            "cruxeval",
            "bfcl",
            "swebench",
        ],
    ),
    (
        "RouteLLM's three",
        &["mmlu mixtral", "gsm8k mixtral", "mt_bench mixtral"],
    ),
];

pub(super) fn suite(rows: Vec<Row>, paraphrases: Vec<Paraphrase>) -> Suite {
    let groups = groups(&rows);
    let pairs = pairs(&rows, &groups);
    let mean = |&(name, beginnings): &(&'static str, &[&str])| {
        let named = |pair: &PairPlan| beginnings.iter().any(|each| pair.name.starts_with(each));
        let members = pairs.iter().enumerate().filter(|(_, pair)| named(pair));
        MeanPlan {
            name,
            members: members.map(|(nth, _)| (nth, 1.0)).collect(),
        }
    };
    let means = MEANS.iter().map(mean).collect();
    let mixes = mixes(&rows, &groups);
    Suite {
        rows,
        paraphrases,
        pairs,
        means,
        mixes,
    }
}

type Groups = BTreeMap<String, Vec<usize>>;

/// Benches; `id_mix` are the unseen prompts of the benches that may have been trained on.
fn groups(rows: &[Row]) -> Groups {
    let mut groups = Groups::new();
    for (nth, row) in rows.iter().enumerate().filter(|(_, row)| row.labelled()) {
        let (bench, seen) = (bench(row), row.split.as_deref() == Some("id"));
        let name = if seen && bench == "bfcl" {
            "bfcl_id"
        } else {
            bench
        };
        groups.entry(name.to_owned()).or_default().push(nth);
        if seen && !["mmlu", "mmlu_pro_ori", "gsm8k"].contains(&bench) {
            groups.entry("id_mix".to_owned()).or_default().push(nth);
        }
    }
    groups
}

fn pairs(rows: &[Row], groups: &Groups) -> Vec<PairPlan> {
    use Side::{Always, Best, Model, Tier};
    let mut pairs = Vec::new();
    let mut add = |group: &str, name: String, weak: Side, strong: Side| {
        let members = groups.get(group).map_or(&[][..], Vec::as_slice);
        let found = pair(name, rows, members, weak, strong);
        pairs.extend((!found.members.is_empty()).then_some(found));
    };
    for (group, short) in [
        ("mmlu", "mmlu"),
        ("gsm8k", "gsm8k"),
        ("mt_bench", "mt_bench"),
        ("rb_winogrande", "winogrande"),
    ] {
        let name = format!("{short} mixtral>gpt4");
        add(group, name, Model(WEAK), Model(STRONG));
    }
    let (small, standard, flagship) = (Tier(SMALL), Tier(STANDARD), Tier(FLAGSHIP));
    let name = "routerarena haiku3>gemini2flash".to_owned();
    add("routerarena", name, small, standard);
    // a result there is the chance of being preferred to GPT-4 Turbo, which is even with itself
    let name = "alpaca_eval gpt3.5>gpt4t".to_owned();
    add("alpaca_eval", name, standard, Always(0.5));
    for group in [
        "gsm8k",
        "cruxeval",
        "mmlu_pro_ori",
        "bfcl",
        "swebench_verified",
        "llmrb_mmlupro",
    ] {
        add(group, format!("{group} small>flagship"), small, flagship);
    }
    let name = "id_mix small>best (unseen prompts of train benches)".to_owned();
    add("id_mix", name, small, Best);
    pairs
}

fn mixes(rows: &[Row], groups: &Groups) -> Vec<Mix> {
    let mut chance = fastrand::Rng::with_seed(SEED);
    let mut benches: BTreeMap<&str, Vec<(usize, [f64; 5])>> = BTreeMap::new();
    for (bench, _) in CLASSES {
        let of = groups.get(bench).into_iter().flatten();
        let mut full: Vec<(usize, [f64; 5])> = of
            .filter_map(|&nth| Some((nth, rows[nth].all_tiers()?)))
            .collect();
        chance.shuffle(&mut full);
        full.truncate(MOST);
        benches.insert(bench, full);
    }
    let equal = |name, of: &[&str]| {
        let mut members = Vec::new();
        for bench in of.iter().filter_map(|bench| benches.get(bench)) {
            let weight = 1.0 / count(bench.len());
            members.extend(bench.iter().map(|&(nth, tiers)| (nth, tiers, weight)));
        }
        Mix { name, members }
    };
    let (seen, unseen) = (equal("id benches", &SEEN), equal("ood benches", &UNSEEN));
    vec![traffic(rows, &benches), seen, unseen]
}

/// All benches and requests that any tier does, by the shares of their classes.
fn traffic(rows: &[Row], benches: &BTreeMap<&str, Vec<(usize, [f64; 5])>>) -> Mix {
    let mut members = Vec::new();
    for (class, share) in TRAFFIC {
        let mut of: Vec<(usize, [f64; 5], f64)> = Vec::new();
        for (bench, _) in CLASSES.iter().filter(|(_, each)| *each == class) {
            let found = benches.get(bench).map_or(&[][..], Vec::as_slice);
            let weight = 1.0 / count(found.len());
            of.extend(found.iter().map(|&(nth, tiers)| (nth, tiers, weight)));
        }
        if class == "trivial" {
            let trivial = rows.iter().enumerate().filter(|(_, row)| trivial(row));
            of.extend(trivial.map(|(nth, _)| (nth, [1.0; 5], 1.0)));
        }
        let total: f64 = of.iter().map(|(_, _, weight)| weight).sum();
        members.extend(
            of.into_iter()
                .map(|(nth, tiers, weight)| (nth, tiers, weight * share / total)),
        );
    }
    Mix {
        name: "traffic mix",
        members,
    }
}

/// A hand-written request for which nothing above standard is asked.
fn trivial(row: &Row) -> bool {
    row.expect_tier
        .is_some_and(|[_, highest]| highest <= STANDARD)
        && row.kind != "long_easy"
}
