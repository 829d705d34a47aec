"""Streams of unusual shape from hosts in OpenAI's dialect, on every front: passed on, and told again."""

import json
import re
from decimal import Decimal

import anthropic
import openai
import pytest

from support import configs, money, sse
from support.gateway import Caller, Gateway, marker
from support.receipt import Receipt

FRONTS = ["chat", "messages", "responses"]
USAGE = {"prompt_tokens": 300, "completion_tokens": 20, "total_tokens": 320}
ZERO = dict.fromkeys(USAGE, 0)
LOOKUP = {"name": "lookup", "parameters": {"type": "object", "properties": {"id": {"type": "string"}}}}


@pytest.fixture(scope="module")
def gateway(upstream, tmp_path_factory):
    config = {
        "store": {"url": "memory:"},
        "failover": {"health": False},
        "bundled_models": False,
        "providers": {
            "up": configs.provider(upstream, "up"),
            "x": {**configs.provider(upstream, "x"), "dialect": "xai"},
        },
        "models": [configs.model("odd", configs.target("up", "odd")), configs.model("odd-x", configs.target("x", "odd"))],
        "keys": configs.keys(),
    }
    started = Gateway(tmp_path_factory.mktemp("odd"), config, configs.ENV)
    yield started
    started.stop()


def chunk(delta=None, finish=None, **more):
    choice = {"index": 0, "delta": delta or {}, "finish_reason": finish}
    return {"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": "odd", "choices": [choice], **more}


def alone(usage, **more):
    return chunk(choices=[], usage=usage, **more)


HELLO = chunk({"role": "assistant", "content": "Hello"})
END = chunk(finish="stop")


def script(upstream, *chunks, done=True):
    async def answer(x):
        await x.start_stream()
        for one in chunks:
            await x.event(one)
        if done:
            await x.event(b"[DONE]")
        await x.end_stream()

    upstream.on("odd", answer)


class Said:
    """What a client on one of the fronts has read."""

    def __init__(self, gateway, front, mark, model="odd"):
        self.thoughts, self.calls = "", []
        url = gateway.url
        if front == "messages":
            client = anthropic.Anthropic(base_url=url, api_key=configs.KEY, max_retries=0, timeout=15)
            tool = {"name": LOOKUP["name"], "input_schema": LOOKUP["parameters"]}
            asked = {"messages": [{"role": "user", "content": mark}], "max_tokens": 500, "tools": [tool]}
            with client.messages.stream(model=model, **asked) as stream:
                self.message(stream.get_final_message())
                self.request_id = stream.response.headers["x-request-id"]
            return
        client = openai.OpenAI(base_url=url + "/v1", api_key=configs.KEY, max_retries=0, timeout=15)
        if front == "responses":
            tool = {"type": "function", **LOOKUP, "strict": False}
            with client.responses.stream(model=model, input=mark, tools=[tool]) as stream:
                self.response(stream.get_final_response())
                self.request_id = stream._response.headers["x-request-id"]
            return
        options = {"stream": True, "stream_options": {"include_usage": True}}
        tools = [{"type": "function", "function": LOOKUP}]
        asked = {"messages": [{"role": "user", "content": mark}], "tools": tools}
        with client.chat.completions.create(model=model, **asked, **options) as stream:
            self.request_id = stream.response.headers["x-request-id"]
            self.chunks(list(stream))

    def message(self, message):
        self.text = "".join(block.text for block in message.content if block.type == "text")
        self.thoughts = "".join(block.thinking for block in message.content if block.type == "thinking")
        self.calls = [(block.name, block.input) for block in message.content if block.type == "tool_use"]
        self.tokens = (message.usage.input_tokens, message.usage.output_tokens)

    def response(self, response):
        self.text = response.output_text
        for item in response.output:
            if item.type == "reasoning":
                self.thoughts += "".join(part.text for part in item.summary)
            if item.type == "function_call":
                self.calls.append((item.name, json.loads(item.arguments)))
        usage = response.usage
        self.tokens = (usage.input_tokens, usage.output_tokens) if usage else None

    def chunks(self, chunks):
        told = [chunk.usage for chunk in chunks if chunk.usage]
        deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
        self.text = "".join(delta.content or "" for delta in deltas)
        self.tokens = (told[-1].prompt_tokens, told[-1].completion_tokens) if told else None


