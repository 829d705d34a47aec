"""From a row to a target: prices, abilities, life."""

from decimal import Decimal

PRICE_FIELDS = {
    "input": "input",
    "output": "output",
    "cache_read": "cache_read",
    "cache_write": "cache_write",
    "cache_write_1h": "cache_write_long",
    "reasoning": "reasoning",
    "input_audio": "input_audio",
    "output_audio": "output_audio",
    "cache_read_audio": "cache_read_audio",
}
# where a long-context price leaves a rate out, it grows as this rate does
GROWS_WITH = {"cache_write_1h": "input", "reasoning": "output"}


def blended(row):
    """(3 x input + output) / 4 in USD per million, None when unpriced."""
    price = price_of(row)
    if price is None:
        return None
    return (3 * Decimal(price["input"]) + Decimal(price["output"])) / 4


def target(row, facts):
    can, cannot = abilities(row)
    entry = {
        "provider": row["provider"],
        "model": row["model"],
        "price": price_of(row),
        "context": row["context_window"],
        "max_input": row["max_input"] if row["max_input"] != row["context_window"] else None,
        "max_output": row["max_output"],
        "can": can,
        "cannot": cannot,
        "status": row["status"] if row["status"] != "active" else None,
        "retires": row["deprecation_date"],
        "sampling": sampling(row),
        "responses_only": responses_only(row) or None,
        "speed": facts["speed"],
    }
    if entry["price"]:
        entry["long"] = [
            {"above": tier["above_input_tokens"], "price": long_price(row, tier)} for tier in row["price_tiers"]
        ]
        entry["changes"] = [
            {"from": change["from"], "price": rates(change["price"])} for change in row.get("scheduled_prices") or []
        ]
        entry["peaks"] = peaks(row)
    return {name: value for name, value in entry.items() if value not in (None, "", [])}


def price_of(row):
    """None unless input is priced; a price of zero was scraped and means unknown."""
    price = row["price"] or {}
    output = price.get("output")
    if row["mode"] == "embedding":
        output = output or Decimal(0)
    elif not output:
        return None
    if not price.get("input") or price["input"] < 0:
        return None
    return rates(price | {"output": output})


def rates(price):
    """Decimal strings; a rate of zero beside real ones is left out, so that its stand-in applies."""
    result = {}
    for field, name in PRICE_FIELDS.items():
        value = price.get(field)
        if value or (field == "output" and value is not None):
            result[name] = decimal(value)
    return result


def long_price(row, tier):
    price = row["price"]
    whole = {field: value for field, value in tier.items() if field in PRICE_FIELDS}
    for field, lead in GROWS_WITH.items():
        if field not in whole and price.get(field):
            whole[field] = price[field] * whole[lead] / price[lead]
    return rates(whole)


def decimal(value):
    text = format(Decimal(value).quantize(Decimal("1e-9")).normalize(), "f")
    return text


def peaks(row):
    """Windows in which all rates are multiplied, as minutes of the UTC day."""
    schedule = row.get("time_of_day")
    if not schedule and row.get("off_peak"):
        # the sibling rows give only the off-peak windows; their complement is the vendor's peak
        schedule = {"peak_multiplier": 2, "peak_windows_utc": ["01:00-04:00", "06:00-10:00"]}
    if not schedule:
        return []
    percent = int(Decimal(schedule["peak_multiplier"]) * 100)
    return [
        {"days": 0b0011111, "from": minutes(start), "to": minutes(end), "percent": percent}
        for start, end in (window.split("-") for window in schedule["peak_windows_utc"])
    ]


def minutes(text):
    hours, rest = text.split(":")
    return int(hours) * 60 + int(rest)


def abilities(row):
    modalities = (row["modalities"] or {}).get("output")
    known = {
        "a": row["audio_input"],
        "j": row["structured_output"],
        "o": None if modalities is None else "audio" in modalities,
        "p": row["pdf"],
        "r": row["reasoning"],
        "t": row["tools"],
        "v": row["vision"],
    }
    can = "".join(letter for letter, value in known.items() if value is True)
    cannot = "".join(letter for letter, value in known.items() if value is False)
    return can, cannot


def sampling(row):
    if row.get("sampling_params") is False or row["temperature"] is False:
        return False
    return row["temperature"]


def responses_only(row):
    served = row.get("endpoints")
    only = bool(served) and "/v1/chat/completions" not in served and "/v1/responses" in served
    return bool(row.get("responses_api_only")) or only
