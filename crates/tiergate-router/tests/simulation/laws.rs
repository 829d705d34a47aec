//! What must hold whatever happens, checked at every call of a provider and whenever somebody looks.

use std::time::Duration;

use tiergate_failover::budget;
use tiergate_providers::Kind;
use tiergate_router::TargetHealth;

use super::ledger::{Account, Ledger, Payer, SCOPES, name, scopes};
use super::scene::{MODELS, PROVIDERS, Scene};

/// Requests under way and waiting are exactly the calls under way: no permit is lost, and none is given back twice.
pub(crate) fn nothing_leaks(ledger: &mut Ledger, view: &[TargetHealth], at: Duration) {
    for (place, target) in view.iter().enumerate() {
        let (live, waiting) = (ledger.live[place], ledger.waiting[place]);
        if (target.in_flight, target.waiting) != (live, waiting) {
            let (told, seen) = (name(target), (target.in_flight, target.waiting));
            let what = format_args!(
                "{told} counts {seen:?} under way and waiting, but there are {:?}",
                (live, waiting)
            );
            ledger.breaks(at, what);
        }
    }
}

/// How long after the end of all faults an attempt may still suffer from them.
const CLEARS: Duration = Duration::from_secs(50);

/// However little time a caller has, a probe is not called a failure before this; but for what whole milliseconds hide.
const SHORTEST: Duration = Duration::from_millis(1_990);

/// Where nothing is wrong nothing opens, however clients behave.
pub(crate) fn nothing_opens_in_fine_weather(
    ledger: &mut Ledger,
    scene: &Scene,
    view: &[TargetHealth],
    at: Duration,
) {
    // one slow answer is chance, and enough where one failure is
    let chance = scene.settings.target.consecutive < 5;
    if chance || ledger.seen_at < scene.heal + CLEARS {
        return;
    }
    let before = ledger
        .seen
        .iter()
        .map(|target| scopes(target).map(|scope| scope.openings));
    let opened = before.zip(view).filter(|(before, target)| {
        let mut scopes = before.iter().zip(scopes(target));
        // an answer may take longer than a probe's lease
        scopes.any(|(before, now)| {
            now.openings > *before && now.state != "closed" && now.cause != Some("lease")
        })
    });
    let opened: Vec<String> = opened.map(|(_, target)| name(target)).collect();
    for told in opened {
        ledger.breaks(at, format_args!("{told} has opened in fine weather"));
    }
}

/// A call may be made, by this request, now. `nth` counts the request's calls from 0.
pub(crate) fn call(
    ledger: &mut Ledger,
    scene: &Scene,
    view: &[TargetHealth],
    (attempt, nth): (usize, usize),
) {
    let at = ledger.attempts[attempt].at;
    nothing_leaks(ledger, view, at);
    nothing_opens_in_fine_weather(ledger, scene, view, at);
    within_bounds(ledger, attempt, &view[ledger.attempts[attempt].place]);
    not_where_it_is_shut(ledger, attempt);
    one_probe_at_a_time(ledger, view, attempt);
    last_resorts_are_rare(ledger, attempt);
    extra_attempts_are_paid_for(ledger, scene, view, attempt);
    ledger.tally.attempts += 1;
    if nth > 20 {
        ledger.breaks(at, format_args!("a request goes round in circles"));
    }
}

