"""What the caller sends reaches the provider, and what the provider says reaches the caller.

As properties over random requests and streams: nothing changes but what the
documentation names.
"""

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import answers, behaviours, configs, sse
from support.gateway import marker

EXTENSIONS = {
    "prefer": st.sampled_from(["cheap", "fast", "balanced", "quality", "coding"]),
    "max_tier": st.sampled_from(["standard", "premium", "flagship"]),
    "tags": st.dictionaries(st.text("abc_", min_size=1, max_size=8), st.text(max_size=8), max_size=3),
    "session_id": st.uuids().map(str),
}
READ = {"model", "messages", "stream", "stream_options", *EXTENSIONS}

settings.register_profile(
    "conformance",
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("conformance")


def exact(raw):
    """JSON as a value in which no number has lost a digit."""
    return json.loads(raw, parse_int=Decimal, parse_float=Decimal)


NUMBERS = st.one_of(
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, -0.0, 1.0, 1e300, 2**53 + 1, 2**64, -(2**63) - 1, 0.1]),
)
ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=10,
)
UNKNOWN = st.dictionaries(st.text(min_size=1, max_size=10).map(lambda name: f"x-{name}"), ANY, max_size=3)
WORDS = st.text(max_size=60)
PARTS = st.one_of(
    st.fixed_dictionaries({"type": st.just("text"), "text": WORDS}, optional={"cache_control": ANY}),
    st.fixed_dictionaries(
        {
            "type": st.just("image_url"),
            "image_url": st.fixed_dictionaries(
                {"url": st.sampled_from(["https://i.example/a.png", "data:image/png;base64,AAAA"])},
                optional={"detail": st.sampled_from(["auto", "low", "high"])},
            ),
        }
    ),
    st.fixed_dictionaries(
        {"type": st.just("input_audio"), "input_audio": st.just({"data": "UklGRg==", "format": "wav"})}
    ),
)


def merged(*dictionaries):
    return st.tuples(*dictionaries).map(lambda parts: {k: v for part in parts for k, v in part.items()})


CALLS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.text("abcdef0123", min_size=1, max_size=12),
            "type": st.just("function"),
            # arguments are whatever the model wrote, also when it is not JSON
            "function": st.fixed_dictionaries({"name": st.just("f"), "arguments": WORDS}),
        }
    ),
    min_size=1,
    max_size=3,
)
MESSAGES = st.one_of(
    merged(
        st.fixed_dictionaries({"role": st.sampled_from(["system", "developer"]), "content": WORDS}), UNKNOWN
    ),
    merged(
        st.fixed_dictionaries(
            {"role": st.just("user"), "content": st.one_of(WORDS, st.lists(PARTS, min_size=1, max_size=3))},
            optional={"name": st.just("ann")},
        ),
        UNKNOWN,
    ),
    merged(
        st.fixed_dictionaries(
            {"role": st.just("assistant"), "content": st.one_of(st.none(), WORDS)},
            optional={"tool_calls": CALLS, "refusal": st.none(), "reasoning_content": WORDS, "reasoning_details": ANY},
        ),
        UNKNOWN,
    ),
    merged(
        st.fixed_dictionaries(
            {"role": st.just("tool"), "tool_call_id": st.text("abc", min_size=1), "content": WORDS}
        ),
        UNKNOWN,
    ),
)
TOOLS = st.fixed_dictionaries(
    {
        "type": st.just("function"),
        "function": st.fixed_dictionaries(
            {"name": st.text("abc_", min_size=1, max_size=8), "parameters": st.dictionaries(WORDS, ANY, max_size=3)},
            optional={"strict": st.booleans(), "description": WORDS},
        ),
    }
)
REQUESTS = merged(
    st.fixed_dictionaries(
        {"messages": st.lists(MESSAGES, min_size=1, max_size=6)},
        optional={
            "temperature": st.floats(0, 2),
            "top_p": st.floats(0, 1),
            "n": st.just(1),
            "max_tokens": st.integers(1, 16_000),
            "max_completion_tokens": st.integers(1, 16_000),
            "stop": st.one_of(st.none(), WORDS, st.lists(WORDS, max_size=4)),
            "seed": st.integers(-(2**63), 2**63 - 1),
            "logit_bias": st.dictionaries(st.text("0123456789", min_size=1, max_size=5), st.integers(-100, 100)),
            "logprobs": st.booleans(),
            "top_logprobs": st.integers(0, 20),
            "tools": st.lists(TOOLS, max_size=3),
            "tool_choice": st.sampled_from(["auto", "none", "required", {"type": "function", "function": {"name": "f"}}]),
            "parallel_tool_calls": st.booleans(),
            "response_format": st.one_of(
                st.sampled_from([{"type": "text"}, {"type": "json_object"}]),
                st.fixed_dictionaries(
                    {
                        "type": st.just("json_schema"),
                        "json_schema": st.fixed_dictionaries(
                            {"name": st.just("n"), "schema": st.dictionaries(WORDS, ANY, max_size=3)}
                        ),
                    }
                ),
            ),
            "reasoning_effort": st.sampled_from(["minimal", "low", "medium", "high"]),
            "user": WORDS,
            "metadata": st.dictionaries(st.text("abc", min_size=1, max_size=5), st.text(max_size=9), max_size=3),
            "safety_identifier": WORDS,
            "prompt_cache_key": WORDS,
            "service_tier": st.sampled_from(["auto", "default", "flex"]),
            "store": st.booleans(),
            "prediction": st.fixed_dictionaries({"type": st.just("content"), "content": WORDS}),
            "stream": st.booleans(),
            "stream_options": st.one_of(
                st.none(), st.fixed_dictionaries({}, optional={"include_usage": st.booleans(), "x-o": ANY})
            ),
        },
    ),
    st.fixed_dictionaries({}, optional=EXTENSIONS),
    UNKNOWN,
)


