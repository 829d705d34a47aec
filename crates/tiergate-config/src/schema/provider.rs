//! `providers`.

use http::HeaderName;
use secrecy::SecretString;
use tiergate_providers::Host;

use super::gateway::milliseconds;
use super::{entries, short_name};
use crate::address::{ADDRESS, address, unencrypted};
use crate::hosts::Known;
use crate::settings::{Dialect, ProviderSettings, Timeouts};
use crate::yaml::{Entry, Fields, Node, Read, Shape, did_you_mean, quoted};

/// A provider as the file describes it.
pub(crate) struct ProviderDraft {
    pub(crate) settings: ProviderSettings,
    /// Its key would travel unencrypted to another machine.
    pub(crate) exposed: bool,
}

const SHAPE: Shape = Shape {
    what: "a provider",
    known: &[
        "base_url",
        "credentials",
        "dialect",
        "free",
        "headers",
        "timeouts",
    ],
    refused: &[
        (
            "api_key",
            "keys are written as `credentials: [{api_key: …}]`",
        ),
        (
            "region",
            "only dialects that this version does not have use it",
        ),
    ],
};

/// Dialects that are planned.
const NOT_BUILT: [&str; 9] = [
    "anthropic",
    "azure",
    "azure-openai",
    "bedrock",
    "cohere",
    "gemini",
    "google",
    "openai-responses",
    "vertex",
];

pub(super) fn providers(node: &Node) -> Read<Vec<ProviderDraft>> {
    let providers = node.entries("providers")?;
    if providers.is_empty() {
        return Err(
            node.fault("no provider: leave `providers` out to take them from the environment")
        );
    }
    providers.iter().map(provider).collect()
}

fn provider(entry: &Entry) -> Read<ProviderDraft> {
    let Entry {
        key: name,
        key_span,
        node,
    } = entry;
    if !short_name(name) {
        let place = Node::at(key_span.clone());
        return Err(
            place.fault("the name of a provider has up to 64 letters, digits, `.`, `_` and `-`")
        );
    }
    let spoken = spoken(name, entry)?;
    let fields = Fields::open(node, &SHAPE)?;
    let mut settings = match spoken {
        Spoken::Demo => ProviderSettings::new(name, Dialect::Demo),
        Spoken::OpenAi(_) => ProviderSettings::new(name, Dialect::OpenAi),
    };
    settings.base_url = fields.read("base_url", base_url)?;
    settings.credentials = fields.read("credentials", credentials)?.unwrap_or_default();
    settings.free = fields
        .read("free", |node| node.flag("free"))?
        .unwrap_or_default();
    settings.headers = fields.read("headers", headers)?.unwrap_or_default();
    settings.timeouts = fields.read("timeouts", timeouts)?.unwrap_or_default();
    match spoken {
        Spoken::Demo => check_demo(node, &settings)?,
        Spoken::OpenAi(known) => locate(node, &mut settings, known)?,
    }
    let unencrypted = settings.base_url.as_deref().is_some_and(unencrypted);
    let exposed = !settings.credentials.is_empty() && unencrypted;
    Ok(ProviderDraft { settings, exposed })
}

fn check_demo(node: &Node, settings: &ProviderSettings) -> Read<()> {
    let nothing = settings.base_url.is_none()
        && settings.credentials.is_empty()
        && settings.headers.is_empty();
    let fault = || node.fault("the demo provider has no address, credentials or headers");
    nothing.then_some(()).ok_or_else(fault)
}

/// Finds the address and the row of deviations.
///
/// OpenAI's own row does not follow its name to another address: that is another server.
fn locate(node: &Node, settings: &mut ProviderSettings, known: Option<Known>) -> Read<()> {
    let row = known.and_then(|known| known.host);
    if let Some(url) = &settings.base_url {
        let other = row.filter(|host| host.name() != "openai");
        settings.host = other.or_else(|| Host::by_base_url(url));
        return Ok(());
    }
    let Some(known) = known else {
        return Err(node.fault("a provider needs `base_url` unless it is a known service"));
    };
    if settings.credentials.is_empty() && !known.variables.is_empty() {
        return Err(node.fault("this provider needs `credentials: [{api_key: …}]`"));
    }
    settings.host = row;
    settings.base_url = Some(known.base_url.to_owned());
    Ok(())
}

