//! `providers`.

use http::HeaderName;
use secrecy::SecretString;
use tiergate_providers::{Credential, Dialect as Vendor, Host};

use super::credential::{credentials, fits};
use super::timeouts::timeouts;
use super::{entries, short_name};
use crate::address::{ADDRESS, address, path, unencrypted};
use crate::environment::Environment;
use crate::hosts::Known;
use crate::script::DemoScript;
use crate::settings::{Dialect, ProviderSettings};
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
        "drain",
        "free",
        "headers",
        "project",
        "region",
        "responses",
        "script",
        "timeouts",
    ],
    refused: &[(
        "api_key",
        "keys are written as `credentials: [{api_key: …}]`",
    )],
};

pub(super) fn providers(node: &Node, environment: &Environment) -> Read<Vec<ProviderDraft>> {
    let providers = node.entries("providers")?;
    if providers.is_empty() {
        return Err(
            node.fault("no provider: leave `providers` out to take them from the environment")
        );
    }
    let providers = providers.iter();
    providers
        .map(|entry| provider(entry, environment))
        .collect()
}

fn provider(entry: &Entry, environment: &Environment) -> Read<ProviderDraft> {
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
    let read = |node| credentials(node, environment);
    settings.credentials = fields.read("credentials", read)?.unwrap_or_default();
    settings.free = fields
        .read("free", |node| node.flag("free"))?
        .unwrap_or_default();
    settings.drain = fields.read("drain", |node| node.flag("drain"))?;
    settings.headers = fields.read("headers", headers)?.unwrap_or_default();
    settings.timeouts = fields.read("timeouts", timeouts)?.unwrap_or_default();
    settings.responses = fields.read("responses", |node| responses(node, spoken.dialect))?;
    settings.script = fields.read("script", script)?;
    settings.region = fields.read("region", |node| place(node, "region"))?;
    settings.project = fields.read("project", |node| place(node, "project"))?;
    match spoken.dialect {
        Dialect::Demo => check_demo(node, &settings)?,
        Dialect::Azure => check_azure(node, &settings)?,
        Dialect::Vendor(vendor) => check_vendor(node, &mut settings, vendor, spoken.known)?,
        Dialect::OpenAi => locate(node, &mut settings, spoken.known)?,
    }
    if settings.script.is_some() && spoken.dialect != Dialect::Demo {
        return Err(node.fault("only a provider of the dialect `demo` has a `script`"));
    }
    for credential in &settings.credentials {
        fits(credential, spoken.dialect).map_err(|told| node.fault(told))?;
    }
    let unencrypted = settings.base_url.as_deref().is_some_and(unencrypted);
    let exposed = !settings.credentials.is_empty() && unencrypted;
    Ok(ProviderDraft { settings, exposed })
}

fn script(node: &Node) -> Read<String> {
    Ok(node.parsed::<DemoScript>("script")?.text)
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
    if let Some(url) = &mut settings.base_url {
        let other = row.filter(|host| host.name() != "openai");
        settings.host = other.or_else(|| Host::by_base_url(url));
        url.push_str(settings.host.map_or("", |host| unsaid_path(host, url)));
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

/// What is to be added to an address of a host whose own client takes it without the path.
fn unsaid_path<'h>(host: &'h Host, url: &str) -> &'h str {
    const BARE: [&str; 3] = ["cerebras", "groq", "mistral"];
    let bare = BARE.contains(&host.name()) && path(url).is_empty();
    if bare { path(host.base_url()) } else { "" }
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
        let accounts = settings.credentials.iter();
        let mut projects = accounts.filter_map(Credential::project);
        let project = projects.next().filter(|project| is_place(project));
        let missing = || node.fault("a vertex provider needs `project`");
        settings.project = Some(project.ok_or_else(missing)?.to_owned());
    }
    if !elsewhere && vendor != Vendor::Ollama {
        needs_credentials(node, settings)?;
    }
    if let Some(known) = known.filter(|known| !elsewhere && !known.base_url.is_empty()) {
        settings.base_url = Some(known.base_url.to_owned());
    }
    if let Some(url) = &mut settings.base_url {
        let said = versions(vendor).iter().find(|said| url.ends_with(**said));
        url.truncate(url.len() - said.map_or(0, |said| said.len()));
    }
    Ok(())
}

/// How an address may end that some clients take and others add by themselves, as the adapter does.
fn versions(vendor: Vendor) -> &'static [&'static str] {
    match vendor {
        Vendor::Anthropic | Vendor::Vertex => &["/v1"],
        Vendor::Cohere => &["/v1", "/v2"],
        Vendor::Gemini => &["/v1beta"],
        Vendor::Ollama => &["/api"],
        _ => &[],
    }
}

fn needs_credentials(node: &Node, settings: &ProviderSettings) -> Read<()> {
    let missing = || node.fault("this provider needs `credentials: [{api_key: …}]`");
    (!settings.credentials.is_empty())
        .then_some(())
        .ok_or_else(missing)
}

/// What a provider speaks, and what is known of the host.
#[derive(Clone, Copy)]
struct Spoken {
    dialect: Dialect,
    known: Option<Known>,
}

/// What a provider speaks, as written or by a name that is known.
fn spoken(name: &str, entry: &Entry) -> Read<Spoken> {
    let all = entry.node.entries("a provider")?;
    let native = Spoken {
        dialect: Dialect::Vendor(Vendor::Ollama),
        known: None,
    };
    let host = |known: Known| match known.name {
        "ollama" if !speaks_openai(all) => native,
        _ => Spoken {
            dialect: known.dialect,
            known: Some(known),
        },
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
        // which of its surfaces is meant shows in the address
        "ollama" => None,
        other => Vendor::by_name(other).map(Dialect::Vendor),
    };
    if let Some(dialect) = own {
        let known = Known::named(name).filter(|known| known.dialect == dialect);
        return Ok(Spoken { dialect, known });
    }
    if text == "ollama-native" {
        return Ok(native);
    }
    let unknown = || node.fault(unknown_dialect(node, text));
    let known = Known::named(text).filter(|known| known.host.is_some());
    known.map(host).ok_or_else(unknown)
}

/// Whether a provider's address is that of Ollama's other surface, OpenAI's: it ends in `/v1`.
fn speaks_openai(provider: &[Entry]) -> bool {
    let url = provider.iter().find(|entry| &*entry.key == "base_url");
    let url = url.and_then(|url| url.node.text("base_url").ok());
    url.is_some_and(|url| url.trim_end_matches('/').ends_with("/v1"))
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
    if is_place(text) {
        return Ok(text.to_owned());
    }
    Err(node.fault(format!("`{key}` has up to 64 letters, digits and `-`")))
}

pub(crate) fn is_place(text: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=64).contains(&text.len()) && text.bytes().all(sound)
}

/// The address of an API, without a slash at the end.
fn base_url(node: &Node) -> Read<String> {
    let url = address(node.text("base_url")?).map(str::to_owned);
    url.ok_or_else(|| node.fault(format!("`base_url` {ADDRESS}")))
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
