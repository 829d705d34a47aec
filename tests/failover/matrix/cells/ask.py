"""Asks every cell once, many at a time, over sockets of its own."""

import concurrent.futures
import dataclasses
import json
import shlex
import socket
import time

from support.http1 import Connection, Truncated, encode

from . import table
from .fronts import FRONTS
from .ground import KEY, Cell, Ground

AT_ONCE = 32
# These move many bytes: few at a time, so that the clocks of the others stay true.
HEAVY = ("huge", "huge:8", "long-line", "gzip-bomb")
# Beyond its clock an answer may take so long, on a machine that has other things to do.
SLACK = 4.0


@dataclasses.dataclass
class Seen:
    """What came, and when it was over."""

    seconds: float = 0.0
    status: int | None = None
    headers: list = dataclasses.field(default_factory=list)
    trailers: list = dataclasses.field(default_factory=list)
    body: bytes = b""
    complete: bool = False
    trouble: str | None = None
    receipt: dict | None = None

    def header(self, name):
        return next((value for key, value in self.headers if key == name), None)


def limit(cell: Cell) -> float:
    """Seconds after which it hangs."""
    clocks = [table.CLOCKS[x.clock] * x.tries[-1] for x in cell.expected if x.clock]
    return max(clocks, default=0.0) + SLACK


def ask(ground: Ground, cell: Cell) -> Seen:
    front, seen, started = FRONTS[cell.front], Seen(), time.monotonic()
    head = {"authorization": f"Bearer {KEY}", "te": "trailers"}
    deadline = started + limit(cell) + 1
    pieces = []
    try:
        with Connection(ground.gateways[cell.lane].port, timeout=limit(cell) + 1) as line:
            line.send(encode("POST", front.path, head, front.body(cell.model, cell.streaming)))
            answer = line.head()
            seen.status, seen.headers, seen.trailers = answer.status, answer.headers, answer.trailers
            for piece in line.pieces(answer):
                pieces.append(piece)
                if time.monotonic() > deadline:
                    raise TimeoutError("it goes on and on")
            seen.complete = True
    except TimeoutError as fault:
        seen.trouble = f"no end within {limit(cell) + 1:.1f} s: {fault}"
    except (Truncated, ConnectionError, socket.error) as fault:
        if seen.status is None:
            seen.trouble = f"no answer: {fault!r}"
    except (AssertionError, ValueError, IndexError) as fault:
        seen.trouble = f"no HTTP: {fault!r}"
    seen.body, seen.seconds = b"".join(pieces), time.monotonic() - started
    return seen


def ask_all(ground: Ground, cells: list[Cell]) -> dict[Cell, Seen]:
    """The longest first, so that the end is not a wait for one."""
    cells = sorted(cells, key=limit, reverse=True)
    light = [cell for cell in cells if cell.fault not in HEAVY]
    heavy = [cell for cell in cells if cell.fault in HEAVY]
    seen = {}
    for group, width in ((light, AT_ONCE), (heavy, 2)):
        with concurrent.futures.ThreadPoolExecutor(width) as pool:
            seen |= zip(group, pool.map(lambda cell: ask(ground, cell), group))
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        receipts = pool.map(lambda cell: receipt_of(ground, cell, seen[cell]), seen)
        for each, receipt in zip(seen.values(), receipts):
            each.receipt = receipt
    return seen


def receipt_of(ground: Ground, cell: Cell, seen: Seen) -> dict | None:
    """What the gateway has noted of the request."""
    answer = ground.gateways[cell.lane].call("GET", f"/v1/receipts/{seen.header('x-request-id')}", KEY)
    return answer.json if answer.status == 200 else None


def going_on(tally: dict) -> list[str]:
    """Models with answers that the wall still gives."""
    over = ("finished", "left", "broken")
    return [name for name, of in tally["models"].items() if of["requests"] > sum(of[end] for end in over)]


def curl(cell: Cell) -> str:
    """The request by hand, at the gateway that `python -m cells` has started."""
    body = json.dumps(FRONTS[cell.front].body(cell.model, cell.streaming))
    return f"curl -iN $URL{FRONTS[cell.front].path} -H 'authorization: Bearer {KEY}' -d {shlex.quote(body)}"
