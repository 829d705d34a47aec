//! The parameters of a fault, read once.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use super::quoted;

/// How an answer is given: what a script writes behind a fault's name. `None` is the fault's own default.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Manner {
    /// Silence before the head.
    pub wait: Option<Duration>,
    /// Silence between the head and the first word.
    pub first: Option<Duration>,
    /// The length of a fault's own silence.
    pub pause: Option<Duration>,
    /// Time between two events.
    pub every: Option<Duration>,
    /// Time between what came through and the break.
    pub gap: Option<Duration>,
    /// Words before the fault.
    pub at: Option<usize>,
    pub words: Option<usize>,
    pub prompt: Option<u64>,
    pub seed: Option<u64>,
    /// Bytes to a write.
    pub slice: Option<usize>,
    pub mib: Option<u64>,
    pub status: Option<u16>,
    pub retry_after: Option<String>,
    pub retry_after_ms: Option<String>,
    pub body: Option<Body>,
    pub eol: Option<Eol>,
    /// Of a flapping target.
    pub down: Option<Duration>,
    pub up: Option<Duration>,
    /// The share of requests that fail, in millionths.
    pub share: Option<u64>,
    /// The fault that a flapping or chancy target shows.
    pub shows: Option<String>,
    pub flags: Flags,
}

/// Parameters without a value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Flags {
    /// Say the caller's last text back instead of the known words.
    pub echo: bool,
    /// Put the caller's key into the message of an error.
    pub echo_key: bool,
    /// Do not keep to the caller's cap on tokens.
    pub uncapped: bool,
}

/// The form of an error's body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Body {
    Empty,
    Html,
    Json,
    Text,
}

/// The line ends of an event stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Eol {
    Cr,
    Crlf,
    Lf,
    Mixed,
}

/// The most words of an answer: what is said is made ready in memory.
const MOST_WORDS: usize = 100_000;
/// The most bytes to a write.
const MOST_SLICE: usize = 1_048_576;
/// The most MiB of a huge body.
const MOST_MIB: u64 = 65_536;
/// Beyond a day nobody waits.
const LONGEST: f64 = 86_400.0;

/// Every parameter with what it means, for the catalogue.
pub(crate) const PARAMETERS: &[(&str, &str)] = &[
    (
        "wait",
        "silence before the head (seconds, or `200ms`; like every time a day at most)",
    ),
    ("first", "silence between the head and the first word"),
    ("for", "the length of a fault's own silence"),
    ("every", "time between two events"),
    ("tps", "words a second, instead of `every`"),
    ("gap", "time between what came through and the break (20ms)"),
    ("at", "words before the fault (3; all if there are fewer)"),
    ("words", "words of the whole answer (12; at most 100,000)"),
    ("prompt", "prompt tokens in the usage (20)"),
    ("seed", "which words, and which chance"),
    ("slice", "bytes to a write (1 to 1,048,576)"),
    ("mib", "size of what is huge (at most 65,536)"),
    ("status", "the status of an error (200 to 999)"),
    (
        "retry-after",
        "seconds or any text, in quotes where it has `,`, `:` or `*`; `date` and `past` are HTTP dates, `junk` is none",
    ),
    ("retry-after-ms", "the header of that name"),
    ("body", "an error's body: json, html, text, empty"),
    ("eol", "line ends of a stream: lf, crlf, cr, mixed"),
    ("down", "how long `flap` is down (2)"),
    ("up", "how long `flap` is up (2)"),
    ("p", "the share of requests that fail at `rate` (0.5)"),
    (
        "as",
        "the fault that `flap` and `rate` show while down (503)",
    ),
    ("echo", "flag: say the caller's last text back"),
    (
        "echo-key",
        "flag: put the caller's key into an error's message",
    ),
    ("uncapped", "flag: ignore the caller's cap on tokens"),
];

impl Manner {
    /// Reads one parameter; a word alone is a flag or the value of the fault's `own` parameter.
    pub(crate) fn set(&mut self, own: &str, text: &str) -> Result<(), String> {
        match text {
            "echo" => self.flags.echo = true,
            "echo-key" => self.flags.echo_key = true,
            "uncapped" => self.flags.uncapped = true,
            _ => {
                let (name, value) = quoted::named(text)?;
                self.named(name.unwrap_or(own), value)?;
            }
        }
        Ok(())
    }