GROQ = {"x_groq": {"id": "req_1", "usage": USAGE}}
TOLD = {
    "with the end": [HELLO, chunk(finish="stop", usage=USAGE)],
    "after the end": [HELLO, END, alone(USAGE)],
    "after a null": [chunk({"content": "Hello"}, usage=None), chunk(finish="stop", usage=None), alone(USAGE)],
    "twice": [HELLO, chunk(finish="stop", usage=USAGE), alone(USAGE)],
    "before a null": [HELLO, chunk(finish="stop", usage=USAGE), alone(None)],
    "with every chunk": [chunk({"content": "Hello"}, usage={**ZERO, "prompt_tokens": 300}), chunk(finish="stop", usage=USAGE)],
    "among choices": [HELLO, {**END, "choices": [{**END["choices"][0], "usage": USAGE}]}],
    "at Groq": [HELLO, chunk(finish="stop", **GROQ)],
    "at Groq, and again": [HELLO, chunk(finish="stop", **GROQ), alone(USAGE, **GROQ)],
}


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("case", TOLD)
def test_tokens_are_found_wherever_they_are_told(gateway, upstream, case, front):
    script(upstream, *TOLD[case])
    said = Said(gateway, front, marker())
    assert said.text == "Hello"
    if front != "chat" or case not in ("among choices", "at Groq"):
        assert said.tokens == (300, 20)
    receipt = Receipt(Caller(gateway, configs.KEY).receipt(said.request_id))
    assert (receipt.cost, receipt.estimated) == (money.cost(configs.PRICE, USAGE), False)


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("case", TOLD)
def test_cost_goes_with_tokens_wherever_they_are_told(gateway, upstream, case, asked):
    """Into each chunk that tells them, for a client that asked; nothing else changes."""
    script(upstream, *TOLD[case])
    caller = Caller(gateway, configs.KEY)
    answer = caller.stream("odd", marker(), stream_options={"include_usage": asked})
    receipt = Receipt(caller.receipt(answer.header("x-request-id")))
    costs = re.findall(rb',"cost_usd":"([0-9.]+)"', answer.body)
    plain = re.sub(rb',"cost_usd":"[0-9.]+"', b"", answer.body)
    sent = [one for one in TOLD[case] if asked or one["choices"] or not one.get("usage")]
    assert sse.chunks(plain) == sent
    assert len(costs) == (sum(counts(one) for one in TOLD[case]) if asked else 0)
    if costs:
        assert Decimal(costs[-1].decode()) == receipt.cost


def counts(one):
    """Whether a chunk tells tokens."""
    within = [choice.get("usage") for choice in one["choices"]]
    return any([one.get("usage"), one.get("x_groq", {}).get("usage"), *within])


@pytest.mark.parametrize("front", FRONTS)
def test_zero_is_a_count(gateway, upstream, front):
    script(upstream, HELLO, END, alone(ZERO))
    said = Said(gateway, front, marker())
    assert said.text == "Hello" and said.tokens == (0, 0)
    receipt = Receipt(Caller(gateway, configs.KEY).receipt(said.request_id))
    assert (receipt.cost, receipt.estimated) == (0, False)


@pytest.mark.parametrize("usage", [None, {}, [], "x", {"prompt_tokens": None}], ids=str)
@pytest.mark.parametrize("front", FRONTS)
def test_what_is_no_count_is_estimated(gateway, upstream, front, usage):
    script(upstream, HELLO, chunk(finish="stop", usage=usage))
    if front == "chat" and usage not in (None, {}):
        answer = Caller(gateway, configs.KEY).stream("odd", marker())
        assert answer.complete
        request_id = answer.header("x-request-id")
    else:
        said = Said(gateway, front, marker())
        assert said.text == "Hello"
        request_id = said.request_id
    receipt = Receipt(Caller(gateway, configs.KEY).receipt(request_id))
    assert receipt.estimated and receipt.cost > 0


def piece(index, id=None, name=None, arguments=None):
    function = {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}
    value = {"function": function}
    if index is not None:
        value["index"] = index
    if id is not None:
        value |= {"id": id, "type": "function"}
    return value


A, B = '{"id": "a"}', '{"id": "b"}'
PARALLEL = {
    "in order": [[piece(0, "1", "lookup", ""), piece(1, "2", "lookup", "")], [piece(0, None, None, A)], [piece(1, None, None, B)]],
    "interleaved": [
        [piece(0, "1", "lookup", "")], [piece(1, "2", "lookup", "")],
        [piece(0, None, None, A[:4])], [piece(1, None, None, B[:4])],
        [piece(0, None, None, A[4:])], [piece(1, None, None, B[4:])],
    ],
    "no index": [[piece(None, "1", "lookup", A[:4])], [piece(None, "1", None, A[4:])], [piece(None, "2", "lookup", B)]],
    "no index, ids only once": [
        [piece(None, "1", "lookup", A[:4])], [piece(None, None, None, A[4:])],
        [piece(None, "2", "lookup", B[:4])], [piece(None, None, None, B[4:])],
    ],
    "the same index": [[piece(0, "1", "lookup", A)], [piece(0, "2", "lookup", B)]],
    "the same index, in pieces": [
        [piece(0, "1", "lookup", A[:4])], [piece(0, None, None, A[4:])],
        [piece(0, "2", "lookup", B[:4])], [piece(0, None, None, B[4:])],
    ],
    "no ids": [[piece(0, None, "lookup", A)], [piece(1, None, "lookup", B)]],
    "no index and no ids": [[piece(None, None, "lookup", A)], [piece(None, None, "lookup", B)]],
    "both in one chunk, no index": [[piece(None, "1", "lookup", A), piece(None, "2", "lookup", B)]],
    "from one upwards": [[piece(1, "1", "lookup", A)], [piece(2, "2", "lookup", B)]],
}


