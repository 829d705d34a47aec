"""What the gateway tells of its targets, and what clients are told when all of them are shut."""

import re
import time

import pytest

from support import answers, behaviours, configs, schema
from support.gateway import Caller, marker

PATHS = ["/v1/chat/completions", "/v1/messages", "/v1/responses", "/v1/embeddings"]
SERIES = re.compile(r'^(tiergate_[a-z_]+)\{((?:[a-z_]+="(?:[^"\\]|\\["\\n])*",?)+)\} (\S+)$')


def words(path, model, **extra):
    """A short request for this path."""
    if path == "/v1/embeddings":
        return {"model": model, "input": "hi", **extra}
    if path == "/v1/responses":
        return {"model": model, "input": "hi", **extra}
    return {"model": model, "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}], **extra}


def setup(upstream, **extra):
    """Models that fail at a provider of their own each, one that works, and vectors that fail."""
    providers = {name: configs.provider(upstream, name) for name in ("good", "bad", "blocked", "vectors")}
    return {
        "store": {"url": "memory:"},
        "providers": providers,
        "models": [
            configs.model("fine", configs.target("good", "m-echo")),
            configs.model("idle", configs.target("good", "m-echo-idle")),
            configs.model("down", configs.target("bad", "m-500")),
            configs.model("m-blocked", configs.target("blocked", "m-echo")),
            configs.embedder("vectors", configs.target("vectors", "m-500")),
        ],
        "keys": [*configs.keys(), {**configs.limited_key(), "models": ["fine", "m-blocked"]}],
        "failover": {"breaker": {"consecutive": 1, "open_ms": 20_000}, "retries": 0},
        "cors": {"origins": ["https://app.example"]},
        **extra,
    }


@pytest.fixture
def gate(start, upstream):
    return start(setup(upstream))


def listed(caller, query=""):
    answer = caller.get(f"/v1/targets{query}")
    assert answer.status == 200, answer.body
    assert answer.json["object"] == "list"
    return {entry["model"]: entry for entry in answer.json["data"]}


def series(caller, query=""):
    """Each sample by its name and labels; fails on a line that Prometheus does not read, and on a second one."""
    answer = caller.get(f"/metrics{query}")
    assert answer.status == 200, answer.body
    assert answer.header("content-type") == "text/plain; version=0.0.4; charset=utf-8"
    text, found, typed = answer.body.decode(), {}, set()
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            typed.add(line.split()[2])
        if line.startswith("#"):
            continue
        match = SERIES.match(line)
        assert match, line
        name, labels, value = match.groups()
        assert name in typed and (name, labels) not in found, line
        found[name, labels] = float(value)
    return found


def one(found, name, *needles):
    values = [value for (each, labels), value in found.items() if each == name and all(x in labels for x in needles)]
    assert len(values) == 1, (name, needles, found)
    return values[0]


def test_every_target_is_listed_with_its_state(gate):
    before = listed(gate)
    assert set(before) == {"fine", "idle", "down", "m-blocked", "vectors"}
    assert all(entry["ready"] and not entry["used"] and entry["object"] == "target" for entry in before.values())
    gate.stream("fine")
    gate.chat("down")
    after = listed(gate)
    assert after["fine"]["used"] and after["fine"]["ready"] and after["fine"]["expected_first_ms"] is not None
    assert not after["idle"]["used"]
    down = after["down"]
    assert (down["ready"], down["provider"], down["upstream_model"], down["credential"]) == (False, "bad", "m-500", 0)
    own = down["target_breaker"]
    assert own["state"] == "open" and own["openings"] == 1 and 0 < own["next_probe_ms"] <= 20_000
    assert set(listed(gate, "?state=open")) == {"down"}
    assert set(listed(gate, "?state=ready")) == {"fine", "idle", "m-blocked", "vectors"}


def test_targets_that_make_vectors_are_among_them(gate):
    assert gate.post("/v1/embeddings", words("/v1/embeddings", "vectors")).status == 502
    vectors = listed(gate, "?state=open")["vectors"]
    assert (vectors["provider"], vectors["upstream_model"]) == ("vectors", "m-500")
    assert vectors["target_breaker"]["cause"] == "consecutive"
    assert one(series(gate), "tiergate_target_ready", 'model="vectors"') == 0


def test_nothing_is_remembered_without_health(start, upstream):
    caller = start(setup(upstream, failover={"health": False}))
    caller.chat("down")
    assert listed(caller) == {} and series(caller) == {}


def test_a_key_sees_only_what_it_may_use(gate):
    limited = Caller(gate.gateway, configs.LIMITED_KEY)
    assert set(listed(limited)) == {"fine"}
    assert {labels for _, labels in series(limited, "?all=1") if 'provider="good"' not in labels} == set()


@pytest.mark.parametrize("path", ["/v1/targets", "/targets", "/api/gateway/v1/targets", "/metrics"])
def test_a_key_is_needed_and_the_answer_is_like_its_neighbours(gate, path):
    call = gate.gateway.call
    schema.check_error(call("GET", path), 401, code="invalid_api_key")
    schema.check_error(call("GET", path, "tg_live_" + "0" * 56), 401)
    answer = call("POST", path, gate.key, {})
    schema.check_error(answer, 405, code="method_not_allowed")
    assert answer.header("allow") == "GET, HEAD"
    schema.check_error(call("GET", path + "?state=shut", gate.key), 400, code="invalid_value", param="state")
    head = call("HEAD", path, gate.key)
    assert head.status == 200 and head.body == b""
    origin = {"origin": "https://app.example"}
    assert call("OPTIONS", path, headers=origin).status == 204
    answer = call("GET", path, gate.key, headers=origin)
    assert answer.header("access-control-allow-origin") == "https://app.example"
    for secret in configs.ENV.values():
        assert secret not in answer.body.decode()


def test_metrics_tell_what_was_used(gate):
    assert series(gate) == {}
    gate.stream("fine")
    gate.chat("down")
    found = series(gate)
    assert {labels for _, labels in found if 'model="idle"' in labels} == set()
    fine = ('provider="good"', 'model="fine"', 'upstream_model="m-echo"', 'credential="0"')
    assert one(found, "tiergate_target_ready", *fine) == 1
    assert one(found, "tiergate_target_in_flight", *fine) == 0
    assert one(found, "tiergate_target_limit", *fine) >= 1
    assert one(found, "tiergate_target_expected_first_seconds", *fine) >= 0
    assert one(found, "tiergate_target_ready", 'model="down"') == 0
    own = ('scope="target"', 'model="down"')
    assert one(found, "tiergate_breaker_state", *own) == 2
    assert one(found, "tiergate_breaker_openings", *own) == 1
    assert 0 < one(found, "tiergate_breaker_next_probe_seconds", *own) <= 20
    assert one(found, "tiergate_breaker_state", 'scope="endpoint"', 'provider="good"') == 0
    everything = series(gate, "?all=1")
    assert one(everything, "tiergate_target_ready", 'model="idle"') == 1
    assert all('model="down"' in labels or "model" not in labels for _, labels in series(gate, "?state=open"))


def test_a_rest_that_was_asked_for_is_told(start, upstream):
    async def later(x):
        await x.json_answer(429, answers.error("slow down"), {"retry-after": "7"})

    upstream.on("scripted", later)
    config = setup(upstream)
    config["models"].append(configs.model("resting", configs.target("good", "scripted")))
    caller = start(config)
    assert caller.chat("resting").status == 429
    entry = listed(caller, "?state=open")["resting"]
    assert 5_000 < entry["target_breaker"]["cooling_ms"] <= 7_800
    assert 5 < one(series(caller), "tiergate_target_cooling_seconds", 'model="resting"') <= 7.8


@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "stream"])
@pytest.mark.parametrize("path", PATHS)
def test_when_all_is_shut_the_client_is_told_when_to_come_back(gate, upstream, path, streaming):
    model = "vectors" if path == "/v1/embeddings" else "down"
    extra = {} if path == "/v1/embeddings" else {"stream": streaming}
    for _ in range(8):  # once a second one request gets through all the same
        answer = gate.post(path, words(path, model, **extra))
        if answer.json["error"]["code"] == "all_unavailable":
            break
    assert answer.json["error"]["code"] == "all_unavailable", answer.body
    status = 529 if path == "/v1/messages" else 503
    assert answer.status == status
    assert re.fullmatch(r"[1-9][0-9]*", answer.header("retry-after")) and int(answer.header("retry-after")) <= 30
    assert answer.header("x-should-retry") is None
    error = answer.json["error"]
    assert (error["class"], error["retryable"], error["param"]) == ("provider", True, None)
    assert error["type"] == ("overloaded_error" if status == 529 else "api_error")
    if status == 529:
        assert answer.json["type"] == "error" and answer.json["request_id"] == answer.header("x-request-id")
    else:
        schema.check_error(answer, 503)
    kept = gate.receipt(answer.header("x-request-id"))
    assert kept["status"] == status and kept["error_code"] == "all_unavailable" and kept["attempts"] == []


