"""A plain HTTP/1.1 client that shows what was on the wire: trailers, framing, times."""

import json
import socket
import time


class Truncated(Exception):
    """The body ended before its framing said so."""


class Response:
    def __init__(self, status, headers):
        self.status = status
        self.headers = headers
        self.trailers = []
        self.body = b""
        self.complete = False
        self.arrivals = []  # (seconds since the epoch of the monotonic clock, bytes so far)

    def header(self, name, default=None):
        """The value; fails when the header stands there twice."""
        values = self.all(name)
        assert len(values) <= 1, f"{name} stands there {len(values)} times: {values}"
        return values[0] if values else default

    def all(self, name):
        return [value for key, value in self.headers if key == name.lower()]

    def trailer(self, name):
        return next((value for key, value in self.trailers if key == name.lower()), None)

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json["error"]


class Connection:
    """One connection; a request at a time unless the test wants otherwise."""

    def __init__(self, port, timeout=15.0):
        self._sock = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._sock.close()

    def send(self, data: bytes):
        self._sock.sendall(data)

    def half_close(self):
        self._sock.shutdown(socket.SHUT_WR)

    def request(self, method, target, headers=None, body=None):
        self.send(encode(method, target, headers, body))
        return self.response(method)

    def response(self, method="GET") -> Response:
        """Head and body; a truncated body leaves `complete` false."""
        response = self.head()
        try:
            for _ in self.body(response, method):
                pass
        except (Truncated, ConnectionError):
            pass
        return response

    def head(self) -> Response:
        while True:
            raw = self._until(b"\r\n\r\n").decode("latin-1")
            first, *lines = raw.split("\r\n")
            status = int(first.split(" ")[1])
            headers = [(k.lower(), v.strip()) for k, v in (x.split(":", 1) for x in lines if x)]
            if status >= 200:
                return Response(status, headers)

    def body(self, response, method="GET"):
        """Yields the body's bytes as they arrive."""
        if method == "HEAD" or response.status in (204, 304):
            response.complete = True
            return
        for piece in self.pieces(response):
            response.body += piece
            response.arrivals.append((time.monotonic(), len(response.body)))
            yield piece
        response.complete = True

    def pieces(self, response):
        """The body's bytes as they arrive, kept by nobody."""
        if (response.header("transfer-encoding") or "").lower() == "chunked":
            yield from self._chunks(response)
        elif response.header("content-length") is not None:
            left = int(response.header("content-length"))
            while left:
                piece = self._some(left)
                left -= len(piece)
                yield piece
        else:
            while data := (self._buffer or self._sock.recv(65536)):
                self._buffer = b""
                yield data

    def _chunks(self, response):
        while size := int(self._until(b"\r\n").split(b";")[0], 16):
            left = size
            while left:
                piece = self._some(left)
                left -= len(piece)
                yield piece
            assert self._exactly(2) == b"\r\n"
        while line := self._until(b"\r\n")[:-2].decode("latin-1"):
            name, value = line.split(":", 1)
            response.trailers.append((name.lower(), value.strip()))

    def closed(self, within: float) -> bool:
        """Whether the far side closes within this many seconds; reads away what it says."""
        self._sock.settimeout(within)
        deadline = time.monotonic() + within
        try:
            while time.monotonic() < deadline:
                if not self._sock.recv(65536):
                    return True
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        return False

    def _fill(self):
        data = self._sock.recv(65536)
        if not data:
            raise Truncated(f"{len(self._buffer)} bytes were left over")
        self._buffer += data

    def _until(self, mark):
        while mark not in self._buffer:
            self._fill()
        taken, self._buffer = self._buffer.split(mark, 1)
        return taken + mark

    def _exactly(self, count):
        while len(self._buffer) < count:
            self._fill()
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _some(self, most):
        if not self._buffer:
            self._fill()
        taken, self._buffer = self._buffer[:most], self._buffer[most:]
        return taken


def encode(method, target, headers=None, body=None) -> bytes:
    """A request as bytes; `host` and `content-length` are added unless given."""
    body = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    given = {"host": "gateway.test", **(headers or {})}
    if body is not None and "transfer-encoding" not in given:
        given.setdefault("content-length", len(body))
        given.setdefault("content-type", "application/json")
    lines = [f"{method} {target} HTTP/1.1"] + [f"{k}: {v}" for k, v in given.items() if v is not None]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8") + (body or b"")
