"""Starts and stops the gateway binary and talks to it."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import uuid

import yaml

from .http1 import Connection

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = pathlib.Path(os.environ.get("TIERGATE_BIN", ROOT / "target/release/tiergate"))
START_LIMIT = 10.0
SPAWNED: list["Gateway"] = []


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Gateway:
    """One process with its own configuration, working folder and log."""

    def __init__(self, folder, config=None, env=None, args=(), port=None, wait=True):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.config_path = self.folder / "tiergate.yaml"
        self.log_path = self.folder / f"log-{uuid.uuid4().hex[:8]}.txt"
        arguments = [str(BINARY), *args]
        if config is not None:
            self.write(config)
            arguments += ["--config", str(self.config_path)]
        self.process = subprocess.Popen(
            arguments,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "TIERGATE_LOG": "trace", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=(self.folder / "stdout.txt").open("ab"),
            stderr=self.log_path.open("wb"),
        )
        SPAWNED.append(self)
        if wait:
            self.wait_ready()

    def write(self, config):
        """Replaces the configuration file whole, as an editor or a deployment does."""
        if isinstance(config, dict):
            config = yaml.safe_dump({"listen": f"127.0.0.1:{self.port}", **config}, sort_keys=False)
        fresh = self.config_path.with_suffix(".new")
        fresh.write_text(config)
        fresh.replace(self.config_path)

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_ready(self):
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the gateway ended with {self.process.returncode}:\n{self.log[-4000:]}")
            try:
                with Connection(self.port, timeout=1) as line:
                    if line.request("GET", "/readyz").status == 200:
                        return
            except OSError:
                pass
            time.sleep(0.01)
        raise AssertionError(f"not ready after {START_LIMIT} s:\n{self.log[-4000:]}")

    def wait_log(self, *needles, since=0, timeout=5.0) -> str:
        """Waits until each needle stands in the log after the offset."""
        deadline = time.monotonic() + timeout
        while True:
            text = self.log[since:]
            if all(needle in text for needle in needles):
                return text
            assert time.monotonic() < deadline, f"{needles} not in:\n{text[-4000:]}"
            time.sleep(0.01)

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, timeout=10.0) -> int:
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"did not end within {timeout} s after SIGTERM") from None

    def connection(self, timeout=15.0) -> Connection:
        return Connection(self.port, timeout)

    def call(self, method, target, key=None, body=None, headers=None, timeout=15.0):
        """One request on a fresh connection."""
        given = {"authorization": f"Bearer {key}"} if key else {}
        with self.connection(timeout) as line:
            return line.request(method, target, {**given, **(headers or {})}, body)


class Caller:
    """A gateway and one key for it."""

    def __init__(self, gateway: Gateway, key: str | None):
        self.gateway = gateway
        self.key = key

    def get(self, target, **kwargs):
        return self.gateway.call("GET", target, self.key, **kwargs)

    def post(self, target, body, **kwargs):
        return self.gateway.call("POST", target, self.key, body, **kwargs)

    def chat(self, model, content="hello", headers=None, path="/v1/chat/completions", **extra):
        """A chat completion; `content` is the text of one user message or a whole list."""
        messages = content if isinstance(content, list) else [{"role": "user", "content": content}]
        return self.post(path, {"model": model, "messages": messages, **extra}, headers=headers)

    def stream(self, model, content="hello", **extra):
        return self.chat(model, content, stream=True, **extra)

    def receipt(self, request_id, timeout=2.0) -> dict:
        """The receipt; it may follow the answer by a moment."""
        deadline = time.monotonic() + timeout
        while True:
            answer = self.get(f"/v1/receipts/{request_id}")
            if answer.status == 200:
                return answer.json
            assert time.monotonic() < deadline, f"no receipt: {answer.status} {answer.body!r}"
            time.sleep(0.01)


def marker() -> str:
    """A word that finds one request among those that the upstream has seen."""
    return f"mark-{uuid.uuid4().hex}"


def dumps(value) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
