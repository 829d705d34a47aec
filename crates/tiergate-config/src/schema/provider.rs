//! `providers`.

use http::HeaderName;
use secrecy::SecretString;
use tiergate_providers::{Credential, Dialect as Vendor, Host};

use super::gateway::milliseconds;
use super::{entries, short_name};
use crate::address::{ADDRESS, address, unencrypted};
use crate::hosts::Known;
use crate::settings::{Dialect, ProviderSettings, Timeouts};
use crate::yaml::{Entry, Fields, Node, Read, Shape, did_you_mean};

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
        "project",
        "region",
        "responses",
        "timeouts",
    ],
    refused: &[(
        "api_key",
        "keys are written as `credentials: [{api_key: …}]`",
    )],
};

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
    let mut settings = ProviderSettings::new(name, spoken.dialect);
    settings.base_url = fields.read("base_url", base_url)?;
    settings.credentials = fields.read("credentials", credentials)?.unwrap_or_default();
    settings.free = fields
        .read("free", |node| node.flag("free"))?
        .unwrap_or_default();
    settings.headers = fields.read("headers", headers)?.unwrap_or_default();
    settings.timeouts = fields.read("timeouts", timeouts)?.unwrap_or_default();
    settings.responses = fields.read("responses", |node| responses(node, spoken.dialect))?;
    settings.region = fields.read("region", |node| place(node, "region"))?;
    settings.project = fields.read("project", |node| place(node, "project"))?;
    match spoken.dialect {
        Dialect::Demo => check_demo(node, &settings)?,
        Dialect::Azure => check_azure(node, &settings)?,
        Dialect::Vendor(vendor) => check_vendor(node, &mut settings, vendor, spoken.known)?,
        Dialect::OpenAi => locate(node, &mut settings, spoken.known)?,
    }
    let takes_keys = spoken.dialect != Dialect::Vendor(Vendor::Bedrock);
    if takes_keys && settings.credentials.iter().any(Credential::signs) {
        return Err(node.fault("AWS credentials are of use to the bedrock dialect only"));
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

/// Azure's address is each customer's own.
fn check_azure(node: &Node, settings: &ProviderSettings) -> Read<()> {
    if settings.base_url.is_none() {
        return Err(node.fault(
            "an azure-openai provider needs `base_url`, such as https://team.openai.azure.com",
        ));
    }
    needs_credentials(node, settings)
}

/// A vendor is where it usually is, unless the file says otherwise.
fn check_vendor(
    node: &Node,
    settings: &mut ProviderSettings,
    vendor: Vendor,
    known: Option<Known>,
) -> Read<()> {
    let elsewhere = settings.base_url.is_some();
    if vendor == Vendor::Bedrock && settings.region.is_none() {
        return Err(node.fault("a bedrock provider needs `region`, such as us-east-1"));
    }
    if vendor == Vendor::Vertex && settings.project.is_none() {
        return Err(node.fault("a vertex provider needs `project`"));
    }
    if !elsewhere && vendor != Vendor::Ollama {
        needs_credentials(node, settings)?;
    }
    if let Some(known) = known.filter(|known| !elsewhere && !known.base_url.is_empty()) {
        settings.base_url = Some(known.base_url.to_owned());
    }
    Ok(())
}

fn needs_credentials(node: &Node, settings: &ProviderSettings) -> Read<()> {
    let missing = || node.fault("this provider needs `credentials: [{api_key: …}]`");
    (!settings.credentials.is_empty())
        .then_some(())
        .ok_or_else(missing)
}

/// What a provider speaks, and what is known of the host.
struct Spoken {
    dialect: Dialect,
    known: Option<Known>,
}

/// What a provider speaks, as written or by a name that is known.
fn spoken(name: &str, entry: &Entry) -> Read<Spoken> {
    let all = entry.node.entries("a provider")?;
    let host = |known: Known| Spoken {
        dialect: known.dialect,
        known: Some(known),
    };
    let Some(written) = all.iter().find(|entry| &*entry.key == "dialect") else {
        let unknown = || {
            entry
                .node
                .fault(format!("a provider needs `dialect`{}", built()))
        };
        return Known::named(name).map(host).ok_or_else(unknown);
    };
    let node = &written.node;
    let text = node.text("dialect")?;
    let own = match text {
        "azure-openai" => Some(Dialect::Azure),
        "demo" => Some(Dialect::Demo),
        "openai" => Some(Dialect::OpenAi),
        // by its name alone Ollama is spoken to through its OpenAI-compatible surface
        "ollama" => None,
        other => Vendor::by_name(other).map(Dialect::Vendor),
    };
    if let Some(dialect) = own {
        let known = Known::named(name).filter(|known| known.dialect == dialect);
        return Ok(Spoken { dialect, known });
    }
    if text == "ollama-native" {
        return Ok(Spoken {
            dialect: Dialect::Vendor(Vendor::Ollama),
            known: None,
        });
    }
    let unknown = || node.fault(unknown_dialect(node, text));
    let known = Known::named(text).filter(|known| known.host.is_some());
    known.map(host).ok_or_else(unknown)
}

fn unknown_dialect(node: &Node, text: &str) -> String {
    let names = dialects().chain(Host::all().iter().map(Host::name));
    let suggestion = did_you_mean(text, names);
    format!("unknown dialect {}{}{suggestion}", node.shown(), built())
}

/// Every dialect by its name, hosts of OpenAI's left out.
fn dialects() -> impl Iterator<Item = &'static str> {
    let vendors = Vendor::ALL.into_iter().map(|(name, _)| name);
    let vendors = vendors.filter(|name| *name != "ollama");
    ["openai", "azure-openai", "demo", "ollama-native"]
        .into_iter()
        .chain(vendors)
}

