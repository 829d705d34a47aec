//! Receipts as clients read them, and the store they come from.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail loudly"
)]

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use serde_json::value::RawValue;
use serde_json::{Value, json};
use tiergate_catalog::{Money, Tier, Timestamp};
use tiergate_metering::{
    Attempt, BaselineReason, Charge, Comparison, Ending, Feedback, MemoryReceipts, Outcome,
    PassedOver, Receipt, Receipts, Savings, Served, Timing, Tokens, Undecided, Verdict, Why,
};
use tiergate_wire::feedback::Rating;

#[derive(Debug)]
struct Because;

impl Why for Because {
    fn render(&self) -> Box<RawValue> {
        RawValue::from_string(r#"{"score":17}"#.to_owned()).unwrap()
    }
}

fn refused() -> Receipt {
    let created = Timestamp::from_millis(1_795_219_200_000);
    Receipt::new("req_1".into(), created, "team-a".into(), "auto".into())
}

fn complete() -> Receipt {
    Receipt {
        served: Some(Served {
            model: "gpt-5-nano".into(),
            provider: "openai".into(),
            upstream_model: "gpt-5-nano-2025".into(),
            tier: Some(Tier::Nano),
        }),
        score: Some(17),
        success: Some([500, 700, 900, 950, 1_000]),
        auto: true,
        stream: true,
        attempts: [Attempt {
            provider: "openai".into(),
            model: "gpt-5-nano-2025".into(),
            outcome: "ok".into(),
            status: Some(200),
            latency_ms: 12,
        }]
        .into(),
        passed_over: vec![PassedOver {
            provider: "ollama".into(),
            model: "m1".into(),
            reason: "ollama: no tool can be forced".into(),
        }],
        ending: Ending {
            outcome: Outcome::Complete,
            status: 200,
            error_code: None,
        },
        tokens: Tokens {
            input: 10,
            cache_read: 5,
            output: 3,
            ..Tokens::default()
        },
        charge: Charge {
            cost: Some(Money::from_nanos(123_000)),
            free: false,
            price_version: Some(0xabc),
        },
        savings: Some(Savings {
            amount: Some(Money::from_nanos(-500_000_000)),
            baseline_model: "gpt-5".into(),
            reason: BaselineReason::PlanCeiling,
            baseline_cost: Money::from_nanos(7),
        }),
        edits: ["model".into(), "stream_options.include_usage".into()]
            .into_iter()
            .collect(),
        tags: Some(RawValue::from_string(r#"{"feature":"search"}"#.to_owned()).unwrap()),
        timing: Timing {
            latency_ms: 250,
            ttft_ms: Some(20),
        },
        why: Some(Arc::new(Because)),
        feedback: Some(Feedback {
            rating: Rating::GOOD,
            comment: Some("short".into()),
            at: Timestamp::from_millis(1_795_219_201_000),
        }),
        shadow: Some(Comparison {
            baseline_model: "gpt-5".into(),
            verdict: Verdict::None(Undecided::Unclear),
            cost: Money::from_nanos(2_000_000),
        }),
        ..refused()
    }
}

fn read(receipt: &Receipt) -> Value {
    serde_json::from_str(receipt.to_json().unwrap().get()).unwrap()
}

#[test]
fn a_complete_receipt_says_all() {
    let expected = json!({
        "object": "receipt",
        "request_id": "req_1",
        "created": "2026-11-21T00:00:00Z",
        "key": "team-a",
        "requested_model": "auto",
        "served_model": "gpt-5-nano",
        "provider": "openai",
        "upstream_model": "gpt-5-nano-2025",
        "tier": "nano",
        "score": 17,
        "auto": true,
        "stream": true,
        "prefer_ignored": false,
        "attempts": [{
            "provider": "openai", "model": "gpt-5-nano-2025", "outcome": "ok", "status": 200,
            "latency_ms": 12,
        }],
        "passed_over": [{"provider": "ollama", "model": "m1", "reason": "ollama: no tool can be forced"}],
        "outcome": "complete",
        "status": 200,
        "error_code": null,
        "tokens": {
            "input": 10, "cache_read": 5, "cache_write": 0, "cache_write_long": 0,
            "input_audio": 0, "cache_read_audio": 0, "output": 3, "reasoning": 0,
            "output_audio": 0,
        },
        "usage_estimated": false,
        "priced": true,
        "free": false,
        "cost_usd": "0.000123",
        "price_version": "0000000000000abc",
        "savings_usd": "-0.5",
        "baseline_model": "gpt-5",
        "baseline_reason": "plan_ceiling",
        "baseline_cost_usd": "0.000000007",
        "edits": ["model", "stream_options.include_usage"],
        "tags": {"feature": "search"},
        "latency_ms": 250,
        "ttft_ms": 20,
        "feedback": {"rating": "good", "comment": "short", "at": "2026-11-21T00:00:01Z"},
        "shadow": {
            "baseline_model": "gpt-5", "verdict": "none", "reason": "judge_unclear",
            "cost_usd": "0.002",
        },
        "why": {"score": 17},
    });
    assert_eq!(read(&complete()), expected);
}

#[test]
fn unknown_is_null_and_the_baseline_is_null_together() {
    let receipt = read(&refused());
    assert_eq!(receipt["priced"], json!(false));
    assert_eq!(receipt["outcome"], json!("refused"));
    for member in [
        "cost_usd",
        "price_version",
        "savings_usd",
        "baseline_model",
        "baseline_reason",
        "baseline_cost_usd",
        "served_model",
        "tier",
        "score",
        "tags",
        "feedback",
        "shadow",
        "why",
    ] {
        assert_eq!(receipt[member], Value::Null, "{member}");
    }
}

/// Polls a future that has nothing to wait for.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = Box::pin(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("memory does not wait"),
    }
}

#[test]
fn the_store_is_a_seam() {
    let store: Arc<dyn Receipts> = Arc::new(MemoryReceipts::new(10));
    store.put(Arc::new(complete()));
    let found = now(store.get("req_1", "team-a")).unwrap();
    assert_eq!(read(&found), read(&complete()));
    assert!(now(store.get("req_1", "team-b")).is_none());
    assert!(now(store.get("req_2", "team-a")).is_none());
    let bad = || Feedback {
        rating: Rating::BAD,
        comment: None,
        at: Timestamp::default(),
    };
    assert!(now(store.rate("req_1", "team-b", bad())).is_none());
    let rated = now(store.rate("req_1", "team-a", bad())).unwrap();
    assert_eq!(rated.feedback, Some(bad()));
    let listed = now(store.examples("team-a", "", 5));
    assert_eq!(read(&listed[0])["feedback"]["rating"], "bad");
    assert!(now(store.examples("team-a", "req_1", 5)).is_empty());
}

#[test]
fn an_example_needs_an_answer_and_a_rating() {
    let row = |receipt: &Receipt| {
        receipt
            .example()
            .map(|each| serde_json::to_value(each).unwrap())
    };
    let expected = json!({
        "request_id": "req_1", "score": 17, "success": [0.5, 0.7, 0.9, 0.95, 1.0],
        "tier": "nano", "model": "gpt-5-nano", "feedback": "good",
        "source": "client",
    });
    let receipt = complete();
    let text = serde_json::to_string(&receipt.example()).unwrap();
    assert!(
        text.contains("\"success\":[0.5,0.7,0.9,0.95,1.0]"),
        "{text}"
    );
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
    assert!(
        row(&Receipt {
            feedback: None,
            ..complete()
        })
        .is_none()
    );
    assert!(
        row(&Receipt {
            served: None,
            ..complete()
        })
        .is_none()
    );
    assert!(
        row(&Receipt {
            score: None,
            ..complete()
        })
        .is_none()
    );
}
