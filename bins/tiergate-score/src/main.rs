//! Scores requests, and trains, evaluates and tunes scorers.

mod checkpoint;
mod cli;
mod eval;
mod input;
mod lesson;
mod progress;
mod score;
mod shipped;
mod table;
mod talk;
mod train;
mod tune;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a command says when it could not do its work.
type Fault = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Eval(asked) => eval::run(&asked),
        Command::Score(asked) => score::run(&asked),
        Command::Tune(asked) => tune::run(&asked),
        Command::Train(asked) => train::run(&asked),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            talk::say(format_args!("error: {fault}"));
            ExitCode::FAILURE
        }
    }
}
