"""The only place that knows the member names of a receipt."""

from decimal import Decimal

from . import money


class Receipt:
    def __init__(self, raw):
        self.raw = raw
        self.id = raw["request_id"]
        self.requested = raw["requested_model"]
        self.served = raw["served_model"]
        self.provider = raw["provider"]
        self.outcome = raw["outcome"]
        self.priced = raw["priced"]
        self.baseline = raw["baseline_model"]
        self.baseline_reason = raw["baseline_reason"]
        self.edits = raw["edits"]
        self.attempts = raw["attempts"]
        self.tokens = raw["tokens"]
        self.estimated = raw["usage_estimated"]

    @property
    def cost(self) -> Decimal | None:
        return self._money("cost_usd")

    @property
    def savings(self) -> Decimal | None:
        return self._money("savings_usd")

    @property
    def baseline_cost(self) -> Decimal | None:
        return self._money("baseline_cost_usd")

    def _money(self, name):
        value = self.raw[name]
        assert value is None or isinstance(value, str), f"money is a decimal string, not {value!r}"
        return None if value is None else money.parse(value)
