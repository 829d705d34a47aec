//! Who is known: targets with the endpoints and credentials that they share, bounded in number.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

use super::Settings;
use super::scope::Scope;
use super::target::Target;
use crate::{Moment, breaker, cooldown};

/// What health is remembered about, by keys that mean nothing here.
///
/// What belongs to one tenant has the tenant in its key: nobody else's state can be reached by it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Keys<K> {
    /// Where connections go.
    pub endpoint: K,
    /// Who asks there.
    pub credential: K,
    /// What is asked for, there and by this credential.
    pub target: K,
    /// Whether the target speaks for its endpoint: many such targets down mean that the endpoint is
    /// down. False for a tenant's own credential at an endpoint that others use too.
    pub speaks: bool,
}

/// The health of all targets, shared by all threads.
///
/// It hands out handles; with one at hand, the registry itself is not asked again.
#[derive(Debug)]
pub struct Registry<K> {
    settings: Settings,
    capacity: usize,
    known: RwLock<Known<K>>,
}

#[derive(Debug)]
struct Known<K> {
    endpoints: HashMap<K, Arc<Scope>>,
    credentials: HashMap<K, Arc<Scope>>,
    targets: HashMap<K, Arc<Target>>,
}

impl<K: Clone + Eq + Hash> Registry<K> {
    /// Knows nobody yet, and never more than `capacity` targets.
    pub fn new(settings: Settings, capacity: usize) -> Self {
        Self {
            settings,
            capacity: capacity.max(1),
            known: RwLock::new(Known {
                endpoints: HashMap::new(),
                credentials: HashMap::new(),
                targets: HashMap::new(),
            }),
        }
    }

    /// The target of these keys, with the registry's settings if it is new.
    ///
    /// If there are too many, the ones that were not used for the longest time are forgotten, closed
    /// ones first, but none that somebody holds. If all are held, the new one is not remembered.
    pub fn target(&self, keys: &Keys<K>, now: Moment) -> Arc<Target> {
        self.target_with(keys, &self.settings, now)
    }

    /// The target of these keys, with settings of its own if it is new.
    pub fn target_with(&self, keys: &Keys<K>, settings: &Settings, now: Moment) -> Arc<Target> {
        {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(target) = known.targets.get(&keys.target) {
                return Arc::clone(target);
            }
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(target) = known.targets.get(&keys.target) {
            return Arc::clone(target);
        }
        if known.targets.len() >= self.capacity {
            known.evict(self.capacity);
        }
        let room = known.targets.len() < self.capacity;
        let rest = settings.cooldown;
        let mut scope = |map: fn(&mut Known<K>) -> &mut HashMap<K, Arc<Scope>>, key, rules| {
            scope(map(&mut known), key, room, rules, rest, now)
        };
        let endpoint = scope(
            |known| &mut known.endpoints,
            &keys.endpoint,
            settings.endpoint,
        );
        let credential = scope(
            |known| &mut known.credentials,
            &keys.credential,
            settings.credential,
        );
        let target = Arc::new(Target::new(
            endpoint,
            credential,
            keys.speaks,
            settings,
            now,
        ));
        if room {
            let key = keys.target.clone();
            known.targets.insert(key, Arc::clone(&target));
        }
        target
    }

    /// All that are known, in no order.
    pub fn targets(&self) -> Vec<(K, Arc<Target>)> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let targets = known.targets.iter();
        targets
            .map(|(key, target)| (key.clone(), Arc::clone(target)))
            .collect()
    }

    /// How many are known.
    pub fn len(&self) -> usize {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.targets.len()
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<K: Clone + Eq + Hash> Known<K> {
    /// Forgets an eighth of the capacity, so that this is not done for each new target.
    fn evict(&mut self, capacity: usize) {
        let idle = |target: &Arc<Target>| Arc::strong_count(target) == 1;
        let mut idle: Vec<_> = (self.targets.iter())
            .filter(|(_, target)| idle(target))
            .map(|(key, target)| (!target.is_closed(), target.used(), key.clone()))
            .collect();
        idle.sort_by_key(|(shut, used, _)| (*shut, *used));
        for (_, _, key) in idle.into_iter().take((capacity / 8).max(1)) {
            self.targets.remove(&key);
        }
        let held = |scope: &Arc<Scope>| Arc::strong_count(scope) > 1;
        self.endpoints.retain(|_, scope| held(scope));
        self.credentials.retain(|_, scope| held(scope));
    }
}

/// The scope of this key, remembered if there is room.
fn scope<K: Clone + Eq + Hash>(
    known: &mut HashMap<K, Arc<Scope>>,
    key: &K,
    room: bool,
    rules: breaker::Rules,
    rest: cooldown::Rules,
    now: Moment,
) -> Arc<Scope> {
    if let Some(scope) = known.get(key) {
        return Arc::clone(scope);
    }
    let scope = Arc::new(Scope::new(rules, rest, now));
    if room {
        known.insert(key.clone(), Arc::clone(&scope));
    }
    scope
}
