//! Shadow runs: on a thread of their own, beside the workers.

use std::sync::Arc;
use std::thread;

use tiergate_config::{Settings, ShadowSettings};
use tiergate_metering::Receipts;
use tiergate_router::Setup;
use tiergate_shadow::{Runner, Shadow, Share};

use crate::compose::Parts;
use crate::serve::now;
use crate::talk::say;
use crate::{Fault, failover};

/// The runner of a gateway whose configuration asked for one at its start.
#[derive(Clone, Debug)]
pub(crate) struct Shadowing {
    /// Where the workers hand over.
    pub(crate) shadow: Shadow,
    runner: Arc<Runner>,
}

impl Shadowing {
    /// Starts the runner's thread, if shadow runs are asked for.
    pub(crate) fn start(
        parts: &Parts,
        settings: &Settings,
        receipts: &Arc<dyn Receipts>,
    ) -> Result<Option<Self>, Fault> {
        let Some(asked) = &settings.shadow else {
            return Ok(None);
        };
        let (shadow, jobs) = Shadow::new(read(asked)?);
        let setup = setup(parts, settings)?;
        let receipts = Arc::clone(receipts);
        let runner = Runner::new(setup, receipts, shadow.clone(), now).map_err(Fault::other)?;
        let runner = Arc::new(runner);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Fault::other)?;
        let work = Arc::clone(&runner);
        thread::Builder::new()
            .name("shadow".to_owned())
            .spawn(move || runtime.block_on(work.run(jobs)))
            .map_err(Fault::other)?;
        Ok(Some(Self { shadow, runner }))
    }

    /// Takes over a new configuration; one without shadow runs stops them.
    pub(crate) fn reload(&self, parts: &Parts, settings: &Settings) -> Result<(), Fault> {
        let asked = settings.shadow.as_ref().map(read).transpose()?;
        self.runner.reload(setup(parts, settings)?);
        self.shadow.set(asked);
        Ok(())
    }
}

/// Takes a new configuration over where there is a runner, and says so where there would have to be one.
pub(crate) fn reload(
    shadowing: Option<&Shadowing>,
    parts: &Parts,
    settings: &Settings,
) -> Result<(), Fault> {
    match shadowing {
        Some(shadowing) => shadowing.reload(parts, settings),
        None if settings.shadow.is_some() => {
            say(format_args!("shadow: needs a new start to begin"));
            Ok(())
        }
        None => Ok(()),
    }
}

fn setup(parts: &Parts, settings: &Settings) -> Result<Setup, Fault> {
    let setup = parts.setups(settings, 1)?.pop();
    let mut setup = setup.ok_or_else(|| Fault::other("no router was set up"))?;
    // what is run again leaves no trace in what requests depend on
    setup.health = (setup.health).map(|_| failover::health(&settings.failover));
    Ok(setup)
}

fn read(settings: &ShadowSettings) -> Result<tiergate_shadow::Settings, Fault> {
    let share = Share::try_new(settings.sample);
    Ok(tiergate_shadow::Settings {
        share: share.ok_or_else(|| Fault::other("`sample` is no share"))?,
        per_day: settings.usd_per_day,
        judge: settings.judge.as_str().into(),
    })
}
