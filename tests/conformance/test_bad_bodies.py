"""What is no request, on every front that takes one: the same code and, where there is one, the member at fault."""

import pytest

WORDS = [{"role": "user", "content": "hi"}]
GOOD = {
    "/v1/chat/completions": {"model": "m-echo", "messages": WORDS},
    "/v1/messages": {"model": "m-echo", "messages": WORDS, "max_tokens": 9},
    "/v1/messages/count_tokens": {"model": "m-echo", "messages": WORDS},
    "/v1/responses": {"model": "m-echo", "input": "hi"},
    "/v1/responses/input_tokens": {"model": "m-echo", "input": "hi"},
    "/v1/route": {"model": "m-echo", "messages": WORDS},
    "/v1/embeddings": {"model": "m-echo", "input": "hi"},
}
NONE = [b"[]", b"", b"null", b"7", b'"x"', b'{"model"', b"{}x", b'{"model":"\xff"}', b"[{}]"]


@pytest.mark.parametrize("path", GOOD)
@pytest.mark.parametrize("body", NONE, ids=repr)
def test_what_is_no_json_object(caller, path, body):
    answer = caller.post(path, body)
    assert answer.status == 400, answer.body
    error = answer.json["error"]
    assert (error["code"], error["param"], error["type"]) == ("invalid_json", None, "invalid_request_error")
    assert (error["class"], error["retryable"]) == ("validation", False)


@pytest.mark.parametrize("path", GOOD)
@pytest.mark.parametrize("change", [{"model": 7}, {"messages": 7, "input": 7}], ids=["model", "words"])
def test_a_member_of_the_wrong_type(caller, path, change):
    body = {name: change.get(name, value) for name, value in GOOD[path].items()}
    answer = caller.post(path, body)
    assert answer.status == 400, answer.body
    error = answer.json["error"]
    assert error["code"] == "invalid_value" and error["param"] in change, error


@pytest.mark.parametrize("member", ["previous_response_id", "conversation", "background", "prompt"])
def test_what_responses_do_not_serve(caller, member):
    values = {"background": True, "prompt": {"id": "pmpt_1"}}
    answer = caller.post("/v1/responses", {**GOOD["/v1/responses"], member: values.get(member, "x_1")})
    assert answer.status == 400
    assert (answer.json["error"]["code"], answer.json["error"]["param"]) == ("invalid_value", member)
