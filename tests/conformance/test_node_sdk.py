"""Node's clients: runs tests/node under node's own test runner."""

import pytest

from support import configs, node


@pytest.mark.parametrize("name", ["openai", "http2"])
def test_the_node_client(main_gateway, upstream, name):
    node.check(
        name,
        GATEWAY=main_gateway.url,
        KEY=configs.KEY,
        LIMITED_KEY=configs.LIMITED_KEY,
        UPSTREAM=f"http://127.0.0.1:{upstream.port}",
    )


@pytest.mark.parametrize("name", ["anthropic", "ai"])
def test_the_clients_of_other_vendors(vendor_gateway, vendor_server, name):
    node.check(
        name,
        GATEWAY=vendor_gateway.url,
        KEY=configs.KEY,
        UPSTREAM=f"http://127.0.0.1:{vendor_server.port}",
    )