    fn named(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "wait" => self.wait = Some(time(name, value)?),
            "first" => self.first = Some(time(name, value)?),
            "for" => self.pause = Some(time(name, value)?),
            "every" => self.every = Some(time(name, value)?),
            "tps" => self.every = Some(pace(value)?),
            "gap" => self.gap = Some(time(name, value)?),
            "down" => self.down = Some(time(name, value)?),
            "up" => self.up = Some(time(name, value)?),
            "at" => self.at = Some(within(name, value, 0..=MOST_WORDS)?),
            "words" => self.words = Some(within(name, value, 0..=MOST_WORDS)?),
            "prompt" => self.prompt = Some(number(value)?),
            "seed" => self.seed = Some(number(value)?),
            "slice" => self.slice = Some(within(name, value, 1..=MOST_SLICE)?),
            "mib" => self.mib = Some(within(name, value, 0..=MOST_MIB)?),
            "status" => self.status = Some(status(value)?),
            "retry-after" => self.retry_after = Some(header(value)?),
            "retry-after-ms" => self.retry_after_ms = Some(header(value)?),
            "body" => self.body = Some(body(value)?),
            "eol" => self.eol = Some(eol(value)?),
            "p" => self.share = Some(share(value)?),
            "as" => self.shows = Some(value.to_owned()),
            "" => return Err(format!("no parameter without a name: {value}")),
            _ => return Err(format!("no parameter {name}")),
        }
        Ok(())
    }
}

fn number<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse()
        .ok()
        .ok_or_else(|| format!("not a number: {text}"))
}

/// A number that is no silent other one.
fn within<T: Display + FromStr + PartialOrd>(
    name: &str,
    text: &str,
    range: RangeInclusive<T>,
) -> Result<T, String> {
    let value = number(text)?;
    if range.contains(&value) {
        return Ok(value);
    }
    let (least, most) = range.into_inner();
    Err(format!("{name}: {text} is not from {least} to {most}"))
}

fn real(text: &str) -> Result<f64, String> {
    let value: f64 = number(text)?;
    let fit = value.is_finite() && value >= 0.0;
    fit.then_some(value)
        .ok_or_else(|| format!("not a number: {text}"))
}

/// Seconds, or with a unit: `2`, `0.5`, `2s`, `200ms`.
fn time(name: &str, text: &str) -> Result<Duration, String> {
    let seconds = match text.strip_suffix("ms") {
        Some(thousandths) => real(thousandths)? / 1000.0,
        None => real(text.strip_suffix('s').unwrap_or(text))?,
    };
    if seconds > LONGEST {
        return Err(format!("{name}: at most a day, not {text}"));
    }
    Ok(Duration::from_secs_f64(seconds))
}

fn pace(text: &str) -> Result<Duration, String> {
    let rate = real(text)?;
    if rate <= 0.0 {
        return Err("tps must be more than nothing".to_owned());
    }
    let every = 1.0 / rate;
    if every > LONGEST {
        return Err(format!("at least a word a day: {text}"));
    }
    Ok(Duration::from_secs_f64(every))
}

fn share(text: &str) -> Result<u64, String> {
    let share = real(text)?;
    if share > 1.0 {
        return Err(format!("a share is at most 1: {text}"));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between nothing and a million"
    )]
    Ok((share * 1e6).round() as u64)
}

fn status(text: &str) -> Result<u16, String> {
    let code: u16 = number(text)?;
    let fit = (200..1000).contains(&code);
    fit.then_some(code)
        .ok_or_else(|| format!("no status of an answer: {text}"))
}

/// Nothing that would end the header.
fn header(text: &str) -> Result<String, String> {
    let fit = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    fit.then(|| text.to_owned())
        .ok_or_else(|| format!("a header is printable ASCII: {text}"))
}

fn body(text: &str) -> Result<Body, String> {
    match text {
        "empty" => Ok(Body::Empty),
        "html" => Ok(Body::Html),
        "json" => Ok(Body::Json),
        "text" => Ok(Body::Text),
        _ => Err(format!("no such body: {text}")),
    }
}

fn eol(text: &str) -> Result<Eol, String> {
    match text {
        "cr" => Ok(Eol::Cr),
        "crlf" => Ok(Eol::Crlf),
        "lf" => Ok(Eol::Lf),
        "mixed" => Ok(Eol::Mixed),
        _ => Err(format!("no such line end: {text}")),
    }
}
