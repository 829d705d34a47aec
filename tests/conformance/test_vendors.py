"""Vendors with an API of their own, behind the official OpenAI client."""

import json
import time

import openai
import pytest

from support import configs, http1, judges, money, schema, sse
from support.gateway import marker
from support.receipt import Receipt
from support.vendors import CALLS, KEY, SIGNATURE, TEXT, THOUGHT, TOKEN, VENDORS

NAMES = list(VENDORS)
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
LOOKUP = {
    "type": "function",
    "function": {
        "name": "lookup",
        "description": "Finds a row",
        "parameters": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
    },
}


@pytest.fixture(scope="module")
def client(vendor_gateway):
    options = {"api_key": configs.KEY, "max_retries": 0, "timeout": 15, "_strict_response_validation": True}
    with openai.OpenAI(base_url=f"{vendor_gateway.url}/v1", **options) as made:
        yield made


def ask(mark="hello"):
    return [{"role": "user", "content": mark}]


def words(mark):
    return {"messages": ask(mark), "tools": [LOOKUP], "max_tokens": 500}


def collect(client, **request):
    return list(client.chat.completions.create(stream=True, **request))


def said(chunks):
    return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)


def thoughts(chunks):
    return "".join(getattr(c.choices[0].delta, "reasoning_content", None) or "" for c in chunks if c.choices)


def finishes(chunks):
    return [c.choices[0].finish_reason for c in chunks if c.choices and c.choices[0].finish_reason]


def check_usage(usage, vendor):
    expected = vendor.usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (expected.prompt, expected.completion)
    assert usage.total_tokens == expected.prompt + expected.completion
    prompt, completion = usage.prompt_tokens_details, usage.completion_tokens_details
    assert ((prompt and prompt.cached_tokens) or 0) == expected.cached
    assert (getattr(prompt, "cache_write_tokens", None) or 0) == expected.written
    assert ((completion and completion.reasoning_tokens) or 0) == expected.reasoning


def check_receipt(vendor_caller, request_id, vendor, scenario):
    receipt = Receipt(vendor_caller.receipt(request_id))
    assert receipt.provider == f"{vendor.name}.{scenario}"
    assert receipt.served == f"{vendor.name}-{scenario}"
    assert receipt.estimated is False
    assert receipt.cost == money.cost(configs.PRICE, vendor.usage.chat)
    return receipt


def check_sent(vendor_server, vendor, mark, path):
    """What the vendor got: the right path, the right key in the right place, and a body in its own words."""
    (sent,) = vendor_server.seen(mark)
    assert sent.target.split("/", 2)[2] == path.removeprefix("/")
    name, value = vendor.key_header
    assert (sent.header(name) or "").startswith(value)
    elsewhere = [header for header, text in sent.headers if KEY in text and header != name]
    assert not elsewhere, f"the key went out as {elsewhere} too"
    assert configs.KEY not in str(sent.headers)
    assert sent.header("content-type") == "application/json"
    judges.check_request(vendor.name, sent.json)
    return sent


@pytest.mark.parametrize("name", NAMES)
def test_text(client, vendor_caller, vendor_server, name):
    vendor, mark = VENDORS[name], marker()
    raw = client.chat.completions.with_raw_response.create(model=f"{name}-text", **words(mark))
    answer = raw.parse()
    schema.check_chat(json.loads(raw.text))
    assert answer.choices[0].message.content == "".join(TEXT)
    assert answer.choices[0].finish_reason == "stop"
    check_usage(answer.usage, vendor)
    if vendor.thinks:
        assert answer.choices[0].message.reasoning_content == THOUGHT
    assert raw.headers["x-lobstack-model"] == raw.headers["x-model-router-model"] == f"{name}-text"
    assert raw.headers["x-model-router-provider"] == f"{name}.text"
    assert raw.headers["x-lobstack-tier"] == "standard"
    assert money.parse(raw.headers["x-lobstack-cost-usd"]) == money.cost(configs.PRICE, vendor.usage.chat)
    check_sent(vendor_server, vendor, mark, vendor.path)
    check_receipt(vendor_caller, raw.headers["x-request-id"], vendor, "text")


