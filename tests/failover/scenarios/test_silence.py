"""Scenarios 6, 7 and 9: the provider says nothing, or not yet."""

import pytest

from rig import verdict
from rig.size import LONG
from rig.stage import Stage, model
from rig.together import together


@pytest.mark.parametrize("fault", ["hang", "hang-accept", "hang-head", "role-hang", "pings"])
@together
def test_06_silence_with_an_alternative(fault):
    """The silent target is left after its time, and not asked again; comments are no answer."""
    with Stage(first=fault, second="ok") as stage:
        answer = stage.ask(stream=True)
        verdict.whole(answer, by="second")
        assert answer.seconds < 15
        assert stage.first.tally["connections"] == 1 and stage.second.requests == 1


@pytest.mark.parametrize("fault", ["hang", "role-hang", "hang-head"])
@together
def test_06_silence_of_a_quick_model(fault):
    """Nobody else to ask: an honest end after the time that small models get."""
    with Stage(models=[model("asked", "first", tier="nano")], first=fault) as stage:
        answer = stage.ask(stream=True)
        verdict.refused(answer, 504, 502)
        assert answer.seconds < 40
        assert stage.first.requests == 1, "a silent target is not asked again"


@together
def test_06_silence_ends_when_the_client_says():
    with Stage(first="hang", second="hang") as stage:
        for stream in (False, True):
            answer = stage.ask(stream, headers={"x-tiergate-timeout-ms": "5000"})
            verdict.refused(answer, 504)
            assert answer.seconds < 6.5
        assert stage.first.requests <= 2 and stage.second.requests <= 2, "once for each request"


@pytest.mark.skipif(not LONG, reason="takes more than a minute: scripts/long-tests failover")
@pytest.mark.parametrize("walls", [["first"], ["first", "second"]], ids=["single", "alternate"])
@together
def test_06_silence_in_full(walls):
    """No client waits longer than 100 s for a stream that does not begin."""
    with Stage(**dict.fromkeys(walls, "hang")) as stage:
        answer = stage.ask(stream=True, timeout=105)
        verdict.refused(answer, 504, 502, 503)
        for wall in stage.walls.values():
            assert wall.requests <= 1, "a silent target is not asked again"
        assert answer.seconds <= 100


@pytest.mark.skipif(not LONG, reason="takes more than a minute: scripts/long-tests failover")
@together
def test_06_silence_of_a_buffered_answer():
    """It has no early sign of life, so it gets its share of the request's time, and then another target answers."""
    with Stage(first="hang", second="ok") as stage:
        answer = stage.ask(timeout=250)
        verdict.whole(answer, by="second")
        assert stage.first.requests == 1, "a silent target is not asked again"
        assert answer.seconds < 205


@pytest.mark.parametrize("fault", ["slow-first:20", "latency:20"])
@together
def test_07_a_first_token_that_comes_late(fault):
    """After 20 s it would come; after 15 s at the latest another target has answered."""
    with Stage(first=fault, second="ok") as stage:
        answer = stage.ask(stream=True)
        verdict.whole(answer, by="second")
        assert answer.seconds <= 15
        (seen,) = stage.first.tally["requests"]
        assert seen["ended"] == "left" and seen["ms"] < 15_000, "the late one is cancelled"


@together
def test_07_alone_it_is_waited_for():
    with Stage(first="slow-first:20") as stage:
        answer = stage.ask(stream=True)
        verdict.whole(answer, by="first")
        assert 19 < answer.seconds < 25 and stage.first.requests == 1


@together
def test_09_silence_in_the_middle():
    """30 s are borne; what came before arrived when it came, and what comes after is passed on."""
    with Stage(first="stall:at=20:for=30:words=40", second="ok") as stage:
        answer = stage.ask(stream=True)
        verdict.whole(answer, words=40, by="first")
        assert 29 < answer.seconds < 45
        begun = answer.arrivals[0][0]
        early = sum(at - begun < 5 for at, _ in answer.arrivals)
        assert early >= 1 and answer.arrivals[-1][0] - begun > 25, "words are not held back"
        assert stage.second.requests == 0


@pytest.mark.skipif(not LONG, reason="takes more than a minute: scripts/long-tests failover")
@pytest.mark.parametrize("fault, longest", [("hang-at:20:words=40", 75), ("pings-at:20:words=40", 135)])
@together
def test_09_a_silence_without_end(fault, longest):
    """The break is told after a minute, or two while pings come."""
    with Stage(first=fault, second="ok") as stage:
        answer = stage.ask(stream=True, timeout=200)
        verdict.broken(answer, words=20)
        assert answer.seconds < longest
        assert stage.second.requests == 0
