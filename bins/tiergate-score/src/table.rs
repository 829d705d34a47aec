//! Reports as text for a person.

use std::fmt::Write;

use tiergate_evaluation::{PairReport, Report, TIERS, TierReport};

/// Every scorer's report; where there are several, their means side by side at the end.
pub(crate) fn of(reports: &[Report]) -> String {
    let mut text = String::new();
    for report in reports {
        // writing to a string cannot fail
        let _ = writeln!(text, "== {} ==  {} rows", report.scorer, report.rows);
        means(&mut text, report);
        for pair in &report.pairs {
            line(&mut text, pair);
        }
        for tiers in &report.tiers {
            saved(&mut text, tiers);
        }
        behaviour(&mut text, report);
        text.push('\n');
    }
    if reports.len() > 1 {
        side_by_side(&mut text, reports);
    }
    text.truncate(text.trim_end().len());
    text
}

/// The means and the AIQ of every scorer. All are measured on the same suite, so the places agree.
fn side_by_side(text: &mut String, reports: &[Report]) {
    let names: Vec<String> = reports
        .iter()
        .map(|report| format!("{:>12}", report.scorer))
        .collect();
    let _ = writeln!(text, "{:<60}{}", "== compared ==", names.join(""));
    let mut row = |name: String, of: &dyn Fn(&Report) -> Option<f64>| {
        let figures: Vec<String> = reports
            .iter()
            .map(|report| format!("{:>12}", figure(of(report)).trim_end()))
            .collect();
        let _ = writeln!(text, "{name:<60}{}", figures.join(""));
    };
    let Some(first) = reports.first() else {
        return;
    };
    for (nth, mean) in first.means.iter().enumerate() {
        row(format!("{}, APGR", mean.name), &|report| {
            report.means.get(nth)?.apgr
        });
        let fails = |report: &Report| report.means.get(nth)?.auc_fails;
        row(format!("{}, AUC fails", mean.name), &fails);
    }
    for (nth, tiers) in first.tiers.iter().enumerate() {
        let name = format!("{} at {}, AIQ", tiers.name, tiers.prices);
        row(name, &|report| report.tiers.get(nth)?.aiq);
    }
}

fn means(text: &mut String, report: &Report) {
    for mean in report.means.iter().filter(|mean| mean.pairs > 0) {
        let (name, pairs) = (&mean.name, mean.pairs);
        let (apgr, fails) = (figure(mean.apgr), figure(mean.auc_fails));
        let _ = writeln!(
            text,
            "{name:<46} {pairs:>5} pairs              APGR {apgr}                  AUC fails {fails}"
        );
    }
}

fn line(text: &mut String, pair: &PairReport) {
    let (name, n) = (&pair.name, pair.n);
    let _ = write!(
        text,
        "{name:<46} n={n:<6} {:.3} -> {:.3}  APGR {}",
        pair.weak,
        pair.strong,
        figure(pair.gains.map(|gains| gains.apgr)),
    );
    let _ = match &pair.interval {
        Some(interval) => write!(text, " [{:.3}, {:.3}]", interval.apgr[0], interval.apgr[1]),
        None => Ok(()),
    };
    let _ = writeln!(
        text,
        "  AUC fails {}  gain {}  CPT50 {}  CPT80 {}",
        figure(pair.auc_fails),
        figure(pair.auc_gain),
        percent(pair.gains.map(|gains| gains.cpt50)),
        percent(pair.gains.map(|gains| gains.cpt80)),
    );
}

fn saved(text: &mut String, tiers: &TierReport) {
    let fixed: Vec<String> = TIERS
        .iter()
        .zip(&tiers.fixed)
        .map(|(tier, point)| format!("{tier} {:.1} %", point.quality * 100.0))
        .collect();
    let _ = writeln!(
        text,
        "\n{} at {}, {} rows: {}; oracle {:.1} % for {:.1} % of flagship's cost",
        tiers.name,
        tiers.prices,
        tiers.n,
        fixed.join(", "),
        tiers.oracle.quality * 100.0,
        tiers.oracle.cost * 100.0,
    );
    for target in &tiers.targets {
        let _ = writeln!(
            text,
            "  {:.0} % of flagship's quality saves {} (random mix {})",
            target.quality * 100.0,
            percent(target.cost.map(|cost| 1.0 - cost)),
            percent(target.random.map(|cost| 1.0 - cost)),
        );
    }
    let shipped = &tiers.as_shipped;
    let shares: Vec<String> = TIERS
        .iter()
        .zip(shipped.shares)
        .map(|(tier, share)| format!("{tier} {:.0} %", share * 100.0))
        .collect();
    let _ = writeln!(
        text,
        "  thresholds as given: {:.1} % of flagship's quality for {:.1} % of its cost (random mix {}); {}",
        shipped.of_flagship * 100.0,
        shipped.cost * 100.0,
        percent(shipped.random_cost),
        shares.join(", "),
    );
    let (aiq, random) = (figure(tiers.aiq), figure(tiers.aiq_random));
    let arena = figure(shipped.arena);
    let _ = writeln!(
        text,
        "  AIQ {aiq} (random mix {random})   RouterArena score of the given thresholds {arena}"
    );
}

fn behaviour(text: &mut String, report: &Report) {
    if let Some(found) = &report.behaviour {
        let _ = writeln!(
            text,
            "\nbehaviour, {} requests: {} of ordered pairs right, {} in their range of tiers",
            found.n,
            percent(found.order),
            percent(Some(found.in_range)),
        );
        for (kind, [inside, all]) in &found.by_kind {
            let _ = writeln!(text, "  {kind:<20} {inside:>3} of {all}");
        }
    }
    if let Some(hard) = &report.hard {
        let shares = hard.shares.map(|share| format!("{:.0} %", share * 100.0));
        let _ = writeln!(
            text,
            "hard prompts, {}: AUC above trivial ones {}, tiers {}",
            hard.n,
            figure(hard.auc_above_trivial),
            shares.join(", "),
        );
    }
    if let Some(found) = &report.robustness {
        let _ = writeln!(
            text,
            "paraphrases, {} pairs: {} change their tier, scores differ by {:.1} on average",
            found.n,
            percent(Some(found.tier_flips)),
            found.mean_difference,
        );
    }
}

fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "-    ".into(), |value| format!("{value:.3}"))
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "-".into(), |value| format!("{:.0} %", value * 100.0))
}
