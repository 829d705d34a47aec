//! `routing`.

use tiergate_catalog::Tier;

use super::{Placed, choice, entries, name, placed, thousandths, tier};
use crate::settings::{Choose, RoutingSettings, Thresholds};
use crate::yaml::{Fields, Node, Read, Shape, Span};

/// What the file says about routing.
#[derive(Default)]
pub(crate) struct RoutingDraft {
    pub(crate) settings: RoutingSettings,
    pub(crate) bands: Vec<(Placed<String>, Tier)>,
    /// Alias, and the name that it stands for.
    pub(crate) aliases: Vec<(Placed<String>, Placed<String>)>,
}

const SHAPE: Shape = Shape {
    what: "routing",
    known: &[
        "aliases",
        "bands",
        "choose",
        "cost_weight",
        "default_prefer",
        "thresholds",
    ],
    refused: &[("rules", "routing rules are not part of this version")],
};

/// The five directions of a choice.
const PREFER: [&str; 5] = ["cheap", "fast", "balanced", "quality", "coding"];

pub(super) fn routing(node: &Node) -> Read<RoutingDraft> {
    let fields = Fields::open(node, &SHAPE)?;
    let words = PREFER.map(|word| (word, word));
    let settings = RoutingSettings {
        choose: choose(&fields)?,
        thresholds: fields.read("thresholds", thresholds)?,
        default_prefer: fields.read("default_prefer", |node| {
            choice(node, "default_prefer", &words)
        })?,
    };
    Ok(RoutingDraft {
        settings,
        bands: fields.read("bands", bands)?.unwrap_or_default(),
        aliases: fields.read("aliases", aliases)?.unwrap_or_default(),
    })
}

/// Thresholds that the file states decide by themselves, as `choose: thresholds` does with the shipped ones.
fn choose(fields: &Fields<'_>) -> Read<Choose> {
    let by_success = [("success", true), ("thresholds", false)];
    let stated = fields.read("choose", |node| choice(node, "choose", &by_success))?;
    let given = fields.get("thresholds").is_some();
    if let (Some(true), true, Some(node)) = (stated, given, fields.get("choose")) {
        return Err(node.fault(
            "`choose: success` beside `thresholds`: stated thresholds decide alone; leave one of the two out",
        ));
    }
    let weight = fields.read("cost_weight", cost_weight)?;
    if stated.unwrap_or(!given) {
        return Ok(Choose::Success {
            cost_weight: weight,
        });
    }
    match fields.get("cost_weight") {
        Some(node) => Err(node.fault(
            "`cost_weight` where thresholds decide: it takes part in `choose: success` only, without `thresholds`",
        )),
        None => Ok(Choose::Thresholds),
    }
}

/// In thousandths.
fn cost_weight(node: &Node) -> Read<u16> {
    let weight = thousandths(node, "cost_weight", 10)?;
    Ok(u16::try_from(weight).unwrap_or(u16::MAX))
}

fn thresholds(node: &Node) -> Read<Thresholds> {
    const SHAPE: Shape = Shape {
        what: "thresholds",
        known: &["small", "standard", "premium", "flagship"],
        refused: &[],
    };
    let fields = Fields::open(node, &SHAPE)?;
    let mut scores = [0; 4];
    for (score, key) in scores.iter_mut().zip(SHAPE.known) {
        let number = fields.required(key)?.integer(key, 1..=100)?;
        *score = u8::try_from(number).unwrap_or(u8::MAX);
    }
    let reason = "each threshold must be greater than that of the tier below, or a tier would never be chosen";
    Thresholds::try_new(scores).ok_or_else(|| node.fault(reason))
}

fn bands(node: &Node) -> Read<Vec<(Placed<String>, Tier)>> {
    let bands = entries(node, "bands")?;
    bands
        .map(|entry| {
            Ok((
                key_name(&entry.key, &entry.key_span)?,
                tier(&entry.node, "bands")?,
            ))
        })
        .collect()
}

fn aliases(node: &Node) -> Read<Vec<(Placed<String>, Placed<String>)>> {
    let aliases = entries(node, "aliases")?;
    aliases
        .map(|entry| {
            let target = name(&entry.node, "aliases")?;
            Ok((
                key_name(&entry.key, &entry.key_span)?,
                placed(&entry.node, target),
            ))
        })
        .collect()
}

fn key_name(key: &str, span: &Span) -> Read<Placed<String>> {
    let sound = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'`';
    if key.is_empty() || key.len() > 256 || !key.bytes().all(sound) {
        return Err(Node::at(span.clone())
            .fault("a name may have up to 256 visible ASCII characters, no spaces or quotes"));
    }
    Ok(Placed {
        value: key.to_owned(),
        span: span.clone(),
    })
}
