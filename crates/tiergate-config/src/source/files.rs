//! Files and the environment of the process.

use std::collections::BTreeSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::compose::{File, MAX_FILE_BYTES};
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Fault};
use crate::hosts::{ACCOUNT_FILE, Known, NOT_ENOUGH};
use crate::schema;
use crate::yaml::{self, references};

/// The file that is read from the working directory when no other is named.
const USUAL: &str = "tiergate.yaml";

/// The variables of this process, those that are not Unicode left out.
pub fn process_environment() -> Environment {
    let variables = std::env::vars_os();
    variables
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Everything that was read for one configuration.
pub(super) struct Files {
    name: Option<String>,
    text: String,
    /// With the contents of the files that `…_FILE` variables and the configuration name.
    pub(super) environment: Environment,
}

impl Files {
    pub(super) fn read(path: Option<&Path>, environment: &Environment) -> Result<Self, Error> {
        let path = path.map(Path::to_owned).or_else(|| usual(environment));
        let text = match &path {
            Some(path) => config(path)?,
            None => String::new(),
        };
        let mut environment = environment.clone();
        for name in secret_names(&text) {
            read_secret(&mut environment, &name)?;
        }
        read_accounts(&mut environment, &text)?;
        Ok(Self {
            name: path.map(|path| path.display().to_string()),
            text,
            environment,
        })
    }

    /// The configuration file, if there is one.
    pub(super) fn file(&self) -> Option<File<'_>> {
        self.name.as_deref().map(|name| File {
            name,
            text: &self.text,
        })
    }

    /// Equal for equal contents within this process.
    pub(super) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.text.hash(&mut hasher);
        self.environment.hash(&mut hasher);
        hasher.finish()
    }
}

fn usual(environment: &Environment) -> Option<PathBuf> {
    let named = environment.filled("TIERGATE_CONFIG").map(PathBuf::from);
    named.or_else(|| Path::new(USUAL).exists().then(|| PathBuf::from(USUAL)))
}

fn config(path: &Path) -> Result<String, Error> {
    let name = path.display().to_string();
    let bytes =
        bytes(path).map_err(|error| Error::io(format!("{name} could not be read"), error))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        Fault::new(ErrorKind::Syntax, at..at + 1, "the file is not UTF-8 text")
            .in_file(&name, &text)
    })?;
    // a file that is being written anew is empty for a moment; it must not undo the former one
    if text.trim().is_empty() {
        return Err(Error::invalid(format!("{name} is empty")));
    }
    Ok(text)
}

/// The variables whose values may be in files.
fn secret_names(text: &str) -> BTreeSet<String> {
    let hosts = Known::all().flat_map(|known| known.variables).copied();
    let others = NOT_ENOUGH.iter().map(|(variable, _)| *variable);
    hosts
        .chain(others)
        .chain(["TIERGATE_KEY"])
        .chain(references(text))
        .map(str::to_owned)
        .collect()
}

/// Takes an unset variable from the file that its `…_FILE` names, without the line end.
fn read_secret(environment: &mut Environment, name: &str) -> Result<(), Error> {
    let variable = format!("{name}_FILE");
    let Some(path) = environment
        .filled(&variable)
        .filter(|_| environment.filled(name).is_none())
    else {
        return Ok(());
    };
    let path = Path::new(path);
    let failed = |error| {
        Error::io(
            format!("{} ({variable}) could not be read", path.display()),
            error,
        )
    };
    let text = secret(path).map_err(failed)?;
    environment.set(name, text.trim_end_matches(['\r', '\n']).to_owned());
    Ok(())
}

/// Reads the service accounts that a configuration names, and the one that Google's own clients would take.
fn read_accounts(environment: &mut Environment, text: &str) -> Result<(), Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // what is wrong with the configuration is told when it is taken apart
    let root = yaml::parse(text, environment).ok().flatten();
    let named = root.as_ref().map(schema::files).unwrap_or_default();
    for path in named {
        let failed = |error| {
            Error::io(
                format!("{path} (service_account_file) could not be read"),
                error,
            )
        };
        let text = secret(Path::new(path)).map_err(failed)?;
        environment.set_file(path, text);
    }
    // that one may be meant for other programs: without it, it is not used
    if let Some(path) = environment.filled(ACCOUNT_FILE).map(str::to_owned)
        && let Ok(text) = secret(Path::new(&path))
    {
        environment.set_file(&path, text);
    }
    Ok(())
}

/// The text of a file with a secret.
fn secret(path: &Path) -> io::Result<String> {
    let text = bytes(path).and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other));
    text.map_err(|error| without_content(&error))
}

/// The kind of an error alone: its text must not quote a secret.
fn without_content(error: &io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::Other => {
            io::Error::new(io::ErrorKind::InvalidData, "not UTF-8 text, or too large")
        }
        kind => kind.into(),
    }
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_FILE_BYTES)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    std::fs::File::open(path)?
        .take(limit)
        .read_to_end(&mut bytes)?;
    if bytes.len() > MAX_FILE_BYTES {
        return Err(io::Error::other(format!(
            "it has more than {MAX_FILE_BYTES} bytes"
        )));
    }
    Ok(bytes)
}
