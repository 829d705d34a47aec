//! Errors that are told by a status.

use std::time::Duration;

use super::Row;
use crate::dialect::{Cause, Trouble};
use crate::play::{Play, Said, Step, bodiless};
use crate::scene::Scene;
use crate::script::manner::Body;

const PLAIN: super::Act = |scene, play| {
    let status = scene.manner.status.unwrap_or(500);
    told(scene, play, Trouble::new(status, Cause::of(status)));
};

pub(super) const ROWS: &[Row] = &[
    Row::new("400", "body", "bad request: a value is wrong", PLAIN),
    Row::new("401", "body", "the key is wrong", PLAIN),
    Row::new("402", "body", "no money", PLAIN),
    Row::new("403", "body", "not allowed", PLAIN),
    Row::new("404", "body", "no such model", PLAIN),
    Row::new("408", "body", "the request came too slowly", PLAIN),
    Row::new("409", "body", "conflict", PLAIN),
    Row::new("413", "body", "the request is too large", PLAIN),
    Row::new("422", "body", "the request cannot be processed", PLAIN),
    Row::new("425", "body", "too early", PLAIN),
    Row::new("429", "retry-after", "too many requests", PLAIN),
    Row::new("500", "body", "the server failed", PLAIN),
    Row::new("501", "body", "not implemented", PLAIN),
    Row::new("502", "body", "bad gateway", PLAIN),
    Row::new("503", "retry-after", "unavailable", PLAIN),
    Row::new("504", "body", "gateway timeout", PLAIN),
    Row::new(
        "529",
        "retry-after",
        "overloaded, as Anthropic says it",
        PLAIN,
    ),
    Row::new(
        "status",
        "status",
        "any other status from 200 to 999; 204, 205 and 304 without a body",
        PLAIN,
    ),
    Row::new(
        "context",
        "",
        "400: the conversation is longer than the context window",
        |scene, play| {
            told(scene, play, Trouble::new(400, Cause::Context));
        },
    ),
    Row::new(
        "filter",
        "",
        "400: the content policy rejects the request",
        |scene, play| {
            told(scene, play, Trouble::new(400, Cause::Filter));
        },
    ),
    Row::new(
        "quota",
        "",
        "429 that no waiting helps: insufficient_quota",
        |scene, play| {
            told(scene, play, Trouble::new(429, Cause::Quota));
        },
    ),
    Row::new(
        "key-echo",
        "status",
        "401 whose message holds the caller's key",
        |scene, play| {
            let mut scene = scene.clone();
            scene.manner.flags.echo_key = true;
            told(
                &scene,
                play,
                Trouble::new(scene.manner.status.unwrap_or(401), Cause::Key),
            );
        },
    ),
    Row::new(
        "redirect",
        "",
        "307 to another address of the wall",
        |_, play| {
            play.head(307, Some(0), &[("location", "/_wall/redirected")]);
            play.step(Step::End);
        },
    ),
];

fn told(scene: &Scene<'_>, play: &mut Play, trouble: Trouble) {
    let trouble = scene.trouble(trouble);
    let form = scene.manner.body.unwrap_or(Body::Json);
    let (kind, body) = match form {
        _ if bodiless(trouble.status) || trouble.status == 205 => ("text/plain", String::new()),
        Body::Empty => ("text/plain", String::new()),
        Body::Html => (
            "text/html",
            format!(
                "<html><h1>{} {}</h1></html>",
                trouble.status, trouble.message
            ),
        ),
        Body::Json => ("application/json", scene.error(&trouble).to_string()),
        Body::Text => ("text/plain", trouble.message.clone()),
    };
    let after = retry_after(scene);
    let mut headers = vec![("content-type", kind)];
    headers.extend(scene.voice.error_headers(&trouble));
    headers.extend(after.as_deref().map(|value| ("retry-after", value)));
    headers.extend(
        scene
            .manner
            .retry_after_ms
            .as_deref()
            .map(|value| ("retry-after-ms", value)),
    );
    play.head(trouble.status, Some(body.len() as u64), &headers);
    play.body(body, Said::NOTHING);
    play.step(Step::End);
}

/// The header as the script wants it: a date is half a minute from now.
fn retry_after(scene: &Scene<'_>) -> Option<String> {
    let span = Duration::from_secs(30);
    let date = match scene.manner.retry_after.as_deref()? {
        "date" => scene.now + span,
        "past" => scene.now.checked_sub(span)?,
        "junk" => return Some("soon, I hope".to_owned()),
        text => return Some(text.to_owned()),
    };
    Some(httpdate::fmt_http_date(date))
}
