//! The bundled catalogue: what the source documents name, what `auto` may choose, what has ended.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail loudly"
)]

use std::collections::HashSet;

use tiergate_catalog::{Catalog, Mode, Model, Status, Tier, Timestamp};

const ECONOMY: &[Tier] = &[Tier::Nano, Tier::Small];
const STANDARD: &[Tier] = &[Tier::Standard];
const PREMIUM: &[Tier] = &[Tier::Premium, Tier::Flagship];

/// The five-tier vocabulary: the tier is exact.
const FIVE_TIERS: &[(&str, Tier)] = &[
    ("gpt-5-nano", Tier::Nano),
    ("mistral-small", Tier::Nano),
    ("gpt-5-mini", Tier::Small),
    ("deepseek-v3", Tier::Small),
    ("claude-sonnet-4-5", Tier::Standard),
    ("gpt-4o", Tier::Standard),
    ("gemini-2.5-pro", Tier::Standard),
    ("gpt-5", Tier::Premium),
    ("mistral-large", Tier::Premium),
    ("claude-opus-4-6", Tier::Flagship),
    ("gpt-5.2", Tier::Flagship),
];

/// The three-tier vocabulary: a band allows one or two tiers.
const BANDS: &[(&[Tier], &[&str])] = &[
    (
        ECONOMY,
        &[
            "gemini-2.5-flash",
            "gpt-4.1-mini",
            "o4-mini",
            "claude-haiku-4-5",
            "grok-3-mini-beta",
            "nvidia.nemotron-nano-3-30b",
            "nvidia.nemotron-nano-9b-v2",
            "zai.glm-4.7-flash",
            "qwen.qwen3-32b-v1:0",
            "openai.gpt-oss-120b-1:0",
            "llama-3.3-70b-versatile",
            "meta-llama/llama-4-scout-17b-16e-instruct",
            "llama3.1-8b",
            "qwen-3-235b-a22b-instruct-2507",
            "claude haiku",
        ],
    ),
    (
        STANDARD,
        &[
            "gemini-2.5-pro",
            "gpt-4.1",
            "gpt-5.3-chat-latest",
            "gpt-5.3-codex",
            "gpt-5.1-codex-mini",
            "o3",
            "claude-sonnet-4-6",
            "grok-3-beta",
            "zai.glm-4.7",
            "deepseek.v3.2",
            "mistral.mistral-large-3-675b-instruct",
            "moonshotai.kimi-k2.5",
            "minimax.minimax-m2.1",
            "qwen.qwen3-next-80b-a3b",
            "us.meta.llama4-maverick-17b-instruct-v1:0",
            "us.meta.llama4-scout-17b-instruct-v1:0",
            "mistral.devstral-2-123b",
            "qwen.qwen3-coder-480b-a35b-v1:0",
            "nvidia.nemotron-super-3-120b",
            "qwen.qwen3-235b-a22b-2507-v1:0",
            "claude sonnet",
        ],
    ),
    (
        PREMIUM,
        &[
            "gemini-3.1-pro-preview",
            "claude-opus-4-7",
            "claude-opus-4-6",
            "gpt-5.4",
            "zai.glm-5",
            "claude opus",
        ],
    ),
];

fn day(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn model<'a>(catalog: &'a Catalog, name: &str) -> &'a Model {
    let resolved = catalog.resolve(name);
    resolved
        .unwrap_or_else(|| panic!("{name} does not resolve"))
        .model
}

#[test]
fn every_model_of_the_source_documents_is_in_its_tier() {
    let catalog = Catalog::bundled();
    for (name, tier) in FIVE_TIERS {
        assert_eq!(model(&catalog, name).routable(), Some(*tier), "{name}");
    }
    for (tiers, names) in BANDS {
        for name in *names {
            let tier = model(&catalog, name).routable().unwrap();
            assert!(tiers.contains(&tier), "{name} is {tier}");
        }
    }
}

