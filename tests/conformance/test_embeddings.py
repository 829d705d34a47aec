"""Vectors: OpenAI's endpoint over every vendor, by the named model and no other."""

import base64
import struct

import openai
import pytest

from support import behaviours, configs, money
from support.configs import embedder, target
from support.gateway import Caller, Gateway, marker
from support.receipt import Receipt

PATH = "/v1/embeddings"
PREFIXES = ["", "/v1", "/api/gateway", "/api/gateway/v1"]


def config(upstream):
    cohere = {"dialect": "cohere", "base_url": upstream.url("co").removesuffix("/v1"), "credentials": [{"api_key": "${UP_KEY}"}]}
    models = [
        embedder("vectors", target("up", "m-embed"), price="0.13"),
        embedder("uncounted", target("up", "m-embed-uncounted")),
        embedder("unpriced", target("up", "m-embed"), price=None),
        embedder("house-cohere", target("co", "m-embed-cohere"), price="0.1"),
        embedder("two-homes", target("down", "m-500"), target("alt", "m-embed")),
        embedder("no-home", target("down", "m-500")),
        embedder("limited", target("down", "m-429")),
        embedder("two-keys", target("keys", "m-401"), target("alt", "m-embed")),
        embedder("mistral-embed", target("up", "m-embed")),
        embedder("text-embedding-3-large", target("up", "m-embed"), price="0.13"),
        configs.model("chat", target("up", "m-echo")),
    ]
    return {
        "store": {"url": "memory:"},
        "failover": {"health": False},
        "providers": {
            "up": configs.provider(upstream, "up"),
            "alt": configs.provider(upstream, "alt", "${ALT_KEY}"),
            "down": configs.provider(upstream, "down"),
            "keys": configs.provider(upstream, "keys"),
            "co": cohere,
        },
        "models": models,
        "keys": [*configs.keys(), {"name": "limited", "secret": "${LIMITED_KEY}", "models": ["vectors"]}],
    }


@pytest.fixture(scope="module")
def gateway(upstream, tmp_path_factory):
    started = Gateway(tmp_path_factory.mktemp("embeddings"), config(upstream), configs.ENV)
    yield Caller(started, configs.KEY)
    started.stop()


@pytest.fixture(scope="module")
def client(gateway):
    url = gateway.gateway.url + "/v1"
    with openai.OpenAI(base_url=url, api_key=configs.KEY, max_retries=0, timeout=15) as made:
        yield made


def embed(gateway, model="vectors", input="hello", **extra):
    return gateway.post(PATH, {"model": model, "input": input, **extra})


def vectors(answer):
    assert answer.status == 200, answer.body
    return [row["embedding"] for row in answer.json["data"]]


def firsts(answer):
    return [vector[0] for vector in vectors(answer)]


def test_the_official_client_reads_base64(client, upstream):
    mark = marker()
    texts = [mark, "b", "héllo", "👋", "x" * 300]
    answer = client.embeddings.create(model="vectors", input=texts)
    assert [row.index for row in answer.data] == list(range(5))
    assert [row.embedding for row in answer.data] == [behaviours.vector(text) for text in texts]
    assert answer.model == "vectors" and answer.object == "list"
    tokens = sum(len(text.encode()) for text in texts)
    assert (answer.usage.prompt_tokens, answer.usage.total_tokens) == (tokens, tokens)
    (sent,) = upstream.seen(mark)
    assert sent.json == {"model": "m-embed", "input": texts}


def test_the_official_client_reads_floats(client):
    answer = client.embeddings.create(model="vectors", input="abc", encoding_format="float")
    assert answer.data[0].embedding == [3.0, 0.5, 0.5, 0.5]


def test_base64_is_little_endian_floats(gateway):
    (coded,) = vectors(embed(gateway, input="abcd", encoding_format="base64"))
    assert struct.unpack("<4f", base64.b64decode(coded)) == (4.0, 0.5, 0.5, 0.5)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_prefix(gateway, prefix):
    answer = gateway.post(f"{prefix}/embeddings", {"model": "vectors", "input": "abc"})
    assert firsts(answer) == [3.0]


def test_headers(gateway):
    answer = embed(gateway)
    assert answer.header("content-type") == "application/json"
    assert answer.header("x-lobstack-model") == answer.header("x-model-router-model") == "vectors"
    assert answer.header("x-model-router-provider") == "up"
    assert answer.header("x-tiergate-attempts") == "1"
    for absent in ("x-lobstack-tier", "x-lobstack-complexity", "x-model-router-auto-tier", "x-model-router-auto-score"):
        assert answer.header(absent) is None


def test_large_batches_are_split_and_keep_their_order(gateway, upstream):
    mark = marker()
    texts = ["x" * (at % 50 + 1) + mark for at in range(250)]
    answer = embed(gateway, "house-cohere", texts)
    assert firsts(answer) == [float(len(text)) for text in texts]
    assert sorted(len(x.json["texts"]) for x in upstream.seen(mark)) == [58, 96, 96]
    assert answer.json["usage"]["prompt_tokens"] == 250


def test_the_largest_batch(gateway):
    texts = ["x" * (at % 7 + 1) for at in range(2048)]
    assert firsts(embed(gateway, input=texts)) == [float(len(text)) for text in texts]


