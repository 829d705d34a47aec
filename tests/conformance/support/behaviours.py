"""What the scripted provider does for each model name.

`GOOD` answer properly. `FAILOVER` hold the faults after which another candidate
must be tried, `STOP` those that are the caller's own and must not be tried again,
`BROKEN_STREAM` the ways in which a stream can break after its first content.
"""

import asyncio
import json

from . import answers

WORDS = ["Hello", ", ", "wörld", " 👋", " \u2028 end"]


# -- good ------------------------------------------------------------------


async def echo(x):
    """Says the last message's text back; streams it word by word."""
    await speak(x, _words(_last_text(x.json)))


async def speak(x, words, finish="stop", usage=answers.USAGE, newline=b"\n"):
    if not x.streaming:
        text = answers.message("".join(words))
        await x.json_answer(200, answers.completion(x.model, text, finish=finish, usage=usage))
        return
    await x.start_stream()
    for chunk in answers.text_chunks(x.model, words, x.usage_asked, finish):
        await x.event(chunk, newline)
    await end_well(x, usage, newline)


async def end_well(x, usage=answers.USAGE, newline=b"\n"):
    if x.usage_asked:
        await x.event(answers.usage_chunk(x.model, usage), newline)
    await x.event(b"[DONE]", newline)
    await x.end_stream()


async def crlf(x):
    await speak(x, WORDS, newline=b"\r\n")


async def slices(x):
    x.slice = 1
    await speak(x, WORDS)


async def slow(x):
    """Ten words, 50 ms apart."""
    await x.start_stream()
    for chunk in answers.text_chunks(x.model, [f"w{i} " for i in range(10)], x.usage_asked):
        await x.event(chunk)
        await x.sleep(0.05)
    await end_well(x)


async def endless(x):
    """A word every 10 ms until the gateway hangs up; buffered: never answers."""
    if not x.streaming:
        await x.hang()
    await x.start_stream()
    await x.event(answers.chunk(x.model, {"role": "assistant", "content": ""}))
    while True:
        await x.event(answers.chunk(x.model, {"content": "word "}))
        await x.sleep(0.01)


async def comments(x):
    """Comments before, between and after, as hosts send them to keep a line alive."""
    if not x.streaming:
        return await speak(x, WORDS)
    await x.start_stream()
    await x.data(b": PROCESSING\n\n")
    for chunk in answers.text_chunks(x.model, WORDS, x.usage_asked):
        await x.event(chunk)
        await x.data(b": keep-alive\n\n")
    await end_well(x)


async def usage_in_last(x):
    """Usage rides on the finish chunk, as some hosts send it, and is not a chunk of its own."""
    if not x.streaming:
        return await speak(x, WORDS)
    await x.start_stream()
    for chunk in answers.text_chunks(x.model, WORDS, x.usage_asked):
        if chunk["choices"][0]["finish_reason"]:
            chunk["usage"] = answers.USAGE
        await x.event(chunk)
    await x.event(b"[DONE]")
    await x.end_stream()


async def no_usage(x):
    """A host that reports no usage at all."""
    if not x.streaming:
        value = answers.completion(x.model, answers.message("no usage"))
        del value["usage"]
        return await x.json_answer(200, value)
    await x.start_stream()
    for chunk in answers.text_chunks(x.model, ["no ", "usage"], False):
        await x.event(chunk)
    await x.event(b"[DONE]")
    await x.end_stream()


async def no_done(x):
    """Finishes, but the closing `[DONE]` is missing."""
    if not x.streaming:
        return await speak(x, WORDS)
    await x.start_stream()
    for chunk in answers.text_chunks(x.model, WORDS, x.usage_asked):
        await x.event(chunk)
    if x.usage_asked:
        await x.event(answers.usage_chunk(x.model))
    await x.end_stream()


async def after_done(x):
    """Keeps talking after `[DONE]`."""
    if not x.streaming:
        return await speak(x, WORDS)
    await x.start_stream()
    for chunk in answers.text_chunks(x.model, WORDS, x.usage_asked):
        await x.event(chunk)
    if x.usage_asked:
        await x.event(answers.usage_chunk(x.model))
    await x.event(b"[DONE]")
    await x.event(answers.chunk(x.model, {"content": "LATE"}))
    await x.end_stream()


