"""Loads run beside each other from the first of them on, two at a time; the figures stand at the end of the run."""

import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).parent
for folder in ("conformance", "failover", "failover/load"):
    sys.path.insert(0, str(HERE.parents[1] / folder))

from rig import report  # noqa: E402
from rig.together import Lanes  # noqa: E402

LANES = Lanes()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    LANES.begin(item for item in pyfuncitem.session.items if item.path.is_relative_to(HERE))
    return LANES.wait(pyfuncitem) or None


def pytest_terminal_summary(terminalreporter):
    report.write(terminalreporter)
