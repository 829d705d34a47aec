//! The attempts of one request: one candidate after another until one answers.

mod ahead;
mod attempt;
mod course;
mod entry;
mod hedge;
mod pace;
mod patience;

use tiergate_providers::{Error as ProviderError, Full, Kind};
use tiergate_wire::chat::Request;

use crate::health::Watched;
use crate::peek::Peeked;
use crate::plan::Plan;
use crate::tally::Tally;
use crate::{Context, Error};
use attempt::Spoken;
use course::Course;
use hedge::Runner;
pub(crate) use pace::Pace;
pub(crate) use patience::Patience;

/// A candidate with one of its provider's credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) candidate: u32,
    pub(crate) credential: usize,
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
        let (place, watched) = course.enter(wish).await?;
        let raced = hedge::raced(&course, Runner::new(place, watched)).await;
        if let Some((mut other, failure)) = raced.other {
            tally.beside(
                plan,
                other.place.candidate,
                failure.as_ref(),
                other.started.elapsed(),
            );
            if let Some(error) = &failure {
                let hurried = course.is_hurried(other.place, other.started);
                other
                    .watched
                    .failed(error, course.model(other.place), hurried);
                course.failed_beside(other.place, error);
            }
            course.raced();
        }
        let Runner {
            place,
            started,
            mut watched,
        } = raced.runner;
        let error = raced.outcome.as_ref().err();
        tally.attempted(plan, place.candidate, error, started.elapsed());
        let error = match raced.outcome {
            Ok(Spoken::Full(full)) => {
                watched.answered();
                return Ok((place.candidate, Answered::Full(full)));
            }
            Ok(Spoken::Stream(peeked)) => {
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
