//! `tiergate explain`: the decision for a request, without asking any model.

use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};
use tiergate_config::{process_environment, read};
use tiergate_metering::Why;
use tiergate_router::Access;
use tiergate_wire::chat::Request;

use crate::Fault;
use crate::cli::{Common, Explain};
use crate::serve::{now, one_router};
use crate::talk::give;

/// Candidates of a table that are shown before it is cut.
const SHOWN: usize = 12;

pub(crate) async fn explain(common: &Common, asked: &Explain) -> Result<(), Fault> {
    let settings = read(common.config.as_deref(), &process_environment()).await?;
    let router = one_router(&settings)?;
    let request = Request::parse(body(asked)?.into()).map_err(Fault::other)?;
    let plan = router
        .plan(&request, &Access::unlimited("explain"), now())
        .map_err(Fault::other)?;
    let told = plan.render();
    if asked.json {
        give(format_args!(
            "{{\"object\":\"decision\",\"decision\":{told}}}"
        ));
        return Ok(());
    }
    let decision: Value = serde_json::from_str(told.get()).map_err(Fault::other)?;
    table(&decision);
    Ok(())
}

fn body(asked: &Explain) -> Result<Vec<u8>, Fault> {
    if let Some(prompt) = &asked.prompt {
        let mut body =
            json!({"model": asked.model, "messages": [{"role": "user", "content": prompt}]});
        if let Some(prefer) = &asked.prefer {
            body["prefer"] = prefer.as_str().into();
        }
        return Ok(body.to_string().into_bytes());
    }
    let path = asked.file.as_deref().unwrap_or_else(|| Path::new("-"));
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(Fault::other)?;
    } else {
        bytes = std::fs::read(path)
            .map_err(|fault| Fault::other(format!("{}: {fault}", path.display())))?;
    }
    Ok(bytes)
}

fn table(decision: &Value) {
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let score = decision["score"].as_u64().unwrap_or_default();
    let filled = usize::try_from(score / 5).unwrap_or_default();
    give(format_args!(
        "score  {score:>3} / 100  [{}{}]",
        "#".repeat(filled),
        ".".repeat(20 - filled.min(20))
    ));
    for signal in decision["signals"].as_array().into_iter().flatten() {
        let points = signal["points"].as_f64().unwrap_or_default();
        give(format_args!(
            "       {points:>+7.2}  {} ({})",
            text(&signal["name"]),
            signal["value"]
        ));
    }
    if let Some(refusal) = decision["refusal"].as_str() {
        give(format_args!("refused: {refusal}"));
    } else {
        give(format_args!(
            "tier   {}   model {} at {}   expected ${}   baseline {}",
            text(&decision["tier"]),
            text(&decision["model"]),
            text(&decision["provider"]),
            text(&decision["expected_cost_usd"]),
            text(&decision["baseline_model"]),
        ));
        tiers(&decision["tier_choice"]);
    }
    candidates(decision);
}

/// How the tier was chosen: its neighbours' chances, costs and utilities, and what the one below would have meant.
fn tiers(choice: &Value) {
    let by = choice["by"].as_str().unwrap_or("?");
    match choice["cost_weight"].as_f64() {
        Some(weight) => give(format_args!("chosen by {by}, cost weight {weight}")),
        None => give(format_args!("chosen by {by}")),
    }
    for each in choice["tiers"].as_array().into_iter().flatten() {
        let utility = each["utility"].as_f64();
        give(format_args!(
            "       {:<9} success {:.3}   from ${:<14} {:<16} {}",
            each["tier"].as_str().unwrap_or("?"),
            each["success"].as_f64().unwrap_or_default(),
            each["expected_cost_usd"].as_str().unwrap_or("?"),
            utility.map_or_else(String::new, |utility| format!("utility {utility:.3}")),
            each["model"].as_str().unwrap_or("nothing eligible"),
        ));
    }
    let below = &choice["below"];
    if let (Some(tier), Some(model)) = (below["tier"].as_str(), below["model"].as_str()) {
        give(format_args!(
            "       one tier down, {tier} by {model}: saves ${}, {:.3} less likely to succeed",
            below["saves_usd"].as_str().unwrap_or("?"),
            below["risk"].as_f64().unwrap_or_default(),
        ));
    }
}

/// The chosen candidate, then the eligible ones, then the rejected ones with their reasons.
fn candidates(decision: &Value) {
    let all: Vec<&Value> = decision["candidates"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    for verdict in ["chosen", "eligible", "rejected"] {
        let of: Vec<&&Value> = all
            .iter()
            .filter(|each| each["verdict"] == verdict)
            .collect();
        if of.is_empty() {
            continue;
        }
        give(format_args!("\n{verdict} ({})", of.len()));
        for each in of.iter().take(SHOWN) {
            let reasons: Vec<&str> = each["reasons"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|reason| reason["text"].as_str())
                .collect();
            let at = format!(
                "{} at {}",
                each["model"].as_str().unwrap_or("?"),
                each["provider"].as_str().unwrap_or("?")
            );
            let tier = each["tier"].as_str().unwrap_or("-");
            let cost = each["expected_cost_usd"].as_str().unwrap_or("?");
            give(format_args!(
                "  {tier:<9} {at:<52} ${cost:<14} {}",
                reasons.join("; ")
            ));
        }
        if of.len() > SHOWN {
            give(format_args!(
                "  ... and {} more; --json lists all",
                of.len() - SHOWN
            ));
        }
    }
    give(format_args!(
        "\ntargets without a configured provider: {}",
        decision["unreachable"]
    ));
}
