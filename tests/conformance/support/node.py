"""Node's side of the tests: tests/node, installed by npm."""

import os
import pathlib
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "node"


def environment(**values) -> dict:
    assert (FOLDER / "node_modules/openai").exists(), "run `npm ci` in tests/node first"
    return {"PATH": os.environ["PATH"], **values}


def check(name: str, **values) -> None:
    """Runs one file under node's own test runner."""
    command = ["node", "--test", "--test-reporter=spec", f"{name}.test.mjs"]
    given = {"cwd": FOLDER, "env": environment(**values), "capture_output": True, "text": True, "timeout": 120}
    run = subprocess.run(command, **given)
    print(run.stdout)
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
