"""Cost and savings, recomputed from the configured prices and the usage that the upstream reported."""

from decimal import Decimal

import pytest

from support import answers, behaviours, configs, http1, money, sse
from support.gateway import Caller, Gateway, marker
from support.receipt import Receipt

PRICES = {
    "plain": {"input": "0.15", "output": "0.6"},
    "cheap": {"input": "0.0001", "output": "0.0003"},
    "full": {"input": "1.37", "output": "7.77", "cache_read": "0.137", "cache_write": "1.7125", "reasoning": "3.33"},
    "huge": {"input": "999999.999", "output": "123456.789"},
}
USAGES = {
    "small": answers.usage(1, 1),
    "odd": answers.usage(1001, 333),
    "cached": answers.usage(1001, 333, cached=700),
    "all-cached": answers.usage(4096, 5, cached=4096),
    "written": answers.usage(5000, 17, cached=1000, cache_write=3000),
    "thinking": answers.usage(77, 900, reasoning=850),
    "none": answers.usage(0, 0),
    "large": answers.usage(9_999_999, 1_234_567, cached=3_333_333, reasoning=99_999),
}


@pytest.fixture(scope="module")
def till(upstream, tmp_path_factory):
    config = configs.ladder(upstream)
    config["models"] = [
        configs.model(name, configs.target("up", "m-usage"), price=price, context_window=50_000_000)
        for name, price in PRICES.items()
    ]
    config["models"].append(configs.model("unpriced", configs.target("up", "m-usage"), price=None, context_window=50_000_000))
    gateway = Gateway(tmp_path_factory.mktemp("money"), config, configs.ENV)
    yield Caller(gateway, configs.KEY)
    gateway.stop()


def serve(upstream, usage):
    async def script(x):
        await behaviours.speak(x, ["priced"], usage=usage)

    upstream.on("m-usage", script)


@pytest.mark.parametrize("usage", USAGES)
@pytest.mark.parametrize("price", PRICES)
def test_cost_header_is_exact(till, upstream, price, usage):
    serve(upstream, USAGES[usage])
    answer = till.chat(price)
    assert answer.status == 200, answer.body
    assert money.parse(answer.header("x-lobstack-cost-usd")) == money.cost(PRICES[price], USAGES[usage])
    assert money.parse(answer.header("x-lobstack-savings")) == 0, "a pin saves nothing against itself"


@pytest.mark.parametrize("usage", USAGES)
def test_stream_cost_in_usage_chunk_receipt_and_trailer(till, upstream, usage):
    serve(upstream, USAGES[usage])
    expected = money.cost(PRICES["full"], USAGES[usage])
    body = {
        "model": "full",
        "stream": True,
        "stream_options": {"include_usage": True},
        "messages": [{"role": "user", "content": "hi"}],
    }
    with till.gateway.connection() as line:
        headers = {"authorization": f"Bearer {till.key}", "te": "trailers"}
        answer = line.request("POST", "/v1/chat/completions", headers, body)
    (last,) = [c for c in sse.chunks(answer.body) if sse.is_usage_only(c)]
    shown = last.get("cost_usd", last["usage"].get("cost_usd"))
    assert money.parse(str(shown)) == expected
    assert money.parse(answer.trailer("x-lobstack-cost-usd")) == expected
    assert money.parse(answer.trailer("x-lobstack-savings")) == 0
    assert Receipt(till.receipt(answer.header("x-request-id"))).cost == expected


def test_no_trailers_unless_asked(till, upstream):
    serve(upstream, USAGES["odd"])
    answer = till.stream("full")
    assert answer.complete and answer.trailers == []
    assert answer.header("trailer") is None


def test_stream_headers_do_not_guess_the_cost(till, upstream):
    serve(upstream, USAGES["odd"])
    assert not till.stream("full").header("x-lobstack-cost-usd")


