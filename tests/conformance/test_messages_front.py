"""Anthropic's Messages on our front, behind its official client."""

import json

import anthropic
import pytest

from support import configs, judges, money
from support.gateway import marker
from support.receipt import Receipt
from support.vendors import CALLS, KEY, SIGNATURE, TEXT, THOUGHT, VENDORS

UPSTREAMS = list(VENDORS)
TRANSLATED = [name for name in UPSTREAMS if name != "anthropic"]
LOOKUP = {
    "name": "lookup",
    "description": "Finds a row",
    "input_schema": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
}


def make(gateway, key=configs.KEY):
    return anthropic.Anthropic(base_url=gateway.url, api_key=key, max_retries=0, timeout=15)


@pytest.fixture(scope="module")
def client(vendor_gateway):
    with make(vendor_gateway) as made:
        yield made


def ask(mark="hello"):
    return {"max_tokens": 500, "messages": [{"role": "user", "content": mark}]}


def texts(message):
    return "".join(block.text for block in message.content if block.type == "text")


def calls(message):
    return [(block.name, block.input) for block in message.content if block.type == "tool_use"]


def check_usage(usage, vendor):
    """Anthropic's `input_tokens` are those that no cache was read or written for."""
    counts = vendor.usage
    assert usage.input_tokens == counts.prompt - counts.cached - counts.written
    assert (usage.cache_read_input_tokens or 0) == counts.cached
    assert (usage.cache_creation_input_tokens or 0) == counts.written
    assert usage.output_tokens == counts.completion


@pytest.mark.parametrize("name", UPSTREAMS)
def test_text(client, vendor_caller, vendor_server, name):
    vendor, mark = VENDORS[name], marker()
    raw = client.messages.with_raw_response.create(model=f"{name}-text", system="Be terse.", **ask(mark))
    message = raw.parse()
    assert (message.type, message.role, message.stop_reason) == ("message", "assistant", "end_turn")
    assert texts(message) == "".join(TEXT)
    check_usage(message.usage, vendor)
    assert raw.headers["request-id"] == raw.headers["x-request-id"]
    assert raw.headers["x-lobstack-model"] == raw.headers["x-model-router-model"] == f"{name}-text"
    cost = money.cost(configs.PRICE, vendor.usage.chat)
    assert money.parse(raw.headers["x-lobstack-cost-usd"]) == cost
    receipt = Receipt(vendor_caller.receipt(raw.headers["x-request-id"]))
    assert (receipt.provider, receipt.cost) == (f"{name}.text", cost)
    (sent,) = vendor_server.seen(mark)
    assert sent.target.split("/", 2)[2] == vendor.path.removeprefix("/")
    assert sent.header(vendor.key_header[0]).startswith(vendor.key_header[1])
    judges.check_request(name, sent.json)


@pytest.mark.parametrize("name", UPSTREAMS)
@pytest.mark.parametrize("scenario", ["text", "tools"])
def test_stream(client, name, scenario):
    """The client's helper puts the answer together; the events come in Anthropic's order."""
    events = []
    with client.messages.stream(model=f"{name}-{scenario}", tools=[LOOKUP], **ask()) as stream:
        events = [event.type for event in stream]
        message = stream.get_final_message()
    if scenario == "text":
        assert (texts(message), message.stop_reason) == ("".join(TEXT), "end_turn")
    else:
        assert (calls(message), message.stop_reason) == (CALLS, "tool_use")
        ids = [block.id for block in message.content if block.type == "tool_use"]
        assert len(set(ids)) == len(CALLS)
    if name == "anthropic":
        assert message.content[0].thinking == THOUGHT and message.content[0].signature == SIGNATURE
    check_usage(message.usage, VENDORS[name])
    assert events[0] == "message_start" and events[-1] == "message_stop"


