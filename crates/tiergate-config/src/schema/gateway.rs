//! `listen`, `admin`, `limits`, `cors`, `headers`, `receipts`, `store`, `log`.

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;

use secrecy::SecretString;

use super::choice;
use crate::settings::{Admin, Cors, Format, Headers, Level, Limits, Receipts};
use crate::yaml::{Fields, Node, Read, Shape};

/// An admin listener as the file asks for it.
#[derive(Clone)]
pub(crate) struct AdminDraft {
    pub(crate) listen: SocketAddr,
    pub(crate) token: Option<SecretString>,
}

/// What the file says about the log.
#[derive(Default)]
pub(crate) struct LogDraft {
    pub(crate) level: Option<Level>,
    pub(crate) format: Format,
}

/// Reads an address to listen on; the message fits a file and a variable.
pub(crate) fn listen_address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse()
        .map_err(|_unsaid| "must be an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080")
}

/// Reads the name of a level.
pub(crate) fn log_level(text: &str) -> Option<Level> {
    Level::ALL.into_iter().find(|level| level.as_str() == text)
}

pub(super) fn listen(node: &Node) -> Read<SocketAddr> {
    listen_address(node.text("listen")?).map_err(|reason| node.fault(format!("`listen` {reason}")))
}

pub(super) fn admin(node: &Node) -> Read<AdminDraft> {
    const SHAPE: Shape = Shape {
        what: "admin",
        known: &["listen", "token"],
        refused: &[],
    };
    const SHORTEST: usize = 16;
    let fields = Fields::open(node, &SHAPE)?;
    let default = SocketAddr::from((Ipv4Addr::LOCALHOST, 8081));
    let listen = fields.read("listen", listen)?.unwrap_or(default);
    let token = fields.read("token", |node| {
        if node.text("token")?.len() < SHORTEST {
            return Err(node.fault(format!("`token` needs at least {SHORTEST} characters")));
        }
        node.secret("token")
    })?;
    if token.is_none() && !listen.ip().is_loopback() {
        return Err(node.fault("admin needs a `token` unless it listens on a loopback address"));
    }
    Ok(AdminDraft { listen, token })
}

impl From<AdminDraft> for Admin {
    fn from(draft: AdminDraft) -> Self {
        Self {
            listen: draft.listen,
            token: draft.token,
        }
    }
}

pub(super) fn limits(node: &Node) -> Read<Limits> {
    const SHAPE: Shape = Shape {
        what: "limits",
        known: &[
            "body_timeout_ms",
            "drain_timeout_ms",
            "header_timeout_ms",
            "json_depth",
            "max_body_bytes",
            "max_header_bytes",
            "max_headers",
            "max_uri_bytes",
            "request_timeout_ms",
        ],
        refused: &[
            ("usd_per_day", "money limits are not part of this version"),
            ("usd_per_month", "money limits are not part of this version"),
        ],
    };
    let fields = Fields::open(node, &SHAPE)?;
    json_depth(&fields)?;
    let count = |key: &str, range, default: usize| -> Read<usize> {
        let number = fields.read(key, |node| size(node, key, range))?;
        Ok(number.unwrap_or(default))
    };
    let time = |key: &str, default: Duration| -> Read<Duration> {
        let time = fields.read(key, |node| milliseconds(node, key))?;
        Ok(time.unwrap_or(default))
    };
    let default = Limits::default();
    Ok(Limits {
        max_body_bytes: count("max_body_bytes", 1_024..=1 << 30, default.max_body_bytes)?,
        max_headers: count("max_headers", 8..=1_000, default.max_headers)?,
        max_header_bytes: count(
            "max_header_bytes",
            1_024..=1 << 20,
            default.max_header_bytes,
        )?,
        max_uri_bytes: count("max_uri_bytes", 256..=65_534, default.max_uri_bytes)?,
        header_timeout: time("header_timeout_ms", default.header_timeout)?,
        body_timeout: time("body_timeout_ms", default.body_timeout)?,
        drain_timeout: time("drain_timeout_ms", default.drain_timeout)?,
        request_timeout: time("request_timeout_ms", default.request_timeout)?,
    })
}

