"""Shadow runs: what is asked again, what the judge may say, what it may cost, and that no client notices."""

import functools
import json
import re
import time

import pytest

from support import answers, behaviours, configs
from support.gateway import marker

BETTER = "the baseline's answer"
LIMITED = {"name": "limited", "secret": "${LIMITED_KEY}", "block_providers": ["judging"]}


async def baseline(x):
    await behaviours.speak(x, [BETTER])


async def without_usage(x):
    value = answers.completion(x.model, answers.message(BETTER))
    del value["usage"]
    await x.json_answer(200, value)


async def cut(x):
    await behaviours.speak(x, [BETTER], finish="length")


async def hang(x):
    await x.hang()


async def fail(x):
    await x.json_answer(500, answers.error("no", "server_error"))


def judging(*words):
    """Says these words; `given` and `baseline` stand for the letter of that answer."""

    async def judge(x):
        text = x.json["messages"][1]["content"]
        first = f"<answer_a>\n{BETTER}\n" in text
        letters = {"baseline": "A" if first else "B", "given": "B" if first else "A"}
        await behaviours.speak(x, [letters.get(word, word) for word in words])

    return judge


def verdict(word):
    return judging('{"better":"', word, '"}')


def config(upstream, base=baseline, judge=verdict("baseline"), price=None, **shadow):
    """A nano model that echoes, a flagship model, and a judge at a provider of its own."""
    names = [f"sh-{kind}-{marker()}" for kind in ("base", "judge")]
    upstream.on(names[0], base)
    upstream.on(names[1], judge)
    model = functools.partial(configs.model, price={"input": "2", "output": "8"})
    dear = {"input": "16", "output": "64"} if price is None else price.get("baseline")
    return {
        "store": {"url": "memory:"},
        "providers": {"up": configs.provider(upstream, "up"), "judging": configs.provider(upstream, "judging")},
        "models": [
            model("one-nano", configs.target("up", "m-echo"), tier="nano"),
            model("one-flagship", configs.target("up", names[0]), tier="flagship", price=dear),
            model("the-judge", configs.target("judging", names[1]), auto=False),
        ],
        "bundled_models": False,
        "routing": {"thresholds": {"small": 97, "standard": 98, "premium": 99, "flagship": 100}},
        "keys": [*configs.keys(), LIMITED],
        "shadow": {"sample": 1, "usd_per_day": "10", "judge": "the-judge", **shadow},
    }


def compared(caller, request_id, timeout=5.0) -> dict:
    """The comparison in a receipt, once it is there."""
    deadline = time.monotonic() + timeout
    while not (found := caller.receipt(request_id)["shadow"]):
        assert time.monotonic() < deadline, "no comparison in the receipt"
        time.sleep(0.01)
    return found


def ask(caller, mark, model="auto", **extra):
    answer = caller.chat(model, f"hello {mark}", **extra)
    assert answer.status == 200, answer.body
    return answer, answer.header("x-request-id")


def stays_alone(caller, upstream, mark, request_id, calls=1):
    """No further call and no comparison, now and a moment later."""
    time.sleep(0.4)
    assert len(upstream.seen(mark)) == calls
    assert caller.receipt(request_id)["shadow"] is None


@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "stream"])
@pytest.mark.parametrize("word, found", [("baseline", "worse"), ("given", "as_good"), ("neither", "as_good")])
def test_the_verdict_stands_in_the_receipt(start, upstream, streaming, word, found):
    caller = start(config(upstream, judge=verdict(word)))
    for _ in range(4):  # the order of the answers is drawn for each request
        _, request_id = ask(caller, marker(), stream=streaming)
        assert compared(caller, request_id) == {
            "baseline_model": "one-flagship",
            "verdict": found,
            "reason": None,
            # 20 tokens in and 7 out: 16 and 64 dollars a million for the baseline, 2 and 8 for the judge
            "cost_usd": "0.000864",
        }


def test_what_is_asked_again(start, upstream):
    caller, mark = start(config(upstream)), marker()
    extra = {"temperature": 0.5, "store": True, "service_tier": "priority", "tags": {"a": "b"}}
    _, request_id = ask(caller, mark, stream=True, stream_options={"include_usage": True}, **extra)
    compared(caller, request_id)
    first, again, judged = [x.json for x in upstream.seen(mark)]
    assert again["messages"] == first["messages"] and again["temperature"] == 0.5
    assert again.get("max_completion_tokens", again.get("max_tokens")) == 4096
    assert not {"stream", "stream_options", "store", "service_tier", "tags"} & set(again)
    system, question = judged["messages"]
    assert system["role"] == "system" and question["role"] == "user"
    assert f"hello {mark}</answer" not in question["content"]
    assert {BETTER, f"hello {mark}"} == set(re.findall(r"<answer_[ab]>\n(.*)\n</answer", question["content"]))
    assert "one-nano" not in json.dumps(judged) and "one-flagship" not in json.dumps(judged)
    assert judged["response_format"]["json_schema"]["schema"]["properties"]["better"]["enum"] == ["A", "B", "neither"]