@pytest.mark.parametrize("name", UPSTREAMS)
@pytest.mark.parametrize("scenario", ["text", "tools"])
def test_the_order_of_events(vendor_caller, name, scenario):
    answer = post(vendor_caller, {"model": f"{name}-{scenario}", "stream": True, "tools": [LOOKUP], **ask()})
    assert answer.status == 200 and answer.complete
    assert answer.header("content-type").startswith("text/event-stream")
    assert answer.header("x-lobstack-model") == f"{name}-{scenario}"
    events = parse(answer.body)
    kinds = [event["type"] for event in events if event["type"] != "ping"]
    assert kinds[0] == "message_start" and kinds[-2:] == ["message_delta", "message_stop"]
    start = events[0]["message"]
    assert start["content"] == [] and start["stop_reason"] is None and start["id"]
    open_block, index = None, 0
    for event in events[1:-2]:
        if event["type"] == "ping":
            continue
        assert event["index"] == index
        if event["type"] == "content_block_start":
            assert open_block is None
            open_block = event["content_block"]["type"]
            assert open_block in ("text", "tool_use", "thinking")
        elif event["type"] == "content_block_stop":
            open_block, index = None, index + 1
        else:
            assert event["type"] == "content_block_delta" and open_block
    assert open_block is None


def post(caller, body, headers=None, path="/v1/messages"):
    given = {"anthropic-version": "2023-06-01", "content-type": "application/json", **(headers or {})}
    return caller.post(path, body, headers=given)


def parse(body):
    """The events; each has the name of its type."""
    found = []
    for event in body.decode().strip().split("\n\n"):
        name, data = event.split("\n")
        value = json.loads(data.removeprefix("data: "))
        assert name == f"event: {value['type']}"
        found.append(value)
    return found


@pytest.mark.parametrize("name", UPSTREAMS)
def test_tools_and_their_results(client, vendor_server, name):
    message = client.messages.create(model=f"{name}-tools", tools=[LOOKUP], **ask())
    assert (calls(message), message.stop_reason) == (CALLS, "tool_use")
    mark = marker()
    results = [
        {"type": "tool_result", "tool_use_id": block.id, "content": [{"type": "text", "text": f"result {at}"}]}
        for at, block in enumerate(block for block in message.content if block.type == "tool_use")
    ]
    results[1]["is_error"] = True
    history = [
        {"role": "user", "content": mark},
        {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in message.content]},
        {"role": "user", "content": [*results, {"type": "text", "text": "and now?"}]},
    ]
    answer = client.messages.create(model=f"{name}-text", tools=[LOOKUP], messages=history, max_tokens=500)
    assert texts(answer) == "".join(TEXT)
    (sent,) = vendor_server.seen(mark)
    judges.check_request(name, sent.json)
    text = json.dumps(sent.json, ensure_ascii=False)
    for needle in ("東京", "result 0", "result 1", "and now?"):
        assert text.count(needle) == 1, f"{needle} in {text}"
    assert text.index("result 0") < text.index("result 1") < text.index("and now?")


@pytest.mark.parametrize("name", ["anthropic", "bedrock", "gemini"])
def test_signed_thinking_returns_to_its_vendor(client, vendor_server, name):
    thinking = {"type": "enabled", "budget_tokens": 1024}
    request = {"max_tokens": 3000, "thinking": thinking, "tools": [LOOKUP]}
    message = client.messages.create(model=f"{name}-tools", messages=ask()["messages"], **request)
    mark = marker()
    results = [
        {"type": "tool_result", "tool_use_id": block.id, "content": "blue"}
        for block in message.content
        if block.type == "tool_use"
    ]
    history = [
        {"role": "user", "content": mark},
        {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in message.content]},
        {"role": "user", "content": results},
    ]
    client.messages.create(model=f"{name}-tools", messages=history, **request)
    (sent,) = vendor_server.seen(mark)
    assert SIGNATURE in sent.raw.decode()
    judges.check_request(name, sent.json)


# -- an upstream of the same dialect ---------------------------------------------

