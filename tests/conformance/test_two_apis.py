"""A provider with both of OpenAI's APIs: what chat completions refuse goes to Responses."""

import json

import openai
import pytest

from support import configs, money
from support.gateway import Caller, Gateway, marker
from support.receipt import Receipt
from support.upstream import Upstream

WORDS = ["Blü", "e."]
SEALED = "gAAAAA-sealed=="
USAGE = {
    "input_tokens": 40,
    "input_tokens_details": {"cached_tokens": 8},
    "output_tokens": 12,
    "output_tokens_details": {"reasoning_tokens": 6},
    "total_tokens": 52,
}
LOOKUP = {
    "type": "function",
    "function": {"name": "lookup", "parameters": {"type": "object", "properties": {"id": {"type": "string"}}}},
}


def reasoning():
    return {
        "id": "rs_1",
        "type": "reasoning",
        "summary": [{"type": "summary_text", "text": "Look."}],
        "encrypted_content": SEALED,
    }


def items(body):
    """A call the first time that tools are offered, words after that."""
    answered = any(item.get("type") == "function_call_output" for item in body["input"] if isinstance(item, dict))
    if body.get("tools") and not answered:
        call = {"id": "fc_1", "type": "function_call", "status": "completed", "call_id": "call_1"}
        return [reasoning(), {**call, "name": body["tools"][0]["name"], "arguments": '{"id":"7"}'}]
    text = {"type": "output_text", "text": "".join(WORDS), "annotations": [], "logprobs": []}
    message = {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant", "content": [text]}
    return [reasoning(), message]


def response(body, status="completed", output=(), usage=None):
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_795_000_000,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "model": body["model"],
        "output": list(output),
        "usage": usage,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }


def events(body):
    number = iter(range(10_000))

    def event(kind, **rest):
        return {"type": kind, "sequence_number": next(number), **rest}

    yield event("response.created", response=response(body, "in_progress"))
    output = items(body)
    for at, item in enumerate(output):
        begun = {**item, "summary": []} if item["type"] == "reasoning" else {**item, "arguments": "", "content": []}
        yield event("response.output_item.added", output_index=at, item=begun)
        place = {"item_id": item["id"], "output_index": at}
        if item["type"] == "message":
            for word in WORDS:
                yield event("response.output_text.delta", **place, content_index=0, delta=word, logprobs=[])
        elif item["type"] == "function_call":
            yield event("response.function_call_arguments.delta", **place, delta=item["arguments"])
        yield event("response.output_item.done", output_index=at, item=item)
    yield event("response.completed", response=response(body, output=output, usage=USAGE))


async def both(exchange):
    """OpenAI as it is: on chat completions such models, and such requests, are refused."""
    body = exchange.json
    if exchange.target.endswith("/chat/completions"):
        if "pro" in body["model"]:
            message = "This model is only supported in v1/responses and not in v1/chat/completions."
            return await exchange.json_answer(404, error(message, "model"))
        if body.get("tools") and body.get("reasoning_effort") != "none":
            message = "Function tools with reasoning_effort are not supported in /v1/chat/completions."
            return await exchange.json_answer(400, error(message, "reasoning_effort"))
        choice = {"index": 0, "message": {"role": "assistant", "content": "chat"}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}
        answer = {"id": "c", "object": "chat.completion", "created": 1, "model": body["model"]}
        return await exchange.json_answer(200, {**answer, "choices": [choice], "usage": usage})
    if not body.get("stream"):
        return await exchange.json_answer(200, response(body, output=items(body), usage=USAGE))
    await exchange.start_stream()
    for event in events(body):
        await exchange.data(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
        if "cut" in body["model"]:
            return await exchange.reset()
    await exchange.end_stream()


def error(message, param):
    return {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": None}}


MODELS = ["house-pro", "gpt-5.6-sol", "gpt-6-astra", "house-cut"]


class Both(Upstream):
    def _handler(self, exchange):
        return both if exchange.method == "POST" else super()._handler(exchange)


@pytest.fixture(scope="module")
def server():
    made = Both({})
    yield made
    made.stop()


@pytest.fixture(scope="module")
def gateway(server, tmp_path_factory):
    only = {"house-pro": True, "house-cut": True}
    models = [
        configs.model(name, configs.target("both", name), responses_only=only.get(name, False)) for name in MODELS
    ]
    models.append(configs.model("chat-pro", configs.target("plain", "house-pro"), responses_only=True))
    providers = {
        "both": configs.provider(server, "both", responses=True),
        "plain": configs.provider(server, "plain"),
    }
    config = {"store": {"url": "memory:"}, "providers": providers, "models": models, "keys": configs.keys()}
    made = Gateway(tmp_path_factory.mktemp("both"), config, configs.ENV)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def client(gateway):
    options = {"api_key": configs.KEY, "max_retries": 0, "timeout": 15, "_strict_response_validation": True}
    with openai.OpenAI(base_url=f"{gateway.url}/v1", **options) as made:
        yield made


def path(exchange):
    return exchange.target.removeprefix("/both/v1")


@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "streamed"])
def test_a_model_that_answers_on_responses_only(client, gateway, server, streaming):
    mark = marker()
    ask = {"model": "house-pro", "messages": [{"role": "user", "content": mark}]}
    if streaming:
        chunks = list(client.chat.completions.create(**ask, stream=True, stream_options={"include_usage": True}))
        said = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
        usage = chunks[-1].usage
    else:
        raw = client.chat.completions.with_raw_response.create(**ask)
        answer = raw.parse()
        said, usage = answer.choices[0].message.content, answer.usage
        receipt = Receipt(Caller(gateway, configs.KEY).receipt(raw.headers["x-request-id"]))
        assert receipt.provider == "both" and receipt.cost is not None
        assert money.parse(raw.headers["x-lobstack-cost-usd"]) == receipt.cost
    assert said == "".join(WORDS)
    assert (usage.prompt_tokens, usage.completion_tokens) == (40, 12)
    assert usage.completion_tokens_details.reasoning_tokens == 6
    (sent,) = server.seen(mark)
    assert path(sent) == "/responses" and sent.json["store"] is False


