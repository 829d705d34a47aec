//! Faults of the connection, before there is a head.

use std::time::Duration;

use super::Row;
use crate::play::{Play, Step};
use crate::scene::Scene;

/// Pieces of a head that comes slowly.
const PIECES: u32 = 8;

pub(super) const ROWS: &[Row] = &[
    Row::new(
        "reset",
        "",
        "reads the request and resets the connection",
        |_, play| play.step(Step::Reset),
    ),
    Row::new(
        "close",
        "",
        "reads the request and closes the connection",
        |_, play| play.step(Step::Close),
    ),
    Row::new(
        "reset-head",
        "",
        "resets in the middle of the head",
        |scene, play| begun(scene, play, Step::Reset),
    ),
    Row::new(
        "close-head",
        "",
        "closes in the middle of the head",
        |scene, play| begun(scene, play, Step::Close),
    ),
    Row::new(
        "hang-head",
        "",
        "hangs in the middle of the head",
        |scene, play| begun(scene, play, Step::Hang),
    ),
    Row::new(
        "hang",
        "",
        "reads the request and says nothing, for ever",
        |_, play| play.step(Step::Hang),
    ),
    Row::new(
        "slow-head",
        "for",
        "lets the head trickle for 3 s, then answers well",
        slow_head,
    ),
    Row::new(
        "junk-head",
        "",
        "answers in another protocol than HTTP",
        |_, play| junk(play),
    ),
    Row::at_accept(
        "reset-accept",
        "resets the connection at once",
        |_, play| play.step(Step::Reset),
    ),
    Row::at_accept(
        "close-accept",
        "closes the connection at once",
        |_, play| play.step(Step::Close),
    ),
    Row::at_accept("hang-accept", "accepts and never reads", |_, play| {
        play.step(Step::Hang);
    }),
    Row::at_accept(
        "junk-accept",
        "greets in another protocol than HTTP or TLS",
        |_, play| junk(play),
    ),
];

fn begun(scene: &Scene<'_>, play: &mut Play, end: Step) {
    play.status = Some(200);
    play.wire("HTTP/1.1 200 OK\r\ncontent-ty");
    play.wait(scene.gap());
    play.step(end);
}

fn junk(play: &mut Play) {
    play.wire("SSH-2.0-OpenSSH_9.9\r\n\r\n");
    play.step(Step::Close);
}

fn slow_head(scene: &Scene<'_>, play: &mut Play) {
    let whole = scene.manner.pause.unwrap_or(Duration::from_secs(3));
    let mut good = Play::default();
    scene.good(&mut good);
    for step in std::mem::take(&mut good.steps) {
        match step {
            Step::Wire(head, _) => {
                let size = head.len().div_ceil(PIECES as usize).max(1);
                for piece in head.chunks(size) {
                    play.wait(Some(whole / PIECES));
                    play.wire(piece.to_vec());
                }
            }
            other => play.step(other),
        }
    }
    play.framing = good.framing;
    play.status = good.status;
}
