"""The official Python client, strict about every answer, with only base URL and key changed."""

import concurrent.futures
import json
import time

import openai
import pydantic
import pytest

from support import configs
from support.gateway import marker

HI = [{"role": "user", "content": "héllo wörld 👋"}]
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def make(gateway, base="/v1", key=configs.KEY, **options):
    return openai.OpenAI(
        base_url=gateway.url + base,
        api_key=key,
        max_retries=0,
        timeout=15,
        _strict_response_validation=True,
        **options,
    )


@pytest.fixture(scope="module", params=["/v1", "", "/api/gateway/v1"])
def client(request, main_gateway):
    with make(main_gateway, request.param) as made:
        yield made


@pytest.fixture(scope="module")
def v1(main_gateway):
    with make(main_gateway) as made:
        yield made


def test_chat(client):
    answer = client.chat.completions.create(model="m-echo", messages=HI)
    assert answer.choices[0].message.content == "héllo wörld 👋"
    assert answer.usage.total_tokens == 27
    assert answer._request_id


def test_stream(client):
    stream = client.chat.completions.create(model="m-echo", messages=HI, stream=True)
    chunks = list(stream)
    assert "".join(c.choices[0].delta.content or "" for c in chunks) == "héllo wörld 👋"
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert all(c.choices for c in chunks), "an unasked usage chunk breaks choices[0]"
    assert all(c.usage is None for c in chunks)


def test_stream_with_usage(client):
    stream = client.chat.completions.create(
        model="m-echo", messages=HI, stream=True, stream_options={"include_usage": True}
    )
    *content, last = list(stream)
    assert last.choices == [] and last.usage.total_tokens == 27
    assert all(c.usage is None for c in content)
    assert len({c.id for c in content + [last]}) == 1


def test_models(client):
    listed = {m.id for m in client.models.list()}
    assert {"m-echo", *configs.ODD_IDS} <= listed


@pytest.mark.parametrize("name", ["m-echo", *configs.ODD_IDS])
def test_model_retrieve(v1, name):
    model = v1.models.retrieve(name)
    assert (model.id, model.object) == (name, "model")


@pytest.mark.parametrize("name", configs.ODD_IDS)
def test_odd_model_ids_are_served(v1, name):
    raw = v1.chat.completions.with_raw_response.create(model=name, messages=HI)
    assert raw.headers["x-lobstack-model"] == name
    assert raw.parse().choices[0].message.content == "héllo wörld 👋"


def test_parallel_tools_over_several_turns(v1, upstream):
    mark = marker()
    history = [{"role": "system", "content": mark}, {"role": "user", "content": "weather in both?"}]
    first = v1.chat.completions.create(model="m-tools", messages=history, tools=[WEATHER], parallel_tool_calls=True)
    said = first.choices[0].message
    assert first.choices[0].finish_reason == "tool_calls"
    assert [c.function.name for c in said.tool_calls] == ["weather", "weather"]
    assert json.loads(said.tool_calls[1].function.arguments) == {"city": "東京"}
    history.append(said.model_dump(exclude_none=True))
    history += [
        {"role": "tool", "tool_call_id": call.id, "content": f"{at} °C"} for at, call in enumerate(said.tool_calls)
    ]
    second = v1.chat.completions.create(model="m-tools", messages=history, tools=[WEATHER])
    assert second.choices[0].message.content == "call_a=0 °C;call_b=1 °C;"
    history += [{"role": "assistant", "content": second.choices[0].message.content}, *HI]
    third = v1.chat.completions.create(model="m-echo", messages=history, tools=[WEATHER], tool_choice="none")
    assert third.choices[0].message.content == HI[0]["content"]
    sent = [x.json["messages"] for x in upstream.seen(mark)]
    assert sent[1] == history[:5] and sent[2] == history


def test_streamed_tools_assemble(v1):
    with v1.chat.completions.stream(
        model="m-tools", messages=[{"role": "user", "content": "weather?"}], tools=[WEATHER]
    ) as stream:
        message = stream.get_final_completion().choices[0].message
    assert [(c.id, c.function.arguments) for c in message.tool_calls] == [
        ("call_a", '{"city":"Zürich"}'),
        ("call_b", '{"city":"東京"}'),
    ]


