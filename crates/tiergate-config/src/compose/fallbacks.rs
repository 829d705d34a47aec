//! Which models are asked when no target of a model can answer.

use std::collections::BTreeMap;

use tiergate_catalog::{Catalog, Mode, Model};

use super::reach::Reach;
use crate::schema::{ChainDraft, Placed};
use crate::yaml::{Node, Read, did_you_mean, quoted};

/// The chains by the ids of their models. What cannot be asked at all is told in `notices`.
pub(super) fn fallbacks(
    drafts: Vec<ChainDraft>,
    catalog: &Catalog,
    reach: Reach<'_>,
    notices: &mut Vec<String>,
) -> Read<BTreeMap<String, Vec<String>>> {
    let mut chains = BTreeMap::new();
    for draft in drafts {
        let chain = chain(&draft, catalog)?;
        for model in &chain {
            if !model.targets.iter().any(|target| reach.serves(target)) {
                notices.push(format!(
                    "fallbacks of `{}`: no configured provider serves `{}`, so it is passed over",
                    draft.of, model.id
                ));
            }
        }
        if !chain.is_empty() {
            let ids = chain.iter().map(|model| model.id.to_string());
            chains.insert(draft.of, ids.collect());
        }
    }
    Ok(chains)
}

/// The models of a chain, in its order.
fn chain<'c>(draft: &ChainDraft, catalog: &'c Catalog) -> Read<Vec<&'c Model>> {
    // every model that the file lists is in the catalogue under its id
    let mode = catalog.model(&draft.of).map(|model| model.mode);
    if mode != Some(Mode::Chat) {
        let message = format!(
            "{} is not a chat model: it has no `fallbacks`",
            quoted(&draft.of)
        );
        return Err(Node::at(draft.span.clone()).fault(message));
    }
    let mut chain: Vec<&Model> = Vec::with_capacity(draft.names.len());
    for name in &draft.names {
        let next = link(name, catalog)?;
        let fault = |message: &str| {
            let message = format!("{} {message}", quoted(&name.value));
            Node::at(name.span.clone()).fault(message)
        };
        if *next.id == *draft.of {
            return Err(fault("would be its own fallback"));
        }
        if chain.iter().any(|other| other.id == next.id) {
            return Err(fault("is listed twice in this chain"));
        }
        chain.push(next);
    }
    Ok(chain)
}

/// The chat model that a name in a chain means.
fn link<'c>(
    Placed { value: name, span }: &Placed<String>,
    catalog: &'c Catalog,
) -> Read<&'c Model> {
    let fault = |message: String| Node::at(span.clone()).fault(message);
    let shown = quoted(name);
    let Some(found) = catalog.resolve(name) else {
        let nearest = did_you_mean(name, catalog.nearest(name, 1));
        let message =
            format!("`fallbacks` must be models, and no model is called {shown}{nearest}");
        return Err(fault(message));
    };
    let id = &found.model.id;
    if found.provider.is_some() {
        let message = format!(
            "{shown} is one provider's target, and `fallbacks` are whole models: write `{id}`"
        );
        return Err(fault(message));
    }
    if found.model.mode != Mode::Chat {
        return Err(fault(format!("the fallback {shown} is not a chat model")));
    }
    Ok(found.model)
}
