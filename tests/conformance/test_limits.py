"""Bad input of every kind: a clear refusal, and the gateway stays up."""

import json
import threading
import time

import pytest

from support import configs, http1, schema
from support.gateway import marker

HI = [{"role": "user", "content": "hi"}]
CHAT = {"model": "m-echo", "messages": HI}


def raw(caller, body, headers=None, path="/v1/chat/completions"):
    return caller.post(path, body, headers=headers)


def head(caller, *lines, body=b""):
    first = "POST /v1/chat/completions HTTP/1.1"
    fixed = ["host: x", f"authorization: Bearer {caller.key}"]
    return "\r\n".join([first, *fixed, *lines, "", ""]).encode("latin-1") + body


@pytest.fixture(autouse=True)
def still_up(caller):
    yield
    assert caller.chat("m-echo").status == 200


MALFORMED = {
    "empty": b"",
    "space": b"  \n",
    "open": b"{",
    "word": b"nope",
    "array": b"[]",
    "string": b'"x"',
    "number": b"1",
    "null": b"null",
    "trailing comma": b'{"model":"m-echo","messages":[],}',
    "two values": b'{"model":"m-echo","messages":[]}{}',
    "garbage after": b'{"model":"m-echo","messages":[]} x',
    "single quotes": b"{'model':'m-echo'}",
    "NaN": b'{"model":"m-echo","messages":[],"temperature":NaN}',
    "bare infinity": b'{"model":"m-echo","messages":[],"temperature":Infinity}',
    "comment": b'{"model":"m-echo",/* hi */"messages":[]}',
    "control character": b'{"model":"m-echo","messages":[{"role":"user","content":"a\x00b"}]}',
    "raw newline in a string": b'{"model":"m-echo","messages":[{"role":"user","content":"a\nb"}]}',
    "bad escape": b'{"model":"m-echo","messages":[{"role":"user","content":"\\q"}]}',
    "short escape": b'{"model":"m-echo","messages":[{"role":"user","content":"\\u12"}]}',
    "invalid utf-8": b'{"model":"m-echo","messages":[{"role":"user","content":"\xff\xfe"}]}',
    "overlong utf-8": b'{"model":"m-echo","messages":[{"role":"user","content":"\xc0\xaf"}]}',
    "utf-16": '{"model":"m-echo"}'.encode("utf-16"),
    "leading zero": b'{"model":"m-echo","messages":[],"n":01}',
    "unclosed string": b'{"model":"m-ec',
    "nul bytes": b"\x00\x00\x00",
    "xml": b"<chat/>",
    "bad nested": b'{"model":"m-echo","messages":[{"role":"user","content":"x"}],"tools":[{"a":]}',
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_json(caller, name):
    schema.check_error(raw(caller, MALFORMED[name]), 400, type="invalid_request_error")


WRONG = {
    "no model": ({"messages": HI}, "model"),
    "no messages": ({"model": "m-echo"}, "messages"),
    "messages null": ({"model": "m-echo", "messages": None}, "messages"),
    "messages a string": ({"model": "m-echo", "messages": "hi"}, "messages"),
    "messages an object": ({"model": "m-echo", "messages": {}}, "messages"),
    "messages empty": ({"model": "m-echo", "messages": []}, "messages"),
    "message a string": ({"model": "m-echo", "messages": ["hi"]}, "messages"),
    "stream a string": ({**CHAT, "stream": "yes"}, "stream"),
    "stream a number": ({**CHAT, "stream": 1}, "stream"),
    "stream_options a list": ({**CHAT, "stream": True, "stream_options": []}, "stream_options"),
    "max_tokens negative": ({**CHAT, "max_tokens": -1}, "max_tokens"),
    "max_tokens text": ({**CHAT, "max_tokens": "many"}, "max_tokens"),
    "tools an object": ({**CHAT, "tools": {}}, "tools"),
    "session_id a number": ({**CHAT, "session_id": 5}, "session_id"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_bad_parameter_is_named(caller, upstream, name):
    body, param = WRONG[name]
    mark = marker()
    error = schema.check_error(raw(caller, {**body, "x-mark": mark}), 400, type="invalid_request_error")
    assert param in (error["param"] or ""), error
    assert not upstream.seen(mark)


def nested(depth, open=b"[", close=b"]"):
    return b'{"model":"m-echo","messages":[{"role":"user","content":"x"}],"x":' + open * depth + close * depth + b"}"


def test_depth(caller):
    """64 levels pass, the 65th does not: the object itself is the first."""
    assert raw(caller, nested(63)).status == 200
    for depth in (64, 65, 1000, 100_000, 500_000):
        schema.check_error(raw(caller, nested(depth)), 400)
    schema.check_error(raw(caller, nested(100_000, b'{"a":', b"}")[: 1 << 19]), 400)


def test_unclosed_depth(caller):
    schema.check_error(raw(caller, b'{"model":' + b"[" * 900_000), 400)


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_body_over_the_cap(caller, upstream, chunked):
    mark = marker()
    body = json.dumps({**CHAT, "x": "y" * (1 << 20), "mark": mark}).encode()
    if not chunked:
        schema.check_error(raw(caller, body), 413)
    else:
        with caller.gateway.connection() as line:
            line.send(head(caller, "transfer-encoding: chunked"))
            try:
                for at in range(0, len(body), 65536):
                    piece = body[at : at + 65536]
                    line.send(b"%x\r\n%s\r\n" % (len(piece), piece))
                line.send(b"0\r\n\r\n")
            except ConnectionError:
                pass
            schema.check_error(line.response(), 413)
    assert not upstream.seen(mark)


def test_a_declared_length_over_the_cap_is_refused_at_once(caller):
    with caller.gateway.connection() as line:
        line.send(head(caller, "content-length: 99999999999"))
        started = time.monotonic()
        schema.check_error(line.response(), 413)
        assert time.monotonic() - started < 0.5


def test_a_body_just_under_the_cap(caller):
    body = json.dumps({**CHAT, "x": "y" * ((1 << 20) - 200)}).encode()
    assert len(body) < 1 << 20
    assert raw(caller, body).status == 200


def test_a_chunked_body(caller):
    body = json.dumps(CHAT).encode()
    with caller.gateway.connection() as line:
        line.send(head(caller, "transfer-encoding: chunked", "content-type: application/json"))
        for byte in body:
            line.send(b"1\r\n%c\r\n" % byte)
        line.send(b"0\r\n\r\n")
        assert line.response().status == 200


@pytest.mark.parametrize("kind", [None, "text/plain", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_content_type_is_not_held_against_anyone(caller, kind):
    answer = raw(caller, CHAT, {"content-type": kind})
    assert answer.status == 200, answer.body


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate", "nonsense"])
def test_a_compressed_body_is_refused_clearly(caller, coding):
    import gzip

    answer = raw(caller, gzip.compress(json.dumps(CHAT).encode()), {"content-encoding": coding})
    assert answer.status in (400, 413, 415)
    error = schema.check_error(answer, answer.status)
    assert "encoding" in error["message"].lower()


def test_too_many_headers(caller):
    with caller.gateway.connection() as line:
        line.send(head(caller, *[f"x-h{at}: 1" for at in range(300)], "content-length: 0"))
        assert line.response().status == 431


def test_one_header_too_large(caller):
    with caller.gateway.connection() as line:
        try:
            line.send(head(caller, "x-large: " + "a" * 1_000_000, "content-length: 0"))
        except ConnectionError:
            pass
        assert line.response().status == 431


def test_uri_too_long(caller):
    answer = caller.get("/v1/models/" + "a" * 20_000)
    assert answer.status in (414, 431)


def test_eight_kibibytes_of_uri_are_enough_for_anyone(caller):
    assert caller.get("/v1/models?" + "a" * 4000).status == 200


def test_a_slow_head_is_cut_off(caller):
    """A client that never ends its head is closed after header_timeout_ms, here 1 s."""
    with caller.gateway.connection() as line:
        line.send(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n")
        started = time.monotonic()
        stop = threading.Event()

        def drip():
            while not stop.wait(0.1):
                try:
                    line.send(b"x-drip: 1\r\n")
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        closed = line.closed(4)
        stop.set()
        thread.join()
    assert closed and 0.5 < time.monotonic() - started < 3


def test_a_silent_connection_is_cut_off(caller):
    with caller.gateway.connection() as line:
        assert line.closed(5)


def test_a_slow_body_is_cut_off(start, upstream):
    limits = {"header_timeout_ms": 500, "body_timeout_ms": 500}
    caller = start({**configs.ladder(upstream), "limits": limits})
    with caller.gateway.connection() as line:
        line.send(head(caller, "content-length: 1000", body=b'{"model":'))
        started = time.monotonic()
        answer = line.response()
        assert answer.status in (400, 408)
        assert time.monotonic() - started < 3


def test_many_slow_clients_do_not_hinder_a_good_one(caller):
    lines = [caller.gateway.connection() for _ in range(200)]
    try:
        for line in lines:
            line.send(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n")
        started = time.monotonic()
        assert caller.chat("m-echo").status == 200
        assert time.monotonic() - started < 1
    finally:
        for line in lines:
            line.close()


# -- HTTP/1.1 ------------------------------------------------------------------


def test_expect_continue(caller):
    body = json.dumps(CHAT).encode()
    with caller.gateway.connection() as line:
        line.send(head(caller, "expect: 100-continue", f"content-length: {len(body)}"))
        interim = line._until(b"\r\n\r\n")
        assert interim.startswith(b"HTTP/1.1 100")
        line.send(body)
        assert line.response().status == 200


def test_keep_alive_and_pipelining(caller):
    """Answers come in the order of the requests."""
    with caller.gateway.connection() as line:
        for at in range(5):
            body = json.dumps({"model": "m-echo", "messages": [{"role": "user", "content": f"n{at}"}]}).encode()
            line.send(head(caller, f"content-length: {len(body)}", body=body))
        said = [line.response().json["choices"][0]["message"]["content"] for _ in range(5)]
    assert said == [f"n{at}" for at in range(5)]


def test_keep_alive_survives_errors(caller):
    with caller.gateway.connection() as line:
        for body, status in ((b"{", 400), (json.dumps(CHAT).encode(), 200), (b"[]", 400), (json.dumps(CHAT).encode(), 200)):
            line.send(head(caller, f"content-length: {len(body)}", body=body))
            assert line.response().status == status


def test_half_closed_client_still_gets_its_answer(caller):
    body = json.dumps(CHAT).encode()
    with caller.gateway.connection() as line:
        line.send(head(caller, f"content-length: {len(body)}", body=body))
        line.half_close()
        try:
            assert line.response().status == 200
        except http1.Truncated:
            pass  # taking a half-close for a leave is allowed; a stuck or dead gateway is not


@pytest.mark.parametrize("version, status", [("HTTP/1.0", 200)])
def test_http_1_0(caller, version, status):
    body = json.dumps(CHAT).encode()
    with caller.gateway.connection() as line:
        line.send(head(caller, f"content-length: {len(body)}", body=body).replace(b"HTTP/1.1", version.encode(), 1))
        answer = line.response()
        assert answer.status == status
        assert answer.header("transfer-encoding") is None


SMUGGLING = {
    "length and chunked": ["content-length: 4", "transfer-encoding: chunked"],
    "chunked and length": ["transfer-encoding: chunked", "content-length: 4"],
    "two lengths": ["content-length: 4", "content-length: 5"],
    "length list": ["content-length: 4, 5"],
    "negative length": ["content-length: -1"],
    "plus length": ["content-length: +4"],
    "hex length": ["content-length: 0x4"],
    "space before colon": ["transfer-encoding : chunked"],
    "chunked twice": ["transfer-encoding: chunked, chunked"],
    "not chunked": ["transfer-encoding: identity"],
    "unknown coding last": ["transfer-encoding: chunked, gzip"],
    "folded": ["x-a: b", " c: d", "content-length: 0"],
    "nul in a value": ["x-a: b\x00c", "content-length: 0"],
    "bare name": ["x-a", "content-length: 0"],
}


@pytest.mark.parametrize("name", SMUGGLING)
def test_ambiguous_framing(caller, upstream, name):
    """Refused and closed; a second request hidden in the body is never served."""
    mark = marker()
    hidden = head(caller, "content-length: 0").replace(b"POST", b"GET", 1) + mark.encode()
    with caller.gateway.connection() as line:
        line.send(head(caller, *SMUGGLING[name], body=b"0\r\n\r\n" + hidden))
        try:
            first = line.response()
        except (http1.Truncated, ConnectionError):
            first = None
        assert first is None or first.status >= 400
        if name not in ("folded", "bare name", "nul in a value"):
            assert line.closed(3)
    assert not upstream.seen(mark)


@pytest.mark.parametrize(
    "first",
    [b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET\r\n\r\n", b"\r\n\r\n\r\n\r\n", b"G\x00T / HTTP/1.1\r\nhost: x\r\n\r\n", b"GET http://evil.example/v1/models HTTP/1.1\r\n\r\n", b"CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\n\r\n"],
    ids=["version", "tls", "short", "blank", "nul", "absolute", "connect"],
)
def test_what_is_not_http(caller, first):
    with caller.gateway.connection(timeout=5) as line:
        line.send(first)
        try:
            assert line.response().status >= 400
        except (http1.Truncated, ConnectionError):
            pass


def test_http2_prior_knowledge(caller):
    """A client may speak h2 without asking first: the gateway answers with its SETTINGS."""
    with caller.gateway.connection() as line:
        line.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00")
        frame = line._exactly(9)
    assert frame[3] == 4


def test_routing_to_ourselves(start, upstream):
    """A provider whose address is the gateway's own gives 508, not an endless loop."""
    from support.gateway import free_port

    port = free_port()
    config = configs.ladder(upstream)
    config["providers"]["self"] = {
        "dialect": "openai",
        "base_url": f"http://127.0.0.1:{port}/v1",
        "credentials": [{"api_key": "${MAIN_KEY}"}],
    }
    config["models"].append(configs.model("ouroboros", configs.target("self", "ouroboros")))
    caller = start(config, port=port)
    answer = caller.chat("ouroboros")
    assert answer.status in (502, 508), answer.body
    schema.check_error(answer, answer.status)
