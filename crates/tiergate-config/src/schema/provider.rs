//! `providers`.

use http::HeaderName;
use secrecy::SecretString;

use super::gateway::milliseconds;
use super::{entries, short_name};
use crate::address::{ADDRESS, address, unencrypted};
use crate::hosts::{HOSTS, Host};
use crate::settings::{Dialect, ProviderSettings, Timeouts};
use crate::yaml::{Entry, Fields, Node, Read, Shape, did_you_mean, quoted};

/// A provider, with the place of its name.
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
    let (dialect, host) = dialect(name, entry)?;
    let fields = Fields::open(node, &SHAPE)?;
    let mut settings = ProviderSettings::new(
        name,
        dialect,
        host.filter(|host| host.row).map(|host| host.name),
    );
    let given = fields.read("base_url", base_url)?;
    settings.base_url = given.or_else(|| Some(host?.base_url?.to_owned()));
    settings.credentials = fields.read("credentials", credentials)?.unwrap_or_default();
    settings.free = fields
        .read("free", |node| node.flag("free"))?
        .unwrap_or_default();
    settings.headers = fields.read("headers", headers)?.unwrap_or_default();
    settings.timeouts = fields.read("timeouts", timeouts)?.unwrap_or_default();
    check_whole(node, &settings, host)?;
    let exposed =
        !settings.credentials.is_empty() && settings.base_url.as_deref().is_some_and(unencrypted);
    Ok(ProviderDraft { settings, exposed })
}

/// What one setting demands of another.
fn check_whole(node: &Node, settings: &ProviderSettings, host: Option<Host>) -> Read<()> {
    if settings.dialect == Dialect::Demo {
        let nothing = settings.base_url.is_none()
            && settings.credentials.is_empty()
            && settings.headers.is_empty();
        return nothing
            .then_some(())
            .ok_or_else(|| node.fault("the demo provider has no address, credentials or headers"));
    }
    let service = host.is_some_and(|host| host.service);
    if settings.base_url.is_none() && !service {
        return Err(
            node.fault("a provider needs `base_url` unless it is one of the known services")
        );
    }
    let own_address = host.is_none_or(|host| settings.base_url.as_deref() != host.base_url);
    if service && !own_address && settings.credentials.is_empty() {
        return Err(node.fault("this provider needs `credentials: [{api_key: …}]`"));
    }
    Ok(())
}

/// What a provider speaks: as written, or by a name that is known.
fn dialect(name: &str, entry: &Entry) -> Read<(Dialect, Option<Host>)> {
    let all = entry.node.entries("a provider")?;
    let Some(node) = all
        .iter()
        .find(|entry| &*entry.key == "dialect")
        .map(|entry| &entry.node)
    else {
        let host = Host::named(name).filter(|host| host.row);
        let unknown = || {
            entry
                .node
                .fault(format!("a provider needs `dialect`{}", built()))
        };
        return host
            .map(|host| (Dialect::OpenAi, Some(host)))
            .ok_or_else(unknown);
    };
    match node.text("dialect")? {
        "demo" => Ok((Dialect::Demo, None)),
        "openai" => Ok((Dialect::OpenAi, Host::named(name))),
        text => {
            if let Some(host) = Host::named(text).filter(|host| host.row) {
                return Ok((Dialect::OpenAi, Some(host)));
            }
            let message = if NOT_BUILT.contains(&text) {
                format!(
                    "the dialect {} is not part of this version{}",
                    quoted(text),
                    built()
                )
            } else {
                let known = HOSTS.map(|host| host.name);
                let suggestion = did_you_mean(text, known.into_iter().chain(["demo"]));
                format!("unknown dialect {}{}{suggestion}", node.shown(), built())
            };
            Err(node.fault(message))
        }
    }
}

fn built() -> String {
    let hosts: Vec<&str> = HOSTS
        .iter()
        .filter(|host| host.row && host.name != "openai")
        .map(|host| host.name)
        .collect();
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
