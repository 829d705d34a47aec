"""The ground of the matrix, and one run of all cells that were selected."""

import pathlib
import sys
import time

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "conformance")]

from cells import ask, judge  # noqa: E402
from cells.ground import Ground  # noqa: E402
from cells.wall import BINARY  # noqa: E402
from support.gateway import BINARY as GATEWAY  # noqa: E402

# What the wall has to note after the last client got its answer.
SETTLE = 5.0


@pytest.fixture(scope="session")
def ground(tmp_path_factory, request):
    for program in (GATEWAY, BINARY):
        if not program.exists():
            pytest.exit(f"no {program}; build it, or set TIERGATE_BIN and TIERGATE_WALL", 4)
    selected = [item.callspec.params["cell"] for item in request.session.items if takes_a_cell(item)]
    made = Ground(tmp_path_factory.mktemp("matrix"), selected)
    yield made
    made.stop()


@pytest.fixture(scope="session")
def run(ground):
    """What each selected cell showed, and the wall's account when nothing went on any more."""
    seen = ask.ask_all(ground, ground.cells)
    deadline = time.monotonic() + SETTLE
    while ask.going_on(tally := ground.wall.tally()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return seen, tally


@pytest.fixture
def check(ground, run):
    """Fails with everything that is wrong with a cell."""
    seen, tally = run

    def one(cell):
        found = judge.problems(ground, cell, seen[cell], tally)
        assert not found, judge.report(cell, seen[cell], found)

    return one


def takes_a_cell(item) -> bool:
    return "cell" in getattr(getattr(item, "callspec", None), "params", {})
