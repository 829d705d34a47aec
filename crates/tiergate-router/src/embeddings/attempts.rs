//! The attempts of one request: the targets of one model in turn.

use tiergate_providers::Embedded;
use tiergate_providers::embeddings::Request;
use tokio::time::Instant;

use super::account::Account;
use super::attempt::attempt;
use super::course::Course;
use super::names::{Choice, Home};
use crate::attempts::Place;
use crate::{Context, Error};

/// Tries targets in order; the account learns of every attempt.
pub(super) async fn embed<'a>(
    choice: &Choice<'a>,
    request: &Request,
    context: &Context,
    account: &mut Account,
) -> Result<(Home<'a>, Embedded), Error> {
    let mut course = Course::new(choice, request, context);
    let mut wish = Place {
        candidate: 0,
        credential: 0,
    };
    loop {
        let (place, mut watched) = course.enter(wish).await?;
        let home = choice.home(place.candidate);
        let started = Instant::now();
        let outcome = attempt(&course, place, &watched).await;
        let error = outcome.as_ref().err();
        account.attempted(home, error, started.elapsed());
        course.earned(place, error);
        let error = match outcome {
            Ok(embedded) => {
                watched.answered();
                return Ok((home, embedded));
            }
            Err(error) => error,
        };
        tracing::debug!(request_id = %context.request_id, kind = ?error.kind(), "attempt failed: {error}");
        let hurried = course.is_hurried(place, started);
        watched.failed(&error, &home.target.model, hurried);
        let Some((next, pause)) = course.after(place, &error) else {
            return Err(course.failure(error));
        };
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        wish = next;
    }
}
