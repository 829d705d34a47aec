"""Paths, methods, health and CORS."""

import pytest

from support import configs, schema

CHAT = {"model": "m-echo", "messages": [{"role": "user", "content": "hi"}]}
PREFIXES = ["/v1", "", "/api/gateway/v1", "/api/gateway"]
CHATS = [f"{prefix}/chat/completions" for prefix in PREFIXES]


@pytest.mark.parametrize("path", CHATS)
def test_chat_on_every_path(caller, path):
    assert caller.post(path, CHAT).status == 200


@pytest.mark.parametrize("prefix", PREFIXES)
def test_models_on_every_path(caller, prefix):
    assert caller.get(f"{prefix}/models").status == 200
    assert caller.get(f"{prefix}/models/odd-vendor/llama-9-scout-17b:free").status == 200


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/healthz", "/health"])
def test_health(main_gateway, path):
    assert main_gateway.call("GET", path).status == 200
    head = main_gateway.call("HEAD", path)
    assert head.status == 200 and head.body == b""


@pytest.mark.parametrize("path", CHATS + ["/v1/route"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD"])
def test_wrong_method(caller, path, method):
    answer = caller.gateway.call(method, path, caller.key)
    assert answer.status == 405
    assert "POST" in answer.header("allow")
    if method != "HEAD":
        schema.check_error(answer, 405)


@pytest.mark.parametrize("path", ["/", "/v1", "/v2/chat/completions", "/v1/chat/completions/x", "/v1/nothing", "//v1/models", "/V1/models", "/v1/../admin", "/v1/chat%2fcompletions", "/%ff"])
def test_unknown_route_is_json(caller, path):
    schema.check_error(caller.get(path), 404)
    schema.check_error(caller.post(path, CHAT), 404)


def test_a_query_string_is_tolerated(caller):
    assert caller.post("/v1/chat/completions?api-version=2024-10-21", CHAT).status == 200
    assert caller.get("/v1/models?limit=5").status == 200


def test_every_answer_has_its_own_request_id(caller):
    seen = [
        caller.chat("m-echo"),
        caller.chat("m-500"),
        caller.chat("none-such"),
        caller.stream("m-echo"),
        caller.get("/v1/models"),
        caller.get("/nowhere"),
        caller.post("/v1/chat/completions", b"{"),
    ]
    ids = [answer.header("x-request-id") for answer in seen]
    assert all(ids) and len(set(ids)) == len(ids)


# -- CORS -----------------------------------------------------------------------

GOOD, BAD = "https://app.example", "https://evil.example"


def preflight(gateway, origin, path="/v1/chat/completions"):
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,x-stainless-os",
    }
    return gateway.call("OPTIONS", path, None, None, headers)


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/models", "/v1/models/a/b/c:d", "/api/gateway/v1/chat/completions"])
def test_preflight_from_a_listed_origin(main_gateway, path):
    answer = preflight(main_gateway, GOOD, path)
    assert answer.status in (200, 204)
    assert answer.header("access-control-allow-origin") == GOOD
    assert "POST" in answer.header("access-control-allow-methods")
    allowed = answer.header("access-control-allow-headers").lower()
    assert allowed == "*" or ("authorization" in allowed and "content-type" in allowed)
    assert "x-stainless-os" in allowed or allowed == "*"
    assert "origin" in (answer.header("vary") or "").lower()
    assert answer.header("access-control-allow-credentials") != "true"


@pytest.mark.parametrize("origin", [BAD, "null", "https://app.example.evil.example", "http://app.example", "https://APP.example.", "https://app.example:444"])
def test_preflight_from_elsewhere(main_gateway, origin):
    answer = preflight(main_gateway, origin)
    assert answer.header("access-control-allow-origin") is None


def test_answers_and_errors_carry_cors_for_a_listed_origin(caller):
    for model, status in (("m-echo", 200), ("m-500", 502), ("none-such", 404)):
        answer = caller.chat(model, headers={"origin": GOOD})
        assert answer.status == status
        assert answer.header("access-control-allow-origin") == GOOD
        exposed = answer.header("access-control-expose-headers").lower()
        assert exposed == "*" or ("x-request-id" in exposed and "x-lobstack-model" in exposed)
    assert caller.chat("m-echo", headers={"origin": BAD}).header("access-control-allow-origin") is None
    unauthorised = caller.gateway.call("GET", "/v1/models", headers={"origin": GOOD})
    assert unauthorised.status == 401
    assert unauthorised.header("access-control-allow-origin") == GOOD, "or a page cannot read why"


def test_closed_by_default(ladder):
    assert preflight(ladder.gateway, GOOD).header("access-control-allow-origin") is None
    assert ladder.chat("one-nano", headers={"origin": GOOD}).header("access-control-allow-origin") is None


def test_options_without_origin(main_gateway):
    answer = main_gateway.call("OPTIONS", "/v1/chat/completions")
    assert answer.status in (200, 204, 405)


# -- header families --------------------------------------------------------------


def test_a_setting_turns_each_family_off(start, upstream):
    caller = start({**configs.ladder(upstream), "headers": {"lobstack": False}})
    names = [name for name, _ in caller.chat("auto").headers]
    assert not any(name.startswith("x-lobstack") for name in names)
    assert "x-model-router-model" in names and "x-request-id" in names
    caller = start({**configs.ladder(upstream), "headers": {"model_router": False}})
    names = [name for name, _ in caller.chat("auto").headers]
    assert not any(name.startswith("x-model-router") for name in names)
    assert "x-lobstack-model" in names
