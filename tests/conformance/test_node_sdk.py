"""Node's clients: runs tests/node under node's own test runner."""

import os
import pathlib
import subprocess

import pytest

from support import configs

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "node"


@pytest.mark.parametrize("name", ["openai", "http2"])
def test_the_node_client(main_gateway, upstream, name):
    assert (FOLDER / "node_modules/openai").exists(), "run `npm ci` in tests/node first"
    env = {
        "PATH": os.environ["PATH"],
        "GATEWAY": main_gateway.url,
        "KEY": configs.KEY,
        "LIMITED_KEY": configs.LIMITED_KEY,
        "UPSTREAM": f"http://127.0.0.1:{upstream.port}",
    }
    command = ["node", "--test", "--test-reporter=spec", f"{name}.test.mjs"]
    run = subprocess.run(command, cwd=FOLDER, env=env, capture_output=True, text=True, timeout=120)
    print(run.stdout)
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
