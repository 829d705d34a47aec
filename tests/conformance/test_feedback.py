"""Ratings of answers: who may give them, what they look like, and where they can be read."""

import json
import time

import pytest

from support import configs, schema
from support.gateway import marker

PREFIXES = ["/v1", "", "/api/gateway/v1", "/api/gateway"]


def asked(caller, model="m-echo", **extra) -> str:
    """The id of a request that was answered."""
    return caller.chat(model, **extra).header("x-request-id")


def rate(caller, prefix="/v1", **members):
    return caller.post(f"{prefix}/feedback", members)


def examples(caller, query=""):
    answer = caller.get(f"/v1/feedback{query}")
    assert answer.status == 200, answer.body
    assert answer.header("content-type") == "application/x-ndjson"
    assert answer.body == b"" or answer.body.endswith(b"\n")
    return [json.loads(line) for line in answer.body.splitlines()]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "stream"])
def test_a_rating_stands_in_the_receipt(caller, prefix, streaming):
    request_id = asked(caller, stream=streaming)
    assert caller.receipt(request_id)["feedback"] is None
    answer = rate(caller, prefix, request_id=request_id, rating="good", comment="short and right")
    assert answer.status == 200, answer.body
    assert answer.json["object"] == "feedback" and answer.json["request_id"] == request_id
    kept = caller.receipt(request_id)["feedback"]
    assert kept == {name: answer.json[name] for name in ("rating", "comment", "at")}
    assert (kept["rating"], kept["comment"]) == ("good", "short and right")
    assert kept["at"].startswith(time.strftime("%Y-", time.gmtime()))


@pytest.mark.parametrize(
    "members, kept",
    [
        ({"rating": "bad"}, "bad"),
        ({"rating": 0.25}, 0.25),
        ({"rating": 1}, 1),
        ({"score": 0}, 0),
        ({"score": 0.75, "rating": None, "comment": None}, 0.75),
    ],
)
def test_every_form_of_a_rating(caller, members, kept):
    request_id = asked(caller)
    assert rate(caller, request_id=request_id, **members).json["rating"] == kept
    assert caller.receipt(request_id)["feedback"]["rating"] == kept


def test_the_last_rating_counts(caller):
    request_id = asked(caller)
    assert rate(caller, request_id=request_id, rating="good", comment="first").status == 200
    for _ in range(2):
        assert rate(caller, request_id=request_id, rating=0.5).status == 200
    feedback = caller.receipt(request_id)["feedback"]
    assert (feedback["rating"], feedback["comment"]) == (0.5, None)


WRONG = [
    ({"rating": "good"}, "request_id"),
    ({"request_id": 7, "rating": "good"}, "request_id"),
    ({"request_id": "r" * 300, "rating": "good"}, "request_id"),
    ({"request_id": "ID"}, "rating"),
    ({"request_id": "ID", "rating": "fine"}, "rating"),
    ({"request_id": "ID", "rating": "Good"}, "rating"),
    ({"request_id": "ID", "rating": True}, "rating"),
    ({"request_id": "ID", "rating": -0.01}, "rating"),
    ({"request_id": "ID", "rating": 1.01}, "rating"),
    ({"request_id": "ID", "rating": 5}, "rating"),
    ({"request_id": "ID", "rating": ["good"]}, "rating"),
    ({"request_id": "ID", "score": "good"}, "score"),
    ({"request_id": "ID", "score": "0.5"}, "score"),
    ({"request_id": "ID", "score": 1, "rating": "good"}, "score"),
    ({"request_id": "ID", "rating": "good", "comment": {"text": "x"}}, "comment"),
    ({"request_id": "ID", "rating": "good", "comment": "é" * 2001}, "comment"),
    ({"request_id": "ID", "rating": "good", "stars": 5}, "stars"),
]


@pytest.mark.parametrize("members, param", WRONG, ids=[f"{i}-{p}" for i, (_, p) in enumerate(WRONG)])
def test_a_wrong_body_names_the_member(caller, members, param):
    request_id = asked(caller)
    if members.get("request_id") == "ID":
        members = {**members, "request_id": request_id}
    answer = rate(caller, **members)
    schema.check_error(answer, 400, code="invalid_value", type="invalid_request_error", param=param)
    assert caller.receipt(request_id)["feedback"] is None


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"request_id":"r","rating":1}x', b'"\xff"'])
def test_what_is_no_object_is_refused(caller, body):
    schema.check_error(caller.post("/v1/feedback", body), 400, code="invalid_json", param=None)


def test_a_member_that_stands_twice_is_refused(caller):
    body = b'{"request_id":"r","rating":"good","rating":"bad"}'
    schema.check_error(caller.post("/v1/feedback", body), 400, code="invalid_value", param="rating")


