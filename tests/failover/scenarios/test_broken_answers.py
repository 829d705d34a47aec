"""Scenarios 8, 10 and 11: streams that were begun and do not end as they should."""

import time

import pytest

from rig import verdict
from rig.stage import Stage
from rig.together import together
from support import answers, configs, sse
from support.gateway import Caller, marker
from support.receipt import Receipt
from support.upstream import Upstream

CUTS = ["cut-at:40", "reset-at:40", "end-at:40", "error-at:40", "half-event-at:40"]


@pytest.mark.parametrize("fault", CUTS)
def test_08_a_stream_is_cut(fault):
    """40 of 60 tokens came: they are passed on, and no end is made up."""
    with Stage(first=f"{fault}:words=60", second="ok") as stage:
        answer = stage.ask(stream=True)
        verdict.broken(answer, words=40)
        assert stage.second.requests == 0, "what was said cannot be unsaid"
        kept = Receipt(stage.receipt(answer))
        assert kept.outcome == "interrupted" and kept.estimated
        assert kept.tokens["output"] > 0 and kept.cost > 0


@pytest.mark.parametrize("dialect", ["anthropic", "gemini", "bedrock", "cohere", "ollama-native"])
def test_08_a_stream_of_another_dialect_is_cut(dialect):
    with Stage(dialects={"first": dialect}, first="cut-at:40:words=60", second="ok") as stage:
        verdict.broken(stage.ask(stream=True), words=40)
        assert stage.second.requests == 0


@pytest.mark.parametrize("fault", ["short", "cut-chunked", "cut-clean"])
def test_08_a_buffered_answer_is_cut(fault):
    """Nothing has been passed on yet, so another target answers."""
    with Stage(first=f"{fault}:words=60", second="ok") as stage:
        verdict.whole(stage.ask(), by="second")


@pytest.mark.parametrize("fault", ["garbage-at:5", "utf8-at:5"])
def test_10_a_malformed_chunk(fault):
    """Never passed on: every event that a client gets can be read."""
    with Stage(first=fault, second="ok") as stage:
        answer = stage.ask(stream=True)
        for event in sse.chunks(answer.body):
            assert isinstance(event, dict)
        verdict.broken(answer, words=5)


@pytest.mark.parametrize("fault", ["garbage-at:0", "utf8-at:0"])
@pytest.mark.parametrize("stream", [False, True], ids=["buffered", "stream"])
def test_10_malformed_from_the_start(fault, stream):
    """Before the first word another target can answer."""
    with Stage(first=fault, second="ok") as stage:
        verdict.whole(stage.ask(stream), by="second")


def test_11_no_done():
    """The finish was said, so it is the end; the counts are kept."""
    with Stage(first="no-done", second="ok") as stage:
        answer = stage.ask(stream=True, stream_options={"include_usage": True})
        verdict.whole(answer, by="first", done=False)
        assert answer.seconds <= 8
        assert [x["usage"]["completion_tokens"] for x in sse.chunks(answer.body) if x.get("usage")] == [12]
        kept = Receipt(stage.receipt(answer))
        assert kept.outcome == "complete" and not kept.estimated
        assert (kept.tokens["input"], kept.tokens["output"]) == (20, 12)


@pytest.mark.parametrize("dialect, end_ms", [("openai", 1000), ("anthropic", 1000), ("anthropic", 7000)])
@together
def test_11_the_end_of_a_stream_that_hangs_is_waited_for_as_long_as_the_settings_say(dialect, end_ms):
    """Its last events are there all the same."""
    settings = {"failover": {"timeouts": {"after_finish_ms": end_ms}}}
    with Stage(first="finish-hang", dialects={"first": dialect}, settings=settings) as stage:
        answer = stage.ask(stream=True, stream_options={"include_usage": True})
        verdict.whole(answer, by="first", done=dialect != "openai")
        assert 0.7 * end_ms <= 1000 * answer.seconds <= end_ms + 700
        told = [x for x in sse.chunks(answer.body) if x.get("usage")]
        assert dialect == "openai" or len(told) == 1


@together
def test_11_no_done_and_no_end():
    """The connection stays open after the counts: the client does not wait with it."""

    async def lingering(x):
        await x.start_stream()
        for chunk in answers.text_chunks(x.model, ["all ", "said"], True):
            await x.event(chunk)
        await x.event(answers.usage_chunk(x.model, answers.usage(20, 2)))
        await x.hang()

    server = Upstream({"lingering": lingering})
    try:
        models = [configs.model("asked", configs.target("open", "lingering"))]
        settings = {"providers": {"open": configs.provider(server, "open")}}
        with Stage(models=models, settings=settings) as stage:
            mark, started = marker(), time.monotonic()
            answer = Caller(stage.gateway, configs.KEY).stream("asked", mark)
            assert time.monotonic() - started <= 8
            parsed = sse.chunks(answer.body)
            assert answer.complete
            assert sse.text(parsed) == "all said" and sse.finishes(parsed) == ["stop"]
            assert not sse.errors(parsed)
            kept = Receipt(stage.receipt(answer))
            assert kept.outcome == "complete" and not kept.estimated
            assert (kept.tokens["input"], kept.tokens["output"]) == (20, 2)
            server.wait(mark, lambda seen: seen[0].gone_at)
    finally:
        server.stop()
