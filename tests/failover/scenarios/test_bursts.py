"""Many requests at the same moment, before anything is known of who is asked."""

import concurrent.futures

import pytest

from rig import verdict
from rig.stage import Stage, model


def at_once(stage, many, **wish):
    """The answers to so many requests that are made at the same time."""
    with concurrent.futures.ThreadPoolExecutor(many) as threads:
        return [asked.result() for asked in [threads.submit(stage.ask, **wish) for _ in range(many)]]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("fault", ["401", "402", "quota", "500", "reset"])
def test_nobody_sees_the_first_failures(fault, stream):
    """What is shut by the first of them, its key, its address or itself, is left by all the others at no cost."""
    with Stage(first=fault, second="ok") as stage:
        for answer in at_once(stage, 60, stream=stream):
            verdict.whole(answer, by="second")


@pytest.mark.parametrize("stream", [False, True])
def test_no_client_is_held_for_longer_than_a_rest_may_be(stream):
    """All targets ask for three seconds: who comes later waits for two at most, then knows."""
    with Stage(first="429:retry-after=3", second="429:retry-after=3") as stage:
        answers = [answer for _ in range(3) for answer in at_once(stage, 20, stream=stream)]
        assert {answer.status for answer in answers} <= {429, 503}
        assert max(answer.seconds for answer in answers) <= 3.2
        assert all(answer.header("retry-after") for answer in answers if answer.status == 429)


@pytest.mark.parametrize("stream", [False, True])
def test_a_fallback_that_rejects_the_request_is_not_the_last_word(stream):
    """The first choice failed once by itself, so it is asked once more."""
    with Stage(first="500,ok", second="400") as stage:
        answer = stage.ask(stream=stream)
        verdict.whole(answer, by="first")
        assert answer.header("x-tiergate-attempts") == "3"


@pytest.mark.parametrize("stream", [False, True])
def test_a_fallback_that_rejects_the_request_is_not_what_the_client_is_told(stream):
    with Stage(first="500", second="400") as stage:
        answer = stage.ask(stream=stream)
        assert (answer.status, answer.json["error"]["code"]) == (502, "upstream_error")
        assert answer.json["error"]["retryable"] is True


def test_who_names_a_provider_means_that_one():
    models = [{**model("asked", "first"), "fallbacks": ["other"]}, model("other", "second")]
    with Stage(models=models, first="500", second="ok") as stage:
        verdict.whole(stage.ask(), by="second")
        assert stage.ask(model="first/asked").status == 502
