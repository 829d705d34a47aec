//! Noticing that the configuration has changed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior};

use super::files::Files;
use super::{blocking, read};
use crate::environment::Environment;
use crate::error::Error;
use crate::settings::Settings;

/// How often the content is looked at.
const PERIOD: Duration = Duration::from_secs(2);
/// How long a changed content must stay the same: an editor may still be writing.
const SETTLED: Duration = Duration::from_millis(200);

/// Reads the configuration again when its content changes.
///
/// It polls the content, every two seconds, and not the file system's events: those miss the
/// symbolic links that Kubernetes swaps. Secrets in `…_FILE` files count as content. The caller
/// keeps the old settings when it gets an error, and gets each error once.
#[derive(Debug)]
pub struct Watcher {
    path: PathBuf,
    environment: Environment,
    /// `None` while the content cannot be read.
    seen: Option<u64>,
    interval: Interval,
}

impl Watcher {
    /// Watches the file that these settings came from; `None` when there was none, or when it is
    /// not a regular file (a pipe can be read only once).
    ///
    /// It must be called within a tokio runtime with its timer.
    pub fn new(settings: &Settings, environment: &Environment) -> Option<Self> {
        let path = settings.file().filter(|path| path.is_file())?.to_owned();
        let mut interval = tokio::time::interval(PERIOD);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Some(Self {
            path,
            environment: environment.clone(),
            seen: Some(settings.fingerprint),
            interval,
        })
    }

    /// Waits for the next change and gives the new settings, or why they were refused.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no change.
    pub async fn changed(&mut self) -> Result<Settings, Error> {
        loop {
            self.interval.tick().await;
            let now = self.fingerprint().await;
            if now == self.seen {
                continue;
            }
            tokio::time::sleep(SETTLED).await;
            if now == self.fingerprint().await {
                return self.take(now).await;
            }
        }
    }

    /// Reads the configuration now, changed or not: what SIGHUP asks for.
    pub async fn reload(&mut self) -> Result<Settings, Error> {
        let now = self.fingerprint().await;
        self.take(now).await
    }

    async fn take(&mut self, now: Option<u64>) -> Result<Settings, Error> {
        let result = read(Some(&self.path), &self.environment).await;
        // only now: a dropped future must find the change again
        self.seen = now;
        result
    }

    async fn fingerprint(&self) -> Option<u64> {
        let (path, environment) = (self.path.clone(), self.environment.clone());
        blocking(move || fingerprint(&path, &environment))
            .await
            .ok()
    }
}

fn fingerprint(path: &Path, environment: &Environment) -> Result<u64, Error> {
    Files::read(Some(path), environment).map(|files| files.fingerprint())
}
