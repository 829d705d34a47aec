"""Chat completions of a host, told again to clients of Messages and Responses: what cannot be told has failed."""

import json

import pytest

from support import answers, behaviours, configs
from support.gateway import Caller, Gateway, marker

PATHS = {"messages": "/v1/messages", "responses": "/v1/responses"}
FRONTS = pytest.mark.parametrize("front", PATHS)
END = {"messages": b"event: message_stop", "responses": b"event: response.completed"}
ERROR = {"messages": b"event: error", "responses": b"event: response.failed"}


def whole(**choice):
    async def answer(x):
        value = answers.completion(x.model, answers.message("half of an answer"))
        value["choices"][0].update(choice)
        await x.json_answer(200, value)

    return answer


def stream(*events, first="one "):
    async def answer(x):
        await x.start_stream()
        await x.event(answers.chunk(x.model, {"role": "assistant", "content": first}))
        for event in events:
            await x.event(event)
        await x.end_stream()

    return answer


def choice(**members):
    return {"id": "c", "choices": [{"index": 0, **members}]}


FINISH = choice(delta={}, finish_reason="stop")
USAGE = {"prompt_tokens": 20, "completion_tokens": 7, "total_tokens": 27}
DONE = b"[DONE]"
UNTOLD = {
    "calls": whole(message=answers.message("half", tool_calls={})),
    "calls-within": whole(message=answers.message("half", tool_calls=[7])),
    "message": whole(message=None),
    "index": whole(index=1),
    "finish": whole(finish_reason=None),
}
BROKEN = {
    "delta": stream(choice(delta="two"), FINISH, DONE),
    "calls": stream(choice(delta={"tool_calls": {"id": "x"}}), FINISH, DONE),
    "choices": stream({"choices": 7}, FINISH, DONE),
    "other-finish": stream({"choices": [{"index": 1, "delta": {}, "finish_reason": "stop"}]}, DONE),
    "other-finish-cut": stream({"choices": [{"index": 1, "delta": {}, "finish_reason": "stop"}]}),
}
COMPLETE = {
    "usage": stream(FINISH, {"choices": {}, "usage": USAGE}, DONE),
    "empty-delta": stream(choice(delta="", finish_reason="stop"), {"choices": [], "usage": USAGE}, DONE),
    "garbage": stream(FINISH, b"{oops", {"choices": [], "usage": USAGE}, DONE),
    "late-error": stream(FINISH, answers.error("late", "server_error")),
    "late-shape": stream(FINISH, {"choices": 7}, {"choices": [], "usage": USAGE}, DONE),
}


@pytest.fixture(scope="module")
def caller(upstream, tmp_path_factory):
    providers, models = {"alt": configs.provider(upstream, "alt", "${ALT_KEY}")}, []
    for kind, handlers in [("untold", UNTOLD), ("broken", BROKEN), ("complete", COMPLETE)]:
        for name, handler in handlers.items():
            name = f"{kind}-{name}"
            upstream.on(name, handler)
            providers[name] = configs.provider(upstream, name)
            models.append(configs.model(name, configs.target(name, name)))
            models.append(configs.model(f"fo-{name}", configs.target(name, name), configs.target("alt", "m-echo")))
    config = {
        "store": {"url": "memory:"},
        "bundled_models": False,
        "providers": providers,
        "models": models,
        "keys": configs.keys(),
        # what is retried must not wait for an open breaker
        "failover": {"health": False},
    }
    gateway = Gateway(tmp_path_factory.mktemp("told"), config, configs.ENV)
    yield Caller(gateway, configs.KEY)
    gateway.stop()


def ask(caller, front, model, mark, **more):
    body = {"model": model, **more}
    if front == "messages":
        body |= {"max_tokens": 50, "messages": [{"role": "user", "content": mark}]}
    else:
        body["input"] = mark
    return caller.post(PATHS[front], body)


def receipt(caller, answer):
    return caller.receipt(answer.header("x-request-id"))


@FRONTS
@pytest.mark.parametrize("name", UNTOLD)
def test_another_answers_where_an_answer_cannot_be_told(caller, upstream, name, front):
    mark = marker()
    answer = ask(caller, front, f"fo-untold-{name}", mark)
    assert answer.status == 200 and mark in answer.body.decode(), answer.body
    assert [x.model for x in upstream.seen(mark)] == [f"untold-{name}", "m-echo"]
    assert answer.header("x-tiergate-attempts") == "2"
    kept = receipt(caller, answer)
    assert [each["outcome"] for each in kept["attempts"]] == ["invalid", "ok"]
    assert kept["provider"] == "alt"


