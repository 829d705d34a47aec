//! `shadow`.

use tiergate_catalog::Money;

use super::{Placed, name, placed};
use crate::yaml::{Fields, Node, Read, Shape};

/// What the file says about shadow runs.
pub(crate) struct ShadowDraft {
    pub(crate) sample: f64,
    pub(crate) usd_per_day: Money,
    pub(crate) judge: Placed<String>,
}

const SHAPE: Shape = Shape {
    what: "shadow",
    known: &["judge", "sample", "usd_per_day"],
    refused: &[(
        "baseline",
        "the baseline is that of the receipt, the cheapest model of the highest tier in reach",
    )],
};

/// One in a hundred.
const SAMPLE: f64 = 0.01;

pub(super) fn shadow(node: &Node) -> Read<ShadowDraft> {
    let fields = Fields::open(node, &SHAPE)?;
    let judge = fields.required("judge")?;
    Ok(ShadowDraft {
        sample: fields.read("sample", sample)?.unwrap_or(SAMPLE),
        usd_per_day: dollars(fields.required("usd_per_day")?)?,
        judge: placed(judge, name(judge, "judge")?),
    })
}

fn sample(node: &Node) -> Read<f64> {
    let share: f64 = node.parsed("sample")?;
    let within = (0.0..=1.0).contains(&share);
    let fault = || node.fault("`sample` must be a share from 0 to 1, such as 0.01");
    within.then_some(share).ok_or_else(fault)
}

fn dollars(node: &Node) -> Read<Money> {
    let amount: Money = node.parsed("usd_per_day")?;
    let fault = || node.fault("`usd_per_day` must be more than 0");
    (amount > Money::ZERO).then_some(amount).ok_or_else(fault)
}
