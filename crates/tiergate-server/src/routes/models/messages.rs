//! The list of models, and one of them, as Anthropic's clients read them.

use std::borrow::Cow;

use http::Response;
use percent_encoding::percent_decode_str;
use serde::Serialize;
use tiergate_catalog::{Model, Status, Target, Timestamp};

use crate::body::Body;
use crate::problem::Problem;
use crate::respond::json;

/// A model with the members that Anthropic gives it; what is not known is null.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    display_name: String,
    /// The epoch where it is not known, as at Anthropic.
    created_at: String,
    lifecycle: &'static str,
    deprecated_at: (),
    retires_at: Option<String>,
    line: (),
    max_input_tokens: Option<u64>,
    max_tokens: Option<u64>,
    capabilities: (),
    #[serde(skip)]
    released: Timestamp,
}

impl Entry {
    /// A model under one of its names.
    pub(super) fn of(name: &str, model: &Model, targets: &[&Target]) -> Self {
        let target = targets.first();
        let ends = target.is_some_and(|target| {
            let usual = matches!(target.status, Status::Active | Status::Beta);
            !usual || target.retires.is_some()
        });
        let released = model.released.unwrap_or_default();
        Self {
            id: name.to_owned(),
            display_name: model.name.as_deref().unwrap_or(name).to_owned(),
            created_at: released.to_string(),
            lifecycle: if ends { "deprecated" } else { "active" },
            retires_at: target
                .and_then(|target| target.retires)
                .map(|day| day.to_string()),
            max_input_tokens: target.and_then(|target| target.max_input.or(target.context_window)),
            max_tokens: target.and_then(|target| target.max_output),
            released,
            ..Self::auto()
        }
    }

    /// The name by which the gateway chooses.
    pub(super) fn auto() -> Self {
        let released = Timestamp::default();
        Self {
            kind: "model",
            id: "auto".to_owned(),
            display_name: "auto".to_owned(),
            created_at: released.to_string(),
            lifecycle: "active",
            deprecated_at: (),
            retires_at: None,
            line: (),
            max_input_tokens: None,
            max_tokens: None,
            capabilities: (),
            released,
        }
    }
}

#[derive(Serialize)]
struct Page<'a> {
    data: &'a [Entry],
    has_more: bool,
    first_id: Option<&'a str>,
    last_id: Option<&'a str>,
}

/// The page of the list that the query asks for: `auto`, then the models with the newest ones first.
pub(super) fn page(mut models: Vec<Entry>, query: &str) -> Result<Response<Body>, Problem> {
    models.sort_by_key(|model| std::cmp::Reverse(model.released));
    models.insert(0, Entry::auto());
    let Wish {
        limit,
        after,
        before,
    } = Wish::read(query)?;
    let place = |id: &str, param| {
        let place = models.iter().position(|model| model.id == id);
        place.ok_or_else(|| Problem::value(param, format!("'{param}' names no model of this list")))
    };
    let (from, to, has_more) = match (after, before) {
        (Some(_), Some(_)) => {
            let message = "'after_id' and 'before_id' exclude each other";
            return Err(Problem::value("before_id", message));
        }
        (None, Some(id)) => {
            let to = place(&id, "before_id")?;
            let from = to.saturating_sub(limit);
            (from, to, from > 0)
        }
        (after, None) => {
            let from = match after {
                Some(id) => place(&id, "after_id")? + 1,
                None => 0,
            };
            let to = models.len().min(from + limit);
            (from, to, to < models.len())
        }
    };
    let data = models.get(from..to).unwrap_or_default();
    Ok(json(&Page {
        data,
        has_more,
        first_id: data.first().map(|model| &*model.id),
        last_id: data.last().map(|model| &*model.id),
    }))
}

/// Which part of the list is wanted.
#[derive(Debug)]
struct Wish<'q> {
    limit: usize,
    after: Option<Cow<'q, str>>,
    before: Option<Cow<'q, str>>,
}

impl<'q> Wish<'q> {
    fn read(query: &'q str) -> Result<Self, Problem> {
        const LIMITS: std::ops::RangeInclusive<usize> = 1..=1_000;
        let mut wish = Self {
            limit: 20,
            after: None,
            before: None,
        };
        let id = |text| Some(percent_decode_str(text).decode_utf8_lossy());
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some(("limit", count)) => {
                    let count = count.parse().ok();
                    let count = count.filter(|count| LIMITS.contains(count));
                    wish.limit = count.ok_or_else(|| {
                        let (least, most) = (LIMITS.start(), LIMITS.end());
                        let message =
                            format!("'limit' must be a whole number from {least} to {most}");
                        Problem::value("limit", message)
                    })?;
                }
                Some(("after_id", text)) => wish.after = id(text),
                Some(("before_id", text)) => wish.before = id(text),
                _ => {}
            }
        }
        Ok(wish)
    }
}
