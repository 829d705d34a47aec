//! Answers with status 200 that are none.

use std::time::Duration;

use bytes::Bytes;
use flate2::{Compress, Compression, Crc, FlushCompress};
use serde_json::{Value, json};

use super::Row;
use crate::dialect::{Data, Event, Trouble};
use crate::play::{Play, Said, Step};
use crate::scene::Scene;

const MIB: usize = 1024 * 1024;
/// The beginning of every gzip file.
const GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

pub(super) const ROWS: &[Row] = &[
    Row::new("html", "", "a page of HTML", |_, play| {
        let page = "<html><h1>Welcome to nginx</h1></html>";
        play.head(
            200,
            Some(page.len() as u64),
            &[("content-type", "text/html")],
        );
        play.body(page, Said::NOTHING);
        play.step(Step::End);
    }),
    Row::new("empty", "", "no body: content-length 0", |scene, play| {
        play.head(200, Some(0), &[("content-type", kind(scene))]);
        play.step(Step::End);
    }),
    Row::new(
        "short",
        "",
        "half of the body that content-length promised, then the end",
        |scene, play| {
            let body = payload(scene);
            play.head(
                200,
                Some(body.len() as u64),
                &[("content-type", kind(scene))],
            );
            half(scene, play, &body);
            play.step(Step::Close);
        },
    ),
    Row::new(
        "cut-chunked",
        "",
        "half of a chunked body, then the end without the last chunk",
        |scene, play| {
            let body = payload(scene);
            play.head(200, None, &[("content-type", kind(scene))]);
            half(scene, play, &body);
            play.step(Step::Close);
        },
    ),
    Row::new(
        "cut-clean",
        "",
        "half of a chunked body, then the last chunk as if it were all",
        |scene, play| {
            let body = payload(scene);
            play.head(200, None, &[("content-type", kind(scene))]);
            half(scene, play, &body);
            play.step(Step::End);
        },
    ),
    Row::new("error-200", "", "an error's body", error_200),
    Row::new("not-json", "", "a body that is not JSON", |scene, play| {
        let body = payload(scene);
        let body = format!(
            "{}<oops",
            String::from_utf8_lossy(body.get(..9).unwrap_or_default())
        );
        scene.json(play, 200, &body, &[]);
    }),
    Row::new(
        "wrong-type",
        "",
        "a text where the answer belongs (a number where that is a text)",
        |scene, play| altered(scene, play, &json!("wrong")),
    ),
    Row::new(
        "no-choices",
        "",
        "no answer in the answer",
        |scene, play| altered(scene, play, &json!([])),
    ),
    Row::new(
        "null-choices",
        "",
        "`null` where the answer belongs",
        |scene, play| altered(scene, play, &Value::Null),
    ),
    Row::new(
        "huge",
        "mib",
        "64 MiB: of white space, or of words in a stream",
        huge,
    ),
    Row::new(
        "gzip",
        "",
        "a good answer, compressed unasked",
        |scene, play| {
            let body = payload(scene);
            let [begin, _, end] = squeezed(&body, 0);
            compressed(scene, play, &[begin, end].concat());
        },
    ),
    Row::new(
        "bad-gzip",
        "",
        "says gzip and is garbage after gzip's first bytes",
        |scene, play| {
            compressed(scene, play, &[&GZIP[..], &[0xff; 64]].concat());
        },
    ),
    Row::new(
        "gzip-bomb",
        "mib",
        "1024 MiB of white space in 1 MiB of gzip",
        bomb,
    ),
    Row::new(
        "hang-body",
        "",
        "the head, and then nothing for ever",
        |scene, play| {
            if scene.asked.streaming {
                scene.stream_head(play);
            } else {
                play.head(200, Some(500), &[("content-type", "application/json")]);
            }
            play.step(Step::Hang);
        },
    ),
    Row::new(
        "slow-body",
        "for",
        "the head at once, the body after 5 s",
        |scene, play| {
            let body = payload(scene);
            play.head(
                200,
                Some(body.len() as u64),
                &[("content-type", kind(scene))],
            );
            play.wait(Some(scene.manner.pause.unwrap_or(Duration::from_secs(5))));
            play.body(body, said(scene));
            play.step(Step::End);
        },
    ),
];

/// The good answer's body.
fn payload(scene: &Scene<'_>) -> Vec<u8> {
    let mut good = Play::default();
    scene.good(&mut good);
    good.payload()
}

fn said(scene: &Scene<'_>) -> Said {
    let mut good = Play::default();
    scene.good(&mut good);
    good.said()
}

