//! Costs and savings, computed once more from the prices of the test's catalogue.

use std::sync::Arc;
use std::time::Duration;

use tiergate_metering::BaselineReason;
use tiergate_router::Access;
use tiergate_wire::usage::{MOST, Usage};

use super::bench::{Bench, NOW, context, request};
use super::provider::{Act, tokens};

/// Nano-dollars per token of input and output, of each model at the provider that serves it first.
fn rates(model: &str) -> (i64, i64) {
    match model {
        "a" => (1_000, 4_000),
        "b" => (2_000, 8_000),
        "p" => (10_000, 40_000),
        _ => (500, 2_000),
    }
}

fn cost(model: &str, usage: Usage) -> i64 {
    let (input, output) = rates(model);
    let count = |tokens: u64| i64::try_from(tokens).unwrap();
    input * count(usage.prompt_tokens) + output * count(usage.completion_tokens)
}

/// Asks, and compares cost, savings and baseline.
async fn check(body: &str, model: &'static str, baseline: &str, reason: BaselineReason) {
    for usage in [tokens(1_000, 200), tokens(7, 0), tokens(123_456, 78_901)] {
        let bench = Bench::new();
        for provider in ["alpha", "beta", "gamma"] {
            bench.plan(provider, model, [Act::Full(Some(usage))]);
        }
        let mut reply = bench.ask(body).await.unwrap();
        let receipt = bench.receipt();
        let actual = cost(model, usage);
        assert_eq!(&*receipt.served.unwrap().model, model);
        assert_eq!(receipt.charge.cost.unwrap().nanos(), actual, "{body}");
        let savings = receipt.savings.unwrap();
        assert_eq!(
            (&*savings.baseline_model, savings.reason),
            (baseline, reason),
            "{body}"
        );
        assert_eq!(savings.baseline_cost.nanos(), cost(baseline, usage));
        assert_eq!(
            savings.amount.unwrap().nanos(),
            cost(baseline, usage) - actual,
            "{body}"
        );
        let bill = reply.bill();
        assert_eq!(
            (bill.cost, bill.savings),
            (receipt.charge.cost, savings.amount)
        );
        assert!(!receipt.usage_estimated);
    }
}

#[tokio::test(start_paused = true)]
async fn savings_are_against_the_cheapest_of_the_ceiling() {
    check(
        r#""model":"auto","max_tier":"premium""#,
        "a",
        "p",
        BaselineReason::PlanCeiling,
    )
    .await;
    check(
        r#""model":"standard","max_tier":"premium","prefer":"cheap""#,
        "a",
        "p",
        BaselineReason::PlanCeiling,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn savings_may_be_negative() {
    check(r#""model":"auto""#, "a", "f", BaselineReason::PlanCeiling).await;
}

#[tokio::test(start_paused = true)]
async fn a_pin_and_the_ceiling_itself_save_nothing() {
    check(r#""model":"b""#, "b", "b", BaselineReason::Named).await;
    check(
        r#""model":"auto","max_tier":"standard""#,
        "a",
        "a",
        BaselineReason::PlanCeiling,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_pin_served_elsewhere_costs_what_it_costs_there() {
    let bench = Bench::new();
    bench.plan(
        "alpha",
        "a",
        [super::provider::fail(tiergate_providers::Kind::Server)],
    );
    bench.plan("beta", "a", [Act::Full(Some(tokens(1_000, 100)))]);
    bench.ask(r#""model":"a""#).await.unwrap();
    let receipt = bench.receipt();
    assert_eq!(
        receipt.charge.cost.unwrap().nanos(),
        1_000 * 1_100 + 100 * 4_400
    );
    assert_eq!(receipt.savings.unwrap().amount.unwrap().nanos(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_reported_is_estimated_and_marked() {
    let bench = Bench::new();
    bench.plan("alpha", "a", [Act::Full(None)]);
    bench.ask(r#""model":"auto""#).await.unwrap();
    let receipt = bench.receipt();
    assert!(receipt.usage_estimated);
    assert_eq!(receipt.tokens.output, 2, "five bytes");
    let input = i64::try_from(receipt.tokens.input).unwrap();
    assert!(input > 0);
    assert_eq!(
        receipt.charge.cost.unwrap().nanos(),
        input * 1_000 + 2 * 4_000
    );
}

#[tokio::test(start_paused = true)]
async fn a_half_that_is_not_told_is_estimated_by_itself() {
    for (input, output, expected) in [
        (None, Some(9), (None, Some(9))),
        (Some(70), None, (Some(70), Some(2))),
        (Some(MOST), Some(MOST + 1), (Some(MOST), Some(2))),
        (Some(u64::MAX), Some(u64::MAX), (None, Some(2))),
    ] {
        let bench = Bench::new();
        let told = Usage::default().of(input, output);
        bench.plan("alpha", "a", [Act::Full(told)]);
        bench.ask(r#""model":"auto""#).await.unwrap();
        let receipt = bench.receipt();
        assert!(receipt.usage_estimated);
        let tokens = receipt.tokens;
        let likely = (1..100).contains(&tokens.input);
        assert!(expected.0.map_or(likely, |input| tokens.input == input));
        assert_eq!(Some(tokens.output), expected.1);
        let billed = super::provider::tokens(tokens.input, tokens.output);
        assert_eq!(receipt.charge.cost.unwrap().nanos(), cost("a", billed));
    }
}

#[tokio::test(start_paused = true)]
async fn an_unpriced_answer_has_no_cost_rather_than_none_to_pay() {
    use tiergate_catalog::{Catalog, Model, Target, Tier};
    let model = Model::new("u", Tier::Standard).with_target(Target::new("alpha", "u"));
    let bench = Bench::over(Catalog::builder().model(model).build().unwrap(), 1);
    let mut reply = bench.ask(r#""model":"auto""#).await.unwrap();
    assert_eq!((reply.bill().cost, reply.bill().savings), (None, None));
    assert!(!bench.receipt().charge.priced());
}

#[tokio::test(start_paused = true)]
async fn a_capped_plan_says_what_it_can_cost_and_is_carried_out_as_it_is() {
    let access = Access::unlimited("owner");
    for (asked, cap, sent) in [
        ("", 1_000, 1_000),
        ("", 9_999, 4_096),
        (r#","max_tokens":50"#, 1_000, 50),
        (r#","max_tokens":50,"n":3"#, 1_000, 150),
    ] {
        let bench = Bench::new();
        let request = request(&format!(r#""model":"a"{asked}"#));
        let plan = bench.router.plan(&request, &access, NOW).unwrap();
        assert!(plan.worst_case(NOW).is_none(), "nothing bounds its output");
        let plan = plan.with_cap(cap);
        let most = plan.worst_case(NOW).unwrap().nanos();
        let (input, output) = rates("a");
        assert!(most >= output * sent + input * 2, "{asked}: {most}");
        assert!(most <= output * sent + input * 100, "{asked}: {most}");
        for provider in ["alpha", "beta", "gamma"] {
            bench.plan(provider, "a", [Act::Full(Some(tokens(5, 5)))]);
        }
        let context = context(Duration::from_mins(1));
        let done = bench
            .router
            .carry_out(Arc::new(plan), &request, &access, &context);
        assert_eq!(
            done.await.unwrap().bill().cost.unwrap().nanos(),
            cost("a", tokens(5, 5))
        );
        assert_eq!(bench.seen()[0].cap, Some(cap.min(4_096)));
        assert_eq!(&*bench.receipt().key, "owner");
    }
}
