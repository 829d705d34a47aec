//! The rules once more, read from the documents and not from the router.

use std::collections::BTreeSet;

use tiergate_catalog::{Mode, Model, Status, Target, Tier};
use tiergate_router::decide::Tried;
use tiergate_router::pool::Pool;
use tiergate_router::{Needs, Route};
use tiergate_scorer::Family;

use super::world::{Ask, NOW, ON_RESPONSES};

/// What a candidate is rejected for, by reason code.
pub(crate) fn obstacles(ask: &Ask, model: &Model, target: &Target) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut check = |code, present: bool| {
        if present {
            found.insert(code);
        }
    };
    let ended = matches!(target.status, Status::Retired | Status::LikelyRetired);
    check(
        "retired",
        ended || target.retires.is_some_and(|end| end <= NOW),
    );
    let unspoken = target.responses_only && &*target.provider != ON_RESPONSES;
    check("responses_only", unspoken);
    check("window", !fits(ask, model, target));
    let asked = ask.max_output.unwrap_or(0);
    check(
        "max_output",
        target.max_output.is_some_and(|most| asked > most),
    );
    check("ability", has_any(ask.needs, target, Some(false)));
    check("not_allowed", !ask.allows(&model.id, &target.provider));
    // nobody knows that a model without a tier is below a ceiling
    let unknown = matches!(ask.route, Route::Pin { .. }) && ask.ceiling < Tier::Flagship;
    check(
        "above_ceiling",
        model.tier.map_or(unknown, |tier| tier > ask.ceiling),
    );
    match &ask.route {
        Route::Pin {
            model: pinned,
            provider,
        } => {
            check("other_model", *pinned != model.id);
            let fixed = provider.as_deref();
            check(
                "other_provider",
                fixed.is_some_and(|host| *host != *target.provider),
            );
        }
        Route::Auto | Route::Floor(_) => {
            check("not_routable", !model.auto || model.tier.is_none());
            check(
                "below_floor",
                model.tier.is_some_and(|tier| tier < ask.floor),
            );
        }
    }
    found
}

/// Whether the input, in the model's own tokens, and the answer that is kept free fit.
fn fits(ask: &Ask, model: &Model, target: &Target) -> bool {
    let factor = u64::from(Family::of(&model.canonical).factor());
    let input = (ask.tokens.upper * factor).div_ceil(1_000);
    let whole = input + reserved(ask, target);
    target.max_input.is_none_or(|most| input <= most)
        && target.context_window.is_none_or(|window| whole <= window)
}

fn reserved(ask: &Ask, target: &Target) -> u64 {
    ask.max_output
        .unwrap_or_else(|| target.max_output.unwrap_or(4_096).min(4_096))
}

/// Whether a need is known to be met, known not to be met, or unknown.
fn has_any(needs: Needs, target: &Target, fact: Option<bool>) -> bool {
    let abilities = target.abilities;
    let facts = [
        (Needs::TOOLS, abilities.tools),
        (Needs::VISION, abilities.vision),
        (Needs::JSON_SCHEMA, abilities.json_schema),
        (Needs::AUDIO_INPUT, abilities.audio_input),
        (Needs::AUDIO_OUTPUT, abilities.audio_output),
        (Needs::REASONING, abilities.reasoning),
        (Needs::FILES, abilities.pdf),
    ];
    facts
        .into_iter()
        .any(|(need, known)| !(needs & need).is_empty() && known == fact)
}

pub(crate) fn unverified(ask: &Ask, target: &Target) -> bool {
    target.context_window.is_none() || has_any(ask.needs, target, None)
}

/// Millionths of a nano-dollar.
pub(crate) fn expected_cost(ask: &Ask, model: &Model, target: &Target) -> Option<u128> {
    const ANSWER: [u64; 5] = [150, 300, 600, 1_200, 1_500];
    let price = target.tariff.as_ref()?.at(NOW, ask.tokens.likely);
    // a model without a place among the tiers is reached by a pin only, and counts as standard
    let tier = model.tier.filter(|_| model.auto).unwrap_or(Tier::Standard);
    let answer = reserved(ask, target).min(ANSWER[tier.index()]);
    let times = |tokens: u64, rate: tiergate_catalog::Rate| {
        u128::from(tokens) * u128::from(rate.nanos_per_million())
    };
    Some(
        times(ask.tokens.likely, price.input)
            + times(answer * u64::from(ask.answers), price.output),
    )
}

/// The places of everything that could serve, after these failures.
pub(crate) fn eligible(ask: &Ask, pool: &Pool, tried: &[Tried]) -> Vec<usize> {
    let places = 0..pool.candidates().len();
    places.filter(|at| serves(ask, pool, *at, tried)).collect()
}

fn serves(ask: &Ask, pool: &Pool, at: usize, tried: &[Tried]) -> bool {
    let candidate = &pool.candidates()[at];
    let (model, target) = (pool.model(candidate), pool.target(candidate));
    assert_eq!(model.mode, Mode::Chat, "only chat models are candidates");
    let out = tried.iter().any(|each| {
        let failed = pool.target(pool.candidate(each.candidate));
        let window = |target: &Target| target.context_window.unwrap_or(u64::MAX);
        each.candidate as usize == at
            || (each.provider && failed.provider == target.provider)
            || (each.too_long && window(target) <= window(failed))
    });
    !out && obstacles(ask, model, target).is_empty()
}

/// The tiers in the order in which they are asked.
pub(crate) fn order(ask: &Ask) -> Vec<Tier> {
    let score = usize::from(ask.score);
    let wanted = match ask.route {
        Route::Auto => [15, 35, 60, 80]
            .iter()
            .filter(|lowest| score >= **lowest)
            .count(),
        Route::Floor(tier) => tier.index(),
        Route::Pin { .. } => return Vec::new(),
    };
    let wanted = wanted.max(ask.floor.index()).min(ask.ceiling.index());
    let upwards = wanted..=ask.ceiling.index();
    let downwards = (ask.floor.index()..wanted).rev();
    upwards
        .chain(downwards)
        .filter_map(Tier::from_index)
        .collect()
}
