//! A file from which a training that was cut off goes on.

use std::fmt::Display;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tiergate_training::{Place, Trainer};

use crate::Fault;
use crate::input::replace;

/// Rows after which the state is kept, within a file too.
const ROWS: u64 = 5_000;
/// And the share of all rows that these must be: so all that is written stays a few times the last state.
const SHARE: u64 = 4;

/// Where the state of a training is kept.
pub(crate) struct Checkpoint {
    path: PathBuf,
    /// A digest of all but the rows that decides about the weights.
    of: [u8; 32],
    /// Lines at the last keeping.
    kept: u64,
}

impl Checkpoint {
    pub(crate) fn new(path: &Path, of: [u8; 32]) -> Self {
        let path = path.to_owned();
        Self { path, of, kept: 0 }
    }

    /// Takes the state that is there, and gives its place; none when there is no file.
    pub(crate) fn take_up(&mut self, trainer: &mut Trainer) -> Result<Option<Place>, Fault> {
        let bytes = match fs::read(&self.path) {
            Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|fault| self.fault(&fault))?,
        };
        let place = trainer.resume(&bytes, self.of);
        let place = place.map_err(|fault| self.fault(&fault))?;
        self.kept = place.lines;
        Ok(Some(place))
    }

    /// Whether anything is new.
    pub(crate) fn is_behind(&self, lines: u64) -> bool {
        lines > self.kept
    }

    /// Whether so much is new that it should be kept.
    pub(crate) fn is_due(&self, lines: u64) -> bool {
        let fresh = lines.saturating_sub(self.kept);
        fresh >= ROWS && fresh >= lines / SHARE
    }

    /// Puts the state in the place of what was kept before.
    pub(crate) fn keep(
        &mut self,
        trainer: &Trainer,
        lines: u64,
        read: [u8; 32],
    ) -> Result<(), Fault> {
        let of = self.of;
        let state = trainer.checkpoint(&Place { of, lines, read });
        replace(&self.path, &state)?;
        self.kept = lines;
        Ok(())
    }

    /// Takes the file away: its training is done.
    pub(crate) fn remove(self) -> Result<(), Fault> {
        fs::remove_file(&self.path).map_err(|fault| self.fault(&fault))
    }

    fn fault(&self, what: &dyn Display) -> Fault {
        format!("{}: {what}", self.path.display()).into()
    }
}
