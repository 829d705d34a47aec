//! `GET /v1/targets`: every target that the caller may use, and whether it is asked now.

use std::collections::HashSet;

use http::Response;
use serde::Serialize;
use tiergate_catalog::{Model, Target};
use tiergate_router::{Access, TargetHealth};

use crate::app::App;
use crate::body::Body;
use crate::clock;
use crate::problem::Problem;
use crate::respond::json;

#[derive(Serialize)]
struct List {
    object: &'static str,
    data: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    object: &'static str,
    #[serde(flatten)]
    health: TargetHealth,
}

pub(crate) fn targets(
    app: &App,
    access: &Access,
    query: Option<&str>,
) -> Result<Response<Body>, Problem> {
    let wanted = Wanted::read(query.unwrap_or_default())?;
    let entry = |health| Entry {
        object: "target",
        health,
    };
    Ok(json(&List {
        object: "list",
        data: wanted.of(app, access).into_iter().map(entry).collect(),
    }))
}

/// Which targets are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Only those that would be asked now, or only the others.
    ready: Option<bool>,
    /// Also those that nobody has used, where these are left out otherwise.
    pub(super) all: bool,
}

impl Wanted {
    /// # Errors
    /// 400 for a value that means nothing; parameters that are not known are passed over.
    pub(super) fn read(query: &str) -> Result<Self, Problem> {
        let mut wanted = Self::default();
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some(("state", "open")) => wanted.ready = Some(false),
                Some(("state", "ready")) => wanted.ready = Some(true),
                Some(("state", _)) => {
                    return Err(Problem::value("state", "'state' must be open or ready"));
                }
                Some(("all", "1" | "true")) => wanted.all = true,
                Some(("all", "0" | "false")) => wanted.all = false,
                Some(("all", _)) => return Err(Problem::value("all", "'all' must be 0 or 1")),
                _ => {}
            }
        }
        Ok(wanted)
    }

    /// The targets among those that the caller may use.
    pub(super) fn of(self, app: &App, access: &Access) -> Vec<TargetHealth> {
        let mut usable = HashSet::new();
        let mut used = |model: &Model, targets: &[&Target]| {
            let each = targets.iter();
            usable.extend(each.map(|target| (model.id.to_string(), target.provider.to_string())));
        };
        let now = clock::now();
        app.router().served(access, now, &mut used);
        app.router().embedders(access, now, &mut used);
        let mut targets = app.router().targets();
        targets.retain(|target| {
            let pair = (target.model.to_string(), target.provider.to_string());
            self.ready.is_none_or(|ready| ready == target.ready) && usable.contains(&pair)
        });
        targets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_open_or_ready_and_what_is_not_known_is_passed_over() {
        for (query, ready, all) in [
            ("", None, false),
            ("state=open", Some(false), false),
            ("a&b=c&state=ready&all=1", Some(true), true),
            ("all=true&all=0", None, false),
        ] {
            assert_eq!(
                Wanted::read(query).unwrap(),
                Wanted { ready, all },
                "{query}"
            );
        }
        for query in ["state=", "state=half", "all=", "all=yes"] {
            assert_eq!(Wanted::read(query).unwrap_err().status(), 400, "{query}");
        }
    }
}