/// A dialect, with what is known of the host.
enum Spoken {
    Demo,
    OpenAi(Option<Known>),
}

/// What a provider speaks, as written or by a name that is known.
fn spoken(name: &str, entry: &Entry) -> Read<Spoken> {
    let all = entry.node.entries("a provider")?;
    let Some(written) = all.iter().find(|entry| &*entry.key == "dialect") else {
        let known = Known::named(name).filter(|known| known.host.is_some());
        let unknown = || {
            entry
                .node
                .fault(format!("a provider needs `dialect`{}", built()))
        };
        return known
            .map(|known| Spoken::OpenAi(Some(known)))
            .ok_or_else(unknown);
    };
    let node = &written.node;
    match node.text("dialect")? {
        "demo" => Ok(Spoken::Demo),
        "openai" => Ok(Spoken::OpenAi(Known::named(name))),
        text => {
            let known = Known::named(text).filter(|known| known.host.is_some());
            let unknown = || node.fault(unknown_dialect(node, text));
            known
                .map(|known| Spoken::OpenAi(Some(known)))
                .ok_or_else(unknown)
        }
    }
}

fn unknown_dialect(node: &Node, text: &str) -> String {
    if NOT_BUILT.contains(&text) {
        return format!(
            "the dialect {} is not part of this version{}",
            quoted(text),
            built()
        );
    }
    let hosts = Host::all().iter().map(Host::name);
    let suggestion = did_you_mean(text, hosts.chain(["demo"]));
    format!("unknown dialect {}{}{suggestion}", node.shown(), built())
}

fn built() -> String {
    let hosts = Host::all()
        .iter()
        .map(Host::name)
        .filter(|name| *name != "openai");
    let hosts: Vec<&str> = hosts.collect();
    format!(
        " (there are `openai`, `demo`, and of the hosts that speak OpenAI: {})",
        hosts.join(", ")
    )
}

/// The address of an API, without a slash at the end.
fn base_url(node: &Node) -> Read<String> {
    let url = address(node.text("base_url")?).map(str::to_owned);
    url.ok_or_else(|| node.fault(format!("`base_url` {ADDRESS}")))
}

fn credentials(node: &Node) -> Read<Vec<SecretString>> {
    const SHAPE: Shape = Shape {
        what: "a credential",
        known: &["api_key"],
        refused: &[
            (
                "access_key_id",
                "AWS credentials need a dialect that this version does not have",
            ),
            (
                "secret_access_key",
                "AWS credentials need a dialect that this version does not have",
            ),
        ],
    };
    let items = node.items("credentials")?.iter();
    items
        .map(|item| {
            Fields::open(item, &SHAPE)?
                .required("api_key")?
                .secret("api_key")
        })
        .collect()
}

fn headers(node: &Node) -> Read<Vec<(String, SecretString)>> {
    entries(node, "headers")?.map(header).collect()
}

fn header(entry: &Entry) -> Read<(String, SecretString)> {
    /// Headers that the gateway sets itself or that concern one connection only.
    const OWN: [&str; 12] = [
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "keep-alive",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    let place = Node::at(entry.key_span.clone());
    let name: HeaderName = entry
        .key
        .parse()
        .map_err(|_unsaid| place.fault("this is not the name of a header"))?;
    if OWN.contains(&name.as_str()) {
        return Err(place.fault(format!("the header `{name}` is set by the gateway")));
    }
    let value = entry.node.text("headers")?;
    if !value
        .bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic())
    {
        return Err(entry
            .node
            .fault("the value of a header must be printable ASCII"));
    }
    Ok((name.as_str().to_owned(), SecretString::from(value)))
}

fn timeouts(node: &Node) -> Read<Timeouts> {
    const SHAPE: Shape = Shape {
        what: "timeouts",
        known: &["connect_ms", "request_ms"],
        refused: &[],
    };
    let fields = Fields::open(node, &SHAPE)?;
    let time = |key: &str| fields.read(key, |node| milliseconds(node, key));
    Ok(Timeouts {
        connect: time("connect_ms")?,
        request: time("request_ms")?,
    })
}
