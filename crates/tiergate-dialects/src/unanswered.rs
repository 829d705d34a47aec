//! Calls of tools that the client left without a result, where a vendor wants one for each.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::encoded::Edit;
use crate::inner::{Part, Request, ToolCall};

/// What is told in the place of a result.
pub(crate) const NO_RESULT: &str = "(no result)";

/// The edit that says so.
pub(crate) const ADDED: Edit = Cow::Borrowed("added missing tool results");

/// How many results there are for each id of a call.
#[derive(Debug)]
pub(crate) struct Unanswered<'a>(HashMap<Cow<'a, str>, usize>);

impl<'a> Unanswered<'a> {
    /// Of a conversation of which no call was told yet.
    pub(crate) fn of(request: &'a Request<'_>) -> Self {
        let mut results = HashMap::new();
        for part in request.turns.iter().flat_map(|turn| &turn.parts) {
            if let Part::ToolResult(result) = part {
                *results.entry(result.id.value()).or_default() += 1;
            }
        }
        Self(results)
    }

    /// Whether nothing answers the call; each call is to be told once, in order. One without an id is not known by any.
    pub(crate) fn takes(&mut self, call: &ToolCall<'_>) -> bool {
        let left = self.0.get_mut(call.id.value().as_ref());
        match left.filter(|left| **left > 0) {
            Some(left) => *left -= 1,
            None => return !call.id.is_empty(),
        }
        false
    }
}
