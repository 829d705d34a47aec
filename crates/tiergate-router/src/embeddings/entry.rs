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
    let (target, now) = (remembered(choice, health, turn), health.now());
    let permit = match target.admit(now, course.chance()) {
        Admission::Pass(permit) => permit,
        Admission::Shut(shut) => return Err(Some(health.until(shut.until))),
    };
    match before {
        None => health.deposit(None, &target, now),
        Some(before) => {
            let failed = remembered(choice, health, before);
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
    let turns: Vec<Turn> = (choice.places.iter().enumerate())
        .flat_map(|(place, Place { provider, .. })| {
            (0..provider.credentials()).map(move |credential| Turn { place, credential })
        })
        .collect();
    let targets: Vec<Arc<Target>> = (turns.iter())
        .map(|turn| remembered(choice, health, *turn))
        .collect();
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

fn remembered(choice: &Choice<'_>, health: &Health, turn: Turn) -> Arc<Target> {
    let Place {
        target, provider, ..
    } = choice.places[turn.place];
    target_of(health, &**provider, turn.credential, &target.model)
}
