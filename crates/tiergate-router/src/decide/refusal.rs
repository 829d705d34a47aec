//! Why nothing is eligible.

use std::fmt;

use tiergate_catalog::{Tier, Timestamp};

use super::{Faults, Query};
use crate::pool::Pool;
use crate::{Needs, Route};

/// Nothing may serve the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    kind: RefusalKind,
    model: Option<Box<str>>,
    tier: Option<Tier>,
    ceiling: Tier,
    input: u64,
    room: u64,
    missing: Needs,
}

/// What stood in the way of the candidates that came closest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefusalKind {
    /// The model or tier is above the caller's ceiling.
    AboveCeiling,
    /// The model takes an ability that none has.
    Ability,
    /// Everything that could serve has failed for this request.
    Failed,
    /// No configured provider serves the model or tier, or it has been retired.
    NotServed,
    /// The caller may not use the model, or its provider.
    NotAllowed,
    /// More output is asked for than any can give.
    Output,
    /// The input fits no window.
    Window,
}

/// The order in which faults are blamed: the first kind for which a candidate has no other fault left.
const BLAME: [(Faults, RefusalKind); 6] = [
    (Faults::FAILED, RefusalKind::Failed),
    (Faults::WINDOW, RefusalKind::Window),
    (Faults::OUTPUT, RefusalKind::Output),
    (Faults::ABILITY, RefusalKind::Ability),
    (Faults::NOT_ALLOWED, RefusalKind::NotAllowed),
    (Faults::ABOVE_CEILING, RefusalKind::AboveCeiling),
];

impl Refusal {
    pub(super) fn of(pool: &Pool, query: &Query<'_>, now: Timestamp) -> Self {
        let places = match query.route {
            Route::Pin { model, .. } => pool.of_model(model),
            _ => 0..pool.candidates().len(),
        };
        let mut kind = RefusalKind::NotServed;
        let (mut rank, mut room, mut missing) = (usize::MAX, 0, Needs::NONE);
        for at in places {
            let candidate = &pool.candidates()[at];
            let mut rest = query.faults(pool, at, now);
            // faults are forgiven in order until none is left; the last one forgiven is to blame
            let blamed = BLAME.iter().position(|(fault, _)| {
                rest = rest.without(*fault);
                rest.is_empty()
            });
            let Some(blamed) = blamed else { continue };
            if BLAME[blamed].1 == RefusalKind::Window {
                room = room.max(candidate.window.min(candidate.max_input));
            }
            missing |= query.lacking(candidate);
            if blamed < rank {
                (rank, kind) = (blamed, BLAME[blamed].1);
            }
        }
        let (model, tier) = match query.route {
            Route::Pin { model, .. } => (
                Some(Box::from(&**model)),
                pool.catalog().model(model).and_then(|m| m.tier),
            ),
            Route::Floor(floor) => (None, Some(*floor)),
            Route::Auto => (None, None),
        };
        Self {
            kind,
            model,
            tier,
            ceiling: query.ceiling,
            input: query.tokens.upper,
            room,
            missing,
        }
    }

    /// A refusal because of the ceiling alone, known before any candidate is looked at.
    pub(crate) fn above_ceiling(model: Option<&str>, tier: Tier, ceiling: Tier) -> Self {
        Self {
            kind: RefusalKind::AboveCeiling,
            model: model.map(Box::from),
            tier: Some(tier),
            ceiling,
            input: 0,
            room: 0,
            missing: Needs::NONE,
        }
    }

    /// What stood in the way.
    pub fn kind(&self) -> RefusalKind {
        self.kind
    }

    /// The pinned model, if one was pinned.
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            model,
            tier,
            ceiling,
            input,
            room,
            missing,
        } = self;
        let subject = match (model, tier) {
            (Some(model), _) => format!("model '{model}'"),
            (None, Some(tier)) => format!("tier '{tier}'"),
            (None, None) => "any model".to_owned(),
        };
        let missing: Vec<&str> = missing.names().collect();
        match kind {
            RefusalKind::AboveCeiling => match tier {
                Some(tier) => write!(
                    f,
                    "{subject} is of tier {tier}, above the ceiling {ceiling}"
                ),
                None => write!(f, "nothing that fits is at or below the ceiling {ceiling}"),
            },
            RefusalKind::Ability => write!(
                f,
                "{subject} cannot serve what the request needs: {}",
                missing.join(", ")
            ),
            RefusalKind::Failed => write!(f, "every candidate for {subject} has failed"),
            RefusalKind::NotAllowed => write!(f, "this key may not use {subject}"),
            RefusalKind::NotServed => write!(f, "{subject} is served by no configured provider"),
            RefusalKind::Output => write!(
                f,
                "more output tokens are asked for than {subject} can give"
            ),
            RefusalKind::Window => write!(
                f,
                "the input (up to {input} tokens) and the output reserved for the answer exceed the maximum context \
                 length of {room} tokens of {subject}"
            ),
        }
    }
}

impl std::error::Error for Refusal {}
