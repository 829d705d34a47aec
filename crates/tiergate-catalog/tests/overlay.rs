//! A user's models, aliases and bands over the bundled ones.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use proptest::prelude::*;
use tiergate_catalog::{
    Abilities, Catalog, ErrorKind, Mode, Model, ModelPatch, Overlay, Price, Rate, Status, Target,
    TargetFacts, TargetPatch, Tariff, Tier, Timestamp,
};

fn tariff(input: u64) -> Tariff {
    Tariff::flat(Price::new(Rate::from_nanos_per_million(input), Rate::ZERO))
}

/// One model at two hosts, with an alias.
fn base() -> Catalog {
    let target = |provider, model, price| Target {
        tariff: Some(tariff(price)),
        context_window: Some(100),
        abilities: Abilities {
            tools: Some(true),
            vision: Some(false),
            ..Abilities::default()
        },
        ..Target::new(provider, model)
    };
    let retiring = Target {
        status: Status::Deprecated,
        retires: Some(Timestamp::from_millis(1_000)),
        ..target("maker", "m", 1)
    };
    let model = Model {
        quality: Some(300),
        ..Model::new("m", Tier::Premium)
    };
    Catalog::builder()
        .model(
            model
                .with_target(retiring)
                .with_target(target("host", "vendor/m", 2)),
        )
        .model(Model::new("n", Tier::Nano).with_target(target("maker", "n", 3)))
        .alias("short", "m")
        .build()
        .unwrap()
}

fn patch(id: &str) -> ModelPatch {
    ModelPatch {
        id: id.into(),
        ..ModelPatch::default()
    }
}

fn at(provider: &str, model: &str) -> TargetPatch {
    TargetPatch {
        provider: provider.into(),
        model: model.into(),
        facts: TargetFacts::default(),
    }
}

fn overlay(models: Vec<ModelPatch>) -> Overlay {
    Overlay {
        models,
        ..Overlay::default()
    }
}

#[test]
fn a_listed_model_keeps_what_the_patch_leaves_out() {
    let facts = TargetFacts {
        context_window: Some(50),
        ..TargetFacts::default()
    };
    let changed = base()
        .overlay(overlay(vec![ModelPatch {
            tier: Some(Tier::Small),
            facts,
            ..patch("m")
        }]))
        .unwrap();
    let model = changed.model("m").unwrap();
    assert_eq!((model.tier, model.quality), (Some(Tier::Small), Some(300)));
    assert_eq!(model.targets.len(), 2);
    for (target, former) in model
        .targets
        .iter()
        .zip(&base().model("m").unwrap().targets)
    {
        assert_eq!(target.context_window, Some(50));
        assert_eq!(target.tariff, former.tariff);
        assert_eq!(target.retires, former.retires);
    }
    assert_eq!(changed.model("n"), base().model("n"));
    assert_eq!(changed.resolve("short").unwrap().model.id, model.id);
}

#[test]
fn listed_targets_replace_all_and_inherit_facts() {
    let targets = vec![
        at("house", "vendor/m"),
        at("maker", "m"),
        at("maker", "m-2"),
    ];
    let changed = base()
        .overlay(overlay(vec![ModelPatch {
            targets: Some(targets),
            ..patch("m")
        }]))
        .unwrap();
    let [house, same, other] = &changed.model("m").unwrap().targets[..] else {
        panic!("three targets")
    };
    // the same upstream id at another provider: its price and abilities, not its end
    assert_eq!(house.tariff, Some(tariff(2)));
    assert_eq!(house.abilities.tools, Some(true));
    assert_eq!((house.status, house.retires), (Status::Active, None));
    // the very same target: all of it
    assert_eq!(same.tariff, Some(tariff(1)));
    assert_eq!(same.status, Status::Deprecated);
    assert_eq!(same.retires, Some(Timestamp::from_millis(1_000)));
    // the same provider
    assert_eq!(
        (other.tariff.clone(), other.retires),
        (Some(tariff(1)), None)
    );
}

