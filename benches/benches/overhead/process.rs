//! A copy of this program in another role.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use tokio::time::Instant;

pub struct Child {
    process: std::process::Child,
    address: String,
    ready: Duration,
}

impl Child {
    /// Starts a role and waits until it says where it listens.
    pub fn start(role: &[&str]) -> Self {
        let started = Instant::now();
        let program = std::env::current_exe().expect("this program has a path");
        let mut process = Command::new(program)
            .args(role)
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process starts");
        let mut line = String::new();
        let output = process.stdout.take().expect("its output is piped");
        BufReader::new(output)
            .read_line(&mut line)
            .expect("it says where it listens");
        Self {
            process,
            address: line.trim().to_owned(),
            ready: started.elapsed(),
        }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn ready_ms(&self) -> f64 {
        self.ready.as_secs_f64() * 1e3
    }

    /// Resident memory.
    pub fn memory_mib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))
            .unwrap_or_default();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap_or_default();
        line.trim()
            .trim_end_matches(" kB")
            .parse::<f64>()
            .unwrap_or_default()
            / 1024.0
    }

    /// CPU time of all its threads in nanoseconds.
    pub fn cpu_nanos(&self) -> f64 {
        let threads =
            std::fs::read_dir(format!("/proc/{}/task", self.process.id())).expect("its threads");
        let nanos = |path: std::path::PathBuf| {
            let text = std::fs::read_to_string(path.join("schedstat")).unwrap_or_default();
            text.split(' ')
                .next()
                .and_then(|first| first.parse::<f64>().ok())
                .unwrap_or_default()
        };
        threads.flatten().map(|entry| nanos(entry.path())).sum()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Says where this process listens, for whoever started it.
pub fn listening(address: std::net::SocketAddr) {
    use std::io::Write;
    println!("{address}");
    std::io::stdout().flush().expect("the starter reads");
}