fn kind(scene: &Scene<'_>) -> &'static str {
    if scene.asked.streaming && !scene.asked.array {
        scene.voice.content_type()
    } else {
        "application/json"
    }
}

fn half(scene: &Scene<'_>, play: &mut Play, body: &[u8]) {
    play.body(
        body.get(..body.len() / 2).unwrap_or_default().to_vec(),
        Said::NOTHING,
    );
    play.wait(scene.gap());
}

pub(super) fn error_200(scene: &Scene<'_>, play: &mut Play) {
    let trouble = scene.trouble(Trouble::overloaded());
    let body = scene.error(&trouble).to_string();
    play.head(
        200,
        Some(body.len() as u64),
        &[("content-type", "application/json")],
    );
    play.body(body, Said::NOTHING);
    play.step(Step::End);
}

/// The answer with another value in the place without which there is none.
pub(super) fn altered(scene: &Scene<'_>, play: &mut Play, value: &Value) {
    let put = |into: &mut Value, name: &str| {
        if let Some(members) = into.as_object_mut() {
            // where a text belongs another is nothing wrong
            let value = match members.get(name) {
                Some(Value::String(_)) if value.is_string() => json!(7),
                _ => value.clone(),
            };
            members.insert(name.to_owned(), value);
        }
    };
    if !scene.asked.streaming {
        let mut whole = scene.whole();
        put(&mut whole, scene.voice.main());
        let body = whole.to_string();
        play.head(
            200,
            Some(body.len() as u64),
            &[("content-type", "application/json")],
        );
        play.body(body, Said::NOTHING);
        play.step(Step::End);
        return;
    }
    scene.opened(play);
    let mut event: Event = scene.voice.word(&scene.answer, 0);
    if let Data::Json(data) = &mut event.data {
        put(data, scene.voice.part());
    }
    scene.event(play, &event, Said::EVENT);
    scene.done(play);
    scene.end(play);
}

/// More than anybody wants to hold in memory; here too only a small piece of it is.
pub(super) fn huge(scene: &Scene<'_>, play: &mut Play) {
    let mib = scene.manner.mib.unwrap_or(64);
    if scene.asked.streaming {
        let mut many = scene.clone();
        many.answer.words = vec!["a".repeat(MIB / 16)];
        let mut one = Play::default();
        many.word(&mut one, 0);
        scene.opened(play);
        play.step(Step::Again {
            piece: one.payload().into(),
            said: Said::WORD,
            every: Duration::ZERO,
            times: Some(mib * 16),
        });
        scene.finish(play);
        scene.done(play);
        return scene.end(play);
    }
    let body = scene.whole().to_string();
    let length = body.len() as u64 + mib * MIB as u64;
    play.head(200, Some(length), &[("content-type", "application/json")]);
    play.body("{", Said::NOTHING);
    play.step(Step::Again {
        piece: vec![b' '; MIB / 16].into(),
        said: Said::NOTHING,
        every: Duration::ZERO,
        times: Some(mib * 16),
    });
    play.body(body.get(1..).unwrap_or_default().to_owned(), said(scene));
    play.step(Step::End);
}

fn compressed(scene: &Scene<'_>, play: &mut Play, body: &[u8]) {
    let headers = [("content-type", kind(scene)), ("content-encoding", "gzip")];
    play.head(200, Some(body.len() as u64), &headers);
    play.body(body.to_vec(), Said::NOTHING);
    play.step(Step::End);
}

fn bomb(scene: &Scene<'_>, play: &mut Play) {
    let mib = scene.manner.mib.unwrap_or(1024);
    let [begin, again, end] = squeezed(&payload(scene), mib);
    let headers = [("content-type", kind(scene)), ("content-encoding", "gzip")];
    let length = begin.len() as u64 + again.len() as u64 * mib + end.len() as u64;
    play.head(200, Some(length), &headers);
    play.body(begin, Said::NOTHING);
    play.step(Step::Again {
        piece: Bytes::from(again),
        said: Said::NOTHING,
        every: Duration::ZERO,
        times: Some(mib),
    });
    play.body(end, Said::NOTHING);
    play.step(Step::End);
}

/// One gzip file in three parts: the beginning, a MiB of white space, the end. After a full flush deflate remembers
/// nothing, so the part in the middle may stand there as often as it likes.
fn squeezed(body: &[u8], mib: u64) -> [Vec<u8>; 3] {
    // white space may stand before JSON and, as empty lines, before an event
    let space = vec![if body.starts_with(b"{") { b' ' } else { b'\n' }; MIB];
    let mut deflate = Compress::new(Compression::best(), false);
    let mut begin = GZIP.to_vec();
    begin.extend(part(&mut deflate, b"\n", FlushCompress::Full));
    let again = part(&mut deflate, &space, FlushCompress::Full);
    let mut end = part(&mut deflate, body, FlushCompress::Finish);
    let mut sum = Crc::new();
    sum.update(b"\n");
    let mut one = Crc::new();
    one.update(&space);
    for _ in 0..mib {
        sum.combine(&one);
    }
    sum.update(body);
    end.extend_from_slice(&sum.sum().to_le_bytes());
    end.extend_from_slice(&sum.amount().to_le_bytes());
    [begin, again, end]
}

fn part(deflate: &mut Compress, bytes: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 1024);
    // memory to memory with room enough: there is nothing that could fail
    _ = deflate.compress_vec(bytes, &mut out, flush);
    out
}
