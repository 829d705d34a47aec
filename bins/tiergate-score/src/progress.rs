//! How far a training is: a bar where somebody watches, plain lines elsewhere.

use std::fmt::Arguments;
use std::io::{IsTerminal, Write};
use std::path::Path;

use crate::talk::say;
use clock::Clock;

/// Signs in a bar.
const WIDTH: u64 = 30;
/// How often a bar is drawn anew while rows come.
const EVERY_MS: u64 = 100;

/// Tells on stderr what a training does.
pub(crate) struct Progress {
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Bar,
    Lines,
    Silence,
}

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        let form = match quiet {
            true => Form::Silence,
            false if std::io::stderr().is_terminal() => Form::Bar,
            false => Form::Lines,
        };
        Self { form }
    }

    /// Begins to read a file.
    pub(crate) fn read(&self, path: &Path) -> Reading {
        let name = path.file_name().unwrap_or(path.as_os_str());
        Reading {
            form: self.form,
            name: name.display().to_string(),
            size: std::fs::metadata(path).map_or(0, |file| file.len()),
            bytes: 0,
            rows: 0,
            clock: Clock::start(),
            drawn: 0,
        }
    }

    /// Says something that stays.
    pub(crate) fn note(&self, note: &str) {
        if self.form != Form::Silence {
            say(format_args!("{note}"));
        }
    }

    /// Names a step that takes a moment.
    pub(crate) fn step(&self, name: &str) {
        match self.form {
            Form::Bar => draw(format_args!("{name} …")),
            Form::Lines => say(format_args!("{name}")),
            Form::Silence => {}
        }
    }

    /// Says that a pass of so many begins.
    pub(crate) fn pass(&self, pass: usize, of: usize) {
        match self.form {
            Form::Bar => {
                let bar = bar(pass as u64 - 1, of as u64);
                draw(format_args!("bending {bar} pass {pass} of {of}"));
            }
            Form::Lines => say(format_args!("bending, pass {pass} of {of}")),
            Form::Silence => {}
        }
    }
}

impl Drop for Progress {
    /// Clears the line for what is said after.
    fn drop(&mut self) {
        if self.form == Form::Bar {
            draw(format_args!(""));
        }
    }
}

/// How far a file is read.
pub(crate) struct Reading {
    form: Form,
    name: String,
    /// The bytes of the file; 0 for a pipe.
    size: u64,
    bytes: u64,
    rows: u64,
    clock: Clock,
    /// When the bar was drawn.
    drawn: u64,
}

impl Reading {
    /// Counts a line of so many bytes.
    pub(crate) fn line(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        self.rows += 1;
        if self.form == Form::Bar {
            let now = self.clock.ms();
            if now >= self.drawn + EVERY_MS {
                self.drawn = now;
                let bar = bar(self.bytes, self.size);
                draw(format_args!("reading {} {bar} {}", self.name, self.told()));
            }
        }
    }

    pub(crate) fn end(&self) {
        let told = self.told();
        match self.form {
            Form::Bar => draw(format_args!("reading {} {told}\n", self.name)),
            Form::Lines => say(format_args!("reading {}: {told}", self.name)),
            Form::Silence => {}
        }
    }

    fn told(&self) -> String {
        let rate = self.rows * 1_000 / self.clock.ms().max(1);
        format!("{} rows, {rate} a second", self.rows)
    }
}

/// A bar; nothing when the whole is not known.
fn bar(done: u64, of: u64) -> String {
    let Some(full) = (done.min(of) * WIDTH).checked_div(of) else {
        return String::new();
    };
    let part = |sign: &str, count: u64| sign.repeat(usize::try_from(count).unwrap_or(0));
    format!("[{}{}]", part("#", full), part(".", WIDTH - full))
}

/// Writes over the line that is there.
fn draw(line: Arguments<'_>) {
    const CLEAR: &str = "\r\x1b[K";
    let mut out = std::io::stderr().lock();
    let _ = write!(out, "{CLEAR}{line}");
    let _ = out.flush();
}

#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "rows a second are for a person who watches; nothing is reckoned with them"
)]
mod clock {
    use std::time::Instant;

    #[derive(Clone, Copy)]
    pub(super) struct Clock(Instant);

    impl Clock {
        pub(super) fn start() -> Self {
            Self(Instant::now())
        }

        /// Milliseconds since the start.
        pub(super) fn ms(self) -> u64 {
            u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fill_from_nothing_to_all() {
        assert_eq!(bar(0, 2), format!("[{}]", ".".repeat(30)));
        assert_eq!(bar(1, 2), format!("[{}{}]", "#".repeat(15), ".".repeat(15)));
        assert_eq!(bar(3, 2), format!("[{}]", "#".repeat(30)));
        assert_eq!(bar(1, 0), "");
    }
}