async def tools(x):
    """Asks for two parallel calls; once their results are there, sums them up."""
    results = [m for m in x.json["messages"] if m["role"] == "tool"]
    if results:
        return await speak(x, [f"{m['tool_call_id']}={m['content']};" for m in results])
    calls = [
        {"id": "call_a", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Zürich"}'}},
        {"id": "call_b", "type": "function", "function": {"name": "weather", "arguments": '{"city":"東京"}'}},
    ]
    if not x.streaming:
        asked = answers.message(None, tool_calls=calls)
        return await x.json_answer(200, answers.completion(x.model, asked, finish="tool_calls"))
    await x.start_stream()
    await x.event(answers.chunk(x.model, {"role": "assistant", "content": None}, usage_asked=x.usage_asked))
    for index, call in enumerate(calls):
        opening = {**call, "index": index, "function": {**call["function"], "arguments": ""}}
        await x.event(answers.chunk(x.model, {"tool_calls": [opening]}, usage_asked=x.usage_asked))
        for part in _halves(call["function"]["arguments"]):
            delta = {"tool_calls": [{"index": index, "function": {"arguments": part}}]}
            await x.event(answers.chunk(x.model, delta, usage_asked=x.usage_asked))
    await x.event(answers.chunk(x.model, {}, "tool_calls", usage_asked=x.usage_asked))
    await end_well(x)


async def structured(x):
    """An object with a value for each property of the schema that was sent."""
    schema = x.json["response_format"]["json_schema"]["schema"]
    samples = {"string": "Ada", "integer": 36, "number": 1.5, "boolean": True, "array": []}
    value = {name: samples[part["type"]] for name, part in schema["properties"].items()}
    await speak(x, _halves(json.dumps(value)))


async def vision(x):
    """Counts the image parts that arrived."""
    parts = [p for m in x.json["messages"] if isinstance(m["content"], list) for p in m["content"]]
    urls = [p["image_url"]["url"] for p in parts if p["type"] == "image_url"]
    await speak(x, [f"{len(urls)} images, {sum(map(len, urls))} characters"])


async def reasoning(x):
    """Thinks aloud first, in the field that most hosts use."""
    counts = answers.usage(30, 50, reasoning=40)
    if not x.streaming:
        said = answers.message("42", reasoning_content="let me think")
        return await x.json_answer(200, answers.completion(x.model, said, usage=counts))
    await x.start_stream()
    await x.event(answers.chunk(x.model, {"role": "assistant", "reasoning_content": "let me "}))
    await x.event(answers.chunk(x.model, {"reasoning_content": "think"}))
    await x.event(answers.chunk(x.model, {"content": "42"}))
    await x.event(answers.chunk(x.model, {}, "stop"))
    await end_well(x, counts)


async def several(x):
    """Two choices, interleaved in a stream."""
    if not x.streaming:
        pair = [answers.message("one"), answers.message("two")]
        return await x.json_answer(200, answers.completion(x.model, *pair))
    await x.start_stream()
    for finish in (None, "stop"):
        for index, word in enumerate(["one", "two"]):
            delta = {} if finish else {"role": "assistant", "content": word}
            choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
            await x.event(answers.chunk(x.model, choices=[choice]))
    await end_well(x)


async def logprobs(x):
    token = {"token": "yes", "logprob": -0.25, "bytes": [121, 101, 115], "top_logprobs": []}
    value = answers.completion(x.model, answers.message("yes"))
    value["choices"][0]["logprobs"] = {"content": [token], "refusal": None}
    await x.json_answer(200, value)


async def strange(x):
    """Valid JSON with odd white space, key order, unknown members and a lone surrogate."""
    body = json.dumps(answers.completion(x.model, answers.message("odd")), indent=3)
    body = body.replace('"odd"', '"odd \\ud800 \\u0000 end"').replace("{", '{ "x_first" : [1.0, 1e2, 12345678901234567890],', 1)
    if not x.streaming:
        return await x.json_answer(200, body.encode())
    await x.start_stream()
    await x.data(b'data:{"id":"c1","object":"chat.completion.chunk","created":1,"model":"s","x_new":{"a":[]},'
                 b'"choices":[{"index":0,"delta":{"role":"assistant","content":"odd \\ud800 "},"finish_reason":null}]}\n\n')
    await x.data(b'data:   {"choices" : [{"delta":{},"index":0,"finish_reason":"stop"}],"id":"c1","model":"s",'
                 b'"object":"chat.completion.chunk","created":1}\n\n')
    await end_well(x)


async def cached(x):
    await speak(x, ["cached"], usage=answers.usage(1001, 333, cached=700, cache_write=100))


# -- faults before any content ----------------------------------------------


def status(code, body=None, headers=None):
    async def fail(x):
        kind = "server_error" if code >= 500 else "invalid_request_error"
        value = answers.error(f"scripted {code}", kind) if body is None else body
        await x.json_answer(code, value, headers)

    return fail


def unauthorised():
    async def fail(x):
        """Echoes the key that it was given, as some hosts do."""
        shown = (x.header("authorization") or "").removeprefix("Bearer ")
        await x.json_answer(401, answers.error(f"Incorrect API key provided: {shown}", code="invalid_api_key"))

    return fail


async def html_500(x):
    body = b"<html><h1>500 Internal Server Error</h1></html>"
    await x.head(500, {"content-type": "text/html", "content-length": len(body)})
    await x.wire(body)


async def html_200(x):
    body = b"<html><h1>Welcome to nginx</h1></html>"
    await x.head(200, {"content-type": "text/html", "content-length": len(body)})
    await x.wire(body)


async def truncated_200(x):
    await x.head(200, {"content-type": "application/json", "content-length": 500})
    await x.wire(b'{"id":"chatcmpl-1","choices":[{"index":0,')
    await x.cut()


async def empty_200(x):
    await x.head(200, {"content-type": "application/json", "content-length": 0})


async def error_200(x):
    await x.json_answer(200, answers.error("upstream exploded", "server_error"))


async def no_choices_200(x):
    await x.json_answer(200, {**answers.completion(x.model), "choices": []})


def not_quite(spoil):
    """A whole answer with one choice that is none; streamed, an end without an answer."""

    async def fail(x):
        if x.streaming:
            return await done_only(x)
        value = answers.completion(x.model, answers.message("half of an answer"))
        spoil(value["choices"][0])
        await x.json_answer(200, value)

    return fail


async def reset_at_once(x):
    await x.reset()


async def close_at_once(x):
    await x.cut()


async def stream_error_first(x):
    if not x.streaming:
        return await error_200(x)
    await x.start_stream()
    await x.event(answers.error("overloaded", "overloaded_error"))
    await x.end_stream()


async def role_then_reset(x):
    if not x.streaming:
        return await x.reset()
    await x.start_stream()
    await x.event(answers.chunk(x.model, {"role": "assistant", "content": ""}))
    await x.reset()


async def role_then_error(x):
    if not x.streaming:
        return await error_200(x)
    await x.start_stream()
    await x.data(b": queued\n\n")
    await x.event(answers.chunk(x.model, {"role": "assistant", "content": ""}))
    await x.event(answers.error("overloaded", "overloaded_error"))
    await x.end_stream()


async def empty_stream(x):
    if not x.streaming:
        return await empty_200(x)
    await x.start_stream()
    await x.end_stream()


async def done_only(x):
    if not x.streaming:
        return await no_choices_200(x)
    await x.start_stream()
    await x.event(b"[DONE]")
    await x.end_stream()


async def garbage_first(x):
    if not x.streaming:
        return await x.json_answer(200, b'{"choices": [oops')
    await x.start_stream()
    await x.event(b'{"choices": [oops')
    await x.end_stream()


async def hang_without_head(x):
    await x.hang()


async def hang_after_head(x):
    if not x.streaming:
        await x.head(200, {"content-type": "application/json", "content-length": 500})
        await x.hang()
    await x.start_stream()
    await x.hang()


# -- faults after the first content -------------------------------------------


def after_content(ending):
    async def broken(x):
        if not x.streaming:
            return await truncated_200(x)
        await x.start_stream()
        await x.event(answers.chunk(x.model, {"role": "assistant", "content": ""}))
        for word in WORDS:
            await x.event(answers.chunk(x.model, {"content": word}))
        await asyncio.sleep(0.03)
        await ending(x)

    return broken


async def _cut(x):
    await x.cut()


async def _reset(x):
    await x.reset()


async def _clean_end(x):
    await x.end_stream()


async def _done_without_finish(x):
    await x.event(b"[DONE]")
    await x.end_stream()


async def _garbage(x):
    await x.event(b'{"choices": [oops')
    await x.end_stream()


async def _invalid_utf8(x):
    await x.event(b'{"choices":[{"index":0,"delta":{"content":"\xff\xfe"}}]}')
    await x.end_stream()


async def _error(x):
    await x.event(answers.error("the model fell over", "server_error"))
    await x.event(b"[DONE]")
    await x.end_stream()


async def _half_frame(x):
    await x.data(b'data: {"id":"chatcmpl-scripted","choices":[{"ind')
    await x.cut()


GOOD = {
    "m-echo": echo,
    "m-crlf": crlf,
    "m-slices": slices,
    "m-slow": slow,
    "m-endless": endless,
    "m-comments": comments,
    "m-usage-in-last": usage_in_last,
    "m-no-usage": no_usage,
    "m-no-done": no_done,
    "m-after-done": after_done,
    "m-tools": tools,
    "m-structured": structured,
    "m-vision": vision,
    "m-reasoning": reasoning,
    "m-several": several,
    "m-logprobs": logprobs,
    "m-strange": strange,
    "m-cached": cached,
}

RETRY_AFTER = {"retry-after": "7"}
FAILOVER = {
    "m-401": unauthorised(),
    "m-402": status(402, answers.error("Insufficient Balance", "insufficient_quota", code="insufficient_quota")),
    "m-403": status(403),
    "m-404": status(404, answers.error("The model does not exist", code="model_not_found")),
    "m-429": status(429, answers.error("slow down", "requests", code="rate_limit_exceeded"), RETRY_AFTER),
    "m-429-bare": status(429, answers.error("slow down", "requests", code="rate_limit_exceeded")),
    "m-500": status(500),
    "m-500-html": html_500,
    "m-502": status(502),
    "m-503": status(503),
    "m-503-later": status(503, headers={"retry-after": "30"}),
    "m-504": status(504),
    "m-529": status(529, answers.error("Overloaded", "overloaded_error")),
    "m-200-html": html_200,
    "m-200-truncated": truncated_200,
    "m-200-empty": empty_200,
    "m-200-error": error_200,
    "m-200-no-choices": no_choices_200,
    "m-200-no-finish": not_quite(lambda choice: choice.pop("finish_reason")),
    "m-200-null-finish": not_quite(lambda choice: choice.update(finish_reason=None)),
    "m-200-empty-finish": not_quite(lambda choice: choice.update(finish_reason="")),
    "m-200-no-message": not_quite(lambda choice: choice.pop("message")),
    "m-200-null-message": not_quite(lambda choice: choice.update(message=None)),
    "m-200-empty-choice": not_quite(dict.clear),
    "m-200-other-choice": not_quite(lambda choice: choice.update(index=1)),
    "m-reset": reset_at_once,
    "m-close": close_at_once,
    "m-error-first": stream_error_first,
    "m-role-reset": role_then_reset,
    "m-role-error": role_then_error,
    "m-empty-stream": empty_stream,
    "m-done-only": done_only,
    "m-garbage-first": garbage_first,
}
HANGS = {"m-hang": hang_without_head, "m-hang-head": hang_after_head}

STOP = {
    "m-400": (400, status(400, answers.error("bad temperature", param="temperature", code="invalid_value"))),
    "m-400-context": (
        400,
        status(
            400,
            answers.error(
                "This model's maximum context length is 8192 tokens.",
                param="messages",
                code="context_length_exceeded",
            ),
        ),
    ),
    "m-400-filter": (400, status(400, answers.error("flagged", code="content_policy_violation"))),
    "m-413": (413, status(413, answers.error("too large", code="request_too_large"))),
    "m-422": (422, status(422, answers.error("unprocessable"))),
}

def vector(text, size=None):
    """Begins with the number of bytes of the text, so that each text's is known."""
    return [float(len(text.encode()))] + [0.5] * ((size or 4) - 1)


async def embed(x, usage=True):
    """A vector for each input, the last one first."""
    texts = x.json["input"]
    data = [
        {"object": "embedding", "index": at, "embedding": vector(text, x.json.get("dimensions"))}
        for at, text in reversed(list(enumerate(texts)))
    ]
    tokens = sum(len(text.encode()) for text in texts)
    value = {"object": "list", "model": x.model, "data": data}
    if usage:
        value["usage"] = {"prompt_tokens": tokens, "total_tokens": tokens}
    await x.json_answer(200, value)


async def embed_uncounted(x):
    await embed(x, usage=False)


async def embed_cohere(x):
    vectors = [vector(text, x.json.get("output_dimension")) for text in x.json["texts"]]
    await x.json_answer(200, {"embeddings": {"float": vectors}, "meta": {"billed_units": {"input_tokens": len(vectors)}}})


VECTORS = {"m-embed": embed, "m-embed-uncounted": embed_uncounted, "m-embed-cohere": embed_cohere}

BROKEN_STREAM = {
    "m-cut": after_content(_cut),
    "m-cut-reset": after_content(_reset),
    "m-clean-end": after_content(_clean_end),
    "m-done-without-finish": after_content(_done_without_finish),
    "m-garbage": after_content(_garbage),
    "m-invalid-utf8": after_content(_invalid_utf8),
    "m-error-mid": after_content(_error),
    "m-half-frame": after_content(_half_frame),
}

ALL = {
    **GOOD,
    **FAILOVER,
    **HANGS,
    **{name: handler for name, (_, handler) in STOP.items()},
    **BROKEN_STREAM,
}


def _last_text(request):
    content = request["messages"][-1].get("content") or ""
    if isinstance(content, list):
        content = "".join(part.get("text", "") for part in content)
    return content or "ok"


def _words(text):
    return [text[at : at + 5] for at in range(0, len(text), 5)] or ["ok"]


def _halves(text):
    return [text[: len(text) // 2], text[len(text) // 2 :]]
