//! From settings to the parts of a gateway.

use std::sync::{Arc, Mutex, PoisonError};

use tiergate_config::{
    self as config, Dialect, FailoverSettings, ProviderSettings, Settings, Timeouts,
};
use tiergate_policy::{KeyDigest, MemoryKeys, Principal};
use tiergate_providers::transport::{Client, Settings as Pool, Tls};
use tiergate_providers::{
    Credential, Demo, OpenAi, OpenAiBuilder, Provider, Replay, Vendor, VendorBuilder,
};
use tiergate_router::decide::{Choose, CostWeight};
use tiergate_router::{Health, Prefer, Setup};
use tiergate_scorer::Thresholds;
use tiergate_server::Live;

use crate::scripted::Walls;
use crate::{Fault, failover};

/// What outlives a change of the configuration.
#[derive(Debug)]
pub(crate) struct Parts {
    tls: Tls,
    /// Reasoning that vendors have signed, known to every worker.
    replay: Replay,
    /// What is remembered of targets, and by which settings.
    health: Mutex<Option<(FailoverSettings, Arc<Health>)>>,
    /// What plays the simulated providers that have a script.
    walls: Walls,
    /// The key that was minted at the start, if one was.
    pub(crate) minted: Option<(KeyDigest, Principal)>,
}

impl Parts {
    pub(crate) fn new(minted: Option<(KeyDigest, Principal)>) -> Self {
        Self {
            tls: Tls::aws_lc_rs(),
            replay: Replay::default(),
            health: Mutex::default(),
            walls: Walls::standing(),
            minted,
        }
    }

    /// Parts of a gateway that serves nobody.
    pub(crate) fn on_paper() -> Self {
        Self {
            walls: Walls::on_paper(),
            ..Self::new(None)
        }
    }

    /// What the routers are made of, one for each worker. They share all but the providers: a worker has
    /// its own, and with them its own connections; what a provider remembers is shared again.
    pub(crate) fn setups(&self, settings: &Settings, workers: usize) -> Result<Vec<Setup>, Fault> {
        let providers = self.providers(settings)?;
        let mut first = Setup::new(settings.catalog(), providers);
        if let Some(thresholds) = settings.routing.thresholds {
            first.thresholds = Thresholds::try_new(thresholds.scores()).map_err(Fault::other)?;
        }
        first.choose = match settings.routing.choose {
            config::Choose::Thresholds => Choose::Thresholds,
            config::Choose::Success { cost_weight: None } => Choose::default(),
            config::Choose::Success {
                cost_weight: Some(thousandths),
            } => Choose::Success(CostWeight::try_new(thousandths).map_err(Fault::other)?),
        };
        if let Some(prefer) = settings.routing.default_prefer {
            first.prefer = prefer.parse::<Prefer>().map_err(Fault::other)?;
        }
        let mut others = Vec::with_capacity(workers);
        for _ in 1..workers {
            others.push(self.providers(settings)?);
        }
        // last, so that settings which are refused forget nothing
        failover::apply(settings, self.health(&settings.failover), &mut first);
        let with = |providers| Setup {
            providers,
            ..first.clone()
        };
        let mut setups: Vec<Setup> = others.into_iter().map(with).collect();
        setups.push(first);
        Ok(setups)
    }

    /// What is remembered of targets; forgotten when the rules change by which it is remembered.
    fn health(&self, settings: &FailoverSettings) -> Option<Arc<Health>> {
        if !settings.health {
            return None;
        }
        let mut held = self.health.lock().unwrap_or_else(PoisonError::into_inner);
        let known = held.take().filter(|(rules, _)| rules == settings);
        let (_, health) =
            held.insert(known.unwrap_or_else(|| (settings.clone(), failover::health(settings))));
        Some(Arc::clone(health))
    }

    fn providers(&self, settings: &Settings) -> Result<Vec<Arc<dyn Provider>>, Fault> {
        if settings.demo {
            let catalog = settings.catalog();
            let script = settings.demo_script.as_deref();
            let demo = |name| self.demo(name, "demo mode", script, settings.failover.timeouts);
            return catalog.providers().map(demo).collect();
        }
        let each = settings.providers.iter();
        each.map(|each| self.provider(each, settings.failover.timeouts))
            .collect()
    }