def calls(case):
    deltas = [chunk({"tool_calls": pieces}) for pieces in PARALLEL[case]]
    return [*deltas, chunk(finish="tool_calls"), alone(USAGE)]


@pytest.mark.parametrize("front", ["messages", "responses"])
@pytest.mark.parametrize("case", PARALLEL)
def test_parallel_calls_are_told_apart(gateway, upstream, case, front):
    script(upstream, *calls(case))
    said = Said(gateway, front, marker())
    assert said.calls == [("lookup", {"id": "a"}), ("lookup", {"id": "b"})]


@pytest.mark.parametrize("case", PARALLEL)
def test_parallel_calls_are_passed_on_as_they_are(gateway, upstream, case):
    script(upstream, *calls(case))
    mark = marker()
    answer = Caller(gateway, configs.KEY).stream("odd", mark)
    (sent,) = upstream.seen(mark)
    assert answer.complete and answer.body == sse.without_usage_chunk(sent.payload)


GROWN = ["The user", "The user asks", "The user asks why."]
WAYS = {
    "reasoning_content": lambda text: {"reasoning_content": text},
    "reasoning_details": lambda text: {"reasoning_details": [{"type": "reasoning.text", "id": "r", "text": text}]},
    "both": lambda text: {"reasoning_content": text, "reasoning_details": [{"type": "reasoning.text", "text": text}]},
}


@pytest.mark.parametrize("front", ["messages", "responses"])
@pytest.mark.parametrize("way", WAYS)
def test_thoughts_that_grow_are_told_once(gateway, upstream, way, front):
    script(upstream, *(chunk(WAYS[way](text)) for text in GROWN), HELLO, END, alone(USAGE))
    said = Said(gateway, front, marker())
    assert (said.thoughts, said.text) == (GROWN[-1], "Hello")
    adds = ["The user", " asks", " why."]
    script(upstream, *(chunk(WAYS[way](text)) for text in adds), HELLO, END, alone(USAGE))
    assert Said(gateway, front, marker()).thoughts == GROWN[-1]


@pytest.mark.parametrize("front", ["messages", "responses"])
def test_the_whole_message_after_its_pieces_is_not_told_again(gateway, upstream, front):
    last = {**chunk(usage=USAGE), "object": "chat.completion"}
    last["choices"] = [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}]
    script(upstream, HELLO, last, done=False)
    assert Said(gateway, front, marker()).text == "Hello"


@pytest.mark.parametrize("front", FRONTS)
def test_azures_verdict_over_the_prompt_is_left_out(gateway, upstream, front):
    verdict = [{"prompt_index": 0, "content_filter_results": {"hate": {"filtered": False, "severity": "safe"}}}]
    first = {"id": "", "object": "", "created": 0, "model": "", "choices": [], "prompt_filter_results": verdict}
    script(upstream, first, HELLO, END, alone(USAGE))
    said = Said(gateway, front, marker())
    assert (said.text, said.tokens) == ("Hello", (300, 20))
    if front == "chat":
        answer = Caller(gateway, configs.KEY).stream("odd", marker())
        assert all(one["choices"] and one["id"] for one in sse.chunks(answer.body))


@pytest.mark.parametrize("front", ["messages", "responses"])
def test_an_empty_finish_reason_is_an_end(gateway, upstream, front):
    """xAI ends a forced call so; nothing of it may look like an answer that broke off."""
    called = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "lookup", "arguments": '{"id":"7"}'}}
    script(upstream, chunk({"role": "assistant", "content": "", "tool_calls": [called]}), chunk(finish=""), alone(USAGE))
    said = Said(gateway, front, marker(), "odd-x")
    assert said.calls == [("lookup", {"id": "7"})] and said.tokens == (300, 20)
    assert Receipt(Caller(gateway, configs.KEY).receipt(said.request_id)).outcome == "complete"