@pytest.mark.parametrize("name", NAMES)
def test_streamed_text(client, vendor_caller, vendor_server, name):
    vendor, mark = VENDORS[name], marker()
    chunks = collect(client, model=f"{name}-text", **words(mark), stream_options={"include_usage": True})
    assert said(chunks) == "".join(TEXT)
    assert finishes(chunks) == ["stop"]
    check_usage(chunks[-1].usage, vendor)
    if vendor.thinks:
        assert thoughts(chunks) == THOUGHT
    check_sent(vendor_server, vendor, mark, vendor.stream_path)


@pytest.mark.parametrize("scenario", ["text", "tools"])
@pytest.mark.parametrize("name", NAMES)
def test_the_usage_chunk_tells_the_exact_cost(vendor_caller, name, scenario):
    answer = vendor_caller.stream(f"{name}-{scenario}", **{"tools": [LOOKUP], "stream_options": {"include_usage": True}})
    (last,) = [chunk for chunk in sse.chunks(answer.body) if chunk.get("usage")]
    assert sse.is_usage_only(last) and last is not sse.chunks(answer.body)[0]
    cost = last["usage"]["cost_usd"]
    assert money.parse(cost) == money.cost(configs.PRICE, VENDORS[name].usage.chat) > 0
    assert Receipt(vendor_caller.receipt(answer.header("x-request-id"))).cost == money.parse(cost)
    unasked = vendor_caller.stream(f"{name}-{scenario}", tools=[LOOKUP])
    assert b"cost_usd" not in unasked.body and not any(chunk.get("usage") for chunk in sse.chunks(unasked.body))