def test_the_longest_comment_is_taken(caller):
    request_id = asked(caller)
    assert rate(caller, request_id=request_id, rating="good", comment="é" * 2000).status == 200
    assert caller.receipt(request_id)["feedback"]["comment"] == "é" * 2000


def test_an_oversized_body_is_refused(caller):
    request_id = asked(caller)
    answer = rate(caller, request_id=request_id, rating="good", comment="x" * (64 << 10))
    schema.check_error(answer, 413, code="request_too_large")
    assert caller.receipt(request_id)["feedback"] is None


@pytest.mark.parametrize("request_id", ["nothing", "", "req_" + "0" * 32, "' or 1=1--"])
def test_an_unknown_request(caller, request_id):
    answer = rate(caller, request_id=request_id, rating="good")
    schema.check_error(answer, 404, code="receipt_not_found", param="request_id")


def test_only_the_key_that_asked_may_rate(caller, other, main_gateway):
    request_id = asked(caller)
    theirs = rate(other, request_id=request_id, rating="bad")
    unknown = rate(other, request_id="req_" + "0" * 32, rating="bad")
    schema.check_error(theirs, 404, code="receipt_not_found")
    told = theirs.error["message"].replace(request_id, "ID")
    assert told == unknown.error["message"].replace("req_" + "0" * 32, "ID")
    schema.check_error(main_gateway.call("POST", "/v1/feedback", None, {"request_id": request_id, "rating": "bad"}), 401)
    assert caller.receipt(request_id)["feedback"] is None


def test_a_receipt_that_made_room_cannot_be_rated(start, upstream):
    caller = start({**configs.ladder(upstream), "receipts": {"capacity": 2}})
    ids = [asked(caller, "one-nano") for _ in range(2)]
    for request_id in ids:
        assert rate(caller, request_id=request_id, rating="good").status == 200
    ids.append(asked(caller, "one-nano"))
    schema.check_error(rate(caller, request_id=ids[0], rating="good"), 404, code="receipt_not_found")
    assert [row["request_id"] for row in examples(caller)] == [ids[1]], "its rating went with it"


def test_a_failed_request_can_be_rated_and_is_no_example(caller):
    request_id = asked(caller, "m-500")
    assert rate(caller, request_id=request_id, rating="bad").status == 200
    assert caller.receipt(request_id)["feedback"]["rating"] == "bad"
    assert request_id not in [row["request_id"] for row in examples(caller)]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods(caller, method):
    answer = caller.gateway.call(method, "/v1/feedback", caller.key)
    assert answer.status == 405
    assert answer.header("allow") == "GET, HEAD, POST"


def test_examples_hold_what_tuning_needs(ladder):
    request_id = asked(ladder, "auto")
    assert rate(ladder, request_id=request_id, rating=0.5, comment="so so").status == 200
    (row,) = [row for row in examples(ladder) if row["request_id"] == request_id]
    kept = ladder.receipt(request_id)
    assert set(row) == {"request_id", "score", "success", "tier", "model", "feedback", "source"}
    assert (row["score"], row["tier"], row["model"]) == (kept["score"], kept["tier"], kept["served_model"])
    assert (row["feedback"], row["source"]) == (0.5, "client")
    assert row["success"] == pytest.approx(kept["why"]["success"])


def test_examples_come_in_pages(start, upstream):
    caller = start(configs.ladder(upstream))
    ids = sorted(asked(caller, "auto") for _ in range(5))
    for request_id in reversed(ids):
        rate(caller, request_id=request_id, rating="good")
    found, after = [], ""
    while page := examples(caller, f"?limit=2&after={after}"):
        assert len(page) <= 2
        after = page[-1]["request_id"]
        found += [row["request_id"] for row in page]
    assert found == ids
    assert [row["request_id"] for row in examples(caller)] == ids


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "x", "", "1.5"])
def test_a_bad_limit(caller, limit):
    answer = caller.get(f"/v1/feedback?limit={limit}")
    schema.check_error(answer, 400, code="invalid_value", param="limit")


def test_examples_are_the_keys_own(caller, other, main_gateway):
    request_id = asked(caller)
    rate(caller, request_id=request_id, rating="good")
    assert request_id in [row["request_id"] for row in examples(caller)]
    assert request_id not in [row["request_id"] for row in examples(other)]
    schema.check_error(main_gateway.call("GET", "/v1/feedback"), 401)


def test_a_comment_is_not_logged(caller):
    mark = marker()
    request_id = asked(caller)
    assert rate(caller, request_id=request_id, rating="bad", comment=mark).status == 200
    assert rate(caller, request_id=request_id, rating="bad", comment=[mark]).status == 400
    assert mark not in caller.gateway.log
    assert mark not in json.dumps(examples(caller))
