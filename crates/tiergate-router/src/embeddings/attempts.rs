//! The attempts of one request: the targets of one model in turn.

use std::time::Duration;

use smallvec::SmallVec;
use tiergate_providers::embeddings::Request;
use tiergate_providers::{EmbedCall, Embedded, Error as ProviderError, Kind};
use tokio::time::Instant;

use super::account::Account;
use super::entry::{admit, at_last};
use super::names::{Choice, Place};
use crate::attempts::{Pace, of_credential, of_provider};
use crate::{Context, Error};

/// A target, by its place in the choice, with one of its provider's credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) place: usize,
    pub(super) credential: usize,
}

/// A target that has failed.
#[derive(Clone, Copy, Debug)]
struct Tried {
    place: usize,
    /// So will its provider's others.
    provider: bool,
    /// Only a larger window helps.
    too_long: bool,
}

/// Tries targets in order; the account learns of every attempt.
pub(super) async fn embed<'a>(
    choice: &Choice<'a>,
    request: &Request,
    context: &Context,
    account: &mut Account,
) -> Result<(Place<'a>, Embedded), Error> {
    let mut course = Pace::new(choice.setup.limits, context);
    let mut tried: SmallVec<[Tried; 4]> = SmallVec::new();
    let mut said: Option<ProviderError> = None;
    let mut shut: Option<Duration> = None;
    let (mut before, mut forced) = (None, None);
    let mut turn = Turn {
        place: 0,
        credential: 0,
    };
    loop {
        let mut watched = match forced.take() {
            Some(watched) => watched,
            None => match admit(choice, (turn, before), &mut course) {
                Ok(watched) => watched,
                Err(None) => break,
                Err(Some(until)) => {
                    shut = Some(shut.map_or(until, |earlier: Duration| earlier.min(until)));
                    if let Some(next) = elsewhere(choice, &mut tried, turn) {
                        turn = next;
                    } else if before.is_none()
                        && let Some((last, watched)) = at_last(choice, &mut course)
                    {
                        (turn, forced) = (last, Some(watched));
                    } else {
                        break;
                    }
                    continue;
                }
            },
        };
        let place = choice.places[turn.place];
        before = Some(turn);
        let started = Instant::now();
        let call = EmbedCall {
            request,
            model: &place.target.model,
            canonical: &place.model.canonical,
            credential: turn.credential,
            deadline: context.deadline.min(started + longest(choice, place)),
            request_id: &context.request_id,
            created: context.now.seconds(),
            hops: context.hops,
        };
        let outcome = place.provider.embed(call).await;
        account.attempted(place, outcome.as_ref().err(), started.elapsed());
        let error = match outcome {
            Ok(embedded) => {
                watched.answered();
                return Ok((place, embedded));
            }
            Err(error) => error,
        };
        tracing::debug!(request_id = %context.request_id, kind = ?error.kind(), "attempt failed: {error}");
        let hurried = context.deadline_asked && started.elapsed() < choice.setup.clocks.first[0];
        watched.failed(&error, &place.target.model, hurried);
        let next = alternative(choice, &mut tried, turn, &error);
        let step = course.after(turn, next, &error);
        // that one target cannot say the request hides no failure of another that could
        said = match said {
            Some(earlier) if error.kind() == Kind::Unsupported => Some(earlier),
            _ => Some(error),
        };
        let Some((next, pause)) = step else { break };
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        turn = next;
    }
    if let (None, Some(retry_after)) = (&said, shut) {
        return Err(Error::Shut {
            why: "its providers fail or rest".to_owned(),
            retry_after,
        });
    }
    let message = "no attempt was made";
    let last = said.unwrap_or_else(|| ProviderError::new(Kind::Invalid, "tiergate", message));
    Err(course.failure(last))
}

/// How long one attempt at a target may take.
fn longest(choice: &Choice<'_>, place: Place<'_>) -> Duration {
    let own = choice.setup.clocks_of.get(&*place.target.provider);
    own.unwrap_or(&choice.setup.clocks).total
}

/// The next credential or target after one that was not asked.
fn elsewhere(choice: &Choice<'_>, tried: &mut SmallVec<[Tried; 4]>, turn: Turn) -> Option<Turn> {
    let credential = turn.credential + 1;
    if credential < choice.places[turn.place].provider.credentials() {
        return Some(Turn { credential, ..turn });
    }
    next(
        choice,
        tried,
        Tried {
            place: turn.place,
            provider: false,
            too_long: false,
        },
    )
}

/// Another credential of the same provider when only the credential is at fault, else another target.
fn alternative(
    choice: &Choice<'_>,
    tried: &mut SmallVec<[Tried; 4]>,
    turn: Turn,
    error: &ProviderError,
) -> Option<Turn> {
    if of_credential(error)
        && turn.credential + 1 < choice.places[turn.place].provider.credentials()
    {
        return Some(Turn {
            credential: turn.credential + 1,
            ..turn
        });
    }
    let failed = Tried {
        place: turn.place,
        provider: of_provider(error),
        too_long: error.is_context_too_long(),
    };
    next(choice, tried, failed)
}

/// The next target after one that has failed or was not asked.
fn next(choice: &Choice<'_>, tried: &mut SmallVec<[Tried; 4]>, failed: Tried) -> Option<Turn> {
    tried.push(failed);
    let window = |place: usize| {
        let target = choice.places[place].target;
        target.context_window.unwrap_or(u64::MAX)
    };
    let fresh = |place: &usize| {
        tried.iter().all(|each| {
            each.place != *place && !(each.too_long && window(*place) <= window(each.place))
        })
    };
    let elsewhere = |place: &usize| {
        let provider = |at: usize| &choice.places[at].target.provider;
        tried
            .iter()
            .all(|each| !each.provider || provider(each.place) != provider(*place))
    };
    let mut left = (0..choice.places.len()).filter(fresh);
    // a whole provider is passed over only while another one is left
    let place = left.clone().find(elsewhere).or_else(|| left.next())?;
    Some(Turn {
        place,
        credential: 0,
    })
}
