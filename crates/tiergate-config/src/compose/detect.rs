//! Providers that are there without a file: keys in the environment, and an Ollama.

use secrecy::SecretString;
use tiergate_catalog::{Catalog, ModelPatch, Overlay, TargetFacts, TargetPatch, Tariff, Tier};
use tiergate_providers::{Dialect as Vendor, Host, ServiceAccount};

use crate::address::{ADDRESS, address};
use crate::environment::Environment;
use crate::error::Error;
use crate::hosts::{ACCOUNT_FILE, Known, NOT_ENOUGH};
use crate::probe::Probe;
use crate::schema::is_place;
use crate::settings::{Dialect, ProviderSettings};

/// The name of the provider that a local Ollama becomes.
pub(super) const OLLAMA: &str = "ollama";

/// The providers of the usual variables and of the probe, each with a notice.
pub(super) fn providers(
    environment: &Environment,
    probe: &Probe,
    notices: &mut Vec<String>,
) -> Result<Vec<ProviderSettings>, Error> {
    let mut providers = Vec::new();
    for known in Known::all() {
        if let Some((variable, key)) = known.key_in(environment) {
            providers.push(from_key(known, variable, key, environment)?);
            notices.push(found(known, variable));
        }
    }
    if let Some(path) = environment.filled(ACCOUNT_FILE) {
        match vertex(path, environment) {
            Ok(settings) => {
                notices.push(format!(
                    "found {ACCOUNT_FILE}: provider `{}`",
                    settings.name
                ));
                providers.push(settings);
            }
            Err(why) => notices.push(format!("found {ACCOUNT_FILE}: not used, since {why}")),
        }
    }
    for (variable, wanting) in NOT_ENOUGH {
        if environment.filled(variable).is_some() {
            notices.push(format!(
                "found {variable}: not used, since it takes {wanting}"
            ));
        }
    }
    if environment.filled(BASE_URL).is_some() && environment.filled("OPENAI_API_KEY").is_none() {
        notices.push(format!("found {BASE_URL} without OPENAI_API_KEY: not used"));
    }
    if probe.ollama_models.is_some() {
        providers.push(ollama(environment)?);
    }
    Ok(providers)
}

/// The variable with another address for OpenAI, as OpenAI's own SDKs read it.
const BASE_URL: &str = "OPENAI_BASE_URL";

fn from_key(
    known: Known,
    variable: &str,
    key: &str,
    environment: &Environment,
) -> Result<ProviderSettings, Error> {
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::environment(format!(
            "{variable} must be visible ASCII without spaces"
        )));
    }
    let mut settings = ProviderSettings::new(known.name, known.dialect);
    settings.host = known.host;
    settings.base_url = (!known.base_url.is_empty()).then(|| known.base_url.to_owned());
    if known.dialect == Dialect::Vendor(Vendor::Bedrock) {
        let region = REGIONS.iter().find_map(|name| environment.filled(name));
        settings.region = Some(region.unwrap_or("us-east-1").to_owned());
    }
    if known.name == "openai"
        && let Some(url) = environment.filled(BASE_URL)
    {
        let url = checked(url, BASE_URL)?;
        settings.host = Host::by_base_url(&url);
        settings.base_url = Some(url);
    }
    settings.credentials = vec![SecretString::from(key).into()];
    Ok(settings)
}

/// The variable with the place of Vertex, as Google's own client reads it. The key file may be there for other
/// services of Google's; this says that it is for Vertex.
const LOCATION: &str = "GOOGLE_CLOUD_LOCATION";

/// The variables that name a project, as Google's own clients read them.
const PROJECTS: [&str; 2] = ["GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT"];

/// Vertex by the service account of a key file; or why not.
fn vertex(path: &str, environment: &Environment) -> Result<ProviderSettings, String> {
    let location = environment.filled(LOCATION);
    let location = location.ok_or_else(|| format!("{LOCATION} is not set"))?;
    let text = environment.file(path);
    let text = text.ok_or_else(|| "the file could not be read".to_owned())?;
    let account = ServiceAccount::from_json(text).map_err(|invalid| invalid.to_string())?;
    let told = PROJECTS.iter().find_map(|name| environment.filled(name));
    let project = told.or_else(|| account.project());
    let project = project.ok_or_else(|| format!("{} is not set", PROJECTS[0]))?;
    if !is_place(project) || !is_place(location) {
        return Err("its project and location are not made of letters, digits and `-`".to_owned());
    }
    let mut settings = ProviderSettings::new(VERTEX, Dialect::Vendor(Vendor::Vertex));
    settings.project = Some(project.to_owned());
    settings.region = Some(location.to_owned());
    settings.credentials = vec![account.into()];
    Ok(settings)
}

/// The name of the provider that a service account becomes.
const VERTEX: &str = "vertex";

/// The variables that name a region, as Amazon's own SDKs read them.
pub(crate) const REGIONS: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

fn found(known: Known, variable: &str) -> String {
    format!("found {variable}: provider `{}`", known.name)
}

/// An Ollama speaks OpenAI's dialect below `/v1`.
fn ollama(environment: &Environment) -> Result<ProviderSettings, Error> {
    let origin = ollama_origin(environment)?;
    let mut settings = ProviderSettings::new(OLLAMA, Dialect::OpenAi);
    settings.host = Host::by_name(OLLAMA);
    settings.base_url = Some(format!("{origin}/v1"));
    settings.free = true;
    Ok(settings)
}

