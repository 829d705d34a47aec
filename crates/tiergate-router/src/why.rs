//! The complete why of a plan, as JSON.

use std::cmp::Reverse;

use serde::Serialize;
use serde_json::value::RawValue;
use tiergate_catalog::Tier;
use tiergate_metering::Why;

use crate::decide::{Explanation, TierChoice, money, per_mille};
use crate::{Plan, Route};

/// What was asked, the score with its signals, and every candidate with its verdict.
#[derive(Debug, Serialize)]
struct Told<'a> {
    route: &'static str,
    requested: &'a str,
    auto: bool,
    prefer: &'static str,
    prefer_ignored: bool,
    score: u8,
    success: [f32; 5],
    confidence: f32,
    signals: Vec<Signal>,
    moved_by: Vec<&'static str>,
    floor: &'static str,
    ceiling: &'static str,
    wanted: Option<&'static str>,
    needs: Vec<&'static str>,
    input_tokens: InputTokens,
    max_output: Option<u64>,
    tier: Option<&'static str>,
    tier_choice: Option<TierChoice>,
    model: Option<&'a str>,
    provider: Option<&'a str>,
    upstream_model: Option<&'a str>,
    expected_cost_usd: Option<String>,
    baseline_model: Option<&'a str>,
    refusal: Option<String>,
    decided_at: String,
    #[serde(flatten)]
    explanation: Explanation,
}

#[derive(Debug, Serialize)]
struct Signal {
    name: &'static str,
    points: f32,
    value: u32,
}

#[derive(Debug, Serialize)]
struct InputTokens {
    likely: u64,
    upper: u64,
}

impl Why for Plan {
    fn render(&self) -> Box<RawValue> {
        let pool = &self.snapshot.pool;
        let query = self.query(&self.shut);
        let decision = self.outcome.as_ref().ok();
        let chosen = decision.map(|decision| pool.candidate(decision.candidate));
        let signal = |each: &tiergate_scorer::Signal| Signal {
            name: each.name,
            points: f32::from(each.points) / 100.0,
            value: each.value,
        };
        let millionths = decision.and_then(|decision| decision.expected);
        let told = Told {
            route: match self.asked.route {
                Route::Auto => "auto",
                Route::Floor(_) => "floor",
                Route::Pin { .. } => "pin",
            },
            requested: &self.asked.name,
            auto: self.asked.route == Route::Auto,
            prefer: self.asked.prefer.as_str(),
            prefer_ignored: self.prefer_ignored,
            score: self.assessment.score.number(),
            success: self.assessment.success.map(per_mille),
            confidence: per_mille(self.assessment.confidence),
            signals: self.assessment.signals.iter().map(signal).collect(),
            moved_by: moved_by(&self.assessment.signals),
            floor: self.asked.floor.as_str(),
            ceiling: self.asked.ceiling.as_str(),
            wanted: (!self.asked.route.is_pin()).then(|| self.asked.wanted.tier.as_str()),
            needs: self.asked.needs.names().collect(),
            input_tokens: InputTokens {
                likely: self.asked.tokens.likely,
                upper: self.asked.tokens.upper,
            },
            max_output: self.asked.max_output,
            tier: decision
                .and_then(|decision| decision.tier)
                .map(Tier::as_str),
            tier_choice: decision.map(|decision| {
                let wanted = (&self.asked.wanted, self.assessment.success);
                TierChoice::of(pool, &query, wanted, decision, self.now())
            }),
            model: chosen.map(|chosen| &*pool.model(chosen).id),
            provider: chosen.map(|chosen| &**pool.provider(chosen)),
            upstream_model: chosen.map(|chosen| &*pool.target(chosen).model),
            expected_cost_usd: millionths.map(|cost| money(cost).to_string()),
            baseline_model: decision
                .map(|decision| &*pool.model(pool.candidate(decision.baseline)).id),
            refusal: self.outcome.as_ref().err().map(ToString::to_string),
            decided_at: self.now().to_string(),
            explanation: Explanation::of(pool, &query, self.outcome.as_ref(), self.now()),
        };
        // plain numbers and strings always serialise
        serde_json::value::to_raw_value(&told).unwrap_or_default()
    }
}

/// The signals that weigh most, heaviest first.
fn moved_by(signals: &[tiergate_scorer::Signal]) -> Vec<&'static str> {
    const TOLD: usize = 3;
    let mut heaviest: Vec<_> = signals.iter().collect();
    heaviest.sort_by_key(|signal| Reverse(signal.points.unsigned_abs()));
    heaviest.iter().take(TOLD).map(|each| each.name).collect()
}
