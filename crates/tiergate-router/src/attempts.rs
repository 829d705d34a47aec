//! The attempts of one request: one candidate after another until one answers.

use std::time::Duration;

use smallvec::SmallVec;
use tiergate_failover::{Classify, Limits, Step, Walk};
use tiergate_providers::{Call, Error as ProviderError, Full, Kind, Reply};
use tiergate_wire::chat::Request;
use tokio::time::Instant;

use crate::decide::Tried;
use crate::peek::{Peeked, peek};
use crate::plan::Plan;
use crate::tally::Tally;
use crate::{Context, Error};

/// After so many refusals by one provider's dialect its other models are passed over while another provider is left.
const REFUSALS: usize = 3;

/// A candidate with one of its provider's credentials.
#[derive(Clone, Copy, Debug)]
struct Place {
    candidate: u32,
    credential: usize,
}

/// What the attempt that succeeded gave.
pub(crate) enum Answered {
    Full(Full),
    Stream(Peeked),
}

/// Tries candidates in order; the tally learns of every attempt.
pub(crate) async fn answer(
    plan: &Plan,
    request: &Request,
    context: &Context,
    tally: &mut Tally,
) -> Result<(u32, Answered), Error> {
    let first = plan.outcome().map_err(Clone::clone)?;
    let mut course = Course::new(plan, context);
    let mut place = Place {
        candidate: first.candidate,
        credential: 0,
    };
    loop {
        let started = Instant::now();
        let outcome = attempt(plan, place, request, context).await;
        tally.attempted(
            plan,
            place.candidate,
            outcome.as_ref().err(),
            started.elapsed(),
        );
        let error = match outcome {
            Ok(answered) => return Ok((place.candidate, answered)),
            Err(error) => error,
        };
        tracing::debug!(request_id = %context.request_id, kind = ?error.kind(), "attempt failed: {error}");
        match course.after(place, &error) {
            Some((next, pause)) => {
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
                place = next;
            }
            None => return Err(course.failure(error)),
        }
    }
}

async fn attempt(
    plan: &Plan,
    place: Place,
    request: &Request,
    context: &Context,
) -> Result<Answered, ProviderError> {
    let (pool, setup) = (plan.pool(), &plan.snapshot.setup);
    let candidate = pool.candidate(place.candidate);
    let provider = &setup.providers[usize::from(candidate.provider)];
    let target = pool.target(candidate);
    let call = Call {
        request,
        model: &target.model,
        credential: place.credential,
        deadline: context.deadline,
        request_id: &context.request_id,
        created: plan.now().seconds(),
        cap: plan.cap,
        hops: context.hops,
        max_output: target.max_output,
        context_window: target.context_window,
        owner: &plan.owner,
        responses_only: target.responses_only,
        front: context.front.as_call(plan.likely_input()),
    };
    if !request.stream() {
        return match provider.chat(call).await? {
            Reply::Full(full) => Ok(Answered::Full(full)),
            Reply::Stream(_) => Err(ProviderError::new(
                Kind::Invalid,
                provider.name(),
                "answered with a stream unasked",
            )),
        };
    }
    let first_word = context.deadline.min(Instant::now() + setup.first_word);
    let spoken = async {
        match provider.chat(call).await? {
            Reply::Stream(stream) => peek(stream, provider.name()).await.map(Answered::Stream),
            Reply::Full(_) => Err(ProviderError::new(
                Kind::Invalid,
                provider.name(),
                "answered without the stream asked for",
            )),
        }
    };
    let late = |_| {
        ProviderError::new(
            Kind::Timeout,
            provider.name(),
            "the first word of the stream did not come in time",
        )
    };
    tokio::time::timeout_at(first_word, spoken)
        .await
        .map_err(late)?
}

/// What is remembered from attempt to attempt.
struct Course<'a> {
    plan: &'a Plan,
    pace: Pace,
    tried: SmallVec<[Tried; 4]>,
}

