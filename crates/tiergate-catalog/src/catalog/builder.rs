//! Putting a catalogue together.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::index::Index;
use super::{Alias, Catalog};
use crate::digest::Digest;
use crate::{Bands, Error, ErrorKind, Model, Tier};

/// Collects models, aliases and bands; see [`Catalog::builder`].
#[derive(Clone, Debug, Default)]
pub struct Builder {
    models: Vec<Model>,
    aliases: BTreeMap<Arc<str>, Arc<str>>,
    bands: Bands,
}

impl Builder {
    /// Adds a model.
    #[must_use]
    pub fn model(mut self, model: Model) -> Self {
        self.models.push(model);
        self
    }

    /// Adds models.
    #[must_use]
    pub fn models(mut self, models: impl IntoIterator<Item = Model>) -> Self {
        self.models.extend(models);
        self
    }

    /// Lets `name` stand for another name: an id, a further alias, `provider/model` or an upstream
    /// id.
    #[must_use]
    pub fn alias(mut self, name: &str, target: &str) -> Self {
        self.aliases.insert(name.into(), target.into());
        self
    }

    /// Sets the floor of a band.
    #[must_use]
    pub fn band(mut self, name: &str, floor: Tier) -> Self {
        self.bands.set(name, floor);
        self
    }

    /// Starts from these bands instead of the default ones.
    #[must_use]
    pub(crate) fn bands(mut self, bands: Bands) -> Self {
        self.bands = bands;
        self
    }

    /// The finished catalogue.
    ///
    /// # Errors
    /// Names that are empty, reserved or given twice, models without a target, aliases that lead
    /// nowhere or hide a model.
    pub fn build(self) -> Result<Catalog, Error> {
        let Self {
            models,
            aliases,
            bands,
        } = self;
        for (band, _) in bands.iter() {
            check_name(band)?;
            if band == AUTO {
                return Err(Error::new(ErrorKind::Reserved, band));
            }
        }
        for model in &models {
            check_model(model, &bands)?;
        }
        let digest = digest(&models, &aliases, &bands);
        let mut catalog = Catalog {
            index: Index::try_new(&models)?,
            models,
            aliases: BTreeMap::new(),
            bands,
            digest,
        };
        catalog.aliases = resolve_aliases(&catalog, &aliases)?;
        Ok(catalog)
    }
}

/// The name by which clients ask for a choice.
const AUTO: &str = "auto";

fn check_name(name: &str) -> Result<(), Error> {
    if name.is_empty() || name.contains(char::is_control) {
        return Err(Error::new(ErrorKind::Name, name));
    }
    Ok(())
}

fn check_free_name(name: &str, bands: &Bands) -> Result<(), Error> {
    check_name(name)?;
    let reserved = name == AUTO || name.parse::<Tier>().is_ok() || bands.floor(name).is_some();
    if reserved {
        return Err(Error::new(ErrorKind::Reserved, name));
    }
    Ok(())
}

fn check_model(model: &Model, bands: &Bands) -> Result<(), Error> {
    check_free_name(&model.id, bands)?;
    if model.targets.is_empty() {
        return Err(Error::new(ErrorKind::MissingTarget, &*model.id));
    }
    let mut seen = HashSet::with_capacity(model.targets.len());
    for target in &model.targets {
        check_name(&target.provider)?;
        check_name(&target.model)?;
        if !seen.insert((&target.provider, &target.model)) {
            let place = format!("{} at {}/{}", model.id, target.provider, target.model);
            return Err(Error::new(ErrorKind::DuplicateTarget, place));
        }
    }
    Ok(())
}

fn resolve_aliases(
    catalog: &Catalog,
    aliases: &BTreeMap<Arc<str>, Arc<str>>,
) -> Result<BTreeMap<Arc<str>, Alias>, Error> {
    let mut resolved = BTreeMap::new();
    for (name, target) in aliases {
        check_free_name(name, &catalog.bands)?;
        if catalog.model(name).is_some() {
            return Err(Error::new(ErrorKind::AliasHidesModel, &**name));
        }
        let end = follow(aliases, target);
        let place = match catalog.index.id(end) {
            Some(model) => Some(super::Place {
                model,
                target: None,
            }),
            None => catalog
                .qualified(end)
                .or_else(|| catalog.index.upstream(end)),
        };
        let Some(place) = place else {
            let text = format!("{name} = {target}");
            return Err(Error::new(ErrorKind::UnknownModel, text));
        };
        let target = Arc::clone(target);
        resolved.insert(Arc::clone(name), Alias { target, place });
    }
    Ok(resolved)
}

/// The end of a chain of aliases; a ring ends somewhere in it and then resolves to nothing.
fn follow<'a>(aliases: &'a BTreeMap<Arc<str>, Arc<str>>, first: &'a str) -> &'a str {
    let mut name = first;
    for _ in 0..aliases.len() {
        match aliases.get(name) {
            Some(next) => name = next,
            None => break,
        }
    }
    name
}

fn digest(models: &[Model], aliases: &BTreeMap<Arc<str>, Arc<str>>, bands: &Bands) -> u64 {
    let mut digest = Digest::new();
    for model in models {
        digest_model(&mut digest, model);
    }
    for (name, target) in aliases {
        digest.text(name);
        digest.text(target);
    }
    for (name, tier) in bands.iter() {
        digest.text(name);
        digest.text(tier.as_str());
    }
    digest.value()
}

fn digest_model(digest: &mut Digest, model: &Model) {
    for text in [&model.id, &model.canonical] {
        digest.text(text);
    }
    for text in [&model.name, &model.successor] {
        digest.text(text.as_deref().unwrap_or_default());
    }
    digest.text(model.mode.as_str());
    digest.text(model.tier.map_or("", Tier::as_str));
    digest.number(u64::from(model.auto) | u64::from(model.dominated) << 1);
    let scores = [model.quality, model.coding].map(|score| score.map_or(u64::MAX, u64::from));
    let released = model
        .released
        .map_or(u64::MAX, |at| at.millis().cast_unsigned());
    for number in scores.into_iter().chain([released]) {
        digest.number(number);
    }
    for target in &model.targets {
        digest_target(digest, target);
    }
}

fn digest_target(digest: &mut Digest, target: &crate::Target) {
    digest.text(&target.provider);
    digest.text(&target.model);
    digest.text(target.status.as_str());
    let abilities = &target.abilities;
    let flags = [
        abilities.tools,
        abilities.vision,
        abilities.json_schema,
        abilities.audio_input,
        abilities.audio_output,
        abilities.reasoning,
        abilities.pdf,
        target.sampling,
        Some(target.responses_only),
    ];
    let flags = flags.map(|flag| flag.map_or(2, u8::from));
    digest.bytes(&flags);
    let numbers = [
        target.tariff.as_ref().map(crate::Tariff::version),
        target.context_window,
        target.max_input,
        target.max_output,
        target.retires.map(|at| at.millis().cast_unsigned()),
        target.speed.map(u64::from),
    ];
    for number in numbers {
        digest.bytes(&[u8::from(number.is_some())]);
        digest.number(number.unwrap_or_default());
    }
}
