//! Answers that a gateway has to take.

use std::time::Duration;

use super::Row;
use crate::dialect::{Cause, Event, Finish, Trouble, Usage};
use crate::play::{Play, Said, Step};
use crate::scene::Scene;
use crate::script::manner::Eol;

pub(super) const OK: Row = Row::new(
    "ok",
    "words",
    "the good answer: 12 known words, honest usage",
    |scene, play| {
        scene.good(play);
    },
);

pub(super) const ROWS: &[Row] = &[
    OK,
    Row::new(
        "echo",
        "",
        "says the caller's last text back",
        |scene, play| {
            let mut scene = scene.clone();
            let (_, text) = scene.asked.last();
            let words = text.split_inclusive(' ').map(str::to_owned);
            scene.answer.words = words
                .take(
                    scene
                        .asked
                        .cap
                        .and_then(|cap| cap.try_into().ok())
                        .unwrap_or(usize::MAX),
                )
                .collect();
            scene.good(play);
        },
    ),
    Row::new(
        "flap",
        "",
        "down for `down` seconds, up for `up`, by the clock; shows `as` while down",
        |scene, play| {
            scene.good(play);
        },
    ),
    Row::new(
        "rate",
        "p",
        "fails a share of requests, the same ones for the same seed",
        |scene, play| {
            scene.good(play);
        },
    ),
    Row::new(
        "latency",
        "wait",
        "says nothing for 1 s, then answers well",
        |scene, play| {
            if scene.manner.wait.is_none() {
                play.wait(Some(Duration::from_secs(1)));
            }
            scene.good(play);
        },
    ),
    Row::new(
        "slow-first",
        "first",
        "a stream's head at once, its first word after 5 s",
        |scene, play| {
            let mut scene = scene.clone();
            scene.manner.first = Some(scene.manner.first.unwrap_or(Duration::from_secs(5)));
            scene.good(play);
        },
    ),
    Row::new(
        "stall",
        "for",
        "is silent for 5 s after 3 words, then goes on",
        stall,
    ),
    Row::new("tps", "tps", "20 words a second", |scene, play| {
        let mut scene = scene.clone();
        scene.manner.every = Some(scene.manner.every.unwrap_or(Duration::from_millis(50)));
        scene.good(play);
    }),
    Row::new(
        "slices",
        "slice",
        "writes the body byte by byte",
        |scene, play| {
            play.slice = Some(scene.manner.slice.unwrap_or(1));
            scene.good(play);
        },
    ),
    Row::new(
        "crlf",
        "",
        "ends the lines of a stream by CRLF",
        |scene, play| lines(scene, play, Eol::Crlf),
    ),
    Row::new(
        "cr",
        "",
        "ends the lines of a stream by CR",
        |scene, play| lines(scene, play, Eol::Cr),
    ),
    Row::new(
        "mixed-eol",
        "",
        "LF, CRLF and CR, changing from event to event",
        |scene, play| {
            lines(scene, play, Eol::Mixed);
        },
    ),
    Row::new(
        "comments",
        "",
        "keep-alives before, between and after the words",
        comments,
    ),
    Row::new(
        "no-done",
        "",
        "finishes, but the closing event is missing",
        |scene, play| {
            if !scene.asked.streaming {
                return scene.good(play);
            }
            spoken(scene, play);
            scene.finish(play);
            scene.end(play);
        },
    ),
    Row::new(
        "after-done",
        "",
        "goes on talking after the end of the stream",
        |scene, play| {
            if !scene.asked.streaming {
                return scene.good(play);
            }
            spoken(scene, play);
            scene.finish(play);
            scene.done(play);
            scene.word(play, 0);
            scene.end(play);
        },
    ),
    Row::new(
        "double-finish",
        "",
        "says the finish twice",
        |scene, play| {
            if !scene.asked.streaming {
                return scene.good(play);
            }
            spoken(scene, play);
            for event in scene.voice.finish(&scene.answer) {
                scene.event(play, &event, Said::EVENT);
            }
            scene.finish(play);
            scene.done(play);
            scene.end(play);
        },
    ),
    Row::new(
        "finish-hang",
        "",
        "finishes, then says nothing more for ever",
        |scene, play| finished_then(scene, play, Step::Hang),
    ),
    Row::new(
        "finish-reset",
        "",
        "finishes, then resets instead of the closing event",
        |scene, play| finished_then(scene, play, Step::Reset),
    ),
    Row::new("usage-missing", "", "tells no usage", |scene, play| {
        usage(scene, play, Usage::Missing);
    }),
    Row::new(
        "usage-null",
        "",
        "tells `null` for the usage",
        |scene, play| usage(scene, play, Usage::Null),
    ),
    Row::new(
        "usage-negative",
        "",
        "tells negative counts",
        |scene, play| usage(scene, play, Usage::Negative),
    ),
    Row::new("usage-huge", "", "tells counts of 9e18", |scene, play| {
        usage(scene, play, Usage::Huge);
    }),
    Row::new("usage-text", "", "tells counts as texts", |scene, play| {
        usage(scene, play, Usage::Text);
    }),
    Row::new(
        "filtered",
        "",
        "answers, and says that the content filter ended it",
        |scene, play| {
            finished(scene, play, Finish::Filter);
        },
    ),
    Row::new(
        "length",
        "",
        "answers, and says that the cap ended it",
        |scene, play| {
            finished(scene, play, Finish::Length);
        },
    ),
    Row::new(
        "no-prefill",
        "",
        "400 where the last message is the assistant's, else good",
        |scene, play| {
            if !matches!(&*scene.asked.last().0, "assistant" | "model") {
                return scene.good(play);
            }
            let mut trouble = Trouble::new(400, Cause::Invalid);
            "This model does not support assistant message prefill. The conversation must end with a user message."
            .clone_into(&mut trouble.message);
            scene.json(play, 400, &scene.error(&trouble).to_string(), &[]);
        },
    ),
    Row::new(
        "not-streamed",
        "",
        "answers a request for a stream in one piece",
        |scene, play| {
            let mut asked = scene.asked.clone();
            asked.streaming = false;
            let mut scene = scene.clone();
            scene.asked = &asked;
            scene.good(play);
        },
    ),
    Row::new(
        "streamed",
        "",
        "answers with a stream that nobody wanted",
        |scene, play| {
            let mut asked = scene.asked.clone();
            asked.streaming = true;
            let mut scene = scene.clone();
            scene.asked = &asked;
            scene.good(play);
        },
    ),
];

