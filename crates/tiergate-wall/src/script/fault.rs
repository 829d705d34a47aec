//! One fault of the catalogue, with its parameters.

use std::fmt;

use super::manner::Manner;
use super::quoted;
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
        let mut parts = quoted::parts(text, ':')?.into_iter();
        let row = found(parts.next().unwrap_or_default())?;
        let mut manner = Manner {
            status: row.status(),
            ..Manner::default()
        };
        for part in parts {
            let read = manner.set(row.own, part);
            read.map_err(|fault| format!("{text}: {fault}"))?;
        }
        agree(row.name, &manner).map_err(|fault| format!("{text}: {fault}"))?;
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

fn found(name: &str) -> Result<&'static Row, String> {
    let unknown = || {
        let meant = match catalogue::nearest(name) {
            Some(near) => format!(", but there is {near}"),
            None if name.parse::<u16>().is_ok() => ", but there is status:N".to_owned(),
            None => String::new(),
        };
        format!("no fault {name:?}{meant}")
    };
    catalogue::find(name).ok_or_else(unknown)
}

/// Parameters that only these faults have, and what they show instead, which must be a fault of one kind.
fn agree(name: &str, manner: &Manner) -> Result<(), String> {
    let changing = ["flap", "rate"];
    let strange = [
        ("down", manner.down.is_some(), &changing[..1]),
        ("up", manner.up.is_some(), &changing[..1]),
        ("p", manner.share.is_some(), &changing[1..]),
        ("as", manner.shows.is_some(), &changing[..]),
    ];
    for (parameter, given, of) in strange {
        if given && !of.contains(&name) {
            return Err(format!(
                "{parameter} is a parameter of {}",
                of.join(" and ")
            ));
        }
    }
    if let Some(shown) = &manner.shows {
        if changing.contains(&&**shown) {
            return Err(format!("what is shown while down cannot be {shown}"));
        }
        found(shown)?;
    }
    Ok(())
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