NATIVE = {
    "max_tokens": 500,
    "system": [{"type": "text", "text": "Be terse.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
    "messages": [
        {"role": "user", "content": "row 7?"},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "look", "signature": "c2ln"},
                {"type": "tool_use", "id": "toolu_1", "name": "lookup", "input": {"id": 12345678901234567890}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "toolu_1", "content": "blü", "cache_control": {"type": "ephemeral"}}
            ],
        },
    ],
    "tools": [LOOKUP, {"type": "web_search_20250305", "name": "web_search", "max_uses": 3}],
    "thinking": {"type": "adaptive"},
    "context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]},
    "x_unheard_of": [1.0, 1e2, None],
}


@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "streamed"])
def test_only_the_model_changes_on_the_way_to_anthropic(vendor_caller, vendor_server, streaming):
    mark = marker()
    body = {"model": "anthropic-text", **NATIVE, "metadata": {"user_id": mark}, "stream": streaming}
    text = json.dumps(body, indent=1)
    headers = {"anthropic-version": "2026-10-21", "anthropic-beta": "context-management-2025-06-27,new-2027-01-01"}
    answer = post(vendor_caller, text.encode(), headers)
    assert answer.status == 200, answer.body
    (sent,) = vendor_server.seen(mark)
    assert sent.raw.decode() == text.replace('"anthropic-text"', '"claude-opus-4-6"')
    assert sent.header("anthropic-version") == headers["anthropic-version"]
    assert sent.header("anthropic-beta") == headers["anthropic-beta"]
    assert sent.header("x-api-key") == KEY and sent.header("authorization") is None
    assert answer.body == sent.payload, "the answer passes as it came"


def test_our_own_members_do_not_reach_anthropic(client, vendor_server):
    mark = marker()
    client.messages.create(
        model="anthropic-text", **ask(mark), extra_body={"tags": {"team": "a"}, "prefer": "cheap"}
    )
    (sent,) = vendor_server.seen(mark)
    assert set(sent.json) == {"model", "max_tokens", "messages"}


HISTORY_OF_SEARCH = [
    {"role": "user", "content": "what is new?"},
    {
        "role": "assistant",
        "content": [
            {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "news"}},
            {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
            {"type": "text", "text": "Nothing."},
        ],
    },
]


@pytest.mark.parametrize(
    "change",
    [
        {"tools": NATIVE["tools"]},
        {"tools": NATIVE["tools"][1:], "tool_choice": {"type": "tool", "name": "web_search"}},
        {"messages": [*HISTORY_OF_SEARCH, *ask()["messages"]]},
    ],
    ids=["tools", "choice", "history"],
)
def test_what_only_anthropic_knows_goes_to_anthropic_only(vendor_caller, change):
    """Nothing of it is left out to please another vendor, and a fallback of the same dialect still serves it."""
    body = {**ask(), **change}
    assert post(vendor_caller, {"model": "anthropic-text", **body}).status == 200
    refused = post(vendor_caller, {"model": "chat-text", **body})
    check_error(refused, 400, "invalid_request_error")


# -- errors ----------------------------------------------------------------------


def check_error(answer, status, kind):
    assert answer.status == status, answer.body
    body = answer.json
    assert body["type"] == "error"
    assert body["error"]["type"] == kind and body["error"]["message"]
    assert body["request_id"] == answer.header("request-id") == answer.header("x-request-id")


@pytest.mark.parametrize("name", UPSTREAMS)
@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "streamed"])
@pytest.mark.parametrize(
    "scenario, status, kind",
    [("e400", 400, "invalid_request_error"), ("e429", 429, "rate_limit_error"), ("e529", 529, "overloaded_error")],
)
def test_errors_of_the_vendor(vendor_caller, name, scenario, status, kind, streaming):
    answer = post(vendor_caller, {"model": f"{name}-{scenario}", "stream": streaming, **ask()})
    check_error(answer, status, kind)


