//! From the draft of a file, the environment and what was found on this machine to the settings.
//!
//! Everything that needs two parts to agree is checked here.

mod catalog;
mod detect;
mod fallbacks;
mod keys;
mod reach;
mod shadow;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use tiergate_catalog::Catalog;

use crate::environment::Environment;
use crate::error::{Error, Fault};
use crate::probe::Probe;
use crate::schema::{self, Draft};
use crate::script::{self, DemoScript};
use crate::settings::{Log, Settings, Store};
use crate::yaml;
use reach::Reach;

pub(crate) use detect::ollama_origin;

/// The text of a configuration file and its name in messages.
#[derive(Clone, Copy, Debug, Default)]
pub struct File<'a> {
    /// The name for messages, usually the path.
    pub name: &'a str,
    /// What the file holds.
    pub text: &'a str,
}

impl File<'_> {
    fn without_bom(self) -> Self {
        let text = self.text.strip_prefix('\u{feff}').unwrap_or(self.text);
        Self { text, ..self }
    }
}

/// Makes settings of a file, the environment and what was found on this machine; reads neither
/// files nor the process environment itself.
///
/// Without a file, or with one that names no providers, the providers come from the environment's
/// keys and the probe; when there are none either, the settings are those of demo mode.
/// `TIERGATE_LISTEN` and `TIERGATE_LOG` override the file; `TIERGATE_KEY` is one more key, and `TIERGATE_DEMO_SCRIPT`
/// makes the simulated providers of demo mode fail.
///
/// # Errors
///
/// The first fault found; nothing of the file is applied then. A fault in the file comes with its
/// line, column and the line itself.
///
/// ```
/// use tiergate_config::{Environment, File, Probe, load};
///
/// let text = "listen: 127.0.0.1:9090\nlimits: {max_headers: 50}\n";
/// let file = File { name: "tiergate.yaml", text };
/// let settings = load(Some(file), &Environment::default(), &Probe::default())?;
/// assert_eq!(settings.listen.port(), 9090);
/// assert!(settings.demo);
///
/// let file = File { name: "tiergate.yaml", text: "listen: 127.0.0.1:9090\nlimit: {}\n" };
/// let error = load(Some(file), &Environment::default(), &Probe::default()).unwrap_err();
/// assert_eq!((error.line(), error.column()), (Some(2), Some(1)));
/// assert!(error.to_string().contains("did you mean `limits`?"));
/// # Ok::<(), tiergate_config::Error>(())
/// ```
pub fn load(
    file: Option<File<'_>>,
    environment: &Environment,
    probe: &Probe,
) -> Result<Settings, Error> {
    let draft = draft(file, environment)?;
    compose(draft, file, environment, probe)
}

/// What a file says, each part checked by itself.
pub(crate) fn draft(file: Option<File<'_>>, environment: &Environment) -> Result<Draft, Error> {
    let Some(File { name, text }) = file.map(File::without_bom) else {
        return Ok(Draft::default());
    };
    if text.len() > MAX_FILE_BYTES {
        return Err(Error::invalid(format!(
            "{name} has more than {MAX_FILE_BYTES} bytes"
        )));
    }
    let root = yaml::parse(text, environment);
    let draft = root.and_then(|root| {
        root.as_ref().map_or_else(
            || Ok(Draft::default()),
            |root| schema::read(root, environment),
        )
    });
    draft.map_err(|fault| fault.in_file(name, text))
}

/// The largest file that is read.
pub(crate) const MAX_FILE_BYTES: usize = 4 << 20;

