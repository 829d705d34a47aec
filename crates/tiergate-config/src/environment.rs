//! The environment as a value.

use std::collections::BTreeMap;
use std::fmt;

/// Environment variables by name.
///
/// Everything but [`read`](crate::read) takes the environment as this value, so that a test needs
/// no process state. `Debug` shows names only.
///
/// ```
/// use tiergate_config::Environment;
///
/// let environment = Environment::from_iter([("OPENAI_API_KEY", "hush")]);
/// assert_eq!(environment.get("OPENAI_API_KEY"), Some("hush"));
/// assert!(!format!("{environment:?}").contains("hush"));
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// What a variable holds.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// What a variable holds, unless it is empty or all blank.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name)
            .map(str::trim)
            .filter(|value| !value.is_empty())
    }

    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.0.insert(name.to_owned(), value);
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        let variables = variables.into_iter();
        Self(
            variables
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