def test_both_orders_are_drawn(start, upstream):
    caller, mark = start(config(upstream)), marker()
    for _ in range(16):
        compared(caller, ask(caller, mark)[1])
    questions = [x.json["messages"][1]["content"] for x in upstream.seen(mark) if "response_format" in x.json]
    first = [f"<answer_a>\n{BETTER}" in question for question in questions]
    assert len(first) == 16 and set(first) == {True, False}


@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "stream"])
def test_the_client_does_not_wait_and_sees_nothing(start, upstream, streaming):
    caller, mark = start(config(upstream, base=hang)), marker()
    for _ in range(8):  # more than run at once
        began = time.monotonic()
        answer, request_id = ask(caller, mark, stream=streaming)
        assert time.monotonic() - began < 1.0
        assert answer.header("x-lobstack-model") == "one-nano"
        assert answer.header("x-tiergate-attempts") == "1"
        kept = caller.receipt(request_id)
        assert kept["shadow"] is None and len(kept["attempts"]) == 1 and kept["served_model"] == "one-nano"
    upstream.wait(mark, lambda all: len(all) == 8 + 4)


def test_too_many_are_dropped(start, upstream):
    caller, mark = start(config(upstream, base=hang)), marker()
    for _ in range(45):
        ask(caller, mark)
    caller.gateway.wait_log("too many shadow runs are waiting: 1 dropped")
    assert caller.gateway.stop() == 0
    assert "45 picked" in caller.gateway.log


def test_off_by_default(start, upstream):
    settings = config(upstream)
    del settings["shadow"]
    caller, mark = start(settings), marker()
    _, request_id = ask(caller, mark)
    stays_alone(caller, upstream, mark, request_id)


def test_a_share_of_nothing(start, upstream):
    caller, mark = start(config(upstream, sample=0)), marker()
    _, request_id = ask(caller, mark)
    stays_alone(caller, upstream, mark, request_id)


@pytest.mark.parametrize(
    "model, extra",
    [
        ("one-nano", {}),
        ("nano", {}),
        ("auto", {"max_tier": "nano"}),
        ("auto", {"n": 2}),
    ],
    ids=["pin", "floor", "ceiling", "choices"],
)
def test_what_has_no_better_baseline_is_not_run(start, upstream, model, extra):
    caller, mark = start(config(upstream)), marker()
    _, request_id = ask(caller, mark, model, **extra)
    stays_alone(caller, upstream, mark, request_id)


def test_an_image_is_not_shown_to_a_judge(start, upstream):
    caller, mark = start(config(upstream)), marker()
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    content = [{"type": "text", "text": mark}, image]
    answer = caller.chat("auto", [{"role": "user", "content": content}])
    assert answer.status == 200
    stays_alone(caller, upstream, mark, answer.header("x-request-id"))


def test_a_key_that_may_not_use_the_judge(start, upstream):
    caller, mark = start(config(upstream), key=configs.LIMITED_KEY), marker()
    _, request_id = ask(caller, mark)
    stays_alone(caller, upstream, mark, request_id)


def test_an_unpriced_baseline_is_not_run(start, upstream):
    caller, mark = start(config(upstream, price={})), marker()
    _, request_id = ask(caller, mark)
    stays_alone(caller, upstream, mark, request_id)


@pytest.mark.parametrize(
    "said",
    [
        ["better: A"],
        ['"A"'],
        ['{"better":"C"}'],
        ['{"better":"A","why":"x"}'],
        ['{"better":"A"} indeed'],
    ],
)
def test_a_judge_that_rambles_gives_no_verdict(start, upstream, said):
    caller = start(config(upstream, judge=judging(*said)))
    found = compared(caller, ask(caller, marker())[1])
    assert (found["verdict"], found["reason"]) == ("none", "judge_unclear")
    assert found["cost_usd"] == "0.000864"


