//! The gateway: parses flags, loads the configuration and serves.

mod cli;
mod compose;
mod explain;
mod failover;
mod log;
mod scripted;
mod serve;
mod shadow;
mod talk;
mod workers;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `EX_CONFIG` of sysexits: the configuration is at fault.
const BAD_CONFIGURATION: u8 = 78;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(fault) => {
            talk::say(format_args!("the runtime could not start: {fault}"));
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(async {
        match cli.command.unwrap_or_default() {
            Command::Check => serve::check(&cli.common).await,
            Command::Explain(asked) => explain::explain(&cli.common, &asked).await,
            Command::Serve => serve::serve(&cli.common).await,
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            talk::say(format_args!("error: {fault}"));
            ExitCode::from(fault.exit_code())
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
enum Fault {
    Configuration(tiergate_config::Error),
    Other(Box<dyn std::error::Error + Send + Sync>),
}

impl Fault {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Configuration(_) => BAD_CONFIGURATION,
            Self::Other(_) => 1,
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Configuration(fault) => fault.fmt(f),
            Self::Other(fault) => fault.fmt(f),
        }
    }
}

impl From<tiergate_config::Error> for Fault {
    fn from(fault: tiergate_config::Error) -> Self {
        Self::Configuration(fault)
    }
}

impl Fault {
    fn other(fault: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Other(fault.into())
    }
}
