"""A scripted server that speaks every vendor's own API.

The first segment of a request's path says whom it plays and how: `/anthropic.cut/v1/messages` is Anthropic whose
stream breaks off. Every vendor gives the same answers, `TEXT` and `CALLS`, in its own words.
"""

import base64
import functools
import json
import struct
import urllib.parse
import zlib
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from . import judges
from .upstream import Upstream

TEXT = ["The row is ", "blü."]
THOUGHT = "look it up"
SIGNATURE = base64.b64encode(b"signed by the vendor").decode()
CALLS = [("lookup", {"id": "7"}), ("lookup", {"id": "東京"})]
OBJECT = '{"id": "7"}'
SCENARIOS = ["text", "json", "tools", "sliced", "e400", "e429", "e529", "first", "cut", "short", "endless"]
"""`json` is a whole answer of `OBJECT`; `sliced` is text in tiny pieces; `first` fails in the first event of a stream; `cut` and `short` break off after the
first words, the connection or only the answer; `endless` says no more until the gateway hangs up."""


@dataclass(frozen=True)
class Usage:
    """Counts as OpenAI's chat completions tell them: the whole includes the parts."""

    prompt: int = 130
    completion: int = 30
    cached: int = 0
    written: int = 0
    reasoning: int = 0

    @property
    def chat(self):
        return {
            "prompt_tokens": self.prompt,
            "completion_tokens": self.completion,
            "total_tokens": self.prompt + self.completion,
            "prompt_tokens_details": {"cached_tokens": self.cached, "cache_write_tokens": self.written},
            "completion_tokens_details": {"reasoning_tokens": self.reasoning},
        }


@dataclass(frozen=True)
class Vendor:
    """How one vendor says things: whole answers, the events of a stream, and errors with their status."""

    name: str
    dialect: str
    model: str
    path: str
    stream_path: str
    key_header: tuple
    usage: Usage
    whole: dict
    events: dict
    errors: dict
    first: list
    content_type: str = "text/event-stream"
    config: dict = field(default_factory=dict)
    error_headers: dict = field(default_factory=dict)
    thinks: bool = True

    def provider(self, server, scenario):
        base = {"dialect": self.dialect, "base_url": server.base(self.name, scenario)}
        if self.name == "vertex":
            base["credentials"] = [{"service_account": json.dumps(server.account())}]
        return {"credentials": [{"api_key": KEY}], **base, **self.config}


KEY = "vk-51f0c7a9d2e84b36"
TOKEN = "ya29.c.b0Aaek-Scripted-5e1f90...."
AWS = {"access_key_id": "AKIDSCRIPTED", "secret_access_key": "wJalrScripted"}


@functools.cache
def _key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class VendorServer(Upstream):
    def __init__(self):
        super().__init__({})
        self.tokens = 0

    def account(self):
        """The key file of a service account of Google's, whose tokens come from here."""
        pem = _key().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return {
            "type": "service_account",
            "project_id": "house-project",
            "private_key_id": "5e1f90",
            "private_key": pem.decode(),
            "client_email": "router@house-project.iam.gserviceaccount.com",
            "token_uri": f"http://127.0.0.1:{self.port}/token",
        }

    async def _token(self, x):
        """Google's token endpoint."""
        self.tokens += 1
        form = dict(urllib.parse.parse_qsl(x.raw.decode(), strict_parsing=True))
        public = _key().public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        try:
            assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
            claims = judges.check_assertion(form["assertion"], public.decode(), self.account()["token_uri"])
            assert claims["iss"] == self.account()["client_email"]
            assert claims["scope"] == "https://www.googleapis.com/auth/cloud-platform"
        except Exception as refused:
            return await x.json_answer(400, {"error": "invalid_grant", "error_description": str(refused)})
        await x.json_answer(200, {"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"})

    def base(self, vendor, scenario):
        return f"http://127.0.0.1:{self.port}/{vendor}.{scenario}"

    def _handler(self, exchange):
        if exchange.target.startswith("/seen/"):
            return self._tell_seen
        if exchange.target == "/token":
            return self._token
        name, scenario = exchange.target.split("/")[1].split("?")[0].split(".")
        vendor = VENDORS[name]

        async def answer(x):
            await _answer(x, vendor, scenario)

        return answer


