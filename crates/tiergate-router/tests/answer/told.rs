//! Chat completions, told again to clients of other dialects: what cannot be told is the attempt's failure.

use std::time::Duration;

use tiergate_metering::Outcome;
use tiergate_providers::{Chunk, ChunkKind, Form, Kind};
use tiergate_router::{Access, Answer, Context, Error, Front, Reply};
use tiergate_wire::error::Body as ErrorBody;

use super::bench::{Bench, context, next, read, request, stream};
use super::provider::{Act, Item, comment, done, finish, role, said, usage};

const STREAM: &str = r#""model":"auto","stream":true"#;
const FORMS: [Form; 2] = [Form::Messages, Form::Responses];

async fn ask(bench: &Bench, form: Form, body: &str) -> Result<Reply, Error> {
    let front = Front {
        form,
        ..Front::default()
    };
    let context = Context {
        front,
        ..context(Duration::from_mins(10))
    };
    let access = Access::unlimited("owner");
    bench.router.answer(&request(body), &access, &context).await
}

/// An event that is read as one that says something, or finishes.
fn event(json: &str, (commits, finish): (bool, bool)) -> Item {
    Item::Chunk(Chunk {
        raw: format!("data: {json}\n\n").into(),
        commits,
        finish,
        ..Chunk::default()
    })
}

/// One that says something that cannot be told.
fn unreadable() -> Item {
    event(
        r#"{"choices":[{"delta":{"tool_calls":{"id":"x"}}}]}"#,
        (true, false),
    )
}

fn text(items: &[Result<Chunk, tiergate_providers::Error>]) -> String {
    let chunks = items.iter().flatten();
    let raw = chunks.flat_map(|chunk| chunk.raw.to_vec());
    String::from_utf8(raw.collect()).unwrap()
}

fn last_words(form: Form) -> &'static str {
    match form {
        Form::Chat => "[DONE]",
        Form::Messages => "event: message_stop",
        Form::Responses => "event: response.completed",
    }
}

