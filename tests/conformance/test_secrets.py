"""Twelve planted secrets, everything logged at TRACE: none may come out anywhere."""

import base64
import urllib.parse

import pytest

from support import answers, behaviours, configs, schema
from support.gateway import Caller, Gateway, marker

PLANTED = {
    "UP_KEY": "sk-up-canary-1-a8d3f7",
    "ALT_KEY": "sk-alt-canary-2-b9e4c8",
    "KEY_401": "sk-401-canary-3-c0f5d9",
    "KEY_BACKUP": "sk-backup-canary-4-d1a6ea",
    "MAIN_KEY": "tg_live_ca9a5501" + "0a1b2c3d" * 6,
    "OTHER_KEY": "tg_live_ca9a5502" + "4e5f6a7b" * 6,
    "LIMITED_KEY": "tg_live_ca9a5503" + "8c9d0e1f" * 6,
    "TIERGATE_KEY": "tg_live_ca9a5504" + "13579bdf" * 6,
    "PLAIN_IN_ENV": "env-canary-9-never-named-in-config",
}
IN_FILE = "sk-infile-canary-10-e2b7fb"
WRONG_KEY = "tg_live_ca9a5511" + "2468ace0" * 6
CLIENT_HEADER = "client-canary-12-f3c8ac"
SECRETS = [*PLANTED.values(), IN_FILE, WRONG_KEY, CLIENT_HEADER]
assert len(SECRETS) == 12


@pytest.fixture(scope="module")
def house(upstream, tmp_path_factory):
    """A gateway that has lived through everything, and every byte that it has said."""
    config = configs.main(upstream)
    config["providers"]["p-m-401"] = configs.provider(upstream, "p-m-401", "${KEY_401}")
    config["providers"]["in-file"] = configs.provider(upstream, "in-file", IN_FILE)
    config["providers"]["up"]["credentials"].append({"api_key": "${KEY_BACKUP}"})
    config["models"].append(configs.model("in-file", configs.target("in-file", "m-401")))
    gateway = Gateway(tmp_path_factory.mktemp("secrets"), config, PLANTED)
    said = list(everything(Caller(gateway, PLANTED["MAIN_KEY"]), upstream))
    code = gateway.stop()
    assert code == 0
    return gateway, said


def everything(caller, upstream):
    """One of each kind of request; yields all that came back."""

    async def echo_headers(x):
        """An upstream that repeats the request head, key included, as a 500 and as content."""
        shown = " ".join(f"{k}={v}" for k, v in x.headers)
        await x.json_answer(500, answers.error(f"debug: {shown}", "server_error"), {"x-echo": shown, "www-authenticate": shown})

    upstream.on("scripted", echo_headers)
    extra = {"x-client": CLIENT_HEADER, "cookie": f"session={CLIENT_HEADER}", "x-tiergate-debug": "1"}
    names = [*behaviours.GOOD, *behaviours.FAILOVER, *behaviours.STOP, *behaviours.BROKEN_STREAM]
    for name in [n for n in names if n not in ("m-endless", "m-structured")]:
        for streaming in (False, True):
            if name == "m-logprobs" and streaming or name == "m-slow" and not streaming:
                continue
            yield caller.chat(name, headers=extra, stream=streaming)
            if name in behaviours.FAILOVER:
                yield caller.chat(f"fo-{name}", headers=extra, stream=streaming)
    for name in ("scripted", "in-file", "up/scripted", "m-none-such", "auto"):
        yield caller.chat(name, headers=extra)
        yield caller.chat(name, path="/v1/route")
    yield caller.post("/v1/chat/completions", b'{"broken')
    yield caller.post("/v1/chat/completions", b'{"model":"auto","messages":[],"model":"auto"}')
    for path in ("/v1/models", "/v1/tiers", "/v1/models/m-echo", "/readyz", "/nowhere", "/metrics", "/debug", "/config", "/admin"):
        yield caller.get(path)
    for key in (WRONG_KEY, PLANTED["MAIN_KEY"][:-1], ""):
        yield caller.gateway.call("GET", "/v1/models", key)
        yield caller.gateway.call("GET", f"/v1/models?api_key={PLANTED['MAIN_KEY']}", key)
    for answer in (caller.chat("m-echo"), caller.chat("m-401"), caller.chat("scripted"), caller.stream("m-cut")):
        yield answer
        yield caller.get(f"/v1/receipts/{answer.header('x-request-id')}")
    for name in ("limited", "other"):
        key = PLANTED[f"{name.upper()}_KEY"]
        yield Caller(caller.gateway, key).chat("m-tools")