def test_unpriced_is_empty_never_zero(till, upstream):
    serve(upstream, USAGES["odd"])
    answer = till.chat("unpriced")
    assert answer.header("x-lobstack-cost-usd") == "" and answer.header("x-lobstack-savings") == ""
    receipt = Receipt(till.receipt(answer.header("x-request-id")))
    assert (receipt.priced, receipt.cost, receipt.savings) == (False, None, None)


def test_usage_on_the_finish_chunk_is_counted(caller):
    answer = caller.stream("m-usage-in-last")
    receipt = Receipt(caller.receipt(answer.header("x-request-id")))
    assert receipt.cost == money.cost(configs.PRICE, answers.USAGE)


@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "stream"])
def test_missing_usage_is_estimated_and_says_so(caller, streaming):
    answer = caller.chat("m-no-usage", stream=streaming)
    receipt = Receipt(caller.receipt(answer.header("x-request-id")))
    assert receipt.cost > 0
    assert receipt.estimated is True


@pytest.mark.parametrize("bad", [{"prompt_tokens": -5, "completion_tokens": -1, "total_tokens": -6}, {"prompt_tokens": 10**30, "completion_tokens": 1, "total_tokens": 1}, {"prompt_tokens": "many"}, [], "x", {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6, "prompt_tokens_details": {"cached_tokens": 50}}])
def test_nonsense_usage_does_no_harm(till, upstream, bad):
    """Never negative, never a failure; the answer still reaches the client."""
    serve(upstream, bad)
    for streaming in (False, True):
        answer = till.chat("plain", stream=streaming)
        assert answer.status == 200 and answer.complete
        receipt = Receipt(till.receipt(answer.header("x-request-id")))
        assert receipt.cost is None or receipt.cost >= 0


ABSURD = [2_000_000_000, 3 * 10**12, 2**53 + 1, 2**63 + 5, 10**30, -1, 2.5, "12", None]


@pytest.mark.parametrize("absurd", ABSURD, ids=str)
@pytest.mark.parametrize("half", ["prompt_tokens", "completion_tokens"])
def test_a_half_that_cannot_be_is_estimated_and_the_other_believed(till, upstream, half, absurd):
    told, bucket, other = {
        "prompt_tokens": ("completion_tokens", "output", "input"),
        "completion_tokens": ("prompt_tokens", "input", "output"),
    }[half]
    serve(upstream, {half: absurd, told: 77})
    for streaming in (False, True):
        extra = {"stream_options": {"include_usage": True}} if streaming else {}
        answer = till.chat("plain", stream=streaming, **extra)
        assert answer.status == 200 and answer.complete
        receipt = Receipt(till.receipt(answer.header("x-request-id")))
        assert receipt.estimated is True and receipt.priced is True
        assert receipt.tokens[bucket] == 77
        assert 0 < receipt.tokens[other] < 100
        assert 0 < receipt.cost < 1


def test_what_is_told_in_other_words_is_what_is_billed(till, upstream):
    serve(upstream, {"prompt_tokens": 2**63 + 5, "completion_tokens": 77, "total_tokens": 2**63 + 82})
    body = {"model": "plain", "max_tokens": 50, "messages": [{"role": "user", "content": "hi"}]}
    answer = till.post("/v1/messages", body)
    tokens = Receipt(till.receipt(answer.header("x-request-id"))).tokens
    assert answer.json["usage"]["input_tokens"] == tokens["input"] > 0
    assert answer.json["usage"]["output_tokens"] == tokens["output"] == 77
    answer = till.post("/v1/responses", {"model": "plain", "input": "hi"})
    tokens = Receipt(till.receipt(answer.header("x-request-id"))).tokens
    usage = answer.json["usage"]
    assert (usage["input_tokens"], usage["output_tokens"]) == (tokens["input"], 77)
    assert usage["total_tokens"] == tokens["input"] + 77


# -- savings -------------------------------------------------------------------


