"""Requests at a fixed rate, whatever becomes of those before, and a log of how each ended."""

import asyncio
import json
import time
from dataclasses import dataclass

from support import configs

LONGEST = 60.0  # seconds for one request
RESTED = 10.0  # seconds after which a connection is not used again; the gateway closes it after 30


@dataclass
class Outcome:
    """How one request ended, as its client saw it."""

    at: float  # when it was sent, on the monotonic clock
    seconds: float = LONGEST
    status: int = 0  # 0: no answer at all
    whole: bool = False  # all of the body, and of a stream its `[DONE]`
    provider: str = ""
    attempts: int = 0
    retry_after: str = ""
    fault: str = ""

    @property
    def good(self):
        return self.status == 200 and self.whole


class Load:
    """`async with Load(stage, rate) as load:` sends until the block ends, and waits for what is still out."""

    def __init__(self, stage, rate, stream=False, model="asked"):
        self.outcomes = []  # of the answers that have come, in order of their end
        self.sent = 0
        self._port, self._rate = stage.gateway.port, rate
        body = {"model": model, "messages": [{"role": "user", "content": "hello"}]}
        body |= {"stream": True} if stream else {}
        self._request = _encode(body)
        self._stream = stream
        self._idle, self._out = [], set()

    async def __aenter__(self):
        self._sending = asyncio.create_task(self._send())
        return self

    async def __aexit__(self, *_):
        self._sending.cancel()
        await asyncio.gather(*self._out)
        for _, writer, _ in self._idle:
            writer.close()

    def since(self, start, end=float("inf")):
        """The outcomes of what was sent in this span."""
        return [one for one in self.outcomes if start <= one.at < end]

    async def _send(self):
        started = time.monotonic()
        while True:
            await asyncio.sleep(max(0.0, started + self.sent / self._rate - time.monotonic()))
            self.sent += 1
            task = asyncio.create_task(self._one())
            self._out.add(task)
            task.add_done_callback(self._out.discard)

    async def _one(self):
        outcome = Outcome(time.monotonic())
        try:
            await asyncio.wait_for(self._ask(outcome), LONGEST)
        except (OSError, ValueError, EOFError, TimeoutError) as fault:
            outcome.fault = repr(fault)
        outcome.seconds = time.monotonic() - outcome.at
        self.outcomes.append(outcome)

    async def _ask(self, outcome):
        reader, writer = await self._line()
        try:
            writer.write(self._request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            outcome.status = int(head[0].split(" ")[1])
            headers = {k.lower(): v.strip() for k, v in (x.split(":", 1) for x in head[1:] if x)}
            outcome.provider = headers.get("x-model-router-provider", "")
            outcome.attempts = int(headers.get("x-tiergate-attempts", 0))
            outcome.retry_after = headers.get("retry-after", "")
            body = await _body(reader, headers)
        except BaseException:
            writer.close()
            raise
        outcome.whole = b"data: [DONE]" in body if self._stream and outcome.status == 200 else True
        if headers.get("connection") == "close":
            writer.close()
        else:
            self._idle.append((reader, writer, time.monotonic()))

    async def _line(self):
        while self._idle:
            reader, writer, since = self._idle.pop()
            if time.monotonic() - since < RESTED:
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self._port)


async def _body(reader, headers):
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers["content-length"]))
    body = b""
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass  # trailers
    return body


def _encode(body):
    raw = json.dumps(body).encode()
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nhost: gateway.test\r\ncontent-type: application/json\r\n"
        f"authorization: Bearer {configs.KEY}\r\ncontent-length: {len(raw)}\r\n\r\n"
    )
    return head.encode() + raw


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


async def orders(function, *args):
    """Orders to a wall block; the load goes on meanwhile."""
    return await asyncio.to_thread(function, *args)


async def requests(wall) -> int:
    return await asyncio.to_thread(lambda: wall.requests)
