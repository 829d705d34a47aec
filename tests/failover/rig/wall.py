"""The wall as a process: a provider that misbehaves as it is told, and keeps account of what it saw."""

import json
import os
import pathlib
import signal
import subprocess

from support.gateway import ROOT
from support.http1 import Connection

BINARY = pathlib.Path(os.environ.get("TIERGATE_WALL", ROOT / "target/release/tiergate-wall"))
PROMPT = 20  # tokens that the wall tells for every prompt
SEED = 1
WORDS = 12
POOL = (
    "amber basalt cedar dünes ember fjord granite harbor island jetty kelp lagoon meadow north orchard pebble "
    "quarry river summit tundra umber valley willow zenith"
).split()
MASK = (1 << 64) - 1


def text(count=WORDS, seed=SEED) -> str:
    """What the wall says: each word is one token."""
    return " ".join(POOL[_mix(seed + at) % len(POOL)] for at in range(count))


def _mix(seed):
    z = (seed + 0x9E3779B97F4A7C15) & MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


class Wall:
    """One process on a port of its own; orders go over a second port, which never misbehaves."""

    def __init__(self, faults="ok", keep=256):
        assert BINARY.exists(), f"no wall at {BINARY}; build it or set TIERGATE_WALL"
        self.process = subprocess.Popen(
            [BINARY, "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--print-port", "--keep", str(keep),
             "--faults", faults],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port, self.control = (int(self.process.stdout.readline()) for _ in range(2))
        self.url = f"http://127.0.0.1:{self.port}"
        self.keep = keep

    def order(self, method, what, body=None):
        with Connection(self.control) as line:
            answer = line.request(method, f"/_wall/{what}", body=body)
        assert answer.status == 200, answer.body
        return answer.json

    def play(self, faults):
        """New orders from now on; sequences begin anew."""
        self.order("POST", "script", json.dumps({"default": faults, "keep": self.keep}).encode())

    def refuse(self, seconds):
        """Nobody listens for so long; 0 ends it."""
        self.order("POST", f"refuse?seconds={seconds}")

    @property
    def tally(self) -> dict:
        return self.order("GET", "tally")

    @property
    def requests(self) -> int:
        """Requests that were read whole."""
        return self.tally["total"]["requests"]

    def times(self) -> list[float]:
        """When each request that is kept came, in seconds after the first."""
        at = [seen["at_ms"] / 1000 for seen in self.tally["requests"]]
        return [one - at[0] for one in at]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