async def _answer(x, vendor, scenario):
    path = "/" + x.target.split("/", 2)[2]
    streaming = path == vendor.stream_path
    if vendor.path == vendor.stream_path:
        streaming = x.json.get("stream", vendor.name == "ollama")
    if path not in (vendor.path, vendor.stream_path):
        return await x.json_answer(404, {"error": f"no such path: {path}"})
    if scenario in vendor.errors:
        status, kind, body = vendor.errors[scenario]
        named = {name: kind for name in vendor.error_headers}
        return await x.json_answer(status, body, {**named, "retry-after": "7"} if status == 429 else named)
    said = scenario if scenario in vendor.whole else "text"
    if not streaming:
        answer = _with_object(vendor.whole["text"]) if scenario == "json" else vendor.whole[said]
        return await x.json_answer(200, answer)
    events = vendor.first if scenario == "first" else vendor.events[said]
    await x.start_stream({"content-type": vendor.content_type})
    x.slice = 3 if scenario == "sliced" else None
    if scenario in ("cut", "short", "endless"):
        events = events[: _after_text(events)]
    for event in events:
        await x.data(event)
    if scenario == "endless":
        await x.hang()
    if scenario == "cut":
        return await x.cut()
    await x.end_stream()


def _with_object(value):
    """An answer that says `OBJECT` in place of the text."""
    if isinstance(value, dict):
        return {name: _with_object(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_object(inner) for inner in value]
    return OBJECT if value == "".join(TEXT) else value


def _after_text(events):
    """The number of events up to and with the first words."""
    first = TEXT[0].encode()
    return next(at for at, event in enumerate(events) if first in event) + 1


def sse(*values, named=False, done=False):
    def one(value):
        name = f"event: {value['type']}\n" if named else ""
        return f"{name}data: {dumps(value)}\n\n".encode()

    return [one(value) for value in values] + ([b"data: [DONE]\n\n"] if done else [])


def lines(*values):
    return [dumps(value).encode() + b"\n" for value in values]


def dumps(value):
    return json.dumps(value, ensure_ascii=False)


def halves(value):
    text = dumps(value)
    return text[:5], text[5:]


# -- Anthropic -----------------------------------------------------------------


def _anthropic():
    usage = {
        "input_tokens": 20,
        "cache_creation_input_tokens": 10,
        "cache_read_input_tokens": 100,
        "output_tokens": 30,
        "output_tokens_details": {"thinking_tokens": 21},
        "service_tier": "standard",
    }
    thinking = {"type": "thinking", "thinking": THOUGHT, "signature": SIGNATURE}
    uses = [
        {"type": "tool_use", "id": f"toolu_{at}", "name": name, "input": given}
        for at, (name, given) in enumerate(CALLS)
    ]

    def message(content, stop, counts):
        return {
            "id": "msg_scripted",
            "type": "message",
            "role": "assistant",
            "model": "claude-opus-4-6",
            "content": content,
            "stop_reason": stop,
            "stop_sequence": None,
            "usage": counts,
        }

    def stream(stop, *blocks):
        opening = {**usage, "output_tokens": 1}
        del opening["output_tokens_details"]
        yield {"type": "message_start", "message": message([], None, opening)}
        yield {"type": "ping"}
        for index, (start, *deltas) in enumerate(blocks):
            yield {"type": "content_block_start", "index": index, "content_block": start}
            for delta in deltas:
                yield {"type": "content_block_delta", "index": index, "delta": delta}
            yield {"type": "content_block_stop", "index": index}
        closing = {name: count for name, count in usage.items() if name != "service_tier"}
        yield {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": closing}
        yield {"type": "message_stop"}

    thought = (
        {"type": "thinking", "thinking": "", "signature": ""},
        {"type": "thinking_delta", "thinking": THOUGHT},
        {"type": "signature_delta", "signature": SIGNATURE},
    )
    text = ({"type": "text", "text": ""}, *({"type": "text_delta", "text": word} for word in TEXT))
    calls = [
        ({**use, "input": {}}, *({"type": "input_json_delta", "partial_json": half} for half in halves(use["input"])))
        for use in uses
    ]

    def error(kind, message):
        return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}

    overloaded = error("overloaded_error", "Overloaded")
    return Vendor(
        name="anthropic",
        dialect="anthropic",
        model="claude-opus-4-6",
        path="/v1/messages",
        stream_path="/v1/messages",
        key_header=("x-api-key", KEY),
        usage=Usage(cached=100, written=10, reasoning=21),
        whole={
            "text": message([thinking, {"type": "text", "text": "".join(TEXT)}], "end_turn", usage),
            "tools": message([thinking, *uses], "tool_use", usage),
        },
        events={
            "text": sse(*stream("end_turn", thought, text), named=True),
            "tools": sse(*stream("tool_use", thought, *calls), named=True),
        },
        errors={
            "e400": (400, "", error("invalid_request_error", "max_tokens: 999999 > 128000")),
            "e429": (429, "", error("rate_limit_error", "too many tokens a minute")),
            "e529": (529, "", overloaded),
        },
        first=sse(overloaded, named=True),
    )


# -- Google --------------------------------------------------------------------


def _google(name, operation, key_header, **config):
    counts = {
        "promptTokenCount": 130,
        "cachedContentTokenCount": 100,
        "candidatesTokenCount": 9,
        "thoughtsTokenCount": 21,
        "totalTokenCount": 160,
    }
    thought = {"text": THOUGHT, "thought": True}
    calls = [{"functionCall": {"name": name, "args": given}} for name, given in CALLS]
    calls[0]["thoughtSignature"] = SIGNATURE

    def answer(*parts, finish=None, usage=counts):
        candidate = {"index": 0, "content": {"role": "model", "parts": list(parts)}}
        if finish:
            candidate["finishReason"] = finish
        return {
            "candidates": [candidate],
            "usageMetadata": usage,
            "modelVersion": "gemini-3.8-flash",
            "responseId": "r1",
        }

    early = {"promptTokenCount": 130, "totalTokenCount": 130}
    words = [{"text": word} for word in TEXT]

    def error(status, name, message, *details):
        return {"error": {"code": status, "message": message, "status": name, "details": list(details)}}

    overloaded = error(503, "UNAVAILABLE", "The model is overloaded.")
    operation += "/gemini-3.8-flash"
    return Vendor(
        name=name,
        dialect=name,
        model="gemini-3.8-flash",
        path=f"{operation}:generateContent",
        stream_path=f"{operation}:streamGenerateContent?alt=sse",
        key_header=key_header,
        usage=Usage(cached=100, reasoning=21),
        whole={
            "text": answer(thought, {"text": "".join(TEXT)}, finish="STOP"),
            "tools": answer(thought, *calls, finish="STOP"),
        },
        events={
            "text": sse(
                answer(thought, usage=early),
                answer(words[0], usage=early),
                answer(words[1]),
                answer({"text": "", "thoughtSignature": SIGNATURE}, finish="STOP"),
            ),
            "tools": sse(answer(thought, usage=early), answer(*calls, finish="STOP")),
        },
        errors={
            "e400": (400, "", error(400, "INVALID_ARGUMENT", "Invalid value at 'generation_config'")),
            "e429": (429, "", error(429, "RESOURCE_EXHAUSTED", "Quota exceeded. Please retry in 7s.")),
            "e529": (503, "", overloaded),
        },
        first=sse(overloaded),
        config=config,
    )


# -- Bedrock -------------------------------------------------------------------


def frame(payload, **headers):
    """One message of `application/vnd.amazon.eventstream`."""
    named = b"".join(
        bytes([len(name) + 1]) + f":{name.replace('_', '-')}".encode() + b"\7" + struct.pack("!H", len(value)) + value
        for name, value in ((name, value.encode()) for name, value in headers.items())
    )
    body = dumps(payload).encode()
    prelude = struct.pack("!II", 16 + len(named) + len(body), len(named))
    prelude += struct.pack("!I", zlib.crc32(prelude))
    whole = prelude + named + body
    return whole + struct.pack("!I", zlib.crc32(whole))


def _bedrock():
    usage = {
        "inputTokens": 20,
        "outputTokens": 30,
        "totalTokens": 160,
        "cacheReadInputTokens": 100,
        "cacheWriteInputTokens": 10,
    }
    reasoning = {"reasoningContent": {"reasoningText": {"text": THOUGHT, "signature": SIGNATURE}}}
    uses = [
        {"toolUseId": f"tooluse_{at}", "name": name, "input": given} for at, (name, given) in enumerate(CALLS)
    ]

    def answer(stop, *content):
        return {
            "output": {"message": {"role": "assistant", "content": list(content)}},
            "stopReason": stop,
            "usage": usage,
            "metrics": {"latencyMs": 812},
        }

    def event(kind, **payload):
        payload = {**payload, "p": "abcdef"}
        return frame(payload, event_type=kind, content_type="application/json", message_type="event")

    def stream(stop, *blocks):
        yield event("messageStart", role="assistant")
        for index, (start, *deltas) in enumerate(blocks):
            if start:
                yield event("contentBlockStart", contentBlockIndex=index, start=start)
            for delta in deltas:
                yield event("contentBlockDelta", contentBlockIndex=index, delta=delta)
            yield event("contentBlockStop", contentBlockIndex=index)
        yield event("messageStop", stopReason=stop)
        yield event("metadata", usage=usage, metrics={"latencyMs": 640})

    thought = (None, {"reasoningContent": {"text": THOUGHT}}, {"reasoningContent": {"signature": SIGNATURE}})
    text = (None, *({"text": word} for word in TEXT))
    calls = [
        (
            {"toolUse": {"toolUseId": use["toolUseId"], "name": use["name"]}},
            *({"toolUse": {"input": half}} for half in halves(use["input"])),
        )
        for use in uses
    ]
    throttled = frame(
        {"message": "Too many tokens, please wait."},
        exception_type="throttlingException",
        content_type="application/json",
        message_type="exception",
    )
    operation = "/model/us.anthropic.claude-opus-4-6-v1%3A0/converse"
    return Vendor(
        name="bedrock",
        dialect="bedrock",
        model="us.anthropic.claude-opus-4-6-v1:0",
        path=operation,
        stream_path=f"{operation}-stream",
        key_header=("authorization", "AWS4-HMAC-SHA256 Credential=AKIDSCRIPTED/"),
        usage=Usage(cached=100, written=10),
        whole={
            "text": answer("end_turn", reasoning, {"text": "".join(TEXT)}),
            "tools": answer("tool_use", reasoning, *({"toolUse": use} for use in uses)),
        },
        events={
            "text": list(stream("end_turn", thought, text)),
            "tools": list(stream("tool_use", thought, *calls)),
        },
        errors={
            "e400": (400, "ValidationException", {"message": "The maximum tokens you requested exceeds the limit."}),
            "e429": (429, "ThrottlingException", {"message": "Too many requests, please wait."}),
            "e529": (503, "ServiceUnavailableException", {"message": "Bedrock is unable to process your request."}),
        },
        first=[event("messageStart", role="assistant"), throttled],
        content_type="application/vnd.amazon.eventstream",
        config={"region": "us-east-1", "credentials": [AWS]},
        error_headers={"x-amzn-errortype": ""},
    )


# -- Cohere --------------------------------------------------------------------


def _cohere():
    usage = {
        "billed_units": {"input_tokens": 20, "output_tokens": 9},
        "tokens": {"input_tokens": 130, "output_tokens": 30},
    }
    calls = [
        {"id": f"lookup_{at}", "type": "function", "function": {"name": name, "arguments": dumps(given)}}
        for at, (name, given) in enumerate(CALLS)
    ]

    def answer(finish, **message):
        return {
            "id": "c1",
            "finish_reason": finish,
            "message": {"role": "assistant", **message},
            "usage": usage,
        }

    def delta(kind, message, **extra):
        return {"type": kind, **extra, "delta": {"message": message}}

    opening = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}
    start = {"type": "message-start", "id": "c1", "delta": {"message": opening}}

    def end(finish, **extra):
        return {"type": "message-end", "delta": {"finish_reason": finish, "usage": usage, **extra}}

    def called():
        for at, call in enumerate(calls):
            empty = {**call, "function": {**call["function"], "arguments": ""}}
            yield delta("tool-call-start", {"tool_calls": empty}, index=at)
            arguments = call["function"]["arguments"]
            for half in (arguments[:5], arguments[5:]):
                yield delta("tool-call-delta", {"tool_calls": {"function": {"arguments": half}}}, index=at)
            yield {"type": "tool-call-end", "index": at}

    def fault(message):
        return {"id": "e1", "message": message}

    return Vendor(
        name="cohere",
        dialect="cohere",
        model="command-a-03-2025",
        path="/v2/chat",
        stream_path="/v2/chat",
        key_header=("authorization", f"Bearer {KEY}"),
        usage=Usage(),
        whole={
            "text": answer("COMPLETE", content=[{"type": "text", "text": "".join(TEXT)}]),
            "tools": answer("TOOL_CALL", tool_plan=THOUGHT, tool_calls=calls),
        },
        events={
            "text": sse(
                start,
                delta("content-start", {"content": {"type": "text", "text": ""}}, index=0),
                *(delta("content-delta", {"content": {"text": word}}, index=0) for word in TEXT),
                {"type": "content-end", "index": 0},
                end("COMPLETE"),
                named=True,
            ),
            "tools": sse(
                start, delta("tool-plan-delta", {"tool_plan": THOUGHT}), *called(), end("TOOL_CALL"), named=True
            ),
        },
        errors={
            "e400": (400, "", fault("max_tokens must be at most 8000")),
            "e429": (429, "", fault("too many calls a minute")),
            "e529": (503, "", fault("the service is overloaded")),
        },
        first=sse(start, end("ERROR", error="the model failed"), named=True),
        thinks=False,
    )


