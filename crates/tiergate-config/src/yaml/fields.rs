//! Mappings with a fixed set of keys.

use std::borrow::Cow;

use super::{Entry, Node, Read, did_you_mean};
use crate::error::{ErrorKind, Fault};

/// What a mapping may hold.
pub(crate) struct Shape {
    /// What it describes, for messages: `a provider`.
    pub(crate) what: &'static str,
    /// The keys that are understood.
    pub(crate) known: &'static [&'static str],
    /// Keys that are understood and refused, each with the reason.
    pub(crate) refused: &'static [(&'static str, &'static str)],
}

/// A mapping whose keys are all known.
pub(crate) struct Fields<'n> {
    node: &'n Node,
    what: &'static str,
    entries: &'n [Entry],
}

impl<'n> Fields<'n> {
    /// Opens a mapping; any key outside of its shape is a fault.
    pub(crate) fn open(node: &'n Node, shape: &Shape) -> Read<Self> {
        let entries = node.entries(shape.what)?;
        for entry in entries {
            check_key(entry, shape)?;
        }
        Ok(Self {
            node,
            what: shape.what,
            entries,
        })
    }

    /// The value of a key; a key without a value counts as absent.
    pub(crate) fn get(&self, key: &str) -> Option<&'n Node> {
        let entry = self.entries.iter().find(|entry| *entry.key == *key);
        entry
            .map(|entry| &entry.node)
            .filter(|node| !node.is_null())
    }

    /// The value of a key that must be there.
    pub(crate) fn required(&self, key: &str) -> Read<&'n Node> {
        let missing = || self.node.fault(format!("{} needs `{key}`", self.what));
        self.get(key).ok_or_else(missing)
    }

    /// Reads the value of a key, if it is there.
    pub(crate) fn read<T>(
        &self,
        key: &str,
        read: impl FnOnce(&'n Node) -> Read<T>,
    ) -> Read<Option<T>> {
        self.get(key).map(read).transpose()
    }
}

fn check_key(entry: &Entry, shape: &Shape) -> Read<()> {
    let key = &*entry.key;
    if shape.known.contains(&key) {
        return Ok(());
    }
    let refused = shape.refused.iter().find(|(name, _)| *name == key);
    let message = if let Some((name, reason)) = refused {
        format!("`{name}`: {reason}")
    } else {
        let suggestion = did_you_mean(key, shape.known.iter().copied());
        format!(
            "{} is not a key of {}{suggestion}",
            key_name(key),
            shape.what
        )
    };
    Err(Fault::new(
        ErrorKind::Invalid,
        entry.key_span.clone(),
        message,
    ))
}

/// A key for a message. What does not look like a key may be a secret in the wrong place.
pub(super) fn key_name(key: &str) -> Cow<'_, str> {
    let letters = |byte: u8| byte.is_ascii_alphabetic() || b"_-".contains(&byte);
    let harmless = match key.len() {
        0 => false,
        1..12 => key
            .bytes()
            .all(|byte| letters(byte) || byte.is_ascii_digit()),
        length => length <= 24 && key.bytes().all(letters),
    } && !crate::snippet::looks_secret(key);
    if harmless {
        format!("`{key}`").into()
    } else {
        "this key".into()
    }
}
