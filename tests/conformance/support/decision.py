"""The only place that knows the member names of `POST /v1/route`."""

CHOSEN = "chosen"
ELIGIBLE = "eligible"
REJECTED = "rejected"


class Decision:
    def __init__(self, answer):
        assert answer.status == 200, f"{answer.status}: {answer.body[:800]!r}"
        self.raw = answer.json["decision"]
        self.score = self.raw["score"]
        self.tier = self.raw["tier"]
        self.signals = self.raw["signals"]
        self.choice = self.raw["tier_choice"]
        self.candidates = self.raw["candidates"]

    def __repr__(self):
        return f"<score {self.score} tier {self.tier} {self.chosen}>"

    @property
    def chosen(self):
        return next((c["model"] for c in self.candidates if c["verdict"] == CHOSEN), None)

    @property
    def provider(self):
        return next((c["provider"] for c in self.candidates if c["verdict"] == CHOSEN), None)

    def of(self, model):
        """The candidates for this model."""
        return [c for c in self.candidates if c["model"] == model]

    def verdict(self, model):
        return [c["verdict"] for c in self.of(model)]

    def reasons(self, model) -> str:
        return " ".join(f"{r['code']} {r['text']}" for c in self.of(model) for r in c["reasons"]).lower()


def route(caller, model, content="hello", **extra) -> Decision:
    messages = content if isinstance(content, list) else [{"role": "user", "content": content}]
    return Decision(caller.post("/v1/route", {"model": model, "messages": messages, **extra}))
