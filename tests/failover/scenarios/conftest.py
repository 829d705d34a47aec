"""The slow scenarios are begun when the tests are collected, each with a gateway and walls of its own."""

import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).parent
for folder in ("conformance", "failover"):
    sys.path.insert(0, str(HERE.parents[1] / folder))

from rig import report  # noqa: E402
from rig.together import Lanes  # noqa: E402

LANES = Lanes()


def pytest_collection_finish(session):
    if not session.config.option.collectonly:
        LANES.begin(item for item in session.items if item.path.is_relative_to(HERE))


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    return LANES.wait(pyfuncitem) or None


def pytest_terminal_summary(terminalreporter):
    report.write(terminalreporter)
