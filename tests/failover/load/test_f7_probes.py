"""F7: what may go wrong with the request that finds out whether a target is well again."""

import threading
import time

import pytest

from rig import verdict
from rig.report import tell
from rig.stage import Stage
from rig.together import together

OPENING = "503*5"  # failures that open the breaker
EVERY = 0.1  # seconds between two requests
SHORTEST, FIRST, SECOND = 2.5, 5, 10  # seconds: the first opening lasts half to all of the second, the next the third
SILENT = 10  # seconds to a first event while another target is left
LEASE = 30  # seconds that a probe may take


def opened(stage):
    """Asks until the first target is left alone."""
    for _ in range(5):
        verdict.whole(stage.ask(stream=True), by="second")
    assert stage.first.requests == 5
    return time.monotonic()


def back(stage, within):
    """Seconds until the first target serves again; no request fails meanwhile."""
    started = time.monotonic()
    while True:
        answer = stage.ask(stream=True)
        verdict.whole(answer)
        if verdict.provider(answer) == "first":
            return time.monotonic() - started
        assert time.monotonic() < started + within, "it does not come back"
        time.sleep(EVERY)


@together
def test_f7_a_probe_that_never_answers():
    """It holds the permit for its time only; its client is answered from elsewhere."""
    with Stage(first=f"{OPENING},hang,ok", second="ok") as stage:
        opened(stage)
        seconds = back(stage, within=FIRST + SILENT + SECOND + 5)
        tell(f"F7 a wedged probe: back after {seconds:.1f} s")
        assert seconds > SILENT, "the probe was the request that hung"
        assert stage.first.requests == 7, "five failures, the wedged probe, and one that went well"


@together
def test_f7_a_buffered_probe_that_never_answers():
    """It has no early sign of life; when its lease is over its client is answered from elsewhere."""
    with Stage(first=f"{OPENING},hang,ok", second="ok") as stage:
        opened(stage)
        time.sleep(FIRST)
        answer = stage.ask(timeout=LEASE + 10)
        verdict.whole(answer, by="second")
        assert verdict.attempts(answer) == 2, "it was the probe"
        assert answer.seconds < LEASE + 2


@together
def test_f7_one_probe_at_a_time():
    """While it is out, everybody else is sent elsewhere at once."""
    with Stage(first=f"{OPENING},latency:4,ok", second="ok") as stage:
        opened(stage)
        threads = []
        until = time.monotonic() + FIRST + 3
        while time.monotonic() < until:
            threads.append(threading.Thread(target=stage.ask, kwargs={"stream": True}))
            threads[-1].start()
            time.sleep(EVERY)
            if stage.first.requests > 5:
                break
        at = time.monotonic()
        while time.monotonic() < at + 3:
            answer = stage.ask(stream=True)
            verdict.whole(answer, by="second")
            assert answer.seconds < 1
            time.sleep(EVERY)
        assert stage.first.requests == 6
        for thread in threads:
            thread.join()


@together
def test_f7_a_late_success_is_no_probe():
    """Sent before the breaker opened, answered after: it says nothing about now."""
    # short enough that it is not sent elsewhere when the target turns out to be down
    with Stage(first=f"latency:0.8,{OPENING},ok", second="ok") as stage:
        answers = []
        late = threading.Thread(target=lambda: answers.append(stage.ask(stream=True)))
        late.start()
        while stage.first.requests == 0:
            time.sleep(0.01)
        for _ in range(5):
            verdict.whole(stage.ask(stream=True), by="second")
        at = time.monotonic()
        late.join()
        verdict.whole(answers[0], by="first")
        assert time.monotonic() < at + SHORTEST, "the test is too slow to say anything"
        while time.monotonic() < at + SHORTEST - 0.3:
            verdict.whole(stage.ask(stream=True), by="second")
            time.sleep(EVERY)
        assert stage.first.requests == 6, "still open"
        back(stage, within=FIRST + 2)


@together
def test_f7_a_probe_that_is_told_to_wait():
    """429 is no success: the target is left alone for as long as it says, and not much longer."""
    with Stage(first=f"{OPENING},429:retry-after=4,ok", second="ok") as stage:
        opened(stage)
        # the probe is one of these requests, and the answer to it is 429
        while stage.first.requests == 5:
            verdict.whole(stage.ask(stream=True), by="second")
            time.sleep(EVERY)
        told = time.monotonic()
        seconds = back(stage, within=SECOND + 2)
        tell(f"F7 429 on the probe, 4 s: back after {seconds:.1f} s")
        assert time.monotonic() - told > 3.5
        assert stage.first.requests == 7
