"""Cost and savings, computed from prices and usage alone, with exact decimals."""

from decimal import ROUND_CEILING, Decimal

NANO = Decimal("0.000000001")


def cost(price: dict, usage: dict) -> Decimal:
    """USD for one answer: prices per million tokens, one rounding up to a nano-dollar."""
    prompt_details = usage.get("prompt_tokens_details") or {}
    completion_details = usage.get("completion_tokens_details") or {}
    read = prompt_details.get("cached_tokens") or 0
    write = prompt_details.get("cache_write_tokens") or 0
    reasoning = completion_details.get("reasoning_tokens") or 0
    rate = {name: Decimal(value) for name, value in price.items()}
    parts = [
        (usage["prompt_tokens"] - read - write, rate["input"]),
        (read, rate.get("cache_read", rate["input"])),
        (write, rate.get("cache_write", rate["input"])),
        (usage["completion_tokens"] - reasoning, rate["output"]),
        (reasoning, rate.get("reasoning", rate["output"])),
    ]
    exact = sum((count * per_million for count, per_million in parts), Decimal(0)) / 1_000_000
    return exact.quantize(NANO, ROUND_CEILING)


def savings(baseline_price: dict, price: dict, usage: dict) -> Decimal:
    """What the baseline would have cost on the same counts, less what it did cost."""
    return cost(baseline_price, usage) - cost(price, usage)


def parse(text: str) -> Decimal:
    """A decimal as the headers print it: no exponent, no sign but minus."""
    assert text and text.lstrip("-").replace(".", "", 1).isdigit(), f"not a plain decimal: {text!r}"
    return Decimal(text)
