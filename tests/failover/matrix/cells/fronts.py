"""The three fronts: how each is asked, and what its answers say. Readers of their own, strict where it matters."""

import dataclasses
import json
import re

PROMPT = "Say twelve words"
# The finish in each front's words, by the provider's fault.
FINISH = {
    "chat": {"length": "length", "filtered": "content_filter", None: "stop"},
    "messages": {"length": "max_tokens", "filtered": "refusal", None: "end_turn"},
    "responses": {"length": "incomplete", "filtered": "incomplete", None: "completed"},
}


@dataclasses.dataclass
class Said:
    """What an answer says, whatever its form."""

    text: str = ""
    finishes: list = dataclasses.field(default_factory=list)
    # members that only a whole answer has: `[DONE]`, `message_stop`, …
    ends: list = dataclasses.field(default_factory=list)
    errors: list = dataclasses.field(default_factory=list)
    # is the error the last that is said?
    error_last: bool = False
    unreadable: list = dataclasses.field(default_factory=list)


class Front:
    path = ""
    # Statuses that are others here.
    statuses: dict[int, int] = {}

    def body(self, model: str, streaming: bool) -> dict:
        raise NotImplementedError

    def whole(self, value: dict) -> Said:
        """A buffered answer."""
        raise NotImplementedError

    def hear(self, said: Said, event: dict) -> None:
        """One event of a stream."""
        raise NotImplementedError

    def error(self, value: dict) -> dict:
        """The error in the envelope of a refusal; fails where it is none."""
        error = value["error"]
        assert isinstance(error["message"], str) and error["message"], "an error without words"
        assert isinstance(error["type"], str) and error["type"], "an error without a type"
        return error

    def stream(self, body: bytes) -> Said:
        said = Said()
        for name, data in _events(body):
            if data == b"[DONE]":
                said.ends.append("[DONE]")
                continue
            try:
                event = json.loads(data)
                before = len(said.errors)
                self.hear(said, event)
                said.error_last = len(said.errors) > before
            except (ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
                said.unreadable.append(f"{fault!r} in {data[:200]!r}")
                continue
            if name and isinstance(event, dict) and event.get("type") not in (None, name):
                said.unreadable.append(f"event {name} holds {event.get('type')}")
        return said


class Chat(Front):
    path = "/v1/chat/completions"

    def body(self, model, streaming):
        value = {"model": model, "messages": [{"role": "user", "content": PROMPT}]}
        return {**value, "stream": True, "stream_options": {"include_usage": True}} if streaming else value

    def whole(self, value):
        choice = value["choices"][0]
        return Said(choice["message"]["content"], [choice["finish_reason"]] if choice.get("finish_reason") else [])

    def hear(self, said, event):
        if event.get("error"):
            said.errors.append(self.error(event))
            return
        for choice in event["choices"]:
            said.text += choice["delta"].get("content") or ""
            if choice.get("finish_reason"):
                said.finishes.append(choice["finish_reason"])

    def error(self, value):
        error = super().error(value)
        assert {"code", "param"} <= error.keys(), "an error without code and param"
        return error


class Messages(Front):
    path = "/v1/messages"
    # Anthropic has no 503.
    statuses = {503: 529}

    def body(self, model, streaming):
        value = {"model": model, "max_tokens": 4096, "messages": [{"role": "user", "content": PROMPT}]}
        return {**value, "stream": True} if streaming else value

    def whole(self, value):
        text = "".join(block["text"] for block in value["content"] if block["type"] == "text")
        return Said(text, [value["stop_reason"]] if value.get("stop_reason") else [])

    def hear(self, said, event):
        match event["type"]:
            case "error":
                said.errors.append(self.error(event))
            case "content_block_delta":
                said.text += event["delta"].get("text", "")
            case "message_delta" if event["delta"].get("stop_reason"):
                said.finishes.append(event["delta"]["stop_reason"])
            case "message_stop" as end:
                said.ends.append(end)

    def error(self, value):
        assert value["type"] == "error", "not Anthropic's envelope"
        return super().error(value)


class Responses(Front):
    path = "/v1/responses"

    def body(self, model, streaming):
        value = {"model": model, "input": PROMPT}
        return {**value, "stream": True} if streaming else value

    def whole(self, value):
        parts = [part for item in value["output"] if item["type"] == "message" for part in item["content"]]
        finished = value["status"] in ("completed", "incomplete")
        return Said("".join(part["text"] for part in parts), [value["status"]] if finished else [])

    def hear(self, said, event):
        match event["type"]:
            case "error":
                assert event["message"], "an error without words"
                said.errors.append(event)
            case "response.failed":
                said.errors.append(super().error({"error": {"type": "failed", **event["response"]["error"]}}))
            case "response.output_text.delta":
                said.text += event["delta"]
            case "response.completed" | "response.incomplete" as end:
                said.finishes.append(end.removeprefix("response."))
                said.ends.append(end)
            case "response.output_text.done" | "response.output_item.done" as end:
                said.ends.append(end)

    def error(self, value):
        error = super().error(value)
        assert {"code", "param"} <= error.keys(), "an error without code and param"
        return error


FRONTS = {"chat": Chat(), "messages": Messages(), "responses": Responses()}


def _events(body: bytes):
    """The name and the data of each event; what is cut short is no event."""
    for frame in re.split(rb"\r\n\r\n|\n\n|\r\r", body):
        name, data = None, []
        for line in re.split(rb"\r\n|\n|\r", frame):
            if line.startswith(b"event:"):
                name = line[6:].strip().decode()
            elif line.startswith(b"data:"):
                data.append(line[5:].removeprefix(b" "))
        if data:
            yield name, b"\n".join(data)
