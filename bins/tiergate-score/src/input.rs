//! Files with one JSON value a line, and files that are written.

use std::ffi::OsString;
use std::fmt::Display;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use crate::Fault;

/// Bytes that are read at once.
const BUFFER: usize = 1 << 18;

/// Reads a file; an error names it.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    fs::read(path).map_err(|fault| in_file(path, fault))
}

/// Reads every line of a file that is not blank; an error names the file and the line.
pub(crate) fn lines<T, E: Display>(
    path: &Path,
    mut read: impl FnMut(&str) -> Result<T, E>,
) -> Result<Vec<T>, Fault> {
    let mut found = Vec::new();
    each_line(path, |line| -> Result<(), Fault> {
        if let Some(text) = text(line)? {
            found.push(read(text).map_err(|fault| fault.to_string())?);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Gives every line of a file with the end that it has, holding one at a time; an error names the file
/// and the line.
pub(crate) fn each_line(
    path: &Path,
    mut take: impl FnMut(&[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let file = File::open(path).map_err(|fault| in_file(path, fault))?;
    let mut file = BufReader::with_capacity(BUFFER, file);
    let mut line = Vec::new();
    for at in 1_u64.. {
        line.clear();
        let read = file.read_until(b'\n', &mut line);
        if read.map_err(|fault| in_file(path, fault))? == 0 {
            break;
        }
        take(&line).map_err(|fault| format!("{}, line {at}: {fault}", path.display()))?;
    }
    Ok(())
}

/// A line as text without its end; none when it is blank.
pub(crate) fn text(line: &[u8]) -> Result<Option<&str>, Fault> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    if line.trim_ascii().is_empty() {
        return Ok(None);
    }
    let text = std::str::from_utf8(line).map_err(|fault| format!("not UTF-8: {fault}"))?;
    Ok(Some(text))
}

/// Writes a file; an error names it.
pub(crate) fn save(path: &Path, text: &str) -> Result<(), Fault> {
    fs::write(path, text).map_err(|fault| in_file(path, fault))
}

/// Puts a file in the place of what was there, so that whenever this is cut off, by a loss of power
/// too, the one or the other is there whole; an error names it.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let mut beside = OsString::from(path);
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let write = || {
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        sync_folder(path)
    };
    write().map_err(|fault| in_file(path, fault))
}

/// Makes a new name in a folder last; only Unix opens folders.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    File::open(folder.unwrap_or_else(|| Path::new(".")))?.sync_all()
}

fn in_file(path: &Path, fault: impl Display) -> Fault {
    format!("{}: {fault}", path.display()).into()
}
