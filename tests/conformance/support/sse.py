"""A strict reader of OpenAI-shaped event streams, independent of the gateway's own."""

import json
import re

DONE = b"[DONE]"


def events(body: bytes) -> list[bytes]:
    """The data of each event; comments are skipped, other fields are an error.

    Official clients dispatch empty data for `id:` or a lone `event:` line and fail,
    so such a line on this front is a bug.
    """
    found = []
    for frame in re.split(rb"\r\n\r\n|\n\n|\r\r", body):
        lines = [line for line in re.split(rb"\r\n|\n|\r", frame) if line]
        data = [line for line in lines if not line.startswith(b":")]
        if not data:
            continue
        assert all(line.startswith(b"data:") for line in data), f"not a data line: {frame!r}"
        found.append(b"\n".join(line[5:].removeprefix(b" ") for line in data))
    return found


def chunks(body: bytes) -> list[dict]:
    """The JSON events, without `[DONE]`."""
    return [json.loads(data) for data in events(body) if data != DONE]


def is_usage_only(chunk: dict) -> bool:
    return chunk.get("choices") == [] and bool(chunk.get("usage"))


def text(parsed: list[dict]) -> str:
    return "".join(
        choice["delta"].get("content") or ""
        for chunk in parsed
        for choice in chunk.get("choices", [])
    )


def finishes(parsed: list[dict]) -> list[str]:
    return [
        choice["finish_reason"]
        for chunk in parsed
        for choice in chunk.get("choices", [])
        if choice.get("finish_reason")
    ]


def errors(parsed: list[dict]) -> list[dict]:
    return [chunk["error"] for chunk in parsed if chunk.get("error")]


def without_usage_chunk(body: bytes) -> bytes:
    """The same bytes without the frame of the usage chunk."""
    kept = b""
    for frame in re.findall(rb".*?(?:\r\n\r\n|\n\n|\r\r)|.+\Z", body, re.DOTALL):
        data = b"".join(events(frame))
        if data and data != DONE:
            try:
                if is_usage_only(json.loads(data)):
                    continue
            except ValueError:
                pass
        kept += frame
    return kept