def shapes(secret):
    """The secret as it would look after the usual ways of writing it."""
    yield secret
    yield secret.split("_", 2)[-1][8:] if secret.startswith("tg_live_") else secret[-12:]
    yield base64.b64encode(secret.encode()).decode().rstrip("=")
    yield urllib.parse.quote(secret, safe="")
    yield secret.encode().hex()
    yield ", ".join(str(byte) for byte in secret.encode()[:12])



@pytest.mark.parametrize("at", range(len(SECRETS)))
def test_no_response_holds_it(house, at):
    for answer in house[1]:
        text = answer.body.decode(errors="replace") + str(answer.headers) + str(answer.trailers)
        for shape in shapes(SECRETS[at]):
            assert shape not in text, f"{answer.status} {text[:600]}"


@pytest.mark.parametrize("at", range(len(SECRETS)))
def test_no_log_holds_it(house, at):
    gateway, _ = house
    text = gateway.log + (gateway.folder / "stdout.txt").read_text(errors="replace")
    assert len(text) > 2000, "TRACE says something, or this test proves nothing"
    for shape in shapes(SECRETS[at]):
        assert shape not in text


@pytest.mark.parametrize("at", range(len(SECRETS)))
def test_no_file_holds_it(house, at):
    gateway, _ = house
    for path in gateway.folder.rglob("*"):
        if path.is_file() and path != gateway.config_path:
            assert SECRETS[at].encode() not in path.read_bytes(), path


def test_the_secrets_were_really_used(house, upstream):
    sent = {x.header("authorization") for x in upstream.seen("hello")}
    for name in ("UP_KEY", "ALT_KEY", "KEY_401"):
        assert f"Bearer {PLANTED[name]}" in sent
    assert f"Bearer {IN_FILE}" in sent


def test_prompts_and_answers_are_not_logged(caller):
    mark = marker()
    caller.chat("m-echo", mark)
    caller.stream("m-echo", mark)
    caller.chat("m-500", mark)
    assert mark not in caller.gateway.log


def test_a_provider_401_is_never_the_callers(caller):
    error = schema.check_error(caller.chat("m-401"), 502)
    assert configs.UP_KEY not in error["message"]
    assert error.get("provider_status", 401) == 401


def test_the_caller_cannot_choose_the_host(caller, upstream):
    """No member and no header moves a stored credential to another address."""
    mark = marker()
    evil = "http://127.0.0.1:9/v1"
    body = {"model": "m-echo", "messages": [{"role": "user", "content": mark}]}
    for name in ("base_url", "api_base", "custom_host", "extra_body", "provider", "api_key"):
        body[name] = {"base_url": evil} if name == "extra_body" else evil
    headers = {"x-portkey-custom-host": evil, "x-base-url": evil, "host": "evil.example", "x-forwarded-host": "evil.example", "x-original-url": "/admin"}
    assert caller.post("/v1/chat/completions", body, headers=headers).status == 200
    (exchange,) = upstream.seen(mark)
    assert exchange.header("host") == f"127.0.0.1:{upstream.port}"


def test_a_secret_in_a_url_is_refused_without_showing_it(tmp_path):
    for url in ("http://user:hunter2canary@127.0.0.1:1/v1", "http://127.0.0.1:1/v1?key=hunter2canary"):
        config = f'providers:\n  up: {{dialect: openai, base_url: "{url}"}}\n'
        gateway = Gateway(tmp_path / str(len(url)), config, {}, wait=False)
        assert gateway.process.wait(5) == 78
        assert "hunter2canary" not in gateway.log


def test_a_broken_file_does_not_show_its_secrets(tmp_path):
    """The snippet of a bad line masks what stands behind a secret's name."""
    secret = "sk-hunter3-canary-0123456789"
    for line in (
        f'  up: {{dialect: klingon, base_url: "http://127.0.0.1:1/v1", credentials: [{{api_key: {secret}}}]}}',
        f'  up: {{dialect: openai, base_url: "http://127.0.0.1:1/v1", credentials: [{{api_key: "{secret}", colour: red}}]}}',
        f'  up: {{dialect: openai, credentials: [{{api_key: "{secret}"',
    ):
        folder = tmp_path / str(len(line))
        gateway = Gateway(folder, f"providers:\n{line}\n", {}, wait=False)
        assert gateway.process.wait(5) == 78
        assert secret not in gateway.log, gateway.log
