//! Where configurations come from: the only part that reads files and the environment.

mod files;
mod ollama;
mod watcher;

use std::path::Path;

use crate::compose::{compose, draft};
use crate::environment::Environment;
use crate::error::Error;
use crate::probe::Probe;
use crate::settings::Settings;

pub use files::process_environment;
pub use watcher::Watcher;

use files::Files;

/// Reads the configuration: the file, the environment, and what is found on this machine.
///
/// The file is `path`, else the one that `TIERGATE_CONFIG` names, else `tiergate.yaml` in the
/// working directory if there is one, else none. A variable that the file refers to or that may
/// hold a provider's key is also taken from the file that the same name with `_FILE` behind it
/// points to. Ollama is looked for, within 200 ms, when the file names no providers.
///
/// # Errors
///
/// A file that cannot be read, and everything that [`load`](crate::load) refuses.
///
/// # Cancel safety
///
/// Dropping the future has no effect.
pub async fn read(path: Option<&Path>, environment: &Environment) -> Result<Settings, Error> {
    let (path, environment) = (path.map(Path::to_owned), environment.clone());
    let (files, draft) = blocking(move || {
        let files = Files::read(path.as_deref(), &environment)?;
        let draft = draft(files.file(), &files.environment)?;
        Ok((files, draft))
    })
    .await?;
    let probe = if draft.providers.is_none() {
        ollama::probe(&files.environment).await?
    } else {
        Probe::default()
    };
    blocking(move || {
        let mut settings = compose(draft, files.file(), &files.environment, &probe)?;
        settings.fingerprint = files.fingerprint();
        Ok(settings)
    })
    .await
}

/// Runs what reads files or computes for milliseconds where it holds nobody up.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| {
        Error::io(
            "the configuration could not be read",
            std::io::Error::other(error),
        )
    })?
}
