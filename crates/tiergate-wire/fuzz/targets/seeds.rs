//! Writes the seeds of `weights`, which name every signal: `cargo run --release --bin seeds`.

use std::path::Path;

use tiergate_scorer::{Rate, Weights, Word};

/// The greatest weight that a file may have.
const MOST: i32 = (1 << 27) - 1;

fn main() -> std::io::Result<()> {
    let shipped = Weights::shipped();
    let some = shipped.words.iter().step_by(shipped.words.len() / 40 + 1);
    let shipped = Weights {
        words: some.copied().collect(),
        ..shipped
    };
    let wordless = Weights {
        words: Vec::new(),
        ..shipped.clone()
    };
    let nothing = Weights {
        base: 0,
        even: [0; 5],
        rates: vec![Rate::default(); wordless.rates.len()],
        ..wordless.clone()
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/weights");
    let save = |name: &str, file: &[u8]| std::fs::write(folder.join(name), file);
    save("greatest", &extreme(&shipped, |_| MOST).to_bytes())?;
    save("least", &extreme(&shipped, |_| -MOST).to_bytes())?;
    let turns = |nth: usize| if nth.is_multiple_of(2) { MOST } else { -MOST };
    save("by-turns", &extreme(&wordless, turns).to_bytes())?;
    save("nothing", &nothing.to_bytes())?;
    save("cut-off", &wordless.to_bytes()[..300])?;
    save("without-words", &wordless.to_bytes())?;
    save("with-words", &shipped.to_bytes())
}

/// Weights as far from nothing as they can be, to the side that `side` gives each.
fn extreme(like: &Weights, side: impl Fn(usize) -> i32) -> Weights {
    let rate = |nth| Rate {
        points: side(nth),
        relief: [side(nth); 5],
    };
    let word = |(nth, word): (usize, &Word)| Word {
        hash: word.hash,
        points: if side(nth) < 0 { i16::MIN } else { i16::MAX },
        relief: [if side(nth) < 0 { i8::MIN } else { i8::MAX }; 5],
    };
    Weights {
        base: side(1),
        even: std::array::from_fn(&side),
        rates: (0..like.rates.len()).map(rate).collect(),
        words: like.words.iter().enumerate().map(word).collect(),
        ..like.clone()
    }
}