# -- Ollama --------------------------------------------------------------------


def _ollama():
    counts = {"prompt_eval_count": 130, "eval_count": 30, "total_duration": 1_000_000}
    calls = [{"function": {"name": name, "arguments": given}} for name, given in CALLS]

    def line(done=None, **message):
        value = {
            "model": "qwen3",
            "created_at": "2026-11-21T00:00:00Z",
            "message": {"role": "assistant", "content": "", **message},
            "done": bool(done),
        }
        return {**value, "done_reason": done, **counts} if done else value

    return Vendor(
        name="ollama",
        dialect="ollama",
        model="qwen3",
        path="/api/chat",
        stream_path="/api/chat",
        key_header=("authorization", f"Bearer {KEY}"),
        usage=Usage(),
        whole={
            "text": line("stop", content="".join(TEXT), thinking=THOUGHT),
            "tools": line("stop", thinking=THOUGHT, tool_calls=calls),
        },
        events={
            "text": lines(line(thinking=THOUGHT), *(line(content=word) for word in TEXT), line("stop")),
            "tools": lines(line(thinking=THOUGHT), *(line(tool_calls=[call]) for call in calls), line("stop")),
        },
        errors={
            "e400": (400, "", {"error": "invalid options"}),
            "e429": (429, "", {"error": "too many requests"}),
            "e529": (503, "", {"error": "server busy, please try again. maximum pending requests exceeded"}),
        },
        first=lines({"error": "llama runner process has terminated"}),
        content_type="application/x-ndjson",
    )


