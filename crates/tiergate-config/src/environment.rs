//! The environment as a value.

use std::collections::BTreeMap;
use std::fmt;

/// Environment variables by name.
///
/// Everything but [`read`](crate::read) takes the environment as this value, so that a test needs
/// no process state; what `read` finds in files that a configuration names it adds to it. `Debug`
/// shows names only.
///
/// ```
/// use tiergate_config::Environment;
///
/// let environment = Environment::from_iter([("OPENAI_API_KEY", "hush")]);
/// assert_eq!(environment.get("OPENAI_API_KEY"), Some("hush"));
/// assert!(!format!("{environment:?}").contains("hush"));
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    /// Contents by path.
    files: BTreeMap<String, String>,
}

impl Environment {
    /// What a variable holds.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// What a variable holds, unless it is empty or all blank.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name)
            .map(str::trim)
            .filter(|value| !value.is_empty())
    }

    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.variables.insert(name.to_owned(), value);
    }

    /// What a file holds that was read for a configuration.
    pub(crate) fn file(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    pub(crate) fn set_file(&mut self, path: &str, text: String) {
        self.files.insert(path.to_owned(), text);
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        let variables = variables.into_iter();
        Self {
            variables: variables
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            files: BTreeMap::new(),
        }
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.variables.keys().chain(self.files.keys());
        f.debug_set().entries(names).finish()
    }
}
