"""A client that goes away takes its request with it: the upstream is let go within a tenth of a second."""

import asyncio
import socket
import statistics
import time

import pytest

from support import answers, configs, http1
from support.gateway import marker

WITHIN = 0.1
TIMES = 5
PATHS = ["/v1/chat/completions", "/v1/messages", "/v1/responses"]


async def silent(x):
    """No head."""
    await x.hang()


async def head_only(x):
    await x.start_stream()
    await x.hang()


async def role_only(x):
    """Something that does not count as the first word."""
    await x.start_stream()
    await x.event(answers.chunk(x.model, {"role": "assistant", "content": ""}))
    await x.hang()


async def half_a_body(x):
    await x.head(200, {"content-type": "application/json", "content-length": "4096"})
    await x.wire(b'{"id":"chatcmpl-1","choices":[')
    await x.hang()


async def one_word(x):
    """A word, and then nothing: nothing is written that could fail."""
    await x.start_stream()
    await x.event(answers.chunk(x.model, {"role": "assistant", "content": "word"}))
    await x.hang()


async def many_words(x):
    await x.start_stream()
    while True:
        await x.event(answers.chunk(x.model, {"content": "word "}))
        await asyncio.sleep(0.02)


BEFORE = {"silent": (silent, True), "head": (head_only, True), "role": (role_only, True)}
BEFORE |= {"buffered": (silent, False), "half-a-body": (half_a_body, False)}
AFTER = {"one-word": one_word, "many-words": many_words}


@pytest.fixture(scope="module")
def scripted(upstream, tmp_path_factory):
    from support.gateway import Caller, Gateway

    handlers = {**{name: handler for name, (handler, _) in BEFORE.items()}, **AFTER}
    for name, handler in handlers.items():
        upstream.on(f"gone-{name}", handler)
    config = {
        "store": {"url": "memory:"},
        "providers": {"up": configs.provider(upstream, "up"), "alt": configs.provider(upstream, "alt")},
        "models": [
            configs.model(f"gone-{name}", configs.target("up", f"gone-{name}"), configs.target("alt", "m-echo"))
            for name in handlers
        ],
        "keys": configs.keys(),
        "failover": {"breaker": {"consecutive": 1, "min_samples": 0}},
    }
    gateway = Gateway(tmp_path_factory.mktemp("gone"), config, configs.ENV)
    yield Caller(gateway, configs.KEY)
    gateway.stop()


def sent(line, caller, path, model, mark, stream):
    told = {"input": mark} if path == "/v1/responses" else {"messages": [{"role": "user", "content": mark}]}
    body = {"model": model, "stream": stream, **told}
    if path == "/v1/messages":
        body["max_tokens"] = 99
    line.send(http1.encode("POST", path, {"authorization": f"Bearer {caller.key}"}, body))


def leave(line, how):
    if how == "reset":
        line._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    line.close()
    return time.monotonic()


def check(upstream, delays, mark, left):
    (exchange,) = upstream.wait(mark, lambda all: all[0].gone_at, timeout=3)
    delays.append(exchange.gone_at - left)
    time.sleep(0.05)
    assert len(upstream.seen(mark)) == 1, "nobody else is asked for a client that is gone"


@pytest.mark.parametrize("how", ["close", "reset"])
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", BEFORE)
def test_before_the_first_word(scripted, upstream, name, path, how):
    delays = []
    for _ in range(TIMES):
        mark, line = marker(), scripted.gateway.connection()
        sent(line, scripted, path, f"gone-{name}", mark, BEFORE[name][1])
        upstream.wait(mark)
        time.sleep(0.02)
        check(upstream, delays, mark, leave(line, how))
    assert statistics.median(delays) < WITHIN and max(delays) < 2.5 * WITHIN, delays


@pytest.mark.parametrize("how", ["close", "reset"])
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", AFTER)
def test_in_mid_answer(scripted, upstream, name, path, how):
    delays = []
    for _ in range(TIMES):
        mark, line = marker(), scripted.gateway.connection()
        sent(line, scripted, path, f"gone-{name}", mark, True)
        answer = line.head()
        assert answer.status == 200
        next(line.body(answer))
        check(upstream, delays, mark, leave(line, how))
        kept = scripted.receipt(answer.header("x-request-id"))
        assert (kept["outcome"], kept["usage_estimated"]) == ("cancelled", True)
        assert [attempt["provider"] for attempt in kept["attempts"]] == ["up"]
    assert statistics.median(delays) < WITHIN and max(delays) < 2.5 * WITHIN, delays


def test_nobody_is_blamed(scripted):
    """Breakers here open at the first failure, and none of the above was one."""
    for entry in scripted.get("/v1/targets").json["data"]:
        assert entry["ready"] and entry["in_flight"] == 0 and entry["waiting"] == 0, entry
        assert entry["target_breaker"]["failures"] == 0, entry
