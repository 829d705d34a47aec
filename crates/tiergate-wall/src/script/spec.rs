//! A sequence of faults: `500,500,ok`, `503*3,ok`, `flap:down=2:up=5`.

use std::fmt;
use std::time::Duration;

use super::fault::Fault;
use super::quoted;
use crate::words::mix;

/// The most turns that one item of a sequence stands for.
const MOST_TURNS: u64 = 1_000_000_000;

/// What a target does, request after request; the last item goes on for ever, unless `again` stands behind it.
#[derive(Clone)]
pub struct Spec {
    turns: Vec<(Fault, u64)>,
    again: bool,
    text: String,
}

impl Spec {
    /// Reads a sequence.
    ///
    /// # Errors
    ///
    /// Says which name or parameter is not in the catalogue.
    pub fn parse(text: &str) -> Result<Self, String> {
        let items = quoted::parts(text, ',')?.into_iter();
        let mut items: Vec<&str> = items.map(str::trim).collect();
        let again = items.len() > 1 && items.last() == Some(&"again");
        if again {
            items.pop();
        }
        let turns = items.into_iter().map(turn).collect::<Result<_, _>>()?;
        Ok(Self {
            turns,
            again,
            text: text.to_owned(),
        })
    }

    /// The fault of the request with this number, counted from 0, so long after the start.
    pub(crate) fn pick(&self, number: u64, elapsed: Duration, seed: u64) -> Fault {
        let whole: u64 = self.turns.iter().map(|(_, count)| count).sum();
        let mut left = if self.again && whole > 0 {
            number % whole
        } else {
            number
        };
        let mut found = None;
        for (fault, count) in &self.turns {
            found = Some(fault);
            if left < *count {
                break;
            }
            left -= count;
        }
        let Some(fault) = found else {
            return Fault {
                row: crate::catalogue::ok(),
                manner: super::manner::Manner::default(),
                text: "ok".to_owned(),
            };
        };
        match fault.row.name {
            "flap" => flapping(fault, elapsed),
            "rate" => by_chance(fault, number, seed),
            _ => fault.clone(),
        }
    }
}

fn turn(item: &str) -> Result<(Fault, u64), String> {
    let parts = quoted::parts(item, '*')?;
    let (text, count) = match *parts.as_slice() {
        [text] => (text, 1),
        [text, count] => {
            let count = count.parse().ok().filter(|count| *count <= MOST_TURNS);
            let count =
                count.ok_or_else(|| format!("{item}: how often? at most {MOST_TURNS} times"))?;
            (text, count)
        }
        _ => return Err(format!("{item}: how often?")),
    };
    Ok((Fault::parse(text)?, count))
}

fn flapping(fault: &Fault, elapsed: Duration) -> Fault {
    let down = fault.manner.down.unwrap_or(Duration::from_secs(2));
    let up = fault.manner.up.unwrap_or(Duration::from_secs(2));
    let round = (down + up).as_nanos().max(1);
    if elapsed.as_nanos() % round < down.as_nanos() {
        fault.shown()
    } else {
        fault.spared()
    }
}

fn by_chance(fault: &Fault, number: u64, seed: u64) -> Fault {
    let share = fault.manner.share.unwrap_or(500_000);
    let seed = fault.manner.seed.unwrap_or(seed);
    if mix(mix(seed) ^ number) % 1_000_000 < share {
        fault.shown()
    } else {
        fault.spared()
    }
}

impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Spec;

    fn run(text: &str, count: u64) -> String {
        let spec = Spec::parse(text).unwrap();
        let names = (0..count).map(|number| spec.pick(number, Duration::ZERO, 1).text);
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn sequences() {
        assert_eq!(run("500,502,ok", 5), "500 502 ok ok ok");
        assert_eq!(run("500*2,ok,again", 5), "500 500 ok 500 500");
        assert_eq!(
            run("503:retry-after=2", 2),
            "503:retry-after=2 503:retry-after=2"
        );
        assert_eq!(run("500*0,ok", 1), "ok");
    }

    #[test]
    fn mistakes_are_told() {
        for (text, told) in [
            ("", "no fault \"\""),
            ("no-such", "no fault \"no-such\""),
            ("503:retry=2", "no parameter retry"),
            ("cut-at:x", "not a number: x"),
            ("500*x", "how often"),
            ("flap:as=nothing", "no fault \"nothing\""),
            ("rate:p=2", "at most 1"),
            ("tps:0", "more than nothing"),
            ("again", "no fault"),
            ("500*1000000001", "at most 1000000000 times"),
            ("500*2*3", "how often"),
            ("cut_at:3", "there is cut-at"),
            ("505", "there is status:N"),
            ("flap:as=flap", "cannot be flap"),
            ("flap:as=rate", "cannot be rate"),
            ("rate:as=flap", "cannot be flap"),
            ("rate:as=rate", "cannot be rate"),
            ("503:as=reset", "as is a parameter of flap and rate"),
            ("rate:down=3", "down is a parameter of flap"),
            ("ok:p=0.5", "p is a parameter of rate"),
            ("ok:words=100001", "words: 100001 is not from 0 to 100000"),
            ("huge:65537", "mib: 65537 is not from 0 to 65536"),
            ("slices:0", "slice: 0 is not from 1 to"),
            ("stall:86401", "for: at most a day"),
            ("tps:0.00001", "a word a day"),
            ("503:retry-after=ü", "printable ASCII"),
            ("503:retry-after='a", "not closed"),
            ("503:retry-after='a'b", "between two quotes"),
        ] {
            let fault = Spec::parse(text).unwrap_err();
            assert!(fault.contains(told), "{text}: {fault}");
        }
    }

    #[test]
    fn flapping_follows_the_clock() {
        let spec = Spec::parse("flap:down=2:up=3:as=reset").unwrap();
        let at = |seconds| spec.pick(9, Duration::from_millis(seconds), 1).text;
        assert_eq!(
            [at(0), at(1_999), at(2_000), at(4_999), at(5_000)].join(" "),
            "reset reset ok ok reset"
        );
    }

    #[test]
    fn chance_is_seeded() {
        let first = run("rate:p=0.3:seed=7", 1000);
        assert_eq!(first, run("rate:p=0.3:seed=7", 1000));
        assert_ne!(first, run("rate:p=0.3:seed=8", 1000));
        let failed = first.matches("503").count();
        assert!((250..350).contains(&failed), "{failed}");
    }
}
