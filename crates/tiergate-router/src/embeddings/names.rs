//! Which model a name means, and who may serve it.

use std::sync::Arc;

use tiergate_catalog::{Catalog, Mode, Model, Target, Timestamp};
use tiergate_providers::Provider;

use crate::decide::{Refusal, RefusalKind};
use crate::plan::unknown;
use crate::setup::Setup;
use crate::{Access, Error, Route};

/// One way to serve.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) model: &'a Model,
    pub(super) target: &'a Target,
    pub(super) provider: &'a Arc<dyn Provider>,
}

/// Everything that may serve a request, in the catalogue's order; never empty, and all of one model.
#[derive(Clone, Debug)]
pub(super) struct Choice<'a> {
    pub(super) setup: &'a Setup,
    pub(super) places: Vec<Place<'a>>,
}

/// Names for whichever model of a list is there, as long as the configuration does not give them another meaning:
/// small models by their price, large ones by what their makers say of them. The first is the catalogue's alias.
const LISTS: [(&str, &[&str]); 2] = [
    (
        "embed-small",
        &[
            "text-embedding-3-small",
            "titan-embed-text",
            "voyage-4-lite",
            "embed-v5.0-fast",
            "mistral-embed",
            "gemini-embedding-001",
        ],
    ),
    (
        "embed-large",
        &[
            "text-embedding-3-large",
            "gemini-embedding-2",
            "voyage-4-large",
            "embed-v5.0-pro",
            "embed-v4.0",
            "gemini-embedding-001",
        ],
    ),
];

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
    let (model, provider) = match Route::read(name, catalog) {
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
    let only = provider.as_deref();
    places(model, only, setup, access, now).or_else(|refusal| {
        let others = others(name, model, catalog);
        let mut served = others.filter_map(|model| places(model, only, setup, access, now).ok());
        served.next().ok_or(Error::Refused(refusal))
    })
}

/// The other models of the list that a name stands for.
fn others<'a>(
    name: &str,
    first: &Model,
    catalog: &'a Catalog,
) -> impl Iterator<Item = &'a Model> + use<'a> {
    let list = LISTS.iter().find(|(known, _)| *known == name);
    let list = list.map_or(&[][..], |(_, list)| *list);
    // an alias of the configuration means what it says
    let ours = list.first() == Some(&&*first.id);
    let rest = list.iter().skip(1).filter(move |_| ours);
    rest.filter_map(|id| catalog.model(id))
        .filter(|model| model.mode == Mode::Embedding)
}

fn places<'a>(
    model: &'a Model,
    only: Option<&str>,
    setup: &'a Setup,
    access: &Access,
    now: Timestamp,
) -> Result<Choice<'a>, Refusal> {
    let reachable = model.targets.iter().filter_map(|target| {
        let named = only.is_none_or(|only| *target.provider == *only);
        let mut providers = setup.providers.iter().filter(|_| named);
        let provider = providers.find(|provider| *provider.name() == *target.provider)?;
        Some(Place {
            model,
            target,
            provider,
        })
    });
    let refused = |kind| Err(Refusal::of_model(kind, model));
    let mut places: Vec<Place<'_>> = reachable.collect();
    if places.is_empty() {
        let retired = !model.available(now);
        return refused(if retired {
            RefusalKind::Retired
        } else {
            RefusalKind::NotServed
        });
    }
    places.retain(|place| place.target.available(now));
    if places.is_empty() {
        return refused(RefusalKind::Retired);
    }
    places.retain(|place| {
        let rules = access.rules.as_ref();
        rules.is_none_or(|rules| rules.may_use(&model.id, &place.target.provider))
    });
    if places.is_empty() {
        return refused(RefusalKind::NotAllowed);
    }
    Ok(Choice { setup, places })
}

fn no_model(name: &str) -> Error {
    wrong(format!(
        "'{name}' names no model for embeddings, and their vectors do not mix: name one, or embed-small or embed-large"
    ))
}

fn wrong(message: String) -> Error {
    Error::Parameter {
        param: "model",
        message,
    }
}
