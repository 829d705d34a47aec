"""A stream that breaks after the first word tells every client the same: what, who, and whether to try again."""

import json

import pytest

from support import answers, behaviours, configs, schema, sse
from support.gateway import Caller, Gateway

PATHS = ["/v1/chat/completions", "/v1/messages", "/v1/responses"]


async def said(x):
    await x.start_stream()
    await x.event(answers.chunk(x.model, {"role": "assistant", "content": "one "}))
    await x.event(answers.chunk(x.model, {"content": "two"}))


async def reset(x):
    await said(x)
    await x.reset()


async def ended(x):
    await said(x)
    await x.end_stream()


async def done_without_finish(x):
    await said(x)
    await behaviours.end_well(x)


async def quiet(x):
    await said(x)
    await x.hang()


async def told(x):
    await said(x)
    await x.event({"error": {"message": "engine is overloaded", "type": "server_error", "code": 503}})
    await x.end_stream()


async def garbage(x):
    await said(x)
    await x.data(b"data: {\"choices\": [[[\n\n")
    await x.hang()


BROKEN = {f.__name__: f for f in (reset, ended, done_without_finish, quiet, told, garbage)}


@pytest.fixture(scope="module")
def breaking(upstream, tmp_path_factory):
    for name, handler in BROKEN.items():
        upstream.on(f"breaks-{name}", handler)
    config = {
        "store": {"url": "memory:"},
        "providers": {"up": configs.provider(upstream, "up")},
        "models": [configs.model(f"breaks-{name}", configs.target("up", f"breaks-{name}")) for name in BROKEN],
        "keys": configs.keys(),
        "failover": {"health": False, "timeouts": {"idle_ms": 500, "idle_with_pings_ms": 500}},
    }
    gateway = Gateway(tmp_path_factory.mktemp("breaking"), config, configs.ENV)
    yield Caller(gateway, configs.KEY)
    gateway.stop()


def last_event(body):
    """Name and data of the last event."""
    block = body.decode().replace("\r\n", "\n").strip().split("\n\n")[-1]
    fields = dict(line.split(": ", 1) for line in block.splitlines())
    return fields.get("event"), json.loads(fields["data"])


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", BROKEN)
def test_the_last_event_tells_all(breaking, path, name):
    model = f"breaks-{name}"
    body = {"model": model, "stream": True, "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}
    if path == "/v1/responses":
        body = {"model": model, "stream": True, "input": "hi"}
    answer = breaking.post(path, body)
    assert answer.status == 200 and not answer.complete
    assert b"two" in answer.body, answer.body.decode()
    assert b"[DONE]" not in answer.body
    request_id = answer.header("x-request-id")
    event, data = last_event(answer.body)
    if path == "/v1/messages":
        assert (event, data["type"], data["request_id"]) == ("error", "error", request_id)
        error = data["error"]
        assert error["type"] in ("api_error", "overloaded_error")
    elif path == "/v1/responses":
        assert event == data["type"] == "response.failed"
        schema.check(schema.event_name("response.failed"), data)
        assert data["response"]["status"] == "failed"
        error = data["response"]["error"]
        assert error["code"] == "server_error" and error["request_id"] == request_id
    else:
        assert event is None
        assert all(not chunk["choices"][0]["finish_reason"] for chunk in sse.chunks(answer.body) if chunk.get("choices"))
        error = data["error"]
        assert (error["code"], error["type"], error["request_id"]) == ("upstream_interrupted", "api_error", request_id)
    assert error["message"]
    assert (error["class"], error["retryable"], error["partial"], error["provider"]) == ("provider", True, True, "up")
    if name == "told":
        assert error["provider_status"] == 503, error
    kept = breaking.receipt(request_id)
    assert kept["outcome"] == "interrupted" and kept["error_code"] == "upstream_interrupted"
