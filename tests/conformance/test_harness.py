"""The scripted upstream is itself a correct provider, so that a failure elsewhere is the gateway's."""

import json

import openai
import pytest

from support import behaviours, http1, schema, sse

ORDINARY = [n for n in behaviours.GOOD if n not in ("m-endless", "m-strange", "m-structured", "m-no-usage", "m-slow")]


@pytest.fixture
def client(upstream):
    return openai.OpenAI(base_url=upstream.url(), api_key="k", max_retries=0, _strict_response_validation=True)


@pytest.mark.parametrize("name", ORDINARY)
def test_answers_match_the_published_schema(upstream, name):
    body = {"model": name, "messages": [{"role": "user", "content": "hello"}]}
    with http1.Connection(upstream.port) as line:
        schema.check_chat(line.request("POST", "/v1/chat/completions", {}, body).json)


@pytest.mark.parametrize("name", [n for n in ORDINARY if n != "m-logprobs"])
def test_streams_match_the_published_schema(upstream, name):
    body = {
        "model": name,
        "stream": True,
        "stream_options": {"include_usage": True},
        "messages": [{"role": "user", "content": "hello"}],
    }
    with http1.Connection(upstream.port) as line:
        answer = line.request("POST", "/v1/chat/completions", {}, body)
    assert answer.complete
    for chunk in sse.chunks(answer.body):
        schema.check_chunk(chunk)


def test_the_official_client_reads_it(client):
    answer = client.chat.completions.create(model="m-echo", messages=[{"role": "user", "content": "héllo"}])
    assert answer.choices[0].message.content == "héllo"


def test_a_disconnect_is_noticed(upstream):
    body = json.dumps({"model": "m-endless", "stream": True, "messages": [], "mark": "harness-gone"}).encode()
    with http1.Connection(upstream.port) as line:
        line.send(http1.encode("POST", "/v1/chat/completions", {}, body))
        head = line.head()
        next(line.body(head))
    found = upstream.wait("harness-gone", lambda all: all and all[0].gone_at is not None, timeout=1)
    assert found[0].finished.wait(1)


def test_the_stream_reader_drops_only_the_usage_frame():
    usage = b'data: {"choices":[],"usage":{"prompt_tokens":1}}\r\n\r\n'
    assert sse.without_usage_chunk(b"data: {}\n\n" + usage + b"data: [DONE]\n\n") == b"data: {}\n\ndata: [DONE]\n\n"