def expected(request):
    """What the upstream must get."""
    value = {k: v for k, v in request.items() if k not in EXTENSIONS}
    value["model"] = "m-any"
    if value.get("stream") is True:
        value["stream_options"] = {**(value.get("stream_options") or {}), "include_usage": True}
    return value


async def any_request(x):
    await behaviours.speak(x, ["fine"])


@pytest.fixture(scope="module")
def line(start_once):
    with start_once.gateway.connection() as connection:
        yield connection


@pytest.fixture(scope="module")
def start_once(upstream, tmp_path_factory):
    from support.gateway import Caller, Gateway

    upstream.on("m-any", any_request)
    config = configs.ladder(upstream)
    config["models"] = [configs.model("any", configs.target("up", "m-any"), context_window=10_000_000)]
    gateway = Gateway(tmp_path_factory.mktemp("pass"), config, configs.ENV)
    yield Caller(gateway, configs.KEY)
    gateway.stop()


def post(line, raw):
    return line.request("POST", "/v1/chat/completions", {"authorization": f"Bearer {configs.KEY}"}, raw)


@given(request=REQUESTS, ascii_only=st.booleans(), indent=st.sampled_from([None, 0, 3]))
def test_requests_reach_the_upstream_as_they_were(line, upstream, request, ascii_only, indent):
    mark = marker()
    request = {**request, "x-mark": mark, "model": "any"}
    raw = json.dumps(request, ensure_ascii=ascii_only, indent=indent).encode()
    answer = post(line, raw)
    assert answer.status == 200, answer.body
    (exchange,) = upstream.seen(mark)
    assert exact(exchange.raw) == exact(json.dumps(expected(request)))


@given(order=st.permutations(["model", "messages", "stream", "prefer", "x-a", "tags", "stream_options", "x-b"]))
def test_the_order_of_members_does_not_matter(line, upstream, order):
    mark = marker()
    values = {
        "model": "any",
        "messages": [{"role": "user", "content": mark}],
        "stream": True,
        "prefer": "cheap",
        "x-a": {"prefer": "kept", "model": "kept", "tags": [1]},
        "tags": {"a": "b"},
        "stream_options": {},
        "x-b": "model",
    }
    request = {name: values[name] for name in order}
    assert post(line, json.dumps(request).encode()).status == 200
    (exchange,) = upstream.seen(mark)
    assert exact(exchange.raw) == exact(json.dumps(expected(request)))


def test_members_that_only_look_like_ours_survive(line, upstream):
    mark = marker()
    nested = {"prefer": "x", "max_tier": 1, "tags": [], "session_id": None, "model": "m", "stream_options": {}}
    request = {
        "model": "any",
        "messages": [{"role": "user", "content": mark, **nested}],
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {"properties": nested}}}],
        "Prefer": "Capital",
        "x-deep": nested,
    }
    assert post(line, json.dumps(request).encode()).status == 200
    (exchange,) = upstream.seen(mark)
    assert exact(exchange.raw) == exact(json.dumps(expected(request)))


def test_escaped_names_are_read_as_what_they_say(line, upstream):
    """`"m\\u006fdel"` is the member `model`."""
    mark = marker()
    raw = b'{"m\\u006fdel": "\\u0061ny", "messages": [{"role": "user", "content": "%s"}], "pref\\u0065r": "cheap"}'
    answer = post(line, raw % mark.encode())
    assert answer.status == 200, answer.body
    (exchange,) = upstream.seen(mark)
    assert exchange.json["model"] == "m-any" and set(exchange.json) == {"model", "messages"}


