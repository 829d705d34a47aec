"""F5: every target is down. The upstreams are spared, and clients are told at once."""

import asyncio
import time

from drive import Load, percentile
from rig.report import tell
from rig.size import pick
from rig.stage import Stage
from rig.together import together_few

RATE = pick(200, 500)
SECONDS = pick(7, 60)
SAVED_UP = 100  # the cap of the retry budget
FAST = 0.25  # seconds; the figure of the design is 20 ms, on a machine of its own


@together_few
def test_f5_everything_is_down():
    with Stage(first="503", second="503", log="warn", keep=0) as stage:
        asyncio.run(storm(stage))


async def storm(stage):
    started = time.monotonic()
    async with Load(stage, RATE) as load:
        await asyncio.sleep(SECONDS)
    attempts, sent = stage.requests(), load.sent
    shut = load.since(started + 1)
    p50, p99 = (percentile([one.seconds for one in shut], share) for share in (0.5, 0.99))
    tell(
        f"F5 all down, {SECONDS} s at {RATE} rps: {sent} requests, {attempts} attempts at 2 targets; "
        f"fail-fast p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms"
    )
    assert all(one.status in (502, 503) for one in load.outcomes), {one.status for one in load.outcomes}
    assert attempts <= 1.2 * sent + 2 * SECONDS + SAVED_UP, "what the budget allows at most"
    # the breakers spare them far more: five results each, what is under way, then a request a second
    assert attempts <= 2 * (5 + 60) + 3 * 2 * SECONDS
    # one a second is let through, and its failure is told as what it is
    told = [one for one in shut if one.status == 503 and one.retry_after]
    assert len(told) >= len(shut) - 2 * SECONDS
    assert all(1 <= int(one.retry_after) <= 31 for one in told)
    assert p99 <= FAST