def test_structured_output(v1, upstream):
    class Person(pydantic.BaseModel):
        name: str
        age: int
        clever: bool

    mark = marker()
    answer = v1.chat.completions.parse(
        model="m-structured", messages=[{"role": "user", "content": mark}], response_format=Person
    )
    assert answer.choices[0].message.parsed == Person(name="Ada", age=36, clever=True)
    (sent,) = upstream.seen(mark)
    assert sent.json["response_format"]["json_schema"]["strict"] is True


def test_vision_parts(v1, upstream):
    mark = marker()
    parts = [
        {"type": "text", "text": mark},
        {"type": "image_url", "image_url": {"url": PIXEL, "detail": "low"}},
        {"type": "image_url", "image_url": {"url": "https://images.example/cat.png"}},
    ]
    answer = v1.chat.completions.create(model="m-vision", messages=[{"role": "user", "content": parts}])
    assert answer.choices[0].message.content.startswith("2 images")
    (sent,) = upstream.seen(mark)
    assert sent.json["messages"][0]["content"] == parts


def test_audio_parts_and_modalities(v1, upstream):
    mark = marker()
    parts = [{"type": "text", "text": mark}, {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}]
    v1.chat.completions.create(
        model="m-echo",
        messages=[{"role": "user", "content": parts}],
        modalities=["text", "audio"],
        audio={"voice": "alloy", "format": "wav"},
    )
    (sent,) = upstream.seen(mark)
    assert sent.json["messages"][0]["content"] == parts
    assert sent.json["audio"] == {"voice": "alloy", "format": "wav"}


def test_reasoning_fields_survive(v1):
    answer = v1.chat.completions.create(model="m-reasoning", messages=HI, reasoning_effort="low")
    assert answer.choices[0].message.reasoning_content == "let me think"
    stream = v1.chat.completions.create(model="m-reasoning", messages=HI, stream=True)
    thoughts = [getattr(c.choices[0].delta, "reasoning_content", None) or "" for c in stream]
    assert "".join(thoughts) == "let me think"


def test_several_choices(v1):
    answer = v1.chat.completions.create(model="m-several", messages=HI, n=2)
    assert [c.message.content for c in answer.choices] == ["one", "two"]


def test_logprobs(v1):
    answer = v1.chat.completions.create(model="m-logprobs", messages=HI, logprobs=True, top_logprobs=3)
    assert answer.choices[0].logprobs.content[0].logprob == -0.25


def test_raw_headers_of_both_families(v1):
    pinned = v1.chat.completions.with_raw_response.create(model="m-echo", messages=HI).headers
    assert pinned["x-lobstack-model"] == pinned["x-model-router-model"] == "m-echo"
    assert pinned["x-lobstack-tier"] == "standard"
    assert pinned["x-model-router-provider"] == "p-m-echo"
    assert 0 <= int(pinned["x-lobstack-complexity"]) <= 100
    assert pinned["x-lobstack-cost-usd"] and pinned["x-lobstack-savings"]
    assert pinned["x-request-id"]
    assert "x-model-router-auto-tier" not in pinned and "x-model-router-auto-score" not in pinned


def test_raw_headers_of_auto(ladder):
    with make(ladder.gateway) as client:
        raw = client.chat.completions.with_raw_response.create(
            model="auto", messages=HI, extra_body={"prefer": "cheap", "tags": {"team": "a"}}
        )
    assert raw.headers["x-model-router-auto-tier"] == raw.headers["x-lobstack-tier"]
    assert raw.headers["x-model-router-auto-score"] == raw.headers["x-lobstack-complexity"]
    assert raw.headers["x-lobstack-model"].startswith("one-")


def test_raw_headers_of_a_stream(v1):
    with v1.chat.completions.with_streaming_response.create(model="m-slow", messages=HI, stream=True) as raw:
        assert raw.headers["x-lobstack-model"] == "m-slow"
        assert raw.headers["content-type"].startswith("text/event-stream")
        assert raw.headers["x-request-id"]


