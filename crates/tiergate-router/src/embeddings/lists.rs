//! Names for the best model that is served: `embed-small`, `embed-large` and `embed-titan`.

use std::cmp::Reverse;

use tiergate_catalog::{Catalog, Mode, Model, Rate, Timestamp};

use super::names::{Choice, homes};
use crate::plan::unknown;
use crate::setup::Setup;
use crate::{Access, Error, Route};

/// What a name stands for: the first of these that is served, else whatever is.
///
/// Only what is configured decides, never what fails: vectors of different models do not mix.
#[derive(Debug)]
pub(super) struct List {
    name: &'static str,
    /// The first is what the catalogue's alias means.
    models: &'static [&'static str],
    /// Of models that are not in the list the dearest comes first, and not the cheapest.
    dearest: bool,
}

/// Small models by their price, large ones by what their makers say of them; by the name of Titan its versions, and
/// then models whose vectors have as many dimensions as its own.
const LISTS: [List; 3] = [
    List {
        name: "embed-small",
        models: &[
            "text-embedding-3-small",
            "titan-embed-text",
            "voyage-4-lite",
            "embed-v5.0-fast",
            "mistral-embed",
            "gemini-embedding-001",
        ],
        dearest: false,
    },
    List {
        name: "embed-large",
        models: &[
            "text-embedding-3-large",
            "gemini-embedding-2",
            "voyage-4-large",
            "embed-v5.0-pro",
            "embed-v4.0",
            "cohere.embed-v4:0",
            "gemini-embedding-001",
            "titan-embed-text",
            "mistral-embed",
        ],
        dearest: true,
    },
    List {
        name: "embed-titan",
        models: &[
            "titan-embed-text",
            "amazon.titan-embed-text-v1",
            "titan-embed-g1-text-02",
            "voyage-4-lite",
            "mistral-embed",
        ],
        dearest: false,
    },
];

impl List {
    /// The list of a name, unless the configuration gives it another meaning.
    pub(super) fn of(name: &str, route: Option<&Route>) -> Option<&'static Self> {
        let list = LISTS.iter().find(|list| list.name == name)?;
        let ours = match route {
            None => true,
            Some(Route::Pin { model, provider }) => {
                provider.is_none() && list.models.first() == Some(&&**model)
            }
            Some(_) => false,
        };
        ours.then_some(list)
    }

    /// The best model that is served to this caller.
    ///
    /// # Errors
    /// What stands in the way of the first.
    pub(super) fn best<'a>(
        &self,
        setup: &'a Setup,
        access: &Access,
        now: Timestamp,
    ) -> Result<Choice<'a>, Error> {
        let catalog = &*setup.catalog;
        let choice = |model: &'a Model| homes(model, None, setup, access, now);
        let listed = self.models.iter().filter_map(|id| catalog.model(id));
        let mut models = listed.filter(|model| model.mode == Mode::Embedding);
        let refused = match models.next().map(choice) {
            None => unknown(self.name, catalog),
            Some(Ok(choice)) => return Ok(choice),
            Some(Err(refusal)) => Error::Refused(refusal),
        };
        let mut served = models.chain(self.others(catalog, now));
        let served = served.find_map(|model| choice(model).ok());
        served.ok_or(refused)
    }

    /// All models, by price; those whose price is not known come last.
    fn others<'a>(
        &self,
        catalog: &'a Catalog,
        now: Timestamp,
    ) -> impl Iterator<Item = &'a Model> + use<'a> {
        let models = catalog.models().iter();
        let mut models: Vec<_> = models
            .filter(|model| model.mode == Mode::Embedding)
            .map(|model| (price(model, now), model))
            .collect();
        // both sorts keep the catalogue's order among equals
        if self.dearest {
            models.sort_by_key(|(price, _)| Reverse(*price));
        } else {
            models.sort_by_key(|(price, _)| (price.is_none(), *price));
        }
        models.into_iter().map(|(_, model)| model)
    }
}

/// What a model's input costs at its first target.
fn price(model: &Model, now: Timestamp) -> Option<Rate> {
    let tariff = model.targets.first()?.tariff.as_ref()?;
    Some(tariff.at(now, 0).input)
}
