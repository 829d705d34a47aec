"""Vectors of every vendor, in its own words, behind OpenAI's endpoint."""

import openai
import pytest

from support import behaviours, configs, embedders, money, node
from support.configs import embedder
from support.embedders import COUNTED, VENDORS
from support.gateway import Caller, Gateway, free_port, marker
from support.receipt import Receipt

PRICE = {"input": "0.137", "output": "9.9"}
"""Nothing is put out, so the second must never count."""


@pytest.fixture(scope="module")
def server():
    started = embedders.EmbedderServer()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def gateway(server, tmp_path_factory):
    models = [embedder(f"from-{name}", embedders.target(name), price=None) | {"price": PRICE} for name in VENDORS]
    config = {
        "store": {"url": "memory:"},
        "failover": {"health": False},
        "bundled_models": False,
        "providers": {name: embedders.provider(server, name) for name in VENDORS},
        "models": models,
        "keys": configs.keys(),
    }
    started = Gateway(tmp_path_factory.mktemp("embedders"), config, configs.ENV)
    yield Caller(started, configs.KEY)
    started.stop()


@pytest.fixture(scope="module")
def client(gateway):
    url = gateway.gateway.url + "/v1"
    with openai.OpenAI(base_url=url, api_key=configs.KEY, max_retries=0, timeout=15) as made:
        yield made


@pytest.mark.parametrize("how", [{}, {"encoding_format": "float"}], ids=["base64", "float"])
@pytest.mark.parametrize("name", VENDORS)
def test_the_official_client(client, name, how):
    texts = ["one", "héllo", "👋", "x" * 300, "one"]
    answer = client.embeddings.create(model=f"from-{name}", input=texts, **how)
    assert [row.index for row in answer.data] == list(range(5))
    assert [row.embedding for row in answer.data] == [embedders.own(name, text) for text in texts]
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 0
    if name in COUNTED:
        assert answer.usage.prompt_tokens == embedders.tokens(texts)
    alone = client.embeddings.create(model=f"from-{name}", input="alone", **how)
    assert [row.embedding for row in alone.data] == [embedders.own(name, "alone")]


def test_nodes_clients(gateway):
    node.check("embed", GATEWAY=gateway.gateway.url, KEY=configs.KEY, VENDORS=",".join(VENDORS))


@pytest.mark.parametrize("name", VENDORS)
def test_only_input_is_billed(gateway, name):
    answer = gateway.post("/v1/embeddings", {"model": f"from-{name}", "input": ["a" * 70, "b" * 7]})
    assert answer.status == 200, answer.body
    usage = answer.json["usage"] | {"completion_tokens": 0}
    assert money.parse(answer.header("x-lobstack-cost-usd")) == money.cost(PRICE, usage)
    receipt = Receipt(gateway.receipt(answer.header("x-request-id")))
    assert receipt.cost == money.cost(PRICE, usage) and receipt.estimated == (name not in COUNTED)


@pytest.mark.parametrize("name, calls", [("bedrock", 130), ("mistral", 5), ("cohere", 2), ("gemini", 2), ("vertex", 1), ("voyage", 1)])
def test_a_batch_goes_in_as_many_calls_as_the_vendor_needs(gateway, server, name, calls):
    mark = marker()
    texts = [mark + "x" * (at % 11) for at in range(130)]
    answer = gateway.post("/v1/embeddings", {"model": f"from-{name}", "input": texts})
    assert answer.status == 200, answer.body
    assert [row["embedding"][0] for row in answer.json["data"]] == [float(len(text)) for text in texts]
    seen = server.seen(mark)
    assert len(seen) == calls
    assert sorted(text for x in seen for text in embedders.seen_texts(x)) == sorted(texts)


@pytest.mark.parametrize("name", VENDORS)
def test_dimensions_are_had_or_refused(gateway, name):
    for size in (256, 100):
        answer = gateway.post("/v1/embeddings", {"model": f"from-{name}", "input": "a", "dimensions": size})
        assert answer.status == 200, answer.body
        (row,) = answer.json["data"]
        length = sum(value * value for value in row["embedding"])
        assert len(row["embedding"]) == size
        assert name == "imitator" or abs(length - 1) < 1e-5, "of a model that is known it is a unit vector"
    if name != "imitator":
        answer = gateway.post("/v1/embeddings", {"model": f"from-{name}", "input": "a", "dimensions": 5000})
        assert (answer.status, answer.error["param"]) == (400, "dimensions"), answer.body


@pytest.mark.parametrize("name", VENDORS)
def test_tokens_are_texts_to_those_who_take_none(gateway, server, name):
    takes = name in ("openai", "imitator")
    hello, world = 15339, 1917
    for tokens, texts, counts in [([hello, world], ["hello world"], [2]), ([[hello], [world]], ["hello", " world"], [1, 1])]:
        answer = gateway.post("/v1/embeddings", {"model": f"from-{name}", "input": tokens})
        assert answer.status == 200, answer.body
        firsts = [row["embedding"][0] for row in answer.json["data"]]
        assert firsts == (counts if takes else [len(text) for text in texts])
    answer = gateway.post("/v1/embeddings", {"model": f"from-{name}", "input": [hello, 100_257]})
    if takes:
        assert answer.status == 200
    else:
        assert (answer.status, answer.error["param"]) == (400, "input"), answer.body
        assert "cl100k_base" in answer.error["message"]


