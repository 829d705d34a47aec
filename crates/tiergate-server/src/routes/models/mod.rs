//! `GET /v1/models` and `GET /v1/models/{id}`: what this key may call.

mod messages;

use std::sync::Arc;

use http::Response;
use serde::Serialize;
use tiergate_catalog::{Model, Price, Target, Tier};
use tiergate_router::{Access, Form};

use crate::app::App;
use crate::body::Body;
use crate::clock;
use crate::problem::Problem;
use crate::respond::json;

#[derive(Serialize)]
struct List {
    object: &'static str,
    data: Vec<Entry>,
}

/// OpenAI's members, and ours after them.
#[derive(Serialize)]
struct Entry {
    id: String,
    object: &'static str,
    created: i64,
    owned_by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<&'static str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    facts: Option<Facts>,
}

#[derive(Serialize)]
struct Facts {
    mode: &'static str,
    providers: Vec<String>,
    context_length: Option<u64>,
    max_output_tokens: Option<u64>,
    /// Dollars per million tokens, as exact decimals; null when unknown.
    pricing: Option<Pricing>,
    free: bool,
    abilities: Abilities,
    status: &'static str,
    retires: Option<String>,
    successor: Option<String>,
}

#[derive(Serialize)]
struct Pricing {
    input: String,
    output: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_read: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_write: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<String>,
}

#[derive(Serialize)]
struct Abilities {
    tools: Option<bool>,
    vision: Option<bool>,
    json_schema: Option<bool>,
    audio_input: Option<bool>,
    audio_output: Option<bool>,
    reasoning: Option<bool>,
    pdf: Option<bool>,
}

/// Every model that the caller may call: `auto` first, since that is what most should use, and those for vectors last,
/// since most want none; Anthropic's form has those for chats only.
///
/// # Errors
/// 400 for a page that does not exist, in Anthropic's form of the list.
pub(crate) fn list(
    app: &App,
    access: &Access,
    form: Form,
    query: Option<&str>,
) -> Result<Response<Body>, Problem> {
    let now = clock::now();
    if form == Form::Messages {
        let mut models = Vec::new();
        app.router().served(access, now, |model, targets| {
            models.push(messages::Entry::of(&model.id, model, targets));
        });
        return messages::page(models, query.unwrap_or_default());
    }
    let mut data = vec![auto()];
    let mut push = |model: &Model, targets: &[&Target]| data.push(Entry::of(model, targets, now));
    app.router().served(access, now, &mut push);
    app.router().embedders(access, now, push);
    Ok(json(&List {
        object: "list",
        data,
    }))
}

/// One model, by any name that a request may use.
///
/// # Errors
/// 404 for a name that means nothing to the caller.
pub(crate) fn retrieve(
    app: &App,
    access: &Access,
    form: Form,
    name: &str,
) -> Result<Response<Body>, Problem> {
    let anthropic = form == Form::Messages;
    if name == "auto" {
        return Ok(if anthropic {
            json(&messages::Entry::auto())
        } else {
            json(&auto())
        });
    }
    let catalog = app.router().catalog();
    let id = catalog
        .resolve(name)
        .map(|resolved| Arc::clone(&resolved.model.id));
    let now = clock::now();
    let mut found = None;
    let mut find = |model: &Model, targets: &[&Target]| {
        found = Some(if anthropic {
            json(&messages::Entry::of(name, model, targets))
        } else {
            json(&Entry {
                id: name.to_owned(),
                ..Entry::of(model, targets, now)
            })
        });
    };
    app.router().embedder(name, access, now, &mut find);
    app.router().served(access, now, |model, targets| {
        if id.as_ref() == Some(&model.id) {
            find(model, targets);
        }
    });
    found.ok_or_else(|| Problem::unknown_model(name, &catalog.nearest(name, 3)))
}

fn auto() -> Entry {
    Entry {
        id: "auto".to_owned(),
        object: "model",
        created: 0,
        owned_by: "tiergate".to_owned(),
        tier: None,
        facts: None,
    }
}

impl Entry {
    fn of(model: &Model, targets: &[&Target], now: tiergate_catalog::Timestamp) -> Self {
        let vendor = model
            .canonical
            .split_once('/')
            .map_or("unknown", |(vendor, _)| vendor);
        Self {
            id: model.id.to_string(),
            object: "model",
            created: model
                .released
                .map_or(0, tiergate_catalog::Timestamp::seconds),
            owned_by: vendor.to_owned(),
            tier: model.tier.map(Tier::as_str),
            facts: targets
                .first()
                .map(|target| Facts::of(model, target, targets, now)),
        }
    }
}

impl Facts {
    fn of(
        model: &Model,
        target: &Target,
        targets: &[&Target],
        now: tiergate_catalog::Timestamp,
    ) -> Self {
        let able = target.abilities;
        Self {
            mode: model.mode.as_str(),
            providers: targets
                .iter()
                .map(|target| target.provider.to_string())
                .collect(),
            context_length: target.context_window,
            max_output_tokens: target.max_output,
            pricing: target
                .tariff
                .as_ref()
                .map(|tariff| Pricing::of(&tariff.at(now, 0))),
            free: target
                .tariff
                .as_ref()
                .is_some_and(tiergate_catalog::Tariff::is_free),
            abilities: Abilities {
                tools: able.tools,
                vision: able.vision,
                json_schema: able.json_schema,
                audio_input: able.audio_input,
                audio_output: able.audio_output,
                reasoning: able.reasoning,
                pdf: able.pdf,
            },
            status: target.status.as_str(),
            retires: target.retires.map(|day| day.to_string()),
            successor: model.successor.as_ref().map(ToString::to_string),
        }
    }
}

impl Pricing {
    fn of(price: &Price) -> Self {
        let text = |rate: Option<tiergate_catalog::Rate>| rate.map(|rate| rate.to_string());
        Self {
            input: price.input.to_string(),
            output: price.output.to_string(),
            cache_read: text(price.cache_read),
            cache_write: text(price.cache_write),
            reasoning: text(price.reasoning),
        }
    }
}