@pytest.mark.parametrize("name", NAMES)
def test_a_stream_in_tiny_pieces(client, name):
    chunks = collect(client, model=f"{name}-sliced", messages=ask())
    assert said(chunks) == "".join(TEXT)
    assert finishes(chunks) == ["stop"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", ["chat/completions", "messages", "responses"])
def test_a_client_that_leaves_frees_the_vendor(vendor_gateway, vendor_server, name, path):
    mark = marker()
    body = {"model": f"{name}-endless", "stream": True}
    body |= {"input": mark} if path == "responses" else {"messages": ask(mark), "max_tokens": 500}
    with vendor_gateway.connection() as line:
        line.send(http1.encode("POST", f"/v1/{path}", {"authorization": f"Bearer {configs.KEY}"}, body))
        answer = line.head()
        pieces = line.body(answer)
        while TEXT[0].encode() not in answer.body:
            next(pieces)
        left = time.monotonic()
    (sent,) = vendor_server.wait(mark, lambda all: all and all[0].gone_at, timeout=3)
    assert sent.gone_at - left < 0.25


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", ["messages", "responses"])
@pytest.mark.parametrize("scenario", ["text", "tools"])
def test_streams_of_other_fronts_are_billed(vendor_caller, name, path, scenario):
    vendor = VENDORS[name]
    body = {"model": f"{name}-{scenario}", "stream": True}
    body |= {"input": "hello"} if path == "responses" else {"messages": ask(), "max_tokens": 500}
    answer = vendor_caller.post(f"/v1/{path}", body, headers={"te": "trailers"})
    assert answer.status == 200 and answer.complete
    check_receipt(vendor_caller, answer.header("x-request-id"), vendor, scenario)
    cost = money.cost(configs.PRICE, vendor.usage.chat)
    assert money.parse(answer.trailer("x-lobstack-cost-usd")) == cost


@pytest.mark.parametrize("name", NAMES)
def test_the_bytes_of_a_stream(vendor_caller, name):
    vendor = VENDORS[name]
    answer = vendor_caller.stream(f"{name}-text", headers={"te": "trailers"})
    assert answer.complete and answer.body.endswith(b"data: [DONE]\n\n")
    chunks = sse.chunks(answer.body)
    told = [c for c in chunks if c["choices"]]
    if name != "azure":  # whose first chunk passes as it is
        assert len(told) == len(chunks)
        assert len({(c["id"], c["model"]) for c in chunks}) == 1
    for chunk in told:
        schema.check_chunk(chunk)
    cost = money.cost(configs.PRICE, vendor.usage.chat)
    assert money.parse(answer.trailer("x-lobstack-cost-usd")) == cost
    check_receipt(vendor_caller, answer.header("x-request-id"), vendor, "text")


@pytest.mark.parametrize("name", NAMES)
def test_tools(client, vendor_server, name):
    """Two calls at once, and their results in the next turn."""
    mark = marker()
    answer = client.chat.completions.create(model=f"{name}-tools", **words(mark))
    choice = answer.choices[0]
    assert choice.finish_reason == "tool_calls"
    check_calls([(c.id, c.function) for c in choice.message.tool_calls])
    turn_over(client, vendor_server, name, choice.message.model_dump(exclude_none=True))


@pytest.mark.parametrize("name", NAMES)
def test_streamed_tools(client, vendor_server, name):
    request = words(marker())
    with client.chat.completions.stream(model=f"{name}-tools", **request) as stream:
        completion = stream.get_final_completion()
    choice = completion.choices[0]
    assert choice.finish_reason == "tool_calls"
    check_calls([(c.id, c.function) for c in choice.message.tool_calls])
    turn_over(client, vendor_server, name, choice.message.model_dump(exclude_none=True))


def check_calls(calls):
    assert [(f.name, json.loads(f.arguments)) for _, f in calls] == CALLS
    assert len({id for id, _ in calls}) == len(CALLS)


def turn_over(client, vendor_server, name, message):
    """Sends the calls back with results; the vendor must see both, in its own words."""
    mark = marker()
    message = {k: v for k, v in message.items() if k in ("role", "content", "tool_calls")}
    for call in message["tool_calls"]:
        call["function"] = {k: call["function"][k] for k in ("name", "arguments")}
        call.pop("index", None)
    results = [
        {"role": "tool", "tool_call_id": call["id"], "content": f"result {at}"}
        for at, call in enumerate(message["tool_calls"])
    ]
    history = [{"role": "system", "content": "Be terse."}, *ask(mark), message, *results]
    answer = client.chat.completions.create(model=f"{name}-text", messages=history, tools=[LOOKUP], max_tokens=500)
    assert answer.choices[0].message.content == "".join(TEXT)
    (sent,) = vendor_server.seen(mark)
    judges.check_request(name, sent.json)
    text = json.dumps(sent.json, ensure_ascii=False)
    for needle in ("Be terse.", "東京", "result 0", "result 1"):
        assert text.count(needle) == 1, f"{needle} in {text}"
    assert text.index("東京") < text.index("result 0") < text.index("result 1")


@pytest.mark.parametrize("name", ["anthropic", "gemini", "vertex"])
@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "streamed"])
def test_signed_reasoning_returns_to_its_vendor(client, vendor_gateway, vendor_server, name, streaming):
    """A client of chat completions loses signatures; the vendor gets them back all the same, on any connection."""
    asked = {"model": f"{name}-tools", "reasoning_effort": "low"}
    if streaming:
        chunks = collect(client, **asked, **words(marker()))
        pieces = [call for c in chunks if c.choices for call in c.choices[0].delta.tool_calls or []]
        calls = [{"id": p.id, "type": "function", "function": {"name": p.function.name}} for p in pieces if p.id]
        for call in calls:
            at = next(p.index for p in pieces if p.id == call["id"])
            call["function"]["arguments"] = "".join(p.function.arguments or "" for p in pieces if p.index == at)
    else:
        answer = client.chat.completions.create(**asked, **words(marker()))
        told = answer.choices[0].message.tool_calls
        calls = [{"id": c.id, "type": "function", "function": c.function.model_dump()} for c in told]
    for _ in range(6):  # new connections, dealt to the workers in turn
        mark = marker()
        history = [*ask(mark), {"role": "assistant", "content": None, "tool_calls": calls}]
        history += [{"role": "tool", "tool_call_id": call["id"], "content": "blue"} for call in calls]
        options = {"api_key": configs.KEY, "max_retries": 0, "timeout": 15}
        with openai.OpenAI(base_url=f"{vendor_gateway.url}/v1", **options) as other:
            other.chat.completions.create(**asked, messages=history, tools=[LOOKUP], max_tokens=500)
        (sent,) = vendor_server.seen(mark)
        assert SIGNATURE in sent.raw.decode()
        judges.check_request(name, sent.json)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "streamed"])
@pytest.mark.parametrize(
    "scenario, kind, status",
    [
        ("e400", openai.BadRequestError, 400),
        ("e429", openai.RateLimitError, 429),
        ("e529", openai.InternalServerError, 503),
    ],
)
def test_errors(client, name, scenario, kind, status, streaming):
    with pytest.raises(kind) as caught:
        client.chat.completions.create(model=f"{name}-{scenario}", messages=ask(), stream=streaming)
    assert caught.value.status_code == status
    assert caught.value.request_id and caught.value.type and caught.value.message
    if status == 429:
        assert 6 <= float(caught.value.response.headers["retry-after"]) <= 8