fn json_depth(fields: &Fields<'_>) -> Read<()> {
    let Some(node) = fields.get("json_depth") else {
        return Ok(());
    };
    let depth = node.integer("json_depth", 1..=u64::MAX)?;
    if usize::try_from(depth) == Ok(Limits::JSON_DEPTH) {
        return Ok(());
    }
    Err(node.fault(format!("`json_depth` is fixed at {}", Limits::JSON_DEPTH)))
}

/// The milliseconds of a day.
const DAY: u64 = 86_400_000;

/// A time in milliseconds, from one millisecond to a day.
pub(super) fn milliseconds(node: &Node, what: &str) -> Read<Duration> {
    node.integer(what, 1..=DAY).map(Duration::from_millis)
}

/// The same, where 0 turns off what it is the time of.
pub(super) fn milliseconds_or_none(node: &Node, what: &str) -> Read<Duration> {
    node.integer(what, 0..=DAY).map(Duration::from_millis)
}

fn size(node: &Node, what: &str, range: RangeInclusive<u64>) -> Read<usize> {
    let number = node.integer(what, range)?;
    usize::try_from(number)
        .map_err(|_beyond| node.fault(format!("`{what}` is too large for this machine")))
}

pub(super) fn cors(node: &Node) -> Read<Cors> {
    const SHAPE: Shape = Shape {
        what: "cors",
        known: &["origins"],
        refused: &[],
    };
    let fields = Fields::open(node, &SHAPE)?;
    let origins = fields.read("origins", |node| {
        node.items("origins")?.iter().map(origin).collect()
    })?;
    Ok(Cors {
        origins: origins.unwrap_or_default(),
    })
}

/// An origin exactly as browsers send it.
fn origin(node: &Node) -> Read<String> {
    let text = node.text("origins")?;
    let (scheme, host) = text.split_once("://").unwrap_or_default();
    let sound = matches!(scheme, "http" | "https")
        && host
            .parse::<http::uri::Authority>()
            .is_ok_and(|authority| !authority.as_str().contains('@'))
        && !text.contains('*')
        && !text.bytes().any(|byte| byte.is_ascii_uppercase());
    if !sound {
        return Err(node.fault("an origin is a scheme and a host in lower case, such as https://app.example.com, no path, no `*`"));
    }
    Ok(text.to_owned())
}

pub(super) fn headers(node: &Node) -> Read<Headers> {
    const SHAPE: Shape = Shape {
        what: "headers",
        known: &["lobstack", "model_router"],
        refused: &[],
    };
    let fields = Fields::open(node, &SHAPE)?;
    let flag = |key: &str| {
        fields
            .read(key, |node| node.flag(key))
            .map(|flag| flag.unwrap_or(true))
    };
    Ok(Headers {
        lobstack: flag("lobstack")?,
        model_router: flag("model_router")?,
    })
}

pub(super) fn receipts(node: &Node) -> Read<Receipts> {
    const SHAPE: Shape = Shape {
        what: "receipts",
        known: &["capacity"],
        refused: &[],
    };
    let fields = Fields::open(node, &SHAPE)?;
    let capacity = fields.read("capacity", |node| size(node, "capacity", 1..=10_000_000))?;
    Ok(capacity.map_or_else(Receipts::default, |capacity| Receipts { capacity }))
}

pub(super) fn store(node: &Node) -> Read<()> {
    const SHAPE: Shape = Shape {
        what: "store",
        known: &["url"],
        refused: &[("redis", "this version keeps its state in memory only")],
    };
    let url = Fields::open(node, &SHAPE)?.required("url")?;
    if url.text("url")? == "memory:" {
        return Ok(());
    }
    Err(url
        .fault("this version keeps its state in memory only: write `memory:` or leave `store` out"))
}

pub(super) fn log(node: &Node) -> Read<LogDraft> {
    const SHAPE: Shape = Shape {
        what: "log",
        known: &["format", "level"],
        refused: &[],
    };
    let fields = Fields::open(node, &SHAPE)?;
    let levels = Level::ALL.map(|level| (level.as_str(), level));
    let formats = Format::ALL.map(|format| (format.as_str(), format));
    let format = fields.read("format", |node| choice(node, "format", &formats))?;
    Ok(LogDraft {
        level: fields.read("level", |node| choice(node, "level", &levels))?,
        format: format.unwrap_or_default(),
    })
}