# -- OpenAI's chat completions, as OpenAI and as Azure serve them ---------------


def _chat(name, dialect, prefix, key_header, opening=()):
    usage = Usage(cached=100, reasoning=21)
    base = {"id": "chatcmpl-scripted", "created": 1_790_000_000, "model": "gpt-5.4"}
    calls = [
        {"id": f"call_{at}", "type": "function", "function": {"name": name, "arguments": dumps(given)}}
        for at, (name, given) in enumerate(CALLS)
    ]

    def answer(finish, **message):
        choice = {"index": 0, "message": {"role": "assistant", "refusal": None, **message}, "finish_reason": finish}
        return {**base, "object": "chat.completion", "choices": [{**choice, "logprobs": None}], "usage": usage.chat}

    def chunk(delta, finish=None):
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return {**base, "object": "chat.completion.chunk", "choices": [choice], "usage": None}

    def stream(finish, *deltas):
        opened = chunk({"role": "assistant", "content": ""})
        last = {**base, "object": "chat.completion.chunk", "choices": [], "usage": usage.chat}
        return sse(*opening, opened, *map(chunk, deltas), chunk({}, finish), last, done=True)

    def called():
        for at, call in enumerate(calls):
            empty = {**call, "index": at, "function": {**call["function"], "arguments": ""}}
            yield {"tool_calls": [empty]}
            arguments = call["function"]["arguments"]
            for half in (arguments[:5], arguments[5:]):
                yield {"tool_calls": [{"index": at, "function": {"arguments": half}}]}

    def error(message, kind, code):
        return {"error": {"message": message, "type": kind, "param": None, "code": code}}

    limited = error("Requests have exceeded the rate limit.", "requests", "429")
    return Vendor(
        name=name,
        dialect=dialect,
        model="gpt-5.4",
        path=f"{prefix}/chat/completions",
        stream_path=f"{prefix}/chat/completions",
        key_header=key_header,
        usage=usage,
        whole={
            "text": answer("stop", content="".join(TEXT)),
            "tools": answer("tool_calls", content=None, tool_calls=calls),
        },
        events={
            "text": stream("stop", *({"content": word} for word in TEXT)),
            "tools": stream("tool_calls", *called()),
        },
        errors={
            "e400": (400, "", error("Invalid value", "invalid_request_error", "invalid_value")),
            "e429": (429, "", limited),
            "e529": (503, "", error("The engine is overloaded", "server_error", None)),
        },
        first=sse(limited),
        thinks=False,
    )


