//! Talk goes to stderr, data to stdout.

use std::fmt::Arguments;
use std::io::{IsTerminal, Write};
use std::path::Path;

/// A line for a person. A closed stderr is nobody's fault.
pub(crate) fn say(line: Arguments<'_>) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// A piece of data. Whoever closes stdout has read enough.
pub(crate) fn give(data: Arguments<'_>) {
    let _ = writeln!(std::io::stdout().lock(), "{data}");
}

/// A line that says how far a file was read, where somebody watches.
pub(crate) struct Progress {
    watched: bool,
}

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        let watched = !quiet && std::io::stderr().is_terminal();
        Self { watched }
    }

    /// Says that so many of all rows were read; in steps of a hundredth, and at the end.
    pub(crate) fn show(&self, path: &Path, done: usize, total: usize) {
        const WIDTH: usize = 30;
        let step = (total / 100).max(1);
        if !self.watched || (!done.is_multiple_of(step) && done != total) {
            return;
        }
        let full = done * WIDTH / total.max(1);
        let name = path.file_name().unwrap_or_default().display();
        let end = if done == total { "\n" } else { "" };
        let _ = write!(
            std::io::stderr().lock(),
            "\r{name} [{}{}] {done} of {total} rows{end}",
            "#".repeat(full),
            ".".repeat(WIDTH - full),
        );
    }
}