@pytest.mark.parametrize("name", NAMES)
def test_an_error_before_the_first_word_is_a_status(vendor_caller, name):
    """The vendor said 200; the client must not be told so."""
    answer = vendor_caller.stream(f"{name}-first")
    assert answer.status in (429, 502, 503), answer.body
    schema.check_error(answer, answer.status)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scenario", ["cut", "short"])
def test_a_stream_that_breaks_off_does_not_end_well(vendor_caller, client, name, scenario):
    answer = vendor_caller.stream(f"{name}-{scenario}", stream_options={"include_usage": True})
    assert answer.status == 200
    chunks = sse.chunks(answer.body)
    assert sse.text([c for c in chunks if c.get("choices")]) == TEXT[0]
    assert sse.finishes(chunks) == [] and b"[DONE]" not in answer.body
    (error,) = sse.errors(chunks)
    assert error["code"] == "upstream_interrupted"
    with pytest.raises(openai.APIError):
        collect(client, model=f"{name}-{scenario}", messages=ask())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "streamed"])
@pytest.mark.parametrize("scenario", ["e429", "e529", "first"])
def test_another_vendor_takes_over(client, vendor_caller, vendor_server, name, scenario, streaming):
    if scenario == "first" and not streaming:
        scenario = "e529"  # only a stream has a first event
    mark = marker()
    following = NAMES[(NAMES.index(name) + 1) % len(NAMES)]
    request = {"model": f"from-{name}-{scenario}", **words(mark)}
    raw = client.chat.completions.with_raw_response.create(stream=streaming, **request)
    parsed = raw.parse()
    text = said(list(parsed)) if streaming else parsed.choices[0].message.content
    assert text == "".join(TEXT)
    assert raw.headers["x-model-router-provider"] == f"{following}.text"
    assert raw.headers["x-tiergate-attempts"] >= "2"
    assert len(vendor_server.seen(mark)) >= 2
    receipt = Receipt(vendor_caller.receipt(raw.headers["x-request-id"]))
    assert receipt.provider == f"{following}.text"
    assert receipt.cost == money.cost(configs.PRICE, VENDORS[following].usage.chat)


def test_a_long_list_of_dropped_members_ends_in_a_count(vendor_caller):
    """Heads stay small enough for clients and proxies; the receipt has every name."""
    unknown = {f"member_{at}": 1 for at in range(1_500)}
    answer = vendor_caller.chat("anthropic-text", **unknown)
    assert answer.status == 200, answer.body
    listed = answer.header("x-tiergate-dropped-params")
    *names, rest = listed.split(", ")
    assert 1_900 < len(listed) <= 2_048 and set(names) < set(unknown)
    assert len(names) + int(rest.removeprefix("+")) == 1_500
    edits = vendor_caller.receipt(answer.header("x-request-id"))["edits"]
    assert {f"removed {name}" for name in unknown} <= set(edits)


def test_what_anthropic_sees(client, vendor_server):
    mark = marker()
    client.chat.completions.create(model="anthropic-text", **words(mark))
    (sent,) = vendor_server.seen(mark)
    assert sent.header("anthropic-version") == "2023-06-01"
    assert sent.header("authorization") is None
    assert sent.json["max_tokens"] == 500 and sent.json["model"] == "claude-opus-4-6"


def test_what_bedrock_sees(client, vendor_server):
    signed, keyed = marker(), marker()
    client.chat.completions.create(model="bedrock-text", **words(signed))
    client.chat.completions.create(model="bedrock-bearer", **words(keyed))
    (sent,) = vendor_server.seen(signed)
    assert sent.header("x-amz-date") and sent.header("x-amz-content-sha256")
    assert "/us-east-1/bedrock/aws4_request" in sent.header("authorization")
    (sent,) = vendor_server.seen(keyed)
    assert sent.header("authorization") == f"Bearer {KEY}" and sent.header("x-amz-date") is None


@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "streamed"])
def test_the_signature_is_that_of_the_vendors_own_client(client, vendor_server, streaming):
    """botocore signs the same request to the same signature."""
    mark = marker()
    client.chat.completions.create(model="bedrock-text", stream=streaming, **words(mark))
    (sent,) = vendor_server.seen(mark)
    assert judges.signature(sent, configs.AWS) == sent.header("authorization")


