//! The seeds of the fuzz targets `score` and `weights`, read without a fuzzer.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::path::Path;

use tiergate_scorer::{Learnt, Scorer, Weights};
use tiergate_wire::chat::Request;

#[test]
fn requests_get_a_score_that_is_the_sum_of_its_parts() {
    let scorer = Learnt::new();
    let bodies = corpus("score");
    assert!(bodies.len() >= 10);
    for body in bodies {
        let found = scorer.assess(&Request::parse(body.into()).unwrap());
        let parts = found.signals.iter().map(|signal| i32::from(signal.points));
        let points = (parts.sum::<i32>().clamp(0, 10_000) + 50) / 100;
        assert_eq!(points, i32::from(found.score.number()), "{found:?}");
        assert!(found.success.is_sorted(), "{found:?}");
    }
}

#[test]
fn extreme_weights_are_read_and_keep_scores_within_bounds() {
    let mut read = 0;
    for file in corpus("weights") {
        let Ok(weights) = Weights::parse(&file) else {
            continue;
        };
        read += 1;
        assert_eq!(weights.to_bytes(), file);
        let scorer = Learnt::with(&weights);
        for body in corpus("score") {
            let found = scorer.assess(&Request::parse(body.into()).unwrap());
            assert!(found.score.number() <= 100, "{found:?}");
            assert!(found.success.is_sorted(), "{found:?}");
        }
    }
    assert!(
        read >= 5,
        "{read}: after a change of signals run the fuzz crate's bin 'seeds'"
    );
}

/// The seeds of a fuzz target.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tiergate-wire/fuzz/corpus");
    let files = std::fs::read_dir(folder.join(target)).unwrap();
    files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
}
