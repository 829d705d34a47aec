"""Scenario 15: a provider that is down, well, and down again."""

import time

import pytest

from rig import verdict
from rig.report import tell
from rig.stage import Stage
from rig.together import together


@pytest.mark.parametrize("fault", ["503", "reset"])
@pytest.mark.parametrize("stream", [False, True], ids=["buffered", "stream"])
@together
def test_15_back_within_30_seconds(fault, stream):
    """Down for 12 s; no request fails, and 30 s after the recovery at the latest it serves again."""
    down = 12
    with Stage(first=f"flap:down={down}:up=999:as={fault}", second="ok") as stage:
        well = time.monotonic() + down
        served_by_first = 0
        while served_by_first < 10:
            answer = stage.ask(stream)
            verdict.whole(answer)
            served_by_first += verdict.provider(answer) == "first"
            assert time.monotonic() < well + 30, "it was not asked again"
            time.sleep(0.1)
        tell(f"15 down {down} s as {fault}: back after {time.monotonic() - well:.1f} s")


@together
def test_15_up_and_down():
    """Three seconds each: the clients notice nothing, and the sick target is mostly left alone."""
    with Stage(first="flap:down=3:up=3:as=503", second="ok") as stage:
        until, asked = time.monotonic() + 20, 0
        while time.monotonic() < until:
            verdict.whole(stage.ask(stream=asked % 2 == 1))
            asked += 1
            time.sleep(0.05)
        twice = stage.requests() - asked
        tell(f"15 flapping: {asked} requests, {twice} asked twice, {stage.first.requests} at the first target")
        assert twice <= 30


@together
def test_15_refusing_connections():
    """Nobody listens for 8 s."""
    with Stage(first="ok", second="ok") as stage:
        verdict.whole(stage.ask())
        stage.first.refuse(8)
        well = time.monotonic() + 8
        served_by_first = 0
        while served_by_first < 5:
            answer = stage.ask()
            verdict.whole(answer)
            served_by_first += time.monotonic() > well and verdict.provider(answer) == "first"
            assert time.monotonic() < well + 30, "it was not asked again"
            time.sleep(0.1)
