//! The keys of the file: from its tree to drafts of the settings.
//!
//! What one part alone can tell is checked here; what needs two parts, in `compose`.

mod credential;
mod failover;
mod gateway;
mod key;
mod model;
mod price;
mod provider;
mod routing;
mod shadow;
mod timeouts;

use tiergate_catalog::Tier;

use crate::environment::Environment;
use crate::settings::{Cors, FailoverSettings, Headers, Limits, Receipts};
use crate::yaml::{Entry, Fields, Node, Read, Shape, Span, did_you_mean};

pub(crate) use credential::files;
pub(crate) use gateway::{AdminDraft, LogDraft, listen_address, log_level};
pub(crate) use key::KeyDraft;
pub(crate) use model::{ChainDraft, ModelDraft};
pub(crate) use provider::{ProviderDraft, is_place};
pub(crate) use routing::RoutingDraft;
pub(crate) use shadow::ShadowDraft;

/// A value and where the file gives it.
#[derive(Clone, Debug)]
pub(crate) struct Placed<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// Everything that a file says, each part checked by itself.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) listen: Option<std::net::SocketAddr>,
    pub(crate) admin: Option<AdminDraft>,
    pub(crate) limits: Limits,
    pub(crate) cors: Cors,
    pub(crate) headers: Headers,
    pub(crate) receipts: Receipts,
    pub(crate) log: LogDraft,
    pub(crate) routing: RoutingDraft,
    pub(crate) failover: FailoverSettings,
    pub(crate) shadow: Option<ShadowDraft>,
    /// `None` when the file does not name any: they come from the environment then.
    pub(crate) providers: Option<Vec<ProviderDraft>>,
    pub(crate) bundled: Option<Placed<bool>>,
    pub(crate) models: Vec<ModelDraft>,
    pub(crate) keys: Vec<KeyDraft>,
}

const ROOT: Shape = Shape {
    what: "the configuration",
    known: &[
        "admin",
        "bundled_models",
        "cors",
        "failover",
        "headers",
        "keys",
        "limits",
        "listen",
        "log",
        "models",
        "providers",
        "receipts",
        "routing",
        "shadow",
        "store",
    ],
    refused: &[
        (
            "budgets",
            "money limits are not part of this version, and a limit that is not enforced is not accepted",
        ),
        ("endpoints", "endpoints are not part of this version"),
        (
            "fallbacks",
            "a chain belongs to a model: `models: [{id: …, fallbacks: […]}]`",
        ),
        (
            "plans",
            "plans are not part of this version, and a limit that is not enforced is not accepted",
        ),
        ("rules", "routing rules are not part of this version"),
    ],
};

/// Reads the whole file.
pub(crate) fn read(root: &Node, environment: &Environment) -> Read<Draft> {
    let fields = Fields::open(root, &ROOT)?;
    if let Some(store) = fields.get("store") {
        gateway::store(store)?;
    }
    Ok(Draft {
        listen: fields.read("listen", gateway::listen)?,
        admin: fields.read("admin", gateway::admin)?,
        limits: fields.read("limits", gateway::limits)?.unwrap_or_default(),
        cors: fields.read("cors", gateway::cors)?.unwrap_or_default(),
        headers: fields
            .read("headers", gateway::headers)?
            .unwrap_or_default(),
        receipts: fields
            .read("receipts", gateway::receipts)?
            .unwrap_or_default(),
        log: fields.read("log", gateway::log)?.unwrap_or_default(),
        routing: fields
            .read("routing", routing::routing)?
            .unwrap_or_default(),
        failover: fields
            .read("failover", failover::failover)?
            .unwrap_or_default(),
        shadow: fields.read("shadow", shadow::shadow)?,
        providers: fields.read("providers", |node| provider::providers(node, environment))?,
        bundled: fields.read("bundled_models", |node| {
            node.flag("bundled_models").map(|flag| placed(node, flag))
        })?,
        models: fields.read("models", model::models)?.unwrap_or_default(),
        keys: fields.read("keys", key::keys)?.unwrap_or_default(),
    })
}

fn placed<T>(node: &Node, value: T) -> Placed<T> {
    Placed {
        value,
        span: node.span.clone(),
    }
}

/// One of a few words.
fn choice<T: Copy>(node: &Node, what: &str, choices: &[(&'static str, T)]) -> Read<T> {
    let text = node.text(what)?;
    let found = choices.iter().find(|(word, _)| *word == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let suggestion = did_you_mean(text, words.iter().copied());
        node.fault(format!(
            "`{what}` cannot be {} (one of {}){suggestion}",
            node.shown(),
            words.join(", ")
        ))
    })
}

fn tier(node: &Node, what: &str) -> Read<Tier> {
    choice(node, what, &Tier::ALL.map(|tier| (tier.as_str(), tier)))
}

/// A number from 0 to `most` with at most three decimals, in thousandths.
fn thousandths(node: &Node, what: &str, most: u32) -> Read<u32> {
    let text = node.text(what)?;
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let sound = digits(whole, 6) && digits(decimals, 3);
    let thousandths = sound.then(|| format!("{whole}{decimals:0<3}").parse().ok());
    let number = thousandths.flatten();
    let within = number.filter(|number| *number <= most.saturating_mul(1_000));
    within.ok_or_else(|| {
        node.fault(format!(
            "`{what}` must be a number from 0 to {most} with at most three decimals"
        ))
    })
}

/// A list of texts.
fn texts(node: &Node, what: &str) -> Read<Vec<Placed<String>>> {
    let items = node.items(what)?.iter();
    items
        .map(|item| item.text(what).map(|text| placed(item, text.to_owned())))
        .collect()
}

/// A name that is sent in headers and written to logs: visible ASCII, no quotes.
fn name(node: &Node, what: &str) -> Read<String> {
    const LONGEST: usize = 256;
    let text = node.text(what)?;
    let sound = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'`';
    if text.len() > LONGEST || !text.bytes().all(sound) {
        return Err(node.fault(format!(
            "`{what}` may have up to {LONGEST} visible ASCII characters, no spaces or quotes"
        )));
    }
    Ok(text.to_owned())
}

/// The short name of a provider or a key: letters, digits, `.`, `_` and `-`.
fn short_name(text: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(sound) && !text.starts_with(['.', '-'])
}

/// The entries of a mapping whose keys the user chooses; an absent value counts as no entry.
fn entries<'n>(node: &'n Node, what: &str) -> Read<impl Iterator<Item = &'n Entry>> {
    Ok(node
        .entries(what)?
        .iter()
        .filter(|entry| !entry.node.is_null()))
}
