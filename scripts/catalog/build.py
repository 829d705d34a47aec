#!/usr/bin/env python3
"""Builds the catalogue that tiergate-catalog embeds.

    scripts/catalog/build.py --catalog catalog.json --seeds seed_models.json \
        --quality quality_by_canonical.json --out crates/tiergate-catalog/data/catalog.json

The inputs are described in crates/tiergate-catalog/data/README.md, and so are the rules applied
here. The output depends on the inputs and on tables.py alone: the same inputs give the same bytes.
"""

import argparse
import collections
import json
import re
import sys
from decimal import Decimal

import tables
from identity import normal
from scores import Scores, tier_of
from targets import blended, target

LIVE = {"active"}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("catalog", "seeds", "quality", "out"):
        arguments.add_argument(f"--{name}", required=True)
    paths = arguments.parse_args()
    source = read(paths.catalog)
    seeds = read(paths.seeds)
    scores = Scores(read(paths.quality))

    rows = [row for row in source["models"] if wanted(row, seeds, source["as_of"])]
    groups = Groups(rows, seeds)
    models = [model for key, group in groups.items() for model in split(key, group, groups, scores)]
    settle_names(models)
    mark_dominated(models)
    aliases = name_seeds(models, seeds)
    check(models, aliases)
    write(paths.out, source["as_of"], models, aliases)
    report(models, aliases)


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file, parse_float=Decimal)


# --- which rows --------------------------------------------------------------------------------


def wanted(row, seeds, today):
    """Active chat and embedding rows, those yet to end, and whatever the seed documents name."""
    if (row["provider"], row["model"]) in tables.LEFT_OUT:
        return False
    if any(names(seed, row) for seed in seeds):
        return True
    if row["mode"] not in ("chat", "embedding"):
        return False
    ends_later = row["status"] == "deprecated" and (row["deprecation_date"] or "") > today
    return row["status"] in LIVE or ends_later


def names(seed, row):
    return (seed["provider"], seed["model"]) == (row["provider"], row["model"])


# --- which rows are one model ------------------------------------------------------------------


class Groups:
    """Rows by model, one model per spelling-free canonical; seed bands that disagree part a group."""

    def __init__(self, rows, seeds):
        self.seeds = seeds
        self.by_key = collections.defaultdict(list)
        for row in rows:
            self.by_key[normal(row["canonical"])].append(row)
        for key in sorted(self.by_key):
            self.part(key)

    def items(self):
        return sorted(self.by_key.items())

    def seeds_of(self, row):
        return [seed for seed in self.seeds if names(seed, row)]

    def part(self, key):
        """Moves seed-named rows out of a group whose other seed names lie in a higher band."""
        tiers = {}
        for row in self.by_key[key]:
            for seed in self.seeds_of(row):
                rank = band_rank(seed["tier"])
                if rank is not None:
                    tiers[(row["provider"], row["model"])] = rank
        if len(set(tiers.values())) < 2:
            return
        lowest = min(tiers.values())
        leaving = [row for row in self.by_key[key] if tiers.get((row["provider"], row["model"])) == lowest]
        self.by_key[key] = [row for row in self.by_key[key] if row not in leaving]
        self.by_key[f"{key}#{leaving[0]['model'].lower()}"] = leaving


def band_rank(band):
    for rank, tiers in enumerate(tables.BANDS.values()):
        if band in tiers or band == list(tables.BANDS)[rank]:
            return rank
    return None


# --- from rows to models -----------------------------------------------------------------------


def split(key, group, groups, scores):
    """One model with one target per provider, and models of their own for the other upstream ids."""
    vendor = key.partition("/")[0]
    group = sorted(group, key=lambda row: preference(row, groups, vendor))
    first, others, providers = [], [], set()
    for row in group:
        bound = tables.REGIONAL.match(row["model"]) and not groups.seeds_of(row)
        if row["provider"] in providers or bound:
            others.append(row)
        else:
            providers.add(row["provider"])
            first.append(row)
    first.sort(key=lambda row: rank(row, vendor))
    bands = [seed["tier"] for row in group for seed in groups.seeds_of(row)]
    facts = facts_of(key, first or others, bands, scores, groups)
    result = []
    if first:
        result.append(facts | {"targets": [target(row, facts) for row in first], "rows": first})
    by_id = collections.defaultdict(list)
    for row in others:
        by_id[row["model"]].append(row)
    for model, rows in sorted(by_id.items()):
        own = facts | {"id": model, "auto": False, "targets": [target(row, facts) for row in rows], "rows": rows}
        result.append(own)
    return result


