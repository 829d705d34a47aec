//! `tiergate-score train`: weights from labelled rows.

use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use tiergate_evaluation::{BadRow, Paraphrase, Row, request};
use tiergate_training::{Recipe, Trainer, Vectors};
use tiergate_wire::chat::Request;

use crate::Fault;
use crate::cli::Train;
use crate::input::{lines, read};
use crate::talk::{Progress, say};

/// The vectors and the recipe of the shipped weights.
const VECTORS: &[u8] = include_bytes!("../../../crates/tiergate-training/data/words.vec");
const RECIPE: &[u8] = include_bytes!("../../../crates/tiergate-training/data/recipe.json");

/// What a line gives to learn from.
enum Lesson {
    Row(Box<Row>),
    /// Of two requests the second is harder.
    Pair(Box<[Request; 2]>),
    /// Two requests say the same.
    Paraphrase(Box<Paraphrase>),
}

pub(crate) fn run(asked: &Train) -> Result<(), Fault> {
    let recipe_file = given(asked.recipe.as_deref(), RECIPE)?;
    let vectors_file = given(asked.vectors.as_deref(), VECTORS)?;
    let recipe = Recipe::parse(&recipe_file).map_err(|fault| format!("the recipe: {fault}"))?;
    let vectors = Vectors::parse(&vectors_file)?;
    let mut digest = Sha256::new();
    digest.update(&vectors_file);
    let mut trainer = Trainer::new(recipe, vectors);
    let progress = Progress::new(asked.quiet);
    for path in &asked.data {
        digest.update(read(path)?);
        let lessons = lines(path, Lesson::parse)?;
        let total = lessons.len();
        for (nth, lesson) in lessons.into_iter().enumerate() {
            lesson.teach(&mut trainer, asked);
            progress.show(path, nth + 1, total);
        }
    }
    let weights = trainer.train(
        Sha256::digest(&recipe_file).into(),
        digest.finalize().into(),
    )?;
    let file = weights.to_bytes();
    std::fs::write(&asked.out, &file)
        .map_err(|fault| format!("{}: {fault}", asked.out.display()))?;
    say(format_args!(
        "{}: {} bytes, {} words, recipe {}, data {}, sha256 {}",
        asked.out.display(),
        file.len(),
        weights.words.len(),
        hex(&weights.recipe),
        hex(&weights.data),
        hex(&Sha256::digest(&file)),
    ));
    Ok(())
}

fn given(path: Option<&Path>, shipped: &[u8]) -> Result<Vec<u8>, Fault> {
    path.map_or_else(|| Ok(shipped.to_vec()), read)
}

impl Lesson {
    fn parse(line: &str) -> Result<Self, BadRow> {
        #[derive(Deserialize)]
        struct Raw<'a> {
            #[serde(borrow)]
            easier: &'a RawValue,
            #[serde(borrow)]
            harder: &'a RawValue,
        }
        if let Ok(raw) = serde_json::from_str::<Raw<'_>>(line) {
            let pair = [request(raw.easier.get())?, request(raw.harder.get())?];
            return Ok(Self::Pair(Box::new(pair)));
        }
        if let Ok(paraphrase) = Paraphrase::parse(line) {
            return Ok(Self::Paraphrase(Box::new(paraphrase)));
        }
        Ok(Self::Row(Box::new(Row::parse(line)?)))
    }

    fn teach(self, trainer: &mut Trainer, asked: &Train) {
        match self {
            Self::Pair(pair) => {
                let [easier, harder] = *pair;
                trainer.pair(easier, harder);
            }
            Self::Paraphrase(same) => trainer.paraphrase(same.a, same.b),
            Self::Row(row) => {
                let left_out = |bench: &String| {
                    bench
                        .strip_suffix('*')
                        .map_or(*bench == row.bench, |start| row.bench.starts_with(start))
                };
                if asked.leave_out.iter().any(left_out)
                    || row.fold.is_some() && row.fold == asked.without_fold
                {
                    return;
                }
                match row.expect_tier {
                    Some(tiers) => trainer.expected(&row.bench, row.request, tiers),
                    None => trainer.labelled(&row.bench, &row.request, row.tiers),
                }
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