#[test]
fn a_target_goes_before_its_model_before_what_was() {
    let facts = |price| TargetFacts {
        tariff: Some(tariff(price)),
        ..TargetFacts::default()
    };
    let own = TargetPatch {
        facts: facts(20),
        ..at("house", "a")
    };
    let changed = base()
        .overlay(overlay(vec![ModelPatch {
            facts: facts(10),
            targets: Some(vec![own, at("house", "b")]),
            ..patch("m")
        }]))
        .unwrap();
    let prices = changed
        .model("m")
        .unwrap()
        .targets
        .iter()
        .map(|t| t.tariff.clone());
    assert!(prices.eq([Some(tariff(20)), Some(tariff(10))]));
}

#[test]
fn a_new_id_over_a_known_name_takes_its_facts() {
    let renamed = patch("maker/m");
    let by_upstream = patch("vendor/m");
    let over_alias = patch("short");
    let changed = base()
        .overlay(overlay(vec![renamed, by_upstream, over_alias]))
        .unwrap();
    assert_eq!(
        &*changed.model("maker/m").unwrap().targets[0].provider,
        "maker"
    );
    assert_eq!(
        &*changed.model("vendor/m").unwrap().targets[0].provider,
        "host"
    );
    assert_eq!(changed.model("short").unwrap().targets.len(), 2);
    assert_eq!(changed.aliases().count(), 0);
    assert!(changed.model("m").is_some());
}

#[test]
fn new_models_stand_alone() {
    let new = ModelPatch {
        tier: Some(Tier::Standard),
        targets: Some(vec![at("house", "m1")]),
        ..patch("house-model")
    };
    let embedding = ModelPatch {
        mode: Some(Mode::Embedding),
        targets: Some(vec![at("house", "e1")]),
        ..patch("house-embed")
    };
    let changed = base().overlay(overlay(vec![new, embedding])).unwrap();
    let model = changed.model("house-model").unwrap();
    assert_eq!(model.routable(), Some(Tier::Standard));
    assert_eq!(model.targets[0], Target::new("house", "m1"));
    assert_eq!(changed.model("house-embed").unwrap().routable(), None);
    assert_eq!(changed.resolve("m1").unwrap().provider, Some("house"));
}

#[test]
fn without_the_bundled_models_only_listed_ones_exist() {
    let changed = base()
        .overlay(Overlay {
            without_bundled: true,
            ..overlay(vec![patch("m")])
        })
        .unwrap();
    assert_eq!(changed.models().len(), 1);
    assert_eq!(changed.model("m").unwrap().targets.len(), 2);
    assert!(changed.resolve("n").is_none() && changed.resolve("short").is_none());
}

#[test]
fn aliases_follow_each_other_and_fix_providers() {
    let aliases = [
        ("a", "b"),
        ("b", "short"),
        ("c", "host/vendor/m"),
        ("d", "vendor/m"),
    ];
    let aliases = aliases.map(|(name, target)| (name.to_owned(), target.to_owned()));
    let changed = base()
        .overlay(Overlay {
            aliases: aliases.into(),
            ..Overlay::default()
        })
        .unwrap();
    assert_eq!(changed.resolve("a").unwrap().provider, None);
    for name in ["c", "d"] {
        assert_eq!(
            changed.resolve(name).unwrap().provider,
            Some("host"),
            "{name}"
        );
    }
    assert_eq!(&*changed.resolve("host/a").unwrap().model.id, "m");
}

#[test]
fn bands_are_added_and_changed() {
    let bands = [("economy", Tier::Small), ("luxury", Tier::Flagship)];
    let changed = base()
        .overlay(Overlay {
            bands: bands.map(|(name, tier)| (name.to_owned(), tier)).into(),
            ..Overlay::default()
        })
        .unwrap();
    let floors: Vec<_> = changed.bands().iter().collect();
    assert_eq!(
        floors,
        [
            ("economy", Tier::Small),
            ("luxury", Tier::Flagship),
            ("premium", Tier::Premium),
            ("standard", Tier::Standard),
        ]
    );
    assert_ne!(changed.digest(), base().digest());
}

