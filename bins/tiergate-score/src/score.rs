//! `tiergate-score score`: requests in, scores out, line by line.

use std::io::{self, BufRead, BufReader, BufWriter, Write};

use tiergate_evaluation::{TIERS, request};
use tiergate_scorer::{Assessment, Scorer, Thresholds};

use crate::Fault;
use crate::cli::Score;
use crate::shipped::scorer;

/// Bytes that are read and written at once.
const BUFFER: usize = 1 << 18;

pub(crate) fn run(asked: &Score) -> Result<(), Fault> {
    let scorer = scorer(asked.scorer.weights.as_deref())?;
    let input = BufReader::with_capacity(BUFFER, io::stdin().lock());
    let output = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    match pipe(input, output, &*scorer, asked.scorer.thresholds()) {
        Err(Stop::Output(fault)) if fault.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(Stop::Output(fault)) => Err(fault.into()),
        Err(Stop::Input(fault)) => Err(fault),
        Ok(()) => Ok(()),
    }
}

/// Why it ended early.
enum Stop {
    Input(Fault),
    Output(io::Error),
}

/// Scores every line. What has been scored is written before more input is waited for, and before an
/// error is told.
fn pipe<R: io::Read>(
    mut input: BufReader<R>,
    mut output: impl Write,
    scorer: &dyn Scorer,
    thresholds: Thresholds,
) -> Result<(), Stop> {
    let mut line = Vec::new();
    for at in 1_u64.. {
        if memchr::memchr(b'\n', input.buffer()).is_none() {
            output.flush().map_err(Stop::Output)?;
        }
        line.clear();
        let read = input.read_until(b'\n', &mut line);
        if read.map_err(|fault| Stop::Input(fault.into()))? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match assess(&line, scorer) {
            Ok(found) => write(&mut output, &found, thresholds).map_err(Stop::Output)?,
            Err(fault) => {
                output.flush().map_err(Stop::Output)?;
                return Err(Stop::Input(format!("line {at}: {fault}").into()));
            }
        }
    }
    output.flush().map_err(Stop::Output)
}

fn assess(line: &[u8], scorer: &dyn Scorer) -> Result<Assessment, Fault> {
    let line = std::str::from_utf8(line).map_err(|fault| format!("not UTF-8: {fault}"))?;
    Ok(scorer.assess(&request(line)?))
}

fn write(out: &mut impl Write, found: &Assessment, thresholds: Thresholds) -> io::Result<()> {
    let tier = TIERS[thresholds.tier_index(found.score)];
    let [nano, small, standard, premium, flagship] = found.success.map(|p| f64::from(p) / 1000.0);
    writeln!(
        out,
        r#"{{"score":{},"tier":"{tier}","success":[{nano},{small},{standard},{premium},{flagship}]}}"#,
        found.score
    )
}
