"""Gateway configurations for the tests, as values."""

from . import behaviours
from .vendors import AWS, SCENARIOS, VENDORS
from .vendors import KEY as VENDOR_KEY

UP_KEY = "sk-up-7f3c1d9e5b2a8846"
ALT_KEY = "sk-alt-44d01b9cc8e27a35"
KEY = "tg_live_0badc0de" + "5e" * 24
OTHER_KEY = "tg_live_feedface" + "a7" * 24
LIMITED_KEY = "tg_live_11111111" + "c3" * 24
ENV = {
    "UP_KEY": UP_KEY,
    "ALT_KEY": ALT_KEY,
    "MAIN_KEY": KEY,
    "OTHER_KEY": OTHER_KEY,
    "LIMITED_KEY": LIMITED_KEY,
}
PRICE = {"input": "0.15", "output": "0.6", "cache_read": "0.075", "cache_write": "0.1875"}
ABILITIES = {
    "tools": True,
    "vision": True,
    "json_schema": True,
    "audio": True,
    "audio_output": True,
    "reasoning": True,
}
ODD_IDS = [
    "odd-vendor/llama-9-scout-17b:free",
    "qwen.qwen9-32b-v1:0",
    "us.meta.llama9-maverick-17b-instruct-v1:0",
    "a/b/c:d",
]


def provider(upstream, prefix, key="${UP_KEY}", **extra):
    return {"dialect": "openai", "base_url": upstream.url(prefix), "credentials": [{"api_key": key}], **extra}


def target(name, model):
    return {"provider": name, "model": model}


def model(id, *targets, tier="standard", price=PRICE, **extra):
    value = {"id": id, "tier": tier, "context_window": 128_000, "max_output": 16_384, **ABILITIES}
    if price is not None:
        value["price"] = price
    return {**value, **extra, "targets": list(targets)}


def keys():
    return [{"name": "main", "secret": "${MAIN_KEY}"}, {"name": "other", "secret": "${OTHER_KEY}"}]


def limited_key():
    return {
        "name": "limited",
        "secret": "${LIMITED_KEY}",
        "max_tier": "standard",
        "models": ["m-echo", "m-blocked", "above"],
        "block_providers": ["blocked"],
    }


def main(upstream):
    """Every behaviour under its own name, at a provider of its own so that none spoils another.

    `fo-X` fails as X at its first target and answers at the second.
    """
    providers = {
        "alt": provider(upstream, "alt", "${ALT_KEY}"),
        "blocked": provider(upstream, "blocked"),
    }
    models = []
    for name in behaviours.ALL:
        providers[f"p-{name}"] = provider(upstream, f"p-{name}")
        models.append(model(name, target(f"p-{name}", name)))
    for name in [*behaviours.FAILOVER, *behaviours.STOP, *behaviours.HANGS]:
        providers[f"q-{name}"] = provider(upstream, f"q-{name}")
        models.append(model(f"fo-{name}", target(f"q-{name}", name), target("alt", "m-echo")))
    providers["up"] = provider(upstream, "up")
    providers["refused"] = {**provider(upstream, "x"), "base_url": "http://127.0.0.1:1/v1"}
    models += [model(odd, target("up", "m-echo")) for odd in ODD_IDS]
    models += [
        model("fo-refused", target("refused", "m-echo"), target("alt", "m-echo")),
        model("refused", target("refused", "m-echo")),
        model("m-blocked", target("blocked", "m-echo")),
        model("above", target("up", "m-echo"), tier="flagship"),
        model("unpriced", target("up", "m-echo"), price=None),
        model("scripted", target("up", "scripted")),
        model("small-window", target("up", "m-echo"), context_window=4096, max_output=1024),
    ]
    return {
        "store": {"url": "memory:"},
        # one test must not teach the gateway what the next one would find
        "failover": {"health": False},
        "providers": providers,
        "models": models,
        "keys": [*keys(), limited_key()],
        "limits": {"max_body_bytes": 1 << 20, "header_timeout_ms": 1000},
        "cors": {"origins": ["https://app.example"]},
    }


def embedder(id, *targets, price="0.02", **extra):
    """A model for vectors."""
    value = {"id": id, "mode": "embedding", "context_window": 8191, **extra, "targets": list(targets)}
    return value if price is None else {**value, "price": {"input": price, "output": "0"}}


TIERS = ["nano", "small", "standard", "premium", "flagship"]


def ladder(upstream, **extra):
    """One model to a tier, dearer as it rises."""
    models = [
        model(
            f"one-{tier}",
            target("up", "m-echo"),
            tier=tier,
            price={"input": str(2**rank), "output": str(4 * 2**rank)},
        )
        for rank, tier in enumerate(TIERS)
    ]
    return {
        "store": {"url": "memory:"},
        "providers": {"up": provider(upstream, "up"), "alt": provider(upstream, "alt", "${ALT_KEY}")},
        "models": [*models, embedder("vectors", target("up", "m-embed"))],
        "keys": keys(),
        **extra,
    }


def vendors(server):
    """Every vendor in each of its moods, at a provider of its own.

    `from-X-M` fails at vendor X in mood M, and the next vendor of another dialect answers.
    """
    providers, models = {}, []
    names = list(VENDORS)
    for at, vendor in enumerate(VENDORS.values()):
        for scenario in SCENARIOS:
            name = f"{vendor.name}.{scenario}"
            providers[name] = vendor.provider(server, scenario)
            models.append(model(f"{vendor.name}-{scenario}", target(name, vendor.model)))
        following = VENDORS[names[(at + 1) % len(names)]]
        for scenario in ("e429", "e529", "first"):
            name = f"{vendor.name}.{scenario}.first-choice"
            providers[name] = vendor.provider(server, scenario)
            tried = [target(name, vendor.model), target(f"{following.name}.text", following.model)]
            models.append(model(f"from-{vendor.name}-{scenario}", *tried))
    bearer = {**VENDORS["bedrock"].provider(server, "text"), "credentials": [{"api_key": VENDOR_KEY}]}
    providers["bedrock.bearer"] = bearer
    for name, vendor in providers.items():
        if name.startswith("bedrock"):
            # Bedrock is read to its end otherwise, since it charges for all of it
            vendor["drain"] = False
    providers["chat.e529.able"] = VENDORS["chat"].provider(server, "e529")
    unable = target("ollama.text", VENDORS["ollama"].model)
    models += [
        model("bedrock-bearer", target("bedrock.bearer", VENDORS["bedrock"].model)),
        model("able-second", unable, target("chat.text", VENDORS["chat"].model)),
        model("unable-second", target("chat.e529.able", VENDORS["chat"].model), unable),
    ]
    return {
        "store": {"url": "memory:"},
        "failover": {"health": False},
        "providers": providers,
        "models": models,
        "keys": keys(),
    }
