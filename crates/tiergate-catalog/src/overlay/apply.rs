//! Laying the user's models over those that there are.

use std::collections::HashSet;
use std::sync::Arc;

use super::{ModelPatch, Overlay, TargetFacts, TargetPatch};
use crate::{Catalog, Error, ErrorKind, Mode, Model, Status, Target, Tier};

impl Overlay {
    pub(crate) fn apply(self, former: &Catalog) -> Result<Catalog, Error> {
        let mut listed: HashSet<&str> = HashSet::with_capacity(self.models.len());
        for patch in &self.models {
            if !listed.insert(&patch.id) {
                return Err(Error::new(ErrorKind::DuplicateModel, &*patch.id));
            }
        }
        let mut builder = Catalog::builder().bands(former.bands().clone());
        for (band, floor) in &self.bands {
            builder = builder.band(band, *floor);
        }
        if !self.without_bundled {
            let kept = former
                .models()
                .iter()
                .filter(|model| !listed.contains(&*model.id));
            builder = builder.models(kept.cloned());
            for (name, target) in former.aliases().filter(|(name, _)| !listed.contains(name)) {
                builder = builder.alias(name, target);
            }
        }
        for (name, target) in &self.aliases {
            builder = builder.alias(name, target);
        }
        for patch in self.models {
            builder = builder.model(patch.over(former)?);
        }
        builder.build()
    }
}

impl ModelPatch {
    /// The model that this patch makes of the former one of its name, or a new one.
    fn over(self, former: &Catalog) -> Result<Model, Error> {
        let base = former.resolve(&self.id);
        let mut model = match base {
            Some(found) => Model {
                id: self.id.as_str().into(),
                targets: found.targets().cloned().collect(),
                ..found.model.clone()
            },
            None => Model {
                tier: None,
                ..Model::new(&self.id, Tier::Nano)
            },
        };
        model.mode = self.mode.unwrap_or(model.mode);
        model.tier = self.tier.or(model.tier);
        if base.is_none() && model.mode == Mode::Chat && model.tier.is_none() {
            return Err(Error::new(ErrorKind::MissingTier, self.id));
        }
        model.auto = self.auto.unwrap_or(model.auto);
        model.quality = self.quality.or(model.quality);
        model.coding = self.coding.or(model.coding);
        model.name = self.name.map(Arc::from).or(model.name);
        model.successor = self.successor.map(Arc::from).or(model.successor);
        match self.targets {
            Some(patches) => {
                let references = base.map_or(&[][..], |found| &found.model.targets);
                let targets = patches.into_iter();
                model.targets = targets
                    .map(|patch| patch.over(&self.facts, references))
                    .collect();
            }
            None => model
                .targets
                .iter_mut()
                .for_each(|target| self.facts.clone().state(target)),
        }
        Ok(model)
    }
}

impl TargetPatch {
    /// A new target: its own facts, else the model's, else those of a former target.
    fn over(self, model: &TargetFacts, former: &[Target]) -> Target {
        let mut target = Target::new(&self.provider, &self.model);
        if let Some(reference) = self.reference(former) {
            let same = *reference.provider == *self.provider && *reference.model == *self.model;
            target = Target {
                provider: target.provider,
                model: target.model,
                retires: reference.retires.filter(|_| same),
                status: if same {
                    reference.status
                } else {
                    Status::Active
                },
                ..reference.clone()
            };
        }
        if matches!(target.status, Status::LikelyRetired | Status::Unlisted) {
            target.status = Status::Active;
        }
        model.clone().state(&mut target);
        self.facts.state(&mut target);
        target
    }

    fn reference<'a>(&self, former: &'a [Target]) -> Option<&'a Target> {
        let provider = |target: &&Target| *target.provider == *self.provider;
        let upstream = |target: &&Target| *target.model == *self.model;
        former
            .iter()
            .find(|target| provider(target) && upstream(target))
            .or_else(|| former.iter().find(upstream))
            .or_else(|| former.iter().find(provider))
            .or_else(|| former.first())
    }
}

impl TargetFacts {
    /// Puts every stated fact in the place of what the target says.
    fn state(self, target: &mut Target) {
        target.abilities = self.abilities.or(target.abilities);
        target.context_window = self.context_window.or(target.context_window);
        target.max_input = self.max_input.or(target.max_input);
        target.max_output = self.max_output.or(target.max_output);
        target.responses_only = self.responses_only.unwrap_or(target.responses_only);
        target.retires = self.retires.or(target.retires);
        target.sampling = self.sampling.or(target.sampling);
        target.speed = self.speed.or(target.speed);
        if self.tariff.is_some() {
            target.tariff = self.tariff;
        }
    }
}
