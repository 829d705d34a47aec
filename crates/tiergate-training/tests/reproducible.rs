//! The same rows give the same weights to the last bit, on every platform: trained here on the sample of
//! public results that may be published, and compared with what was committed.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

use serde_json::Value;
use tiergate_scorer::{Learnt, Scorer, Weights};
use tiergate_training::{BadCheckpoint, NoWeights, Place, Recipe, Trainer, Vectors};
use tiergate_wire::chat::Request;

const RECIPE: &[u8] = include_bytes!("../data/recipe.json");
const VECTORS: &[u8] = include_bytes!("../data/words.vec");

fn lines(file: &'static str) -> impl Iterator<Item = Value> {
    file.lines().map(|line| serde_json::from_str(line).unwrap())
}

fn request(value: &Value) -> Request {
    Request::parse(value.to_string().into()).unwrap()
}

fn trainer() -> Trainer {
    let recipe = Recipe::parse(RECIPE).unwrap();
    Trainer::new(recipe, Vectors::parse(VECTORS).unwrap())
}

fn taught() -> Trainer {
    let mut trainer = trainer();
    for row in lines(include_str!("../data/sample.jsonl")) {
        let tiers = ["nano", "small", "standard", "premium", "flagship"];
        let tiers = tiers.map(|tier| row["tiers"][tier].as_f64());
        trainer.labelled(
            row["bench"].as_str().unwrap(),
            &request(&row["request"]),
            tiers,
        );
    }
    for row in lines(include_str!("../data/behaviour.jsonl")) {
        let tiers =
            [0, 1].map(|at| usize::try_from(row["expect_tier"][at].as_u64().unwrap()).unwrap());
        trainer.expected(
            row["bench"].as_str().unwrap(),
            request(&row["request"]),
            tiers,
        );
    }
    for row in lines(include_str!("../data/pairs.jsonl")) {
        trainer.pair(request(&row["easier"]), request(&row["harder"]));
    }
    for row in lines(include_str!("../data/paraphrases.jsonl")) {
        trainer.paraphrase(request(&row["a"]), request(&row["b"]));
    }
    trainer
}

/// 64-bit FNV-1a: enough to tell two files apart, without a package.
fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn the_sample_gives_the_committed_weights_to_the_last_bit() {
    let weights = taught().train([0; 32], [0; 32]).unwrap();
    let file = weights.to_bytes();
    let expected = include_str!("../data/sample.digest").trim();
    assert_eq!(format!("{:016x}", digest(&file)), expected);
    assert_eq!(Weights::parse(&file), Ok(weights));
}

#[test]
fn what_was_learnt_from_the_sample_is_of_use() {
    let scorer = Learnt::with(&taught().train([0; 32], [0; 32]).unwrap());
    let score = |text: &str| scorer.assess(&Request::user("auto", text)).score;
    let hard = score(
        "Prove that every finite integral domain is a field, and characterise the finite fields up to isomorphism.",
    );
    assert!(hard > score("Translate to Spanish: good morning"));
    assert!(hard > score("What is the capital of Peru?"));
}

#[test]
fn the_shipped_weights_name_this_recipe() {
    use sha2::{Digest, Sha256};
    let recipe: [u8; 32] = Sha256::digest(RECIPE).into();
    assert_eq!(Weights::shipped().recipe, recipe, "train the weights again");
}

#[test]
fn too_little_is_refused() {
    assert_eq!(
        trainer().train([0; 32], [0; 32]).unwrap_err(),
        NoWeights::TooLittle
    );
    let mut one_sided = trainer();
    let request = Request::user("auto", "What is the capital of Peru?");
    one_sided.labelled("bench", &request, [None, None, Some(1.0), None, None]);
    assert!(one_sided.train([0; 32], [0; 32]).is_err());
}

#[test]
fn a_recipe_with_a_slip_is_refused() {
    let slip = String::from_utf8_lossy(RECIPE).replace("\"centre\"", "\"center\"");
    let told = Recipe::parse(slip.as_bytes()).unwrap_err().to_string();
    assert!(told.contains("center"), "{told}");
}

#[test]
fn a_training_goes_on_from_a_checkpoint_to_the_same_bits() {
    let at = Place {
        of: [1; 32],
        lines: 7,
        read: [2; 32],
    };
    let again = |trainer: &Trainer| {
        let bytes = trainer.checkpoint(&at);
        let mut fresh = self::trainer();
        assert_eq!(fresh.resume(&bytes, [1; 32]), Ok(at));
        assert_eq!(fresh.checkpoint(&at), bytes);
        fresh
    };
    let mut trainer = again(&taught());
    trainer.blend().unwrap();
    while trainer.bend().unwrap() {
        trainer = again(&trainer);
    }
    assert_eq!(trainer.passes(), 3);
    let weights = trainer.train([0; 32], [0; 32]).unwrap();
    let expected = include_str!("../data/sample.digest").trim();
    assert_eq!(format!("{:016x}", digest(&weights.to_bytes())), expected);
}

#[test]
fn another_row_begins_the_fit_anew() {
    let mut trainer = taught();
    assert!(trainer.bend().unwrap());
    let request = Request::user("auto", "What is the capital of Peru?");
    trainer.pair(request.clone(), request);
    assert_eq!(trainer.passes(), 0);
}

#[test]
fn a_broken_or_foreign_checkpoint_changes_nothing() {
    let at = Place {
        of: [1; 32],
        lines: 7,
        read: [2; 32],
    };
    let mut other = trainer();
    let request = Request::user("auto", "What is the capital of Peru?");
    other.expected("bench", request, [0, 1]);
    let whole = other.checkpoint(&at);
    let mut trainer = trainer();
    let before = trainer.checkpoint(&at);
    let mut refused = |bytes: &[u8], of: u8, wanted: BadCheckpoint| {
        assert_eq!(trainer.resume(bytes, [of; 32]), Err(wanted));
        assert_eq!(trainer.checkpoint(&at), before);
    };
    for end in 0..whole.len() {
        refused(&whole[..end], 1, BadCheckpoint::Torn);
    }
    for place in [40, whole.len() / 2, whole.len() - 1] {
        let mut flipped = whole.clone();
        flipped[place] ^= 1;
        refused(&flipped, 1, BadCheckpoint::Torn);
    }
    refused(&[&whole[..], b"x"].concat(), 1, BadCheckpoint::Torn);
    refused(b"something else", 1, BadCheckpoint::NotACheckpoint);
    refused(&whole, 9, BadCheckpoint::Other);
    let mut newer = whole.clone();
    newer[8] += 1;
    refused(&newer, 1, BadCheckpoint::Version(2));
}
