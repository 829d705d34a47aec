//! What a user lays over a catalogue.

mod apply;

use std::collections::BTreeMap;

use crate::{Abilities, Mode, Tariff, Tier, Timestamp};

/// Changes to a catalogue, as a user's configuration states them.
///
/// Plain data without a file format; [`Catalog::overlay`](crate::Catalog::overlay) says what each
/// part does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    /// Models to change or add.
    pub models: Vec<ModelPatch>,
    /// Alias to model name; a later one replaces an earlier one of the same name.
    pub aliases: BTreeMap<String, String>,
    /// Band to floor; added to the bands that there are.
    pub bands: BTreeMap<String, Tier>,
    /// Leave all former models and aliases out: only those listed here exist. A listed model still
    /// takes its facts from the former one of its name.
    pub without_bundled: bool,
}

/// A model to change or to add; `None` (and unknown abilities) leave what is there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelPatch {
    /// The id, new or of a model that exists.
    pub id: String,
    /// A name for people.
    pub name: Option<String>,
    /// What the model is for; chat when new and not given.
    pub mode: Option<Mode>,
    /// Required for a new chat model.
    pub tier: Option<Tier>,
    /// Whether `auto` may choose it.
    pub auto: Option<bool>,
    /// General quality in tenths of a point.
    pub quality: Option<u16>,
    /// Coding quality in tenths of a point.
    pub coding: Option<u16>,
    /// The id of the model recommended instead.
    pub successor: Option<String>,
    /// Facts for every target that does not give its own.
    pub facts: TargetFacts,
    /// Replaces all targets of the model; `None` keeps them. Required for a new model.
    pub targets: Option<Vec<TargetPatch>>,
}

/// A place that serves a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TargetPatch {
    /// The name of the provider in the configuration.
    pub provider: String,
    /// The model id to send upstream.
    pub model: String,
    /// Facts that hold for this target only.
    pub facts: TargetFacts,
}

/// Facts of a target that a user may state; `None` and unknown abilities state nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TargetFacts {
    /// What it costs; [`Tariff::free`] declares it free.
    pub tariff: Option<Tariff>,
    /// Most tokens of input and output together.
    pub context_window: Option<u64>,
    /// Most tokens of input.
    pub max_input: Option<u64>,
    /// Most tokens of output.
    pub max_output: Option<u64>,
    /// What it can do.
    pub abilities: Abilities,
    /// The moment from which it no longer answers.
    pub retires: Option<Timestamp>,
    /// Whether it accepts sampling parameters.
    pub sampling: Option<bool>,
    /// It answers on the Responses API only.
    pub responses_only: Option<bool>,
    /// Estimated output speed in tokens per second.
    pub speed: Option<u32>,
}