#[test]
fn faults_are_named() {
    let check = |overlay: Overlay, kind, subject: &str| {
        let error = base().overlay(overlay).unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.subject().contains(subject), "{error}");
    };
    let tiered = |id| ModelPatch {
        tier: Some(Tier::Nano),
        ..patch(id)
    };
    let placed = |id| ModelPatch {
        targets: Some(vec![at("p", "x")]),
        ..patch(id)
    };
    check(overlay(vec![tiered("x")]), ErrorKind::MissingTarget, "x");
    check(overlay(vec![placed("x")]), ErrorKind::MissingTier, "x");
    check(
        overlay(vec![patch("m"), patch("m")]),
        ErrorKind::DuplicateModel,
        "m",
    );
    let twice = ModelPatch {
        targets: Some(vec![at("p", "x"), at("p", "x")]),
        ..patch("m")
    };
    check(overlay(vec![twice]), ErrorKind::DuplicateTarget, "p/x");
    for reserved in ["auto", "flagship", "economy"] {
        let new = ModelPatch {
            tier: Some(Tier::Nano),
            ..placed(reserved)
        };
        check(overlay(vec![new]), ErrorKind::Reserved, reserved);
    }
    let nameless = ModelPatch {
        tier: Some(Tier::Nano),
        ..placed("")
    };
    check(overlay(vec![nameless]), ErrorKind::Name, "");
    let alias = |name: &str, target: &str| Overlay {
        aliases: [(name.to_owned(), target.to_owned())].into(),
        ..Overlay::default()
    };
    check(alias("x", "nothing"), ErrorKind::UnknownModel, "nothing");
    check(alias("x", "x"), ErrorKind::UnknownModel, "x");
    check(alias("m", "n"), ErrorKind::AliasHidesModel, "m");
}

fn any_flag() -> impl Strategy<Value = Option<bool>> {
    proptest::option::of(any::<bool>())
}

prop_compose! {
    fn any_facts()(
        price in proptest::option::of(0u64..9),
        window in proptest::option::of(0u64..9),
        output in proptest::option::of(0u64..9),
        tools in any_flag(),
        vision in any_flag(),
        sampling in any_flag(),
    ) -> TargetFacts {
        TargetFacts {
            tariff: price.map(tariff),
            context_window: window,
            max_output: output,
            abilities: Abilities { tools, vision, ..Abilities::default() },
            sampling,
            ..TargetFacts::default()
        }
    }
}

proptest! {
    /// Each fact is the target's own, else the model's, else what was there before.
    #[test]
    fn each_fact_comes_from_the_nearest_place(model in any_facts(), own in any_facts()) {
        let target = TargetPatch { facts: own.clone(), ..at("maker", "n") };
        let changed = base()
            .overlay(overlay(vec![ModelPatch {
                facts: model.clone(),
                targets: Some(vec![target]),
                ..patch("n")
            }]))
            .unwrap();
        let before = base();
        let former = &before.model("n").unwrap().targets[0];
        let merged = &changed.model("n").unwrap().targets[0];
        prop_assert_eq!(
            &merged.tariff,
            &own.tariff.or(model.tariff).or_else(|| former.tariff.clone()));
        prop_assert_eq!(
            merged.context_window,
            own.context_window.or(model.context_window).or(former.context_window));
        prop_assert_eq!(merged.max_output, own.max_output.or(model.max_output));
        prop_assert_eq!(
            merged.abilities,
            own.abilities.or(model.abilities).or(former.abilities));
        prop_assert_eq!(merged.sampling, own.sampling.or(model.sampling));
    }

    /// An overlay leaves the catalogue it is laid over, and models it does not list, alone.
    #[test]
    fn nothing_else_changes(facts in any_facts(), tier in 0usize..5) {
        let before = base();
        let tier = Tier::from_index(tier);
        let changed = before
            .overlay(overlay(vec![ModelPatch { tier, facts, ..patch("m") }]))
            .unwrap();
        prop_assert_eq!(&before, &base());
        prop_assert_eq!(changed.model("n"), before.model("n"));
        prop_assert_eq!(changed.digest() == before.digest(), changed == before);
    }

    /// Any name is resolved or not, without a panic, and hints are names that resolve.
    #[test]
    fn any_name_may_be_asked_for(name in "\\PC{0,24}") {
        let catalog = base();
        let _ = catalog.resolve(&name);
        for hint in catalog.nearest(&name, 3) {
            prop_assert!(catalog.resolve(hint).is_some());
        }
    }
}