def test_without_responses_such_a_model_is_not_served(client):
    with pytest.raises(openai.APIStatusError) as caught:
        client.chat.completions.create(model="chat-pro", messages=[{"role": "user", "content": "hi"}])
    assert caught.value.status_code == 404 and "no configured provider" in caught.value.message


@pytest.mark.parametrize("model", ["gpt-5.6-sol", "gpt-6-astra"])
@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "streamed"])
def test_tools_with_reasoning(client, server, model, streaming):
    """The reasoning goes back with the results, though the client has kept nothing but the calls."""
    first, second = marker(), marker()
    ask = {"model": model, "tools": [LOOKUP], "reasoning_effort": "low"}
    messages = [{"role": "user", "content": first}]
    if streaming:
        chunks = list(client.chat.completions.create(**ask, messages=messages, stream=True))
        deltas = [call for chunk in chunks for call in chunk.choices[0].delta.tool_calls or []]
        name = deltas[0].function.name
        arguments = "".join(delta.function.arguments for delta in deltas)
    else:
        (call,) = client.chat.completions.create(**ask, messages=messages).choices[0].message.tool_calls
        name, arguments = call.function.name, call.function.arguments
    assert (name, arguments) == ("lookup", '{"id":"7"}')
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}
    assistant = {"role": "assistant", "content": None, "tool_calls": [call]}
    result = {"role": "tool", "tool_call_id": "call_1", "content": second}
    answer = client.chat.completions.create(**ask, messages=[*messages, assistant, result])
    assert answer.choices[0].message.content == "".join(WORDS)
    (sent,) = server.seen(second)
    assert path(sent) == "/responses"
    kinds = [item.get("type", "message") for item in sent.json["input"]]
    assert kinds == ["message", "reasoning", "function_call", "function_call_output"]
    assert sent.json["input"][1]["encrypted_content"] == SEALED
    assert sent.json["reasoning"]["effort"] == "low"


@pytest.mark.parametrize(
    "members", [{}, {"reasoning_effort": "high"}, {"tools": [LOOKUP], "reasoning_effort": "none"}]
)
def test_everything_else_stays_on_chat_completions(client, server, members):
    mark = marker()
    ask = {"model": "gpt-5.6-sol", "messages": [{"role": "user", "content": mark}], **members}
    assert client.chat.completions.create(**ask).choices[0].message.content == "chat"
    (sent,) = server.seen(mark)
    assert path(sent) == "/chat/completions" and sent.json == ask


def test_a_client_of_responses_passes_through(gateway, server):
    mark = marker()
    body = {"model": "house-pro", "input": mark, "tools": [{"type": "custom", "name": "patch"}], "x": [1.0]}
    text = json.dumps(body, indent=1)
    answer = Caller(gateway, configs.KEY).post("/v1/responses", text.encode())
    (sent,) = server.seen(mark)
    assert path(sent) == "/responses" and sent.raw.decode() == text
    assert answer.status == 200 and answer.body == sent.payload


def test_a_stream_that_breaks_off(client):
    with pytest.raises(openai.APIError):
        list(client.chat.completions.create(model="house-cut", messages=[{"role": "user", "content": "hi"}], stream=True))
