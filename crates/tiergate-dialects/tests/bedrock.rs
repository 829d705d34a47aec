//! Golden requests, answers and streams of AWS Bedrock; the fixtures are made up after the published service model.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::path::Path;

mod bedrock {
    pub(crate) mod answer;
    pub(crate) mod embed;
    pub(crate) mod encode;
    pub(crate) mod fault;
    pub(crate) mod format;
    pub(crate) mod frames;
    pub(crate) mod messages;
    pub(crate) mod reasoning;
    pub(crate) mod sigv4;
    pub(crate) mod stream;
}

/// A file of the fixtures.
fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    std::fs::read(folder.join(name)).unwrap()
}
