//! What the gateway adds: latency, CPU and memory, beside a proxy that does nothing.
//!
//! Three processes on the loopback interface: a simulated provider, a floor (hyper and its pooled client,
//! no JSON at all) and the gateway with everything on: key, scoring, routing, metering, receipts. They are
//! measured in turns, so the ratios hold on a busy machine; the times are those of this machine.
//!
//! Two more processes tell what a failed-over request costs beside a plain one: the wall, where the first target's model
//! always fails, and a gateway that remembers nothing of it, so that every request fails over. The other figures keep their
//! own provider, which paces its streams by one clock and costs the same since they were first taken.

#[path = "overhead/floor.rs"]
mod floor;
#[path = "overhead/gateway.rs"]
mod gateway;
#[path = "overhead/load.rs"]
mod load;
#[path = "overhead/process.rs"]
mod process;
#[path = "overhead/provider.rs"]
mod provider;
#[path = "overhead/wall.rs"]
mod wall;

use load::Sample;
use process::Child;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rounds of every measurement; the medians are printed.
const ROUNDS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments
        .iter()
        .skip(1)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["provider"] => provider::run(),
        ["floor", upstream] => floor::run(upstream),
        ["gateway", upstream] => gateway::run(upstream),
        ["failover", wall] => gateway::run_failover(wall),
        ["wall"] => wall::run(),
        // `cargo test --benches` runs this without --bench: there is nothing to test here
        others if others.contains(&"--bench") && !others.contains(&"--test") => {
            compare();
            compare_failover();
        }
        _ => {}
    }
}

fn compare() {
    let provider = Child::start(&["provider"]);
    let floor = Child::start(&["floor", provider.address()]);
    let gateway = Child::start(&["gateway", provider.address()]);
    println!(
        "gateway: ready after {:.0} ms, {:.1} MiB idle",
        gateway.ready_ms(),
        gateway.memory_mib()
    );
    println!(
        "\n| body | added P50 ms | added P99 ms | floor P50 ms | CPU µs | floor CPU µs | CPU × floor |\n|---|---|---|---|---|---|---|"
    );
    for (name, body) in [
        ("1 KB", tiergate_benches::small("auto")),
        ("32 KB, tools", tiergate_benches::tools("auto")),
        ("400 KB", tiergate_benches::large("auto")),
        (
            "32 KB, tools, translated for Anthropic",
            tiergate_benches::tools(gateway::ANTHROPIC),
        ),
        (
            "32 KB, tools, translated for Gemini",
            tiergate_benches::tools(gateway::GEMINI),
        ),
    ] {
        let (direct, floor, gateway) = rounds(&provider, &floor, &gateway, &body, load::whole);
        println!(
            "| {name} | {:.3} | {:.3} | {:.3} | {:.1} | {:.1} | {:.2} |",
            gateway.p50 - direct.p50,
            gateway.p99 - direct.p99,
            floor.p50 - direct.p50,
            gateway.cpu,
            floor.cpu,
            gateway.cpu / floor.cpu
        );
    }
    println!(
        "\n{} streams of {} chunks, one chunk every 10 ms:\n\n| answered by | first token added P50 ms | floor ms | CPU µs per chunk | floor CPU µs | CPU × floor |\n|---|---|---|---|---|---|",
        load::STREAMS,
        provider::CHUNKS
    );
    for (name, model) in [
        ("OpenAI's dialect", "auto"),
        ("Anthropic's", gateway::ANTHROPIC),
        ("Gemini's", gateway::GEMINI),
    ] {
        let body = tiergate_benches::small(model);
        let mut body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        body["stream"] = true.into();
        let body = body.to_string().into_bytes();
        let (direct, floor, gateway) = rounds(&provider, &floor, &gateway, &body, load::streamed);
        println!(
            "| {name} | {:.3} | {:.3} | {:.2} | {:.2} | {:.2} |",
            gateway.p50 - direct.p50,
            floor.p50 - direct.p50,
            gateway.cpu,
            floor.cpu,
            gateway.cpu / floor.cpu
        );
    }
}

/// A request whose first target fails and whose second answers, beside one whose only target answers.
fn compare_failover() {
    let wall = Child::start(&["wall"]);
    let gateway = Child::start(&["failover", wall.address()]);
    println!(
        "\nfailed over once, beside a plain request:\n\n| body | added P50 ms | added P99 ms | CPU µs | plain CPU µs | CPU × plain |\n|---|---|---|---|---|---|"
    );
    let bodies = [
        ("1 KB", tiergate_benches::small as fn(&str) -> Vec<u8>),
        ("32 KB, tools", tiergate_benches::tools),
        ("400 KB", tiergate_benches::large),
    ];
    for (name, body) in bodies {
        let models = [gateway::PLAIN, gateway::FAILING].map(body);
        let mut samples = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for (body, samples) in models.iter().zip(&mut samples) {
                samples.push(load::whole(&gateway, body));
            }
        }
        let [plain, failed] = samples.map(Sample::median);
        println!(
            "| {name} | {:.3} | {:.3} | {:.1} | {:.1} | {:.2} |",
            failed.p50 - plain.p50,
            failed.p99 - plain.p99,
            failed.cpu,
            plain.cpu,
            failed.cpu / plain.cpu
        );
    }
}

/// Medians over the rounds of direct, floor and gateway, measured in turns.
fn rounds(
    provider: &Child,
    floor: &Child,
    gateway: &Child,
    body: &[u8],
    measure: fn(&Child, &[u8]) -> Sample,
) -> (Sample, Sample, Sample) {
    let mut samples = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (child, samples) in [provider, floor, gateway].into_iter().zip(&mut samples) {
            samples.push(measure(child, body));
        }
    }
    let [direct, floor, gateway] = samples.map(Sample::median);
    (direct, floor, gateway)
}