def test_what_vertex_sees(client, vendor_server):
    """One token serves all of a provider's requests, and calls have no ids there."""
    first, second = marker(), marker()
    client.chat.completions.create(model="vertex-text", **words(first))
    before = vendor_server.tokens
    client.chat.completions.create(model="vertex-text", **words(second))
    assert 1 <= before == vendor_server.tokens
    for mark in (first, second):
        (sent,) = vendor_server.seen(mark)
        assert sent.header("authorization") == f"Bearer {TOKEN}" and sent.header("x-goog-api-key") is None


RICH = {
    "messages": [
        {"role": "system", "content": "Be terse."},
        {"role": "user", "content": [{"type": "text", "text": "what is this?"}, {"type": "image_url", "image_url": {"url": PIXEL}}]},
        {
            "role": "assistant",
            "content": "I will look.",
            "tool_calls": [{"id": "call_9", "type": "function", "function": {"name": "lookup", "arguments": '{"id":"1"}'}}],
        },
        {"role": "tool", "tool_call_id": "call_9", "content": [{"type": "text", "text": "a pixel"}]},
    ],
    "tools": [LOOKUP],
    "tool_choice": {"type": "function", "function": {"name": "lookup"}},
    "parallel_tool_calls": False,
    "temperature": 0.5,
    "top_p": 0.9,
    "stop": ["END"],
    "max_completion_tokens": 600,
    "user": "someone",
}
def test_mistral_is_sent_nothing_that_it_refuses(client, vendor_server):
    """It checks each member of each message, and the order of roles; clients send back all that they were given."""
    mark = marker()
    answer = client.chat.completions.create(model="mistral-tools", **words(marker()))
    told = answer.choices[0].message.model_dump()
    assert told["refusal"] is None and told["reasoning_content"] == THOUGHT
    results = [{"role": "tool", "tool_call_id": call["id"], "content": "blue"} for call in told["tool_calls"]]
    spoken = [{"type": "text", "text": "And?", "cache_control": {"type": "ephemeral"}}]
    client.chat.completions.create(
        model="mistral-text",
        messages=[
            {"role": "developer", "content": mark},
            {"role": "user", "name": "ann", "content": "hello"},
            {"role": "assistant", "content": "", "refusal": None},
            told,
            *results,
            {"role": "user", "content": spoken},
            {"role": "assistant", "content": "It is"},
        ],
        tools=[{"type": "function", "function": {"name": "lookup"}}],
        tool_choice="required",
        max_completion_tokens=500,
        seed=7,
        stream=True,
        stream_options={"include_usage": True},
        user="someone",
        store=False,
        verbosity="low",
        logit_bias={"1": 2},
        metadata={"team": "a"},
    )
    (sent,) = vendor_server.seen(mark)
    judges.check_request("mistral", sent.json)
    roles = [message["role"] for message in sent.json["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "tool", "assistant", "user", "assistant"]
    assert sent.json["messages"][-1]["prefix"] is True
    assert all(message["name"] == "lookup" for message in sent.json["messages"] if message["role"] == "tool")
    kept = {"random_seed": 7, "max_tokens": 500, "tool_choice": "any", "metadata": {"team": "a"}}
    assert kept.items() <= sent.json.items()


UNKNOWN = {"responses": {"stop": openai.NOT_GIVEN}}
SHAPE = {
    "type": "object",
    "properties": {"colour": {"type": "string"}},
    "required": ["colour"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"tool_choice": "required"},
        {"tool_choice": "none"},
        {"tool_choice": "auto", "reasoning_effort": "high"},
        {
            "tools": openai.NOT_GIVEN,
            "tool_choice": openai.NOT_GIVEN,
            "parallel_tool_calls": openai.NOT_GIVEN,
            "messages": ask("what colour?"),
            "response_format": {"type": "json_schema", "json_schema": {"name": "c", "schema": SHAPE, "strict": True}},
        },
    ],
    ids=["named", "required", "none", "effort", "schema"],
)
@pytest.mark.parametrize("name", NAMES)
def test_requests_keep_to_the_vendors_description(client, vendor_server, name, change):
    mark = marker()
    request = {**RICH, **change, **UNKNOWN.get(name, {})}
    if name == "ollama" and request["tool_choice"] not in (openai.NOT_GIVEN, "none"):
        request["tool_choice"] = "auto"
    request["messages"] = [{"role": "system", "content": mark}, *request["messages"]]
    client.chat.completions.create(model=f"{name}-text", **request)
    (sent,) = vendor_server.seen(mark)
    judges.check_request(name, sent.json)


TREE = {
    "type": "object",
    "properties": {
        "kind": {"const": "tree"},
        "on": {"enum": [True, None]},
        "size": {"enum": [1, 2.5]},
        "child": {"$ref": "#/definitions/node", "description": "the first"},
        "either": {"anyOf": [{"type": ["string", "null"], "format": "date"}, {"type": "integer", "minimum": 1}]},
        "both": {"allOf": [{"type": "object", "properties": {"a": {}}}, {"type": "object", "required": ["a"]}]},
        "pair": {"prefixItems": [{"type": "string"}, {"type": "number"}]},
    },
    "definitions": {"node": {"type": "object", "properties": {"next": {"$ref": "#/definitions/node"}}}},
    "propertyOrdering": ["kind", "child"],
    "additionalProperties": False,
}
ALLOWED = {
    "type": "allowed_tools",
    "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "lookup"}}]},
}
MEDIA = [
    {"type": "image_url", "image_url": {"url": "https://example.com/a.png?signature=a.b", "detail": "high"}},
    {"type": "input_audio", "input_audio": {"data": "UklGRiQAAABXQVZF", "format": "wav"}},
    {"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBERi0xLjcK", "filename": "a.pdf"}},
]