/// The settings of a draft; `file` is what the draft was read from.
pub(crate) fn compose(
    mut draft: Draft,
    file: Option<File<'_>>,
    environment: &Environment,
    probe: &Probe,
) -> Result<Settings, Error> {
    let place = |fault: Fault| {
        let File { name, text } = file.map(File::without_bom).unwrap_or_default();
        fault.in_file(name, text)
    };
    let mut notices = Vec::new();
    let providers = match draft.providers {
        Some(drafts) => {
            notices.extend(drafts.iter().filter(|draft| draft.exposed).map(exposed));
            drafts.into_iter().map(|draft| draft.settings).collect()
        }
        None => detect::providers(environment, probe, &mut notices)?,
    };
    let demo = providers.is_empty();
    let found = catalog::Found {
        providers: &providers,
        probe,
    };
    let drafts = draft.models.iter_mut();
    let chains = drafts.filter_map(|model| model.fallbacks.take()).collect();
    let models = catalog::Models {
        bundled: draft.bundled,
        listed: draft.models,
        routing: &draft.routing,
    };
    let catalog = catalog::compose(models, &found, &mut notices).map_err(&place)?;
    let keys = keys::file(draft.keys, &catalog, &providers).map_err(&place)?;
    let keys = keys::with_environment(keys, environment)?;
    let reach = Reach {
        providers: &providers,
        demo,
    };
    let fallbacks = fallbacks::fallbacks(chains, &catalog, reach, &mut notices).map_err(&place)?;
    let shadow = draft
        .shadow
        .map(|draft| shadow::shadow(draft, &catalog, reach));
    let shadow = shadow.transpose().map_err(&place)?;
    notices.extend(shadow.as_ref().map(|shadow| shadow::told(shadow, demo)));
    let listen = listen(draft.listen, environment)?;
    if let Some(admin) = &draft.admin {
        notices.push(format!(
            "admin: this version has no admin listener, so nothing listens on {}",
            admin.listen
        ));
    }
    if demo {
        notices.extend(DEMO.map(str::to_owned));
    }
    notices.extend(script::idle(&providers, &catalog));
    let demo_script = demo_script(environment, demo, &catalog, &mut notices)?;
    Ok(Settings {
        listen,
        admin: draft.admin.map(Into::into),
        limits: draft.limits,
        cors: draft.cors,
        headers: draft.headers,
        receipts: draft.receipts,
        store: Store::Memory,
        log: Log {
            level: level(&draft.log, environment)?,
            format: draft.log.format,
        },
        routing: draft.routing.settings,
        failover: draft.failover,
        fallbacks,
        // a simulated judge would only make up examples
        shadow: shadow.filter(|_| !demo),
        providers,
        keys,
        demo,
        demo_script,
        notices,
        catalog: Arc::new(catalog),
        file: file.map(|file| PathBuf::from(file.name)),
        fingerprint: 0,
    })
}

/// What the simulated providers of demo mode do.
const DEMO_SCRIPT: &str = "TIERGATE_DEMO_SCRIPT";

const DEMO: [&str; 2] = [
    "DEMO MODE: no provider was found, so every answer is SIMULATED and nothing is billed",
    "set OPENAI_API_KEY or another provider's key, start Ollama, or write a tiergate.yaml to get real answers",
];

/// What demo mode is told to do.
fn demo_script(
    environment: &Environment,
    demo: bool,
    catalog: &Catalog,
    notices: &mut Vec<String>,
) -> Result<Option<String>, Error> {
    let Some(text) = environment.filled(DEMO_SCRIPT) else {
        return Ok(None);
    };
    if !demo {
        notices.push(format!(
            "found {DEMO_SCRIPT}: not used, since this is not demo mode"
        ));
        return Ok(None);
    }
    let script: DemoScript = text
        .parse()
        .map_err(|told| Error::environment(format!("{DEMO_SCRIPT}: {told}")))?;
    notices.extend(script.idle("demo mode", catalog, None));
    Ok(Some(script.text))
}

fn listen(file: Option<SocketAddr>, environment: &Environment) -> Result<SocketAddr, Error> {
    const PORT: u16 = 8080;
    let default = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), PORT);
    let Some(text) = environment.filled("TIERGATE_LISTEN") else {
        return Ok(file.unwrap_or(default));
    };
    schema::listen_address(text)
        .map_err(|reason| Error::environment(format!("TIERGATE_LISTEN {reason}")))
}

fn level(draft: &schema::LogDraft, environment: &Environment) -> Result<crate::Level, Error> {
    let Some(text) = environment.filled("TIERGATE_LOG") else {
        return Ok(draft.level.unwrap_or_default());
    };
    let message = "TIERGATE_LOG must be one of off, error, warn, info, debug, trace";
    schema::log_level(text).ok_or_else(|| Error::environment(message))
}

fn exposed(draft: &schema::ProviderDraft) -> String {
    let name = &draft.settings.name;
    format!(
        "the key of provider `{name}` travels unencrypted: its base_url is plain http to another machine"
    )
}
