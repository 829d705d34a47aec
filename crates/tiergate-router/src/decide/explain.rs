//! The complete why: every candidate with its verdict and the reasons for it.

use serde::Serialize;
use tiergate_catalog::{Tier, Timestamp};
use tiergate_failover::health::Why;

use super::{Decision, Faults, Query, Refusal, Tried, money};
use crate::pool::Pool;

/// So many reasons for which nobody is asked are told to a client.
const TOLD: usize = 4;

/// What becomes of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It serves the request.
    Chosen,
    /// It could serve, and another one is preferred.
    Eligible,
    /// It cannot serve.
    Rejected,
}

/// One reason for a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// A stable word, such as `window` or `above_ceiling`.
    pub code: &'static str,
    /// The same for a person, with figures.
    pub text: String,
}

/// A candidate in an explanation.
#[derive(Clone, Debug, Serialize)]
pub struct Weighed {
    /// The model's id.
    pub model: String,
    /// The provider that would serve it.
    pub provider: String,
    /// The model id at that provider.
    pub upstream_model: String,
    /// The model's tier.
    pub tier: Option<&'static str>,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why; for a rejected one everything that stands in the way.
    pub reasons: Vec<Reason>,
    /// What the request is expected to cost here, in dollars.
    pub expected_cost_usd: Option<String>,
    /// General quality in points.
    pub quality: Option<f32>,
    /// Coding quality in points.
    pub coding: Option<f32>,
    /// Output tokens a second, estimated.
    pub speed: Option<u32>,
}

/// Why a request goes where it goes.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// Every reachable candidate, in the pool's order.
    pub candidates: Vec<Weighed>,
    /// Targets of the catalogue whose provider is not configured; they are not listed.
    pub unreachable: usize,
    /// Names the catalogue that was used.
    pub catalog: String,
}

impl Explanation {
    /// Weighs every candidate of the pool again, with the inputs of the decision.
    pub fn of(
        pool: &Pool,
        query: &Query<'_>,
        outcome: Result<&Decision, &Refusal>,
        now: Timestamp,
    ) -> Self {
        let weigh = |at| weigh(pool, query, outcome.ok(), at, now);
        Self {
            candidates: (0..pool.candidates().len()).map(weigh).collect(),
            unreachable: pool.unreachable(),
            catalog: format!("{:016x}", pool.catalog().digest()),
        }
    }
}

fn weigh(
    pool: &Pool,
    query: &Query<'_>,
    decision: Option<&Decision>,
    at: usize,
    now: Timestamp,
) -> Weighed {
    let candidate = &pool.candidates()[at];
    let (model, target) = (pool.model(candidate), pool.target(candidate));
    let faults = query.faults(pool, at, now);
    let chosen = decision.is_some_and(|decision| decision.candidate as usize == at);
    let verdict = match (chosen, faults.is_empty()) {
        (true, _) => Verdict::Chosen,
        (false, true) => Verdict::Eligible,
        (false, false) => Verdict::Rejected,
    };
    let mut reasons: Vec<Reason> = faults
        .iter()
        .map(|fault| reason(fault, pool, query, at))
        .collect();
    reasons.extend(remarks(pool, query, decision, candidate, chosen));
    let points = |tenths: Option<u16>| tenths.map(|tenths| f32::from(tenths) / 10.0);
    Weighed {
        model: model.id.to_string(),
        provider: pool.provider(candidate).to_string(),
        upstream_model: target.model.to_string(),
        tier: model.tier.map(Tier::as_str),
        verdict,
        reasons,
        expected_cost_usd: query
            .expected_cost(pool, candidate, now)
            .map(|cost| money(cost).to_string()),
        quality: points(model.quality),
        coding: points(model.coding),
        speed: target.speed,
    }
}

