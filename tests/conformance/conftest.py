"""Shared fixtures: one scripted upstream and one gateway for the whole run."""

import os
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).parent
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(HERE.parents[1] / ".cache/hypothesis"))
sys.path.insert(0, str(HERE))

from support import behaviours, configs  # noqa: E402
from support.gateway import BINARY, SPAWNED, Caller, Gateway  # noqa: E402
from support.upstream import Upstream  # noqa: E402
from support.vendors import VendorServer  # noqa: E402


def pytest_configure():
    if not BINARY.exists():
        raise pytest.UsageError(f"no gateway at {BINARY}; build it or set TIERGATE_BIN")


@pytest.fixture(scope="session")
def upstream():
    server = Upstream({**behaviours.ALL, **behaviours.VECTORS})
    yield server
    server.stop()


@pytest.fixture(scope="session")
def main_gateway(upstream, tmp_path_factory):
    gateway = Gateway(tmp_path_factory.mktemp("main"), configs.main(upstream), configs.ENV)
    yield gateway
    assert gateway.process.poll() is None, f"the gateway died:\n{gateway.log[-4000:]}"
    gateway.stop()


@pytest.fixture(scope="session")
def caller(main_gateway):
    """The main gateway with its unrestricted key."""
    return Caller(main_gateway, configs.KEY)


@pytest.fixture(scope="session")
def limited(main_gateway):
    return Caller(main_gateway, configs.LIMITED_KEY)


@pytest.fixture(scope="session")
def other(main_gateway):
    return Caller(main_gateway, configs.OTHER_KEY)


@pytest.fixture(scope="session")
def ladder(upstream, tmp_path_factory):
    """A gateway with one model to a tier."""
    gateway = Gateway(tmp_path_factory.mktemp("ladder"), configs.ladder(upstream), configs.ENV)
    yield Caller(gateway, configs.KEY)
    gateway.stop()


@pytest.fixture(scope="session")
def vendor_server():
    server = VendorServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def vendor_gateway(vendor_server, tmp_path_factory):
    """A gateway with every vendor in each of its moods as a model, `anthropic-cut` and so on."""
    gateway = Gateway(tmp_path_factory.mktemp("vendors"), configs.vendors(vendor_server), configs.ENV)
    yield gateway
    assert gateway.process.poll() is None, f"the gateway died:\n{gateway.log[-4000:]}"
    gateway.stop()


@pytest.fixture(scope="session")
def vendor_caller(vendor_gateway):
    return Caller(vendor_gateway, configs.KEY)


@pytest.fixture
def start(tmp_path):
    """Starts gateways that end with the test."""
    started = []

    def run(config=None, env=configs.ENV, key=configs.KEY, **kwargs):
        folder = tmp_path / f"gateway-{len(started)}"
        gateway = Gateway(folder, config, env, **kwargs)
        started.append(gateway)
        return Caller(gateway, key)

    yield run
    for gateway in started:
        gateway.stop()


def pytest_sessionfinish():
    for gateway in SPAWNED:
        if gateway.process.poll() is None:
            gateway.process.kill()
