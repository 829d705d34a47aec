//! Signals in the middle of conversations of 400 KB, and what must not make a request hard.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

use serde_json::{Value, json};
use tiergate_scorer::{Learnt, Score, Scorer, Thresholds};
use tiergate_wire::chat::Request;

fn score(messages: &[Value]) -> i32 {
    let body = json!({"model": "auto", "messages": messages}).to_string();
    let request = Request::parse(body.into()).unwrap();
    i32::from(Learnt::new().assess(&request).score.number())
}

fn tier(score: i32) -> usize {
    Thresholds::default().tier_index(Score::try_new(score.try_into().unwrap()).unwrap())
}

fn message(role: &str, text: &str) -> Value {
    json!({"role": role, "content": text})
}

/// About 400 KB of small talk in `turns` turns.
fn chatter(turns: usize) -> Vec<Value> {
    let sentence =
        "We went to the market again and it was sunny, so we sat down and had a coffee. ";
    let text = sentence.repeat(400_000 / turns / 2 / sentence.len());
    let turn = [message("user", &text), message("assistant", &text)];
    turn.into_iter().cycle().take(turns * 2).collect()
}

/// A conversation with `inside` put into its middle.
fn with(mut conversation: Vec<Value>, inside: &[Value], ask: &str) -> Vec<Value> {
    let middle = conversation.len() / 2;
    conversation.splice(middle..middle, inside.iter().cloned());
    conversation.push(message("user", ask));
    conversation
}

fn signals() -> Vec<(&'static str, Vec<Value>)> {
    let code = "```rust\nfn post(&mut self, entry: Entry) -> Result<(), Error> { self.entries.push(entry); Ok(()) }\n```";
    let call = json!({"role": "assistant", "content": null, "tool_calls": [{"id": "c", "type": "function",
        "function": {"name": "search", "arguments": "{\"q\":\"x\"}"}}]});
    vec![
        (
            "system prompt",
            vec![message(
                "system",
                "You prove and audit every claim about security and compliance, and compare the alternatives.",
            )],
        ),
        (
            "code blocks",
            vec![message("user", code), message("assistant", "I see it.")],
        ),
        (
            "history",
            vec![
                message(
                    "user",
                    "The production ledger deadlocks during the migration.",
                ),
                message(
                    "assistant",
                    "Then analyse the lock order and design a rollback.",
                ),
            ],
        ),
        (
            "tool use",
            vec![
                call,
                json!({"role": "tool", "tool_call_id": "c", "content": "nothing found"}),
            ],
        ),
        (
            "reasoning markers",
            vec![
                message("user", "Think step by step."),
                json!({"role": "assistant", "content": "I did.", "reasoning_content": "First this, then that."}),
            ],
        ),
        (
            "images",
            vec![
                json!({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]}),
            ],
        ),
    ]
}

#[test]
fn each_signal_moves_the_score_in_the_middle_of_a_long_conversation() {
    for turns in [4, 40, 100] {
        for ask in [
            "And what now?",
            "yes please",
            "Write it down for me in a table with two columns.",
        ] {
            let plain = score(&with(chatter(turns), &[], ask));
            for (name, inside) in signals() {
                let moved = score(&with(chatter(turns), &inside, ask));
                assert!(
                    moved > plain,
                    "{name}, {turns} turns, {ask}: {plain} {moved}"
                );
            }
        }
    }
}

#[test]
fn deleting_history_moves_the_score() {
    let asks = [
        "yes please",
        "And then?",
        "thanks!",
        "go ahead",
        "What does that mean for the second case?",
        "Summarise.",
        "Make it shorter.",
        "Is that right?",
        "why",
        "Write the code for it.",
    ];
    for ask in asks {
        let alone = score(&[message("user", ask)]);
        for turns in [2, 30, 100] {
            let long = score(&with(chatter(turns), &[], ask));
            assert_ne!(alone, long, "{ask}, {turns} turns");
        }
        // thanks and light work lean little on what went before
        let half = score(&with(chatter(100)[100..].to_vec(), &[], ask));
        let whole = score(&with(chatter(100), &[], ask));
        assert!(
            ["thanks!", "Summarise.", "Make it shorter."].contains(&ask) || half != whole,
            "{ask}: {half} {whole}"
        );
    }
}

#[test]
fn a_signal_in_the_middle_of_one_giant_message_is_seen_when_it_is_large() {
    let text = "We went to the market again and it was sunny, so we had a coffee. ".repeat(3000);
    let code = "fn post(entry: Entry) { self.entries.push(entry); }\n".repeat(2000);
    let plain = score(&[
        message("user", &format!("{text}{text}")),
        message("user", "And this?"),
    ]);
    let mixed = score(&[
        message("user", &format!("{text}{code}{text}")),
        message("user", "And this?"),
    ]);
    assert!(mixed > plain, "{plain} {mixed}");
}

#[test]
fn bulk_alone_is_not_hard() {
    let ask = "What's the capital of Chile?";
    let alone = tier(score(&[message("user", ask)]));
    let log = "2026-03-01T08:00:00Z INFO worker-3 finished job 4711 in 23 ms\n".repeat(3000);
    let system = "Answer in plain words and keep to what the user asks. ".repeat(400);
    for messages in [
        vec![message("system", &system), message("user", ask)],
        vec![
            message("user", &log),
            message("assistant", "Seen."),
            message("user", ask),
        ],
        with(chatter(100), &[], ask),
    ] {
        let bulky = tier(score(&messages));
        assert!(bulky <= alone + 1, "{bulky}");
    }
    assert!(
        tier(score(&[message(
            "user",
            &format!("{log}\nHow many lines are there?")
        )])) <= 2
    );
}

#[test]
fn padding_with_hard_words_moves_an_easy_request_by_at_most_one_tier() {
    let repeated = " prove architecture deadlock".repeat(40);
    let distinct = " quantum eigenvalue homomorphism cryptography distributed consensus theorem proof \
        kubernetes microservices thermodynamics jurisprudence pharmacokinetics derivative stochastic \
        calculus topology compiler optimization concurrency deadlock architecture regression";
    for ask in [
        "What's the capital of Chile?",
        "What is the capital of France?",
        "What time is it in Tokyo when it is noon in London?",
        "Translate to German: good morning",
        "Write a haiku about rain.",
    ] {
        let plain = tier(score(&[message("user", ask)]));
        for padding in [&*repeated, distinct] {
            let padded = tier(score(&[message("user", &format!("{ask}{padding}"))]));
            assert!(padded <= plain + 1, "{ask} {plain} {padded}");
        }
    }
}

#[test]
fn an_acknowledgement_is_never_flagship() {
    let hard = "Design the migration of the production payment ledger to an active-active architecture, \
        prove that no money is lost, analyse every risk, and implement the state machine with tests. ";
    let conversation = [
        message("user", &hard.repeat(8)),
        message("assistant", &hard.repeat(20)),
        message("user", &hard.repeat(4)),
        message("assistant", &hard.repeat(20)),
    ];
    for ask in [
        "ok",
        "yes",
        "yes please",
        "go ahead",
        "do it",
        "thanks",
        "perfect, continue",
        "👍",
        "да",
        "好的，请继续",
    ] {
        let mut messages = conversation.to_vec();
        messages.push(message("user", ask));
        let number = score(&messages);
        assert!(tier(number) < 4, "{ask} {number}");
    }
}