ERRORS = [
    ("no-such-model-at-all", openai.NotFoundError, "model_not_found"),
    ("m-400", openai.BadRequestError, "invalid_value"),
    ("m-400-context", openai.BadRequestError, "context_length_exceeded"),
    ("m-400-filter", openai.BadRequestError, None),
    ("m-413", openai.APIStatusError, None),
    ("m-422", openai.UnprocessableEntityError, None),
    ("m-429", openai.RateLimitError, "rate_limit_exceeded"),
    ("m-500", openai.InternalServerError, None),
    ("m-401", openai.InternalServerError, None),
    ("m-402", openai.InternalServerError, None),
    ("m-403", openai.InternalServerError, None),
]


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("name, kind, code", ERRORS)
def test_typed_errors(v1, name, kind, code, streaming):
    with pytest.raises(kind) as caught:
        v1.chat.completions.create(model=name, messages=HI, stream=streaming)
    assert type(caught.value) is kind
    assert caught.value.request_id
    assert caught.value.type and caught.value.message
    if code:
        assert caught.value.code == code
    if kind is openai.InternalServerError:
        assert caught.value.status_code == 502


def test_wrong_key(main_gateway):
    with pytest.raises(openai.AuthenticationError) as caught:
        make(main_gateway, key="tg_live_deadbeef" + "0" * 48).chat.completions.create(model="m-echo", messages=HI)
    assert caught.value.code == "invalid_api_key"


def test_body_over_the_cap(v1):
    with pytest.raises(openai.APIStatusError) as caught:
        v1.chat.completions.create(model="m-echo", messages=[{"role": "user", "content": "x" * (2 << 20)}])
    assert caught.value.status_code == 413


def test_rate_limit_carries_retry_after(v1):
    with pytest.raises(openai.RateLimitError) as caught:
        v1.chat.completions.create(model="m-429", messages=HI)
    assert 6 <= float(caught.value.response.headers["retry-after"]) <= 8


def test_forbidden_model(main_gateway):
    with pytest.raises(openai.PermissionDeniedError) as caught:
        make(main_gateway, key=configs.LIMITED_KEY).chat.completions.create(model="m-tools", messages=HI)
    assert "m-tools" in caught.value.message


def test_a_broken_stream_raises(v1):
    stream = v1.chat.completions.create(model="m-cut", messages=HI, stream=True)
    seen = []
    with pytest.raises(openai.APIError) as caught:
        seen += [c.choices[0].delta.content or "" for c in stream if c.choices]
    assert caught.value.code == "upstream_interrupted"


def test_fifty_streams_at_once(main_gateway):
    def one(number):
        with make(main_gateway) as client:
            words = [{"role": "user", "content": f"stream {number} " * 20}]
            stream = client.chat.completions.create(model="m-echo", messages=words, stream=True)
            return "".join(c.choices[0].delta.content or "" for c in stream) == words[0]["content"]

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        assert all(pool.map(one, range(50)))


@pytest.mark.parametrize("streaming", [True, False], ids=["stream", "buffered"])
def test_cancel_reaches_the_upstream(main_gateway, upstream, streaming):
    """The upstream sees the client's leaving within 250 ms."""
    mark = marker()
    words = [{"role": "user", "content": mark}]
    client = make(main_gateway)
    if streaming:
        stream = client.chat.completions.create(model="m-endless", messages=words, stream=True)
        for _, _ in zip(range(5), stream):
            pass
        left = time.monotonic()
        stream.close()
    else:
        with pytest.raises(openai.APITimeoutError):
            client.with_options(timeout=0.3).chat.completions.create(model="m-endless", messages=words)
        left = time.monotonic()
    client.close()
    (sent,) = upstream.wait(mark, lambda all: all and all[0].gone_at, timeout=3)
    assert sent.gone_at - left < 0.25


@pytest.mark.parametrize("n", range(3))
def test_the_async_client(main_gateway, n):
    import asyncio

    async def run():
        async with openai.AsyncOpenAI(
            base_url=main_gateway.url + "/v1", api_key=configs.KEY, _strict_response_validation=True
        ) as client:
            streams = [
                await client.chat.completions.create(model="m-slow", messages=HI, stream=True) for _ in range(5)
            ]
            return [len([c async for c in s]) for s in streams]

    assert asyncio.run(run()) == [12] * 5