#[tokio::test(start_paused = true)]
async fn a_whole_answer_is_told_or_its_attempt_has_failed() {
    for form in FORMS {
        let bench = Bench::new();
        let good = r#"{"choices":[{"message":{"content":"hello"},"finish_reason":"stop"}]}"#;
        bench.plan("alpha", "a", [Act::Body(r#"{"choices":[{}]}"#)]);
        bench.plan("beta", "a", [Act::Body(good)]);
        let reply = ask(&bench, form, r#""model":"auto""#).await.unwrap();
        assert_eq!(bench.places(), ["alpha/a#0", "beta/a#0"], "{form:?}");
        let Answer::Full(body, _) = reply.answer else {
            panic!("a stream came");
        };
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let told = match form {
            Form::Messages => &body["content"][0]["text"],
            _ => &body["output"][0]["content"][0]["text"],
        };
        assert_eq!(
            (told.as_str(), body["model"].as_str()),
            (Some("hello"), Some("a"))
        );
        let receipt = bench.receipt();
        let kinds: Vec<_> = receipt.attempts.iter().map(|each| &*each.outcome).collect();
        assert_eq!(kinds, ["invalid", "ok"]);
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_who_can_be_told_is_an_error_of_the_provider() {
    let bench = Bench::new();
    for (provider, model) in [
        ("alpha", "a"),
        ("beta", "a"),
        ("alpha", "b"),
        ("gamma", "b"),
    ] {
        let none = Act::Body(r#"{"choices":[]}"#);
        bench.plan(provider, model, [none.clone(), none]);
    }
    let error = ask(&bench, Form::Messages, r#""model":"a""#)
        .await
        .unwrap_err();
    assert_eq!(error.shown().code, "upstream_invalid");
    assert_eq!(bench.receipt().ending.outcome, Outcome::Failed);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_cannot_be_told_is_tried_elsewhere_before_its_first_word() {
    for form in FORMS {
        let bench = Bench::new();
        bench.plan(
            "alpha",
            "a",
            [Act::Stream(vec![role(), unreadable(), finish(), done()])],
        );
        let items = read(&mut stream(ask(&bench, form, STREAM).await.unwrap())).await;
        assert_eq!(bench.places(), ["alpha/a#0", "beta/a#0"], "{form:?}");
        let told = text(&items);
        assert!(
            told.contains("hello") && told.contains(last_words(form)),
            "{told}"
        );
        assert_eq!(bench.ending(), (Outcome::Complete, 200, None));
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_cannot_be_told_after_its_first_word_is_broken() {
    for form in FORMS {
        let bench = Bench::new();
        let items = vec![said("half"), unreadable(), finish(), done()];
        bench.plan("alpha", "a", [Act::Stream(items)]);
        let mut answering = stream(ask(&bench, form, STREAM).await.unwrap());
        let items = read(&mut answering).await;
        assert_eq!(items.len(), 2);
        assert_eq!(items[1].as_ref().unwrap_err().kind(), Kind::Interrupted);
        let told = text(&items);
        assert!(told.contains("half") && !told.contains(last_words(form)));
        let code = Some("upstream_interrupted".into());
        assert_eq!(bench.ending(), (Outcome::Interrupted, 200, code));
        // OpenAI's clients know a failed response, Anthropic's an event that is the caller's to write
        let parting = answering.failed(&ErrorBody::default());
        let own = parting.map(|raw| String::from_utf8(raw.to_vec()).unwrap());
        match form {
            Form::Responses => assert!(own.unwrap().starts_with("event: response.failed\n")),
            _ => assert_eq!(own, None),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_after_its_finish_takes_an_answer_back() {
    let odd = || event(r#"{"choices":7}"#, (false, false));
    let fails = || Item::Fail(super::provider::error(Kind::Reset));
    let endings = [
        vec![finish(), done()],
        vec![finish()],
        vec![finish(), odd(), usage(5, 2), done()],
        vec![finish(), fails()],
        vec![finish(), comment(3), Item::Silence],
        vec![
            event(
                r#"{"choices":[{"delta":"","finish_reason":"stop"}]}"#,
                (false, true),
            ),
            done(),
        ],
    ];
    for ending in endings {
        for form in FORMS {
            let bench = Bench::new();
            let items = [vec![role(), said("whole")], ending.clone()].concat();
            bench.plan("alpha", "a", [Act::Stream(items)]);
            let mut answering = stream(ask(&bench, form, STREAM).await.unwrap());
            let items = read(&mut answering).await;
            assert!(items.iter().all(Result::is_ok), "{ending:?}");
            let ends = items
                .iter()
                .flatten()
                .filter(|chunk| chunk.kind == ChunkKind::Done);
            assert_eq!(ends.count(), 1, "{ending:?}");
            let told = text(&items);
            assert_eq!(told.matches(last_words(form)).count(), 1, "{told}");
            assert!(next(&mut answering).await.is_none());
            assert_eq!(bench.ending(), (Outcome::Complete, 200, None));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_finish_that_cannot_be_told_is_none() {
    let other = r#"{"choices":[{"index":1,"delta":{},"finish_reason":"stop"}]}"#;
    for rest in [vec![done()], vec![]] {
        for form in FORMS {
            let bench = Bench::new();
            let items = [
                vec![said("half"), event(other, (false, true))],
                rest.clone(),
            ]
            .concat();
            bench.plan("alpha", "a", [Act::Stream(items)]);
            let items = read(&mut stream(ask(&bench, form, STREAM).await.unwrap())).await;
            assert!(items.last().unwrap().is_err());
            assert!(!text(&items).contains(last_words(form)));
            assert_eq!(bench.receipt().ending.outcome, Outcome::Interrupted);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_dialect_has_no_place_for_is_listed() {
    let picture = r#"{"content":"a","images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}"#;
    let bench = Bench::new();
    let delta = format!(r#"{{"choices":[{{"delta":{picture}}}]}}"#);
    bench.plan(
        "alpha",
        "a",
        [Act::Stream(vec![
            event(&delta, (true, false)),
            finish(),
            done(),
        ])],
    );
    read(&mut stream(
        ask(&bench, Form::Messages, STREAM).await.unwrap(),
    ))
    .await;
    let left_out = |edits: &[tiergate_router::Edit]| {
        edits
            .iter()
            .any(|edit| *edit == "left out a picture of the answer")
    };
    assert!(left_out(&bench.receipt().edits));

    let bench = Bench::new();
    let body = format!(r#"{{"choices":[{{"message":{picture},"finish_reason":"stop"}}]}}"#);
    bench.plan("alpha", "a", [Act::Body(body.leak())]);
    ask(&bench, Form::Messages, r#""model":"auto""#)
        .await
        .unwrap();
    assert!(left_out(&bench.receipt().edits));
}
