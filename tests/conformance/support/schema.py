"""Validation against OpenAI's published schema."""

import functools
import json
import pathlib

import jsonschema

_FILE = pathlib.Path(__file__).resolve().parents[1] / "openapi/openai-chat-embeddings-models-responses.json"


def check(name: str, value) -> None:
    """Fails with the first deviations from the schema of this name."""
    problems = [
        f"{error.json_path}: {error.message[:300]}" for error in _validator(name).iter_errors(value)
    ]
    assert not problems, f"not a {name}: " + "; ".join(problems[:5])


def check_chat(value) -> None:
    check("CreateChatCompletionResponse", value)


def check_chunk(value) -> None:
    """A chunk whose choices may hold `usage: null`, as OpenAI's own do."""
    if value.get("usage", ...) is None:
        value = {k: v for k, v in value.items() if k != "usage"}
    check("CreateChatCompletionStreamResponse", value)


def event_name(kind: str) -> str:
    """The name of the schema of an event of Responses."""
    found = [
        name
        for name, node in _document()["components"]["schemas"].items()
        if kind in node.get("properties", {}).get("type", {}).get("enum", []) and name.endswith("Event")
    ]
    assert found, f"no schema for {kind}"
    return found[0]


def check_error(answer, status, code=None, type=None, param=...):
    """The envelope that official clients parse, and what a gateway adds to it."""
    assert answer.status == status, f"{answer.status}: {answer.body[:500]!r}"
    assert (answer.header("content-type") or "").startswith("application/json"), answer.headers
    check("ErrorResponse", answer.json)
    error = answer.error
    assert error["message"] and error["type"], error
    assert answer.header("x-request-id"), "every answer carries x-request-id"
    if code is not None:
        assert error["code"] == code, error
    if type is not None:
        assert error["type"] == type, error
    if param is not ...:
        assert error["param"] == param, error
    return error


@functools.cache
def _validator(name):
    root = _document()
    return jsonschema.Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": root["components"]}
    )


@functools.cache
def _document():
    return _with_nulls(json.loads(_FILE.read_text()))


def _with_nulls(node):
    """Turns `nullable: true` of OpenAPI 3.0, which this 3.1 file still uses, into a null type."""
    if isinstance(node, list):
        return [_with_nulls(part) for part in node]
    if not isinstance(node, dict):
        return node
    node = {key: _with_nulls(part) for key, part in node.items()}
    if node.pop("nullable", None) is True:
        return {"anyOf": [node, {"type": "null"}]}
    return node
