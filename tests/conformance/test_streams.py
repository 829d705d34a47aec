"""What a client sees of a stream: every byte when it goes well, the truth when it breaks."""

import json
import re
import time

import pytest

from support import behaviours, schema, sse
from support.gateway import marker

GOOD = [n for n in behaviours.GOOD if n not in ("m-endless", "m-structured", "m-logprobs", "m-slow", "m-after-done", "m-no-done")]
ASK = {"stream_options": {"include_usage": True}}


def sent_to(upstream, mark) -> bytes:
    (exchange,) = upstream.seen(mark)
    return exchange.payload


@pytest.mark.parametrize("name", GOOD)
def test_bytes_are_those_of_the_upstream_less_the_usage_chunk(caller, upstream, name):
    mark = marker()
    answer = caller.stream(name, mark)
    assert answer.complete
    assert answer.body == sse.without_usage_chunk(sent_to(upstream, mark))


@pytest.mark.parametrize("name", GOOD)
def test_asked_usage_gains_the_cost_and_nothing_else_changes(caller, upstream, name):
    mark = marker()
    answer = caller.stream(name, mark, **ASK)
    sent = sent_to(upstream, mark)
    cost = rb',"cost_usd":(?:"[0-9.]+"|null)(?=})'
    assert re.sub(cost, b"", answer.body) == sent
    told = [chunk["usage"] for chunk in sse.chunks(answer.body) if chunk.get("usage")]
    assert all("cost_usd" in usage for usage in told), "the cost goes with the tokens, wherever these are told"
    assert len(re.findall(cost, answer.body)) == len(told)


def test_usage_is_always_asked_of_the_upstream(caller, upstream):
    for options in ({}, {"stream_options": {"include_usage": False}}, {"stream_options": None}):
        mark = marker()
        answer = caller.stream("m-echo", mark, **options)
        (exchange,) = upstream.seen(mark)
        assert exchange.json["stream_options"]["include_usage"] is True
        assert not any(c.get("usage") for c in sse.chunks(answer.body))


def test_other_stream_options_survive(caller, upstream):
    mark = marker()
    caller.stream("m-echo", mark, stream_options={"include_obfuscation": False})
    (exchange,) = upstream.seen(mark)
    assert exchange.json["stream_options"] == {"include_obfuscation": False, "include_usage": True}


def test_usage_is_not_asked_of_a_buffered_upstream(caller, upstream):
    mark = marker()
    caller.chat("m-echo", mark)
    (exchange,) = upstream.seen(mark)
    assert "stream_options" not in exchange.json


def test_words_arrive_one_by_one(caller):
    """Nothing is held back: the first word is there long before the last is sent."""
    with caller.gateway.connection() as line:
        started = time.monotonic()
        line.send(encode_stream(caller, "m-slow"))
        answer = line.head()
        for _ in line.body(answer):
            pass
    first, last = answer.arrivals[0][0], answer.arrivals[-1][0]
    assert last - first > 0.4
    assert first - started < 0.2
    assert len(answer.arrivals) >= 10


def encode_stream(caller, model):
    from support import http1

    body = {"model": model, "stream": True, "messages": [{"role": "user", "content": "hi"}]}
    return http1.encode("POST", "/v1/chat/completions", {"authorization": f"Bearer {caller.key}"}, body)


def test_nothing_follows_done(caller):
    answer = caller.stream("m-after-done")
    assert answer.complete
    assert answer.body.endswith(b"data: [DONE]\n\n") and b"LATE" not in answer.body


def test_a_missing_done_after_a_finish_is_a_complete_stream(caller):
    answer = caller.stream("m-no-done")
    assert answer.complete
    parsed = sse.chunks(answer.body)
    assert sse.finishes(parsed) == ["stop"] and not sse.errors(parsed)


