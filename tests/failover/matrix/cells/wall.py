"""The misbehaving provider as a process, and addresses where nobody answers."""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[4]
BINARY = pathlib.Path(os.environ.get("TIERGATE_WALL", ROOT / "target/release/tiergate-wall"))
CERTIFICATES = ["self-signed", "expired", "wrong-name"]


class Wall:
    """One wall: a port where the model's name says the fault, one with each bad certificate, and what else is asked for."""

    def __init__(self, faults_of_ports: list[str]):
        listen = ["127.0.0.1:0", *(f"127.0.0.1:0={fault}" for fault in faults_of_ports)]
        orders = [part for address in listen for part in ("--listen", address)]
        orders += [part for certificate in CERTIFICATES for part in ("--tls", certificate)]
        arguments = [str(BINARY), *orders, "--control", "127.0.0.1:0", "--keep", "0", "--print-port"]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
        count = len(listen) + len(CERTIFICATES) + 1
        ports = [int(self.process.stdout.readline()) for _ in range(count)]
        self.port, *self.ports = ports[: len(listen)]
        self.tls = dict(zip(CERTIFICATES, ports[len(listen) :]))
        self.control = ports[-1]

    def order(self, name: str):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.control}/_wall/{name}", timeout=30) as answer:
            return answer.read().decode()

    def tally(self) -> dict:
        return json.loads(self.order("tally"))

    def faults(self) -> list[str]:
        """The names in the catalogue."""
        before, _, _ = self.order("faults").partition("Parameters,")
        return [line.split()[0].split(":")[0] for line in before.splitlines() if line.startswith("  ")]

    def says(self, fault: str) -> str:
        """What it says to a client that stands before it."""
        body = json.dumps({"model": fault, "messages": [{"role": "user", "content": "hello"}]}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/v1/chat/completions", body)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["choices"][0]["message"]["content"]

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


class Nowhere:
    """Ports that refuse, and ports that neither accept nor refuse (on Linux)."""

    def __init__(self):
        self._held = contextlib.ExitStack()
        self.refused = self._bound().getsockname()[1]
        hole = self._bound()
        hole.listen(1)
        self.black_hole = hole.getsockname()[1]
        for _ in range(16):
            one = self._held.enter_context(socket.socket())
            one.settimeout(0.1)
            try:
                one.connect(("127.0.0.1", self.black_hole))
            except TimeoutError:
                return
        raise AssertionError("the queue does not fill")

    def _bound(self) -> socket.socket:
        one = self._held.enter_context(socket.socket())
        one.bind(("127.0.0.1", 0))
        return one

    def close(self):
        self._held.close()