/// Where Ollama is, from `OLLAMA_HOST` in any of the forms that Ollama itself takes: `host`,
/// `host:port`, `:port` or an address; 0.0.0.0, a server's "everywhere", is this machine.
pub(crate) fn ollama_origin(environment: &Environment) -> Result<String, Error> {
    const VARIABLE: &str = "OLLAMA_HOST";
    let Some(text) = environment.filled(VARIABLE) else {
        return Ok("http://127.0.0.1:11434".to_owned());
    };
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ if scheme == "https" => (host, "443"),
        _ => (host, "11434"),
    };
    let host = if matches!(host, "" | "0.0.0.0" | "[::]") {
        "127.0.0.1"
    } else {
        host
    };
    let path = path.trim_end_matches('/');
    let slash = if path.is_empty() { "" } else { "/" };
    checked(&format!("{scheme}://{host}:{port}{slash}{path}"), VARIABLE)
}

fn checked(url: &str, variable: &str) -> Result<String, Error> {
    let sound = address(url).map(str::to_owned);
    sound.ok_or_else(|| Error::environment(format!("{variable} {ADDRESS}")))
}

/// Adds the models of a local Ollama, free, with a guess at their tiers.
///
/// The window is Ollama's own default: it cuts longer prompts without a word, so nothing longer
/// may be sent to it. Whoever gives it a longer one lists the model in the file.
pub(super) fn add_local_models(
    overlay: &mut Overlay,
    probe: &Probe,
    bundled: &Catalog,
    notices: &mut Vec<String>,
) {
    /// The smallest of Ollama's default context lengths, as its documentation gives them.
    const WINDOW: u64 = 4_096;
    let names = probe.ollama_models.as_deref().unwrap_or_default();
    let mut shown = Vec::new();
    for name in names.iter().filter(|name| is_name(name)) {
        let reserved = name.parse::<Tier>().is_ok()
            || bundled.bands().floor(name).is_some()
            || *name == "auto";
        let taken = reserved || bundled.resolve(name).is_some();
        let id = if taken {
            format!("{OLLAMA}/{name}")
        } else {
            name.clone()
        };
        let listed =
            overlay.models.iter().any(|patch| patch.id == id) || overlay.aliases.contains_key(&id);
        if listed {
            continue;
        }
        let tier = local_tier(name);
        shown.push(format!("{id} ({tier})"));
        let facts = TargetFacts {
            tariff: Some(Tariff::free()),
            context_window: Some(WINDOW),
            ..TargetFacts::default()
        };
        let target = TargetPatch {
            provider: OLLAMA.to_owned(),
            model: name.clone(),
            facts,
        };
        overlay.models.push(ModelPatch {
            id,
            tier: Some(tier),
            targets: Some(vec![target]),
            ..ModelPatch::default()
        });
    }
    let list = if shown.is_empty() {
        "no models yet".to_owned()
    } else {
        shown.join(", ")
    };
    notices.push(format!(
        "found Ollama: provider `{OLLAMA}` with {list}; windows are taken as {WINDOW} tokens"
    ));
}

fn is_name(name: &str) -> bool {
    (1..=200).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'`')
}

/// A guess from the size in a name such as `llama3.2:3b`: below 4 billion parameters nano, from 20
/// billion standard, otherwise, or without a size, small.
fn local_tier(name: &str) -> Tier {
    match billions(name) {
        Some(size) if size < 4.0 => Tier::Nano,
        Some(size) if size >= 20.0 => Tier::Standard,
        _ => Tier::Small,
    }
}

/// The first number right before a `b` that ends a word, in billions; `135m` is millions.
fn billions(name: &str) -> Option<f64> {
    let words = name.split([':', '-', '_', '/']);
    words.filter(|word| word.is_ascii()).find_map(|word| {
        let (number, unit) = word.split_at_checked(word.len().checked_sub(1)?)?;
        let number: f64 = number.parse().ok()?;
        match unit {
            "b" | "B" => Some(number),
            "m" | "M" => Some(number / 1_000.0),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_in_names_give_tiers() {
        for (name, tier) in [
            ("llama3.2:3b", Tier::Nano),
            ("smollm2:135m", Tier::Nano),
            ("qwen3:8b-q4_K_M", Tier::Small),
            ("mistral:latest", Tier::Small),
            ("gpt-oss:120b", Tier::Standard),
            ("x:1.5b", Tier::Nano),
            ("é:7b", Tier::Small),
            ("b", Tier::Small),
            ("", Tier::Small),
        ] {
            assert_eq!(local_tier(name), tier, "{name}");
        }
    }

    #[test]
    fn every_form_of_ollama_host_is_read() {
        for (text, expected) in [
            ("", "http://127.0.0.1:11434"),
            ("0.0.0.0", "http://127.0.0.1:11434"),
            ("0.0.0.0:9000", "http://127.0.0.1:9000"),
            (":9000", "http://127.0.0.1:9000"),
            ("box", "http://box:11434"),
            ("http://box:1/", "http://box:1"),
            ("https://box", "https://box:443"),
            ("https://box/ollama/", "https://box:443/ollama"),
            ("[::1]", "http://[::1]:11434"),
            ("[::1]:5", "http://[::1]:5"),
        ] {
            let environment = Environment::from_iter([("OLLAMA_HOST", text)]);
            assert_eq!(ollama_origin(&environment).unwrap(), expected, "{text}");
        }
        for text in ["http://u:p@box", "box:port", "ftp://box", "a b"] {
            let environment = Environment::from_iter([("OLLAMA_HOST", text)]);
            let error = ollama_origin(&environment).unwrap_err();
            assert!(!error.to_string().contains("u:p"), "{text}");
        }
    }
}