impl<'a> Course<'a> {
    fn new(plan: &'a Plan, context: &Context) -> Self {
        Self {
            plan,
            pace: Pace::new(plan.snapshot.setup.limits, context),
            tried: SmallVec::new(),
        }
    }

    /// Where to go after a failure, and after which pause.
    fn after(&mut self, place: Place, error: &ProviderError) -> Option<(Place, Duration)> {
        let next = self.alternative(place, error);
        self.pace.after(place, next, error)
    }

    /// Another credential of the same provider when only the credential is at fault, else another candidate.
    fn alternative(&mut self, place: Place, error: &ProviderError) -> Option<Place> {
        let candidate = self.plan.pool().candidate(place.candidate);
        let provider = &self.plan.snapshot.setup.providers[usize::from(candidate.provider)];
        if of_credential(error) && place.credential + 1 < provider.credentials() {
            return Some(Place {
                credential: place.credential + 1,
                ..place
            });
        }
        let unsaid = error.kind() == Kind::Unsupported;
        self.tried.push(Tried {
            candidate: place.candidate,
            provider: of_provider(error) || unsaid && self.refuses_again(candidate.provider),
            too_long: error.is_context_too_long(),
        });
        let decision = self.plan.after(&self.tried)?;
        Some(Place {
            candidate: decision.candidate,
            credential: 0,
        })
    }

    /// Whether a provider's dialect has refused so many of its models that another provider should be looked at first.
    fn refuses_again(&self, provider: u16) -> bool {
        let pool = self.plan.pool();
        let of_it = |tried: &&Tried| pool.candidate(tried.candidate).provider == provider;
        self.tried.iter().filter(of_it).count() + 1 >= REFUSALS
    }

    fn failure(self, last: ProviderError) -> Error {
        self.pace.failure(last)
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

/// How often and how soon a request is tried again.
pub(crate) struct Pace {
    deadline: Instant,
    walk: Walk,
    dice: fastrand::Rng,
    all_limited: bool,
    retry_after: Option<Duration>,
    /// The last failure of a provider that was asked.
    failed: Option<ProviderError>,
}

impl Pace {
    pub(crate) fn new(limits: Limits, context: &Context) -> Self {
        Self {
            deadline: context.deadline,
            walk: Walk::new(limits),
            dice: fastrand::Rng::with_seed(context.seed),
            all_limited: true,
            retry_after: None,
            failed: None,
        }
    }

    /// Where to go after a failure `here`, and after which pause; `next` is where else it could go.
    pub(crate) fn after<P>(
        &mut self,
        here: P,
        next: Option<P>,
        error: &ProviderError,
    ) -> Option<(P, Duration)> {
        if error.kind() == Kind::Unsupported {
            // nobody was asked, so it is no attempt and costs no time
            return next.map(|next| (next, Duration::ZERO));
        }
        self.all_limited &= error.kind() == Kind::RateLimited;
        self.failed = Some(error.clone());
        self.retry_after = [self.retry_after, error.retry_after()]
            .into_iter()
            .flatten()
            .min();
        let chance = self.dice.f64();
        let (place, pause) =
            match self
                .walk
                .failed(error.class(), next.is_some(), error.retry_after(), chance)
            {
                Step::Next => (next?, Duration::ZERO),
                Step::Again(pause) => (here, pause),
                Step::GiveUp => return None,
            };
        (Instant::now() + pause < self.deadline).then_some((place, pause))
    }

    /// What the client is told: that it asked for too much only where no provider could be asked at all.
    pub(crate) fn failure(self, last: ProviderError) -> Error {
        let asked = self.failed.is_some();
        Error::Provider {
            all_limited: self.all_limited && asked,
            source: self.failed.unwrap_or(last),
            attempts: if asked { self.walk.attempts() } else { 0 },
            retry_after: self.retry_after,
        }
    }
}
