"""The real llama.cpp server with SmolLM2, started by scripts/real-model."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.request

from .gateway import ROOT

START_LIMIT = 240.0  # the first start installs the packages


class RealModel:
    def __init__(self, log_path):
        self._log = log_path.open("wb")
        self.process = subprocess.Popen(
            [ROOT / "scripts/real-model", "0"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=dict(os.environ),
        )
        os.set_blocking(self.process.stdout.fileno(), False)
        self.url = self._wait_url()

    def _wait_url(self) -> str:
        deadline = time.monotonic() + START_LIMIT
        said = b""
        while time.monotonic() < deadline and self.process.poll() is None:
            said += self.process.stdout.read() or b""
            if found := re.search(rb"(http://127\.0\.0\.1:\d+)/v1\s", said):
                return found[1].decode()
            time.sleep(0.05)
        self.stop()
        raise AssertionError(f"scripts/real-model did not start: {said!r}, see {self._log.name}")

    def busy_slots(self) -> int:
        with urllib.request.urlopen(f"{self.url}/slots", timeout=10) as answer:
            return sum(slot["is_processing"] for slot in json.load(answer))

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self._log.close()
