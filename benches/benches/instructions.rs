//! Instructions that the scorer takes for a request, counted by callgrind: the same on a busy machine.
//!
//! The difference of two runs of this program under valgrind, of which one scores a hundred requests more,
//! so what starts the program does not count. A crate for this, gungraun, would add packages and a runner
//! that must be installed by hand in the very same version; here `cargo bench` needs valgrind alone, and
//! says so where there is none.

#![expect(clippy::expect_used, reason = "the bodies are fixed")]

use std::hint::black_box;
use std::process::Command;

use tiergate_scorer::{Learnt, Scorer};
use tiergate_wire::chat::Request;

/// Requests that the longer run scores more, and those of both.
const MORE: u64 = 100;
const FEW: u64 = 10;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["score", size, times] => score(size, times.parse().expect("a number")),
        // `cargo test --benches` runs this without --bench: there is nothing to test here
        _ if arguments.contains(&"--bench") && !arguments.contains(&"--test") => compare(),
        _ => {}
    }
}

/// What runs under valgrind.
fn score(size: &str, times: u64) {
    let mut sizes = tiergate_benches::sizes().into_iter();
    let (_, body) = sizes.find(|(name, _)| *name == size).expect("a size");
    let request = Request::parse(body.into()).expect("the bodies are valid requests");
    let scorer = Learnt::new();
    for _ in 0..times {
        black_box(scorer.assess(black_box(&request)));
    }
}

fn compare() {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("instructions: not counted, valgrind is not installed");
        return;
    }
    for (size, _) in tiergate_benches::sizes() {
        match (counted(size, FEW), counted(size, FEW + MORE)) {
            (Ok(few), Ok(many)) => {
                println!("instructions, {size}: {} a request", (many - few) / MORE);
            }
            (Err(told), _) | (_, Err(told)) => println!("instructions, {size}: {told}"),
        }
    }
}

/// Instructions of a whole run; else what valgrind says.
fn counted(size: &str, times: u64) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|fault| fault.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["score", size, &times.to_string()])
        .output()
        .map_err(|fault| fault.to_string())?;
    let told = String::from_utf8_lossy(&output.stderr);
    let collected = told
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let count = collected.and_then(|(_, count)| count.trim().parse().ok());
    count.ok_or_else(|| format!("valgrind counted nothing: {told}"))
}
