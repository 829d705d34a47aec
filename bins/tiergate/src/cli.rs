//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

const EXAMPLES: &str = "Examples:
  tiergate                                  serve with what is found: tiergate.yaml, or provider keys, or a demo
  tiergate --config team.yaml               serve with a configuration
  tiergate check --config team.yaml         read a configuration and say what is in it
  tiergate explain \"prove that 17 is prime\"  show which model would get a prompt, and why";

/// An OpenAI-compatible gateway that sends each request to the cheapest model that can handle it.
#[derive(Debug, Parser)]
#[command(version, before_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// The configuration; without it `TIERGATE_CONFIG`, then tiergate.yaml in the working directory
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Where to listen, above `TIERGATE_LISTEN` and the configuration
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
}

#[derive(Debug, Default, Subcommand)]
pub(crate) enum Command {
    /// Read the configuration, say what is in it, and serve nothing
    Check,
    /// Show which model would get a request, and why, without asking any
    Explain(Explain),
    /// Serve (this is what happens without a command)
    #[default]
    Serve,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The user's message
    #[arg(required_unless_present = "file", conflicts_with = "file")]
    pub(crate) prompt: Option<String>,
    /// A whole chat request as JSON; `-` reads standard input
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The model, tier or alias to ask for with a prompt
    #[arg(long, default_value = "auto")]
    pub(crate) model: String,
    /// What to prefer: cheap, fast, balanced, quality or coding
    #[arg(long)]
    pub(crate) prefer: Option<String>,
    /// The answer of `POST /v1/route` instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}
