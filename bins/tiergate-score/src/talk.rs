//! Talk goes to stderr, data to stdout.

use std::fmt::Arguments;
use std::io::Write;

/// A line for a person. A closed stderr is nobody's fault.
pub(crate) fn say(line: Arguments<'_>) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// A piece of data. Whoever closes stdout has read enough.
pub(crate) fn give(data: Arguments<'_>) {
    let _ = writeln!(std::io::stdout().lock(), "{data}");
}
