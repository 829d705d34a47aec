"""A scripted server that makes vectors as each vendor's own API does.

The first segment of a request's path says whom it plays. A vector begins with the number of bytes of its text, as in
`behaviours.vector`, so that it tells which text it is of.
"""

import base64
import json
import struct

from .behaviours import vector
from .upstream import Upstream

SIZES = {"ollama": 768}
"""Dimensions where none are asked for; else 4."""


def own(name, text):
    """The vector that a vendor gives of its own accord."""
    return vector(text, SIZES.get(name, 4))


def tokens(texts):
    """Every vendor that counts says that a byte is a token."""
    return sum(len(text.encode()) for text in texts)


class EmbedderServer(Upstream):
    def __init__(self):
        super().__init__({})

    def base(self, vendor):
        return f"http://127.0.0.1:{self.port}/{vendor}"

    def _handler(self, exchange):
        return VENDORS[exchange.target.split("/")[1]]


def _openai(name, most, dimensions="dimensions", usage=("prompt_tokens", "total_tokens"), base64_only=False):
    async def answer(x):
        texts, asked = x.json["input"], x.json.get("encoding_format")
        assert x.target == f"/{name}/v1/embeddings" and x.header("authorization") == "Bearer sk-embedder", x
        assert isinstance(texts, list) and 0 < len(texts) <= most
        assert asked in ((None, "base64") if base64_only else (None, "base64", "float"))
        data = []
        for at, text in enumerate(texts):
            size = x.json.get(dimensions) or 4
            values = vector(text, size) if isinstance(text, str) else [float(len(text))] + [0.5] * (size - 1)
            coded = base64.b64encode(struct.pack(f"<{size}f", *values)).decode() if asked == "base64" else values
            data.append({"object": "embedding", "index": at, "embedding": coded})
        count = sum(len(text.encode()) if isinstance(text, str) else len(text) for text in texts)
        await x.json_answer(200, {"object": "list", "data": data[::-1], "usage": dict.fromkeys(usage, count)})

    return answer


async def _cohere(x):
    assert x.target == "/cohere/v2/embed" and len(x.json["texts"]) <= 96 and x.json["embedding_types"] == ["float"]
    vectors = [vector(text, x.json.get("output_dimension")) for text in x.json["texts"]]
    billed = {"input_tokens": tokens(x.json["texts"])}
    await x.json_answer(200, {"id": "e", "embeddings": {"float": vectors}, "meta": {"billed_units": billed}})


async def _gemini(x):
    assert x.target.startswith("/gemini/v1beta/models/") and x.target.endswith(":batchEmbedContents")
    assert x.header("x-goog-api-key") == "sk-embedder" and len(x.json["requests"]) <= 100
    rows = []
    for request in x.json["requests"]:
        (part,) = request["content"]["parts"]
        rows.append({"values": vector(part["text"], request.get("outputDimensionality"))})
    await x.json_answer(200, {"embeddings": rows})


async def _vertex(x):
    assert x.target.startswith("/vertex/v1/projects/p/locations/us-central1/publishers/google/models/"), x.target
    assert x.target.endswith(":predict") and x.json["parameters"].pop("autoTruncate") is False
    rows = []
    for instance in x.json["instances"]:
        values = vector(instance["content"], x.json["parameters"].get("outputDimensionality"))
        statistics = {"truncated": False, "token_count": tokens([instance["content"]])}
        rows.append({"embeddings": {"values": values, "statistics": statistics}})
    await x.json_answer(200, {"predictions": rows, "metadata": {"billableCharacterCount": 1}})


async def _bedrock(x):
    """Titan: a text for each call."""
    assert x.target.startswith("/bedrock/model/") and x.target.endswith("/invoke"), x.target
    assert set(x.json) <= {"inputText", "dimensions", "normalize", "embeddingTypes"}
    values = vector(x.json["inputText"], x.json.get("dimensions"))
    value = {"embedding": values, "embeddingsByType": {"float": values}, "inputTextTokenCount": tokens([x.json["inputText"]])}
    await x.json_answer(200, value)


async def _ollama(x):
    assert x.target == "/ollama/api/embed"
    value = {"embeddings": [own("ollama", text) for text in x.json["input"]]}
    await x.json_answer(200, {**value, "prompt_eval_count": tokens(x.json["input"])})


VENDORS = {
    "openai": _openai("openai", 2048),
    "imitator": _openai("imitator", 2048),
    "mistral": _openai("mistral", 32, "output_dimension"),
    "voyage": _openai("voyage", 1000, "output_dimension", ("total_tokens",), base64_only=True),
    "cohere": _cohere,
    "gemini": _gemini,
    "bedrock": _bedrock,
    "ollama": _ollama,
    "vertex": _vertex,
}
COUNTED = [name for name in VENDORS if name != "gemini"]
"""Those that tell how many tokens they read."""

_V1 = {"openai": "openai", "imitator": "openai", "mistral": "mistral", "voyage": "voyage"}
_MODELS = {
    "openai": "text-embedding-3-large",
    "imitator": "house-embed",
    "mistral": "codestral-embed",
    "voyage": "voyage-3.5",
    "cohere": "embed-v4.0",
    "gemini": "gemini-embedding-2",
    "bedrock": "amazon.titan-embed-text-v2:0",
    "ollama": "nomic-embed-text",
    "vertex": "text-embedding-005",
}
_PLACES = {"bedrock": {"region": "us-east-1"}, "vertex": {"project": "p", "region": "us-central1"}}


def provider(server, name):
    """A provider's configuration."""
    base = server.base(name) + ("/v1" if name in _V1 else "")
    dialect = _V1.get(name, {"ollama": "ollama-native"}.get(name, name))
    made = {"dialect": dialect, "base_url": base, "credentials": [{"api_key": "sk-embedder"}]}
    return made | _PLACES.get(name, {})


def target(name):
    return {"provider": name, "model": _MODELS[name]}


def seen_texts(exchange):
    """The texts of one request, whoever was asked."""
    body = json.loads(exchange.raw)
    if "requests" in body:
        return [request["content"]["parts"][0]["text"] for request in body["requests"]]
    if "instances" in body:
        return [instance["content"] for instance in body["instances"]]
    return body.get("input") or body.get("texts") or [body["inputText"]]