@pytest.mark.parametrize("asked", [False, True], ids=["plain", "usage-asked"])
@pytest.mark.parametrize("name", behaviours.BROKEN_STREAM)
def test_a_stream_that_breaks_says_so(caller, upstream, name, asked):
    """An honest error event, no made-up finish, no `[DONE]`, a body cut short, no second attempt."""
    mark = marker()
    answer = caller.stream(name, mark, **(ASK if asked else {}))
    assert answer.status == 200
    assert sse.DONE not in sse.events(answer.body)
    events = [json.loads(data) for data in sse.events(answer.body) if loads(data)]
    assert sse.text(events[:-1]).startswith("".join(behaviours.WORDS[:1]))
    assert sse.finishes(events) == []
    assert len(sse.errors(events)) == 1
    error = events[-1]["error"]
    schema.check("Error", error)
    assert error["code"] and error["type"] and error["message"]
    assert error["partial"] is True
    assert error["request_id"] == answer.header("x-request-id")
    assert not answer.complete, "the framing must say too that the body was cut"
    assert len(upstream.seen(mark)) == 1


def loads(data):
    try:
        return isinstance(json.loads(data), dict)
    except ValueError:
        raise AssertionError(f"not JSON, would break a client: {data!r}") from None


@pytest.mark.parametrize("name", behaviours.BROKEN_STREAM)
def test_all_content_before_the_break_arrives(caller, name):
    events = sse.chunks(caller.stream(name).body)
    assert sse.text(events[:-1]) == "".join(behaviours.WORDS)


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 64, 1000])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"], ids=["lf", "crlf", "cr"])
def test_any_splitting_gives_the_same(caller, upstream, piece, newline):
    async def sliced(x):
        x.slice = piece
        await behaviours.speak(x, behaviours.WORDS, newline=newline)

    upstream.on("scripted", sliced)
    for options in ({}, ASK):
        mark = marker()
        answer = caller.stream("scripted", mark, **options)
        assert answer.complete
        kept = sse.without_usage_chunk(sent_to(upstream, mark))
        assert sse.without_usage_chunk(answer.body) == kept
        assert sum(map(sse.is_usage_only, sse.chunks(answer.body))) == bool(options)


def test_one_large_event(caller, upstream):
    """A tool call's arguments can be long."""

    async def large(x):
        await behaviours.speak(x, ["a" * 300_000, "b"])

    upstream.on("scripted", large)
    answer = caller.stream("scripted")
    assert answer.complete and sse.text(sse.chunks(answer.body)) == "a" * 300_000 + "b"


def test_a_slow_reader_holds_the_upstream_back(caller, upstream):
    """Back-pressure: what the client does not read is not gathered in memory."""

    async def flood(x):
        from support import answers

        await x.start_stream()
        await x.event(answers.chunk(x.model, {"role": "assistant", "content": ""}))
        for _ in range(4000):
            await x.event(answers.chunk(x.model, {"content": "f" * 16_384}))
        await x.event(answers.chunk(x.model, {}, "stop"))
        await behaviours.end_well(x)

    upstream.on("scripted", flood)
    mark = marker()
    with caller.gateway.connection() as line:
        from support import http1

        body = {"model": "scripted", "stream": True, "messages": [{"role": "user", "content": mark}]}
        line.send(http1.encode("POST", "/v1/chat/completions", {"authorization": f"Bearer {caller.key}"}, body))
        head = line.head()
        next(line.body(head))
        time.sleep(1.0)
        (exchange,) = upstream.seen(mark)
        assert len(exchange.payload) < 40 << 20, "the upstream was read although the client was not reading"
    upstream.wait(mark, lambda all: all[0].gone_at, timeout=3)


def test_client_leaves_before_the_first_word(caller, upstream):
    mark = marker()
    with caller.gateway.connection() as line:
        from support import http1

        body = {"model": "m-hang-head", "stream": True, "messages": [{"role": "user", "content": mark}]}
        line.send(http1.encode("POST", "/v1/chat/completions", {"authorization": f"Bearer {caller.key}"}, body))
        upstream.wait(mark)
        left = time.monotonic()
    (exchange,) = upstream.wait(mark, lambda all: all[0].gone_at, timeout=3)
    assert exchange.gone_at - left < 0.25
