//! Decisions replay: the same requests over the same catalogue give the same explanation, byte for byte.
//!
//! `TIERGATE_BLESS=1 cargo test -p tiergate-router --test replay` writes the file anew; read its changes
//! before you keep them.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod world;

use std::path::Path;
use std::sync::Arc;

use tiergate_catalog::{Tier, Timestamp};
use tiergate_metering::Why;
use tiergate_router::{Access, Router};
use tiergate_wire::chat::Request;

use world::{NoBeta, router};

const NOW: Timestamp = Timestamp::from_millis(1_795_219_200_000);
const BLESS: bool = option_env!("TIERGATE_BLESS").is_some();
const HI: &str = r#""messages":[{"role":"user","content":"hi"}]"#;

/// What is asked; the first few once more by a caller with bounds.
const ASKED: [&str; 20] = [
    r#""model":"auto""#,
    r#""model":"auto","score":5"#,
    r#""model":"auto","score":20,"prefer":"cheap""#,
    r#""model":"auto","score":70"#,
    r#""model":"auto","score":95"#,
    r#""model":"auto","score":95,"max_tier":"standard""#,
    r#""model":"auto","length":60000"#,
    r#""model":"auto","length":150000"#,
    r#""model":"auto","length":9000000"#,
    r#""model":"auto","max_tokens":9000"#,
    r#""model":"auto","tools":[{"type":"function","function":{"name":"f"}}]"#,
    r#""model":"standard","prefer":"fast""#,
    r#""model":"standard","prefer":"quality""#,
    r#""model":"standard","prefer":"coding""#,
    r#""model":"standard","prefer":"balanced","n":3"#,
    r#""model":"economy","prefer":"cheap","reasoning_effort":"low""#,
    r#""model":"plain","prefer":"cheap""#,
    r#""model":"fast","max_tier":"nano""#,
    r#""model":"guard""#,
    r#""model":"flagship""#,
];

fn told(router: &Router) -> String {
    let bounded = Access {
        owner: "bounded".into(),
        ceiling: Tier::Premium,
        rules: Some(Arc::new(NoBeta)),
    };
    let mut lines = String::new();
    for (access, count) in [(Access::unlimited("everybody"), ASKED.len()), (bounded, 5)] {
        for asked in &ASKED[..count] {
            let request = Request::parse(format!("{{{asked},{HI}}}").into()).unwrap();
            let plan = router.plan(&request, &access, NOW).unwrap();
            let why = plan.render();
            let again = router.plan(&request, &access, NOW).unwrap().render();
            assert_eq!(
                (why.get(), why.get()),
                (plan.render().get(), again.get()),
                "{asked}"
            );
            lines.push_str(why.get());
            lines.push('\n');
        }
    }
    lines
}

#[test]
fn explanations_are_those_of_the_file() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/why.jsonl");
    let told = told(&router());
    if BLESS {
        std::fs::write(&file, &told).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&file).expect("the golden file is there");
    assert_eq!(told.lines().count(), golden.lines().count());
    for (told, golden) in told.lines().zip(golden.lines()) {
        assert_eq!(told, golden);
    }
    assert_eq!(
        told,
        self::told(&router()),
        "another router over the same catalogue says the same"
    );
}
