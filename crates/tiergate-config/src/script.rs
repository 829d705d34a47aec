//! What simulated providers are told to do, in the language of the wall that plays them.

use std::str::FromStr;

use tiergate_catalog::Catalog;
use tiergate_wall::Script;

use crate::settings::ProviderSettings;
use crate::snippet::looks_secret;

/// A script that a simulated provider can follow, as it was written.
pub(crate) struct DemoScript {
    pub(crate) text: String,
    orders: Script,
}

impl FromStr for DemoScript {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("a script says what is done, such as `500,500,ok`".to_owned());
        }
        if text
            .split(|c: char| !c.is_ascii_graphic())
            .any(looks_secret)
        {
            return Err("this looks like a secret".to_owned());
        }
        let clean = |told: String| told.replace(char::is_control, " ");
        let orders = Script::parse(text).map_err(clean)?;
        if orders.ports().next().is_some() {
            return Err("`ports` are of no use: the gateway chooses them".to_owned());
        }
        Ok(Self {
            text: text.to_owned(),
            orders,
        })
    }
}

impl DemoScript {
    /// A line for people where the script has orders for models that `who` is never asked for: `provider`, or any
    /// provider in demo mode.
    pub(crate) fn idle(
        &self,
        who: &str,
        catalog: &Catalog,
        provider: Option<&str>,
    ) -> Option<String> {
        let targets = || catalog.models().iter().flat_map(|model| &model.targets);
        let asked = |model: &str| {
            let mut those =
                targets().filter(|each| provider.is_none_or(|name| *each.provider == *name));
            those.any(|each| &*each.model == model)
        };
        let idle = self.orders.models().filter(|model| !asked(model));
        let idle: Vec<String> = idle.map(crate::yaml::quoted).collect();
        (!idle.is_empty()).then(|| {
            format!(
                "the script of {who} has orders for {}, but no target has a model of that name",
                idle.join(", ")
            )
        })
    }
}

/// The lines for people about the scripts of a file's providers.
pub(crate) fn idle<'a>(
    providers: &'a [ProviderSettings],
    catalog: &'a Catalog,
) -> impl Iterator<Item = String> + use<'a> {
    providers.iter().filter_map(|provider| {
        let script: DemoScript = provider.script.as_deref()?.parse().ok()?;
        let who = format!("provider `{}`", provider.name);
        script.idle(&who, catalog, Some(&provider.name))
    })
}