    /// What the server is made of.
    pub(crate) fn live(&self, settings: &Settings) -> Live {
        let minted = self.minted.clone().filter(|_| settings.keys.is_empty());
        let keys: MemoryKeys = settings.keys.iter().cloned().chain(minted).collect();
        let limits = &settings.limits;
        Live {
            keys,
            settings: tiergate_server::Settings {
                max_body_bytes: limits.max_body_bytes,
                max_headers: limits.max_headers,
                max_header_bytes: limits.max_header_bytes,
                max_uri_bytes: limits.max_uri_bytes,
                header_timeout: limits.header_timeout,
                body_timeout: limits.body_timeout,
                request_timeout: limits.request_timeout,
                drain_timeout: limits.drain_timeout,
                cors_origins: settings.cors.origins.clone(),
                lobstack_headers: settings.headers.lobstack,
                model_router_headers: settings.headers.model_router,
                open_on_loopback: settings.demo,
            },
        }
    }

    fn provider(
        &self,
        settings: &ProviderSettings,
        every: Timeouts,
    ) -> Result<Arc<dyn Provider>, Fault> {
        if settings.dialect == Dialect::Demo {
            let who = format!("provider `{}`", settings.name);
            let times = settings.timeouts.or(every);
            return self.demo(&settings.name, &who, settings.script.as_deref(), times);
        }
        let client = self.client(settings.timeouts.or(every));
        let replay = self.replay.clone();
        if let Dialect::Vendor(dialect) = settings.dialect {
            let vendor = vendor(settings, dialect, client).replay(replay);
            return Ok(Arc::new(vendor.build().map_err(Fault::other)?));
        }
        let openai = openai(settings, client).replay(replay);
        Ok(Arc::new(openai.build().map_err(Fault::other)?))
    }

    /// A simulated provider; with a script one that misbehaves, played by the wall of `who`.
    fn demo(
        &self,
        name: &str,
        who: &str,
        script: Option<&str>,
        times: Timeouts,
    ) -> Result<Arc<dyn Provider>, Fault> {
        let Some(script) = script else {
            return Ok(Arc::new(Demo::new().named(name)));
        };
        let url = self.walls.base_url(who, script)?;
        let scripted = OpenAi::builder(name, self.client(times)).base_url(&url);
        let scripted = scripted.responses(true).replay(self.replay.clone());
        Ok(Arc::new(scripted.build().map_err(Fault::other)?))
    }

    fn client(&self, times: Timeouts) -> Client {
        let mut pool = Pool::default();
        if let Some(connect) = times.connect {
            pool.connect_timeout = connect;
        }
        Client::new(pool, self.tls.clone())
    }
}

/// A provider of OpenAI's dialect.
fn openai(settings: &ProviderSettings, client: Client) -> OpenAiBuilder {
    let mut builder = OpenAi::builder(&settings.name, client);
    if settings.dialect == Dialect::Azure {
        builder = builder.azure();
    }
    builder = builder.responses(settings.reaches_responses());
    if let Some(host) = settings.host {
        builder = builder.host(host);
    }
    if let Some(url) = &settings.base_url {
        builder = builder.base_url(url);
    } else if let Some(host) = settings.host {
        builder = builder.base_url(host.base_url());
    }
    for credential in &settings.credentials {
        if let Credential::Key(key) = credential {
            builder = builder.credential(key.clone());
        }
    }
    for (name, value) in &settings.headers {
        builder = builder.header(name, value.clone());
    }
    builder
}

/// A provider of a dialect of its own.
fn vendor(
    settings: &ProviderSettings,
    dialect: tiergate_providers::Dialect,
    client: Client,
) -> VendorBuilder {
    let mut builder = Vendor::builder(&settings.name, dialect, client);
    if let Some(url) = &settings.base_url {
        builder = builder.base_url(url);
    }
    if let Some(region) = &settings.region {
        builder = builder.region(region);
    }
    if let Some(project) = &settings.project {
        builder = builder.project(project);
    }
    for credential in &settings.credentials {
        builder = builder.credential(credential.clone());
    }
    for (name, value) in &settings.headers {
        builder = builder.header(name, value.clone());
    }
    builder
}
