"""A scripted OpenAI-compatible provider over real sockets.

It owns its HTTP/1.1 framing so that it can misbehave on any byte. What it answers
is chosen by the `model` of the request; every request is kept for the tests.
"""

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import Awaitable, Callable

Handler = Callable[["Exchange"], Awaitable[None]]


class Gone(Exception):
    """The gateway closed the connection while an answer was under way."""


class Exchange:
    """One request as received, and the means to answer it, well or badly."""

    def __init__(self, method, target, headers, raw, writer):
        self.method = method
        self.target = target
        self.headers = headers
        self.raw = raw
        self.received_at = time.monotonic()
        self.gone_at = None
        self.finished = threading.Event()
        self._payload = bytearray()
        self.slice = None  # write the body in pieces of this many bytes
        self.keep_alive = True
        self._writer = writer
        self._gone = asyncio.Event()
        self._chunked = False

    def __repr__(self):
        return f"<{self.method} {self.target} model={self.model}>"

    @property
    def json(self):
        return json.loads(self.raw) if self.raw else None

    @property
    def payload(self) -> bytes:
        """The body as sent, without the chunk framing."""
        return bytes(self._payload)

    @property
    def model(self):
        try:
            return self.json["model"]
        except (ValueError, TypeError, KeyError):
            return None

    @property
    def streaming(self):
        return self.json.get("stream") is True

    @property
    def usage_asked(self):
        return bool((self.json.get("stream_options") or {}).get("include_usage"))

    def header(self, name):
        values = [v for k, v in self.headers if k == name]
        return values[0] if values else None

    # -- answering ---------------------------------------------------------

    async def head(self, status, headers):
        lines = [f"HTTP/1.1 {status} Scripted"] + [f"{k}: {v}" for k, v in headers.items()]
        await self.wire(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    async def json_answer(self, status, value, headers=None):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        await self.head(
            status,
            {"content-type": "application/json", "content-length": len(body), **(headers or {})},
        )
        self._payload += body
        await self.wire(body)

    async def start_stream(self, headers=None):
        self._chunked = True
        base = {"content-type": "text/event-stream", "transfer-encoding": "chunked"}
        await self.head(200, {**base, **(headers or {})})

    async def data(self, payload):
        """Body bytes of a stream, in one chunk or in slices."""
        self._payload += payload
        step = self.slice or max(len(payload), 1)
        for at in range(0, len(payload), step):
            piece = payload[at : at + step]
            await self.wire(b"%x\r\n%s\r\n" % (len(piece), piece))

    async def event(self, value, newline=b"\n"):
        text = value if isinstance(value, bytes) else json.dumps(value).encode()
        await self.data(b"data: " + text + newline * 2)

    async def end_stream(self):
        await self.wire(b"0\r\n\r\n")

    async def wire(self, data):
        if self._gone.is_set():
            raise Gone
        self._writer.write(data)
        try:
            await self._writer.drain()
        except ConnectionError as lost:
            self.mark_gone()
            raise Gone from lost

    async def cut(self):
        """Closes the connection where it stands (FIN)."""
        self.keep_alive = False

    async def reset(self):
        """Ends the connection with a TCP reset, after what was sent has left."""
        await asyncio.sleep(0.02)
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()
        self.keep_alive = False

    async def hang(self):
        """Says nothing more until the gateway hangs up."""
        await self._gone.wait()
        raise Gone

    async def sleep(self, seconds):
        """A pause that ends at once when the gateway hangs up."""
        try:
            await asyncio.wait_for(self._gone.wait(), seconds)
        except TimeoutError:
            return
        raise Gone

    def mark_gone(self):
        if not self._gone.is_set():
            self.gone_at = time.monotonic()
            self._gone.set()


class Upstream:
    """The server, on its own thread and event loop."""

    def __init__(self, handlers: dict[str, Handler], models: list[str] | None = None):
        self._handlers = dict(handlers)
        self._exchanges: list[Exchange] = []
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._tasks = set()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(5)
        self.port = self._server.sockets[0].getsockname()[1]
        self.connections = 0

    async def _listen(self):
        return await asyncio.start_server(self._connection, "127.0.0.1", 0, limit=1 << 26)

    def stop(self):
        async def close():
            self._server.close()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def url(self, prefix=""):
        """The base URL; a prefix lets one server play many providers."""
        return f"http://127.0.0.1:{self.port}{'/' + prefix if prefix else ''}/v1"

    def on(self, model: str, handler: Handler):
        self._handlers[model] = handler

    def seen(self, marker: str) -> list[Exchange]:
        """The requests whose body holds the marker, in order of arrival."""
        with self._changed:
            return [x for x in self._exchanges if marker.encode() in x.raw]

    def wait(self, marker: str, condition=bool, timeout=5.0) -> list[Exchange]:
        """Waits until the condition holds for the requests with this marker."""
        deadline = time.monotonic() + timeout
        while True:
            found = self.seen(marker)
            if condition(found):
                return found
            if time.monotonic() > deadline:
                raise AssertionError(f"not seen upstream within {timeout} s: {found}")
            time.sleep(0.005)

    async def _connection(self, reader, writer):
        task = asyncio.current_task()
        self._tasks.add(task)
        self.connections += 1
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _one(self, reader, writer) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, target, _ = head.split("\r\n")[0].split(" ")
        headers = [
            (name.lower(), value.strip())
            for name, value in (line.split(":", 1) for line in head.split("\r\n")[1:] if line)
        ]
        raw = await _body(reader, dict(headers))
        exchange = Exchange(method, target, headers, raw, writer)
        with self._changed:
            self._exchanges.append(exchange)
        return await self._answer(exchange, reader)

    async def _answer(self, exchange, reader) -> bool:
        watch = asyncio.ensure_future(_watch(reader, exchange))
        try:
            await self._handler(exchange)(exchange)
        except Gone:
            exchange.keep_alive = False
        finally:
            watch.cancel()
            exchange.finished.set()
        return exchange.keep_alive and not exchange._gone.is_set()

    async def _tell_seen(self, exchange):
        """`GET /seen/MARK` tells a test in another language what arrived."""
        found = self.seen(exchange.target.removeprefix("/seen/"))
        rows = [{"body": x.json, "gone": x.gone_at is not None} for x in found]
        await exchange.json_answer(200, rows)

    def _handler(self, exchange) -> Handler:
        if exchange.target.startswith("/seen/"):
            return self._tell_seen
        if exchange.method != "POST" or not exchange.target.endswith(("/chat/completions", "/embeddings", "/v2/embed")):
            return _not_found
        return self._handlers.get(exchange.model, _not_found)


async def _not_found(exchange):
    await exchange.json_answer(
        404, {"error": {"message": f"no script for {exchange!r}", "type": "t", "param": None, "code": None}}
    )


async def _watch(reader, exchange):
    """Notices the end of the connection while an answer is under way.

    It peeks by waiting for the reader's state, so that a pipelined request would
    not be lost.
    """
    while not reader.at_eof() and reader.exception() is None:
        await asyncio.sleep(0.002)
    exchange.mark_gone()


async def _body(reader, headers) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        parts = []
        while True:
            size = int((await reader.readline()).split(b";")[0], 16)
            parts.append((await reader.readexactly(size + 2))[:-2])
            if size == 0:
                return b"".join(parts)
    return await reader.readexactly(int(headers.get("content-length", 0)))
