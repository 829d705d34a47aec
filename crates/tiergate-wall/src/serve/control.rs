//! Orders that come over the wire, below `/_wall/`. They are not in the account.

use std::time::Duration;

use super::connection::plain;
use super::house::{House, MOST_REFUSAL};
use crate::catalogue;
use crate::play::{Play, Said, Step};
use crate::script::Script;

/// Obeys one order, `path` being what follows `/_wall/`.
pub(super) fn obey(house: &House, method: &str, path: &str, body: &[u8]) -> Play {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    match (method, path) {
        ("GET", "tally") => json(serde_json::to_string(&*house.tally()).unwrap_or_default()),
        ("GET", "script") => json(house.script().json().to_string()),
        ("GET", "faults") => answer("text/plain; charset=utf-8", catalogue::list()),
        ("POST", "script") => match Script::parse(&String::from_utf8_lossy(body)) {
            Ok(script) => {
                house.set_script(script);
                json(house.script().json().to_string())
            }
            Err(told) => plain(400, &told),
        },
        ("POST", "reset") => {
            house.reset();
            json("{}".to_owned())
        }
        ("POST", "refuse") => {
            let seconds = match query {
                "" => Some("1"),
                _ => query.strip_prefix("seconds="),
            };
            let seconds = seconds.and_then(|seconds| seconds.parse().ok());
            let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            let Some(time) = time.filter(|time| *time <= MOST_REFUSAL) else {
                return plain(
                    400,
                    "refuse takes seconds=N and nothing else, a day at most",
                );
            };
            house.refuse(time);
            json("{}".to_owned())
        }
        (_, "redirected") => {
            house.tally().followed += 1;
            json("{}".to_owned())
        }
        _ => plain(
            404,
            "there are GET tally, script, faults and POST script, reset, refuse?seconds=N",
        ),
    }
}

fn json(body: String) -> Play {
    answer("application/json", body)
}

fn answer(kind: &str, body: String) -> Play {
    let mut play = Play::default();
    play.head(200, Some(body.len() as u64), &[("content-type", kind)]);
    play.body(body, Said::NOTHING);
    play.step(Step::End);
    play.sealed()
}
