//! The wall as a program.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use tiergate_wall::{Script, Spec, Wall};
use tokio::signal::unix::{SignalKind, signal};

/// Plays a provider that misbehaves as it is told, and keeps account of what it saw.
///
/// The fault comes from, the first that says something: the header `x-wall`; the path's first segment, as in
/// `/~503:retry-after=2/v1/chat/completions`; the script's orders for the model; the model's own name (`cut-at:40`); the
/// script's orders for the path and for the port; the script's default.
#[derive(Debug, Parser)]
#[command(name = "tiergate-wall", version, after_help = AFTER)]
struct Cli {
    /// Address to listen on, with what its callers get: `127.0.0.1:9001=500,500,ok`. May be given more than once.
    #[arg(long, value_name = "ADDRESS[=FAULTS]", default_value = "127.0.0.1:0")]
    listen: Vec<String>,

    /// One more port, where the certificate is `self-signed`, `expired` or for a `wrong-name`. May be given more than once.
    #[cfg(feature = "tls")]
    #[arg(long, value_name = "CERTIFICATE")]
    tls: Vec<tiergate_wall::Certificate>,

    /// A further address that only takes orders, also while the others refuse.
    #[arg(long, value_name = "ADDRESS")]
    control: Option<SocketAddr>,

    /// A file with the script: faults as text, or JSON with default, models, routes, ports, seed, keep, strict.
    #[arg(long, value_name = "FILE", conflicts_with = "faults")]
    script: Option<PathBuf>,

    /// What everybody gets who names nothing else.
    #[arg(long, value_name = "FAULTS", default_value = "ok")]
    faults: String,

    /// Requests that the tally keeps one by one; 0 is fastest.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=100_000))]
    keep: Option<u32>,

    /// Refuse a model's name that is no order and has none in the script.
    #[arg(long)]
    strict: bool,

    /// Print the ports, one to a line: those to listen on, those with TLS, the control port.
    #[arg(long)]
    print_port: bool,

    /// Print the catalogue of faults.
    #[arg(long)]
    list: bool,
}

const AFTER: &str = "\
Examples:
  tiergate-wall --listen 127.0.0.1:9001 --faults 500,500,ok
  tiergate-wall --listen 127.0.0.1:9001 --listen 127.0.0.1:9002=flap:down=2:up=5
  curl -d '503:retry-after=2' http://127.0.0.1:9001/_wall/script
  curl http://127.0.0.1:9001/_wall/tally

Ends on SIGINT and SIGTERM.";

type Fault = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            _ = writeln!(io::stderr(), "error: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<(), Fault> {
    if cli.list {
        return Ok(io::stdout().write_all(tiergate_wall::list().as_bytes())?);
    }
    let text = match &cli.script {
        Some(file) => {
            fs::read_to_string(file).map_err(|fault| format!("{}: {fault}", file.display()))?
        }
        None => cli.faults.clone(),
    };
    let mut script = Script::parse(&text)?;
    if let Some(keep) = cli.keep {
        script = script.keep(keep.try_into()?);
    }
    if cli.strict {
        script = script.strict();
    }
    let mut builder = Wall::builder(script);
    for listen in &cli.listen {
        let (address, faults) = match listen.split_once('=') {
            Some((address, faults)) => (address, Some(Spec::parse(faults)?)),
            None => (listen.as_str(), None),
        };
        let address = address
            .parse()
            .ok()
            .ok_or_else(|| format!("{address} is no address"))?;
        builder = match faults {
            Some(faults) => builder.listen_as(address, faults),
            None => builder.listen(address),
        };
    }
    #[cfg(feature = "tls")]
    for certificate in &cli.tls {
        builder = builder.tls(*certificate);
    }
    if let Some(address) = cli.control {
        builder = builder.control(address);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let wall = builder.start()?;
        greet(&wall, cli.print_port)?;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        wall.stop();
        Ok(())
    })
}

fn greet(wall: &Wall, ports_only: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for address in wall.addresses() {
        if ports_only {
            writeln!(out, "{}", address.port())?;
        } else {
            writeln!(out, "the wall stands at http://{address}")?;
        }
    }
    #[cfg(feature = "tls")]
    for url in wall.tls_urls() {
        let port = url.rsplit(':').next().unwrap_or_default();
        if ports_only {
            writeln!(out, "{port}")?;
        } else {
            writeln!(out, "nobody should trust {url}")?;
        }
    }
    if let Some(address) = wall.control() {
        if ports_only {
            writeln!(out, "{}", address.port())?;
        } else {
            writeln!(out, "it takes orders at http://{address}/_wall/")?;
        }
    }
    out.flush()
}
