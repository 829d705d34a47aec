"""F3: the first target fails under load. No client may notice; soon it is left alone, and soon it is back."""

import asyncio
import time

import pytest

from drive import Load, orders, percentile, requests
from rig.report import tell
from rig.size import LONG, pick
from rig.stage import Stage
from rig.together import together_few

RATE = 200
GOOD = "ok:words=3"
AMPLIFICATION = 1.2
OPENS_AFTER = 5  # results
IN_FLIGHT = 80  # what a busy machine has under way when it opens, and the probes; without a breaker 800 would come
BEFORE = 2  # seconds of good weather
# kind: (seconds of the outage, the longest way back: what the breaker may have reached, and a probe under way)
KINDS = {
    "5xx": (pick(4, 60), pick(11, 32)),
    "refused": (pick(4, 60), pick(11, 32)),
    "black hole": (pick(9, 60), pick(23, 42)),
}


@pytest.mark.parametrize("kind", KINDS)
@together_few
def test_f3_an_outage_of_the_first_target(kind):
    with Stage(first=GOOD, second=GOOD, log="warn", keep=0) as stage:
        asyncio.run(outage(stage, kind))


async def outage(stage, kind):
    lasting, back_within = KINDS[kind]
    first = stage.first
    async with Load(stage, RATE, stream=kind == "black hole") as load:
        await asyncio.sleep(BEFORE)
        assert all(one.provider == "first" for one in load.outcomes), "the first one is preferred"
        down = time.monotonic()
        before = await requests(first)
        if kind == "refused":
            await orders(first.refuse, lasting)
        else:
            await orders(first.play, "503" if kind == "5xx" else "hang")
        arrivals = await watch(first, down, lasting)
        well = time.monotonic()
        if kind != "refused":
            await orders(first.play, GOOD)
        while sum(one.provider == "first" for one in load.since(well)) < 20:
            assert time.monotonic() < well + back_within, "it does not come back"
            await asyncio.sleep(0.1)
        back = time.monotonic()
    during = load.since(down, back)
    failed = [one for one in load.outcomes if not one.good]
    extra = sum(one.attempts - 1 for one in during if one.good)
    seen = arrivals[-1][1] - before
    opened = left_alone(arrivals)
    tell(
        f"F3 {kind}, {lasting} s at {RATE} rps: {len(load.outcomes)} requests, {len(failed)} failed; the first target "
        f"left alone after {opened:.2f} s and {seen} requests; attempts per request {1 + extra / len(during):.3f}; "
        f"slowest {max(one.seconds for one in during):.2f} s, p50 {percentile([x.seconds for x in during], 0.5):.4f} s; "
        f"back {back - well:.1f} s after it was well"
    )
    assert not failed, f"{len(failed)} of {len(load.outcomes)}, such as {failed[:3]}"
    if kind == "black hole":
        assert opened <= 6.5
        # those that had been sent when the silence was noticed, once each; over a long outage that is less than a fifth
        assert extra <= 6.5 * RATE
        assert not LONG or extra <= (AMPLIFICATION - 1) * len(during)
    else:
        assert extra <= (AMPLIFICATION - 1) * len(during)
        assert extra <= OPENS_AFTER + IN_FLIGHT
        assert seen <= OPENS_AFTER + IN_FLIGHT
        assert opened <= 1.5


async def watch(wall, start, seconds):
    """How many requests had come, every quarter of a second."""
    arrivals = []
    while time.monotonic() < start + seconds:
        await asyncio.sleep(0.25)
        arrivals.append((time.monotonic() - start, await requests(wall)))
    return arrivals


def left_alone(arrivals) -> float:
    """The end of the last quarter of a second with more than a tenth of the load."""
    busy = [when for (_, before), (when, after) in zip(arrivals, arrivals[1:]) if after - before > RATE / 40]
    return max(busy, default=arrivals[0][0])
