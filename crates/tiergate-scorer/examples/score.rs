//! Scores chat requests: one JSON object a line on standard input, one a line on standard output.
//!
//! ```sh
//! echo '{"messages":[{"role":"user","content":"thanks!"}]}' |
//!   cargo run -q --release -p tiergate-scorer --example score
//! ```
//!
//! A line is `{"score":…,"tier":"…","success":[…],"readable":…,"signals":{"name":[points,value],…}}`
//! with points in hundredths. A request without a `model` gets one.

use std::error::Error;
use std::io::{self, BufRead, Write};

use tiergate_scorer::{Assessment, Learnt, Scorer, Thresholds};
use tiergate_wire::chat::Request;

const TIERS: [&str; 5] = ["nano", "small", "standard", "premium", "flagship"];

fn main() -> Result<(), Box<dyn Error>> {
    let scorer = Learnt::new();
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let request = Request::parse(line.clone().into());
        let request = match request {
            Ok(request) => request,
            Err(_) => Request::parse(line.replacen('{', r#"{"model":"auto","#, 1).into())?,
        };
        print(&mut out, &scorer.assess(&request))?;
    }
    Ok(out.flush()?)
}

fn print(out: &mut impl Write, assessment: &Assessment) -> io::Result<()> {
    let score = assessment.score;
    let tier = TIERS[Thresholds::default().tier_index(score)];
    let success = assessment.success;
    let readable = assessment.readable;
    write!(
        out,
        r#"{{"score":{score},"tier":"{tier}","success":{success:?},"#
    )?;
    write!(out, r#""readable":{readable},"signals":{{"#)?;
    for (nth, signal) in assessment.signals.iter().enumerate() {
        let comma = if nth == 0 { "" } else { "," };
        write!(
            out,
            r#"{comma}"{}":[{},{}]"#,
            signal.name, signal.points, signal.value
        )?;
    }
    writeln!(out, "}}}}")
}
