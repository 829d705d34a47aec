//! `tiergate-score eval`: the metrics of a scorer on labelled rows.

use std::path::PathBuf;

use serde::Serialize;
use tiergate_evaluation::{
    Paraphrase, Report, Row, Settings, Suite, chart, evaluate, length, random,
};

use crate::Fault;
use crate::cli::{Eval, Reference};
use crate::input::{lines, save};
use crate::shipped::scorer;
use crate::{table, talk};

pub(crate) fn run(asked: &Eval) -> Result<(), Fault> {
    let suite = suite(&asked.data)?;
    let settings = Settings {
        thresholds: asked.scorer.thresholds().lowest().map(f64::from),
        resamples: asked.resamples,
        seed: asked.seed,
    };
    let (name, scores) = own_scores(asked, &suite)?;
    let mut reports = vec![evaluate(&name, &suite, &scores, &settings)?];
    for reference in &asked.against {
        let (name, scores) = match reference {
            Reference::Length => ("length", suite.requests().map(length).collect()),
            Reference::Random => ("random", random(suite.requests().count(), asked.seed)),
        };
        reports.push(evaluate(name, &suite, &scores, &settings)?);
    }
    talk::give(format_args!("{}", table::of(&reports)));
    if let Some(path) = &asked.json {
        let all = All {
            thresholds: settings.thresholds,
            reports: &reports,
        };
        save(path, &format!("{}\n", serde_json::to_string_pretty(&all)?))?;
    }
    if let Some(path) = &asked.svg {
        save(path, &picture(&suite, &reports, &settings)?)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct All<'a> {
    thresholds: [f64; 4],
    reports: &'a [Report],
}

/// A held-out directory, or labelled files.
fn suite(data: &[PathBuf]) -> Result<Suite, Fault> {
    if let [directory] = data
        && directory.is_dir()
    {
        let mut rows = Vec::new();
        for part in ["bench", "behaviour", "unlabelled"] {
            rows.extend(lines(&directory.join(format!("{part}.jsonl")), Row::parse)?);
        }
        let pairs = lines(&directory.join("robust_pairs.jsonl"), Paraphrase::parse)?;
        return Ok(Suite::held_out(rows, pairs));
    }
    let mut rows = Vec::new();
    for path in data {
        if path.is_dir() {
            return Err(format!(
                "{}: a held-out directory stands alone; give files, or this directory only",
                path.display()
            )
            .into());
        }
        rows.extend(lines(path, Row::parse)?);
    }
    Ok(Suite::by_bench(rows))
}

/// The scores to judge, and what they are called.
fn own_scores(asked: &Eval, suite: &Suite) -> Result<(String, Vec<f64>), Fault> {
    if let Some(path) = &asked.scores {
        return Ok((path.display().to_string(), lines(path, foreign)?));
    }
    let weights = asked.scorer.weights.as_deref();
    let scorer = scorer(weights)?;
    let score = |request| f64::from(scorer.assess(request).score.number());
    let name = weights.map_or_else(|| "shipped".into(), |path| path.display().to_string());
    Ok((name, suite.requests().map(score).collect()))
}

/// A line of foreign scores.
fn foreign(line: &str) -> Result<f64, Fault> {
    let value: serde_json::Value = serde_json::from_str(line)?;
    let score = value.get("score").unwrap_or(&value).as_f64();
    score.ok_or_else(|| "there must be a number, or an object with a number `score`".into())
}

/// The frontier of the first mix at list prices, beside that of length.
fn picture(suite: &Suite, reports: &[Report], settings: &Settings) -> Result<String, Fault> {
    let first = |report: &Report| report.tiers.first().cloned();
    let scorer = reports.first().and_then(first);
    let scorer = scorer.ok_or("no rows have results of all five tiers: there is no frontier")?;
    let by_length: Vec<f64> = suite.requests().map(length).collect();
    let quick = Settings {
        resamples: 0,
        ..*settings
    };
    let by_length = evaluate("length", suite, &by_length, &quick)?;
    Ok(chart(&scorer, first(&by_length).as_ref()))
}