def test_money_and_receipt(gateway):
    answer = embed(gateway, input=["abc", "defgh"], tags={"team": "a"})
    cost = money.parse(answer.header("x-lobstack-cost-usd"))
    assert cost == money.cost({"input": "0.13", "output": "0"}, {"prompt_tokens": 8, "completion_tokens": 0})
    assert money.parse(answer.header("x-lobstack-savings")) == 0
    raw = gateway.receipt(answer.header("x-request-id"))
    receipt = Receipt(raw)
    assert (receipt.requested, receipt.served, receipt.provider) == ("vectors", "vectors", "up")
    assert receipt.cost == cost and receipt.savings == 0 and receipt.priced and not receipt.estimated
    assert receipt.tokens["input"] == 8 and sum(receipt.tokens.values()) == 8
    assert (receipt.baseline, receipt.baseline_reason) == ("vectors", "named")
    assert receipt.outcome == "complete" and raw["score"] is None and raw["tier"] is None and raw["auto"] is False
    assert raw["tags"] == {"team": "a"} and raw["why"] is None


def test_an_unknown_price_is_not_zero(gateway):
    answer = embed(gateway, "unpriced")
    assert answer.header("x-lobstack-cost-usd") == "" and answer.header("x-lobstack-savings") == ""


def test_tokens_are_estimated_where_none_are_told(gateway):
    answer = embed(gateway, "uncounted", ["the quick brown fox", "jumps over the lazy dog"])
    tokens = answer.json["usage"]["prompt_tokens"]
    assert 5 <= tokens <= 20
    receipt = Receipt(gateway.receipt(answer.header("x-request-id")))
    assert receipt.estimated and receipt.tokens["input"] == tokens and receipt.cost > 0


def test_the_same_model_elsewhere_answers(gateway, upstream):
    mark = marker()
    answer = embed(gateway, "two-homes", mark)
    assert firsts(answer) == [float(len(mark))]
    assert answer.header("x-lobstack-model") == "two-homes"
    assert answer.header("x-model-router-provider") == "alt"
    tried = [x.target.split("/")[1] for x in upstream.seen(mark)]
    assert tried[-1] == "alt" and int(answer.header("x-tiergate-attempts")) == len(tried) >= 2
    assert firsts(embed(gateway, "two-keys")) == [5.0]


def test_no_other_model_ever_answers(gateway, upstream):
    mark = marker()
    answer = embed(gateway, "no-home", mark)
    assert answer.status == 502 and answer.error["provider"] == "down"
    assert {x.model for x in upstream.seen(mark)} == {"m-500"}
    receipt = Receipt(gateway.receipt(answer.header("x-request-id")))
    assert receipt.outcome == "failed" and receipt.served is None
    assert embed(gateway, "limited").status == 429


def test_names(gateway):
    for name, served in [
        ("up/vectors", "vectors"),
        # the first of the list that is served here
        ("embed-small", "mistral-embed"),
        ("embed-large", "text-embedding-3-large"),
        ("embed-titan", "mistral-embed"),
    ]:
        answer = embed(gateway, name)
        assert answer.status == 200, answer.body
        assert answer.json["model"] == answer.header("x-lobstack-model") == served
    assert embed(gateway, "none-such").error["code"] == "model_not_found"


def test_dimensions(gateway, upstream):
    mark = marker()
    (vector,) = vectors(embed(gateway, "text-embedding-3-large", mark, dimensions=8))
    assert len(vector) == 8 and abs(sum(value * value for value in vector) - 1) < 1e-6
    assert upstream.seen(mark)[0].json["dimensions"] == 8
    for model, size in [("mistral-embed", 8), ("text-embedding-3-large", 3073)]:
        answer = embed(gateway, model, dimensions=size)
        assert (answer.status, answer.error["param"]) == (400, "dimensions"), answer.body


@pytest.mark.parametrize(
    "body, param",
    [
        ({"input": ""}, "input"),
        ({"input": ["a", ""]}, "input"),
        ({"input": []}, "input"),
        ({"input": ["a", 1]}, "input"),
        ({"input": {"a": 1}}, "input"),
        ({"input": None}, "input"),
        ({"input": ["x"] * 2049}, "input"),
        ({"input": "a", "model": 3}, "model"),
        ({"input": "a", "model": "auto"}, "model"),
        ({"input": "a", "model": "standard"}, "model"),
        ({"input": "a", "model": "chat"}, "model"),
        ({"input": "a", "dimensions": 0}, "dimensions"),
        ({"input": "a", "dimensions": "8"}, "dimensions"),
        ({"input": "a", "encoding_format": "hex"}, "encoding_format"),
        ({"input": [1, 200_000], "model": "house-cohere"}, "input"),
    ],
)
def test_bad_requests(gateway, body, param):
    answer = gateway.post(PATH, {"model": "vectors", **body})
    assert (answer.status, answer.error["param"]) == (400, param), answer.body
    assert answer.error["type"] == "invalid_request_error"
    assert gateway.receipt(answer.header("x-request-id"))["status"] == 400


def test_what_is_no_json(gateway):
    answer = gateway.post(PATH, b'{"model"')
    assert (answer.status, answer.error["code"]) == (400, "invalid_json")


def test_a_model_for_vectors_does_not_chat(gateway):
    answer = gateway.chat("vectors")
    assert (answer.status, answer.error["param"]) == (400, "model")


def test_keys(gateway):
    assert gateway.gateway.call("POST", PATH, None, {"model": "vectors", "input": "a"}).status == 401
    limited = Caller(gateway.gateway, configs.LIMITED_KEY)
    assert embed(limited).status == 200
    refused = embed(limited, "unpriced")
    assert (refused.status, refused.error["code"]) == (403, "model_not_allowed")
    assert gateway.get(PATH).status == 405


def test_a_gateway_may_serve_vectors_alone(start, upstream):
    alone = start(
        {
            "store": {"url": "memory:"},
            "failover": {"health": False},
            "providers": {"up": configs.provider(upstream, "up")},
            "bundled_models": False,
            "models": [embedder("vectors", target("up", "m-embed"))],
            "keys": configs.keys(),
        }
    )
    assert firsts(embed(alone)) == [5.0]
    assert alone.chat("auto").status >= 400
