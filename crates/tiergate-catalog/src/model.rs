//! Models and the targets that serve them.

use std::sync::Arc;

use crate::{Tariff, Tier, Timestamp};

/// A model as a client names it, wherever it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// The name by which clients ask for it; unique in a catalogue, compared byte by byte.
    pub id: Arc<str>,
    /// `vendor/model`, the same for every host of the model.
    pub canonical: Arc<str>,
    /// A name for people.
    pub name: Option<Arc<str>>,
    /// What the model is for.
    pub mode: Mode,
    /// Its capability; `None` for models that are not chat models and for chat models of which
    /// nothing is known.
    pub tier: Option<Tier>,
    /// Whether `auto` and tiers may choose it. False for models with another purpose than general
    /// text chat (safety classifiers, translation, OCR, realtime and so on); a pin still reaches
    /// it. A model without a tier is never chosen either: see [`Model::routable`].
    pub auto: bool,
    /// General quality in tenths of a point, higher is better; scale in `data/README.md`.
    pub quality: Option<u16>,
    /// Coding quality in tenths of a point, higher is better; scale in `data/README.md`.
    pub coding: Option<u16>,
    /// A clearly better model costs at most half as much at the same provider.
    pub dominated: bool,
    /// The id of the model that its vendor or the catalogue recommends instead.
    pub successor: Option<Arc<str>>,
    /// When it was released.
    pub released: Option<Timestamp>,
    /// Where it is served; the first is the one whose facts stand for the model.
    pub targets: Vec<Target>,
}

/// One model at one provider. Price, window and abilities belong to it, not to the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The name of the provider in the configuration.
    pub provider: Arc<str>,
    /// The model id to send upstream.
    pub model: Arc<str>,
    /// What it costs; `None` means unknown (unpriced), which is not the same as free.
    pub tariff: Option<Tariff>,
    /// Most tokens of input and output together.
    pub context_window: Option<u64>,
    /// Most tokens of input, where that is a limit of its own.
    pub max_input: Option<u64>,
    /// Most tokens of output.
    pub max_output: Option<u64>,
    /// What it can do.
    pub abilities: Abilities,
    /// Where it stands in its life.
    pub status: Status,
    /// The moment from which it no longer answers.
    pub retires: Option<Timestamp>,
    /// Whether it accepts sampling parameters such as `temperature`; `None` when unknown.
    pub sampling: Option<bool>,
    /// It answers on the Responses API only, not on chat completions.
    pub responses_only: bool,
    /// Estimated output speed in tokens per second.
    pub speed: Option<u32>,
}

/// What a target can do; `None` is unknown, which is not the same as no.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Abilities {
    /// Calls tools (functions).
    pub tools: Option<bool>,
    /// Reads images.
    pub vision: Option<bool>,
    /// Keeps to a JSON schema given with the request.
    pub json_schema: Option<bool>,
    /// Reads audio.
    pub audio_input: Option<bool>,
    /// Answers with audio.
    pub audio_output: Option<bool>,
    /// Thinks before it answers.
    pub reasoning: Option<bool>,
    /// Reads PDF files.
    pub pdf: Option<bool>,
}

/// What a model is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// Speech to text or text to speech.
    Audio,
    /// Text chat, perhaps with images or audio beside the text.
    #[default]
    Chat,
    /// Vectors for texts.
    Embedding,
    /// Images from text.
    Image,
    /// Anything else: reranking, moderation and so on.
    Other,
    /// Video from text.
    Video,
}

/// Where a target stands in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// Offered as usual.
    #[default]
    Active,
    /// Offered as a preview.
    Beta,
    /// Announced to end; still answers until it retires.
    Deprecated,
    /// No longer on the provider's price page.
    Unlisted,
    /// No longer in several public catalogues: taken for gone.
    LikelyRetired,
    /// Gone.
    Retired,
}

impl Model {
    /// A chat model with its tier and no target yet; `canonical` is the id.
    pub fn new(id: &str, tier: Tier) -> Self {
        let id: Arc<str> = id.into();
        Self {
            canonical: Arc::clone(&id),
            id,
            name: None,
            mode: Mode::Chat,
            tier: Some(tier),
            auto: true,
            quality: None,
            coding: None,
            dominated: false,
            successor: None,
            released: None,
            targets: Vec::new(),
        }
    }

    /// The same model, served by one more target.
    #[must_use]
    pub fn with_target(mut self, target: Target) -> Self {
        self.targets.push(target);
        self
    }

    /// Whether any target still answers at this moment.
    pub fn available(&self, now: Timestamp) -> bool {
        self.targets.iter().any(|target| target.available(now))
    }

    /// The tier in which `auto` and floors may choose this model; `None` when they may not.
    ///
    /// It says nothing about the life of its targets: see [`Model::available`].
    pub fn routable(&self) -> Option<Tier> {
        self.tier.filter(|_| self.auto && self.mode == Mode::Chat)
    }
}

impl Target {
    /// A live target of which nothing else is known.
    pub fn new(provider: &str, model: &str) -> Self {
        Self {
            provider: provider.into(),
            model: model.into(),
            tariff: None,
            context_window: None,
            max_input: None,
            max_output: None,
            abilities: Abilities::default(),
            status: Status::Active,
            retires: None,
            sampling: None,
            responses_only: false,
            speed: None,
        }
    }

    /// Whether it still answers: not (likely) retired, and its last day has not come.
    pub fn available(&self, now: Timestamp) -> bool {
        let ended = matches!(self.status, Status::LikelyRetired | Status::Retired);
        !ended && self.retires.is_none_or(|retires| now < retires)
    }
}

impl Abilities {
    /// What is known here, and where nothing is known here, what is known there.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            tools: self.tools.or(other.tools),
            vision: self.vision.or(other.vision),
            json_schema: self.json_schema.or(other.json_schema),
            audio_input: self.audio_input.or(other.audio_input),
            audio_output: self.audio_output.or(other.audio_output),
            reasoning: self.reasoning.or(other.reasoning),
            pdf: self.pdf.or(other.pdf),
        }
    }
}

impl Mode {
    /// The name in the bundled data and in listings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Chat => "chat",
            Self::Embedding => "embedding",
            Self::Image => "image",
            Self::Other => "other",
            Self::Video => "video",
        }
    }
}

impl Status {
    /// The name in the bundled data and in listings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Beta => "beta",
            Self::Deprecated => "deprecated",
            Self::Unlisted => "unlisted",
            Self::LikelyRetired => "likely_retired",
            Self::Retired => "retired",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_ends_with_its_last_day_or_its_status() {
        let day: Timestamp = "2026-12-11".parse().unwrap();
        let eve = Timestamp::from_millis(day.millis() - 1);
        let mut target = Target::new("openai", "gpt-5");
        assert!(target.available(day));
        target.retires = Some(day);
        target.status = Status::Deprecated;
        assert!(target.available(eve));
        assert!(!target.available(day));
        for status in [Status::Retired, Status::LikelyRetired] {
            target.status = status;
            assert!(!target.available(eve));
        }
    }

    #[test]
    fn only_general_chat_models_are_routable() {
        let model = Model::new("m", Tier::Small);
        assert_eq!(model.routable(), Some(Tier::Small));
        assert_eq!(
            Model {
                auto: false,
                ..model.clone()
            }
            .routable(),
            None
        );
        assert_eq!(
            Model {
                mode: Mode::Embedding,
                ..model.clone()
            }
            .routable(),
            None
        );
        assert_eq!(
            Model {
                tier: None,
                ..model
            }
            .routable(),
            None
        );
    }
}
