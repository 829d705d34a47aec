//! Files with one JSON value a line, and files that are written.

use std::fmt::Display;
use std::path::Path;

use crate::Fault;

/// Reads a file; an error names it.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    std::fs::read(path).map_err(|fault| format!("{}: {fault}", path.display()).into())
}

/// Reads every line of a file that is not blank; an error names the file and the line.
pub(crate) fn lines<T, E: Display>(
    path: &Path,
    mut read: impl FnMut(&str) -> Result<T, E>,
) -> Result<Vec<T>, Fault> {
    let name = path.display();
    let text = self::read(path)?;
    let mut found = Vec::new();
    for (nth, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let at = nth + 1;
        let line = std::str::from_utf8(line)
            .map_err(|fault| format!("{name}, line {at}: not UTF-8: {fault}"))?;
        found.push(read(line).map_err(|fault| format!("{name}, line {at}: {fault}"))?);
    }
    Ok(found)
}

/// Writes a file; an error names it.
pub(crate) fn save(path: &Path, text: &str) -> Result<(), Fault> {
    std::fs::write(path, text).map_err(|fault| format!("{}: {fault}", path.display()).into())
}
