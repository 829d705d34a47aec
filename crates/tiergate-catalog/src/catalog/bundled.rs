//! The embedded data, its form described in `data/README.md`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Deserialize;

use super::{Builder, Catalog};
use crate::{Abilities, Error, ErrorKind, LongContext, Mode, Model, Peak, Price, Rate, Status};
use crate::{Target, Tariff, Tier, Timestamp, Weekdays};

const DATA: &str = include_str!("../../data/catalog.json");

/// The catalogue of the embedded data.
#[expect(
    clippy::expect_used,
    reason = "the data is part of the crate and a test loads it"
)]
pub(super) fn load() -> Catalog {
    parse(DATA).expect("the bundled data is sound")
}

/// Reads data of the bundled form.
fn parse(text: &str) -> Result<Catalog, Error> {
    let file: File<'_> = serde_json::from_str(text).map_err(|source| malformed(&source))?;
    let mut builder = Builder::default();
    for (name, target) in &file.aliases {
        builder = builder.alias(name, target);
    }
    let mut providers = Providers::default();
    let models: Result<Vec<_>, _> = file
        .models
        .into_iter()
        .map(|model| model.into_model(&mut providers))
        .collect();
    builder.models(models?).build()
}

/// One `Arc` per provider instead of one per target.
#[derive(Default)]
struct Providers<'a>(HashMap<&'a str, Arc<str>>);

