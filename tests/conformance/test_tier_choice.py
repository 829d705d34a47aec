"""How the tier under `auto` is chosen: success against cost, thresholds, and what the decision tells of it."""

import json
import os
import subprocess
from decimal import Decimal

import pytest

from support import configs
from support.configs import TIERS
from support.decision import route
from support.gateway import BINARY, Gateway

STEP = "Write a function that merges two sorted lists and explain its running time."


def priced(upstream, prices, **extra):
    """One model to a tier; a price of `None` is no price, a tier that is not named has no model."""
    models = [
        configs.model(
            f"one-{tier}",
            configs.target("up", "m-echo"),
            tier=tier,
            price=None if price is None else {"input": price, "output": price},
        )
        for tier, price in prices.items()
    ]
    return {**configs.ladder(upstream), "models": models, **extra}


def tiers(decision):
    return {each["tier"]: each for each in decision.choice["tiers"]}


def test_the_choice_is_told(ladder):
    decision = route(ladder, "auto", STEP)
    assert decision.choice["by"] == "success"
    assert decision.choice["cost_weight"] == pytest.approx(0.2)
    assert list(tiers(decision)) == TIERS
    at = TIERS.index(decision.raw["wanted"])
    for rank, tier in enumerate(TIERS):
        told = tiers(decision)[tier]
        assert told["success"] == decision.raw["success"][rank]
        assert told["model"] == f"one-{tier}"
        assert Decimal(told["expected_cost_usd"]) > 0
        assert (told["utility"] is not None) == (abs(rank - at) <= 1)
    assert abs(TIERS.index(decision.tier) - at) <= 1


def test_the_utility_is_success_less_the_share_of_the_cost(ladder):
    told = [each for each in route(ladder, "auto", STEP).choice["tiers"] if each["utility"] is not None]
    dearest = Decimal(told[-1]["expected_cost_usd"])
    for each in told:
        share = float(Decimal(each["expected_cost_usd"]) / dearest)
        assert each["utility"] == pytest.approx(each["success"] - 0.2 * share, abs=0.001)


def test_what_one_tier_down_would_have_saved(ladder):
    decision = route(ladder, "auto", STEP)
    below = decision.choice["below"]
    at = TIERS.index(decision.tier)
    assert below["tier"] == TIERS[at - 1] and below["model"] == f"one-{below['tier']}"
    costs = {c["model"]: Decimal(c["expected_cost_usd"]) for c in decision.candidates if c["expected_cost_usd"]}
    assert Decimal(below["saves_usd"]) == costs[decision.chosen] - costs[below["model"]]
    assert below["risk"] == pytest.approx(decision.raw["success"][at] - decision.raw["success"][at - 1], abs=1e-6)
    assert route(ladder, "auto", "thanks!").choice["below"] is None


def test_the_signals_that_moved_it(ladder):
    decision = route(ladder, "auto", STEP)
    points = {signal["name"]: abs(signal["points"]) for signal in decision.signals}
    heaviest = sorted(points.values(), reverse=True)[:3]
    assert [points[name] for name in decision.raw["moved_by"]] == heaviest


def test_the_receipt_tells_it_too(ladder):
    answer = ladder.chat("auto", STEP)
    why = ladder.receipt(answer.header("x-request-id"))["why"]
    assert why["tier_choice"] == route(ladder, "auto", STEP).choice


@pytest.mark.parametrize("model, by", [("standard", "floor"), ("one-small", "pin")])
def test_floors_and_pins_are_untouched(ladder, model, by):
    choice = route(ladder, model, STEP).choice
    assert (choice["by"], choice["cost_weight"], choice["below"]) == (by, None, None)
    assert all(each["utility"] is None for each in choice["tiers"])


def test_what_cannot_be_read_goes_to_standard(ladder):
    odd = [{"role": "user", "content": [{"type": "something_new", "payload": {"a": 1}}]}]
    decision = route(ladder, "auto", odd)
    assert (decision.choice["by"], decision.tier) == ("unreadable", "standard")


def test_a_tier_that_costs_nearly_the_same_is_taken(start, upstream):
    prices = {"nano": "1", "small": "2", "standard": "4", "premium": "4.1", "flagship": "90"}
    assert route(start(priced(upstream, prices)), "auto", STEP).raw["wanted"] == "standard"
    caller = start(priced(upstream, prices, routing={"cost_weight": 0}))
    for words in ("thanks!", STEP):
        decision = route(caller, "auto", words)
        ranks = [TIERS.index(tier) for tier in (decision.raw["wanted"], decision.tier)]
        assert ranks[0] <= ranks[1] <= ranks[0] + 1
    assert route(caller, "auto", STEP).tier == "premium"


