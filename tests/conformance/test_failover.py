"""Faults before the first word: another candidate answers, within three attempts."""

import time

import pytest

from support import behaviours, configs, schema, sse
from support.gateway import marker

STREAMING = pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "stream"])
ONLY_STREAM = {"m-role-reset", "m-role-error", "m-error-first"}


def attempts(answer):
    return int(answer.header("x-tiergate-attempts"))


@STREAMING
@pytest.mark.parametrize("name", [*behaviours.FAILOVER, "refused"])
def test_another_target_answers(caller, upstream, name, streaming):
    mark = marker()
    answer = caller.chat(f"fo-{name}", mark, stream=streaming)
    assert answer.status == 200, answer.body
    assert answer.complete
    if streaming:
        parsed = sse.chunks(answer.body)
        assert sse.text(parsed) == mark and not sse.errors(parsed)
        assert sse.events(answer.body)[-1] == sse.DONE
    else:
        schema.check_chat(answer.json)
        assert answer.json["choices"][0]["message"]["content"] == mark
    tried = [x.target.split("/")[1] for x in upstream.seen(mark)]
    assert tried[-1] == "alt" and tried.count("alt") == 1
    assert len(tried) <= 3 and tried.count(f"q-{name}") <= 2
    if name != "refused":
        assert attempts(answer) == len(tried) >= 2
    assert answer.header("x-model-router-provider") == "alt"
    assert answer.header("x-lobstack-model") == f"fo-{name}"


@STREAMING
@pytest.mark.parametrize("name", ["m-401", "m-402", "m-403", "m-404", "m-429", "m-200-error", "m-200-html"])
def test_what_cannot_help_is_not_tried_twice(caller, upstream, name, streaming):
    mark = marker()
    caller.chat(f"fo-{name}", mark, stream=streaming)
    assert [x.model for x in upstream.seen(mark)] == [name, "m-echo"]


def test_each_target_gets_its_own_key(caller, upstream):
    mark = marker()
    caller.chat("fo-m-500", mark)
    for exchange in upstream.seen(mark):
        expected = configs.ALT_KEY if exchange.target.startswith("/alt/") else configs.UP_KEY
        assert exchange.header("authorization") == f"Bearer {expected}"


@STREAMING
@pytest.mark.parametrize("name", behaviours.STOP)
def test_the_callers_own_faults_are_not_tried_again(caller, upstream, name, streaming):
    mark = marker()
    answer = caller.chat(f"fo-{name}", mark, stream=streaming)
    schema.check_error(answer, behaviours.STOP[name][0])
    assert [x.model for x in upstream.seen(mark)] == [name]


@STREAMING
@pytest.mark.parametrize("name", [*behaviours.FAILOVER, "refused"])
def test_without_an_alternative_the_error_is_honest(caller, upstream, name, streaming):
    mark = marker()
    answer = caller.chat(name, mark, stream=streaming)
    expected = {"m-429": (429,), "m-429-bare": (429,), "m-404": (404, 502), "m-504": (502, 504)}
    assert answer.status in expected.get(name, (502,)), f"{answer.status} {answer.body[:300]!r}"
    error = schema.check_error(answer, answer.status)
    assert error["type"] != "invalid_request_error" or answer.status == 404
    tried = upstream.seen(mark)
    assert len(tried) <= 2, "at most one retry on the same target"
    if name == "m-429":
        assert 6 <= float(answer.header("retry-after")) <= 8
    assert configs.UP_KEY not in str(answer.headers) + answer.body.decode()


def test_provider_and_its_status_are_named(caller):
    error = schema.check_error(caller.chat("m-500"), 502)
    assert "p-m-500" in str(error) and "500" in str(error)
    assert "retryable" in error


@STREAMING
@pytest.mark.parametrize("name", behaviours.HANGS)
def test_a_deadline_ends_the_wait(caller, upstream, name, streaming):
    """The client's own limit gives 504, and the upstream is let go."""
    mark = marker()
    started = time.monotonic()
    answer = caller.chat(name, mark, headers={"x-tiergate-timeout-ms": "400"}, stream=streaming)
    schema.check_error(answer, 504)
    assert 0.3 < time.monotonic() - started < 2
    (exchange, *_) = upstream.wait(mark, lambda all: all and all[0].gone_at, timeout=2)
    assert exchange.gone_at


def test_no_more_than_three_attempts(start, upstream):
    """Five bad targets, and still three attempts at most."""
    names = ["m-500", "m-502", "m-429", "m-503", "m-529"]
    config = configs.ladder(upstream)
    config["providers"] |= {f"t{at}": configs.provider(upstream, f"t{at}") for at in range(5)}
    targets = [configs.target(f"t{at}", name) for at, name in enumerate(names)]
    config["models"] = [configs.model("doomed", *targets)]
    mark = marker()
    caller = start(config)
    answer = caller.chat("doomed", mark)
    assert answer.status in (429, 502)
    tried = [x.target for x in upstream.seen(mark)]
    assert 2 <= len(tried) <= 3
    assert len(tried) - len(set(tried)) <= 1, "at most one retry of the same target"
    kept = caller.receipt(answer.header("x-request-id"))
    assert len(kept["attempts"]) == len(tried)


def test_auto_falls_over_to_another_model_of_the_tier(start, upstream):
    config = configs.ladder(upstream)
    config["providers"]["bad"] = configs.provider(upstream, "bad")
    config["models"] = [
        configs.model("cheap-bad", configs.target("bad", "m-500"), price={"input": "0.1", "output": "0.2"}),
        configs.model("dear-good", configs.target("up", "m-echo"), price={"input": "1", "output": "2"}),
    ]
    answer = start(config).chat("auto", "hello", prefer="cheap")
    assert answer.status == 200, answer.body
    assert answer.header("x-lobstack-model") == "dear-good"
    assert attempts(answer) >= 2


def test_a_failure_never_escapes_above_the_ceiling(start, upstream):
    config = configs.ladder(upstream)
    config["providers"]["bad"] = configs.provider(upstream, "bad")
    config["models"] = [
        configs.model("low-bad", configs.target("bad", "m-500"), tier="nano"),
        configs.model("high-good", configs.target("up", "m-echo"), tier="flagship"),
    ]
    mark = marker()
    answer = start(config).chat("auto", mark, max_tier="small")
    schema.check_error(answer, 502)
    assert {x.model for x in upstream.seen(mark)} == {"m-500"}


def test_a_pin_is_not_answered_by_another_model(start, upstream):
    config = configs.ladder(upstream)
    config["providers"]["bad"] = configs.provider(upstream, "bad")
    config["models"].append(configs.model("pinned", configs.target("bad", "m-500")))
    mark = marker()
    answer = start(config).chat("pinned", mark)
    schema.check_error(answer, 502)
    assert {x.model for x in upstream.seen(mark)} == {"m-500"}


def test_a_redirect_is_not_followed(caller, upstream):
    async def redirect(x):
        await x.head(307, {"location": upstream.url("alt") + "/chat/completions", "content-length": 0})

    upstream.on("scripted", redirect)
    mark = marker()
    answer = caller.chat("scripted", mark)
    schema.check_error(answer, 502)
    assert {x.target for x in upstream.seen(mark)} == {"/up/v1/chat/completions"}