fn spoken(scene: &Scene<'_>, play: &mut Play) {
    scene.opened(play);
    for at in 0..scene.answer.words.len() {
        scene.word(play, at);
    }
}

/// A stream that has said everything but its end.
fn finished_then(scene: &Scene<'_>, play: &mut Play, end: Step) {
    if !scene.asked.streaming {
        return scene.good(play);
    }
    spoken(scene, play);
    scene.finish(play);
    play.wait(scene.gap());
    play.step(end);
}

fn lines(scene: &Scene<'_>, play: &mut Play, eol: Eol) {
    let mut scene = scene.clone();
    scene.manner.eol = Some(eol);
    scene.good(play);
}

fn usage(scene: &Scene<'_>, play: &mut Play, usage: Usage) {
    let mut scene = scene.clone();
    scene.answer.usage = usage;
    scene.good(play);
}

fn finished(scene: &Scene<'_>, play: &mut Play, finish: Finish) {
    let mut scene = scene.clone();
    scene.answer.finish = finish;
    scene.good(play);
}

fn stall(scene: &Scene<'_>, play: &mut Play) {
    let silence = scene.manner.pause.unwrap_or(Duration::from_secs(5));
    if !scene.asked.streaming {
        play.wait(Some(silence));
        return scene.good(play);
    }
    scene.opened(play);
    for at in 0..scene.answer.words.len() {
        if at == scene.at() {
            play.wait(Some(silence));
        }
        scene.word(play, at);
    }
    scene.finish(play);
    scene.done(play);
    scene.end(play);
}

fn comments(scene: &Scene<'_>, play: &mut Play) {
    if !scene.asked.streaming {
        return scene.good(play);
    }
    let ping = |play: &mut Play| {
        if !scene.asked.array {
            play.step(Step::Body(scene.voice.ping().into(), Said::EVENT));
        }
    };
    scene.stream_head(play);
    ping(play);
    for event in scene.voice.opening(&scene.answer) {
        scene.event(play, &event, Said::EVENT);
        ping(play);
    }
    play.wait(scene.manner.first);
    for at in 0..scene.answer.words.len() {
        scene.word(play, at);
        ping(play);
    }
    let last: Vec<Event> = scene.voice.done(&scene.answer).into_iter().collect();
    scene.finish(play);
    ping(play);
    for event in &last {
        scene.event(play, event, Said::EVENT);
    }
    scene.end(play);
}
