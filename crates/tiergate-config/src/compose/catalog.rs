//! The catalogue: bundled models, the file's models over them, free providers and local models.

use std::collections::HashMap;

use tiergate_catalog::{
    Catalog, Error as CatalogError, ErrorKind as CatalogFault, Overlay, Tariff,
};

use super::detect;
use crate::error::Fault;
use crate::probe::Probe;
use crate::schema::{ModelDraft, Placed, RoutingDraft};
use crate::settings::ProviderSettings;
use crate::yaml::{Node, Read, Span, did_you_mean, quoted};

/// What the file says about models.
pub(super) struct Models<'a> {
    pub(super) bundled: Option<Placed<bool>>,
    pub(super) listed: Vec<ModelDraft>,
    pub(super) routing: &'a RoutingDraft,
}

/// What there is to serve them.
pub(super) struct Found<'a> {
    pub(super) providers: &'a [ProviderSettings],
    pub(super) probe: &'a Probe,
}

pub(super) fn compose(
    models: Models<'_>,
    found: &Found<'_>,
    notices: &mut Vec<String>,
) -> Read<Catalog> {
    for model in &models.listed {
        check_targets(model, found.providers)?;
    }
    let bundled = Catalog::bundled();
    let places = Places::of(&models)?;
    let mut overlay = Overlay {
        aliases: places
            .aliases
            .iter()
            .map(|(name, alias)| (name.clone(), alias.target.clone()))
            .collect(),
        bands: models
            .routing
            .bands
            .iter()
            .map(|(name, floor)| (name.value.clone(), *floor))
            .collect(),
        without_bundled: models
            .bundled
            .as_ref()
            .is_some_and(|bundled| !bundled.value),
        models: models.listed.into_iter().map(|draft| draft.patch).collect(),
    };
    if found
        .providers
        .iter()
        .any(|provider| provider.name == detect::OLLAMA)
    {
        detect::add_local_models(&mut overlay, found.probe, &bundled, notices);
    }
    let without_bundled = overlay.without_bundled;
    let catalog = if overlay == Overlay::default() {
        bundled.clone()
    } else {
        let laid = bundled.overlay(overlay);
        laid.map_err(|error| places.fault(&error, &bundled))?
    };
    if without_bundled && catalog.models().is_empty() {
        let place = models.bundled.map_or(0..0, |bundled| bundled.span);
        return Err(Node::at(place).fault("no model is left: list some under `models`"));
    }
    let free: Vec<&str> = found
        .providers
        .iter()
        .filter(|provider| provider.free)
        .map(|provider| &*provider.name)
        .collect();
    Ok(if free.is_empty() {
        catalog
    } else {
        with_free(&catalog, &free).map_err(|error| places.fault(&error, &bundled))?
    })
}

/// Every target must name a provider that there is, and a price must not contradict it.
fn check_targets(model: &ModelDraft, providers: &[ProviderSettings]) -> Read<()> {
    for target in &model.targets {
        let Placed { value: name, span } = &target.provider;
        let Some(provider) = providers.iter().find(|provider| provider.name == *name) else {
            let names = || providers.iter().map(|provider| &*provider.name);
            let known = match names().count() {
                0 => "there is none".to_owned(),
                _ => format!("there are: {}", names().collect::<Vec<_>>().join(", ")),
            };
            let message = format!(
                "unknown provider {} ({known}){}",
                quoted(name),
                did_you_mean(name, names())
            );
            return Err(Node::at(span.clone()).fault(message));
        };
        if let Some(price) = target
            .price
            .as_ref()
            .or(model.price.as_ref())
            .filter(|_| provider.free)
        {
            let message = format!("a price, but the provider `{name}` is declared free");
            return Err(Node::at(price.clone()).fault(message));
        }
    }
    Ok(())
}

/// The same catalogue with every target at these providers declared free.
fn with_free(catalog: &Catalog, providers: &[&str]) -> Result<Catalog, CatalogError> {
    let mut builder = Catalog::builder();
    for (name, floor) in catalog.bands().iter() {
        builder = builder.band(name, floor);
    }
    for (name, target) in catalog.aliases() {
        builder = builder.alias(name, target);
    }
    let mut models = catalog.models().to_vec();
    for target in models.iter_mut().flat_map(|model| &mut model.targets) {
        if providers.contains(&&*target.provider) {
            target.tariff = Some(Tariff::free());
        }
    }
    builder.models(models).build()
}

/// Where the file declares each name.
struct Places {
    models: HashMap<String, Span>,
    aliases: HashMap<String, Alias>,
    bands: HashMap<String, Span>,
}

struct Alias {
    target: String,
    name_span: Span,
    target_span: Span,
}

impl Places {
    fn of(models: &Models<'_>) -> Read<Self> {
        let ids = models
            .listed
            .iter()
            .map(|draft| (draft.patch.id.clone(), draft.span.clone()));
        let bands = models
            .routing
            .bands
            .iter()
            .map(|(name, _)| (name.value.clone(), name.span.clone()));
        let mut places = Self {
            models: ids.collect(),
            aliases: HashMap::new(),
            bands: bands.collect(),
        };
        for (name, target) in &models.routing.aliases {
            places.add_alias(name, &target.value, &target.span)?;
        }
        for draft in &models.listed {
            for name in &draft.aliases {
                places.add_alias(name, &draft.patch.id, &name.span)?;
            }
        }
        Ok(places)
    }

    fn add_alias(&mut self, name: &Placed<String>, target: &str, target_span: &Span) -> Read<()> {
        let alias = Alias {
            target: target.to_owned(),
            name_span: name.span.clone(),
            target_span: target_span.clone(),
        };
        match self.aliases.insert(name.value.clone(), alias) {
            None => Ok(()),
            Some(_) => Err(Node::at(name.span.clone())
                .fault(format!("the alias `{}` is given twice", name.value))),
        }
    }

    /// What the catalogue found wrong, at the place in the file that it is about.
    fn fault(&self, error: &CatalogError, bundled: &Catalog) -> Fault {
        let subject = error.subject();
        if error.kind() == CatalogFault::UnknownModel
            && let Some((name, _)) = subject.split_once(" = ")
            && let Some(alias) = self.aliases.get(name)
        {
            return self.dangling(alias, bundled);
        }
        let subject_name = subject.split_once(" at ").map_or(subject, |(name, _)| name);
        let alias = self.aliases.get(subject_name).map(|alias| &alias.name_span);
        let span = self
            .models
            .get(subject_name)
            .or(alias)
            .or_else(|| self.bands.get(subject_name));
        let message = match error.kind() {
            CatalogFault::AliasHidesModel => {
                format!("the alias `{subject}` has the name of a model")
            }
            CatalogFault::MissingTarget => format!("the new model `{subject}` needs `targets`"),
            CatalogFault::MissingTier => format!("the new model `{subject}` needs a `tier`"),
            CatalogFault::Reserved => {
                format!("the name `{subject}` is reserved: it means a tier, a band or `auto`")
            }
            _ => error.to_string(),
        };
        Node::at(span.cloned().unwrap_or(0..0)).fault(message)
    }

    fn dangling(&self, alias: &Alias, bundled: &Catalog) -> Fault {
        let nearest = bundled.nearest(&alias.target, 1);
        let own = self.models.keys().map(String::as_str);
        let suggestion = did_you_mean(&alias.target, own.chain(nearest));
        let message = format!("no model is called {}{suggestion}", quoted(&alias.target));
        Node::at(alias.target_span.clone()).fault(message)
    }
}
