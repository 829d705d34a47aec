"""Scenario 16: after a failover the books name who really answered, and what it cost."""

import pytest

from rig import verdict
from rig.stage import Stage, model
from support import answers, money
from support.receipt import Receipt

CHEAP = {"input": "0.1", "output": "0.4"}
DEAR = {"input": "3", "output": "15"}
BOTH = pytest.mark.parametrize("stream", [False, True], ids=["buffered", "stream"])


def check(stage, answer, served, price, prompt, words, tried):
    """Headers, receipt and the walls' own account agree."""
    verdict.whole(answer, words=words, by="second")
    assert answer.header("x-lobstack-model") == served
    kept = Receipt(stage.receipt(answer))
    assert kept.requested == "asked" and kept.served == served and kept.provider == "second"
    assert kept.outcome == "complete" and not kept.estimated
    assert (kept.tokens["input"], kept.tokens["output"]) == (prompt, words)
    assert kept.cost == money.cost(price, answers.usage(prompt, words))
    assert [(x["provider"], x["status"]) for x in kept.attempts] == tried
    assert [x["outcome"] == "ok" for x in kept.attempts] == [False] * (len(tried) - 1) + [True]
    assert verdict.attempts(answer) == len(tried)
    told = stage.second.tally["total"]
    assert (told["told_prompt"], told["told_completion"]) == (prompt, words)


@BOTH
@pytest.mark.parametrize("fault, status", [("500", 500), ("429:retry-after=9", 429), ("role-error", 200)])
def test_16_the_same_model_elsewhere(fault, status, stream):
    models = [model("asked", "first", "second", price=DEAR)]
    with Stage(models=models, first=fault, second="ok:words=33:prompt=77") as stage:
        answer = stage.ask(stream)
        check(stage, answer, "asked", DEAR, 77, 33, [("first", status), ("second", 200)])


@BOTH
@pytest.mark.parametrize("dialect", ["anthropic", "gemini", "cohere"])
def test_16_another_dialect(dialect, stream):
    models = [model("asked", "first", "second", price=DEAR)]
    faults = {"first": "503", "second": "ok:words=33:prompt=77"}
    with Stage(models=models, dialects={"second": dialect}, **faults) as stage:
        answer = stage.ask(stream)
        check(stage, answer, "asked", DEAR, 77, 33, [("first", 503), ("second", 200)])


@BOTH
def test_16_another_model(stream):
    """A model that is named as a fallback answers: its name, its price."""
    models = [
        {**model("asked", "first", price=CHEAP), "fallbacks": ["other"]},
        model("other", "second", price=DEAR),
    ]
    with Stage(models=models, first="500", second="ok:words=33:prompt=77") as stage:
        answer = stage.ask(stream)
        check(stage, answer, "other", DEAR, 77, 33, [("first", 500), ("second", 200)])


def test_16_a_failure_costs_nothing():
    with Stage(first="500", second="503") as stage:
        answer = stage.ask()
        verdict.refused(answer, 502, 503)
        kept = Receipt(stage.receipt(answer))
        assert kept.outcome == "failed" and not kept.cost
        assert len(kept.attempts) == stage.requests()
