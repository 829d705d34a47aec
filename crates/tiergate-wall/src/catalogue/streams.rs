//! Streams that break. A buffered answer breaks at the same place as far as it can.

use std::time::Duration;

use super::{Row, bodies};
use crate::dialect::{Answer, Dialect, Finish, Trouble};
use crate::play::{Play, Said, Step};
use crate::scene::Scene;

/// A word that is replaced in the bytes of its event.
const MARK: &str = "WALLMARK";

pub(super) const ROWS: &[Row] = &[
    Row::new(
        "empty-stream",
        "",
        "a body without an event, ended well",
        |scene, play| {
            scene.stream_head(play);
            scene.end(play);
        },
    ),
    Row::new(
        "error-first",
        "",
        "an error is the first event",
        |scene, play| {
            if !scene.asked.streaming {
                return bodies::error_200(scene, play);
            }
            scene.stream_head(play);
            failure(scene, play);
        },
    ),
    Row::new(
        "role-error",
        "",
        "the events before the first word, then an error",
        |scene, play| {
            if !scene.asked.streaming {
                return bodies::error_200(scene, play);
            }
            scene.until(play, 0);
            failure(scene, play);
        },
    ),
    Row::new(
        "role-hang",
        "",
        "the events before the first word, then nothing for ever",
        |scene, play| {
            scene.until(play, 0);
            play.step(Step::Hang);
        },
    ),
    Row::new(
        "role-reset",
        "",
        "the events before the first word, then a reset",
        |scene, play| {
            scene.until(play, 0);
            play.step(Step::Reset);
        },
    ),
    Row::new(
        "role-end",
        "",
        "the events before the first word, then the end",
        |scene, play| {
            scene.until(play, 0);
            ended(scene, play);
        },
    ),
    Row::new("reset-at", "at", "resets after 3 words", |scene, play| {
        scene.until(play, scene.at());
        play.step(Step::Reset);
    }),
    Row::new(
        "cut-at",
        "at",
        "closes the connection after 3 words",
        |scene, play| {
            scene.until(play, scene.at());
            play.step(Step::Close);
        },
    ),
    Row::new(
        "end-at",
        "at",
        "ends the body cleanly after 3 words, without a finish",
        |scene, play| {
            scene.until(play, scene.at());
            ended(scene, play);
        },
    ),
    Row::new(
        "hang-at",
        "at",
        "says nothing more after 3 words",
        |scene, play| {
            scene.until(play, scene.at());
            play.step(Step::Hang);
        },
    ),
    Row::new("error-at", "at", "an error after 3 words", |scene, play| {
        if !scene.asked.streaming {
            return bodies::error_200(scene, play);
        }
        scene.until(play, scene.at());
        failure(scene, play);
    }),
    Row::new(
        "garbage-at",
        "at",
        "an event that cannot be read after 3 words",
        garbage,
    ),
    Row::new("utf8-at", "at", "invalid UTF-8 after 3 words", invalid_utf8),
    Row::new(
        "half-event-at",
        "at",
        "half an event after 3 words, then the end",
        |scene, play| {
            scene.until(play, scene.at());
            if scene.asked.streaming {
                let event = marked(scene, "half");
                play.body(
                    event.get(..event.len() / 2).unwrap_or_default().to_vec(),
                    Said::NOTHING,
                );
                play.wait(scene.gap());
            }
            play.step(Step::Close);
        },
    ),
    Row::new(
        "no-finish",
        "",
        "every word, then a clean end without a finish",
        |scene, play| {
            unfinished(scene, play, false);
        },
    ),
    Row::new(
        "done-without-finish",
        "",
        "every word and the closing event, without a finish",
        |scene, play| {
            unfinished(scene, play, true);
        },
    ),
    Row::new(
        "done-only",
        "",
        "nothing but the closing event",
        |scene, play| {
            if !scene.asked.streaming {
                return bodies::altered(scene, play, &serde_json::json!([]));
            }
            scene.stream_head(play);
            scene.done(play);
            scene.end(play);
        },
    ),
    Row::new("long-line", "mib", "an event of 16 MiB", long_line),
    Row::new(
        "endless",
        "every",
        "a word every 10 ms for ever; buffered: white space for ever",
        |scene, play| {
            if scene.asked.streaming {
                scene.opened(play);
            }
            let word = marked(scene, scene.answer.spoken(1));
            for_ever(scene, play, word, Said::WORD, Duration::from_millis(10));
        },
    ),
    Row::new(
        "pings",
        "every",
        "keep-alives for ever; buffered: empty lines for ever",
        |scene, play| {
            if scene.asked.streaming {
                scene.stream_head(play);
            }
            for_ever(
                scene,
                play,
                scene.voice.ping(),
                Said::EVENT,
                Duration::from_millis(50),
            );
        },
    ),
    Row::new(
        "pings-at",
        "at",
        "keep-alives for ever after 3 words",
        |scene, play| {
            scene.until(play, scene.at());
            if !scene.asked.streaming {
                return play.step(Step::Hang);
            }
            for_ever(
                scene,
                play,
                scene.voice.ping(),
                Said::EVENT,
                Duration::from_millis(50),
            );
        },
    ),
];

