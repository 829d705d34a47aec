"""OpenAI's Responses on our front, behind the official client."""

import contextlib
import http.client
import json

import openai
import pytest

from support import configs, judges, money, schema
from support.gateway import marker
from support.receipt import Receipt
from support.vendors import CALLS, SIGNATURE, TEXT, THOUGHT, VENDORS

UPSTREAMS = list(VENDORS)
LOOKUP = {
    "type": "function",
    "name": "lookup",
    "description": "Finds a row",
    "parameters": {
        "type": "object",
        "properties": {"id": {"type": "string"}},
        "required": ["id"],
        "additionalProperties": False,
    },
    "strict": True,
}


def make(gateway, key=configs.KEY):
    options = {"api_key": key, "max_retries": 0, "timeout": 15, "_strict_response_validation": True}
    return openai.OpenAI(base_url=f"{gateway.url}/v1", **options)


@pytest.fixture(scope="module")
def client(vendor_gateway):
    with make(vendor_gateway) as made:
        yield made


def calls(response):
    return [(item.name, json.loads(item.arguments)) for item in response.output if item.type == "function_call"]


def thoughts(response):
    parts = (part for item in response.output if item.type == "reasoning" for part in item.summary)
    return "".join(part.text for part in parts)


def check_usage(usage, vendor):
    counts = vendor.usage
    assert (usage.input_tokens, usage.output_tokens) == (counts.prompt, counts.completion)
    assert usage.total_tokens == counts.prompt + counts.completion
    assert usage.input_tokens_details.cached_tokens == counts.cached
    assert usage.output_tokens_details.reasoning_tokens == counts.reasoning


@pytest.mark.parametrize("name", UPSTREAMS)
def test_text(client, vendor_caller, vendor_server, name):
    vendor, mark = VENDORS[name], marker()
    raw = client.responses.with_raw_response.create(
        model=f"{name}-text", instructions="Be terse.", input=mark, max_output_tokens=500
    )
    response = raw.parse()
    assert (response.object, response.status, response.error) == ("response", "completed", None)
    assert response.output_text == "".join(TEXT)
    if vendor.thinks:
        assert thoughts(response) == THOUGHT
    check_usage(response.usage, vendor)
    assert raw.headers["x-lobstack-model"] == raw.headers["x-model-router-model"] == f"{name}-text"
    cost = money.cost(configs.PRICE, vendor.usage.chat)
    assert money.parse(raw.headers["x-lobstack-cost-usd"]) == cost
    receipt = Receipt(vendor_caller.receipt(raw.headers["x-request-id"]))
    assert (receipt.provider, receipt.cost) == (f"{name}.text", cost)
    (sent,) = vendor_server.seen(mark)
    assert sent.target.split("/", 2)[2] == vendor.path.removeprefix("/")
    judges.check_request(name, sent.json)
    assert "Be terse." in sent.raw.decode()


@pytest.mark.parametrize("name", UPSTREAMS)
@pytest.mark.parametrize("scenario", ["text", "tools"])
def test_stream(client, name, scenario):
    """Numbers rise by one; every part that is opened is closed; the last event holds the whole."""
    stream = client.responses.create(model=f"{name}-{scenario}", input="hi", tools=[LOOKUP], stream=True)
    events = list(stream)
    assert [event.sequence_number for event in events] == list(range(len(events)))
    kinds = [event.type for event in events]
    assert kinds[0] == "response.created" and kinds[-1] == "response.completed"
    assert kinds.count("response.output_item.added") == kinds.count("response.output_item.done")
    assert kinds.count("response.content_part.added") == kinds.count("response.content_part.done")
    response = events[-1].response
    deltas = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    if scenario == "text":
        assert deltas == response.output_text == "".join(TEXT)
    else:
        assert calls(response) == CALLS
        assert check_arguments(events) == CALLS
    done = [event for event in events if event.type == "response.output_item.done"]
    assert [event.output_index for event in done] == list(range(len(done)))
    assert [event.item.id for event in done] == [item.id for item in response.output]
    check_usage(response.usage, VENDORS[name])


def check_arguments(events):
    """The calls as put together from their fragments."""
    opened = [e.item for e in events if e.type == "response.output_item.added" and e.item.type == "function_call"]
    found = []
    for item in opened:
        parts = [e.delta for e in events if e.type == "response.function_call_arguments.delta" and e.item_id == item.id]
        found.append((item.name, json.loads("".join(parts))))
    return found


@pytest.mark.parametrize("name", UPSTREAMS)
def test_the_streaming_helper(client, name):
    with client.responses.stream(model=f"{name}-tools", input="hi", tools=[LOOKUP]) as stream:
        response = stream.get_final_response()
    assert calls(response) == CALLS
    assert len({item.call_id for item in response.output if item.type == "function_call"}) == len(CALLS)


