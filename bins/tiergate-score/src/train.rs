//! `tiergate-score train`: weights from labelled rows.

use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest, Sha256};
use tiergate_scorer::Weights;
use tiergate_training::{Place, Recipe, Trainer, Vectors};

use crate::Fault;
use crate::checkpoint::Checkpoint;
use crate::cli::Train;
use crate::input::{each_line, read, text};
use crate::lesson::Lesson;
use crate::progress::Progress;
use crate::talk::say;

/// The vectors and the recipe of the shipped weights.
const VECTORS: &[u8] = include_bytes!("../../../crates/tiergate-training/data/words.vec");
const RECIPE: &[u8] = include_bytes!("../../../crates/tiergate-training/data/recipe.json");

pub(crate) fn run(asked: &Train) -> Result<(), Fault> {
    let recipe = given(asked.recipe.as_deref(), RECIPE)?;
    let mut training = Training::begin(asked, &recipe)?;
    for path in &asked.data {
        training.read(path)?;
    }
    training.fit()?;
    let data = training.read_so_far();
    let weights = training
        .trainer
        .train(Sha256::digest(&recipe).into(), data)?;
    let file = weights.to_bytes();
    std::fs::write(&asked.out, &file)
        .map_err(|fault| format!("{}: {fault}", asked.out.display()))?;
    training.end()?;
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

/// A training under way.
struct Training<'a> {
    asked: &'a Train,
    trainer: Trainer,
    /// Passes of bending in the recipe.
    passes: usize,
    /// Of the vectors and all lines so far.
    digest: Sha256,
    lines: u64,
    checkpoint: Option<Checkpoint>,
    /// The place of the checkpoint: what was learnt up to there is known.
    resumed: Option<Place>,
    progress: Progress,
}

impl<'a> Training<'a> {
    /// Starts from the checkpoint, where there is one.
    fn begin(asked: &'a Train, recipe: &[u8]) -> Result<Self, Fault> {
        let vectors = given(asked.vectors.as_deref(), VECTORS)?;
        let digest = Sha256::new_with_prefix(&vectors);
        let of = choices(asked, recipe, &vectors);
        let recipe = Recipe::parse(recipe).map_err(|fault| format!("the recipe: {fault}"))?;
        let passes = recipe.behaviour.passes;
        let mut trainer = Trainer::new(recipe, Vectors::parse(&vectors)?);
        if asked.resume.as_ref() == Some(&asked.out) {
            return Err("--resume and --out must name two files".into());
        }
        let mut checkpoint = asked.resume.as_ref().map(|path| Checkpoint::new(path, of));
        let resumed = match &mut checkpoint {
            Some(checkpoint) => checkpoint.take_up(&mut trainer)?,
            None => None,
        };
        let progress = Progress::new(asked.quiet);
        if let Some(place) = resumed {
            let (lines, passes) = (place.lines, trainer.passes());
            progress.note(&format!("going on after {lines} lines and {passes} passes"));
        }
        Ok(Self {
            asked,
            trainer,
            passes,
            digest,
            lines: 0,
            checkpoint,
            resumed,
            progress,
        })
    }

    fn read(&mut self, path: &Path) -> Result<(), Fault> {
        let mut reading = self.progress.read(path);
        each_line(path, |line| {
            reading.line(line.len());
            self.line(line)
        })?;
        reading.end();
        self.keep_if(Checkpoint::is_behind)
    }

    /// Learns from a line, unless that was done before the checkpoint.
    fn line(&mut self, line: &[u8]) -> Result<(), Fault> {
        self.digest.update(line);
        self.lines += 1;
        if let Some(place) = self.resumed.filter(|place| self.lines <= place.lines) {
            return self.agree(place);
        }
        if let Some(text) = text(line)? {
            Lesson::parse(text)?.teach(&mut self.trainer, self.asked);
        }
        self.keep_if(Checkpoint::is_due)
    }

    /// Fits the blend and bends it, and keeps what comes of each pass.
    fn fit(&mut self) -> Result<(), Fault> {
        if let Some(place) = self.resumed.filter(|place| place.lines > self.lines) {
            let (lines, missed) = (self.lines, place.lines);
            let told = format!("the files have {lines} lines, and the checkpoint is of {missed}");
            return Err(told.into());
        }
        self.progress.step("fitting");
        self.trainer.blend()?;
        while self.trainer.passes() < self.passes {
            self.progress.pass(self.trainer.passes() + 1, self.passes);
            self.trainer.bend()?;
            self.keep_if(|_, _| true)?;
        }
        Ok(())
    }

    /// At the last line of the checkpoint, whether all lines up to there are those it was made of.
    fn agree(&self, place: Place) -> Result<(), Fault> {
        let agreed = self.lines < place.lines || self.read_so_far() == place.read;
        let other = "up to here the checkpoint is of other lines";
        agreed.then_some(()).ok_or_else(|| other.into())
    }

    /// The digest of the vectors and all lines so far.
    fn read_so_far(&self) -> [u8; 32] {
        self.digest.clone().finalize().into()
    }

    fn keep_if(&mut self, wanted: impl Fn(&Checkpoint, u64) -> bool) -> Result<(), Fault> {
        match &mut self.checkpoint {
            Some(checkpoint) if wanted(checkpoint, self.lines) => {
                let read = self.digest.clone().finalize().into();
                checkpoint.keep(&self.trainer, self.lines, read)
            }
            _ => Ok(()),
        }
    }

    /// What is left when the weights are written.
    fn end(self) -> Result<(), Fault> {
        self.checkpoint.map_or(Ok(()), Checkpoint::remove)
    }
}

/// A digest of all that decides about the weights beside the lines.
fn choices(asked: &Train, recipe: &[u8], vectors: &[u8]) -> [u8; 32] {
    let signals: Vec<&str> = Weights::signals().collect();
    let chosen = (
        env!("CARGO_PKG_VERSION"),
        signals,
        &asked.leave_out,
        asked.without_fold,
    );
    let mut digest = Sha256::new_with_prefix(format!("{chosen:?}"));
    digest.update(Sha256::digest(recipe));
    digest.update(Sha256::digest(vectors));
    digest.finalize().into()
}

fn given(path: Option<&Path>, shipped: &[u8]) -> Result<Vec<u8>, Fault> {
    path.map_or_else(|| Ok(shipped.to_vec()), read)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