@pytest.mark.parametrize("name", UPSTREAMS)
@pytest.mark.parametrize("scenario", ["cut", "short"])
def test_a_stream_that_breaks_off(vendor_caller, client, name, scenario):
    answer = post(vendor_caller, {"model": f"{name}-{scenario}", "stream": True, **ask()})
    events = parse(answer.body)
    assert events[-1]["type"] == "error" and events[-1]["error"]["message"]
    assert "message_stop" not in [event["type"] for event in events]
    assert not any(event.get("delta", {}).get("stop_reason") for event in events)
    with pytest.raises(anthropic.APIError):
        with client.messages.stream(model=f"{name}-{scenario}", **ask()) as stream:
            stream.get_final_message()


@pytest.mark.parametrize("name", UPSTREAMS)
@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "streamed"])
def test_another_vendor_takes_over(client, vendor_server, name, streaming):
    """The answer of either dialect reaches the client in its own."""
    mark = marker()
    scenario = "first" if streaming else "e529"
    if streaming:
        with client.messages.stream(model=f"from-{name}-{scenario}", **ask(mark)) as stream:
            message = stream.get_final_message()
    else:
        message = client.messages.create(model=f"from-{name}-{scenario}", **ask(mark))
    assert (texts(message), message.stop_reason) == ("".join(TEXT), "end_turn")
    assert len(vendor_server.seen(mark)) >= 2


def test_a_wrong_key(vendor_gateway):
    with pytest.raises(anthropic.AuthenticationError) as caught:
        make(vendor_gateway, "tg_live_deadbeef" + "0" * 48).messages.create(model="anthropic-text", **ask())
    assert caught.value.body["error"]["type"] == "authentication_error"
    assert caught.value.request_id


def test_an_unknown_model(client):
    with pytest.raises(anthropic.NotFoundError) as caught:
        client.messages.create(model="no-such-model", **ask())
    assert caught.value.body["error"]["type"] == "not_found_error"
    assert "no-such-model" in caught.value.body["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"model":"chat-text","max_tokens":1,"max_tokens":2,"messages":[{"role":"user","content":"hi"}]}',
        {"model": "anthropic-text", "messages": []},
        {"model": "anthropic-text", "max_tokens": 5},
        {"max_tokens": 5, "messages": ask()["messages"]},
        {"model": "chat-text", "max_tokens": "many", "messages": ask()["messages"]},
        {"model": "chat-text", "max_tokens": 5, "messages": [{"role": "user", "content": [{"type": "nonsense"}]}]},
    ],
)
def test_bad_requests(vendor_caller, body):
    check_error(post(vendor_caller, body), 400, "invalid_request_error")


@pytest.mark.parametrize("header", ["authorization", "x-api-key"])
def test_either_header_carries_the_key(vendor_gateway, header):
    value = f"Bearer {configs.KEY}" if header == "authorization" else configs.KEY
    headers = {header: value, "anthropic-version": "2023-06-01"}
    answer = vendor_gateway.call("POST", "/v1/messages", None, {"model": "anthropic-text", **ask()}, headers=headers)
    assert answer.status == 200, answer.body


def test_counting_tokens(client, vendor_server):
    mark = marker()
    few = client.messages.count_tokens(model="anthropic-text", messages=ask(mark)["messages"])
    many = client.messages.count_tokens(
        model="anthropic-text", messages=ask(mark * 50)["messages"], system="Be terse.", tools=[LOOKUP]
    )
    assert 0 < few.input_tokens < many.input_tokens
    assert vendor_server.seen(mark) == [], "no provider is asked"


def test_counting_tokens_of_a_bad_request(vendor_caller):
    answer = post(vendor_caller, {"model": "anthropic-text"}, path="/v1/messages/count_tokens")
    check_error(answer, 400, "invalid_request_error")