#[test]
fn a_name_of_the_source_documents_keeps_its_provider() {
    let catalog = Catalog::bundled();
    for (name, provider) in [
        ("zai.glm-4.7", Some("bedrock")),
        ("us.meta.llama4-scout-17b-instruct-v1:0", Some("bedrock")),
        ("gpt-5", None),
        ("openai/gpt-5", Some("openai")),
        ("openrouter/openai/gpt-5", Some("openrouter")),
        ("groq/openai/gpt-oss-120b", Some("groq")),
        ("groq/gpt-oss-120b", Some("groq")),
        ("mistral/mistral-large", Some("mistral")),
    ] {
        let resolved = catalog.resolve(name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(resolved.provider, provider, "{name}");
        assert!(resolved.targets().count() > 0, "{name}");
    }
    assert!(catalog.resolve("groq/gpt-5").is_none());
    assert!(catalog.resolve("GPT-5").is_none());
    assert_eq!(catalog.nearest("GPT-5", 1), ["gpt-5"]);
}

#[test]
fn the_retired_ones_are_marked_and_have_a_successor() {
    let catalog = Catalog::bundled();
    let today = day("2026-11-21");
    for (name, provider) in [
        ("o4-mini", "openai"),
        ("grok-3-mini-beta", "xai"),
        ("gpt-5.3-chat-latest", "openai"),
        ("gpt-5.1-codex-mini", "openai"),
        ("grok-3-beta", "xai"),
        ("llama-3.3-70b-versatile", "groq"),
        ("meta-llama/llama-4-scout-17b-16e-instruct", "groq"),
        ("llama3.1-8b", "cerebras"),
        ("qwen-3-235b-a22b-instruct-2507", "cerebras"),
    ] {
        let model = model(&catalog, name);
        let target = model
            .targets
            .iter()
            .find(|t| &*t.provider == provider)
            .unwrap();
        assert!(
            matches!(target.status, Status::Retired | Status::LikelyRetired),
            "{name}"
        );
        assert!(!target.available(today), "{name}");
        let successor = model.successor.as_deref().unwrap();
        assert!(
            catalog.model(successor).unwrap().available(today),
            "{name} -> {successor}"
        );
    }
}

#[test]
fn what_ends_is_gone_on_its_day() {
    let catalog = Catalog::bundled();
    let own = |name: &str, provider: &str, now: &str| {
        let model = model(&catalog, name);
        let target = model
            .targets
            .iter()
            .find(|t| &*t.provider == provider)
            .unwrap();
        target.available(day(now))
    };
    for (name, provider, last, first) in [
        (
            "claude-sonnet-4-5",
            "anthropic",
            "2026-11-29T23:59:59Z",
            "2026-11-30",
        ),
        ("gpt-5-nano", "openai", "2026-12-10", "2026-12-11"),
        ("gpt-5-mini", "openai", "2026-12-10", "2026-12-11"),
        ("gpt-5", "openai", "2026-12-10", "2026-12-11"),
        ("o3", "openai", "2026-12-10", "2026-12-11"),
        ("gpt-4o", "openai", "2027-01-13", "2027-01-14"),
        ("gpt-4.1", "openai", "2027-01-13", "2027-01-14"),
        ("gpt-4.1-mini", "openai", "2027-01-13", "2027-01-14"),
    ] {
        assert!(own(name, provider, "2026-11-21"), "{name}");
        assert!(own(name, provider, last), "{name}");
        assert!(!own(name, provider, first), "{name}");
        assert!(!own(name, provider, "2027-01-15"), "{name}");
    }
}

#[test]
fn every_tier_has_live_models_at_every_date() {
    let catalog = Catalog::bundled();
    for now in ["2026-11-21", "2027-01-15", "2027-06-01"].map(day) {
        for tier in Tier::ALL {
            let routable = catalog
                .models()
                .iter()
                .filter(|m| m.routable() == Some(tier));
            let live = routable.filter(|model| model.available(now)).count();
            assert!(live >= 10, "{tier} at {now}: {live}");
        }
    }
}

#[test]
fn what_auto_may_choose_is_text_chat() {
    let catalog = Catalog::bundled();
    let other_purposes = [
        "audio",
        "tts",
        "transcribe",
        "realtime",
        "-live",
        "image",
        "video",
        "embed",
        "rerank",
        "guard",
        "safety",
        "moderation",
        "deep-research",
        "ocr",
        "asr",
        "translat",
        "-mt-",
        "lyria",
        "robotics",
        "computer-use",
        "cyber",
        "sonar",
        "omni",
        "voxtral",
        "whisper",
        "codestral",
        "morph",
        "relace",
        "esm",
        "paligemma",
        "openrouter/",
        "routers/",
        "model-router",
        "~",
    ];
    for model in catalog
        .models()
        .iter()
        .filter(|model| model.routable().is_some())
    {
        assert_eq!(model.mode, Mode::Chat);
        let names = model.targets.iter().map(|target| &*target.model);
        for name in names.chain([&*model.id, &*model.canonical]) {
            let name = name.to_lowercase();
            let found = other_purposes
                .iter()
                .find(|purpose| name.contains(*purpose));
            assert_eq!(found, None, "{name}");
        }
        assert_ne!(
            model.targets[0].abilities.audio_output,
            Some(true),
            "{}",
            model.id
        );
    }
}

#[test]
fn other_purposes_stay_reachable_by_name_only() {
    let catalog = Catalog::bundled();
    for name in [
        "gpt-audio",
        "gemini-2.5-flash-image",
        "perplexity/sonar-deep-research",
        "qwen-vl-ocr",
        "qwen-mt-plus",
        "voxtral-small-latest",
        "openrouter/auto",
        "nvidia/esmfold",
    ] {
        if let Some(resolved) = catalog.resolve(name) {
            assert_eq!(resolved.model.routable(), None, "{name}");
        }
    }
    assert!(catalog.resolve("gpt-audio").is_some());
    assert!(catalog.resolve("auto").is_none());
}

#[test]
fn a_chat_model_lacks_a_tier_only_when_nothing_is_known_of_it() {
    for model in Catalog::bundled().models() {
        if model.mode == Mode::Chat && model.tier.is_none() {
            assert_eq!(model.quality, None, "{}", model.id);
            assert!(
                model.targets.iter().all(|t| t.tariff.is_none()),
                "{}",
                model.id
            );
        }
    }
}

#[test]
fn a_scraped_price_of_zero_is_unknown() {
    for model in Catalog::bundled().models() {
        for target in &model.targets {
            if let Some(tariff) = &target.tariff {
                let price = tariff.at(day("2026-11-21"), 0);
                assert!(!tariff.is_free(), "{}", model.id);
                assert!(price.input.nanos_per_million() > 0, "{}", model.id);
                let billed_on_input = model.mode == Mode::Embedding;
                assert!(
                    billed_on_input || price.output.nanos_per_million() > 0,
                    "{}",
                    model.id
                );
            }
        }
    }
}

#[test]
fn embedding_aliases_mean_embedding_models() {
    let catalog = Catalog::bundled();
    for (alias, upstream) in [
        ("embed-small", "text-embedding-3-small"),
        ("embed-large", "text-embedding-3-large"),
        ("embed-titan", "amazon.titan-embed-text-v2:0"),
    ] {
        let model = model(&catalog, alias);
        assert_eq!(model.mode, Mode::Embedding);
        assert_eq!(&*model.targets[0].model, upstream);
        assert!(model.available(day("2027-01-15")));
    }
}

#[test]
fn special_prices_are_in_the_data() {
    let catalog = Catalog::bundled();
    let input = |name: &str, now: &str, tokens| {
        let tariff = model(&catalog, name).targets[0].tariff.clone().unwrap();
        tariff.at(day(now), tokens).input.to_string()
    };
    // introductory prices that end
    assert_eq!(input("gemini-4-argon", "2026-11-30", 1), "2");
    assert_eq!(input("gemini-4-argon", "2026-12-01", 1), "4");
    assert_eq!(input("gemini-3.8-flash", "2026-12-31", 1), "0.75");
    assert_eq!(input("gemini-3.8-flash", "2027-01-01", 1), "1.5");
    // twice the price at the host's peak, on working days
    assert_eq!(input("deepseek-flash", "2026-11-20T02:00:00Z", 1), "0.3");
    assert_eq!(input("deepseek-flash", "2026-11-20T05:00:00Z", 1), "0.15");
    assert_eq!(input("deepseek-flash", "2026-11-21T02:00:00Z", 1), "0.15");
    // a long prompt costs more, and the whole of it
    assert_eq!(input("gemini-2.5-pro", "2026-11-21", 200_000), "1.25");
    assert_eq!(input("gemini-2.5-pro", "2026-11-21", 200_001), "2.5");
}

#[test]
fn there_are_hundreds_of_models_under_unique_names() {
    let catalog = Catalog::bundled();
    assert!(catalog.models().len() >= 600, "{}", catalog.models().len());
    assert!(catalog.providers().count() >= 25);
    let mut pairs = HashSet::new();
    for model in catalog.models() {
        let resolved = catalog.resolve(&model.id).unwrap();
        assert_eq!(resolved.model.id, model.id);
        assert_eq!(resolved.provider, None);
        for target in &model.targets {
            assert!(
                pairs.insert((&target.provider, &target.model)),
                "{}",
                target.model
            );
            let name = format!("{}/{}", target.provider, target.model);
            let resolved = catalog.resolve(&name).unwrap();
            assert!(
                resolved.targets().any(|t| t.model == target.model),
                "{name}"
            );
        }
        if let Some(successor) = &model.successor {
            assert!(catalog.model(successor).is_some(), "{successor}");
        }
    }
}

#[test]
fn the_data_is_the_same_each_time() {
    let (first, second) = (Catalog::bundled(), Catalog::bundled());
    assert_eq!(first, second);
    assert_eq!(first.digest(), second.digest());
}
