//! A provider that fails as it is told: the wall, with one model that is broken and one that is well.

use std::collections::BTreeMap;

use tiergate_wall::{Script, Wall};

/// The models' names at the wall.
pub const BROKEN: &str = "broken";
pub const WELL: &str = "well";

pub fn run() {
    let models = BTreeMap::from([(BROKEN, "500,again"), (WELL, "ok")]);
    let script = serde_json::json!({"models": models, "strict": true, "keep": 0});
    let script = Script::parse(&script.to_string()).expect("a script");
    let wall = Wall::start(script).expect("a free port");
    super::process::listening(wall.addresses()[0]);
    loop {
        std::thread::park();
    }
}
