//! A closed loop over kept connections: latencies of the client, CPU of the process under test.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Duration, Instant};

use super::process::Child;
use super::{gateway, provider};

/// Streams at once.
pub const STREAMS: usize = 64;

/// What one measurement gave.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// Milliseconds to the answer (whole) or to the first token (streamed).
    pub p50: f64,
    pub p99: f64,
    /// Microseconds of CPU per request (whole) or per chunk (streamed).
    pub cpu: f64,
}

impl Sample {
    pub fn median(samples: Vec<Self>) -> Self {
        let middle = |value: fn(&Self) -> f64| {
            let mut values: Vec<f64> = samples.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        Self {
            p50: middle(|each| each.p50),
            p99: middle(|each| each.p99),
            cpu: middle(|each| each.cpu),
        }
    }
}

/// Latency with one connection, then CPU with sixteen.
pub fn whole(child: &Child, body: &[u8]) -> Sample {
    let request = request(body);
    let seconds = Duration::from_millis(1_500);
    let mut latencies = drive(child, &request, 1, seconds).latencies;
    let (before, run) = (child.cpu_nanos(), drive(child, &request, 16, seconds));
    let cpu = (child.cpu_nanos() - before) / 1e3 / f64::from(run.requests);
    percentiles(&mut latencies, cpu)
}

/// First token and CPU per chunk, with 64 streams at once.
pub fn streamed(child: &Child, body: &[u8]) -> Sample {
    let request = request(body);
    let (before, mut run) = (
        child.cpu_nanos(),
        drive(child, &request, STREAMS, Duration::from_millis(1_500)),
    );
    let chunks = f64::from(run.requests)
        * f64::from(u32::try_from(provider::CHUNKS).expect("a small number"));
    let cpu = (child.cpu_nanos() - before) / 1e3 / chunks;
    percentiles(&mut run.latencies, cpu)
}

struct Run {
    /// Milliseconds to the first byte of each answer's body or head.
    latencies: Vec<f64>,
    requests: u32,
}

fn drive(child: &Child, request: &[u8], connections: usize, duration: Duration) -> Run {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        let end = Instant::now() + duration;
        let loops: Vec<_> = (0..connections)
            .map(|_| {
                let (address, request) = (child.address().to_owned(), request.to_vec());
                tokio::task::spawn_local(async move { repeat(&address, &request, end).await })
            })
            .collect();
        let mut run = Run {
            latencies: Vec::new(),
            requests: 0,
        };
        for each in loops {
            let latencies = each.await.expect("a loop ends");
            run.requests += u32::try_from(latencies.len()).expect("fewer than four billion");
            run.latencies.extend(latencies);
        }
        run
    })
}

async fn repeat(address: &str, request: &[u8], end: Instant) -> Vec<f64> {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.set_nodelay(true).expect("a socket option");
    let mut buffer = vec![0; 64 * 1024];
    let mut latencies = Vec::new();
    while Instant::now() < end {
        let started = Instant::now();
        stream.write_all(request).await.expect("it reads");
        let first = read_answer(&mut stream, &mut buffer).await;
        latencies.push((first - started).as_secs_f64() * 1e3);
    }
    latencies
}

/// Reads one answer to its end; gives the time of its first bytes.
async fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Instant {
    let mut answer: Vec<u8> = Vec::new();
    let mut first = None;
    loop {
        let count = stream.read(buffer).await.expect("an answer");
        assert!(
            count > 0,
            "the connection closed in the middle of an answer: {}",
            String::from_utf8_lossy(&answer)
        );
        first.get_or_insert_with(Instant::now);
        answer.extend_from_slice(&buffer[..count]);
        if is_whole(&answer) {
            assert!(
                answer.starts_with(b"HTTP/1.1 200"),
                "{}",
                String::from_utf8_lossy(&answer)
            );
            return first.unwrap_or_else(Instant::now);
        }
    }
}

fn is_whole(answer: &[u8]) -> bool {
    let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return false;
    };
    let text = String::from_utf8_lossy(&answer[..head]).to_ascii_lowercase();
    match text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
    {
        Some(length) => {
            answer.len() - head - 4 >= length.trim().parse::<usize>().expect("a number")
        }
        None => answer.ends_with(b"0\r\n\r\n"),
    }
}

fn request(body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        gateway::KEY,
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn percentiles(latencies: &mut [f64], cpu: f64) -> Sample {
    latencies.sort_by(f64::total_cmp);
    let at =
        |per_cent: usize| latencies[(latencies.len() * per_cent / 100).min(latencies.len() - 1)];
    Sample {
        p50: at(50),
        p99: at(99),
        cpu,
    }
}
