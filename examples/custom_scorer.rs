//! A scorer of one's own: what is marked as urgent goes to the best models, everything else to small ones.
#![expect(clippy::print_stdout, reason = "a program for a person to read")]

use tiergate_catalog::Catalog;
use tiergate_providers::Demo;
use tiergate_router::Router;
use tiergate_router::decide::Choose;
use tiergate_scorer::{Assessment, Score, Scorer, Signal, Signals};
use tiergate_wire::chat::Request;

#[derive(Debug)]
struct Urgency {
    calm: Score,
    urgent: Score,
}

impl Scorer for Urgency {
    fn assess(&self, request: &Request) -> Assessment {
        let texts = request
            .messages()
            .iter()
            .flat_map(|message| request.texts(message));
        let marks = texts.filter(|text| text.raw.starts_with(b"URGENT")).count();
        let score = if marks > 0 { self.urgent } else { self.calm };
        let signal = Signal {
            name: "urgent_messages",
            points: i16::from(score.number()) * 100,
            value: u32::try_from(marks).unwrap_or(u32::MAX),
        };
        Assessment {
            score,
            // thousandths, for nano to flagship: this scorer knows nothing better
            success: [500, 600, 700, 800, 900],
            confidence: 1_000,
            signals: Signals::from_iter([signal]),
            readable: true,
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scorer = Urgency {
        calm: Score::try_new(20)?,
        urgent: Score::try_new(90)?,
    };
    let router = Router::builder(Catalog::bundled())
        .provider(Demo::new().named("openai"))
        .scorer(scorer)
        // its probabilities are made up, so they are not weighed against the cost
        .choose(Choose::Thresholds)
        .build()?;
    for text in ["Where is the canteen?", "URGENT: the line has stopped"] {
        let served = router.chat(Request::user("auto", text)).await?.served;
        let tier = served.tier().map_or("no", |tier| tier.as_str());
        println!(
            "{text}\n  score {}, {tier} tier: {}",
            served.score(),
            served.model()
        );
    }
    Ok(())
}