def preference(row, groups, vendor):
    """Which row of a provider stands for it, and which provider comes first."""
    model = row["model"]
    return (
        not groups.seeds_of(row),
        row["provider"] != tables.OWN_PROVIDER.get(vendor),
        row["status"] not in LIVE | {"deprecated"},
        bool(tables.MOVING.search(model)),
        bool(tables.DATED.search(model)),
        not model.startswith("global."),
        not model.startswith("us."),
        blended(row) is None,
        blended(row) or 0,
        row["provider"],
        len(model),
        model,
    )


def rank(row, vendor):
    """The order of targets: those that answer, the maker's own, the cheapest."""
    return (
        row["status"] not in LIVE | {"deprecated"},
        row["provider"] != tables.OWN_PROVIDER.get(vendor),
        blended(row) is None,
        blended(row) or 0,
        row["provider"],
    )


def facts_of(key, rows, bands, scores, groups):
    lead = rows[0]
    quality, coding, speed = scores.of(key)
    price = next((p for p in map(blended, rows) if p is not None), None)
    chat = lead["mode"] == "chat"
    tier = tier_of(quality, price, bands) if chat else None
    seeded = [seed for row in rows for seed in groups.seeds_of(row)]
    successor = next((s["suggested_successor"] for s in seeded if s.get("suggested_successor")), None)
    released = next((row["release_date"] for row in rows if full_date(row["release_date"])), None)
    return {
        "id": id_of(key, rows, groups),
        "key": key,
        "canonical": canonical_of(key, rows),
        "name": next((row["name"] for row in rows if row.get("name")), None),
        "mode": lead["mode"],
        "tier": tier,
        "auto": chat and (bool(seeded) or general_chat(key, rows, quality)),
        "quality": tenths(quality),
        "coding": tenths(coding) if chat else None,
        "successor": successor,
        "released": released,
        "speed": None if speed is None else int(speed),
    }


def canonical_of(key, rows):
    vendor = key.partition("/")[0]
    fitting = [row["canonical"] for row in rows if row["canonical"].startswith(vendor + "/")]
    return fitting[0] if fitting else key.partition("#")[0]


def id_of(key, rows, groups):
    """The name that a client would write: a seed's, the maker's own, else the bare canonical."""
    vendor = key.partition("/")[0]
    for row in rows:
        if any(seed["name"] == row["model"] for seed in groups.seeds_of(row)) and plain(row["model"]):
            return row["model"]
    for row in rows:
        if row["provider"] == tables.OWN_PROVIDER.get(vendor) and plain(row["model"]) and row["provider"] != "bedrock":
            return row["model"]
    for row in rows:
        if "#" in key:
            return row["model"]
    bare = canonical_of(key, rows).rpartition("/")[2].lower()
    # "auto", "claude" or "embed" alone would promise more than one model
    return bare if re.search(r"[\d-]", bare) and vendor != "openrouter" else rows[0]["model"]


def plain(model):
    """Not a host's path, and not a host's vendor.model."""
    return "/" not in model and not re.match(r"^([a-z-]+\.)?[a-z]+\.[a-z]", model)


def general_chat(key, rows, quality):
    """Whether `auto` may choose it: text chat for general use, by positive evidence."""
    if any(named_for_else(row) for row in rows) or tables.MOVING.search(key) or not serves_chat(rows[0]):
        return False
    return quality is not None or any(row["tools"] for row in rows)


def named_for_else(row):
    text = " ".join(filter(None, [row["model"], row["canonical"], row["name"]])).lower().replace("_", "-")
    return tables.OTHER_PURPOSE.search(text) is not None