@pytest.mark.parametrize("name", UPSTREAMS)
def test_calls_and_their_outputs(client, vendor_server, name):
    """The whole conversation is sent again, as a client without stored answers does."""
    response = client.responses.create(
        model=f"{name}-tools", input="hi", tools=[LOOKUP], store=False, include=["reasoning.encrypted_content"]
    )
    assert calls(response) == CALLS
    mark = marker()
    asked = [item for item in response.output if item.type == "function_call"]
    outputs = [
        {"type": "function_call_output", "call_id": item.call_id, "output": f"result {at}"}
        for at, item in enumerate(asked)
    ]
    history = [
        {"role": "user", "content": mark},
        *(item.model_dump(exclude_none=True) for item in response.output),
        *outputs,
    ]
    answer = client.responses.create(model=f"{name}-tools", input=history, tools=[LOOKUP], store=False)
    assert answer.status == "completed"
    (sent,) = vendor_server.seen(mark)
    judges.check_request(name, sent.json)
    text = json.dumps(sent.json, ensure_ascii=False)
    for needle in ("東京", "result 0", "result 1"):
        assert text.count(needle) == 1, f"{needle} in {text}"
    assert text.index("東京") < text.index("result 0") < text.index("result 1")


@pytest.mark.parametrize("name", ["anthropic", "bedrock", "gemini", "responses"])
def test_sealed_reasoning_returns_to_its_vendor(client, vendor_server, name):
    options = {"store": False, "include": ["reasoning.encrypted_content"], "reasoning": {"effort": "low"}}
    options |= {"tools": [LOOKUP], "max_output_tokens": 3000}
    response = client.responses.create(model=f"{name}-tools", input="hi", **options)
    mark = marker()
    outputs = [
        {"type": "function_call_output", "call_id": item.call_id, "output": "blue"}
        for item in response.output
        if item.type == "function_call"
    ]
    history = [{"role": "user", "content": mark}]
    history += [item.model_dump(exclude_none=True) for item in response.output] + outputs
    client.responses.create(model=f"{name}-tools", input=history, **options)
    (sent,) = vendor_server.seen(mark)
    assert SIGNATURE in sent.raw.decode()
    judges.check_request(name, sent.json)


@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "streamed"])
def test_an_upstream_of_the_same_dialect_gets_the_clients_bytes(vendor_caller, vendor_server, streaming):
    mark = marker()
    body = {
        "model": "responses-text",
        "input": [{"role": "user", "content": [{"type": "input_text", "text": mark}]}],
        "store": False,
        "stream": streaming,
        "tools": [LOOKUP, {"type": "web_search"}],
        "x_unheard_of": [1.0, 1e2, None],
    }
    text = json.dumps(body, indent=1)
    answer = vendor_caller.post("/v1/responses", text.encode())
    assert answer.status == 200, answer.body
    (sent,) = vendor_server.seen(mark)
    assert sent.raw.decode() == text.replace('"responses-text"', '"gpt-5.4"')
    assert answer.body == sent.payload


@pytest.mark.parametrize("name", UPSTREAMS)
def test_structured_output(client, vendor_server, name):
    mark = marker()
    shape = {"type": "json_schema", "name": "row", "schema": LOOKUP["parameters"], "strict": True}
    client.responses.create(model=f"{name}-text", input=mark, text={"format": shape})
    (sent,) = vendor_server.seen(mark)
    assert '"id"' in sent.raw.decode().replace("\\", ""), "the shape reached the vendor"
    judges.check_request(name, sent.json)


PATCH = {
    "type": "custom",
    "name": "lookup",
    "description": "Edits",
    "format": {"type": "grammar", "syntax": "lark", "definition": "start: X"},
}


@pytest.mark.parametrize("name", UPSTREAMS)
@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "streamed"])
def test_custom_tools_are_functions_elsewhere(client, vendor_server, name, streaming):
    mark = marker()
    ask = {"model": f"{name}-tools", "input": mark, "tools": [PATCH], "parallel_tool_calls": True}
    if name == "responses":
        pytest.skip("passes through")
    if streaming:
        with client.responses.stream(**ask) as stream:
            response = stream.get_final_response()
    else:
        response = client.responses.create(**ask)
    made = [item for item in response.output if item.type == "custom_tool_call"]
    assert [item.name for item in made] == ["lookup"] * len(CALLS)
    assert len({item.call_id for item in made}) == len(CALLS)
    (sent,) = vendor_server.seen(mark)
    judges.check_request(name, sent.json)
    assert "start: X" in sent.raw.decode()


