//! What must hold when a request has ended, whatever came of it.

use std::time::Duration;

use tiergate_metering::{Outcome, Receipt};
use tiergate_providers::Kind;
use tiergate_router::{Error, TargetHealth};

use super::client::{Got, LATE};
use super::ledger::{Attempt, Ledger, SCOPES, name, scopes};
use super::scene::{Ask, Manner};
use super::workers::Workers;

pub(crate) fn ended(workers: &Workers, number: usize, got: &Got, started: Duration) {
    let stage = &workers.stage;
    let ask = &stage.scene.asks[number];
    let at = stage.now();
    let receipts = workers.kept.of(number);
    let view = stage.view();
    let mut ledger = stage.ledger();
    let ledger = &mut *ledger;
    let mut broken = Vec::new();
    let took = at.saturating_sub(started);
    let dawdles = matches!(ask.manner, Manner::Dawdles(_));
    if took > ask.deadline + LATE && !dawdles {
        broken.push(format!("it took {took:?} of {:?}", ask.deadline));
    }
    let asked = ledger.asked(number);
    match &*receipts {
        [receipt] => broken.extend(receipt_tells(receipt, got, &asked)),
        _ => broken.push(format!("{} receipts", receipts.len())),
    }
    broken.extend(is_true(got, &asked, took));
    let last = ledger.of.get(&number).and_then(|all| all.last());
    if let Some(last) = last.map(|last| &ledger.attempts[*last])
        && last.at == at
        && ask.wrong.is_some()
    {
        broken.extend(nobody_is_blamed(last, &view[last.place]));
    }
    broken.extend(a_probe_has_closed(ledger, number, got, &view));
    let told = summary(got);
    ledger.note(at, format_args!("r{number} ends: {told} {ask:?}"));
    for broken in broken {
        ledger.breaks(at, format_args!("r{number}: {broken}"));
    }
    count(ledger, got);
}

/// An answer that is said to be whole was made whole by the one who is said to have made it, and a broken one is
/// not said to be whole.
fn is_true(got: &Got, asked: &[&Attempt], took: Duration) -> Vec<String> {
    let mut broken = Vec::new();
    let last = asked.last();
    match (got, last) {
        (Got::Whole(bytes, by), Some(last)) => {
            if !last.finished {
                broken.push("an answer without an end is said to be whole".to_owned());
            }
            if *bytes != last.given {
                broken.push(format!(
                    "{} bytes came of {}",
                    bytes.len(),
                    last.given.len()
                ));
            }
            if *by[0] != *last.seen.provider || *by[1] != *last.seen.model {
                broken.push(format!(
                    "{by:?} is said to have answered, and {} did",
                    name(&last.seen)
                ));
            }
        }
        (Got::Broken(bytes, kind), Some(last)) => {
            if last.finished {
                broken.push(format!("a whole answer ended in {kind:?}"));
            }
            if !last.given.starts_with(bytes) {
                broken.push("what came is not what was given".to_owned());
            }
            if !last.begun {
                broken.push("a stream that had not begun was not tried elsewhere".to_owned());
            }
        }
        (Got::Whole(..) | Got::Broken(..), None) => {
            broken.push("an answer that nobody gave".to_owned());
        }
        (Got::Failed(Error::Shut { retry_after, .. }), _) => {
            if !asked.is_empty() {
                broken.push(format!("all is shut after {} attempts", asked.len()));
            }
            if took > Duration::from_millis(2_300) {
                broken.push(format!("it took {took:?} to say that all is shut"));
            }
            if *retry_after > Duration::from_hours(2) {
                broken.push(format!("come again in {retry_after:?}"));
            }
        }
        (
            Got::Failed(Error::Provider {
                attempts,
                all_limited,
                ..
            }),
            _,
        ) => {
            let limited = asked
                .iter()
                .all(|each| each.error == Some(Kind::RateLimited));
            if usize::from(*attempts) != asked.len() {
                broken.push(format!("{attempts} attempts are told of {}", asked.len()));
            }
            if *all_limited && !limited {
                broken.push("a limit is told where there was another fault".to_owned());
            }
            if asked.iter().any(|each| each.begun && each.error.is_none()) {
                broken.push("an answer was thrown away".to_owned());
            }
        }
        (Got::Failed(_), _) if !asked.is_empty() => {
            broken.push("refused after an attempt".to_owned());
        }
        (Got::Failed(_) | Got::Left, _) => {}
    }
    broken
}