/// The attempts of a request: as many as allowed, where it may go, before its deadline.
fn within_bounds(ledger: &mut Ledger, attempt: usize, target: &TargetHealth) {
    let of = &ledger.attempts[attempt];
    let (at, request, place) = (of.at, of.request, of.place);
    let Some(bounds) = ledger.bounds.get(&request).cloned() else {
        ledger.breaks(at, format_args!("r{request} is asked for, but has no plan"));
        return;
    };
    let before = ledger.asked(request);
    let asked = before.len() + usize::from(of.error.is_none());
    let here = before.iter().filter(|each| each.place == place).count();
    let told = name(target);
    let model = super::stage::model(&target.model);
    let tier = MODELS[model].1;
    let mut wrong: Vec<String> = Vec::new();
    if asked > usize::from(bounds.attempts) {
        wrong.push(format!("{asked} attempts, {} allowed", bounds.attempts));
    }
    if here > usize::from(bounds.retries) {
        wrong.push(format!(
            "{here} retries at {told}, {} allowed",
            bounds.retries
        ));
    }
    if !bounds.models.contains(&model) {
        wrong.push(format!("{told} is not what was pinned"));
    }
    if bounds
        .provider
        .is_some_and(|of| PROVIDERS[of] != &*target.provider)
    {
        wrong.push(format!("{told} is not at the pinned provider"));
    }
    if !(bounds.lowest..=bounds.highest).contains(&tier) {
        let (lowest, highest) = (bounds.lowest, bounds.highest);
        wrong.push(format!("{told} is not within {lowest} and {highest}"));
    }
    if at > bounds.ends {
        wrong.push(format!("{told} is asked after the deadline"));
    }
    for wrong in wrong {
        ledger.breaks(at, format_args!("r{request}: {wrong}"));
    }
}

/// Nobody is sent to what is open or rests; a probe has made it half-open.
fn not_where_it_is_shut(ledger: &mut Ledger, attempt: usize) {
    let of = &ledger.attempts[attempt];
    let (at, request, seen) = (of.at, of.request, of.seen.clone());
    for (scope, which) in scopes(&seen).into_iter().zip(SCOPES) {
        // a target that is found to stall at this very call may be the one too many of its endpoint
        let tips = scope.cause == Some("targets") && seen.target_breaker.cause == Some("stalled");
        if scope.state == "open" && !tips || scope.cooling_ms.is_some() {
            let told = name(&seen);
            ledger.breaks(
                at,
                format_args!("r{request} asks {told}, whose {which} is {scope:?}"),
            );
        }
    }
}

/// Only one call at a time probes an endpoint, a credential or a target, unless its lease has run out.
fn one_probe_at_a_time(ledger: &mut Ledger, view: &[TargetHealth], attempt: usize) {
    let of = &ledger.attempts[attempt];
    let (at, request) = (of.at, of.request);
    if of.leases.iter().all(Option::is_none) {
        return;
    }
    let same = |one: &TargetHealth, other: &TargetHealth, scope: usize| {
        one.provider == other.provider
            && (scope < 1 || one.credential == other.credential)
            && (scope < 2 || one.model == other.model)
    };
    let mut broken = Vec::new();
    for (number, other) in ledger.attempts[..attempt].iter().enumerate() {
        if other.over || other.begun {
            continue;
        }
        for scope in 0..3 {
            let (Some(_), Some(lease)) = (of.leases[scope], other.leases[scope]) else {
                continue;
            };
            // an answer that began meanwhile has ended a stall, and so the probe
            let ended = (0..view.len())
                .filter(|place| same(&view[*place], &other.seen, scope))
                .any(|place| ledger.begun[place].is_some_and(|begun| begun >= other.at));
            if lease > at && !ended && same(&of.seen, &other.seen, scope) {
                broken.push((scope, number));
            }
        }
    }
    let told = name(&ledger.attempts[attempt].seen);
    ledger.tally.probes += 1;
    let shortest = of
        .leases
        .iter()
        .flatten()
        .map(|end| end.saturating_sub(at))
        .min();
    if let Some(short) = shortest.filter(|lease| *lease < SHORTEST) {
        let what = format_args!("r{request} is given {short:?} for its probe of {told}");
        ledger.breaks(at, what);
    }
    for (scope, number) in broken {
        let which = SCOPES[scope];
        let what = format_args!("r{request} probes the {which} of {told} beside attempt {number}");
        ledger.breaks(at, what);
    }
}

/// What was to stay open for longer is asked once a second for each tier at most.
fn last_resorts_are_rare(ledger: &mut Ledger, attempt: usize) {
    let of = &ledger.attempts[attempt];
    let (at, request) = (of.at, of.request);
    let before = scopes(&ledger.seen[of.place]);
    let opens = |ms: u64| ledger.seen_at + Duration::from_millis(ms);
    let early = before
        .iter()
        .any(|scope| scope.state == "open" && scope.next_probe_ms.map(opens) > Some(at));
    if !early {
        return;
    }
    let tier = ledger.bounds.get(&request).and_then(|bounds| bounds.tier);
    ledger.tally.forced += 1;
    let last = ledger.forced.insert(tier, at);
    if let Some(last) = last.filter(|last| at < *last + Duration::from_secs(1)) {
        let what = format_args!("r{request} is a second last resort of {tier:?} since {last:?}");
        ledger.breaks(at, what);
    }
}

