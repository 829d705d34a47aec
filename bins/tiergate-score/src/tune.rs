//! `tiergate-score tune`: thresholds and λ from one's own logs.

use std::fmt::Write;

use tiergate_catalog::Catalog;
use tiergate_evaluation::{
    Asked, Assessed, Confusion, Expected, Goal, Record, TIERS, Tuning, Wish, needed,
    needed_for_curve, tune,
};
use tiergate_scorer::Scorer;

use crate::Fault;
use crate::cli::Tune;
use crate::input::{lines, save};
use crate::shipped::scorer;
use crate::talk;

/// Groups that are shown, the largest first.
const SHOWN: usize = 20;

pub(crate) fn run(asked: &Tune) -> Result<(), Fault> {
    let scorer = scorer(asked.scorer.weights.as_deref())?;
    let catalog = Catalog::bundled();
    let tier_of = |model: &str| Some(catalog.resolve(model)?.model.tier?.index());
    let mut records = Vec::new();
    for path in &asked.logs {
        records.extend(lines(path, |line| Record::parse(line, tier_of))?);
    }
    let assess = |record: &Record| assessed(record, &*scorer);
    let assessed: Vec<Assessed> = records.iter().map(assess).collect();
    let wish = Wish {
        goal: asked
            .per_success
            .map_or(Goal::Keep(asked.keep), Goal::PerSuccess),
        prices: asked.prices.0,
        current: asked.scorer.thresholds().lowest(),
        seed: asked.seed,
    };
    let tuning = tune(&records, &assessed, &wish).ok_or("there are no records in the logs")?;
    talk::give(format_args!("{}", told(&tuning, &wish)));
    if let Some(path) = &asked.json {
        save(
            path,
            &format!("{}\n", serde_json::to_string_pretty(&tuning)?),
        )?;
    }
    Ok(())
}

fn assessed(record: &Record, scorer: &dyn Scorer) -> Assessed {
    let (score, success) = match &record.asked {
        Asked::Request(request) => {
            let found = scorer.assess(request);
            let success = found.success.map(|p| f64::from(p) / 1000.0);
            (f64::from(found.score.number()), success)
        }
        Asked::Scored { score, success } => (*score, *success),
    };
    Assessed {
        score,
        success,
        outcome: record.outcome,
    }
}

/// Everything as text. Comments are YAML comments, so that all of it may be pasted.
fn told(tuning: &Tuning, wish: &Wish) -> String {
    let mut text = String::new();
    // writing to a string cannot fail
    let _ = writeln!(
        text,
        "# {} requests, {} of them judged",
        tuning.n, tuning.judged
    );
    tiers(&mut text, tuning);
    enough(&mut text, tuning, wish);
    let _ = writeln!(text, "#\n# expected on this traffic:");
    line(
        &mut text,
        "always flagship",
        &tuning.flagship,
        &tuning.flagship,
    );
    line(
        &mut text,
        "thresholds in use",
        &tuning.current,
        &tuning.flagship,
    );
    line(
        &mut text,
        "tuned thresholds",
        &tuning.tuned,
        &tuning.flagship,
    );
    let _ = match tuning.kept {
        Some([low, high]) => writeln!(
            text,
            "#   95 % interval of what the tuned thresholds keep: {:.1} to {:.1} %",
            low * 100.0,
            high * 100.0
        ),
        None => Ok(()),
    };
    let lambda = format!("lambda {:.4}", tuning.lambda.lambda);
    line(
        &mut text,
        &lambda,
        &tuning.lambda.expected,
        &tuning.flagship,
    );
    unreached(&mut text, &tuning.tuned);
    confusion(&mut text, tuning);
    let [small, standard, premium, flagship] = tuning.thresholds;
    let _ = write!(
        text,
        "#\n# lambda for the choice by expected success: {:.4}\nrouting: {{thresholds: {{small: {small}, \
         standard: {standard}, premium: {premium}, flagship: {flagship}}}}}",
        tuning.lambda.lambda
    );
    text
}

