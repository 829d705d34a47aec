"""Vectors when providers fail, rest or say nothing, at gateways that remember it."""

import socket
import time

import pytest

from support import answers, behaviours, configs, schema
from support.configs import embedder, target
from support.gateway import dumps, marker
from support.receipt import Receipt

PATH = "/v1/embeddings"
# a silent provider is left after half a second
TIMEOUTS = {"request_with_alternative_ms": 500}


async def silent(x):
    await x.hang()


async def half_a_head(x):
    await x.wire(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n")
    await x.hang()


async def half_a_body(x):
    await x.head(200, {"content-type": "application/json", "content-length": "4096"})
    await x.wire(b'{"object":"list","data":[')
    await x.hang()


SILENT = {"no-head": silent, "half-a-head": half_a_head, "half-a-body": half_a_body}


@pytest.fixture
def gate(start, upstream):
    """A gateway with these models; each target is at a provider of its own, by its place: `p0`, `p1` and so on."""

    def run(*names, timeouts=TIMEOUTS, providers=None, dialect="openai", **failover):
        made = {f"p{at}": configs.provider(upstream, f"p{at}") for at in range(len(names))}
        if dialect == "cohere":
            for provider in made.values():
                provider |= {"dialect": dialect, "base_url": provider["base_url"].removesuffix("/v1")}
        for name, extra in (providers or {}).items():
            made[name] |= extra
        targets = [target(f"p{at}", name) for at, name in enumerate(names)]
        return start(
            {
                "store": {"url": "memory:"},
                "bundled_models": False,
                "providers": made,
                "models": [embedder("vectors", *targets)],
                "failover": {"timeouts": timeouts, **failover},
                "keys": configs.keys(),
            }
        )

    return run


def embed(gate, input="hello", headers=None, **extra):
    return gate.post(PATH, {"model": "vectors", "input": input, **extra}, headers=headers)


def asked(upstream, mark):
    return [x.target.split("/")[1] for x in upstream.seen(mark)]


def attempts(gate, answer):
    """As the receipt lists them, which is as the header counts them."""
    kept = gate.receipt(answer.header("x-request-id"))["attempts"]
    assert int(answer.header("x-tiergate-attempts") or 0) == len(kept)
    return [(each["provider"], each["outcome"]) for each in kept]


def health(gate):
    return {entry["provider"]: entry for entry in gate.get("/v1/targets").json["data"]}


@pytest.mark.parametrize("behaviour", SILENT.values(), ids=SILENT)
@pytest.mark.parametrize("headers", [None, {"x-tiergate-timeout-ms": "4000"}], ids=["", "hurried"])
def test_silence_is_left_while_another_can_answer(gate, upstream, behaviour, headers):
    upstream.on("scripted", behaviour)
    caller, mark, began = gate("scripted", "m-embed"), marker(), time.monotonic()
    answer = embed(caller, mark, headers)
    took = time.monotonic() - began
    assert answer.status == 200 and 0.5 <= took < 1.5, (took, answer.body)
    assert asked(upstream, mark) == ["p0", "p1"]
    assert attempts(caller, answer) == [("p0", "timeout"), ("p1", "ok")]
    (left, _) = upstream.wait(mark, lambda all: all[0].gone_at)
    assert left.gone_at - left.received_at < 1
    # and after a while nobody is sent there
    for _ in range(5):
        embed(caller)
    assert health(caller)["p0"]["target_breaker"]["state"] == "open"
    assert attempts(caller, embed(caller)) == [("p1", "ok")]


def test_a_share_of_the_time_is_left_to_another(gate, upstream):
    upstream.on("scripted", silent)
    caller, began = gate("scripted", "m-embed", timeouts={}), time.monotonic()
    answer = embed(caller, headers={"x-tiergate-timeout-ms": "6500"})
    assert answer.status == 200 and 2 < time.monotonic() - began < 3.5
    assert health(caller)["p0"]["target_breaker"]["failures"] == 0, "who is in a hurry blames nobody"


def test_the_last_one_has_all_the_time(gate, upstream):
    async def slow(x):
        await x.sleep(1.5)
        await behaviours.embed(x)

    upstream.on("scripted", slow)
    assert embed(gate("scripted")).status == 200
    began = time.monotonic()
    answer = embed(gate("scripted"), headers={"x-tiergate-timeout-ms": "700"})
    schema.check_error(answer, 504)
    assert 0.6 < time.monotonic() - began < 1.4


def test_a_provider_has_clocks_of_its_own(gate, upstream):
    async def slow(x):
        await x.sleep(1)
        await behaviours.embed(x)

    upstream.on("scripted", slow)
    own = {"p0": {"timeouts": {"request_with_alternative_ms": 3000}}}
    answer = embed(gate("scripted", "m-embed", providers=own))
    assert answer.header("x-model-router-provider") == "p0"


def test_a_batch_in_several_calls_is_one_attempt(gate, upstream):
    """Cohere takes 96 texts at a time: the last call fails, or says nothing."""

    def all_but_the_last(ending):
        async def answer(x):
            # the first calls have to be there, so that they are seen to be left
            await (behaviours.embed_cohere(x) if len(x.json["texts"]) == 96 else ending(x))

        return answer

    for ending, outcome in [(behaviours.status(500), "server"), (silent, "timeout")]:
        upstream.on("scripted", all_but_the_last(ending))
        caller, mark = gate("scripted", "m-embed-cohere", dialect="cohere"), marker()
        texts = ["x" * (at % 50 + 1) + mark for at in range(250)]
        answer = embed(caller, texts)
        assert answer.status == 200, answer.body
        assert [row["embedding"][0] for row in answer.json["data"]] == [float(len(text)) for text in texts]
        assert asked(upstream, mark).count("p1") == 3
        assert attempts(caller, answer) == [("p0", outcome), ("p1", "ok")]
        assert health(caller)["p0"]["in_flight"] == 0


def test_what_cannot_be_said_costs_nothing(gate, upstream):
    """`mistral-embed` has no dimensions to choose from; nobody is asked there, at any rate of requests."""
    caller, mark = gate("mistral-embed", "m-embed"), marker()
    upstream.on("mistral-embed", behaviours.embed)
    for _ in range(40):
        answer = embed(caller, mark, dimensions=8)
        assert answer.status == 200 and answer.header("x-tiergate-attempts") == "1", answer.body
    assert set(asked(upstream, mark)) == {"p1"}
    raw = caller.receipt(answer.header("x-request-id"))
    assert raw["passed_over"][0]["provider"] == "p0"


def test_what_cannot_be_said_hides_no_outage(gate):
    caller = gate("mistral-embed", "m-500", breaker={"consecutive": 2, "open_ms": 20_000})
    for _ in range(10):
        answer = embed(caller, dimensions=8)
        assert answer.status in (502, 503) and answer.error["retryable"], answer.body
    assert answer.error["code"] == "all_unavailable" and answer.header("retry-after")


@pytest.mark.parametrize("second", ["m-400", "m-422"])
def test_what_a_fallback_finds_wrong_is_not_the_last_word(gate, upstream, second):
    mark = marker()
    caller = gate("m-500", second)
    answer = embed(caller, mark)
    schema.check_error(answer, 502)
    assert answer.error["retryable"] and answer.error["provider"] == "p0"
    assert asked(upstream, mark) == ["p0", "p1"]
    assert [outcome for _, outcome in attempts(caller, answer)][0] == "server"
    assert embed(gate("m-500", second, "m-embed")).status == 200
    # of the first choice it is
    answer = embed(gate(second, "m-embed"))
    assert answer.status in (400, 422) and not answer.error["retryable"]


def test_no_more_than_three_attempts(gate, upstream):
    mark = marker()
    caller = gate("m-500", "m-502", "m-503", "m-embed")
    answer = embed(caller, mark)
    assert answer.status in (502, 503) and asked(upstream, mark) == ["p0", "p1", "p2"]
    assert len(attempts(caller, answer)) == 3
    mark = marker()
    caller = gate("m-500")
    answer = embed(caller, mark)
    assert answer.status == 502 and asked(upstream, mark) == ["p0", "p0"]
    assert len(attempts(caller, answer)) == 2


@pytest.mark.parametrize("status", [401, 429])
def test_credentials_in_turn(gate, upstream, status):
    """A credential that is refused, or at its limit, is left alone; the other one serves."""

    async def by_key(x):
        if x.header("authorization") == f"Bearer {configs.UP_KEY}":
            await x.json_answer(status, answers.error("not with this key"), {"retry-after": "30"})
        else:
            await behaviours.embed(x)

    upstream.on("scripted", by_key)
    keys = {"p0": {"credentials": [{"api_key": "${UP_KEY}"}, {"api_key": "${ALT_KEY}"}]}}
    caller, mark = gate("scripted", "m-embed", providers=keys), marker()
    answer = embed(caller, mark)
    assert answer.status == 200 and answer.header("x-tiergate-attempts") == "2"
    for _ in range(3):
        assert embed(caller, mark).header("x-tiergate-attempts") == "1"
    sent = [x.header("authorization") for x in upstream.seen(mark)]
    assert asked(upstream, mark) == ["p0"] * 5
    assert sent.count(f"Bearer {configs.UP_KEY}") == 1


def limited_once(seconds):
    """Asks for rest, and answers after it."""
    seen = []

    async def answer(x):
        seen.append(x)
        if len(seen) == 1:
            await x.json_answer(429, answers.error("slow down"), {"retry-after": str(seconds)})
        else:
            await behaviours.embed(x)

    return answer


def test_a_rest_is_kept_for_later_requests(gate, upstream):
    upstream.on("scripted", limited_once(30))
    caller, mark = gate("scripted", "m-embed"), marker()
    for _ in range(4):
        assert embed(caller, mark).status == 200
    assert asked(upstream, mark) == ["p0", "p1", "p1", "p1", "p1"]
    upstream.on("scripted", limited_once(30))
    caller, mark = gate("scripted"), marker()
    assert embed(caller, mark).status == 429
    answer = embed(caller, mark)
    error = schema.check_error(answer, 503, code="all_unavailable")
    assert "p0: it has asked to be left alone" in error["message"]
    assert 28 <= int(answer.header("retry-after")) <= 33 and asked(upstream, mark) == ["p0"]


def test_a_short_rest_is_waited_for(gate, upstream):
    upstream.on("scripted", limited_once(1))
    caller, mark, began = gate("scripted"), marker(), time.monotonic()
    answer = embed(caller, mark)
    assert answer.status == 200 and 1 <= time.monotonic() - began < 2
    # another request waits for it too
    upstream.on("scripted", limited_once(1))
    caller = gate("scripted", retries=0)
    assert embed(caller).status == 429
    began = time.monotonic()
    answer = embed(caller)
    assert answer.status == 200 and answer.header("x-tiergate-attempts") == "1"
    assert 0.7 <= time.monotonic() - began < 2


def test_a_client_that_goes_takes_its_request_with_it(gate, upstream):
    upstream.on("scripted", silent)
    caller, mark = gate("scripted", timeouts={}), marker()
    with socket.create_connection(("127.0.0.1", caller.gateway.port)) as line:
        body = dumps({"model": "vectors", "input": mark})
        head = f"POST {PATH} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {caller.key}\r\n"
        head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        line.sendall(head.encode() + body)
        upstream.wait(mark)
        assert health(caller)["p0"]["in_flight"] == 1
        left = time.monotonic()
    (exchange,) = upstream.wait(mark, lambda all: all[0].gone_at)
    assert exchange.gone_at - left < 0.3
    deadline = time.monotonic() + 2
    while health(caller)["p0"]["in_flight"]:
        assert time.monotonic() < deadline
    entry = health(caller)["p0"]
    assert (entry["waiting"], entry["target_breaker"]["failures"]) == (0, 0)


def test_money_is_that_of_the_one_that_answered(gate):
    caller = gate("m-500", "m-embed")
    answer = embed(caller)
    receipt = Receipt(caller.receipt(answer.header("x-request-id")))
    assert receipt.provider == "p1" and receipt.cost is not None and receipt.outcome == "complete"
