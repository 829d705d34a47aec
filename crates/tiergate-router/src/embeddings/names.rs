//! Which model a name means, and who may serve it.

use std::ops::Range;
use std::sync::Arc;

use tiergate_catalog::{Mode, Model, Target, Timestamp};
use tiergate_providers::Provider;

use super::lists::List;
use crate::decide::{Refusal, RefusalKind};
use crate::plan::unknown;
use crate::setup::Setup;
use crate::{Access, Error, Route};

/// Where a model is served.
#[derive(Clone, Copy, Debug)]
pub(super) struct Home<'a> {
    pub(super) model: &'a Model,
    pub(super) target: &'a Target,
    pub(super) provider: &'a Arc<dyn Provider>,
}

/// Everything that may serve a request, in the catalogue's order; never empty, and all of one model.
#[derive(Clone, Debug)]
pub(super) struct Choice<'a> {
    pub(super) setup: &'a Setup,
    pub(super) homes: Vec<Home<'a>>,
}

impl<'a> Choice<'a> {
    /// The places of all homes in this choice.
    pub(super) fn each(&self) -> Range<u32> {
        0..u32::try_from(self.homes.len()).unwrap_or(u32::MAX)
    }

    /// The home at a place.
    pub(super) fn home(&self, at: u32) -> Home<'a> {
        self.homes[at as usize]
    }

    pub(super) fn targets(&self) -> Vec<&'a Target> {
        self.homes.iter().map(|home| home.target).collect()
    }
}

/// Reads a name: an id, an alias, `provider/model`, or one of the lists.
///
/// # Errors
/// A name that means nothing or another sort of model, and a model that nobody serves or the caller may not use.
pub(super) fn resolve<'a>(
    name: &str,
    setup: &'a Setup,
    access: &Access,
    now: Timestamp,
) -> Result<Choice<'a>, Error> {
    let catalog = &*setup.catalog;
    let route = Route::read(name, catalog);
    if let Some(list) = List::of(name, route.as_ref()) {
        return list.best(setup, access, now);
    }
    let (model, provider) = match route {
        Some(Route::Pin { model, provider }) => (model, provider),
        Some(Route::Auto | Route::Floor(_)) => return Err(no_model(name)),
        None => return Err(unknown(name, catalog)),
    };
    let model = catalog
        .model(&model)
        .ok_or_else(|| unknown(name, catalog))?;
    if model.mode != Mode::Embedding {
        let message = format!(
            "'{}' is a model for {}: it makes no embeddings",
            model.id,
            model.mode.as_str()
        );
        return Err(wrong(message));
    }
    homes(model, provider.as_deref(), setup, access, now).map_err(Error::Refused)
}

/// The targets that make vectors with a model.
pub(super) fn reachable<'a>(
    model: &'a Model,
    setup: &'a Setup,
) -> impl Iterator<Item = Home<'a>> + 'a {
    model.targets.iter().filter_map(|target| {
        let mut providers = setup.providers.iter();
        let provider = providers.find(|provider| {
            *provider.name() == *target.provider && provider.embeds(&target.model)
        })?;
        Some(Home {
            model,
            target,
            provider,
        })
    })
}

/// The targets that make vectors with a model, for this caller.
///
/// # Errors
/// What stands in the way when there are none.
pub(super) fn homes<'a>(
    model: &'a Model,
    only: Option<&str>,
    setup: &'a Setup,
    access: &Access,
    now: Timestamp,
) -> Result<Choice<'a>, Refusal> {
    let refused = |kind| Err(Refusal::of_model(kind, model));
    let named = |home: &Home<'_>| only.is_none_or(|only| *home.target.provider == *only);
    let mut homes: Vec<Home<'_>> = reachable(model, setup).filter(named).collect();
    if homes.is_empty() {
        let retired = !model.available(now);
        return refused(if retired {
            RefusalKind::Retired
        } else {
            RefusalKind::NotServed
        });
    }
    homes.retain(|home| home.target.available(now));
    if homes.is_empty() {
        return refused(RefusalKind::Retired);
    }
    homes.retain(|home| {
        let rules = access.rules.as_ref();
        rules.is_none_or(|rules| rules.may_use(&model.id, &home.target.provider))
    });
    if homes.is_empty() {
        return refused(RefusalKind::NotAllowed);
    }
    Ok(Choice { setup, homes })
}

fn no_model(name: &str) -> Error {
    wrong(format!(
        "'{name}' names no model for embeddings, and their vectors do not mix: name one, or embed-small, embed-large or embed-titan"
    ))
}

fn wrong(message: String) -> Error {
    Error::Parameter {
        param: "model",
        message,
    }
}
