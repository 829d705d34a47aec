//! `models`.

use tiergate_catalog::{Abilities, Mode, ModelPatch, TargetFacts, TargetPatch};

use super::{Placed, choice, name, placed, price, texts, tier};
use crate::yaml::{Fields, Node, Read, Shape, Span};

/// A model, with the places of what other parts must agree to.
pub(crate) struct ModelDraft {
    pub(crate) patch: ModelPatch,
    pub(crate) span: Span,
    pub(crate) aliases: Vec<Placed<String>>,
    pub(crate) targets: Vec<TargetDraft>,
    pub(crate) fallbacks: Option<ChainDraft>,
    /// Where the model, for all its targets, is priced.
    pub(crate) price: Option<Span>,
}

/// The fallbacks of a model, as they are named.
pub(crate) struct ChainDraft {
    /// What the file calls the model.
    pub(crate) of: String,
    pub(crate) span: Span,
    pub(crate) names: Vec<Placed<String>>,
}

/// Where a target names its provider, and its price.
pub(crate) struct TargetDraft {
    pub(crate) provider: Placed<String>,
    pub(crate) price: Option<Span>,
}

const MODEL: Shape = Shape {
    what: "a model",
    known: &[
        "aliases",
        "audio",
        "audio_output",
        "auto",
        "coding",
        "context_window",
        "fallbacks",
        "free",
        "id",
        "json_schema",
        "max_input",
        "max_output",
        "mode",
        "name",
        "pdf",
        "price",
        "quality",
        "reasoning",
        "responses_only",
        "retires",
        "sampling",
        "speed",
        "successor",
        "targets",
        "tier",
        "tools",
        "vision",
    ],
    refused: &[("weight", "weights are not part of this version")],
};

const TARGET: Shape = Shape {
    what: "a target",
    known: &[
        "audio",
        "audio_output",
        "context_window",
        "free",
        "json_schema",
        "max_input",
        "max_output",
        "model",
        "pdf",
        "price",
        "provider",
        "reasoning",
        "responses_only",
        "retires",
        "sampling",
        "speed",
        "tools",
        "vision",
    ],
    refused: &[("weight", "weights are not part of this version")],
};

pub(super) fn models(node: &Node) -> Read<Vec<ModelDraft>> {
    let mut models: Vec<ModelDraft> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for item in node.items("models")? {
        let draft = model(item)?;
        if !seen.insert(draft.patch.id.clone()) {
            let message = format!("the model `{}` is listed twice", draft.patch.id);
            return Err(Node::at(draft.span).fault(message));
        }
        models.push(draft);
    }
    Ok(models)
}

fn model(node: &Node) -> Read<ModelDraft> {
    let fields = Fields::open(node, &MODEL)?;
    let id_node = fields.required("id")?;
    let id = name(id_node, "id")?;
    let targets = fields.read("targets", |node| targets(node, &id))?;
    let (drafts, patches) = match targets {
        Some(targets) => {
            let (drafts, patches) = targets.into_iter().unzip();
            (drafts, Some(patches))
        }
        None => (Vec::new(), None),
    };
    let fallbacks = fields.read("fallbacks", |node| chain(node, &id))?;
    let modes = [
        Mode::Audio,
        Mode::Chat,
        Mode::Embedding,
        Mode::Image,
        Mode::Other,
        Mode::Video,
    ];
    let modes = modes.map(|mode| (mode.as_str(), mode));
    let patch = ModelPatch {
        name: fields.read("name", |node| node.text("name").map(str::to_owned))?,
        mode: fields.read("mode", |node| choice(node, "mode", &modes))?,
        tier: fields.read("tier", |node| tier(node, "tier"))?,
        auto: fields.read("auto", |node| node.flag("auto"))?,
        quality: fields.read("quality", |node| tenths(node, "quality"))?,
        coding: fields.read("coding", |node| tenths(node, "coding"))?,
        successor: fields.read("successor", |node| name(node, "successor"))?,
        facts: facts(&fields)?,
        targets: patches,
        id,
    };
    Ok(ModelDraft {
        patch,
        span: id_node.span.clone(),
        aliases: fields
            .read("aliases", |node| texts(node, "aliases"))?
            .unwrap_or_default(),
        targets: drafts,
        fallbacks,
        price: fields.get("price").map(|node| node.span.clone()),
    })
}

