//! Who may be asked for vectors, and what is done when nobody may.

use std::sync::Arc;
use std::time::Duration;

use tiergate_failover::budget::Extra;
use tiergate_failover::health::{Admission, Target};

use super::attempts::Turn;
use super::names::{Choice, Place};
use crate::attempts::Pace;
use crate::health::{Health, Watched, target_of};

/// The leave to ask a target, or how long nobody gets it. An attempt after another one is paid for.
///
/// # Errors
/// How long nobody gets leave; none where there is no budget for a further attempt.
pub(super) fn admit(
    choice: &Choice<'_>,
    (turn, before): (Turn, Option<Turn>),
    course: &mut Pace,
) -> Result<Watched, Option<Duration>> {
    let Some(health) = &choice.setup.health else {
        return Ok(Watched::by_nobody());
    };
    let (target, now) = (asked(choice, health, turn), health.now());
    let permit = match target.admit(now, course.chance()) {
        Admission::Pass(permit) => permit,
        Admission::Shut(shut) => return Err(Some(health.until(shut.until))),
    };
    match before {
        None => health.deposit(None, &target, now),
        Some(before) => {
            let failed = asked(choice, health, before);
            let extra = if before == turn {
                Extra::Retry
            } else {
                failed.failover()
            };
            if !health.withdraw(None, &failed, extra, now) {
                return Err(None);
            }
        }
    }
    Ok(Watched::new(permit, Arc::clone(health), course.chance()))
}

/// When everything is shut: the leave of the target that opens first, once a second for all requests for vectors.
pub(super) fn at_last(choice: &Choice<'_>, course: &mut Pace) -> Option<(Turn, Watched)> {
    let health = choice.setup.health.as_ref()?;
    let (mut turns, mut targets) = (Vec::new(), Vec::new());
    for (place, at) in choice.places.iter().enumerate() {
        let remembered = remembered(health, *at);
        turns.extend((0..remembered.len()).map(|credential| Turn { place, credential }));
        targets.extend(remembered);
    }
    let last = health.last_resort(None);
    let Admission::Pass(permit) = last.admit(&targets, health.now(), course.chance()) else {
        return None;
    };
    let at = targets
        .iter()
        .position(|target| Arc::ptr_eq(target, permit.target()))?;
    let watched = Watched::new(permit, Arc::clone(health), course.chance());
    Some((*turns.get(at)?, watched))
}

/// What is remembered of a place, by its provider's credentials.
pub(super) fn remembered(health: &Health, place: Place<'_>) -> Vec<Arc<Target>> {
    let credentials = 0..place.provider.credentials();
    let at = |credential| target_of(health, &**place.provider, credential, &place.target.model);
    credentials.map(at).collect()
}

fn asked(choice: &Choice<'_>, health: &Health, turn: Turn) -> Arc<Target> {
    let place = choice.places[turn.place];
    target_of(
        health,
        &**place.provider,
        turn.credential,
        &place.target.model,
    )
}