@pytest.mark.parametrize("name", UPSTREAMS)
@pytest.mark.parametrize("scenario", ["text", "tools", "cut"])
def test_events_keep_to_the_schema(vendor_caller, name, scenario):
    if name == "responses":
        pytest.skip("passes through")
    body = {"model": f"{name}-{scenario}", "input": "hi", "tools": [LOOKUP], "stream": True, "metadata": {"a": "b"}}
    with contextlib.suppress(http.client.IncompleteRead, ConnectionError):
        answer = vendor_caller.post("/v1/responses", body)
        lines = [line for line in answer.body.decode().split("\n") if line.startswith("data: ")]
        for line in lines:
            event = json.loads(line.removeprefix("data: "))
            schema.check(schema.event_name(event["type"]), event)


def test_what_chat_hosts_refuse_is_not_sent(client, vendor_server):
    """No choice among tools where there are none, no labels, and no words of other hosts."""
    mark = marker()
    client.responses.create(
        model="chat-text",
        input=mark,
        tools=[],
        tool_choice="auto",
        parallel_tool_calls=True,
        metadata={"team": "a"},
        reasoning={"effort": "low", "summary": "auto"},
        top_logprobs=2,
        include=["reasoning.encrypted_content"],
    )
    (sent,) = vendor_server.seen(mark)
    assert set(sent.json) == {"model", "messages", "reasoning_effort"}


# -- what is refused, and errors -------------------------------------------------


@pytest.mark.parametrize(
    "param, value", [("previous_response_id", "resp_1"), ("conversation", "conv_1"), ("background", True)]
)
def test_what_needs_kept_answers_is_refused(client, param, value):
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(model="chat-text", input="hi", **{param: value})
    assert caught.value.param == param and "keeps no" in caught.value.message


@pytest.mark.parametrize("wanted", ["retrieve", "delete", "cancel"])
def test_kept_answers_cannot_be_had(client, wanted):
    with pytest.raises(openai.NotFoundError) as caught:
        getattr(client.responses, wanted)("resp_1")
    assert caught.value.type == "invalid_request_error" and "'resp_1' not found" in caught.value.message


@pytest.mark.parametrize("name", UPSTREAMS)
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
        client.responses.create(model=f"{name}-{scenario}", input="hi", stream=streaming)
    assert caught.value.status_code == status
    assert caught.value.request_id and caught.value.type and caught.value.message


@pytest.mark.parametrize("name", UPSTREAMS)
@pytest.mark.parametrize("scenario", ["cut", "short"])
def test_a_stream_that_breaks_off(client, name, scenario):
    """It tells so, and never that the answer is complete; numbers go on rising."""
    events = []
    try:
        for event in client.responses.create(model=f"{name}-{scenario}", input="hi", stream=True):
            events.append(event)
    except openai.APIError:
        pass
    else:
        assert events[-1].type in ("response.failed", "error"), events[-1]
    numbers = [event.sequence_number for event in events]
    assert numbers == sorted(set(numbers))
    assert "response.completed" not in [event.type for event in events]


@pytest.mark.parametrize("name", UPSTREAMS)
@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "streamed"])
def test_another_vendor_takes_over(client, vendor_server, name, streaming):
    mark = marker()
    model = f"from-{name}-{'first' if streaming else 'e529'}"
    if streaming:
        with client.responses.stream(model=model, input=mark) as stream:
            response = stream.get_final_response()
    else:
        response = client.responses.create(model=model, input=mark)
    assert response.output_text == "".join(TEXT)
    assert len(vendor_server.seen(mark)) >= 2


def test_a_wrong_key(vendor_gateway):
    with pytest.raises(openai.AuthenticationError):
        make(vendor_gateway, "tg_live_deadbeef" + "0" * 48).responses.create(model="chat-text", input="hi")


def test_an_unknown_model(client):
    with pytest.raises(openai.NotFoundError) as caught:
        client.responses.create(model="no-such-model", input="hi")
    assert caught.value.code == "model_not_found"


TWICE = b'{"model":"chat-text","input":"hi","input":"ho"}'


@pytest.mark.parametrize("body", [b"{", b"[]", TWICE, {"input": "hi"}, {"model": "chat-text", "input": 5}])
def test_bad_requests(vendor_caller, body):
    answer = vendor_caller.post("/v1/responses", body)
    assert answer.status == 400 and answer.error["type"] == "invalid_request_error", answer.body


def test_counting_tokens(client, vendor_server):
    mark = marker()
    few = client.responses.input_tokens.count(model="chat-text", input=mark)
    many = client.responses.input_tokens.count(model="chat-text", input=mark * 50, tools=[LOOKUP])
    assert 0 < few.input_tokens < many.input_tokens
    assert vendor_server.seen(mark) == [], "no provider is asked"