def chatter(seconds):
    """A stream of a word every tenth of a second."""

    async def handler(x):
        import asyncio

        await x.start_stream()
        await x.event(answers.chunk(x.model, {"role": "assistant", "content": ""}))
        for _ in range(int(seconds * 10)):
            await x.event(answers.chunk(x.model, {"content": "w "}))
            await asyncio.sleep(0.1)
        await x.event(answers.chunk(x.model, {}, "stop"))
        await behaviours.end_well(x)

    return handler


@pytest.fixture
def hasty(start, upstream):
    """A gateway where a request may take a second, and a stream two and a half."""
    config = setup(upstream, limits={"request_timeout_ms": 1_000})
    config["failover"] = {"timeouts": {"stream_ms": 2_500}, "retries": 0}
    config["models"].append(configs.model("scripted", configs.target("good", "scripted")))
    config["models"].append(configs.model("m-hang-head", configs.target("bad", "m-hang-head")))
    return start(config)


def test_a_stream_may_last_longer_than_a_request(hasty, upstream):
    upstream.on("scripted", chatter(1.6))
    started = time.monotonic()
    answer = hasty.stream("scripted")
    assert answer.complete and time.monotonic() - started > 1.5, answer.body[-300:]
    assert answer.body.rstrip().endswith(b"[DONE]")


