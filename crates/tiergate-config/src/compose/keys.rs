//! The spend keys: of the file, and the one in the environment.

use std::collections::HashMap;

use tiergate_catalog::Catalog;
use tiergate_policy::{KeyDigest, Models, Principal};

use crate::environment::Environment;
use crate::error::Error;
use crate::schema::{KeyDraft, Placed};
use crate::settings::ProviderSettings;
use crate::yaml::{Node, Read, did_you_mean, quoted};

type Keys = Vec<(KeyDigest, Principal)>;

/// The variable with the first key, and that key's name.
const VARIABLE: &str = "TIERGATE_KEY";
const FIRST: &str = "first";

pub(super) fn file(
    drafts: Vec<KeyDraft>,
    catalog: &Catalog,
    providers: &[ProviderSettings],
) -> Read<Keys> {
    let mut keys: Keys = Vec::with_capacity(drafts.len());
    let mut digests: HashMap<KeyDigest, String> = HashMap::new();
    for draft in drafts {
        let Placed { value: name, span } = &draft.name;
        if digests.values().any(|other| other == name) {
            return Err(Node::at(span.clone()).fault(format!("the key `{name}` is listed twice")));
        }
        if let Some(other) = digests.insert(draft.digest.value, name.clone()) {
            let message = format!("the key `{other}` has the same secret");
            return Err(Node::at(draft.digest.span.clone()).fault(message));
        }
        keys.push((draft.digest.value, principal(&draft, catalog, providers)?));
    }
    Ok(keys)
}

/// Adds the key in `TIERGATE_KEY`, unless the file lists the same secret: then the file's
/// restrictions hold.
pub(super) fn with_environment(mut keys: Keys, environment: &Environment) -> Result<Keys, Error> {
    let Some(secret) = environment.filled(VARIABLE) else {
        return Ok(keys);
    };
    let digest = KeyDigest::try_new(secret)
        .map_err(|error| Error::environment(format!("{VARIABLE}: {error}")))?;
    if !keys.iter().any(|(other, _)| *other == digest) {
        let taken = |name: &str| keys.iter().any(|(_, principal)| principal.name() == name);
        let name = if taken(FIRST) { VARIABLE } else { FIRST };
        keys.insert(0, (digest, Principal::new(name)));
    }
    Ok(keys)
}

fn principal(
    draft: &KeyDraft,
    catalog: &Catalog,
    providers: &[ProviderSettings],
) -> Read<Principal> {
    let mut principal = Principal::new(&draft.name.value);
    if let Some(tier) = draft.max_tier {
        principal = principal.with_max_tier(tier);
    }
    if let Some(expires) = draft.expires {
        principal = principal.with_expiry(expires);
    }
    if let Some(names) = &draft.models {
        principal = principal.with_models(models(names, catalog)?);
    }
    for Placed { value, span } in &draft.block_providers {
        let own = providers.iter().map(|provider| &*provider.name);
        let known = || own.clone().chain(catalog.providers());
        if !known().any(|name| name == value) {
            let message = format!(
                "unknown provider {}{}",
                quoted(value),
                did_you_mean(value, known())
            );
            return Err(Node::at(span.clone()).fault(message));
        }
    }
    Ok(principal.with_blocked_providers(draft.block_providers.iter().map(|name| &*name.value)))
}

/// Names become ids; a pattern stays, but must match something, for otherwise it is a slip.
fn models(names: &[Placed<String>], catalog: &Catalog) -> Read<Models> {
    let mut patterns = Vec::with_capacity(names.len());
    for Placed { value, span } in names {
        let place = || Node::at(span.clone());
        let pattern = if value.contains('*') {
            let one =
                Models::try_new([&**value]).map_err(|error| place().fault(error.to_string()))?;
            catalog
                .models()
                .iter()
                .any(|model| one.allow(&model.id))
                .then_some(&**value)
        } else {
            catalog.resolve(value).map(|resolved| &*resolved.model.id)
        };
        let Some(pattern) = pattern else {
            let suggestion = did_you_mean(value, catalog.nearest(value, 1));
            return Err(place().fault(format!("no model is called {}{suggestion}", quoted(value))));
        };
        patterns.push(pattern);
    }
    Models::try_new(patterns).map_err(|error| Node::at(0..0).fault(error.to_string()))
}
