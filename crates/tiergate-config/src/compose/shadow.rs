//! The judge of shadow runs: a chat model with a price, in reach.

use tiergate_catalog::{Catalog, Mode, Target};

use super::reach::Reach;
use crate::schema::{Placed, ShadowDraft};
use crate::settings::ShadowSettings;
use crate::yaml::{Node, Read, did_you_mean, quoted};

/// Checks that there is a judge, in demo mode too, though nothing is run then.
pub(super) fn shadow(
    draft: ShadowDraft,
    catalog: &Catalog,
    reach: Reach<'_>,
) -> Read<ShadowSettings> {
    let Placed { value: name, span } = &draft.judge;
    let fault = |message: String| Node::at(span.clone()).fault(message);
    let shown = quoted(name);
    let Some(found) = catalog.resolve(name) else {
        let nearest = did_you_mean(name, catalog.nearest(name, 1));
        let message = format!("`judge` must be a model, and no model is called {shown}{nearest}");
        return Err(fault(message));
    };
    if found.model.mode != Mode::Chat {
        return Err(fault(format!("the judge {shown} is not a chat model")));
    }
    let reachable = |target: &&Target| {
        let fixed = found
            .provider
            .is_none_or(|fixed| *fixed == *target.provider);
        fixed && reach.serves(target)
    };
    let targets: Vec<&Target> = found.model.targets.iter().filter(reachable).collect();
    if targets.is_empty() {
        let message = format!("no configured provider serves the judge {shown}");
        return Err(fault(message));
    }
    let able = |target: &&&Target| target.abilities.json_schema != Some(false);
    if !targets.iter().any(|target| able(&target)) {
        let message = format!("the judge {shown} cannot answer in JSON by a schema");
        return Err(fault(message));
    }
    let priced = targets
        .iter()
        .filter(able)
        .any(|target| target.tariff.is_some());
    if !priced {
        let message = format!(
            "the judge {shown} has no price, and nothing without a price runs under `usd_per_day`"
        );
        return Err(fault(message));
    }
    Ok(ShadowSettings {
        sample: draft.sample,
        usd_per_day: draft.usd_per_day,
        judge: draft.judge.value,
    })
}

/// Who gets to see more than the routing alone would show them.
pub(super) fn told(settings: &ShadowSettings, demo: bool) -> String {
    if demo {
        return "shadow: nothing is compared in demo mode, where every answer is simulated"
            .to_owned();
    }
    let judge = &settings.judge;
    format!(
        "shadow: samples of requests also go to their baseline's model, and with both answers to \
         the judge `{judge}`"
    )
}
