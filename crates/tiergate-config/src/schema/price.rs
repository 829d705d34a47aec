//! `price` and `free`.

use tiergate_catalog::{Price, Rate, Tariff};

use crate::yaml::{Fields, Node, Read, Shape};

/// What a model or target says about its cost; `None` when it says nothing.
pub(super) fn tariff(fields: &Fields<'_>) -> Read<Option<Tariff>> {
    let free = fields
        .read("free", |node| node.flag("free"))?
        .unwrap_or_default();
    match fields.get("price") {
        Some(node) if free => Err(node.fault("`price` beside `free: true`")),
        Some(node) => price_list(node).map(Some),
        None => Ok(free.then(Tariff::free)),
    }
}

fn price_list(node: &Node) -> Read<Tariff> {
    const SHAPE: Shape = Shape {
        what: "a price",
        known: &[
            "cache_read",
            "cache_read_audio",
            "cache_write",
            "cache_write_long",
            "input",
            "input_audio",
            "long_context",
            "output",
            "output_audio",
            "reasoning",
        ],
        refused: &[],
    };
    let fields = Fields::open(node, &SHAPE)?;
    let base = price(node, &fields)?;
    let mut tariff = Tariff::flat(base);
    let mut before = 0;
    for step in fields
        .get("long_context")
        .map_or(Ok(&[][..]), |node| node.items("long_context"))?
    {
        let (above, price) = long_context(step, before)?;
        tariff = tariff.with_long_context(above, price);
        before = above;
    }
    Ok(tariff)
}

/// A step for prompts of more than so many tokens; the steps ascend.
fn long_context(node: &Node, before: u64) -> Read<(u64, Price)> {
    const SHAPE: Shape = Shape {
        what: "a long-context price",
        known: &[
            "above_input_tokens",
            "cache_read",
            "cache_read_audio",
            "cache_write",
            "cache_write_long",
            "input",
            "input_audio",
            "output",
            "output_audio",
            "reasoning",
        ],
        refused: &[],
    };
    let fields = Fields::open(node, &SHAPE)?;
    let bound = fields.required("above_input_tokens")?;
    let above = bound.integer("above_input_tokens", 1..=1_000_000_000)?;
    if above <= before {
        return Err(bound.fault("long-context prices must ascend by `above_input_tokens`"));
    }
    Ok((above, price(node, &fields)?))
}

fn price(node: &Node, fields: &Fields<'_>) -> Read<Price> {
    let rate = |key: &str| fields.read(key, |node| node.parsed::<Rate>(key));
    let needed = |key: &str| fields.required(key)?.parsed::<Rate>(key);
    let price = Price {
        cache_read: rate("cache_read")?,
        cache_write: rate("cache_write")?,
        cache_write_long: rate("cache_write_long")?,
        reasoning: rate("reasoning")?,
        input_audio: rate("input_audio")?,
        output_audio: rate("output_audio")?,
        cache_read_audio: rate("cache_read_audio")?,
        ..Price::new(needed("input")?, needed("output")?)
    };
    if price.input == Rate::ZERO && price.output == Rate::ZERO {
        return Err(node.fault("a price of zero is declared with `free: true`"));
    }
    Ok(price)
}