impl<'a> Providers<'a> {
    fn name(&mut self, name: &'a str) -> Arc<str> {
        Arc::clone(self.0.entry(name).or_insert_with(|| name.into()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    #[serde(borrow)]
    aliases: BTreeMap<&'a str, &'a str>,
    /// The day of the data, for readers of the file.
    #[serde(rename = "as_of")]
    _as_of: &'a str,
    models: Vec<RawModel<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawModel<'a> {
    id: &'a str,
    canonical: &'a str,
    name: Option<&'a str>,
    #[serde(default = "chat")]
    mode: &'a str,
    tier: Option<&'a str>,
    #[serde(default = "yes")]
    auto: bool,
    quality: Option<u16>,
    coding: Option<u16>,
    #[serde(default)]
    dominated: bool,
    successor: Option<&'a str>,
    released: Option<&'a str>,
    #[serde(borrow)]
    targets: Vec<RawTarget<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTarget<'a> {
    provider: &'a str,
    model: &'a str,
    #[serde(borrow)]
    price: Option<RawPrice<'a>>,
    #[serde(borrow, default)]
    long: Vec<RawLong<'a>>,
    #[serde(borrow, default)]
    changes: Vec<RawChange<'a>>,
    #[serde(default)]
    peaks: Vec<RawPeak>,
    context: Option<u64>,
    max_input: Option<u64>,
    max_output: Option<u64>,
    #[serde(default)]
    can: &'a str,
    #[serde(default)]
    cannot: &'a str,
    #[serde(default = "active")]
    status: &'a str,
    retires: Option<&'a str>,
    sampling: Option<bool>,
    #[serde(default)]
    responses_only: bool,
    speed: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPrice<'a> {
    input: &'a str,
    output: &'a str,
    cache_read: Option<&'a str>,
    cache_write: Option<&'a str>,
    cache_write_long: Option<&'a str>,
    reasoning: Option<&'a str>,
    input_audio: Option<&'a str>,
    output_audio: Option<&'a str>,
    cache_read_audio: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLong<'a> {
    above: u64,
    #[serde(borrow)]
    price: RawPrice<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChange<'a> {
    from: &'a str,
    #[serde(borrow)]
    price: RawPrice<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPeak {
    days: u8,
    from: u16,
    to: u16,
    percent: u32,
}

const fn chat() -> &'static str {
    "chat"
}

const fn active() -> &'static str {
    "active"
}

const fn yes() -> bool {
    true
}

impl<'a> RawModel<'a> {
    fn into_model(self, providers: &mut Providers<'a>) -> Result<Model, Error> {
        let id: Arc<str> = self.id.into();
        let canonical = shared(self.canonical, &id);
        let targets: Result<Vec<_>, _> = self
            .targets
            .into_iter()
            .map(|target| target.into_target(providers, &id))
            .collect();
        Ok(Model {
            canonical,
            name: self.name.map(Arc::from),
            mode: mode(self.mode)?,
            tier: self.tier.map(read::<Tier>).transpose()?,
            auto: self.auto,
            quality: self.quality,
            coding: self.coding,
            dominated: self.dominated,
            successor: self.successor.map(Arc::from),
            released: self.released.map(read::<Timestamp>).transpose()?,
            targets: targets?,
            id,
        })
    }
}

impl<'a> RawTarget<'a> {
    fn into_target(self, providers: &mut Providers<'a>, id: &Arc<str>) -> Result<Target, Error> {
        let model = shared(self.model, id);
        Ok(Target {
            tariff: self.tariff()?,
            provider: providers.name(self.provider),
            model,
            context_window: self.context,
            max_input: self.max_input,
            max_output: self.max_output,
            abilities: abilities(self.can, self.cannot)?,
            status: status(self.status)?,
            retires: self.retires.map(read::<Timestamp>).transpose()?,
            sampling: self.sampling,
            responses_only: self.responses_only,
            speed: self.speed,
        })
    }

    fn tariff(&self) -> Result<Option<Tariff>, Error> {
        let Some(price) = &self.price else {
            return Ok(None);
        };
        let mut tariff = Tariff::flat(price.read()?);
        for long in &self.long {
            tariff = tariff.with_long_context(long.above, long.price.read()?);
        }
        for change in &self.changes {
            let none: [LongContext; 0] = [];
            tariff = tariff.with_change(read(change.from)?, change.price.read()?, none);
        }
        for peak in &self.peaks {
            let days = Weekdays::from_bits(peak.days);
            tariff = tariff.with_peak(Peak::try_new(days, peak.from, peak.to, peak.percent)?);
        }
        Ok(Some(tariff))
    }
}

/// The text, in the memory of `other` when they are equal.
fn shared(text: &str, other: &Arc<str>) -> Arc<str> {
    if *text == **other {
        Arc::clone(other)
    } else {
        text.into()
    }
}

impl RawPrice<'_> {
    fn read(&self) -> Result<Price, Error> {
        let optional = |text: Option<&str>| text.map(read::<Rate>).transpose();
        Ok(Price {
            input: read(self.input)?,
            output: read(self.output)?,
            cache_read: optional(self.cache_read)?,
            cache_write: optional(self.cache_write)?,
            cache_write_long: optional(self.cache_write_long)?,
            reasoning: optional(self.reasoning)?,
            input_audio: optional(self.input_audio)?,
            output_audio: optional(self.output_audio)?,
            cache_read_audio: optional(self.cache_read_audio)?,
        })
    }
}

/// Abilities as letters, those that are there and those that are not.
fn abilities(can: &str, cannot: &str) -> Result<Abilities, Error> {
    let mut abilities = Abilities::default();
    for (letters, value) in [(can, true), (cannot, false)] {
        for letter in letters.chars() {
            *field(&mut abilities, letter)? = Some(value);
        }
    }
    Ok(abilities)
}

fn field(abilities: &mut Abilities, letter: char) -> Result<&mut Option<bool>, Error> {
    Ok(match letter {
        'a' => &mut abilities.audio_input,
        'j' => &mut abilities.json_schema,
        'o' => &mut abilities.audio_output,
        'p' => &mut abilities.pdf,
        'r' => &mut abilities.reasoning,
        't' => &mut abilities.tools,
        'v' => &mut abilities.vision,
        other => return Err(malformed(&other)),
    })
}

fn mode(text: &str) -> Result<Mode, Error> {
    use Mode::{Audio, Chat, Embedding, Image, Other, Video};
    [Audio, Chat, Embedding, Image, Other, Video]
        .into_iter()
        .find(|mode| mode.as_str() == text)
        .ok_or_else(|| malformed(&text))
}

fn status(text: &str) -> Result<Status, Error> {
    use Status::{Active, Beta, Deprecated, LikelyRetired, Retired, Unlisted};
    [Active, Beta, Deprecated, Unlisted, LikelyRetired, Retired]
        .into_iter()
        .find(|status| status.as_str() == text)
        .ok_or_else(|| malformed(&text))
}

fn read<T: std::str::FromStr>(text: &str) -> Result<T, Error> {
    text.parse().map_err(|_source| malformed(&text))
}

fn malformed(subject: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::Malformed, subject.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_in_the_data_are_named() {
        for (text, subject) in [
            ("{", "EOF"),
            (
                r#"{"as_of":"","aliases":{},"models":[{"id":"m","canonical":"m","tier":"tiny","targets":[]}]}"#,
                "tiny",
            ),
            (
                r#"{"as_of":"","aliases":{},"models":[{"id":"m","canonical":"m","targets":[{"provider":"p","model":"m","price":{"input":"1e2","output":"1"}}]}]}"#,
                "1e2",
            ),
            (
                r#"{"as_of":"","aliases":{},"models":[{"id":"m","canonical":"m","targets":[{"provider":"p","model":"m","can":"z"}]}]}"#,
                "z",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Malformed);
            assert!(error.subject().contains(subject), "{error}");
        }
    }
}