fn built() -> String {
    let own: Vec<String> = dialects().map(|name| format!("`{name}`")).collect();
    let hosts = Host::all().iter().map(Host::name);
    let hosts: Vec<&str> = hosts.filter(|name| *name != "openai").collect();
    format!(
        " (there are {}, and of the hosts that speak OpenAI: {})",
        own.join(", "),
        hosts.join(", ")
    )
}

/// Whether the provider has Responses beside chat completions.
fn responses(node: &Node, dialect: Dialect) -> Read<bool> {
    if matches!(dialect, Dialect::Azure | Dialect::OpenAi) {
        return node.flag("responses");
    }
    Err(node.fault("`responses` is of use to the dialects openai and azure-openai only"))
}

/// A region or project, as it stands in an address.
fn place(node: &Node, key: &str) -> Read<String> {
    let text = node.text(key)?;
    let sound = !text.is_empty()
        && text.len() <= 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if sound {
        return Ok(text.to_owned());
    }
    Err(node.fault(format!("`{key}` has up to 64 letters, digits and `-`")))
}

/// The address of an API, without a slash at the end.
fn base_url(node: &Node) -> Read<String> {
    let url = address(node.text("base_url")?).map(str::to_owned);
    url.ok_or_else(|| node.fault(format!("`base_url` {ADDRESS}")))
}

fn credentials(node: &Node) -> Read<Vec<Credential>> {
    node.items("credentials")?.iter().map(credential).collect()
}

fn credential(node: &Node) -> Read<Credential> {
    const SHAPE: Shape = Shape {
        what: "a credential",
        known: &[
            "access_key_id",
            "api_key",
            "secret_access_key",
            "session_token",
        ],
        refused: &[],
    };
    let fields = Fields::open(node, &SHAPE)?;
    let secret = |key: &str| fields.read(key, |node| node.secret(key));
    if let Some(key) = secret("api_key")? {
        return Ok(Credential::Key(key));
    }
    match (secret("access_key_id")?, secret("secret_access_key")?) {
        (Some(access_key_id), Some(secret_access_key)) => Ok(Credential::Aws {
            access_key_id,
            secret_access_key,
            session_token: secret("session_token")?,
        }),
        (None, None) => Err(node.fault("a credential needs `api_key`")),
        _ => Err(node.fault("AWS credentials need both `access_key_id` and `secret_access_key`")),
    }
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