fn tiers(text: &mut String, tuning: &Tuning) {
    for (name, tier) in TIERS.iter().zip(&tuning.tiers) {
        let (mean, expected) = (percent(tier.mean), percent(tier.expected));
        let curve = match &tier.curve {
            Some(curve) => format!(
                "own curve: logit P = {:.2} {:+.2} (score - 50) / 25",
                curve.intercept, curve.slope
            ),
            None => format!(
                "no own curve: it takes {} good and {} bad outcomes",
                needed_for_curve(),
                needed_for_curve()
            ),
        };
        let n = tier.n;
        let _ = writeln!(
            text,
            "#   {name:<9} {n:>7} judged, success {mean} (the scorer expected {expected}); {curve}"
        );
    }
    if let Some([own, fitted]) = tuning.brier {
        let _ = writeln!(
            text,
            "#   Brier score {own:.3} with the scorer's curves, {fitted:.3} with these (on the same rows)"
        );
    }
}

/// Says what the logs are too few for.
fn enough(text: &mut String, tuning: &Tuning, wish: &Wish) {
    if tuning.judged == 0 {
        let _ = writeln!(
            text,
            "# TOO FEW ROWS: nothing was judged; all figures are the scorer's own belief, not your models'"
        );
        return;
    }
    if let Goal::Keep(share) = wish.goal
        && let Some(needed) = needed(tuning.flagship.success, share)
        && tuning.judged < needed
    {
        let _ = writeln!(
            text,
            "# TOO FEW ROWS: to tell a loss of {:.1} % from chance takes about {needed} judged requests; \
             there are {}",
            (1.0 - share) * 100.0,
            tuning.judged
        );
    }
    let without = TIERS.iter().zip(&tuning.tiers);
    let without: Vec<&str> = without
        .filter(|(_, tier)| tier.curve.is_none())
        .map(|(name, _)| *name)
        .collect();
    if !without.is_empty() {
        let _ = writeln!(
            text,
            "# TOO FEW ROWS for {}: what is said of them is the scorer's curve, moved by the logs as a whole",
            without.join(", ")
        );
    }
    let _ = writeln!(
        text,
        "# A tier is judged only on what it was given; far from its scores a curve is an extrapolation."
    );
}

fn line(text: &mut String, name: &str, expected: &Expected, flagship: &Expected) {
    let shares = TIERS.iter().zip(expected.shares);
    let shares: Vec<String> = shares
        .map(|(tier, share)| format!("{tier} {:.1} %", share * 100.0))
        .collect();
    let _ = writeln!(
        text,
        "#   {name:<18} success {:.1} % ({:.1} % of flagship's) for {:.1} % of its cost; {}",
        expected.success * 100.0,
        expected.success / flagship.success * 100.0,
        expected.cost * 100.0,
        shares.join(", ")
    );
}

fn unreached(text: &mut String, tuned: &Expected) {
    let never = TIERS.iter().zip(tuned.shares);
    let never: Vec<&str> = never
        .filter(|(_, share)| *share < 1e-9)
        .map(|(tier, _)| *tier)
        .collect();
    if !never.is_empty() {
        let _ = writeln!(
            text,
            "#   not reached by any of these requests with tuned thresholds: {}",
            never.join(", ")
        );
    }
}

fn confusion(text: &mut String, tuning: &Tuning) {
    let _ = writeln!(
        text,
        "#\n# tuned choice against what was seen to suffice (unknown: no outcome tells)\n\
         #   {:<24} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "domain or tag", "requests", "too low", "fitting", "too high", "unknown"
    );
    let mut groups: Vec<(&String, &Confusion)> = tuning.confusion.iter().collect();
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.n));
    for (name, group) in groups.iter().take(SHOWN) {
        let _ = writeln!(
            text,
            "#   {:<24} {:>8} {:>8} {:>8} {:>8} {:>8}",
            name.escape_debug().to_string(),
            group.n,
            group.too_low,
            group.fitting,
            group.too_high,
            group.unknown
        );
    }
    if groups.len() > SHOWN {
        let _ = writeln!(
            text,
            "#   ... and {} more; --json has all",
            groups.len() - SHOWN
        );
    }
    let Some(all) = tuning.confusion.get("all") else {
        return;
    };
    if all.matrix.iter().flatten().all(|n| *n == 0) {
        return;
    }
    let _ = writeln!(
        text,
        "#   where the least sufficient tier is known: chosen tier down, that tier across\n#   {:<10} {}",
        "",
        TIERS.map(|tier| format!("{tier:>9}")).join("")
    );
    for (tier, counts) in TIERS.iter().zip(all.matrix) {
        let _ = writeln!(
            text,
            "#   {tier:<10} {}",
            counts.map(|n| format!("{n:>9}")).join("")
        );
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".into(), |share| format!("{:.1} %", share * 100.0))
}