/// The receipt tells of each attempt, and of the end that the client saw.
fn receipt_tells(receipt: &Receipt, got: &Got, asked: &[&Attempt]) -> Vec<String> {
    let mut broken = Vec::new();
    let outcome = receipt.ending.outcome;
    let right = match got {
        Got::Whole(_, by) => {
            let served = receipt.served.as_ref();
            outcome == Outcome::Complete
                && served.is_some_and(|served| served.provider == by[0] && served.model == by[1])
        }
        Got::Broken(..) => outcome == Outcome::Interrupted,
        Got::Failed(Error::Provider { attempts, .. }) if *attempts > 0 => {
            outcome == Outcome::Failed
        }
        Got::Failed(_) => outcome == Outcome::Refused,
        Got::Left => {
            let whole = asked.last().is_some_and(|last| last.finished);
            outcome == Outcome::Cancelled || whole && outcome == Outcome::Complete
        }
    };
    if !right {
        broken.push(format!("the receipt says {outcome:?}"));
    }
    let told = receipt
        .attempts
        .iter()
        .map(|each| (&*each.provider, &*each.model));
    let were = asked
        .iter()
        .map(|each| (&*each.seen.provider, &*each.seen.upstream_model));
    let cut = usize::from(matches!(got, Got::Left) && receipt.attempts.len() < asked.len());
    if !told.eq(were.take(asked.len() - cut)) {
        broken.push(format!(
            "the receipt tells of {} attempts of {}",
            receipt.attempts.len(),
            asked.len()
        ));
    }
    broken
}

/// A probe that was answered as a whole has closed its target, however long it took; unless others have been given
/// up since.
fn a_probe_has_closed(
    ledger: &Ledger,
    number: usize,
    got: &Got,
    view: &[TargetHealth],
) -> Option<String> {
    let last = *ledger.of.get(&number)?.last()?;
    let attempt = &ledger.attempts[last];
    let place = attempt.place;
    let later = &ledger.attempts[last + 1..];
    let failed = |each: &Attempt| each.place == place && (each.error.is_some() || !each.finished);
    let others = later.iter().any(failed);
    let probed = attempt.leases[2].is_some() && !others;
    let whole = matches!(got, Got::Whole(bytes, _) if bytes.starts_with(b"whole"));
    let open = view[place].target_breaker.state != "closed";
    (probed && whole && open).then(|| {
        let target = &view[place];
        format!(
            "a probe was answered, and {} is not closed: {target:?}",
            name(target)
        )
    })
}

/// What is wrong with a request opens and closes nothing, and is no result of anybody.
fn nobody_is_blamed(last: &Attempt, now: &TargetHealth) -> Vec<String> {
    let before = scopes(&last.seen).into_iter();
    let pairs = before.zip(scopes(now)).zip(SCOPES);
    let changed = pairs.filter(|((before, now), _)| {
        // a probe before its time that tells nothing leaves open what was open
        let back = before.state == "half_open" && now.state == "open";
        let state = if back { now.state } else { before.state };
        (state, before.openings, before.samples, before.failures)
            != (now.state, now.openings, now.samples, now.failures)
    });
    let told = name(now);
    changed
        .map(|((before, now), which)| {
            format!("a wrong request has changed the {which} of {told} from {before:?} to {now:?}")
        })
        .collect()
}

fn summary(got: &Got) -> String {
    match got {
        Got::Whole(bytes, by) => format!("whole, {} bytes by {}/{}", bytes.len(), by[0], by[1]),
        Got::Broken(bytes, kind) => format!("broken after {} bytes: {kind:?}", bytes.len()),
        Got::Failed(error) => format!("failed: {error:?}"),
        Got::Left => "left".to_owned(),
    }
}

fn count(ledger: &mut Ledger, got: &Got) {
    let tally = &mut ledger.tally;
    tally.requests += 1;
    match got {
        Got::Whole(..) => tally.whole += 1,
        Got::Broken(..) => tally.interrupted += 1,
        Got::Failed(Error::Shut { .. }) => tally.shut += 1,
        Got::Failed(_) => tally.failed += 1,
        Got::Left => tally.left += 1,
    }
}

/// A request in fine weather: whole, at the first attempt.
pub(crate) fn went_well(ledger: &mut Ledger, number: usize, ask: &Ask, at: Duration) {
    let asked = ledger.asked(number);
    let well = asked.len() == 1 && asked[0].finished;
    if !well {
        let what = format!(
            "in fine weather {ask:?} went badly, after {} attempts",
            asked.len()
        );
        ledger.breaks(at, format_args!("r{number}: {what}"));
    }
}
