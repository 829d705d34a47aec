"""F6: requests that are themselves at fault open no breaker."""

import asyncio
import math

from drive import Load
from rig.report import tell
from rig.size import pick
from rig.stage import Stage
from rig.together import together_few

RATE = pick(200, 400)
REQUESTS = pick(1_200, 20_000)
FAULTS = ["400", "413", "422", "filter", "context"]


@together_few
def test_f6_bad_requests_are_nobodys_failure():
    """Nine in ten are refused as the caller's own fault; the tenth is always answered, by the same target."""
    turns = ",".join(f"{fault}*9,ok:words=3" for fault in FAULTS)
    with Stage(first=f"{turns},again", second="ok:words=3", log="warn", keep=0) as stage:
        load = asyncio.run(run(stage))
        good = [one for one in load.outcomes if one.status == 200]
        elsewhere = stage.second.requests
        tell(f"F6 {len(load.outcomes)} requests, {len(good)} good ones among bad: {elsewhere} went elsewhere")
        assert {one.status for one in load.outcomes} <= {200, 400, 413, 422}
        assert math.isclose(len(good), load.sent / 10, rel_tol=0.05)
        assert all(one.provider == "first" and one.attempts == 1 for one in good)
        assert stage.first.requests == load.sent and elsewhere == 0


@together_few
def test_f6_only_bad_requests():
    """Not one good answer between them, and still the next good request is answered there."""
    with Stage(first=f"{','.join(FAULTS)},again", second="ok", log="warn", keep=0) as stage:
        load = asyncio.run(run(stage))
        assert not any(one.good for one in load.outcomes)
        stage.first.play("ok")
        answer = stage.ask()
        assert answer.status == 200 and answer.header("x-model-router-provider") == "first"
        assert stage.second.requests == 0


async def run(stage):
    async with Load(stage, RATE) as load:
        await asyncio.sleep(REQUESTS / RATE)
    return load
