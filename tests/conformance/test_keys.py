"""Who may call, and what."""

import pytest

from support import configs, schema
from support.decision import route
from support.gateway import marker

CHAT = {"model": "m-echo", "messages": [{"role": "user", "content": "hi"}]}
GUARDED = [
    ("POST", "/v1/chat/completions"),
    ("POST", "/chat/completions"),
    ("POST", "/api/gateway/v1/chat/completions"),
    ("POST", "/v1/route"),
    ("GET", "/v1/models"),
    ("GET", "/v1/models/m-echo"),
    ("GET", "/models"),
    ("GET", "/api/gateway/v1/models"),
    ("GET", "/v1/receipts/x"),
]


def send(gateway, method, path, headers):
    return gateway.call(method, path, None, CHAT if method == "POST" else None, headers)


BAD = {
    "none": {},
    "unknown": {"authorization": "Bearer tg_live_deadbeef" + "0" * 48},
    "empty": {"authorization": "Bearer "},
    "scheme only": {"authorization": "Bearer"},
    "no scheme": {"authorization": configs.KEY},
    "basic": {"authorization": f"Basic {configs.KEY}"},
    "one short": {"authorization": f"Bearer {configs.KEY[:-1]}"},
    "one long": {"authorization": f"Bearer {configs.KEY}0"},
    "upper case": {"authorization": f"Bearer {configs.KEY.upper()}"},
    "sql": {"authorization": "Bearer ' OR 1=1 --"},
    "oversized": {"authorization": "Bearer " + "a" * 5000},
    "not ascii": {"authorization": "Bearer sk-\u00fc"},
    "x-api-key": {"x-api-key": "wrong"},
    "api-key": {"api-key": "wrong"},
    "not rescued by another header": {"authorization": "Bearer wrong", "x-api-key": configs.KEY},
}


@pytest.mark.parametrize("method, path", GUARDED)
@pytest.mark.parametrize("name", BAD)
def test_without_a_good_key(main_gateway, method, path, name):
    headers = BAD[name]
    answer = send(main_gateway, method, path, headers)
    error = schema.check_error(answer, 401, "invalid_api_key")
    for value in headers.values():
        assert len(value) < 8 or value.removeprefix("Bearer ") not in error["message"]


@pytest.mark.parametrize("method, path", GUARDED)
@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": f"Bearer {configs.KEY}"},
        {"authorization": f"bearer {configs.KEY}"},
        {"Authorization": f"Bearer   {configs.KEY}  "},
        {"x-api-key": configs.KEY},
        {"api-key": configs.KEY},
    ],
    ids=["bearer", "lower-case", "spaces", "x-api-key", "api-key"],
)
def test_with_a_good_key(main_gateway, method, path, headers):
    answer = send(main_gateway, method, path, headers)
    assert answer.status == (404 if "receipts" in path else 200), answer.body


def test_two_authorization_headers_are_refused(main_gateway):
    with main_gateway.connection() as line:
        body = b'{"model":"m-echo","messages":[{"role":"user","content":"hi"}]}'
        head = (
            f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {configs.KEY}\r\n"
            f"authorization: Bearer {configs.OTHER_KEY}\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        line.send(head.encode() + body)
        assert line.response().status in (400, 401)


def test_health_and_tiers_need_no_key(main_gateway):
    for path in ("/livez", "/readyz", "/healthz", "/health", "/v1/tiers"):
        assert main_gateway.call("GET", path).status == 200, path


def test_each_401_has_a_request_id_of_its_own(main_gateway):
    ids = {send(main_gateway, "GET", "/v1/models", {}).header("x-request-id") for _ in range(5)}
    assert len(ids) == 5


def test_the_key_is_checked_before_the_body_is_read(main_gateway):
    """A stranger cannot make the gateway swallow a megabyte."""
    with main_gateway.connection() as line:
        line.send(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 900000\r\n\r\n")
        assert line.response().status == 401


def test_a_model_that_the_key_may_not_use(limited, upstream):
    mark = marker()
    error = schema.check_error(limited.chat("m-tools", mark), 403)
    assert "m-tools" in error["message"]
    assert not upstream.seen(mark)


def test_a_pin_above_the_ceiling(limited, upstream):
    mark = marker()
    error = schema.check_error(limited.chat("above", mark), 403)
    assert "flagship" in error["message"] and "standard" in error["message"]
    assert not upstream.seen(mark)


def test_a_pin_at_a_blocked_provider(limited, caller, upstream):
    mark = marker()
    for name in ("m-blocked", "blocked/m-blocked"):
        error = schema.check_error(limited.chat(name, mark), 403)
        assert "blocked" in error["message"]
    assert not upstream.seen(mark)
    assert caller.chat("m-blocked").status == 200, "another key is not held back"


def test_a_tier_above_the_ceiling(limited):
    schema.check_error(limited.chat("flagship"), 403)
    schema.check_error(limited.chat("premium"), 403)


def test_auto_keeps_to_what_the_key_may_use(limited):
    decision = route(limited, "auto", "prove the Riemann hypothesis step by step " * 50)
    assert decision.chosen == "m-echo"
    for name in ("above", "m-blocked", "m-tools"):
        assert set(decision.verdict(name)) <= {"rejected"}


def test_max_tier_in_the_request_cannot_raise_the_keys_ceiling(limited):
    schema.check_error(limited.chat("above", max_tier="flagship"), 403)


def test_the_first_key_from_the_environment(start, upstream):
    config = configs.ladder(upstream)
    del config["keys"]
    caller = start(config, env={**configs.ENV, "TIERGATE_KEY": "tg_live_12345678" + "ab" * 24}, key="tg_live_12345678" + "ab" * 24)
    assert caller.chat("one-nano").status == 200
    schema.check_error(caller.gateway.call("GET", "/v1/models"), 401)
    assert "ab" * 24 not in caller.gateway.log


def test_the_first_key_is_minted_and_shown_once(start, upstream):
    import re

    config = configs.ladder(upstream)
    del config["keys"]
    caller = start(config)
    found = re.findall(r"tg_live_[0-9a-f]{56}", caller.gateway.log)
    assert len(set(found)) == 1, "shown at the start on stderr"
    caller.key = found[0]
    assert caller.chat("one-nano").status == 200
    assert caller.gateway.log.count(found[0]) == len(found), "and never again"
    schema.check_error(caller.gateway.call("GET", "/v1/models"), 401)