/// Remarks that reject nothing.
fn remarks(
    pool: &Pool,
    query: &Query<'_>,
    decision: Option<&Decision>,
    candidate: &crate::pool::Candidate,
    chosen: bool,
) -> Vec<Reason> {
    let mut remarks = Vec::new();
    let warm = query
        .warm
        .filter(|warm| pool.candidate(warm.candidate).is(candidate));
    if let Some(warm) = warm {
        let tokens = warm.tokens.min(query.tokens.likely);
        remarks.push(Reason {
            code: "warm_cache",
            text: format!("some {tokens} tokens of the input are in its prompt cache"),
        });
    }
    if query.unverified(candidate) {
        let unknown: Vec<&str> = (query.needs & candidate.unknown).names().collect();
        let what = if unknown.is_empty() {
            "the context window".to_owned()
        } else {
            unknown.join(", ")
        };
        remarks.push(Reason {
            code: "unverified",
            text: format!("not known of this model: {what}; ranked last"),
        });
    }
    if candidate.rates.is_none() {
        remarks.push(Reason {
            code: "unpriced",
            text: "no price is known".to_owned(),
        });
    }
    if let Some(decision) = decision
        && !query.route.is_pin()
    {
        if chosen {
            let text = format!("first by '{}' in its tier", query.prefer);
            remarks.push(Reason {
                code: "preferred",
                text,
            });
        } else if candidate.tier != decision.tier
            && let Some(tier) = decision.tier
        {
            remarks.push(Reason {
                code: "other_tier",
                text: format!("tier {tier} was chosen"),
            });
        }
    }
    remarks
}

fn reason(fault: Faults, pool: &Pool, query: &Query<'_>, at: usize) -> Reason {
    let candidate = &pool.candidates()[at];
    let (code, text) = match fault {
        Faults::RETIRED => ("retired", "it no longer answers".to_owned()),
        Faults::RESPONSES_ONLY => (
            "responses_only",
            "it answers on the Responses API only, and the provider is asked by chat completions"
                .to_owned(),
        ),
        Faults::WINDOW => {
            let (input, output) = (
                query.input_bound(candidate),
                candidate.reserved_output(query.max_output),
            );
            let room = candidate.window;
            (
                "window",
                format!(
                    "needs up to {input} input and {output} output tokens, the window has {room}"
                ),
            )
        }
        Faults::OUTPUT => (
            "max_output",
            format!("gives at most {} output tokens", candidate.max_output),
        ),
        Faults::ABILITY => {
            let lacking: Vec<&str> = query.lacking(candidate).names().collect();
            ("ability", format!("lacks {}", lacking.join(", ")))
        }
        Faults::NOT_ALLOWED => (
            "not_allowed",
            "this key may not use the model or its provider".to_owned(),
        ),
        Faults::BELOW_FLOOR => ("below_floor", format!("the floor is {}", query.floor)),
        Faults::ABOVE_CEILING => ("above_ceiling", format!("the ceiling is {}", query.ceiling)),
        Faults::NOT_ROUTABLE => (
            "not_routable",
            "not a general chat model; only a pin reaches it".to_owned(),
        ),
        Faults::OTHER_MODEL => ("other_model", "another model is pinned".to_owned()),
        Faults::OTHER_PROVIDER => (
            "other_provider",
            "the name fixes another provider".to_owned(),
        ),
        Faults::SHUT => shut(pool, query, at),
        _ => ("failed", "it has failed for this request".to_owned()),
    };
    Reason { code, text }
}

/// Why a candidate is not asked at present.
fn shut(pool: &Pool, query: &Query<'_>, at: usize) -> (&'static str, String) {
    let provider = pool.candidates()[at].provider;
    let mut shut = query.tried.iter().filter(|tried| {
        let failed = pool.candidate(tried.candidate);
        tried.candidate as usize == at || tried.provider && failed.provider == provider
    });
    let why = shut.find_map(|tried| tried.shut).unwrap_or(Why::Target);
    let code = match why {
        Why::Busy => "busy",
        Why::Cooling => "cooling",
        Why::Credential | Why::Endpoint | Why::Target => "breaker_open",
    };
    (code, in_words(why).to_owned())
}

/// Who is not asked at present, and why, for a person: `provider` names that of a candidate.
pub(crate) fn shut_in_words<'a>(tried: &[Tried], provider: impl Fn(u32) -> &'a str) -> String {
    let mut told: Vec<String> = Vec::new();
    for tried in tried {
        let why = tried.shut.map(in_words);
        let one = why.map(|why| format!("{}: {why}", provider(tried.candidate)));
        told.extend(one.filter(|one| !told.contains(one)));
    }
    told.truncate(TOLD);
    told.join("; ")
}

/// Why somebody is not asked at present, for a person.
fn in_words(why: Why) -> &'static str {
    match why {
        Why::Busy => "as many requests are under way as it bears",
        Why::Cooling => "it has asked to be left alone for a while",
        Why::Credential => "its credential was refused",
        Why::Endpoint => "its address has failed too often",
        Why::Target => "it has failed too often",
    }
}
