//! A key's list of models.

/// Which models a key may use: exact ids, and prefixes written with a closing `*`.
///
/// ```
/// use tiergate_policy::Models;
///
/// let models = Models::try_new(["gpt-5-nano", "claude-*"])?;
/// assert!(models.allow("gpt-5-nano") && models.allow("claude-opus-4-6"));
/// assert!(!models.allow("gpt-5"));
/// # Ok::<(), tiergate_policy::BadPattern>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Models {
    exact: Box<[Box<str>]>,
    prefixes: Box<[Box<str>]>,
}

impl Models {
    /// Reads the patterns.
    ///
    /// # Errors
    ///
    /// An empty pattern, or a `*` anywhere but at the end.
    pub fn try_new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, BadPattern> {
        let mut exact = Vec::new();
        let mut prefixes = Vec::new();
        for pattern in patterns {
            match pattern.strip_suffix('*') {
                Some(prefix) if !prefix.contains('*') => prefixes.push(prefix.into()),
                None if !pattern.is_empty() && !pattern.contains('*') => exact.push(pattern.into()),
                _ => return Err(BadPattern(pattern.into())),
            }
        }
        exact.sort_unstable();
        Ok(Self {
            exact: exact.into(),
            prefixes: prefixes.into(),
        })
    }

    /// Whether a model, by its own id and not by an alias, is on the list.
    pub fn allow(&self, id: &str) -> bool {
        self.exact.binary_search_by(|name| (**name).cmp(id)).is_ok()
            || self.prefixes.iter().any(|prefix| id.starts_with(&**prefix))
    }
}

/// A pattern that is empty or has a `*` before its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a model id or a prefix with one `*` at its end")]
pub struct BadPattern(Box<str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_exact_or_prefixes() {
        let models = Models::try_new(["b", "a", "z/*"]).unwrap();
        for (id, expected) in [
            ("a", true),
            ("b", true),
            ("ab", false),
            ("z/", true),
            ("z/q", true),
            ("z", false),
        ] {
            assert_eq!(models.allow(id), expected, "{id}");
        }
        assert!(Models::try_new(["*"]).unwrap().allow("anything"));
        assert!(!Models::try_new([]).unwrap().allow("anything"));
    }

    #[test]
    fn bad_patterns_are_named() {
        for pattern in ["", "*a", "a*b", "a**"] {
            assert_eq!(
                Models::try_new(["a", pattern]),
                Err(BadPattern(pattern.into()))
            );
        }
    }
}