def test_a_judge_that_fails(start, upstream):
    caller = start(config(upstream, judge=fail))
    found = compared(caller, ask(caller, marker())[1])
    assert (found["verdict"], found["reason"], found["cost_usd"]) == ("none", "judge_failed", "0.000768")


@pytest.mark.parametrize("base, cost", [(fail, "0"), (cut, "0.000768")], ids=["fails", "cut off"])
def test_a_baseline_without_a_whole_answer(start, upstream, base, cost):
    caller, mark = start(config(upstream, base=base)), marker()
    found = compared(caller, ask(caller, mark)[1])
    assert (found["verdict"], found["reason"], found["cost_usd"]) == ("none", "baseline_failed", cost)
    assert len(upstream.seen(mark)) == 2, "one attempt, and no judge"


def test_a_day_without_money(start, upstream):
    """The output alone could cost 4,096 × 64 dollars a million, 0.262144."""
    caller, mark = start(config(upstream, usd_per_day="0.262")), marker()
    _, request_id = ask(caller, mark)
    stays_alone(caller, upstream, mark, request_id)


def test_the_budget_stops_runs_before_they_could_exceed_it(start, upstream):
    """A provider that does not tell usage has its worst case counted."""
    caller = start(config(upstream, base=without_usage, usd_per_day="0.5"))
    found = compared(caller, ask(caller, marker())[1])
    assert found["verdict"] == "worse" and 0.262 < float(found["cost_usd"]) < 0.3
    for _ in range(3):
        mark = marker()
        _, request_id = ask(caller, mark)
        stays_alone(caller, upstream, mark, request_id)


def test_the_budget_counts_what_was_spent_and_not_what_was_reserved(start, upstream):
    caller = start(config(upstream, usd_per_day="0.3"))
    for _ in range(10):
        assert compared(caller, ask(caller, marker())[1])["verdict"] == "worse"


def test_no_money_left_for_the_judge(start, upstream):
    caller, mark = start(config(upstream, base=without_usage, usd_per_day="0.27")), marker()
    found = compared(caller, ask(caller, mark)[1])
    assert (found["verdict"], found["reason"]) == ("none", "budget")
    assert float(found["cost_usd"]) <= 0.27 and len(upstream.seen(mark)) == 2


def test_a_verdict_is_an_example_until_the_client_rates(start, upstream):
    caller = start(config(upstream))
    _, request_id = ask(caller, marker())
    compared(caller, request_id)
    (row,) = [json.loads(line) for line in caller.get("/v1/feedback").body.splitlines()]
    assert (row["request_id"], row["tier"], row["feedback"], row["source"]) == (request_id, "nano", "bad", "shadow")
    assert caller.post("/v1/feedback", {"request_id": request_id, "rating": "good"}).status == 200
    (row,) = [json.loads(line) for line in caller.get("/v1/feedback").body.splitlines()]
    assert (row["feedback"], row["source"]) == ("good", "client")


def test_runs_leave_no_receipts_of_their_own(start, upstream):
    caller = start({**config(upstream), "receipts": {"capacity": 2}})
    ids = [ask(caller, marker())[1] for _ in range(2)]
    for request_id in ids:
        compared(caller, request_id)


def test_a_reload_changes_and_stops_them(start, upstream):
    settings = config(upstream)
    caller = start(settings)
    compared(caller, ask(caller, marker())[1])
    before = len(caller.gateway.log)
    caller.gateway.write({name: value for name, value in settings.items() if name != "shadow"})
    caller.gateway.wait_log("was read again", since=before)
    mark = marker()
    _, request_id = ask(caller, mark)
    stays_alone(caller, upstream, mark, request_id)


def test_nothing_said_is_logged(start, upstream):
    caller, mark = start(config(upstream)), marker()
    compared(caller, ask(caller, mark)[1])
    assert mark not in caller.gateway.log and BETTER not in caller.gateway.log
    assert configs.UP_KEY not in caller.gateway.log


@pytest.mark.parametrize(
    "shadow, message",
    [
        ({"judge": "no-such-model"}, "`judge` must be a model"),
        ({"judge": "auto"}, "`judge` must be a model"),
        ({"sample": 1.5}, "a share from 0 to 1"),
        ({"usd_per_day": "0"}, "more than 0"),
        ({"usd_per_day": "many"}, "usd_per_day"),
    ],
)
def test_a_wrong_configuration_is_refused(start, upstream, shadow, message):
    settings = config(upstream)
    caller = start({**settings, "shadow": {**settings["shadow"], **shadow}}, wait=False)
    assert caller.gateway.process.wait(10) == 78
    assert message in caller.gateway.log