@pytest.mark.parametrize("name", TRANSLATED)
def test_what_a_client_of_anthropic_may_ask_of_others(client, vendor_server, name):
    """Images, choice of tools and stop texts become what the vendor calls them."""
    mark = marker()
    image = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
    content = [{"type": "text", "text": mark}, {"type": "image", "source": image}]
    request = {"messages": [{"role": "user", "content": content}], "max_tokens": 500, "tools": [LOOKUP]}
    client.messages.create(model=f"{name}-text", tool_choice={"type": "auto"}, **request)
    (sent,) = vendor_server.seen(mark)
    assert "iVBORw0KGgo=" in sent.raw.decode()
    judges.check_request(name, sent.json)


@pytest.mark.parametrize("name", ["anthropic", "bedrock", "chat"])
def test_the_beta_methods(client, name):
    """They add a query to the path, as Claude Code's requests do."""
    message = client.beta.messages.create(model=f"{name}-text", betas=["context-management-2025-06-27"], **ask())
    assert texts(message) == "".join(TEXT)


@pytest.mark.parametrize("path", ["/messages", "/v1/messages", "/api/gateway/v1/messages"])
def test_paths(vendor_caller, path):
    assert post(vendor_caller, {"model": "chat-text", **ask()}, path=path).status == 200


# -- the list of models ------------------------------------------------------------


def test_the_list_of_models(client, vendor_caller):
    """The client turns the pages by itself; OpenAI's clients see the same models."""
    models = list(client.models.list())
    ids = [model.id for model in models]
    assert ids[0] == "auto" and len(ids) == len(set(ids)) > 20
    assert set(ids) == {model["id"] for model in vendor_caller.get("/v1/models").json["data"]}
    for model in models:
        assert (model.type, model.lifecycle) == ("model", "active")
        assert model.display_name and model.created_at.year >= 1970
    assert [model.id for model in client.models.list(limit=1000)] == ids
    assert [model.id for model in client.beta.models.list(limit=7)] == ids


def test_pages_of_models_in_both_directions(client):
    ids = [model.id for model in client.models.list(limit=1000)]
    first = client.models.list(limit=3)
    assert ([model.id for model in first.data], first.has_more) == (ids[:3], True)
    assert (first.first_id, first.last_id) == (ids[0], ids[2])
    after = client.models.list(limit=3, after_id=ids[2])
    assert [model.id for model in after.data] == ids[3:6]
    before = client.models.list(limit=2, before_id=ids[3])
    assert ([model.id for model in before.data], before.has_more) == (ids[1:3], True)
    assert client.models.list(limit=2, before_id=ids[2]).has_more is False
    last = client.models.list(after_id=ids[-1])
    assert (last.data, last.has_more, last.first_id, last.last_id) == ([], False, None, None)


def test_one_model(client):
    model = client.models.retrieve("chat-text")
    assert (model.id, model.type, model.lifecycle) == ("chat-text", "model", "active")
    assert client.models.retrieve("auto").id == "auto"
    assert client.models.retrieve("anthropic.text/anthropic-text").id == "anthropic.text/anthropic-text"


def test_a_model_that_is_not_there(client):
    with pytest.raises(anthropic.NotFoundError) as caught:
        client.models.retrieve("no-such-model")
    assert caught.value.body["error"]["type"] == "not_found_error" and caught.value.request_id


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "after_id=nobody", "before_id=nobody", "after_id=auto&before_id=auto"]
)
def test_pages_that_do_not_exist(vendor_caller, query):
    answer = vendor_caller.get(f"/v1/models?{query}", headers={"anthropic-version": "2023-06-01"})
    check_error(answer, 400, "invalid_request_error")


def test_the_list_needs_a_key_and_says_so_in_anthropics_shape(vendor_gateway):
    with pytest.raises(anthropic.AuthenticationError) as caught:
        make(vendor_gateway, "tg_live_deadbeef" + "0" * 48).models.list()
    assert caught.value.body["error"]["type"] == "authentication_error"


def test_a_path_that_is_not_there(vendor_caller, client):
    answer = vendor_caller.get("/v1/files", headers={"anthropic-version": "2023-06-01"})
    check_error(answer, 404, "not_found_error")
    with pytest.raises(anthropic.NotFoundError):
        client.messages.batches.list()


