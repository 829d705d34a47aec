//! `timeouts`, of `failover` and of a provider.

use std::time::Duration;

use super::gateway::{milliseconds, milliseconds_or_none};
use crate::settings::Timeouts;
use crate::yaml::{Fields, Node, Read, Shape};

const SHAPE: Shape = Shape {
    what: "timeouts",
    known: &[
        "after_finish_ms",
        "connect_ms",
        "first_content_ms",
        "first_content_per_1000_tokens_ms",
        "first_content_with_alternative_ms",
        "idle_ms",
        "idle_with_pings_ms",
        "request_ms",
        "request_with_alternative_ms",
        "stream_ms",
    ],
    refused: &[],
};

pub(super) fn timeouts(node: &Node) -> Read<Timeouts> {
    let fields = Fields::open(node, &SHAPE)?;
    let time = |key: &str| fields.read(key, |node| milliseconds(node, key));
    let per_thousand = "first_content_per_1000_tokens_ms";
    Ok(Timeouts {
        connect: time("connect_ms")?,
        request: time("request_ms")?,
        first_content: fields.read("first_content_ms", first_content)?,
        request_with_alternative: time("request_with_alternative_ms")?,
        first_content_with_alternative: time("first_content_with_alternative_ms")?,
        first_content_per_1000_tokens: fields.read(per_thousand, |node| {
            milliseconds_or_none(node, per_thousand)
        })?,
        idle: time("idle_ms")?,
        idle_with_pings: time("idle_with_pings_ms")?,
        after_finish: time("after_finish_ms")?,
        stream: time("stream_ms")?,
    })
}

/// One time for all tiers, or three by how quick they usually are.
fn first_content(node: &Node) -> Read<[Duration; 3]> {
    const SHAPE: Shape = Shape {
        what: "first_content_ms",
        known: &["quick", "usual", "slow"],
        refused: &[],
    };
    if !node.is_map() {
        return milliseconds(node, SHAPE.what).map(|time| [time; 3]);
    }
    let fields = Fields::open(node, &SHAPE)?;
    let mut times = [Duration::ZERO; 3];
    for (time, key) in times.iter_mut().zip(SHAPE.known) {
        *time = milliseconds(fields.required(key)?, key)?;
    }
    Ok(times)
}
