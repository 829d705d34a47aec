"""Every request leaves a receipt, also the refused, the failed and the abandoned one."""

import time

import pytest

from support import answers, behaviours, configs, http1, money, schema
from support.gateway import marker
from support.receipt import Receipt


def receipt(caller, answer) -> Receipt:
    return Receipt(caller.receipt(answer.header("x-request-id")))


@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "stream"])
def test_of_a_good_answer(caller, streaming):
    answer = caller.chat("m-cached", stream=streaming)
    kept = receipt(caller, answer)
    assert kept.id == answer.header("x-request-id")
    assert kept.requested == kept.served == answer.header("x-lobstack-model") == "m-cached"
    assert kept.provider == answer.header("x-model-router-provider") == "p-m-cached"
    usage = answers.usage(1001, 333, cached=700, cache_write=100)
    assert kept.cost == money.cost(configs.PRICE, usage)
    assert kept.priced is True
    assert kept.outcome == "complete"


def test_token_buckets_are_disjoint(caller, upstream):
    """The buckets add up to what the provider counted."""
    kept = receipt(caller, caller.chat("m-cached")).tokens
    assert kept["cache_read"] == 700 and kept["cache_write"] == 100
    assert kept["input"] == 201 and kept["output"] == 333


def test_edits_are_listed(caller):
    answer = caller.stream(configs.ODD_IDS[0], prefer="cheap", tags={"a": "b"})
    named = str(receipt(caller, answer).edits)
    for edit in ("model", "prefer", "tags", "include_usage"):
        assert edit in named
    assert "session_id" not in named


def test_tags_are_kept(caller):
    answer = caller.chat("m-echo", tags={"team": "a", "feature": "search"})
    assert caller.receipt(answer.header("x-request-id"))["tags"] == {"team": "a", "feature": "search"}


def test_ignored_prefer_is_told(caller):
    answer = caller.chat("m-echo", prefer="quality")
    assert answer.header("x-tiergate-prefer-ignored")
    assert "prefer" in str(caller.receipt(answer.header("x-request-id")))
    assert caller.chat("m-echo").header("x-tiergate-prefer-ignored") is None


@pytest.mark.parametrize("name, status", [("no-such-model", 404), ("m-400", 400), ("m-500", 502), ("m-429", 429)])
def test_of_a_failure(caller, name, status):
    answer = caller.chat(name)
    assert answer.status == status
    kept = receipt(caller, answer)
    assert kept.requested == name
    assert kept.outcome == ("refused" if status == 404 else "failed")
    assert kept.raw["status"] == status and kept.raw["error_code"] == answer.error["code"]
    assert not kept.cost


def test_of_a_refusal(limited):
    answer = limited.chat("m-tools")
    assert answer.status == 403
    kept = receipt(limited, answer)
    assert (kept.requested, kept.outcome, kept.raw["status"]) == ("m-tools", "refused", 403)


def test_of_malformed_json(caller):
    answer = caller.post("/v1/chat/completions", b"{nope")
    assert answer.status == 400
    assert caller.receipt(answer.header("x-request-id"))["request_id"] == answer.header("x-request-id")


def test_of_a_broken_stream(caller):
    answer = caller.stream("m-cut")
    kept = receipt(caller, answer)
    assert kept.outcome == "interrupted"
    assert kept.cost > 0, "what was delivered has a cost"
    assert kept.estimated is True


def test_of_an_abandoned_stream(caller, upstream):
    mark = marker()
    body = {"model": "m-endless", "stream": True, "messages": [{"role": "user", "content": mark}]}
    with caller.gateway.connection() as line:
        line.send(http1.encode("POST", "/v1/chat/completions", {"authorization": f"Bearer {caller.key}"}, body))
        head = line.head()
        for _, _ in zip(range(10), line.body(head)):
            pass
    upstream.wait(mark, lambda all: all[0].gone_at)
    kept = receipt(caller, head)
    assert kept.outcome == "cancelled"
    assert kept.cost > 0 and kept.tokens["output"] > 0
    assert kept.estimated is True


def test_of_an_abandoned_buffered_request(caller, upstream):
    """The client left before it had a request id; the receipt exists for the operator."""
    mark = marker()
    body = {"model": "m-endless", "messages": [{"role": "user", "content": mark}]}
    with caller.gateway.connection() as line:
        line.send(http1.encode("POST", "/v1/chat/completions", {"authorization": f"Bearer {caller.key}"}, body))
        upstream.wait(mark)
        left = time.monotonic()
    (exchange,) = upstream.wait(mark, lambda all: all[0].gone_at)
    assert exchange.gone_at - left < 0.25


def test_attempts_are_counted(caller):
    answer = caller.chat("fo-m-429")
    kept = receipt(caller, answer)
    assert len(kept.attempts) == int(answer.header("x-tiergate-attempts")) == 2
    assert [(a["provider"], a["status"]) for a in kept.attempts] == [("q-m-429", 429), ("alt", 200)]
    assert kept.attempts[0]["outcome"] != "ok" and kept.attempts[1]["outcome"] == "ok"


def test_only_the_key_that_asked_may_read(caller, other, main_gateway):
    answer = caller.chat("m-echo")
    path = f"/v1/receipts/{answer.header('x-request-id')}"
    assert caller.get(path).status == 200
    schema.check_error(other.get(path), 404)
    schema.check_error(main_gateway.call("GET", path), 401)


@pytest.mark.parametrize("bad", ["nothing", "00000000-0000-0000-0000-000000000000", "%27%20or%201=1--", "..%2f..%2fetc", "%00", "a" * 500])
def test_unknown_receipts(caller, bad):
    schema.check_error(caller.get(f"/v1/receipts/{bad}"), 404)


def test_the_ring_is_bounded(start, upstream):
    """Old receipts make room; the newest is always there."""
    config = configs.ladder(upstream)
    caller = start(config)
    ids = []
    with caller.gateway.connection() as line:
        for _ in range(300):
            answer = line.request(
                "POST",
                "/v1/chat/completions",
                {"authorization": f"Bearer {caller.key}"},
                {"model": "one-nano", "messages": [{"role": "user", "content": "hi"}]},
            )
            ids.append(answer.header("x-request-id"))
    assert len(set(ids)) == 300
    caller.receipt(ids[-1])
    caller.receipt(ids[-100])


def test_a_receipt_holds_no_prompt_and_no_answer(caller):
    mark = marker()
    answer = caller.chat("m-echo", mark)
    assert mark not in str(caller.receipt(answer.header("x-request-id")))
    assert mark not in caller.gateway.log
