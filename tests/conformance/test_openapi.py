"""docs/openapi.yaml is a sound description, its examples are right, and the gateway answers as it says."""

import functools
import re

import jsonschema
import pytest
import yaml

from support.gateway import ROOT

METHODS = ("get", "post", "put", "patch", "delete")


@functools.cache
def document():
    return yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())


def resolve(node):
    while "$ref" in node:
        target = document()
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def operations():
    for path, item in document()["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def media(operation):
    """Each described body: its place, its media type object."""
    if "requestBody" in operation:
        for kind, value in resolve(operation["requestBody"])["content"].items():
            yield f"request {kind}", value
    for status, response in operation["responses"].items():
        for kind, value in resolve(response).get("content", {}).items():
            yield f"{status} {kind}", value


def examples():
    for path, method, operation in operations():
        for place, value in media(operation):
            for name, example in value.get("examples", {}).items():
                yield pytest.param(value["schema"], resolve(example)["value"], id=f"{method} {path} {place} {name}")


def check(schema, value):
    root = {"$ref": "#/x", "x": schema, "components": document()["components"]}
    problems = [f"{e.json_path}: {e.message[:200]}" for e in jsonschema.Draft202012Validator(root).iter_errors(value)]
    assert not problems, problems[:5]


def test_every_reference_resolves():
    def walk(node):
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                resolve(node)
            for part in node.values():
                walk(part)
        elif isinstance(node, list):
            for part in node:
                walk(part)

    assert document()["openapi"].startswith("3.1")
    walk(document())


def test_every_schema_is_a_schema():
    for schema in document()["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_operation_is_told_and_named():
    ids = [operation["operationId"] for _, _, operation in operations()]
    assert len(ids) == len(set(ids))
    for path, _, operation in operations():
        assert operation["summary"] and operation["responses"]
        declared = {resolve(p)["name"] for p in operation.get("parameters", []) if resolve(p)["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path))


@pytest.mark.parametrize("schema, value", list(examples()))
def test_examples_match_their_schema(schema, value):
    check(schema, value)


def test_there_are_examples_for_every_json_body():
    for path, method, operation in operations():
        for place, value in media(operation):
            assert value.get("examples") or "event-stream" in place, f"{method} {path} {place}"


def example_of(operation):
    (kind, value) = next(iter(resolve(operation["requestBody"])["content"].items()))
    return resolve(next(iter(value["examples"].values())))["value"]


def described_body(path, operation, request_id):
    """The example, about a model and a request that there are."""
    model = "vectors" if path == "/v1/embeddings" else "auto"
    real = {"model": model, "request_id": request_id}
    return {name: real.get(name, value) for name, value in example_of(operation).items()}


@pytest.mark.parametrize("path, method, operation", [pytest.param(*o, id=f"{o[1]} {o[0]}") for o in operations()])
def test_the_gateway_answers_as_described(ladder, path, method, operation):
    """Each path exists, and its good answer, or the only one it has, matches the schema."""
    answer = ladder.chat("auto")
    url = path.replace("{model}", "one-nano").replace("{request_id}", answer.header("x-request-id"))
    body = described_body(path, operation, answer.header("x-request-id")) if method == "post" else None
    good = "200" if "200" in operation["responses"] else "404"
    for _ in range(50):
        got = ladder.gateway.call(method.upper(), url, ladder.key, body)
        if got.status != 404:
            break
    assert got.status == int(good), got.body
    described = resolve(operation["responses"][good])
    content = described.get("content", {})
    if "application/json" in content:
        check(content["application/json"]["schema"], got.json)
    for name in described.get("headers", {}):
        if resolve(described["headers"][name]).get("required"):
            assert got.header(name) is not None, name


@pytest.mark.parametrize("status, model", [(400, "m-400"), (404, "none-such"), (413, "m-413"), (422, "m-422"), (429, "m-429"), (502, "m-500"), (503, "m-529")])
def test_errors_match_the_described_envelope(caller, status, model):
    answer = caller.chat(model)
    assert answer.status == status
    check({"$ref": "#/components/schemas/ErrorResponse"}, answer.json)
