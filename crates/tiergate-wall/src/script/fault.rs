//! One fault of the catalogue, with its parameters.

use std::fmt;

use super::manner::Manner;
use crate::catalogue::{self, Row};

/// A fault as a script names it: `503:retry-after=2`.
#[derive(Clone)]
pub(crate) struct Fault {
    pub row: &'static Row,
    pub manner: Manner,
    /// As it was written.
    pub text: String,
}

impl Fault {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or_default();
        let row = catalogue::find(name).ok_or_else(|| format!("no fault {name:?}"))?;
        let mut manner = Manner {
            status: row.status(),
            ..Manner::default()
        };
        for part in parts {
            let read = manner.set(row.own, part);
            read.map_err(|fault| format!("{text}: {fault}"))?;
        }
        if let Some(shown) = &manner.shows {
            catalogue::find(shown).ok_or_else(|| format!("{text}: no fault {shown:?}"))?;
        }
        Ok(Self {
            row,
            manner,
            text: text.to_owned(),
        })
    }

    /// The fault that a flapping or chancy target shows now.
    pub(crate) fn shown(&self) -> Self {
        let name = self.manner.shows.as_deref().unwrap_or("503");
        let Some(row) = catalogue::find(name) else {
            return self.clone();
        };
        let mut manner = self.manner.clone();
        manner.status = row.status().or(manner.status);
        Self {
            row,
            manner,
            text: name.to_owned(),
        }
    }

    /// A good answer in the manner of this fault.
    pub(crate) fn spared(&self) -> Self {
        Self {
            row: catalogue::ok(),
            manner: self.manner.clone(),
            text: "ok".to_owned(),
        }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
