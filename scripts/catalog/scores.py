"""Scores and the tiers that follow from them."""

import re
from decimal import Decimal

import tables
from identity import normal


class Scores:
    """Quality, coding and speed by model; see the README for the scales."""

    def __init__(self, published):
        self.quality, self.speed, self.raw_coding, self.agentic = {}, {}, {}, {}
        for canonical in sorted(published):
            self.add(normal(canonical), published[canonical])
        self.from_agentic = fit([(self.agentic[k], self.raw_coding[k]) for k in self.agentic if k in self.raw_coding])
        self.from_quality = fit([(self.quality[k], self.raw_coding[k]) for k in self.raw_coding if k in self.quality])

    def add(self, key, scores):
        newer = {Decimal(text): entry for text, entry in scores.get("omp_catalog_2026_09_23", {}).items() if number(text)}
        analysis = scores.get("aa_v4_1_2026_07_10", [])
        if newer:
            lowest = min(newer)
            self.best(self.quality, key, lowest)
            speeds = [entry["tps"] for entry in newer.values() if entry["tps"]]
        else:
            best = scores.get("aa_best")
            if best is not None:
                self.best(self.quality, key, interpolate(tables.AA_TO_QUALITY, Decimal(best)))
            speeds = [entry["tps"] for entry in analysis if entry["tps"]]
        if speeds:
            self.best(self.speed, key, sorted(speeds)[len(speeds) // 2])
        for entry in analysis:
            if entry["aa_coding"] is not None:
                self.best(self.raw_coding, key, entry["aa_coding"])
        for entry in scores.get("livebench_2026_06_25", []):
            if entry.get("Agentic Coding") is not None:
                self.best(self.agentic, key, entry["Agentic Coding"])

    @staticmethod
    def best(table, key, value):
        table[key] = max(table.get(key, Decimal(0)), Decimal(value))

    def of(self, key):
        """(quality, coding, speed), each None when unknown."""
        key = key.partition("#")[0]
        known = tables.SCORED_AS.get(key, key)
        quality = self.quality.get(known)
        if known in self.raw_coding:
            coding = self.raw_coding[known]
        elif known in self.agentic:
            coding = self.from_agentic(self.agentic[known])
        else:
            coding = None if quality is None else self.from_quality(quality)
        return quality, coding, self.speed.get(known)


def number(text):
    return re.fullmatch(r"\d+(\.\d+)?", text) is not None


def interpolate(points, x):
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        x0, y0, x1, y1 = (Decimal(str(v)) for v in (x0, y0, x1, y1))
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return Decimal(str(points[-1][1]))


def fit(pairs):
    """The least-squares line through pairs of scores."""
    n = Decimal(len(pairs))
    mx, my = (sum((Decimal(p[i]) for p in pairs), Decimal(0)) / n for i in (0, 1))
    slope = sum((Decimal(x) - mx) * (Decimal(y) - my) for x, y in pairs) / sum((Decimal(x) - mx) ** 2 for x, _ in pairs)
    return lambda x: max(Decimal(0), my + slope * (Decimal(x) - mx))


def tier_by_rule(quality, price):
    if quality is None:
        if price is None:
            return None
        for tier, ceiling in tables.PRICE_CEILINGS:
            if price <= Decimal(ceiling):
                return tier
        return tables.UNSCORED_TOP
    tier = next(tier for tier, floor in tables.QUALITY_FLOORS if quality >= Decimal(str(floor)))
    if tier in ("premium", "flagship") and price is not None and price < Decimal(tables.CHEAP_BELOW):
        tier = tables.TIERS[tables.TIERS.index(tier) - 1]
    return tier


def tier_of(quality, price, bands):
    """The rule, held inside what the seed documents say."""
    tier = tier_by_rule(quality, price)
    exact = [band for band in bands if band in tables.TIERS and band not in tables.BANDS]
    if exact:
        return exact[0]
    for band in bands:
        allowed = tables.BANDS.get(band)
        if allowed and tier not in allowed:
            below = tier is None or tables.TIERS.index(tier) < tables.TIERS.index(allowed[0])
            tier = allowed[0] if below else allowed[-1]
    return tier
