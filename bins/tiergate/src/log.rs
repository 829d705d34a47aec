//! What is logged, and where.

use std::io::IsTerminal;

use tiergate_config::{Format, Level, Log};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// Starts logging to stderr.
///
/// The level holds for tiergate's own crates. The libraries beneath are heard from `warn` on, whatever the
/// level: at `trace` some of them write down headers, and with them keys.
pub(crate) fn start(log: Log) {
    let level = match log.level {
        Level::Off => LevelFilter::OFF,
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    };
    let filter = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target("tiergate", level);
    let layer = fmt::layer().with_writer(std::io::stderr);
    // a terminal gets colours unless NO_COLOR forbids them; a file never does
    let layer = if std::io::stderr().is_terminal() {
        layer
    } else {
        layer.with_ansi(false)
    };
    let layer = match log.format {
        Format::Json => layer.json().boxed(),
        Format::Text => layer.boxed(),
    };
    // only a second start could fail, and there is none
    let _ = tracing_subscriber::registry()
        .with(layer.with_filter(filter))
        .try_init();
}
