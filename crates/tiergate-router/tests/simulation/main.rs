//! The router in all weathers: one seed draws providers, models, faults, clients and reloads, and a stopped clock runs
//! through hours of it in milliseconds. Whatever happens, the laws must hold; see `docs/simulation.md`.
//!
//! `SEEDS=10000 cargo test -p tiergate-router --test simulation` runs as many seeds as that, and
//! `SEED=17 cargo test -p tiergate-router --test simulation` the one that failed, with all that happened in it.
#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "helpers of tests fail loudly"
)]

mod client;
mod ending;
mod laws;
mod ledger;
mod provider;
mod run;
mod scene;
mod stage;
mod weather;
mod workers;

use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use ledger::Tally;
use run::{Ran, run};

/// Seeds that are run unless the environment says how many.
const SEEDS: u64 = 200;

#[test]
fn the_laws_hold_in_all_weathers() {
    if let Some(seed) = number("SEED") {
        let ran = run(seed);
        println!("{}", ran.trace.join("\n"));
        assert!(ran.broken.is_empty(), "{}", report(seed, &ran));
        return;
    }
    let seeds = number("SEEDS").unwrap_or(SEEDS);
    let (next, found) = (
        AtomicU64::new(0),
        Mutex::new((Tally::default(), Vec::new())),
    );
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads.min(4) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds {
                        break;
                    }
                    let ran = run(seed);
                    let mut found = found.lock().unwrap();
                    found.0.add(&ran.tally);
                    if !ran.broken.is_empty() {
                        found.1.push((seed, report(seed, &ran)));
                    }
                }
            });
        }
    });
    let (tally, mut reports) = found.into_inner().unwrap();
    reports.sort();
    println!("{seeds} seeds: {tally:?}");
    let bad = reports.len();
    let first: String = reports
        .into_iter()
        .take(5)
        .map(|(_, report)| report)
        .collect();
    assert!(bad == 0, "{bad} of {seeds} seeds broke a law:\n{first}");
    // a simulation in which nothing happens would hold every law
    let met = [
        tally.whole,
        tally.interrupted,
        tally.failed,
        tally.shut,
        tally.left,
        tally.probes,
        tally.forced,
        tally.retries,
        tally.failovers,
        tally.routed,
    ];
    assert!(
        seeds < SEEDS || met.iter().all(|count| *count > 50),
        "{tally:?}"
    );
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    for seed in [1, 2, 3, 1_000_003] {
        let (one, other) = (run(seed), run(seed));
        let differs = one
            .trace
            .iter()
            .zip(&other.trace)
            .find(|(one, other)| one != other);
        assert_eq!(one.mark(), other.mark(), "seed {seed}: {differs:?}");
        assert!(one.trace.len() > 100);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how many seeds is for who runs the test"
)]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn report(seed: u64, ran: &Ran) -> String {
    let mut report = format!("SEED={seed} cargo test -p tiergate-router --test simulation\n");
    for broken in ran.broken.iter().take(6) {
        let _ = writeln!(report, "  {broken}");
    }
    report
}
