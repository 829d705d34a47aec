"""The shapes that a well-behaved OpenAI-compatible provider answers."""

import json

CREATED = 1_790_000_000
USAGE = {
    "prompt_tokens": 20,
    "completion_tokens": 7,
    "total_tokens": 27,
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
    "completion_tokens_details": {
        "reasoning_tokens": 0,
        "audio_tokens": 0,
        "accepted_prediction_tokens": 0,
        "rejected_prediction_tokens": 0,
    },
}


def usage(prompt, completion, **details):
    """`cached`, `cache_write`, `reasoning` go to the detail objects."""
    value = json.loads(json.dumps(USAGE))
    value.update(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)
    value["prompt_tokens_details"]["cached_tokens"] = details.pop("cached", 0)
    if "cache_write" in details:
        value["prompt_tokens_details"]["cache_write_tokens"] = details.pop("cache_write")
    value["completion_tokens_details"]["reasoning_tokens"] = details.pop("reasoning", 0)
    assert not details, details
    return value


def message(content, **extra):
    return {"role": "assistant", "content": content, "refusal": None, "annotations": [], **extra}


def completion(model, *messages, finish="stop", usage=USAGE, **extra):
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": CREATED,
        "model": model,
        "choices": [
            {"index": i, "message": m, "logprobs": None, "finish_reason": finish}
            for i, m in enumerate(messages)
        ],
        "usage": usage,
        "service_tier": "default",
        "system_fingerprint": "fp_scripted",
        **extra,
    }


def chunk(model, delta=None, finish=None, usage_asked=False, choices=None, **extra):
    if choices is None:
        choices = [{"index": 0, "delta": delta or {}, "logprobs": None, "finish_reason": finish}]
    value = {
        "id": "chatcmpl-scripted",
        "object": "chat.completion.chunk",
        "created": CREATED,
        "model": model,
        "service_tier": "default",
        "system_fingerprint": "fp_scripted",
        "choices": choices,
    }
    if usage_asked:
        value["usage"] = None
    return {**value, **extra}


def text_chunks(model, words, usage_asked, finish="stop"):
    """Role, then the words, then the finish: without the usage chunk."""
    yield chunk(model, {"role": "assistant", "content": "", "refusal": None}, usage_asked=usage_asked)
    for word in words:
        yield chunk(model, {"content": word}, usage_asked=usage_asked)
    yield chunk(model, {}, finish, usage_asked=usage_asked)


def usage_chunk(model, usage=USAGE):
    return chunk(model, choices=[], usage=usage)


def error(message, type="invalid_request_error", param=None, code=None):
    return {"error": {"message": message, "type": type, "param": param, "code": code}}
