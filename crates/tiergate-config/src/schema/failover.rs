//! `failover`.

use std::ops::RangeInclusive;

use super::gateway::{milliseconds, milliseconds_or_none};
use super::thousandths;
use super::timeouts::timeouts;
use crate::settings::{Breaker, Concurrency, FailoverSettings, Opening, RetryBudget, Stall};
use crate::yaml::{Fields, Node, Read, Shape};

const SHAPE: Shape = Shape {
    what: "failover",
    known: &[
        "affinity_ms",
        "allow_lower_tier",
        "attempts",
        "breaker",
        "concurrency",
        "credential",
        "health",
        "hedging",
        "retries",
        "retry_budget",
        "stall",
        "timeouts",
    ],
    refused: &[(
        "fallbacks",
        "a chain belongs to a model: `models: [{id: …, fallbacks: […]}]`",
    )],
};

/// Most of what is counted here: requests, results, failures.
const MOST: u32 = 1_000_000;

pub(super) fn failover(node: &Node) -> Read<FailoverSettings> {
    let fields = Fields::open(node, &SHAPE)?;
    let flag = |key: &str, default: bool| -> Read<bool> {
        let flag = fields.read(key, |node| node.flag(key))?;
        Ok(flag.unwrap_or(default))
    };
    let settings = FailoverSettings {
        health: flag("health", true)?,
        attempts: whole(&fields, "attempts", 1..=10)?,
        retries: whole(&fields, "retries", 0..=3)?,
        allow_lower_tier: flag("allow_lower_tier", false)?,
        retry_budget: fields
            .read("retry_budget", retry_budget)?
            .unwrap_or_default(),
        breaker: fields.read("breaker", breaker)?.unwrap_or_default(),
        credential: fields.read("credential", credential)?.unwrap_or_default(),
        stall: fields.read("stall", stall)?.unwrap_or_default(),
        concurrency: fields.read("concurrency", concurrency)?.unwrap_or_default(),
        affinity: fields.read("affinity_ms", |node| {
            milliseconds_or_none(node, "affinity_ms")
        })?,
        hedging: flag("hedging", false)?,
        timeouts: fields.read("timeouts", timeouts)?.unwrap_or_default(),
    };
    if !settings.health {
        nothing_remembered(&fields, &settings)?;
    }
    Ok(settings)
}

/// Without health there is nothing that these keys could set.
fn nothing_remembered(fields: &Fields<'_>, settings: &FailoverSettings) -> Read<()> {
    let warm = settings.affinity.is_some_and(|time| !time.is_zero());
    let void = [
        ("breaker", true),
        ("credential", true),
        ("stall", true),
        ("concurrency", true),
        ("retry_budget", true),
        ("affinity_ms", warm),
        ("hedging", settings.hedging),
    ];
    for (key, _) in void.into_iter().filter(|(_, void)| *void) {
        if let Some(node) = fields.get(key) {
            return Err(node.fault(format!(
                "`{key}` beside `health: false`: nothing is remembered between requests then, so it would do nothing; leave one of the two out"
            )));
        }
    }
    Ok(())
}

fn retry_budget(node: &Node) -> Read<RetryBudget> {
    const SHAPE: Shape = Shape {
        what: "retry_budget",
        known: &["cap", "per_second", "ratio"],
        refused: &[],
    };
    let fields = Fields::open(node, &SHAPE)?;
    Ok(RetryBudget {
        ratio: fields.read("ratio", |node| thousandths(node, "ratio", 10))?,
        per_second: fields.read("per_second", |node| thousandths(node, "per_second", 10_000))?,
        cap: whole(&fields, "cap", 0..=MOST)?,
    })
}

fn breaker(node: &Node) -> Read<Breaker> {
    const SHAPE: Shape = Shape {
        what: "breaker",
        known: &[
            "consecutive",
            "max_open_ms",
            "min_samples",
            "min_success",
            "open_ms",
            "window_ms",
        ],
        refused: &[],
    };
    let fields = Fields::open(node, &SHAPE)?;
    Ok(Breaker {
        consecutive: whole(&fields, "consecutive", 0..=MOST)?,
        window: fields.read("window_ms", |node| milliseconds(node, "window_ms"))?,
        min_samples: whole(&fields, "min_samples", 0..=MOST)?,
        min_success: fields.read("min_success", |node| thousandths(node, "min_success", 1))?,
        opening: opening(&fields)?,
    })
}

fn credential(node: &Node) -> Read<Opening> {
    const SHAPE: Shape = Shape {
        what: "credential",
        known: &["max_open_ms", "open_ms"],
        refused: &[],
    };
    opening(&Fields::open(node, &SHAPE)?)
}

fn opening(fields: &Fields<'_>) -> Read<Opening> {
    let time = |key: &str| fields.read(key, |node| milliseconds(node, key));
    let opening = Opening {
        first: time("open_ms")?,
        longest: time("max_open_ms")?,
    };
    ascending(
        fields,
        ("open_ms", opening.first),
        ("max_open_ms", opening.longest),
    )?;
    Ok(opening)
}

fn stall(node: &Node) -> Read<Stall> {
    const SHAPE: Shape = Shape {
        what: "stall",
        known: &["silence_ms", "waiting"],
        refused: &[],
    };
    let fields = Fields::open(node, &SHAPE)?;
    Ok(Stall {
        waiting: whole(&fields, "waiting", 0..=MOST)?,
        silence: fields.read("silence_ms", |node| milliseconds(node, "silence_ms"))?,
    })
}

fn concurrency(node: &Node) -> Read<Concurrency> {
    const SHAPE: Shape = Shape {
        what: "concurrency",
        known: &["initial", "max"],
        refused: &[],
    };
    let fields = Fields::open(node, &SHAPE)?;
    let concurrency = Concurrency {
        initial: whole(&fields, "initial", 1..=MOST)?,
        max: whole(&fields, "max", 1..=MOST)?,
    };
    ascending(
        &fields,
        ("initial", concurrency.initial),
        ("max", concurrency.max),
    )?;
    Ok(concurrency)
}

/// The first of two values must not be above the second, where both are stated.
fn ascending<T: PartialOrd>(
    fields: &Fields<'_>,
    (key, least): (&str, Option<T>),
    (other, most): (&str, Option<T>),
) -> Read<()> {
    match (fields.get(key), least.zip(most)) {
        (Some(node), Some((least, most))) if least > most => {
            Err(node.fault(format!("`{key}` is larger than `{other}`")))
        }
        _ => Ok(()),
    }
}

fn whole<T>(fields: &Fields<'_>, key: &str, range: RangeInclusive<T>) -> Read<Option<T>>
where
    T: Copy + Into<u64> + TryFrom<u64>,
{
    let (least, most) = (*range.start(), *range.end());
    let number = fields.read(key, |node| node.integer(key, least.into()..=most.into()))?;
    Ok(number.map(|number| T::try_from(number).unwrap_or(most)))
}
