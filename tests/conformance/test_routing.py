"""Where a request goes and why, as `POST /v1/route` tells it and as requests then go."""

import pytest

from support import configs, schema
from support.configs import TIERS
from support.decision import CHOSEN, REJECTED, route
from support.gateway import Caller, Gateway, marker

PREFERENCES = ["cheap", "fast", "balanced", "quality", "coding"]


@pytest.fixture(scope="module")
def five(upstream, tmp_path_factory):
    """Five standard models, each best at one thing."""

    def entry(name, price, quality, coding, speed):
        cost = {"input": str(price), "output": str(price * 4)}
        return configs.model(
            name, configs.target("up", "m-echo"), price=cost, quality=quality, coding=coding, speed=speed
        )

    config = configs.ladder(upstream)
    config["models"] = [
        entry("is-cheap", 0.1, 20, 15, 40),
        entry("is-fast", 2, 30, 25, 900),
        entry("is-balanced", 0.5, 58, 40, 150),
        entry("is-quality", 12, 70, 45, 50),
        entry("is-coding", 10, 50, 80, 50),
    ]
    gateway = Gateway(tmp_path_factory.mktemp("five"), config, configs.ENV)
    yield Caller(gateway, configs.KEY)
    gateway.stop()


@pytest.mark.parametrize("prefer", PREFERENCES)
def test_five_preferences_choose_five_models(five, prefer):
    assert route(five, "standard", prefer=prefer).chosen == f"is-{prefer}"
    assert five.chat("standard", prefer=prefer).header("x-lobstack-model") == f"is-{prefer}"


@pytest.mark.parametrize("prefer", PREFERENCES)
def test_under_auto_balanced_is_the_cheapest_that_can(five, prefer):
    chosen = "is-cheap" if prefer == "balanced" else f"is-{prefer}"
    assert route(five, "auto", prefer=prefer).chosen == chosen
    assert five.chat("auto", prefer=prefer).header("x-lobstack-model") == chosen


def test_balanced_is_the_default(five):
    assert route(five, "standard").chosen == "is-balanced"
    assert route(five, "standard", prefer=None).chosen == "is-balanced"


@pytest.mark.parametrize("bad", ["best", "", "CHEAP", 5, ["cheap"], {}])
@pytest.mark.parametrize("path", ["/v1/route", "/v1/chat/completions"])
def test_an_unknown_preference_names_the_five(five, path, bad):
    answer = five.chat("auto", prefer=bad, path=path)
    error = schema.check_error(answer, 400, type="invalid_request_error", param="prefer")
    for prefer in PREFERENCES if isinstance(bad, str) else ():
        assert prefer in error["message"]


@pytest.mark.parametrize("bad", ["best", "", 5, "NANO"])
def test_an_unknown_max_tier_names_the_five(five, bad):
    error = schema.check_error(five.chat("auto", max_tier=bad), 400, param="max_tier")
    for tier in TIERS if isinstance(bad, str) else ():
        assert tier in error["message"]


@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_is_a_floor(ladder, tier):
    decision = route(ladder, tier)
    assert decision.chosen == f"one-{tier}"
    assert ladder.chat(tier).header("x-lobstack-tier") == tier


@pytest.mark.parametrize("band, chosen", [("economy", "one-nano"), ("standard", "one-standard"), ("premium", "one-premium")])
def test_bands(ladder, band, chosen):
    assert route(ladder, band).chosen == chosen


def test_upward_only_when_the_tier_is_empty(start, upstream):
    config = configs.ladder(upstream)
    config["models"] = [m for m in config["models"] if m.get("tier") in ("nano", "premium", "flagship")]
    caller = start(config)
    assert route(caller, "standard").chosen == "one-premium"
    assert route(caller, "small").chosen == "one-premium"
    assert route(caller, "economy").chosen == "one-nano"
    # nothing between floor and ceiling: refused, neither lowered nor raised
    answer = caller.chat("standard", max_tier="standard")
    assert answer.status in (400, 403, 404, 503), answer.body


@pytest.mark.parametrize("name", ["auto", "openai/auto", "tiergate/auto"])
def test_names_of_auto(ladder, name):
    answer = ladder.chat(name)
    assert answer.status == 200, answer.body
    assert answer.header("x-model-router-auto-tier")
    assert 0 <= int(answer.header("x-model-router-auto-score")) <= 100