@pytest.mark.parametrize(
    "change",
    [
        {"tools": [{"type": "function", "function": {"name": "look/up tree", "parameters": TREE, "strict": True}}]},
        {"tools": [LOOKUP, {"type": "function", "function": {"name": "stop"}}], "tool_choice": ALLOWED},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "t", "schema": TREE}}},
        {"tools": [LOOKUP], "response_format": {"type": "json_object"}},
        {"seed": 7, "frequency_penalty": 0.5, "presence_penalty": -0.5, "temperature": 1, "extra_body": {"top_k": 40}},
        {"service_tier": "flex", "reasoning_effort": "xhigh", "user": "someone", "logit_bias": {"1": 2}},
        {"reasoning_effort": "none", "stop": ["a", "b"], "max_tokens": 7},
        {"messages": [{"role": "user", "content": MEDIA}]},
    ],
    ids=["schema", "allowed", "form", "json-and-tools", "sampling", "urgency", "thoughtless", "media"],
)
@pytest.mark.parametrize("name", ["gemini", "vertex"])
def test_googles_own_client_would_have_said_the_same(client, vendor_server, name, change):
    mark = marker()
    request = {"messages": [], **change}
    request["messages"] = [*ask(mark), *request["messages"]]
    client.chat.completions.create(model=f"{name}-text", **request)
    (sent,) = vendor_server.seen(mark)
    judges.check_request(name, sent.json)


@pytest.mark.parametrize(
    "name, param, value",
    [
        ("responses", "stop", ["END"]),
        ("ollama", "tool_choice", "required"),
        ("anthropic", "n", 2),
        ("anthropic", "logprobs", True),
    ],
)
@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "streamed"])
def test_what_a_vendor_cannot_do_is_the_callers_matter(client, vendor_server, name, param, value, streaming):
    """It is refused by name, before the vendor is asked; nothing of it is left out in silence."""
    mark = marker()
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=f"{name}-text", stream=streaming, **words(mark), **{param: value})
    assert (caught.value.code, caught.value.param) == ("unsupported_parameter", param)
    assert vendor_server.seen(mark) == []


def test_a_vendor_that_can_do_it_takes_over(client):
    """The first choice cannot be made to call a tool; the second can."""
    request = {**words(marker()), "tool_choice": "required"}
    raw = client.chat.completions.with_raw_response.create(model="able-second", **request)
    assert raw.headers["x-model-router-provider"] == "chat.text"


def test_the_failure_of_a_provider_is_told_before_what_another_cannot_do(client):
    request = {**words(marker()), "tool_choice": "required"}
    with pytest.raises(openai.InternalServerError) as caught:
        client.chat.completions.create(model="unable-second", **request)
    assert caught.value.status_code == 503