@pytest.mark.parametrize("purpose", ["query", "document", "clustering", "classification"])
@pytest.mark.parametrize("name", VENDORS)
def test_every_vendor_takes_every_purpose(gateway, name, purpose):
    answer = gateway.post("/v1/embeddings", {"model": f"from-{name}", "input": "a", "input_type": purpose})
    assert answer.status == 200, answer.body


def test_the_list_of_models(gateway, client):
    rows = gateway.get("/v1/models").json["data"]
    assert rows[0]["id"] == "auto"
    listed = {row["id"]: row for row in rows if row.get("mode") == "embedding"}
    assert set(listed) == {f"from-{name}" for name in VENDORS}
    assert listed["from-voyage"]["providers"] == ["voyage"] and listed["from-voyage"]["pricing"]["input"] == "0.137"
    assert client.models.retrieve("from-bedrock").id == "from-bedrock"


ALIASES = ["embed-small", "embed-large", "embed-titan"]
FIRSTS = [
    # without the bundled models the alias means whatever there is
    (["voyage"], False, ["from-voyage"] * 3),
    (["openai"], True, ["text-embedding-3-small", "text-embedding-3-large", "text-embedding-3-small"]),
    (["gemini"], True, ["gemini-embedding-001", "gemini-embedding-2", "gemini-embedding-001"]),
    (["bedrock"], True, ["titan-embed-text", "cohere.embed-v4:0", "titan-embed-text"]),
    (["mistral"], True, ["mistral-embed"] * 3),
    (["cohere"], True, ["embed-v5.0-fast", "embed-v5.0-pro", "embed-v5.0-fast"]),
    (["voyage"], True, ["voyage-4-lite", "voyage-4-large", "voyage-4-lite"]),
    (["openai", "bedrock", "voyage"], True, ["text-embedding-3-small", "text-embedding-3-large", "titan-embed-text"]),
]


@pytest.mark.parametrize("names, bundled, served", FIRSTS)
def test_aliases_mean_the_best_that_is_served(start, server, names, bundled, served):
    config = {
        "store": {"url": "memory:"},
        "failover": {"health": False},
        "bundled_models": bundled,
        # the catalogue's name
        "providers": {"google" if name == "gemini" else name: embedders.provider(server, name) for name in names},
        "keys": configs.keys(),
    }
    if not bundled:
        config["models"] = [embedder(f"from-{name}", embedders.target(name)) for name in names]
    caller = start(config)
    listed = {row["id"] for row in caller.get("/v1/models").json["data"]}
    for alias, model in zip(ALIASES, served, strict=True):
        row = caller.get(f"/v1/models/{alias}")
        assert (row.status, row.json["id"], row.json["mode"]) == (200, alias, "embedding")
        assert model in listed
        if model.startswith("cohere."):
            continue  # the scripted Bedrock has Titan only
        answer = caller.post("/v1/embeddings", {"model": alias, "input": "abc"})
        assert answer.status == 200, answer.body
        assert answer.json["model"] == answer.header("x-lobstack-model") == model
        assert answer.json["data"][0]["embedding"] == behaviours.vector("abc")


def test_an_alias_of_the_configuration_means_what_it_says(start, server):
    config = {
        "store": {"url": "memory:"},
        "failover": {"health": False},
        "providers": {"openai": embedders.provider(server, "openai")},
        "models": [embedder("mine", embedders.target("openai"))],
        "routing": {"aliases": {"embed-small": "mine", "embed-titan": "mistral-embed"}},
        "keys": configs.keys(),
    }
    caller = start(config)
    assert caller.post("/v1/embeddings", {"model": "embed-small", "input": "a"}).json["model"] == "mine"
    assert caller.post("/v1/embeddings", {"model": "embed-titan", "input": "a"}).status == 404


def test_models_that_are_embedded_in_other_ways_are_not_listed(start, server):
    names = {"bedrock": "bedrock", "voyage": "voyage"}
    config = {
        "store": {"url": "memory:"},
        "failover": {"health": False},
        "providers": {name: embedders.provider(server, vendor) for name, vendor in names.items()},
        "keys": configs.keys(),
    }
    caller = start(config)
    listed = {row["id"] for row in caller.get("/v1/models").json["data"]}
    assert {"titan-embed-text", "voyage-4", "voyage-law-2"} <= listed
    for absent in ("titan-embed-image", "voyage-context-3", "voyage-multimodal-3.5", "text-embedding-005"):
        assert absent not in listed
        assert caller.post("/v1/embeddings", {"model": absent, "input": "a"}).status == 404


def test_a_key_of_voyage_in_the_environment_is_enough(start):
    port = free_port()
    env = {"TIERGATE_LISTEN": f"127.0.0.1:{port}", "VOYAGE_API_KEY": "pa-nothing", "TIERGATE_KEY": configs.KEY}
    caller = start(None, env, port=port)
    listed = [row["id"] for row in caller.get("/v1/models").json["data"]]
    assert "voyage-3.5" in listed and "voyage-4-large" in listed