def test_a_pin_tells_no_auto_headers(ladder):
    answer = ladder.chat("one-nano")
    assert answer.header("x-model-router-auto-tier") is None
    assert answer.header("x-model-router-auto-score") is None
    assert answer.header("x-lobstack-complexity") is not None


def test_pins_by_every_name(ladder, upstream):
    for name in ("one-premium", "up/one-premium"):
        mark = marker()
        answer = ladder.chat(name, mark)
        assert answer.header("x-lobstack-model") == "one-premium", answer.body
        assert [x.model for x in upstream.seen(mark)] == ["m-echo"]


def test_an_exact_id_wins_over_provider_and_model(start, upstream):
    """`up/m-echo` is a model of its own here, though `up` is a provider too."""
    config = configs.ladder(upstream)
    config["models"].append(configs.model("up/one-nano", configs.target("alt", "m-echo")))
    answer = start(config).chat("up/one-nano")
    assert answer.header("x-model-router-provider") == "alt"
    assert answer.header("x-lobstack-model") == "up/one-nano"


@pytest.mark.parametrize("path", ["/v1/route", "/v1/chat/completions"])
def test_an_unknown_model_names_the_nearest(ladder, path):
    error = schema.check_error(
        ladder.chat("one-standerd", path=path), 404, "model_not_found", "invalid_request_error", "model"
    )
    assert "one-standard" in error["message"]


@pytest.mark.parametrize("bad", [None, 5, "", [], {"id": "x"}])
def test_a_model_that_is_no_name(ladder, bad):
    answer = ladder.post("/v1/chat/completions", {"model": bad, "messages": [{"role": "user", "content": "x"}]})
    assert answer.status in (400, 404)
    schema.check_error(answer, answer.status, param="model")


def test_a_hostile_model_name_stays_inside_the_message(ladder):
    for name in ("x\r\nx-injected: 1", "x\x00y", "\u202e", "a" * 100_000, "<script>"):
        answer = ladder.chat(name)
        error = schema.check_error(answer, 404, "model_not_found")
        assert len(error["message"]) < 2000
        assert answer.header("x-injected") is None


def test_every_candidate_has_a_verdict_and_a_reason(ladder):
    decision = route(ladder, "auto")
    assert 0 <= decision.score <= 100 and isinstance(decision.score, int)
    assert decision.tier in TIERS
    assert decision.signals
    listed = {c["model"] for c in decision.candidates}
    assert {f"one-{tier}" for tier in TIERS} <= listed
    for candidate in decision.candidates:
        assert candidate["verdict"] in ("chosen", "eligible", "rejected"), candidate
        if candidate["verdict"] == REJECTED:
            assert all(r["code"] and r["text"] for r in candidate["reasons"]) and candidate["reasons"], candidate
    assert sum(c["verdict"] == CHOSEN for c in decision.candidates) == 1


def test_a_pin_leaves_nothing_else_eligible(ladder):
    """Another model never answers for a pinned one, so none may be told as if it could."""
    decision = route(ladder, "one-small")
    assert decision.chosen == "one-small"
    assert {c["model"] for c in decision.candidates if c["verdict"] != REJECTED} == {"one-small"}


def test_routing_calls_no_provider(ladder, upstream):
    mark = marker()
    route(ladder, "auto", mark)
    assert not upstream.seen(mark)


def test_route_and_chat_agree(ladder):
    for words in ("thanks!", "write a parser", "prove it", "x" * 5000):
        decision = route(ladder, "auto", words)
        answer = ladder.chat("auto", words)
        assert answer.header("x-lobstack-model") == decision.chosen
        assert int(answer.header("x-lobstack-complexity")) == decision.score
        assert answer.header("x-lobstack-tier") == decision.tier


def test_routing_is_deterministic(ladder):
    first, *others = (route(ladder, "auto", "design a cache").raw for _ in range(5))
    for other in others:
        assert {**other, "decided_at": None} == {**first, "decided_at": None}


@pytest.mark.parametrize("ceiling", TIERS)
def test_max_tier_is_never_passed(ladder, ceiling):
    hard = "Refactor the distributed transaction layer across forty files; a mistake loses customers' money. " * 30
    for floor in ("auto", "nano"):
        decision = route(ladder, floor, hard, max_tier=ceiling)
        assert TIERS.index(decision.chosen.removeprefix("one-")) <= TIERS.index(ceiling)
        above = [c for c in decision.candidates if c["tier"] in TIERS[TIERS.index(ceiling) + 1 :]]
        assert all(c["verdict"] == REJECTED and c["reasons"] for c in above)


