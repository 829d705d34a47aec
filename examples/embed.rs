//! The router inside a program: ask for `auto`, get an answer, its model and its price.
//!
//! `Demo` answers without a network. `OpenAi::new(key)`, of the features `transport` and `aws-lc-rs` of
//! tiergate-providers, takes its place in earnest.
#![expect(clippy::print_stdout, reason = "a program for a person to read")]

use tiergate_catalog::Catalog;
use tiergate_providers::Demo;
use tiergate_router::Router;
use tiergate_wire::chat::Request;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let router = Router::builder(Catalog::bundled())
        .provider(Demo::new().named("openai"))
        .provider(Demo::new().named("anthropic"))
        .build()?;
    for question in [
        "thanks!",
        "What is the capital of Norway?",
        "Prove that there are infinitely many primes, then design a sharded database for them.",
    ] {
        let mut reply = router.chat(Request::user("auto", question)).await?;
        let (text, bill, served) = (reply.text().await?, reply.bill(), &reply.served);
        println!(
            "{question}\n  score {} -> {} at {}",
            served.score(),
            served.model(),
            served.provider()
        );
        match (bill.cost, bill.savings) {
            (Some(cost), Some(savings)) => println!("  ${cost}, saved ${savings}"),
            _ => println!("  no price is known"),
        }
        println!("  {text}\n");
    }
    Ok(())
}