@FRONTS
@pytest.mark.parametrize("name", UNTOLD)
def test_without_another_the_error_names_who_failed(caller, name, front):
    answer = ask(caller, front, f"untold-{name}", marker())
    assert answer.status == 502, answer.body
    error = answer.json["error"]
    assert (error["code"], error["provider"], error["retryable"]) == ("upstream_invalid", f"untold-{name}", True)
    assert int(answer.header("x-tiergate-attempts")) >= 1
    kept = receipt(caller, answer)
    assert (kept["outcome"], kept["error_code"], kept["cost_usd"]) == ("failed", "upstream_invalid", None)
    assert {each["outcome"] for each in kept["attempts"]} == {"invalid"}


@FRONTS
@pytest.mark.parametrize("name", BROKEN)
def test_a_stream_that_cannot_be_told_is_interrupted(caller, name, front):
    answer = ask(caller, front, f"fo-broken-{name}", marker(), stream=True)
    assert answer.status == 200 and not answer.complete, answer.body
    assert b"one " in answer.body and ERROR[front] in answer.body and END[front] not in answer.body
    kept = receipt(caller, answer)
    assert (kept["outcome"], kept["error_code"]) == ("interrupted", "upstream_interrupted")


@FRONTS
def test_before_its_first_word_such_a_stream_is_tried_elsewhere(caller, upstream, front):
    mark = marker()
    upstream.on("broken-calls", stream(choice(delta={"tool_calls": {"id": "x"}}), FINISH, DONE, first=""))
    try:
        answer = ask(caller, front, "fo-broken-calls", mark, stream=True)
    finally:
        upstream.on("broken-calls", BROKEN["calls"])
    assert answer.status == 200 and answer.complete and END[front] in answer.body
    assert [x.model for x in upstream.seen(mark)] == ["broken-calls", "m-echo"]


@FRONTS
@pytest.mark.parametrize("name", COMPLETE)
def test_nothing_after_its_finish_takes_an_answer_back(caller, name, front):
    answer = ask(caller, front, f"complete-{name}", marker(), stream=True)
    assert answer.status == 200 and answer.complete, answer.body
    assert END[front] in answer.body and ERROR[front] not in answer.body
    kept = receipt(caller, answer)
    assert (kept["outcome"], kept["error_code"]) == ("complete", None)
    if name in ("usage", "empty-delta"):
        assert kept["tokens"]["output"] == 7 and b'"output_tokens":7' in answer.body


def of(index, finish=None, **delta):
    return {"id": "c", "choices": [{"index": index, "delta": delta, "finish_reason": finish}]}


BOTH = [of(0, content="a"), of(1, content="b"), of(0, "stop")]


@pytest.mark.parametrize("rest", ["cut", "reset", "done", "silence"])
def test_of_several_answers_none_may_be_cut(start, upstream, rest):
    async def answer(x):
        await x.start_stream()
        for event in BOTH:
            await x.event(event)
        await x.sleep(0.05)
        if rest == "silence":
            await x.hang()
        if rest == "done":
            await x.event(DONE)
            return await x.end_stream()
        await (x.cut() if rest == "cut" else x.reset())

    kept, told = several(start, upstream, answer)
    assert not told.complete and b'{"error"' in told.body and DONE not in told.body
    assert (kept["outcome"], kept["error_code"]) == ("interrupted", "upstream_interrupted")


@pytest.mark.parametrize("rest", ["all", "later", "reset", "fewer"])
def test_several_answers_are_complete_when_all_that_have_begun_are(start, upstream, rest):
    async def answer(x):
        await x.start_stream()
        for event in BOTH if rest != "fewer" else [of(0, content="a"), of(0, "stop")]:
            await x.event(event)
        if rest == "later":
            # the clock that begins with the end of an answer is 300 ms
            await x.sleep(0.6)
            await x.event(of(1, content="c"))
        if rest != "fewer":
            await x.event(of(1, "stop"))
        if rest == "reset":
            await x.sleep(0.05)
            await x.reset()
        await behaviours.end_well(x)

    kept, told = several(start, upstream, answer)
    assert told.complete and b'{"error"' not in told.body
    assert (DONE in told.body) == (rest != "reset")
    assert kept["outcome"] == "complete"


def several(start, upstream, answer):
    """The receipt and the answer of a request for two."""
    upstream.on("m-both", answer)
    config = {
        "store": {"url": "memory:"},
        "bundled_models": False,
        "providers": {"up": configs.provider(upstream, "up")},
        "models": [configs.model("m-both", configs.target("up", "m-both"))],
        "keys": configs.keys(),
        "failover": {"health": False, "timeouts": {"after_finish_ms": 300, "idle_ms": 1500, "idle_with_pings_ms": 1500}},
    }
    caller = start(config)
    told = caller.stream("m-both", marker(), n=2)
    assert told.status == 200, told.body
    return receipt(caller, told), told