/// Attempts beyond the first are a share of the first ones, by tier and by target, unless the target that failed, its
/// credential or its address had been given up by then, or the request was at fault.
fn extra_attempts_are_paid_for(
    ledger: &mut Ledger,
    scene: &Scene,
    view: &[TargetHealth],
    attempt: usize,
) {
    let of = &ledger.attempts[attempt];
    let (at, request, place) = (of.at, of.request, of.place);
    let tier = ledger.bounds.get(&request).and_then(|bounds| bounds.tier);
    let last = ledger.of.get(&request).and_then(|all| all.last().copied());
    let refused = last.and_then(|last| ledger.attempts[last].error);
    let refused = refused.is_some_and(|kind| {
        matches!(
            kind,
            Kind::BadRequest | Kind::Unprocessable | Kind::TooLarge | Kind::ContextTooLong
        )
    });
    let last = last.map(|last| ledger.attempts[last].place);
    let first = ledger.asked(request).is_empty();
    let again = last == Some(place);
    let given_up = |last: usize| {
        let TargetHealth {
            endpoint_breaker,
            credential_breaker,
            target_breaker,
            ..
        } = &view[last];
        [endpoint_breaker, credential_breaker, target_breaker]
            .iter()
            .any(|breaker| breaker.state != "closed")
    };
    let payers = [
        (Payer::Tier(tier), scene.budget),
        (
            Payer::Place(if first { place } else { last.unwrap_or(place) }),
            scene.settings.budget,
        ),
    ];
    if first {
        for (payer, _) in payers {
            ledger
                .accounts
                .entry(payer)
                .or_default()
                .firsts
                .push_back(at);
        }
        return;
    }
    if !again && (refused || last.is_some_and(given_up)) {
        ledger.tally.routed += 1;
        return;
    }
    ledger.tally.retries += usize::from(again);
    ledger.tally.failovers += usize::from(!again);
    for (payer, rules) in payers {
        let account = ledger.accounts.entry(payer).or_default();
        account.paid.push_back(at);
        if let Some((paid, most)) = account.overdrawn(&rules, at) {
            let what = format_args!(
                "r{request}: {payer:?} has paid {paid} extra attempts, {most} at most"
            );
            ledger.breaks(at, what);
        }
    }
}

impl Account {
    /// What was paid in a lifetime of tokens, and how much that may be, if it is more. What can be spent then was
    /// put in within two lifetimes and a slot.
    fn overdrawn(&mut self, rules: &budget::Rules, at: Duration) -> Option<(usize, u64)> {
        let life = rules.time_to_live;
        let since = at.saturating_sub(life * 2 + life / 5);
        while self.firsts.front().is_some_and(|first| *first < since) {
            self.firsts.pop_front();
        }
        while self
            .paid
            .front()
            .is_some_and(|paid| at.saturating_sub(*paid) > life)
        {
            self.paid.pop_front();
        }
        let firsts = self.firsts.len() as u64 * u64::from(rules.per_first);
        let idle = u64::from(rules.per_second) * (life * 2 + life / 5).as_secs();
        let most = (firsts + idle) / 1_000 + 1;
        let all = self.paid.len();
        let moment = at.saturating_sub(Duration::from_secs(1));
        let lately = self.paid.iter().filter(|paid| **paid > moment).count();
        let recent = self.firsts.iter().filter(|first| **first > moment).count() as u64;
        let burst = (u64::from(rules.cap) + recent * u64::from(rules.per_first)) / 1_000;
        let burst = burst + u64::from(rules.per_second) * 2 / 1_000 + 1;
        if lately as u64 > burst {
            return Some((lately, burst));
        }
        (all as u64 > most).then_some((all, most))
    }
}
