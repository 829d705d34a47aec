//! From names to positions.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::{Error, ErrorKind, Model};

/// Finds models by id, by upstream id and by provider with upstream id.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    ids: HashMap<Arc<str>, u32>,
    /// Upstream ids; `None` where one could mean two models.
    upstreams: HashMap<Arc<str>, Option<Place>>,
    hosts: BTreeMap<Arc<str>, HashMap<Arc<str>, Option<Place>>>,
}

/// A model, and the target that a name fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) model: u32,
    /// The position of a target of the provider that is meant.
    pub(super) target: Option<u16>,
}

impl Index {
    pub(super) fn try_new(models: &[Model]) -> Result<Self, Error> {
        let mut index = Self {
            ids: HashMap::with_capacity(models.len()),
            upstreams: HashMap::with_capacity(models.len().saturating_mul(2)),
            ..Self::default()
        };
        for (at, model) in (0u32..).zip(models) {
            if index.ids.insert(Arc::clone(&model.id), at).is_some() {
                return Err(Error::new(ErrorKind::DuplicateModel, &*model.id));
            }
            index.add_targets(at, model);
        }
        Ok(index)
    }

    pub(super) fn id(&self, id: &str) -> Option<u32> {
        self.ids.get(id).copied()
    }

    pub(super) fn upstream(&self, name: &str) -> Option<Place> {
        *self.upstreams.get(name)?
    }

    pub(super) fn hosted(&self, provider: &str, upstream: &str) -> Option<Place> {
        *self.hosts.get(provider)?.get(upstream)?
    }

    pub(super) fn providers(&self) -> impl Iterator<Item = &str> {
        self.hosts.keys().map(|name| &**name)
    }

    /// Upstream ids that resolve and are not ids of models as well.
    pub(super) fn upstreams(&self) -> impl Iterator<Item = &str> {
        let known = self.upstreams.iter().filter(|(_, place)| place.is_some());
        known
            .map(|(name, _)| &**name)
            .filter(|name| !self.ids.contains_key(*name))
    }

    fn add_targets(&mut self, model: u32, of: &Model) {
        for (at, target) in (0u16..).zip(&of.targets) {
            let fixed = Place {
                model,
                target: Some(at),
            };
            // a second provider with the same upstream id leaves the provider open
            let open = Place {
                model,
                target: None,
            };
            self.upstreams
                .entry(Arc::clone(&target.model))
                .and_modify(|place| *place = same_model(*place, open))
                .or_insert(Some(fixed));
            self.hosts
                .entry(Arc::clone(&target.provider))
                .or_default()
                .entry(Arc::clone(&target.model))
                .and_modify(|place| *place = same_model(*place, fixed))
                .or_insert(Some(fixed));
        }
    }
}

fn same_model(former: Option<Place>, now: Place) -> Option<Place> {
    former.filter(|place| place.model == now.model).map(|_| now)
}
