//! Until the first word a stream can be tried elsewhere; after it, never.

use std::time::Duration;

use tiergate_metering::Outcome;
use tiergate_providers::{Chunk, ChunkKind, Kind};
use tokio::time::Instant;

use super::bench::{Bench, next, read, stream};
use super::provider::{Act, Item, comment, done, error, finish, left_out, role, said, usage};

const STREAM: &str = r#""model":"auto","stream":true"#;

fn broken(kind: Kind) -> Item {
    Item::Fail(error(kind))
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_breaks_before_its_first_word_is_tried_elsewhere() {
    let silent = [
        vec![role(), broken(Kind::Interrupted)],
        vec![comment(10), role(), broken(Kind::Reset)],
        vec![broken(Kind::Server)],
        vec![role()],
        vec![],
        vec![role(), usage(3, 0), done()],
    ];
    for items in silent {
        let bench = Bench::new();
        bench.plan("alpha", "a", [Act::Stream(items)]);
        let reply = bench.ask(STREAM).await.unwrap();
        assert_eq!(bench.places(), ["alpha/a#0", "beta/a#0"]);
        let items = read(&mut stream(reply)).await;
        assert_eq!(
            items.len(),
            4,
            "nothing of the first stream reaches the client"
        );
        assert_eq!(bench.ending(), (Outcome::Complete, 200, None));
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_breaks_after_its_first_word_ends_in_an_error() {
    let bench = Bench::new();
    let items = vec![
        role(),
        said("half"),
        broken(Kind::Interrupted),
        said("never"),
        done(),
    ];
    bench.plan("alpha", "a", [Act::Stream(items)]);
    let mut answering = stream(bench.ask(STREAM).await.unwrap());
    let items = read(&mut answering).await;
    assert_eq!(items.len(), 3);
    assert_eq!(items[2].as_ref().unwrap_err().kind(), Kind::Interrupted);
    assert!(next(&mut answering).await.is_none(), "nothing follows");
    assert_eq!(bench.places(), ["alpha/a#0"]);
    assert_eq!(
        bench.ending(),
        (
            Outcome::Interrupted,
            200,
            Some("upstream_interrupted".into())
        )
    );
    drop(answering);
    assert_eq!(bench.receipts(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_end_without_a_finish_reason_is_an_interruption() {
    for ending in [vec![], vec![done()], vec![usage(3, 1), done()]] {
        let bench = Bench::new();
        let count = ending.len();
        bench.plan(
            "alpha",
            "a",
            [Act::Stream([vec![said("half")], ending].concat())],
        );
        let mut answering = stream(bench.ask(STREAM).await.unwrap());
        let items = read(&mut answering).await;
        let fault = items.last().unwrap().as_ref().unwrap_err();
        assert_eq!(
            (fault.kind(), fault.provider()),
            (Kind::Interrupted, "alpha")
        );
        assert_eq!(items.len(), 1 + count.max(1), "no [DONE] is passed on");
        assert_eq!(bench.ending().0, Outcome::Interrupted);
    }
}

#[tokio::test(start_paused = true)]
async fn a_whole_answer_is_whole_however_its_connection_ends() {
    let bench = Bench::new();
    let items = vec![said("whole"), finish(), broken(Kind::Reset)];
    bench.plan(
        "alpha",
        "a",
        [Act::Stream(items.clone()), Act::Stream(items)],
    );
    let items = read(&mut stream(bench.ask(STREAM).await.unwrap())).await;
    assert!(items.len() == 2 && items.iter().all(Result::is_ok));
    assert_eq!(bench.ending(), (Outcome::Complete, 200, None));
    // one of several answers is not all of them
    let several = r#""model":"auto","stream":true,"n":2"#;
    let items = read(&mut stream(bench.ask(several).await.unwrap())).await;
    assert!(items.last().unwrap().is_err());
}

/// A chunk of several choices of which one is open.
fn open(item: Item) -> Item {
    match item {
        Item::Chunk(chunk) => Item::Chunk(Chunk {
            open: true,
            ..chunk
        }),
        other => other,
    }
}

#[tokio::test(start_paused = true)]
async fn several_answers_are_whole_when_all_that_have_begun_are() {
    const SEVERAL: &str = r#""model":"auto","stream":true,"n":2"#;
    let begun = || vec![open(said("a")), open(said("b")), open(finish())];
    let (later, secs) = (Duration::from_secs(6), Duration::from_secs);
    for (rest, lasts) in [
        // as long as one is open, the clock between contents holds
        (
            vec![Item::Wait(later), said("c"), finish(), done()],
            secs(6),
        ),
        (vec![finish(), Item::Silence], secs(5)),
        (vec![finish(), done()], secs(0)),
        // another begins after all
        (
            vec![finish(), open(role()), Item::Wait(later), finish()],
            secs(6),
        ),
    ] {
        let bench = Bench::new();
        bench.plan(
            "alpha",
            "a",
            [Act::Stream([begun(), rest.clone()].concat())],
        );
        let started = Instant::now();
        let items = read(&mut stream(bench.ask(SEVERAL).await.unwrap())).await;
        assert!(items.iter().all(Result::is_ok), "{rest:?}");
        assert_eq!(started.elapsed().as_secs(), lasts.as_secs(), "{rest:?}");
        assert_eq!(bench.ending(), (Outcome::Complete, 200, None), "{rest:?}");
    }
    for rest in [
        vec![],
        vec![done()],
        vec![broken(Kind::Reset)],
        vec![Item::Silence],
    ] {
        let bench = Bench::new();
        bench.plan(
            "alpha",
            "a",
            [Act::Stream([begun(), rest.clone()].concat())],
        );
        let items = read(&mut stream(bench.ask(SEVERAL).await.unwrap())).await;
        assert!(items.last().unwrap().is_err(), "{rest:?}");
        assert_eq!(
            bench.receipt().ending.outcome,
            Outcome::Interrupted,
            "{rest:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_held_back_comes_first_and_whole() {
    let bench = Bench::new();
    let script = vec![
        comment(3),
        role(),
        said("a"),
        said("b"),
        finish(),
        usage(5, 2),
        done(),
    ];
    let expected = script.iter().map(|item| match item {
        Item::Chunk(chunk) => chunk.raw.clone(),
        other => panic!("{other:?}"),
    });
    let expected: Vec<_> = expected.collect();
    bench.plan("alpha", "a", [Act::Stream(script)]);
    let items = read(&mut stream(bench.ask(STREAM).await.unwrap())).await;
    let raw: Vec<_> = items.into_iter().map(|item| item.unwrap().raw).collect();
    assert_eq!(raw, expected);
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_a_word_is_an_answer_once_it_finishes() {
    let bench = Bench::new();
    bench.plan("alpha", "a", [Act::Stream(vec![role(), finish(), done()])]);
    assert_eq!(
        read(&mut stream(bench.ask(STREAM).await.unwrap()))
            .await
            .len(),
        3
    );
    assert_eq!(bench.places().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn more_than_64_kib_is_not_held_back() {
    let most = 64 * 1024;
    // a comment has four bytes besides its text
    for (bytes, begun) in [(most - 4, false), (most - 3, true)] {
        let bench = Bench::new();
        bench.plan(
            "alpha",
            "a",
            [Act::Stream(vec![comment(bytes), broken(Kind::Interrupted)])],
        );
        let items = read(&mut stream(bench.ask(STREAM).await.unwrap())).await;
        assert_eq!(bench.places().len(), if begun { 1 } else { 2 }, "{bytes}");
        assert_eq!(items.last().unwrap().is_err(), begun);
    }
}

#[tokio::test(start_paused = true)]
async fn the_receipt_is_there_when_the_last_chunk_is() {
    let bench = Bench::new();
    bench.plan(
        "alpha",
        "a",
        [Act::Stream(vec![
            said("hi"),
            finish(),
            usage(1_000, 500),
            done(),
        ])],
    );
    let mut answering = stream(bench.ask(STREAM).await.unwrap());
    loop {
        assert_eq!(bench.receipts(), 0);
        if next(&mut answering).await.unwrap().unwrap().kind == ChunkKind::Done {
            break;
        }
    }
    let receipt = bench.receipt();
    assert_eq!(
        (
            receipt.ending.outcome,
            receipt.tokens.input,
            receipt.tokens.output
        ),
        (Outcome::Complete, 1_000, 500)
    );
    assert!(next(&mut answering).await.is_none());
    drop(answering);
    assert_eq!(bench.receipts(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_bill_is_known_after_the_end_too() {
    let bench = Bench::new();
    bench.plan(
        "alpha",
        "a",
        [Act::Stream(vec![
            said("hi"),
            finish(),
            usage(1_000, 500),
            done(),
        ])],
    );
    let mut answering = stream(bench.ask(STREAM).await.unwrap());
    read(&mut answering).await;
    let receipt = bench.receipt();
    let bill = answering.bill();
    assert_eq!(
        (bill.cost, bill.savings),
        (receipt.charge.cost, receipt.savings.unwrap().amount)
    );
    assert_eq!(bill.cost.unwrap().nanos(), 3_000_000);
}

#[tokio::test(start_paused = true)]
async fn an_embedder_reads_text_and_bill_of_a_stream() {
    let bench = Bench::new();
    let mut reply = bench.ask(STREAM).await.unwrap();
    assert_eq!(reply.text().await.unwrap(), "hello");
    assert!(reply.bill().cost.is_some());
    let bench = Bench::new();
    bench.plan(
        "alpha",
        "a",
        [Act::Stream(vec![said("half"), broken(Kind::Interrupted)])],
    );
    let fault = bench.ask(STREAM).await.unwrap().text().await.unwrap_err();
    assert_eq!(fault.shown().code, "upstream_interrupted");
}

#[tokio::test(start_paused = true)]
async fn what_a_stream_does_not_tell_its_client_stands_in_the_receipt_once() {
    let bench = Bench::new();
    let picture = || left_out("left out a picture of the answer");
    let items = vec![picture(), said("hi"), picture(), finish(), done()];
    bench.plan("alpha", "a", [Act::Stream(items)]);
    read(&mut stream(bench.ask(STREAM).await.unwrap())).await;
    assert_eq!(
        bench.receipt().edits[..],
        ["left out a picture of the answer"]
    );
}