def test_a_pin_above_max_tier_is_refused(ladder):
    schema.check_error(ladder.chat("one-flagship", max_tier="small"), 403)


# -- guards -------------------------------------------------------------------


def guarded(upstream):
    """The cheap model lacks everything; the dear one has it."""
    config = configs.ladder(upstream)
    nothing = dict.fromkeys(configs.ABILITIES, False)
    config["models"] = [
        configs.model("plain", configs.target("up", "m-echo"), price={"input": "0.1", "output": "0.1"}, **nothing, )
        | {"context_window": 8000, "max_output": 1000},
        configs.model("able", configs.target("up", "m-echo"), price={"input": "9", "output": "9"}, context_window=200_000),
    ]
    return config


@pytest.fixture(scope="module")
def guards(upstream, tmp_path_factory):
    gateway = Gateway(tmp_path_factory.mktemp("guards"), guarded(upstream), configs.ENV)
    yield Caller(gateway, configs.KEY)
    gateway.stop()


IMAGE = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://i.example/a.png"}}]}]
AUDIO = [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}]}]
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}}}
NEEDS = {
    "tools": ("hi", {"tools": [TOOL]}, "tools"),
    "vision": (IMAGE, {}, "vision"),
    "audio": (AUDIO, {}, "audio"),
    "audio-out": ("hi", {"modalities": ["text", "audio"], "audio": {"voice": "a", "format": "wav"}}, "audio"),
    "json_schema": ("hi", {"response_format": SCHEMA}, "json_schema"),
    "window": ("word " * 12_000, {}, "window"),
    "output": ("hi", {"max_tokens": 5000}, "output"),
    "output-new-name": ("hi", {"max_completion_tokens": 5000}, "output"),
}


@pytest.mark.parametrize("need", NEEDS)
def test_a_model_that_cannot_is_passed_over(guards, need):
    content, extra, reason = NEEDS[need]
    assert route(guards, "standard", prefer="cheap").chosen == "plain"
    decision = route(guards, "standard", content, prefer="cheap", **extra)
    assert decision.chosen == "able"
    assert decision.verdict("plain") == [REJECTED]
    assert reason in decision.reasons("plain"), decision.of("plain")


@pytest.mark.parametrize("need", ["tools", "vision", "audio", "json_schema"])
def test_a_pin_to_a_model_that_cannot(guards, upstream, need):
    """Refused with the reason rather than sent to fail."""
    content, extra, _ = NEEDS[need]
    answer = guards.chat("plain", content, **extra)
    schema.check_error(answer, 400)


def test_history_with_tool_calls_needs_tools(guards):
    history = [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
        {"role": "tool", "tool_call_id": "a", "content": "1"},
    ]
    assert route(guards, "standard", history, prefer="cheap").chosen == "able"


@pytest.mark.parametrize("name", ["plain", "up/plain"])
def test_a_pin_that_is_too_small(guards, upstream, name):
    mark = marker()
    answer = guards.chat(name, mark + " word" * 12_000)
    error = schema.check_error(answer, 400, "context_length_exceeded", "invalid_request_error", "messages")
    assert "maximum context length" in error["message"], "clients look for these words"
    assert not upstream.seen(mark)


@pytest.mark.parametrize(
    "text",
    ["漢字" * 90_000, "👩‍👩‍👧‍👦" * 40_000, "0123456789 " * 45_000, "word " * 210_000, "}{][" * 60_000],
    ids=["cjk", "emoji", "digits", "words", "brackets"],
)
def test_nothing_large_enough(guards, upstream, text):
    mark = marker()
    answer = guards.chat("auto", mark + text)
    assert answer.status in (400, 413)
    if answer.status == 400:
        schema.check_error(answer, 400, "context_length_exceeded")
    assert not upstream.seen(mark)


def test_reserved_output_counts_against_the_window(start, upstream):
    """3,000 words in and 4,096 tokens out are too much for 8,000, though the input alone is not."""
    config = guarded(upstream)
    config["models"][0]["max_output"] = 8000
    caller = start(config)
    words = "word " * 3000
    assert route(caller, "standard", words, prefer="cheap").chosen == "able"
    assert route(caller, "standard", words, prefer="cheap", max_tokens=100).chosen == "plain"


