//! A provider and a catalogue of one's own: a model that gives back what it was told, free of charge.
#![expect(clippy::print_stdout, reason = "a program for a person to read")]

use async_trait::async_trait;
use tiergate_catalog::{Catalog, Model, Target, Tariff, Tier};
use tiergate_providers::{Call, Error, Full, Head, Kind, Provider, Reply};
use tiergate_router::Router;
use tiergate_wire::chat::Request;

#[derive(Debug)]
struct Echo;

#[async_trait]
impl Provider for Echo {
    fn name(&self) -> &'static str {
        "echo"
    }

    async fn chat(&self, call: Call<'_>) -> Result<Reply, Error> {
        if call.request.stream() {
            // after an error of this kind the router tries another candidate
            return Err(Error::new(Kind::NotFound, "echo", "it does not stream"));
        }
        let last = call.request.messages().last();
        let text = last.and_then(|message| call.request.texts(message).next());
        // the inside of a JSON string, as it came
        let text = String::from_utf8_lossy(text.map_or(b"", |text| text.raw));
        let message = format!(r#"{{"role":"assistant","content":"{text}"}}"#);
        let choice = format!(r#"{{"index":0,"message":{message},"finish_reason":"stop"}}"#);
        Ok(Reply::Full(Full {
            head: Head::default(),
            body: format!(r#"{{"object":"chat.completion","choices":[{choice}]}}"#).into(),
            usage: None,
            finished: true,
            output_bytes: text.len() as u64,
        }))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let target = Target {
        tariff: Some(Tariff::free()),
        ..Target::new("echo", "echo-1")
    };
    let model = Model::new("parrot", Tier::Small).with_target(target);
    let router = Router::builder(Catalog::builder().model(model).build()?)
        .provider(Echo)
        .build()?;
    for name in ["auto", "parrot", "echo/parrot"] {
        let mut reply = router.chat(Request::user(name, "Who's there?")).await?;
        let (text, cost) = (reply.text().await?, reply.bill().cost);
        println!(
            "{name}: {text} - {} for ${}",
            reply.served.model(),
            cost.unwrap_or_default()
        );
    }
    Ok(())
}