fn chain(node: &Node, id: &str) -> Read<ChainDraft> {
    Ok(ChainDraft {
        of: id.to_owned(),
        span: node.span.clone(),
        names: texts(node, "fallbacks")?,
    })
}

fn targets(node: &Node, id: &str) -> Read<Vec<(TargetDraft, TargetPatch)>> {
    let items = node.items("targets")?;
    if items.is_empty() {
        return Err(
            node.fault("`targets` is empty: leave it out to keep those of the bundled model")
        );
    }
    let mut targets: Vec<(TargetDraft, TargetPatch)> = Vec::with_capacity(items.len());
    for item in items {
        let (draft, patch) = target(item, id)?;
        if targets
            .iter()
            .any(|(_, other)| other.provider == patch.provider && other.model == patch.model)
        {
            return Err(item.fault("the same provider and model are listed twice"));
        }
        targets.push((draft, patch));
    }
    Ok(targets)
}

/// A target; its upstream model is called like the model unless it says otherwise.
fn target(node: &Node, id: &str) -> Read<(TargetDraft, TargetPatch)> {
    let fields = Fields::open(node, &TARGET)?;
    let provider_node = fields.required("provider")?;
    let provider = provider_node.text("provider")?.to_owned();
    let model = fields.read("model", |node| name(node, "model"))?;
    let draft = TargetDraft {
        provider: placed(provider_node, provider.clone()),
        price: fields.get("price").map(|node| node.span.clone()),
    };
    let patch = TargetPatch {
        provider,
        model: model.unwrap_or_else(|| id.to_owned()),
        facts: facts(&fields)?,
    };
    Ok((draft, patch))
}

fn facts(fields: &Fields<'_>) -> Read<TargetFacts> {
    const MOST: u64 = 1_000_000_000_000;
    let flag = |key: &str| fields.read(key, |node| node.flag(key));
    let tokens = |key: &str| fields.read(key, |node| node.integer(key, 1..=MOST));
    let facts = TargetFacts {
        tariff: price::tariff(fields)?,
        context_window: tokens("context_window")?,
        max_input: tokens("max_input")?,
        max_output: tokens("max_output")?,
        abilities: Abilities {
            tools: flag("tools")?,
            vision: flag("vision")?,
            json_schema: flag("json_schema")?,
            audio_input: flag("audio")?,
            audio_output: flag("audio_output")?,
            reasoning: flag("reasoning")?,
            pdf: flag("pdf")?,
        },
        retires: fields.read("retires", |node| node.parsed("retires"))?,
        sampling: flag("sampling")?,
        responses_only: flag("responses_only")?,
        speed: fields
            .read("speed", |node| node.integer("speed", 1..=1_000_000))?
            .and_then(|speed| u32::try_from(speed).ok()),
    };
    for (key, part) in [
        ("max_input", facts.max_input),
        ("max_output", facts.max_output),
    ] {
        if let (Some(part), Some(window), Some(node)) =
            (part, facts.context_window, fields.get(key))
            && part > window
        {
            return Err(node.fault(format!("`{key}` is larger than `context_window`")));
        }
    }
    Ok(facts)
}

/// A rank with at most one decimal, in tenths.
fn tenths(node: &Node, what: &str) -> Read<u16> {
    let text = node.text(what)?;
    let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let rank = if digits(whole, 4) && digits(tenth, 1) {
        format!("{whole}{tenth}").parse().ok()
    } else {
        None
    };
    let most = 1_000;
    let rank = rank.filter(|tenths: &u16| *tenths <= most * 10);
    rank.ok_or_else(|| {
        node.fault(format!(
            "`{what}` must be a number from 0 to {most} with at most one decimal"
        ))
    })
}