fn failure(scene: &Scene<'_>, play: &mut Play) {
    let trouble = scene.trouble(Trouble::overloaded());
    scene.event(play, &scene.voice.failure(&trouble), Said::EVENT);
    scene.end(play);
}

/// The end of a body that claims to be whole; one whose length was told cannot.
fn ended(scene: &Scene<'_>, play: &mut Play) {
    if scene.asked.streaming {
        scene.end(play);
    } else {
        play.step(Step::Close);
    }
}

/// The bytes of an event with this word.
fn marked(scene: &Scene<'_>, word: &str) -> Vec<u8> {
    let mut play = Play::default();
    // an array's first element has been said
    play.body("", Said::NOTHING);
    let one = Scene {
        answer: Answer {
            words: vec![word.to_owned()],
            ..scene.answer.clone()
        },
        ..scene.clone()
    };
    let at = 0;
    one.event(&mut play, &one.voice.word(&one.answer, at), Said::WORD);
    play.payload()
}

fn garbage(scene: &Scene<'_>, play: &mut Play) {
    if !scene.asked.streaming {
        return scene.json(play, 200, "{\"choices\": [oops", &[]);
    }
    scene.until(play, scene.at());
    let event: &[u8] = match scene.asked.dialect {
        _ if scene.asked.array => b",{\"oops\n",
        Dialect::Bedrock => &[
            0, 0, 0, 24, 0, 0, 0, 0, 1, 2, 3, 4, 0x6f, 0x6f, 0x70, 0x73, 0, 0, 0, 0, 9, 9, 9, 9,
        ],
        Dialect::Ollama => b"{\"message\": oops\n",
        Dialect::Anthropic => b"event: content_block_delta\ndata: {\"type\": [oops\n\n",
        _ => b"data: {\"choices\": [oops\n\n",
    };
    play.body(event.to_vec(), Said::EVENT);
    scene.end(play);
}

fn invalid_utf8(scene: &Scene<'_>, play: &mut Play) {
    if scene.asked.streaming {
        scene.until(play, scene.at());
        play.body(spoilt(&marked(scene, MARK)), Said::EVENT);
        return scene.end(play);
    }
    let mut scene = scene.clone();
    let at = scene.at();
    if let Some(word) = scene.answer.words.get_mut(at) {
        MARK.clone_into(word);
    } else {
        scene.answer.words.push(MARK.to_owned());
    }
    let body = spoilt(scene.whole().to_string().as_bytes());
    play.head(
        200,
        Some(body.len() as u64),
        &[("content-type", "application/json")],
    );
    play.body(body, Said::NOTHING);
    play.step(Step::End);
}

/// The bytes with something that no text holds in the place of the mark.
fn spoilt(bytes: &[u8]) -> Vec<u8> {
    let found = bytes
        .windows(MARK.len())
        .position(|window| window == MARK.as_bytes());
    let at = found.unwrap_or(bytes.len());
    let rest = bytes.get(at + MARK.len()..).unwrap_or_default();
    [
        bytes.get(..at).unwrap_or_default(),
        b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe",
        rest,
    ]
    .concat()
}

fn unfinished(scene: &Scene<'_>, play: &mut Play, done: bool) {
    if !scene.asked.streaming {
        let mut scene = scene.clone();
        scene.answer.finish = Finish::Missing;
        return scene.good(play);
    }
    scene.until(play, scene.answer.words.len());
    if done {
        scene.done(play);
    }
    scene.end(play);
}

fn long_line(scene: &Scene<'_>, play: &mut Play) {
    const PIECE: usize = 64 * 1024;
    // some frames tell their length first, and are made whole
    let mib = scene.manner.mib.unwrap_or(16);
    if !scene.asked.streaming {
        let mut scene = scene.clone();
        scene.manner.mib = Some(mib);
        return bodies::huge(&scene, play);
    }
    scene.opened(play);
    if scene.asked.dialect == Dialect::Bedrock {
        let length = usize::try_from(mib.min(64)).unwrap_or(16) * 1024 * 1024;
        play.body(marked(scene, &"a".repeat(length)), Said::WORD);
    } else {
        let event = marked(scene, MARK);
        let text = String::from_utf8_lossy(&event);
        let (before, after) = text.split_once(MARK).unwrap_or((&text, ""));
        play.body(before.to_owned(), Said::NOTHING);
        play.step(Step::Again {
            piece: vec![b'a'; PIECE].into(),
            said: Said::NOTHING,
            every: Duration::ZERO,
            times: Some(mib * 16),
        });
        play.body(after.to_owned(), Said::WORD);
    }
    scene.finish(play);
    scene.done(play);
    scene.end(play);
}

fn for_ever(scene: &Scene<'_>, play: &mut Play, piece: Vec<u8>, said: Said, every: Duration) {
    let (piece, said) = if scene.asked.streaming {
        (piece, said)
    } else {
        play.head(200, None, &[("content-type", "application/json")]);
        (b"\n".to_vec(), Said::NOTHING)
    };
    play.step(Step::Again {
        piece: piece.into(),
        said,
        every: scene.manner.every.unwrap_or(every),
        times: None,
    });
}