def _mistral():
    """As chat completions, but for thoughts, which are parts of the content."""
    base = _chat("mistral", "mistral", "", ("authorization", f"Bearer {KEY}"))
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}], "closed": True}

    def part(text):
        return {"type": "text", "text": text}

    def thought(whole):
        whole = json.loads(dumps(whole))
        message = whole["choices"][0]["message"]
        message["content"] = [thinking, *([part(message["content"])] if message["content"] else [])]
        return whole

    def streamed(events):
        opened, *rest = events
        delta = {"index": 0, "delta": {"content": [thinking]}, "finish_reason": None}
        yield opened
        yield from sse({**_payload(opened), "choices": [delta]})
        for event in rest:
            chunk = {} if b"[DONE]" in event else _payload(event)
            for choice in chunk.get("choices", []):
                if text := choice["delta"].get("content"):
                    choice["delta"]["content"] = [part(text)]
            yield sse(chunk)[0] if chunk else event

    fault = {"object": "error", "type": "invalid_request_error", "param": None, "code": None}
    missing = [{"type": "missing", "loc": ["body", "messages"], "msg": "Field required"}]
    return replace(
        base,
        model="magistral-medium-latest",
        whole={name: thought(whole) for name, whole in base.whole.items()},
        events={name: list(streamed(events)) for name, events in base.events.items()},
        errors={**base.errors, "e400": (400, "", {**fault, "message": {"detail": missing}})},
        thinks=True,
    )