PROSE = (
    "The committee met on Thursday to discuss the harbour, the price of bread and the new "
    "school; after two hours nothing was decided, and everyone went home through the rain. "
)


@pytest.mark.parametrize("count", [1, 5, 10, 20, 28, 40, 60, 80])
def test_the_window_guard_is_not_timid(guards, count):
    """Plain English has more than four letters to a token: 8,000 tokens hold 13 KB even with every margin."""
    answer = guards.chat("plain", PROSE * count, max_tokens=100)
    assert answer.status == 200, f"{len(PROSE * count)} bytes: {answer.body[:300]!r}"


def test_an_unknown_ability_ranks_last(start, upstream):
    config = configs.ladder(upstream)
    unknown = configs.model("unknown", configs.target("up", "m-echo"), price={"input": "0.1", "output": "0.1"})
    del unknown["tools"]
    config["models"] = [unknown, configs.model("known", configs.target("up", "m-echo"), price={"input": "9", "output": "9"})]
    caller = start(config)
    decision = route(caller, "standard", prefer="cheap", tools=[TOOL])
    assert decision.chosen == "known"
    assert decision.verdict("unknown") == ["eligible"]
    assert "unverified" in decision.reasons("unknown")
    config["models"].pop()
    alone = start(config)
    assert route(alone, "standard", tools=[TOOL]).chosen == "unknown"


def test_removing_the_reason_makes_a_candidate_eligible(guards):
    rejected = route(guards, "standard", prefer="cheap", tools=[TOOL])
    assert rejected.verdict("plain") == [REJECTED]
    assert set(route(guards, "standard", prefer="cheap").verdict("plain")) <= {"chosen", "eligible"}


def test_an_expired_model_is_never_chosen(start, upstream):
    config = configs.ladder(upstream)
    gone = configs.model("gone", configs.target("up", "m-echo"), price={"input": "0.01", "output": "0.01"}, retires="2020-01-01")
    config["models"] = [gone, configs.model("here", configs.target("up", "m-echo"))]
    decision = route(start(config), "standard", prefer="cheap")
    assert decision.chosen == "here"
    assert decision.verdict("gone") == [REJECTED]


def test_cheap_counts_the_expected_cost_not_one_price(start, upstream):
    """A long input makes the model with the cheap input the cheaper one."""
    config = configs.ladder(upstream)
    config["models"] = [
        configs.model("cheap-in", configs.target("up", "m-echo"), price={"input": "0.1", "output": "20"}),
        configs.model("cheap-out", configs.target("up", "m-echo"), price={"input": "2", "output": "0.1"}),
    ]
    caller = start(config)
    assert route(caller, "standard", "hi", prefer="cheap").chosen == "cheap-out"
    assert route(caller, "standard", "word " * 60_000, prefer="cheap", max_tokens=10).chosen == "cheap-in"


def test_the_tier_list(ladder):
    answer = ladder.gateway.call("GET", "/v1/tiers")
    text = answer.body.decode()
    positions = [text.index(f'"{tier}"') for tier in TIERS]
    assert positions == sorted(positions)


@pytest.mark.parametrize("thresholds, tier", [((97, 98, 99, 100), "nano"), ((1, 2, 3, 4), "flagship")])
def test_thresholds_are_configuration(start, upstream, thresholds, tier):
    routing = {"thresholds": dict(zip(TIERS[1:], thresholds))}
    caller = start({**configs.ladder(upstream), "routing": routing})
    words = "Write a function that merges two sorted lists and explain its running time."
    assert route(caller, "auto", words).tier == tier


@pytest.mark.parametrize(
    "thresholds",
    [{"small": 50, "standard": 40, "premium": 60, "flagship": 80}, {"small": 10, "standard": 20, "premium": 30, "flagship": 101}],
    ids=["falling", "beyond"],
)
def test_bad_thresholds_are_refused_at_start(tmp_path, upstream, thresholds):
    gateway = Gateway(tmp_path, {**configs.ladder(upstream), "routing": {"thresholds": thresholds}}, configs.ENV, wait=False)
    assert gateway.process.wait(5) != 0
    assert "threshold" in gateway.log
