"""Faults before the first word: another candidate answers, within three attempts."""

import email.utils
import time

import pytest

from support import answers, behaviours, configs, schema, sse
from support.gateway import dumps, marker

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
    expected |= dict.fromkeys(["m-503", "m-503-later", "m-529"], (503,))
    expected |= dict.fromkeys(["m-error-first", "m-role-error"], (503,) if streaming else (502,))
    assert answer.status in expected.get(name, (502,)), f"{answer.status} {answer.body[:300]!r}"
    error = schema.check_error(answer, answer.status)
    assert error["type"] != "invalid_request_error" or answer.status == 404
    tried = upstream.seen(mark)
    assert len(tried) <= 2, "at most one retry on the same target"
    if name == "m-429":
        assert 6 <= float(answer.header("retry-after")) <= 8
    assert configs.UP_KEY not in str(answer.headers) + answer.body.decode()


@STREAMING
@pytest.mark.parametrize("name, told", [("m-503", 503), ("m-529", 529)])
def test_an_overloaded_provider_is_told_as_such(caller, name, told, streaming):
    """As each dialect's clients know it, so that they wait and try again; the receipt has what the client got."""
    answer = caller.chat(name, stream=streaming)
    error = schema.check_error(answer, 503, code="upstream_overloaded", type="api_error")
    assert (error["class"], error["retryable"], error["provider_status"]) == ("provider", True, told)
    assert error["provider"] == f"p-{name}" and answer.header("x-should-retry") is None
    assert caller.receipt(answer.header("x-request-id"))["status"] == 503
    words = {"model": name, "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}], "stream": streaming}
    answer = caller.post("/v1/messages", words)
    assert answer.status == 529 and answer.json["error"]["type"] == "overloaded_error", answer.body
    error = answer.json["error"]
    assert (error["class"], error["retryable"], error["provider_status"]) == ("provider", True, told)
    assert error["provider"] == f"p-{name}" and answer.header("x-should-retry") is None
    assert caller.receipt(answer.header("x-request-id"))["status"] == 529


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
    assert answer.status in (429, 502, 503)
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


def date_in(seconds):
    return email.utils.formatdate(time.time() + seconds, usegmt=True)


@pytest.mark.parametrize(
    "headers, least, most",
    [
        ({"retry-after": "3"}, 3, 3),
        ({"retry-after": "2.5"}, 2, 3),
        ({"retry-after-ms": "1500"}, 1, 2),
        ({"retry-after": lambda: date_in(20)}, 17, 21),
        ({"retry-after": lambda: date_in(-100)}, 0, 1),
        ({"retry-after": "9000000000"}, 1, 330),
        ({"retry-after": "soon"}, None, None),
        ({"retry-after": "-5"}, None, None),
        ({}, None, None),
    ],
    ids=["seconds", "fraction", "ms", "date", "past", "huge", "junk", "negative", "none"],
)
def test_how_long_to_wait(caller, upstream, headers, least, most):
    """Providers write it in many ways; clients get whole seconds, or nothing."""
    made = {name: value() if callable(value) else value for name, value in headers.items()}
    upstream.on("scripted", behaviours.status(429, answers.error("slow down"), made))
    answer = caller.chat("scripted")
    schema.check_error(answer, 429)
    told = answer.header("retry-after")
    if least is None:
        assert told is None or 0 <= int(told) <= 300
    else:
        assert least <= int(told or 0) <= most


def test_a_connection_that_went_stale_costs_nothing(caller, upstream):
    """Providers close idle connections at any moment; the next request must not fail for it."""

    async def close_after(x):
        await behaviours.speak(x, ["fine"])
        await x.cut()

    upstream.on("scripted", close_after)
    for _ in range(20):
        assert caller.chat("scripted").status == 200
        assert caller.stream("scripted").complete


def test_connections_are_reused(caller, upstream):
    caller.chat("m-echo")
    before = upstream.connections
    for _ in range(20):
        assert caller.chat("m-echo").status == 200
        assert caller.stream("m-echo").complete
    assert upstream.connections - before <= 2


def test_an_answer_that_ends_with_its_connection(caller, upstream):
    """No length and no chunks: HTTP/1.0 servers frame a body by closing."""

    async def until_close(x):
        x.keep_alive = False
        kind = "text/event-stream" if x.streaming else "application/json"
        await x.head(200, {"content-type": kind, "connection": "close"})
        if not x.streaming:
            return await x.wire(dumps(answers.completion(x.model, answers.message("whole"))))
        for chunk in answers.text_chunks(x.model, ["who", "le"], x.usage_asked):
            await x.wire(b"data: " + dumps(chunk) + b"\n\n")
        await x.wire(b"data: [DONE]\n\n")

    upstream.on("scripted", until_close)
    assert caller.chat("scripted").json["choices"][0]["message"]["content"] == "whole"
    answer = caller.stream("scripted")
    assert answer.complete and sse.text(sse.chunks(answer.body)) == "whole"


def test_json_in_answer_to_a_stream_request(caller, upstream):
    """A host that cannot stream answers whole: never passed on as if it were a stream."""

    async def whole(x):
        await x.json_answer(200, answers.completion(x.model, answers.message("whole")))

    upstream.on("scripted", whole)
    answer = caller.stream("scripted")
    if answer.status == 200:
        parsed = sse.chunks(answer.body)
        assert sse.text(parsed) == "whole" and sse.finishes(parsed) == ["stop"]
    else:
        schema.check_error(answer, 502)


def test_a_large_answer(caller, upstream):
    async def large(x):
        await behaviours.speak(x, ["L" * 5_000_000])

    upstream.on("scripted", large)
    assert len(caller.chat("scripted").json["choices"][0]["message"]["content"]) == 5_000_000


@STREAMING
def test_an_endless_line_is_cut_off(caller, upstream, streaming):
    """A provider that never ends its event or its body cannot fill the memory."""

    async def flood(x):
        if not streaming:
            await x.head(200, {"content-type": "application/json", "transfer-encoding": "chunked"})
            await x.data(b'{"choices":[{"index":0,"message":{"content":"')
        else:
            await x.start_stream()
            await x.data(b"data: ")
        for _ in range(3000):
            await x.data(b"f" * 65_536)
        await x.cut()

    upstream.on("scripted", flood)
    mark = marker()
    answer = caller.chat("scripted", mark, stream=streaming)
    schema.check_error(answer, 502)
    (exchange, *_) = upstream.wait(mark, lambda all: all[0].gone_at, timeout=3)
    assert len(exchange.payload) < 100 << 20