@pytest.mark.parametrize("name", ["model", "messages", "stream", "prefer", "max_tier", "tools", "max_tokens"])
def test_a_duplicate_of_a_member_that_we_read_is_refused(line, upstream, name):
    """Two readers of the same bytes must not see two different requests."""
    mark = marker()
    values = {"model": '"any"', "stream": "false", "prefer": '"cheap"', "max_tier": '"flagship"', "tools": "[]", "max_tokens": "9"}
    messages = '[{"role":"user","content":"%s"}]' % mark
    values["messages"] = messages
    members = [f'"{n}": {values[n]}' for n in ("model", "messages", name)] + ([] if name in ("model", "messages") else [f'"{name}": {values[name]}'])
    answer = post(line, ("{" + ", ".join(members) + "}").encode())
    assert answer.status == 400, answer.body
    assert name in answer.error["message"] and answer.error["param"] == name
    assert not upstream.seen(mark)


def test_a_lone_surrogate_is_no_server_error(line):
    raw = b'{"model":"any","messages":[{"role":"user","content":"\\ud800"}],"x":"\\udfff"}'
    assert post(line, raw).status in (200, 400)


def test_only_what_the_provider_needs_is_sent_as_headers(caller, upstream):
    mark = marker()
    headers = {
        "cookie": "session=secret",
        "x-api-key": "sk-other",
        "x-forwarded-for": "10.1.2.3",
        "connection": "keep-alive, x-hop",
        "x-hop": "1",
        "te": "trailers",
        "accept-encoding": "gzip, deflate, br, zstd",
        "openai-organization": "org-client",
        "x-tiergate-timeout-ms": "9000",
    }
    caller.chat("m-echo", mark, headers=headers)
    (exchange,) = upstream.seen(mark)
    names = {name for name, _ in exchange.headers}
    assert exchange.header("authorization") == f"Bearer {configs.UP_KEY}"
    assert exchange.header("content-type") == "application/json"
    assert exchange.header("host") == f"127.0.0.1:{upstream.port}"
    assert not names & {"cookie", "x-api-key", "api-key", "x-hop", "te", "openai-organization", "x-tiergate-timeout-ms"}
    assert exchange.header("accept-encoding") in (None, "identity"), "compressed answers cannot be read"
    assert not any(name.startswith(("x-lobstack", "x-model-router")) for name in names)
    assert configs.KEY not in str(exchange.headers)


@pytest.mark.parametrize("name", ["m-echo", "m-strange", "m-reasoning", "m-several", "m-tools", "m-cached"])
def test_buffered_answers_are_byte_for_byte(caller, upstream, name):
    mark = marker()
    answer = caller.chat(name, mark)
    (exchange,) = upstream.seen(mark)
    assert answer.body == exchange.payload


DELTAS = st.fixed_dictionaries(
    {},
    optional={
        "content": st.one_of(st.none(), st.text(max_size=30)),
        "refusal": st.none(),
        "reasoning_content": st.text(max_size=10),
        "x-odd": ANY,
    },
)
FRAMES = st.one_of(
    st.tuples(st.just("delta"), DELTAS),
    st.tuples(st.just("comment"), st.text("ab :", max_size=10)),
)


@given(
    frames=st.lists(FRAMES, max_size=8),
    newline=st.sampled_from([b"\n", b"\r\n", b"\r"]),
    piece=st.one_of(st.none(), st.integers(1, 40)),
    ascii_only=st.booleans(),
    asked=st.booleans(),
)
@settings(max_examples=120)
def test_streams_reach_the_client_byte_for_byte(line, upstream, frames, newline, piece, ascii_only, asked):
    async def script(x):
        x.slice = piece
        await x.start_stream()
        await x.event(answers.chunk("m", {"role": "assistant", "content": "go"}), newline)
        for kind, value in frames:
            if kind == "comment":
                await x.data(b": " + value.encode() + newline * 2)
            else:
                text = json.dumps(answers.chunk("m", value), ensure_ascii=ascii_only)
                await x.event(text.encode(), newline)
        await x.event(answers.chunk("m", {}, "stop"), newline)
        await behaviours.end_well(x, newline=newline)

    upstream.on("m-any", script)
    mark = marker()
    body = {"model": "any", "stream": True, "messages": [{"role": "user", "content": mark}]}
    if asked:
        body["stream_options"] = {"include_usage": True}
    try:
        answer = post(line, json.dumps(body).encode())
    finally:
        upstream.on("m-any", any_request)
    assert answer.status == 200 and answer.complete
    (exchange,) = upstream.seen(mark)
    plain = sse.without_usage_chunk(exchange.payload)
    assert sse.without_usage_chunk(answer.body) == plain
    assert sum(map(sse.is_usage_only, sse.chunks(answer.body))) == asked
    if not asked:
        assert answer.body == plain