def serves_chat(row):
    """Text in, only text out, on a chat path, under an id that stays what it is."""
    modalities = row["modalities"] or {}
    speaks_text = modalities.get("output") in (None, ["text"]) and "text" in (modalities.get("input") or ["text"])
    served = row.get("endpoints") or ["/v1/chat/completions"]
    chat = "/v1/chat/completions" in served or "/v1/responses" in served
    moving = tables.MOVING.search(row["model"]) or tables.DATED.search(row["model"])
    only_form = row["provider"] == "bedrock" or row["model"].startswith("claude")
    return speaks_text and chat and (only_form or not moving)


def full_date(text):
    return bool(text) and re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None


def tenths(score):
    return None if score is None else int((score * 10).to_integral_value())


# --- the whole ---------------------------------------------------------------------------------


def settle_names(models):
    """Ids are unique, and no id means another model as an upstream id or as provider/model."""
    meant = collections.defaultdict(set)
    for index, model in enumerate(models):
        for entry in model["targets"]:
            meant[entry["model"]].add(index)
            meant[f"{entry['provider']}/{entry['model']}"].add(index)
    taken = set()
    for index, model in enumerate(models):
        lead = model["targets"][0]
        names = [model["id"], f"{lead['provider']}/{lead['model']}", model["canonical"].lower()]
        fitting = [name for name in names if name not in taken and meant.get(name, {index}) <= {index}]
        if not fitting:
            sys.exit(f"no name is left for {model['id']} at {lead['provider']}")
        model["id"] = fitting[0]
        taken.add(fitting[0])
    models.sort(key=lambda model: model["id"])


def mark_dominated(models):
    """The provider of the first target sells, for at most half as much, 5 points more."""
    offers = collections.defaultdict(list)
    for model in models:
        if model["auto"] and model["quality"] is not None:
            for row in model["rows"]:
                if row["status"] in LIVE and blended(row) is not None:
                    offers[row["provider"]].append((model["quality"], blended(row)))
    for model in models:
        lead = model["rows"][0]
        price = blended(lead)
        model["dominated"] = price is not None and model["quality"] is not None and any(
            quality >= model["quality"] + 50 and other * 2 <= price for quality, other in offers[lead["provider"]]
        )


def name_seeds(models, seeds):
    """Aliases under which every seed name resolves; successors become ids."""
    place = {(e["provider"], e["model"]): model for model in models for e in model["targets"]}
    ids = {model["id"] for model in models}
    aliases = dict(tables.ALIASES)
    for seed in seeds:
        model = place[(seed["provider"], seed["model"])]
        name = seed["name"]
        if name not in ids and not any(e["model"] == name for e in model["targets"]):
            aliases[name] = model["id"]
    for model in models:
        model["successor"] = successor(model, ids, place)
    return dict(sorted(aliases.items()))


def successor(model, ids, place):
    name = model["successor"]
    if name is None:
        name = tables.SUCCESSORS.get(model["id"])
    if name is None:
        return None
    hosted = re.fullmatch(r"(\S+) \((\S+)\)", name)
    if hosted:
        return place[(hosted[2], hosted[1])]["id"]
    if name not in ids:
        sys.exit(f"successor {name} of {model['id']} is not in the catalogue")
    return name


def check(models, aliases):
    ids = {model["id"] for model in models}
    if len(ids) != len(models):
        sys.exit("ids are not unique")
    for name, meant in aliases.items():
        if name in ids or meant not in ids:
            sys.exit(f"alias {name} = {meant} does not stand")


def write(path, as_of, models, aliases):
    fields = ["id", "canonical", "name", "mode", "tier", "auto", "quality", "coding", "dominated", "successor", "released", "targets"]
    silent = {"mode": "chat", "auto": True, "dominated": False}
    lines = []
    for model in models:
        entry = {f: model[f] for f in fields if model[f] is not None and model[f] != silent.get(f)}
        lines.append(compact(entry))
    head = f'{{"as_of":{compact(as_of)},\n"aliases":{compact(aliases)},\n"models":[\n'
    text = head + ",\n".join(lines) + "\n]}\n"
    if "\\" in text:
        sys.exit("a string needs an escape, which the loader does not read")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def report(models, aliases):
    tiers = collections.Counter(model["tier"] for model in models if model["auto"])
    targets = sum(len(model["targets"]) for model in models)
    print(f"{len(models)} models, {targets} targets, {len(aliases)} aliases; auto by tier: {dict(tiers)}", file=sys.stderr)


if __name__ == "__main__":
    main()