def _payload(event):
    return json.loads(event.removeprefix(b"data: "))


def _azure():
    filtered = {"prompt_index": 0, "content_filter_results": {"hate": {"filtered": False, "severity": "safe"}}}
    opening = {"choices": [], "created": 0, "id": "", "model": "", "object": "", "prompt_filter_results": [filtered]}
    return _chat("azure", "azure-openai", "/openai/v1", ("api-key", KEY), [opening])


# -- OpenAI's Responses --------------------------------------------------------


def _responses():
    usage = {
        "input_tokens": 130,
        "input_tokens_details": {"cached_tokens": 100, "cache_write_tokens": 0},
        "output_tokens": 30,
        "output_tokens_details": {"reasoning_tokens": 21},
        "total_tokens": 160,
    }
    reasoning = {
        "type": "reasoning",
        "id": "rs_1",
        "summary": [{"type": "summary_text", "text": THOUGHT}],
        "encrypted_content": SIGNATURE,
    }
    said = {"type": "output_text", "text": "".join(TEXT), "annotations": [], "logprobs": []}
    message = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [said]}
    calls = [
        {
            "type": "function_call",
            "id": f"fc_{at}",
            "call_id": f"call_{at}",
            "name": name,
            "arguments": dumps(given),
            "status": "completed",
        }
        for at, (name, given) in enumerate(CALLS)
    ]

    def response(status, *output):
        return {
            "id": "resp_scripted",
            "object": "response",
            "created_at": 1_790_000_000,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "metadata": {},
            "model": "gpt-5.4",
            "output": list(output),
            "parallel_tool_calls": True,
            "temperature": 1.0,
            "tool_choice": "auto",
            "tools": [],
            "top_p": 1.0,
            "usage": usage if status == "completed" else None,
        }

    def thought():
        place = {"output_index": 0, "item_id": "rs_1"}
        empty = {"type": "summary_text", "text": ""}
        yield {"type": "response.output_item.added", "output_index": 0, "item": {**reasoning, "summary": []}}
        place["summary_index"] = 0
        yield {"type": "response.reasoning_summary_part.added", **place, "part": empty}
        yield {"type": "response.reasoning_summary_text.delta", **place, "delta": THOUGHT}
        yield {"type": "response.reasoning_summary_text.done", **place, "text": THOUGHT}
        yield {"type": "response.reasoning_summary_part.done", **place, "part": reasoning["summary"][0]}
        yield {"type": "response.output_item.done", "output_index": 0, "item": reasoning}

    def text():
        place = {"output_index": 1, "item_id": "msg_1", "content_index": 0}
        opened = {**message, "status": "in_progress", "content": []}
        yield {"type": "response.output_item.added", "output_index": 1, "item": opened}
        yield {"type": "response.content_part.added", **place, "part": {**said, "text": ""}}
        for word in TEXT:
            yield {"type": "response.output_text.delta", **place, "delta": word, "logprobs": []}
        yield {"type": "response.output_text.done", **place, "text": said["text"], "logprobs": []}
        yield {"type": "response.content_part.done", **place, "part": said}
        yield {"type": "response.output_item.done", "output_index": 1, "item": message}

    def called():
        for at, call in enumerate(calls, 1):
            place = {"output_index": at, "item_id": call["id"]}
            opened = {**call, "status": "in_progress", "arguments": ""}
            yield {"type": "response.output_item.added", "output_index": at, "item": opened}
            for half in (call["arguments"][:5], call["arguments"][5:]):
                yield {"type": "response.function_call_arguments.delta", **place, "delta": half}
            done = {"name": call["name"], "arguments": call["arguments"]}
            yield {"type": "response.function_call_arguments.done", **place, **done}
            yield {"type": "response.output_item.done", "output_index": at, "item": call}

    def stream(part, *output):
        yield {"type": "response.created", "response": response("in_progress")}
        yield {"type": "response.in_progress", "response": response("in_progress")}
        yield from thought()
        yield from part
        yield {"type": "response.completed", "response": response("completed", reasoning, *output)}

    def numbered(events):
        return sse(*({**event, "sequence_number": at} for at, event in enumerate(events)), named=True)

    def error(message, kind, code):
        return {"error": {"message": message, "type": kind, "param": None, "code": code}}

    failed = response("failed")
    failed["error"] = {"code": "server_error", "message": "The model failed."}
    return Vendor(
        name="responses",
        dialect="openai-responses",
        model="gpt-5.4",
        path="/responses",
        stream_path="/responses",
        key_header=("authorization", f"Bearer {KEY}"),
        usage=Usage(cached=100, reasoning=21),
        whole={
            "text": response("completed", reasoning, message),
            "tools": response("completed", reasoning, *calls),
        },
        events={
            "text": numbered(stream(text(), message)),
            "tools": numbered(stream(called(), *calls)),
        },
        errors={
            "e400": (400, "", error("Invalid value", "invalid_request_error", "invalid_value")),
            "e429": (429, "", error("Rate limit reached", "requests", "rate_limit_exceeded")),
            "e529": (503, "", error("The engine is overloaded", "server_error", "server_error")),
        },
        first=numbered(
            [
                {"type": "response.created", "response": response("in_progress")},
                {"type": "response.failed", "response": failed},
            ]
        ),
    )


VERTEX = "/v1/projects/house-project/locations/europe-west4/publishers/google/models"
VENDORS = {
    vendor.name: vendor
    for vendor in (
        _anthropic(),
        _google("gemini", "/v1beta/models", ("x-goog-api-key", KEY)),
        _google("vertex", VERTEX, ("authorization", f"Bearer {TOKEN}"), region="europe-west4"),
        _bedrock(),
        _cohere(),
        _ollama(),
        _mistral(),
        _azure(),
        _responses(),
        _chat("chat", "openai", "", ("authorization", f"Bearer {KEY}")),
    )
}
