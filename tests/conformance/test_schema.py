"""Every answer and every chunk, as the client gets it, against OpenAI's published schema."""

import pytest

from support import behaviours, schema, sse

BUFFERED = [n for n in behaviours.GOOD if n not in ("m-endless", "m-slow", "m-strange", "m-structured", "m-no-usage")]
STREAMED = [n for n in behaviours.GOOD if n not in ("m-endless", "m-strange", "m-structured", "m-logprobs")]


@pytest.mark.parametrize("name", BUFFERED)
def test_buffered(caller, name):
    answer = caller.chat(name)
    assert answer.status == 200, answer.body
    assert answer.header("content-type").startswith("application/json")
    schema.check_chat(answer.json)


@pytest.mark.parametrize("asked", [False, True], ids=["plain", "usage-asked"])
@pytest.mark.parametrize("name", STREAMED)
def test_streamed(caller, name, asked):
    options = {"stream_options": {"include_usage": True}} if asked else {}
    answer = caller.stream(name, **options)
    assert answer.status == 200 and answer.complete, answer.body
    chunks = sse.chunks(answer.body)
    for chunk in chunks:
        schema.check_chunk(chunk)
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert sse.events(answer.body)[-1] == sse.DONE or name == "m-no-done"


def test_stream_headers(caller):
    answer = caller.stream("m-echo")
    assert answer.header("content-type").startswith("text/event-stream")
    assert "no-cache" in answer.header("cache-control")
    assert answer.header("content-length") is None
    assert answer.header("x-request-id")


def test_models_list(caller):
    answer = caller.get("/v1/models")
    schema.check("ListModelsResponse", answer.json)
    ids = [row["id"] for row in answer.json["data"]]
    assert len(ids) == len(set(ids))
    rows = {row["id"]: row for row in answer.json["data"]}
    extra = rows["m-echo"]
    assert extra["tier"] == "standard"
    assert "128000" in str(extra) and "0.15" in str(extra), f"window and price: {extra}"


def test_one_model(caller):
    answer = caller.get("/v1/models/m-echo")
    schema.check("Model", answer.json)
    listed = {row["id"]: row for row in caller.get("/v1/models").json["data"]}
    assert answer.json == listed["m-echo"]


def test_one_model_with_encoded_id(caller):
    """Both ways of writing a `/` in a path are met in the wild."""
    for path in ("odd-vendor/llama-9-scout-17b:free", "odd-vendor%2Fllama-9-scout-17b%3Afree"):
        answer = caller.get(f"/v1/models/{path}")
        assert answer.status == 200, answer.body
        assert answer.json["id"] == "odd-vendor/llama-9-scout-17b:free"


def test_unknown_model_retrieve(caller):
    schema.check_error(caller.get("/v1/models/no-such/model:x"), 404, "model_not_found")


def test_the_list_holds_what_the_key_may_call(limited):
    ids = {row["id"] for row in limited.get("/v1/models").json["data"]}
    assert "m-echo" in ids
    assert not ids & {"m-tools", "above", "m-blocked"}