# -- what other vendors leave behind -------------------------------------------------


def test_what_other_vendors_left_does_not_reach_anthropic(vendor_caller, vendor_server):
    mark = marker()
    signed = {"type": "thinking", "thinking": "look", "signature": "c2ln"}
    call = {"type": "tool_use", "id": "functions.lookup:0", "name": "lookup", "input": {"id": 1e400}}
    result = {"type": "tool_result", "tool_use_id": call["id"], "content": "blue", "cache_control": {"type": "ephemeral"}}
    history = [
        {"role": "user", "content": mark},
        {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm", "signature": ""}, call]},
        {"role": "user", "content": [result]},
        {"role": "assistant", "content": [signed, {"type": "text", "text": "Blue."}]},
        {"role": "user", "content": "and 8?"},
    ]
    body = {"model": "anthropic-text", "max_tokens": 500, "messages": history, "tools": [LOOKUP]}
    text = json.dumps(body).replace("Infinity", "1E2")
    answer = post(vendor_caller, text.encode())
    assert answer.status == 200, answer.body
    (sent,) = vendor_server.seen(mark)
    unsigned = json.dumps(history[1]["content"][0]) + ", "
    expected = text.replace(unsigned, "").replace("functions.lookup:0", "functions_lookup_0")
    assert sent.raw.decode() == expected.replace('"anthropic-text"', '"claude-opus-4-6"')


@pytest.mark.parametrize("name", TRANSLATED)
def test_a_message_starts_with_the_tokens_of_its_input(vendor_caller, name):
    """Claude Code reads them there; what a vendor tells later only is estimated until then."""
    answer = post(vendor_caller, {"model": f"{name}-text", "stream": True, **ask("hello " * 40)})
    events = parse(answer.body)
    assert events[0]["message"]["usage"]["input_tokens"] > 0
    assert events[0]["message"]["usage"]["output_tokens"] == 0
    counts = VENDORS[name].usage
    told = events[-2]["usage"]
    assert told["input_tokens"] == counts.prompt - counts.cached - counts.written
    assert told["output_tokens"] == counts.completion


def test_other_methods_are_refused_in_anthropics_shape(vendor_caller):
    answer = vendor_caller.get("/v1/messages", headers={"anthropic-version": "2023-06-01"})
    assert answer.status == 405 and answer.json["type"] == "error", answer.body


@pytest.mark.parametrize("name", UPSTREAMS)
def test_a_picture_at_an_address_is_sent_on_or_refused(vendor_caller, vendor_server, name):
    mark = marker()
    image = {"type": "image", "source": {"type": "url", "url": "https://images.example/cat.png"}}
    body = {"model": f"{name}-text", "max_tokens": 500}
    body["messages"] = [{"role": "user", "content": [{"type": "text", "text": mark}, image]}]
    answer = post(vendor_caller, body)
    if answer.status == 200:
        (sent,) = vendor_server.seen(mark)
        assert "images.example/cat.png" in sent.raw.decode()
    else:
        check_error(answer, 400, "invalid_request_error")
        assert vendor_server.seen(mark) == []


@pytest.mark.parametrize("name", UPSTREAMS)
def test_a_document_is_sent_on_or_refused(vendor_caller, vendor_server, name):
    mark = marker()
    source = {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjQK"}
    body = {"model": f"{name}-text", "max_tokens": 500}
    parts = [{"type": "document", "source": source, "title": "Rows"}, {"type": "text", "text": mark}]
    body["messages"] = [{"role": "user", "content": parts}]
    answer = post(vendor_caller, body)
    if answer.status == 200:
        (sent,) = vendor_server.seen(mark)
        assert "JVBERi0xLjQK" in sent.raw.decode()
        judges.check_request(name, sent.json)
    else:
        check_error(answer, 400, "invalid_request_error")
        assert vendor_server.seen(mark) == []
