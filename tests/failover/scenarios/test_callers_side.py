"""Scenarios 12 to 14: the request itself is what cannot be answered."""

import pytest

from rig import verdict
from rig.stage import Stage, model
from support import sse

BOTH = pytest.mark.parametrize("stream", [False, True], ids=["buffered", "stream"])
BEGUN = [{"role": "user", "content": "Count."}, {"role": "assistant", "content": "One, two,"}]


@BOTH
def test_12_too_long_a_context(stream):
    """No window of the same size is tried; without a larger one the provider's own error comes."""
    with Stage(first="context", second="ok") as stage:
        answer = stage.ask(stream)
        error = verdict.refused(answer, 400)
        assert error["code"] == "context_length_exceeded"
        assert (stage.first.requests, stage.second.requests) == (1, 0)


@BOTH
def test_12_a_larger_window_may_answer(stream):
    models = [
        model("asked", "first", "same", context_window=8_000, max_output=1_000),
        model("larger", "larger", context_window=200_000),
    ]
    settings = {"models": [{**models[0], "fallbacks": ["larger"]}, models[1]]}
    with Stage(settings=settings, first="context", same="ok", larger="ok") as stage:
        answer = stage.ask(stream)
        assert stage.first.requests == 1 and stage.same.requests == 0
        if answer.status == 400:
            assert verdict.refused(answer, 400)["code"] == "context_length_exceeded"
        else:
            verdict.whole(answer, by="larger")
            assert answer.header("x-lobstack-model") == "larger"


@BOTH
def test_12_auto_looks_for_a_larger_window(stream):
    models = [
        model("narrow", "first", context_window=8_000, max_output=1_000, price={"input": "0.01", "output": "0.02"}),
        model("wide", "larger", context_window=200_000),
    ]
    with Stage(models=models, first="context", larger="ok") as stage:
        answer = stage.ask(stream, model="auto", prefer="cheap")
        verdict.whole(answer, by="larger")
        assert answer.header("x-lobstack-model") == "wide"
        assert (stage.first.requests, stage.larger.requests) == (1, 1)


@BOTH
def test_13_the_content_filter(stream):
    """A refusal by policy is the answer: nobody else is asked to say it after all."""
    with Stage(first="filter", second="ok") as stage:
        answer = stage.ask(stream)
        error = verdict.refused(answer, 400)
        assert error["code"] == "content_filter" or "filter" in str(error) or "policy" in str(error)
        assert (stage.first.requests, stage.second.requests) == (1, 0)


@BOTH
def test_13_an_answer_that_was_filtered(stream):
    with Stage(first="filtered", second="ok") as stage:
        answer = stage.ask(stream)
        assert answer.status == 200 and answer.complete
        if stream:
            assert sse.finishes(sse.chunks(answer.body)) == ["content_filter"]
        else:
            assert answer.json["choices"][0]["finish_reason"] == "content_filter"
        assert stage.second.requests == 0


@BOTH
def test_14_a_fallback_that_rejects_a_prefill(stream):
    """The conversation ends with the assistant's words. The fallback's refusal is told as it is,
    or yet another target answers; nothing is made up, and nobody is asked over and over."""
    with Stage(first="503", second="no-prefill", third="ok") as stage:
        answer = stage.ask(stream, content=BEGUN)
        if answer.status == 200:
            verdict.whole(answer, by="third")
        else:
            verdict.refused(answer, 400)
        assert len(stage.receipt(answer)["attempts"]) == stage.requests() <= 3
        assert stage.second.requests <= 1


@BOTH
def test_14_no_prefill_of_our_own(stream):
    """What the first target was asked is what the fallback is asked: it ends with the user's words."""
    with Stage(first="role-reset", second="no-prefill") as stage:
        verdict.whole(stage.ask(stream), by="second")
