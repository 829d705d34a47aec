//! From a catalogue and a list of providers to a pool.

use std::collections::HashMap;
use std::sync::Arc;

use tiergate_catalog::{Catalog, Mode, Tier, Timestamp};

use super::{Candidate, Pool, Priced, Server};

impl Pool {
    /// The candidates of `catalog` at these providers, with the prices of `now`.
    pub fn build(catalog: Arc<Catalog>, servers: Vec<Server>, now: Timestamp) -> Self {
        let places: HashMap<&str, (u16, bool)> = servers
            .iter()
            .zip(0..)
            .map(|(server, at)| (&*server.name, (at, server.responses)))
            .collect();
        let mut candidates = Vec::new();
        let mut unreachable = 0;
        let mut expires: Option<Timestamp> = None;
        for (model_at, model) in (0..).zip(catalog.models()) {
            if model.mode != Mode::Chat {
                continue;
            }
            for (target_at, target) in (0..).zip(&model.targets) {
                let Some(&(provider_at, responses)) = places.get(&*target.provider) else {
                    unreachable += 1;
                    continue;
                };
                let place = (model_at, target_at, provider_at);
                candidates.push(Candidate {
                    unspoken: target.responses_only && !responses,
                    ..Candidate::new(place, model, target, now)
                });
                let change = target
                    .tariff
                    .as_ref()
                    .and_then(|tariff| tariff.next_change_after(now));
                expires = [expires, change].into_iter().flatten().min();
            }
        }
        // stable: within a tier the candidates keep the catalogue's order
        candidates.sort_by_key(|candidate| candidate.tier.map_or(Tier::ALL.len(), Tier::index));
        let tiers = Tier::ALL.map(|tier| {
            let start = candidates.partition_point(|each| each.tier.is_some_and(|own| own < tier));
            let end = candidates.partition_point(|each| each.tier.is_some_and(|own| own <= tier));
            start..end
        });
        let by_price = tiers
            .each_ref()
            .map(|places| Priced::list(&candidates, places.clone()));
        let mut by_model: HashMap<Arc<str>, std::ops::Range<usize>> = HashMap::new();
        for (at, candidate) in candidates.iter().enumerate() {
            let id = Arc::clone(&catalog.models()[candidate.model as usize].id);
            by_model.entry(id).or_insert(at..at).end = at + 1;
        }
        Self {
            catalog,
            providers: servers.into_iter().map(|server| server.name).collect(),
            candidates,
            tiers,
            by_price,
            by_model,
            unreachable,
            expires,
        }
    }
}
