//! Why nothing is eligible.

use std::fmt;

use tiergate_catalog::{Model, Tier, Timestamp};

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
    successor: Option<Box<str>>,
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
    /// No configured provider serves the model or tier.
    NotServed,
    /// The caller may not use the model, or its provider.
    NotAllowed,
    /// More output is asked for than any can give.
    Output,
    /// The pinned model no longer answers anywhere.
    Retired,
    /// The input fits no window.
    Window,
}

/// The order in which faults are blamed: the first kind for which a candidate has no other fault left.
const BLAME: [(Faults, RefusalKind); 7] = [
    (Faults::SHUT, RefusalKind::Failed),
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
        let named = match query.route {
            Route::Pin { model, .. } => pool.catalog().model(model),
            Route::Auto | Route::Floor(_) => None,
        };
        let tier = match query.route {
            Route::Pin { .. } => named.and_then(|model| model.tier),
            Route::Floor(floor) => Some(*floor),
            Route::Auto => None,
        };
        if kind == RefusalKind::NotServed && named.is_some_and(|model| !model.available(now)) {
            kind = RefusalKind::Retired;
        }
        Self {
            kind,
            model: named.map(|model| Box::from(&*model.id)),
            tier,
            ceiling: query.ceiling,
            input: query.tokens.upper,
            room,
            missing,
            successor: named
                .and_then(|model| model.successor.as_deref())
                .map(Box::from),
        }
    }

    /// A refusal of one model, which has no tier and no window to speak of.
    pub(crate) fn of_model(kind: RefusalKind, model: &Model) -> Self {
        Self {
            kind,
            model: Some(Box::from(&*model.id)),
            tier: None,
            ceiling: Tier::Flagship,
            input: 0,
            room: 0,
            missing: Needs::NONE,
            successor: model.successor.as_deref().map(Box::from),
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
            successor: None,
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
            tier,
            ceiling,
            input,
            room,
            ..
        } = self;
        let missing = self.missing.names().collect::<Vec<_>>().join(", ");
        let subject = match (&self.model, tier) {
            (Some(model), _) => format!("model '{model}'"),
            (None, Some(tier)) => format!("no model of tier '{tier}' or above"),
            (None, None) => "no model".to_owned(),
        };
        // "model 'x' cannot ...", "no model can ..."
        let can = if self.model.is_some() {
            "cannot"
        } else {
            "can"
        };
        match self.kind {
            RefusalKind::AboveCeiling => match (&self.model, tier) {
                (Some(_), Some(tier)) => write!(
                    f,
                    "{subject} is of tier {tier}, above the ceiling {ceiling}"
                ),
                (Some(_), None) => write!(f, "{subject} has no tier, and the ceiling is {ceiling}"),
                (None, Some(tier)) => write!(f, "tier '{tier}' is above the ceiling {ceiling}"),
                (None, None) => write!(f, "nothing that fits is at or below the ceiling {ceiling}"),
            },
            RefusalKind::Ability => {
                write!(f, "{subject} {can} do what the request needs: {missing}")
            }
            RefusalKind::Failed => write!(f, "every candidate has failed"),
            RefusalKind::NotAllowed => match &self.model {
                Some(_) => write!(f, "this key may not use {subject}, or not at its providers"),
                None => write!(
                    f,
                    "{subject} that fits the request may be used with this key"
                ),
            },
            RefusalKind::NotServed => match &self.model {
                Some(_) => write!(f, "{subject} is served by no configured provider"),
                None => write!(f, "{subject} is served by a configured provider"),
            },
            RefusalKind::Retired => {
                write!(
                    f,
                    "{subject} is no longer served: its providers have retired it"
                )?;
                self.successor
                    .as_ref()
                    .map_or(Ok(()), |successor| write!(f, "; '{successor}' follows it"))
            }
            RefusalKind::Output => write!(
                f,
                "{subject} {can} give as many output tokens as are asked for"
            ),
            RefusalKind::Window => write!(
                f,
                "the input (up to {input} tokens) and the output reserved for the answer exceed the maximum context \
                 length of {room} tokens"
            ),
        }
    }
}

impl std::error::Error for Refusal {}
