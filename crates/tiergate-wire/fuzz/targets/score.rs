//! Every request that is read gets a score, and its signals say where it comes from.

#![no_main]

use std::sync::OnceLock;

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tiergate_scorer::{Learnt, Scorer};
use tiergate_wire::chat::Request;

/// Its tables take longer to make than a request takes to score.
static SCORER: OnceLock<Learnt> = OnceLock::new();

fuzz_target!(|body: &[u8]| {
    let Ok(request) = Request::parse(Bytes::copy_from_slice(body)) else {
        return;
    };
    let scorer = SCORER.get_or_init(Learnt::new);
    let found = scorer.assess(&request);
    let score = found.score.number();
    assert!(score <= 100, "{found:?}");
    assert!(found.success.is_sorted(), "{found:?}");
    assert!(found.success.iter().all(|p| *p <= 1000), "{found:?}");
    assert!(found.confidence <= 1000, "{found:?}");
    let parts = found.signals.iter().map(|signal| i32::from(signal.points));
    let sum: i32 = parts.sum();
    assert_eq!(
        (sum.clamp(0, 10_000) + 50) / 100,
        i32::from(score),
        "{found:?}"
    );
    assert_eq!(scorer.assess(&request), found);
});