def test_thanks_stay_in_nano_at_flat_prices(start, upstream):
    flat = dict.fromkeys(TIERS, "1")
    # the tiers differ in the length of their answers, so one token for each
    decision = route(start(priced(upstream, flat)), "auto", "thanks!", max_tokens=1)
    assert (decision.choice["by"], decision.tier) == ("thresholds", "nano")
    assert route(start(priced(upstream, flat)), "auto", "thanks!").tier == "nano"


@pytest.mark.parametrize("case", ["unpriced", "free"])
def test_nothing_to_weigh(start, upstream, case):
    config = priced(upstream, dict.fromkeys(TIERS, None))
    if case == "free":
        config["providers"]["up"]["free"] = True
    else:
        config = priced(upstream, {**dict.fromkeys(TIERS, "1"), "standard": None})
    decision = route(start(config), "auto", STEP)
    assert decision.choice["by"] == "thresholds"
    assert decision.tier == decision.raw["wanted"]
    assert decision.choice["below"]["saves_usd"] == (None if case == "unpriced" else "0")


def test_an_empty_tier_is_passed_over(start, upstream):
    """The wanted tier has no candidate: a neighbour is weighed, not merely the next one upwards."""
    caller = start(priced(upstream, {"small": "0.1", "premium": "90"}))
    decision = route(caller, "auto", STEP)
    assert (decision.raw["wanted"], decision.tier, decision.choice["by"]) == ("standard", "small", "success")
    only_above = start(priced(upstream, {"nano": "0.1", "flagship": "90"}))
    decision = route(only_above, "auto", STEP)
    assert (decision.tier, decision.choice["by"]) == ("flagship", "thresholds")


@pytest.mark.parametrize(
    "routing",
    [{"choose": "thresholds"}, {"thresholds": {"small": 15, "standard": 35, "premium": 60, "flagship": 80}}],
    ids=["choose", "thresholds"],
)
def test_plain_thresholds(start, upstream, routing):
    prices = {"nano": "0.001", "small": "4", "standard": "4", "premium": "4", "flagship": "4"}
    plain = start(priced(upstream, prices, routing=routing))
    for words in ("thanks!", "What is the capital of France?", STEP):
        decision = route(plain, "auto", words)
        assert decision.choice["by"] == "thresholds"
        assert decision.tier == decision.raw["wanted"]


@pytest.mark.parametrize("weight", ["0", "0.005", "0.25", 0.5, 10])
def test_the_weight_is_configuration(start, upstream, weight):
    caller = start({**configs.ladder(upstream), "routing": {"cost_weight": weight}})
    assert route(caller, "auto", STEP).choice["cost_weight"] == pytest.approx(float(weight))


THRESHOLDS = {"small": 15, "standard": 35, "premium": 60, "flagship": 80}


@pytest.mark.parametrize(
    "routing, words",
    [
        ({"choose": "success", "thresholds": THRESHOLDS}, "stated thresholds decide alone"),
        ({"choose": "thresholds", "cost_weight": 0.2}, "`cost_weight` where thresholds decide"),
        ({"thresholds": THRESHOLDS, "cost_weight": 0.2}, "`cost_weight` where thresholds decide"),
        ({"choose": "cost"}, "one of success, thresholds"),
        ({"cost_weight": 11}, "from 0 to 10"),
    ],
)
def test_contradictions_are_refused_with_their_line(tmp_path, upstream, routing, words):
    gateway = Gateway(tmp_path, {**configs.ladder(upstream), "routing": routing}, configs.ENV, wait=False)
    assert gateway.process.wait(5) == 78
    assert words in gateway.log
    assert "tiergate.yaml:" in gateway.log or ".yaml:" in gateway.log


def explain(tmp_path, config, *arguments):
    file = tmp_path / "explained.yaml"
    file.write_text(json.dumps(config))
    command = [BINARY, "explain", "--config", str(file), *arguments]
    environment = {**os.environ, **configs.ENV}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=True).stdout


def test_explain_tells_it(tmp_path, upstream):
    config = configs.ladder(upstream)
    told = explain(tmp_path, config, STEP)
    assert "chosen by success, cost weight 0.2" in told
    assert "one tier down, " in told and "saves $" in told
    for tier in TIERS:
        assert f"one-{tier}" in told
    plain = explain(tmp_path, {**config, "routing": {"choose": "thresholds"}}, STEP)
    assert "chosen by thresholds\n" in plain and "utility" not in plain
