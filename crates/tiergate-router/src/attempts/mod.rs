//! The attempts of one request: one candidate after another until one answers.

mod attempt;
mod course;
mod entry;
mod pace;

use tiergate_providers::{Error as ProviderError, Full, Kind};
use tiergate_wire::chat::Request;
use tokio::time::Instant;

use crate::health::Watched;
use crate::peek::Peeked;
use crate::plan::Plan;
use crate::tally::Tally;
use crate::{Context, Error};
use course::Course;
pub(crate) use pace::Pace;

/// A candidate with one of its provider's credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    candidate: u32,
    credential: usize,
}

/// What the attempt that succeeded gave.
pub(crate) enum Answered {
    Full(Full),
    /// A stream that has begun, and who is told how it ends.
    Stream(Peeked, Watched),
}

/// Tries candidates in order; the tally learns of every attempt.
pub(crate) async fn answer(
    plan: &Plan,
    request: &Request,
    context: &Context,
    tally: &mut Tally,
) -> Result<(u32, Answered), Error> {
    let first = plan.outcome().map_err(Clone::clone)?;
    let mut course = Course::new(plan, request, context);
    let mut wish = Place {
        candidate: first.candidate,
        credential: 0,
    };
    loop {
        let (place, mut watched) = course.enter(wish).await?;
        let started = Instant::now();
        let outcome = attempt::attempt(&course, place, &watched).await;
        let taken = started.elapsed();
        tally.attempted(plan, place.candidate, outcome.as_ref().err(), taken);
        let error = match outcome {
            Ok(attempt::Spoken::Full(full)) => {
                watched.answered();
                return Ok((place.candidate, Answered::Full(full)));
            }
            Ok(attempt::Spoken::Stream(peeked)) => {
                watched.begun();
                return Ok((place.candidate, Answered::Stream(peeked, watched)));
            }
            Err(error) => error,
        };
        tracing::debug!(request_id = %context.request_id, kind = ?error.kind(), "attempt failed: {error}");
        watched.failed(
            &error,
            course.model(place),
            course.is_hurried(place, started),
        );
        match course.after(place, &error) {
            Some((next, pause)) => {
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
                wish = next;
            }
            None => return Err(course.failure(error)),
        }
    }
}

/// Whether another credential of the same provider may do.
pub(crate) fn of_credential(error: &ProviderError) -> bool {
    matches!(error.kind(), Kind::Auth | Kind::Billing | Kind::RateLimited)
}

/// Whether the whole account is at fault; a rate limit is the model's.
pub(crate) fn of_provider(error: &ProviderError) -> bool {
    matches!(error.kind(), Kind::Auth | Kind::Billing | Kind::Connect)
}