def test_a_stream_ends_when_its_own_time_is_over(hasty, upstream):
    upstream.on("scripted", chatter(5))
    mark, started = marker(), time.monotonic()
    answer = hasty.stream("scripted", mark)
    assert not answer.complete and 2.2 < time.monotonic() - started < 3.5
    assert b"upstream_interrupted" in answer.body and b"[DONE]" not in answer.body
    upstream.wait(mark, lambda all: all[0].gone_at, timeout=2)


def test_a_stream_must_begin_within_the_time_of_a_request(hasty, upstream):
    for streaming in (True, False):
        mark, started = marker(), time.monotonic()
        schema.check_error(hasty.chat("m-hang-head", mark, stream=streaming), 504, code="upstream_timeout")
        assert 0.8 < time.monotonic() - started < 1.8, streaming
        upstream.wait(mark, lambda all: all[0].gone_at, timeout=2)


def test_a_client_that_asks_for_less_gets_less_of_a_stream_too(hasty, upstream):
    upstream.on("scripted", chatter(5))
    started = time.monotonic()
    answer = hasty.chat("scripted", stream=True, headers={"x-tiergate-timeout-ms": "700"})
    assert not answer.complete and 0.5 < time.monotonic() - started < 1.5
    assert b"upstream_interrupted" in answer.body
