//! Serving, and reading the configuration again while it goes on.

use std::sync::Arc;
use std::time::SystemTime;

use secrecy::ExposeSecret;
use tiergate_catalog::Timestamp;
use tiergate_config::{Environment, Settings, Watcher, process_environment, read};
use tiergate_metering::{MemoryReceipts, Receipts};
use tiergate_policy::{KeyDigest, MINT_ENTROPY_BYTES, Principal, mint};
use tiergate_router::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::Common;
use crate::compose::Parts;
use crate::shadow::{self, Shadowing};
use crate::talk::say;
use crate::workers::{Workers, router};
use crate::{Fault, log};

/// Reads the configuration and says what is in it.
pub(crate) async fn check(common: &Common) -> Result<(), Fault> {
    let settings = read(common.config.as_deref(), &process_environment()).await?;
    one_router(&settings)?;
    notices(&settings);
    say(format_args!("the configuration is good"));
    Ok(())
}

pub(crate) async fn serve(common: &Common) -> Result<(), Fault> {
    let environment = process_environment();
    let settings = read(common.config.as_deref(), &environment).await?;
    log::start(settings.log);
    let listen = common.listen.unwrap_or(settings.listen);
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|fault| Fault::other(format!("cannot listen on {listen}: {fault}")))?;
    let address = listener.local_addr().map_err(Fault::other)?;
    notices(&settings);
    let (secret, minted) = match first_key(&settings)? {
        Some(key) => (Some(key.secret), Some((key.digest, key.principal))),
        None => (None, None),
    };
    let parts = Parts::new(minted);
    let setups = parts.setups(&settings, Workers::count())?;
    let receipts: Arc<dyn Receipts> = Arc::new(MemoryReceipts::new(settings.receipts.capacity));
    let shadowing = Shadowing::start(&parts, &settings, &receipts)?;
    let shadow = shadowing.as_ref().map(|shadowing| &shadowing.shadow);
    let live = || parts.live(&settings);
    let workers = Workers::new(setups, &receipts, shadow, live, now())?;
    greet(&settings, address, secret.as_deref());
    let (stop, hurry) = (stop_signals(1)?, stop_signals(2)?);
    let reloading = reload(
        workers.clone(),
        shadowing.clone(),
        parts,
        settings,
        environment,
    );
    let reloading = tokio::spawn(reloading);
    let outcome = tokio::select! {
        outcome = workers.serve(listener, stop) => outcome,
        // whoever asks twice does not want to wait
        () = hurry => Ok(()),
    };
    reloading.abort();
    if let Some(shadowing) = shadowing {
        tracing::info!("shadow runs: {}", shadowing.shadow.counts());
    }
    outcome
}

/// A router that serves nobody, to decide with.
pub(crate) fn one_router(settings: &Settings) -> Result<Router, Fault> {
    let setup = Parts::on_paper().setups(settings, 1)?.pop();
    let setup = setup.ok_or_else(|| Fault::other("no router was set up"))?;
    let receipts: Arc<dyn Receipts> = Arc::new(MemoryReceipts::new(0));
    router(setup, &receipts, now())
}

/// The present.
#[expect(
    clippy::disallowed_methods,
    reason = "the binary is above everything that takes the time as an argument"
)]
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

fn notices(settings: &Settings) {
    for notice in &settings.notices {
        say(format_args!("{notice}"));
    }
}

/// A key that was minted because there was none.
struct FirstKey {
    /// Shown once, kept nowhere.
    secret: String,
    digest: KeyDigest,
    principal: Principal,
}

/// Mints a key when the configuration has none.
fn first_key(settings: &Settings) -> Result<Option<FirstKey>, Fault> {
    if !settings.keys.is_empty() {
        return Ok(None);
    }
    let mut entropy = [0; MINT_ENTROPY_BYTES];
    getrandom::fill(&mut entropy)
        .map_err(|fault| Fault::other(format!("no random numbers for a key: {fault}")))?;
    let secret = mint(entropy);
    Ok(Some(FirstKey {
        digest: KeyDigest::of(secret.expose_secret()),
        principal: Principal::new("first"),
        secret: secret.expose_secret().to_owned(),
    }))
}

fn greet(settings: &Settings, address: std::net::SocketAddr, secret: Option<&str>) {
    say(format_args!(
        "tiergate {} listens on http://{address}",
        env!("CARGO_PKG_VERSION")
    ));
    if let Some(secret) = secret {
        say(format_args!("key (shown this once): {secret}"));
    }
    // double quotes, so that the shell puts the variable in
    let header = match secret {
        _ if settings.demo => String::new(),
        Some(secret) => format!(" -H 'authorization: Bearer {secret}'"),
        None => " -H \"authorization: Bearer $TIERGATE_KEY\"".to_owned(),
    };
    say(format_args!(
        "try: curl http://{address}/v1/chat/completions{header} -d \
         '{{\"model\":\"auto\",\"messages\":[{{\"role\":\"user\",\"content\":\"Hello\"}}]}}'"
    ));
}

/// Ready when the process has been asked to end so many times.
fn stop_signals(times: u32) -> Result<impl Future<Output = ()>, Fault> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Fault::other)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Fault::other)?;
    Ok(async move {
        for _ in 0..times {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
    })
}

/// Reads the configuration again on SIGHUP and when its content changes. A broken one is refused whole.
async fn reload(
    workers: Workers,
    shadowing: Option<Shadowing>,
    mut parts: Parts,
    settings: Settings,
    environment: Environment,
) {
    let Ok(mut hangup) = signal(SignalKind::hangup()) else {
        return;
    };
    let Some(mut watcher) = Watcher::new(&settings, &environment) else {
        return without_file(&mut hangup).await;
    };
    loop {
        let read = tokio::select! {
            changed = watcher.changed() => changed,
            Some(()) = hangup.recv() => watcher.reload().await,
        };
        let taken = read.map_err(Fault::from).and_then(|settings| {
            if parts.minted.is_none()
                && let Some(key) = first_key(&settings)?
            {
                say(format_args!(
                    "no key is left; a new one (shown this once): {}",
                    key.secret
                ));
                parts.minted = Some((key.digest, key.principal));
            }
            let setups = parts.setups(&settings, Workers::count())?;
            shadow::reload(shadowing.as_ref(), &parts, &settings)?;
            workers.reload(setups, || parts.live(&settings), now());
            Ok(settings)
        });
        match taken {
            Ok(settings) => {
                notices(&settings);
                say(format_args!("the configuration was read again"));
            }
            Err(fault) => say(format_args!(
                "the configuration is refused and the old one stays: {fault}"
            )),
        }
    }
}

async fn without_file(hangup: &mut Signal) {
    while hangup.recv().await.is_some() {
        say(format_args!("there is no configuration file to read again"));
    }
}