def family(upstream, low, high, **extra):
    """One standard model, one flagship, the standard one served under `auto`."""
    config = configs.ladder(upstream)
    config["models"] = [
        configs.model("low", configs.target("up", "m-cached"), tier="standard", price=low),
        configs.model("high", configs.target("up", "m-cached"), tier="flagship", price=high),
        configs.model("higher", configs.target("up", "m-cached"), tier="flagship", price={"input": "900", "output": "900"}),
    ]
    # any score falls to standard or below
    config["routing"] = {"thresholds": {"small": 97, "standard": 98, "premium": 99, "flagship": 100}}
    return {**config, **extra}


CACHED = answers.usage(1001, 333, cached=700, cache_write=100)


@pytest.mark.parametrize(
    "low, high",
    [
        ({"input": "1", "output": "4"}, {"input": "10", "output": "40", "cache_read": "1"}),
        ({"input": "3", "output": "9", "cache_read": "0.3"}, {"input": "3", "output": "9", "cache_read": "0.3"}),
        ({"input": "7.77", "output": "8.88"}, {"input": "1.11", "output": "2.22"}),
    ],
    ids=["positive", "zero", "negative"],
)
def test_savings_against_the_ceilings_tier(start, upstream, low, high):
    """The baseline of `auto` is the cheapest eligible model of the ceiling's tier; never clamped."""
    caller = start(family(upstream, low, high))
    answer = caller.chat("auto", "thanks!")
    assert answer.header("x-lobstack-model") == "low"
    assert money.parse(answer.header("x-lobstack-cost-usd")) == money.cost(low, CACHED)
    assert money.parse(answer.header("x-lobstack-savings")) == money.savings(high, low, CACHED)
    receipt = Receipt(caller.receipt(answer.header("x-request-id")))
    assert (receipt.baseline, receipt.baseline_reason) == ("high", "plan_ceiling")
    assert receipt.savings == receipt.baseline_cost - receipt.cost == money.savings(high, low, CACHED)


def test_the_baseline_follows_the_ceiling(start, upstream):
    low, high = {"input": "1", "output": "4"}, {"input": "10", "output": "40"}
    answer = start(family(upstream, low, high)).chat("auto", "thanks!", max_tier="standard")
    assert money.parse(answer.header("x-lobstack-savings")) == 0


def test_a_pin_names_itself_as_baseline(till, upstream):
    serve(upstream, USAGES["odd"])
    answer = till.chat("plain")
    receipt = Receipt(till.receipt(answer.header("x-request-id")))
    assert (receipt.baseline, receipt.baseline_reason, receipt.savings) == ("plain", "named", Decimal(0))


def test_free_is_priced_at_zero_when_declared(start, upstream):
    """Free is declared; the row is then priced, and zero."""
    config = configs.ladder(upstream)
    config["providers"]["gift"] = configs.provider(upstream, "gift", free=True)
    config["models"].append(configs.model("given", configs.target("gift", "m-echo"), price=None))
    caller = start(config)
    answer = caller.chat("given")
    assert money.parse(answer.header("x-lobstack-cost-usd")) == 0
    receipt = caller.receipt(answer.header("x-request-id"))
    assert receipt["priced"] is True and receipt["free"] is True


def test_cost_is_of_the_target_that_served(start, upstream):
    """Price may be set per target; a failed first target costs the client nothing."""
    config = configs.ladder(upstream)
    config["providers"]["bad"] = configs.provider(upstream, "bad")
    dear = {**configs.target("bad", "m-500"), "price": {"input": "100", "output": "100"}}
    fair = {**configs.target("alt", "m-echo"), "price": {"input": "2", "output": "3"}}
    config["models"].append(configs.model("two-prices", dear, fair))
    answer = start(config).chat("two-prices")
    assert answer.header("x-model-router-provider") == "alt"
    assert money.parse(answer.header("x-lobstack-cost-usd")) == money.cost({"input": "2", "output": "3"}, answers.USAGE)
