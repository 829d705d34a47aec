"""Scenarios 1 to 5: the provider says no, falls over or hangs up, and says so at once."""

import time

import pytest

from rig import verdict
from rig.stage import Stage
from rig.together import together

BOTH = pytest.mark.parametrize("stream", [False, True], ids=["buffered", "stream"])
AT_ONCE = 1.0  # seconds; a busy machine is slow


@BOTH
@together
def test_01_a_short_wait_is_waited(stream):
    """429 with `Retry-After: 2`, and nobody else to ask: the answer comes after the wait."""
    with Stage(first="429:retry-after=2,ok") as stage:
        answer = stage.ask(stream)
        verdict.whole(answer, by="first")
        assert 1.9 < answer.seconds < 4
        assert stage.first.requests == verdict.attempts(answer) == 2


@BOTH
def test_01_with_an_alternative_nobody_waits(stream):
    with Stage(first="429:retry-after=2,ok", second="ok") as stage:
        answer = stage.ask(stream)
        verdict.whole(answer, by="second")
        assert answer.seconds < AT_ONCE
        assert (stage.first.requests, stage.second.requests) == (1, 1)


@pytest.mark.parametrize("faults", ["429:retry-after=1", "429:retry-after=2", "429:retry-after=20", "429"])
@pytest.mark.parametrize("walls", [["first"], ["first", "second"]], ids=["single", "alternate"])
@together
def test_02_persistent_429_is_not_hammered(faults, walls):
    """Few attempts, and the client is told 429 and how long to wait."""
    with Stage(**dict.fromkeys(walls, faults)) as stage:
        answer = stage.ask()
        verdict.refused(answer, 429)
        least = int(faults.partition("=")[2] or 0)
        if least:
            # something may be waited for before; a jitter of a tenth is rounded up
            assert 1 <= int(answer.header("retry-after")) <= least * 1.1 + 1
        assert stage.requests() <= 6
        for wall in stage.walls.values():
            times = wall.times()
            assert all(sum(at <= time < at + 3 for time in times) <= 4 for at in times), times


def test_02_who_comes_while_it_cools_is_told_to_wait():
    """The next request finds nobody who may be asked: no attempt, and the time to wait."""
    with Stage(first="429:retry-after=20", second="429:retry-after=10") as stage:
        verdict.refused(stage.ask(), 429)
        before = stage.requests()
        # one a second may be let through, or nothing would be noticed to be well again
        answers = [stage.ask(stream=at % 2 == 1) for at in range(10)]
        for answer in answers:
            verdict.refused(answer, 429, 503)
            assert 1 <= int(answer.header("retry-after")) <= 12
            assert answer.seconds < AT_ONCE
        assert stage.requests() - before <= 2


@BOTH
def test_03_one_500(stream):
    """A single failure costs the client nothing: the same target once more, or another."""
    with Stage(first="500,ok") as stage:
        answer = stage.ask(stream)
        verdict.whole(answer, by="first")
        assert stage.first.requests == 2
    with Stage(first="500,ok", second="ok") as stage:
        answer = stage.ask(stream)
        verdict.whole(answer)
        assert verdict.attempts(answer) == stage.requests() == 2
        assert answer.seconds < AT_ONCE


@BOTH
def test_04_persistent_503(stream):
    """Alone: an honest error, soon, and no third request. With an alternative: nobody notices."""
    with Stage(first="503") as stage:
        answer = stage.ask(stream)
        verdict.refused(answer, 502, 503)
        assert answer.seconds < 5
        assert 1 <= stage.first.requests <= 2
    with Stage(first="503", second="ok") as stage:
        for _ in range(30):
            verdict.whole(stage.ask(stream), by="second")
        assert stage.second.requests == 30
        assert stage.first.requests <= 8, "after five failures it is left alone"


def test_04_nobody_is_left():
    """When every target is shut, the client is told at once, and when to come again."""
    with Stage(first="503", second="503") as stage:
        for _ in range(10):
            verdict.refused(stage.ask(), 502, 503)
        before, started = stage.requests(), time.monotonic()
        for _ in range(20):
            answer = stage.ask()
            error = verdict.refused(answer, 503, 502)
            if answer.status == 503:
                assert error["code"] == "all_unavailable"
                assert 1 <= int(answer.header("retry-after")) <= 30
                assert answer.seconds < AT_ONCE
        elapsed = time.monotonic() - started
        assert answer.status == 503
        assert stage.requests() - before <= 2 * (elapsed + 1), "one a second, and each at most two"


@BOTH
@pytest.mark.parametrize("fault", ["reset", "reset-head", "close"])
def test_05_a_connection_is_reset(fault, stream):
    with Stage(first=f"{fault},ok") as stage:
        verdict.whole(stage.ask(stream), by="first")
    with Stage(first=fault, second="ok") as stage:
        answer = stage.ask(stream)
        verdict.whole(answer, by="second")
        assert answer.seconds < AT_ONCE
    with Stage(first=fault) as stage:
        answer = stage.ask(stream)
        verdict.refused(answer, 502)
        assert answer.seconds < 5
        assert stage.first.requests <= 2
