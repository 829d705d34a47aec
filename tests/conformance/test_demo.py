"""Nothing configured: the gateway starts, says what it does, and answers every model."""

import re

import openai
import pytest

from support import money, schema, sse
from support.configs import TIERS
from support.decision import route
from support.gateway import Caller, Gateway, free_port

SEEDS = ["gpt-5-nano", "gpt-5-mini", "claude-sonnet-4-5", "gpt-4o", "gemini-2.5-pro", "gpt-5"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A clean environment: no HOME, no keys, no file."""
    port = free_port()
    gateway = Gateway(
        tmp_path_factory.mktemp("demo"), None, {"TIERGATE_LISTEN": f"127.0.0.1:{port}"}, port=port
    )
    yield Caller(gateway, None)
    gateway.stop()


def test_it_says_so_loudly(demo):
    log = demo.gateway.log.lower()
    assert "demo" in log and demo.gateway.url.removeprefix("http://") in log
    assert "curl" in log, "a line to copy"


def test_it_writes_no_file(demo):
    left = {path.name for path in demo.gateway.folder.iterdir()} - {"stdout.txt", demo.gateway.log_path.name}
    assert not left


def test_it_answers_without_a_key(demo):
    answer = demo.chat("auto", "What is the capital of France?")
    assert answer.status == 200, answer.body
    schema.check_chat(answer.json)
    assert answer.header("x-model-router-auto-tier") in TIERS
    assert money.parse(answer.header("x-lobstack-cost-usd")) > 0


def test_it_streams(demo):
    answer = demo.stream("auto", stream_options={"include_usage": True})
    assert answer.complete
    chunks = sse.chunks(answer.body)
    for chunk in chunks:
        schema.check_chunk(chunk)
    assert sse.finishes(chunks) == ["stop"] and sse.text(chunks)
    assert sse.is_usage_only(chunks[-1]) and sse.events(answer.body)[-1] == sse.DONE


def test_it_answers_every_chat_model_of_the_catalogue(demo):
    """Some will not answer without what they are for (audio), and say so; none may fail."""
    rows = demo.get("/v1/models").json["data"]
    assert len(rows) >= 300
    served = 0
    with demo.gateway.connection() as line:
        for row in rows:
            if row["id"] == "auto" or row["mode"] != "chat":
                continue
            body = {"model": row["id"], "messages": [{"role": "user", "content": "hi"}], "max_tokens": 5}
            answer = line.request("POST", "/v1/chat/completions", {}, body)
            assert answer.status < 500, f"{row['id']}: {answer.body[:300]!r}"
            served += answer.status == 200
            if answer.status == 200:
                assert answer.header("x-lobstack-model") == row["id"]
                schema.check_chat(answer.json)
            else:
                schema.check_error(answer, answer.status)
    assert served >= 0.6 * len(rows)


@pytest.mark.parametrize("name", SEEDS)
def test_well_known_names_are_served(demo, name):
    answer = demo.chat(name)
    assert answer.status == 200, answer.body
    assert answer.header("x-lobstack-tier") in TIERS


@pytest.mark.parametrize("tier", TIERS)
def test_every_tier_has_a_model(demo, tier):
    answer = demo.chat(tier)
    assert answer.status == 200 and answer.header("x-lobstack-tier") == tier


def test_auto_picks_no_model_of_another_kind(demo):
    for words in ("draw a cat", "embed this text", "transcribe the audio", "hi", "moderate this"):
        chosen = route(demo, "auto", words).chosen
        row = demo.get(f"/v1/models/{chosen}").json
        assert not any(word in chosen for word in ("embed", "image", "whisper", "tts", "audio", "moderation", "guard")), row


def test_the_official_client(demo):
    client = openai.OpenAI(base_url=demo.gateway.url + "/v1", api_key="anything", _strict_response_validation=True)
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
    hi = [{"role": "user", "content": "hi"}]
    assert client.chat.completions.create(model="auto", messages=hi).choices[0].message.content
    assert client.chat.completions.create(model="auto", messages=hi, tools=[tool]).choices
    for chunk in client.chat.completions.create(model="auto", messages=hi, stream=True):
        assert chunk.choices


def test_the_same_request_gets_the_same_answer(demo):
    first, second = (demo.chat("gpt-5-nano", "same").json["choices"] for _ in range(2))
    assert first == second


def test_a_provider_key_in_the_environment_ends_demo_mode(tmp_path):
    port = free_port()
    env = {"TIERGATE_LISTEN": f"127.0.0.1:{port}", "OPENAI_API_KEY": "sk-canary-env-77aa", "TIERGATE_KEY": "tg_live_12345678" + "cd" * 24}
    gateway = Gateway(tmp_path, None, env, port=port)
    assert gateway.call("GET", "/v1/models").status == 401
    listed = gateway.call("GET", "/v1/models", env["TIERGATE_KEY"])
    assert listed.status == 200
    owners = {row["id"] for row in listed.json["data"]}
    assert any(name.startswith("gpt-") for name in owners) and "claude-sonnet-4-5" not in owners
    assert env["OPENAI_API_KEY"] not in gateway.log and env["TIERGATE_KEY"] not in gateway.log
    gateway.stop()


def test_it_makes_vectors(demo):
    body = {"model": "text-embedding-3-small", "input": ["a", "b", "a"], "dimensions": 256}
    answer = demo.post("/v1/embeddings", body)
    assert answer.status == 200, answer.body
    a, b, again = (row["embedding"] for row in answer.json["data"])
    assert len(a) == 256 and a == again != b
    assert abs(sum(value * value for value in a) - 1) < 1e-4
    assert money.parse(answer.header("x-lobstack-cost-usd")) > 0


def scripted(folder, script, config=None):
    port = free_port()
    env = {"TIERGATE_LISTEN": f"127.0.0.1:{port}"}
    if script is not None:
        env["TIERGATE_DEMO_SCRIPT"] = script
    return Caller(Gateway(folder, config, env, port=port), None)


def test_its_providers_misbehave_as_a_script_says(tmp_path):
    demo = scripted(tmp_path, '{"default": "500,ok", "models": {"gpt-5-mini": "cut-at:3"}}')
    answer = demo.chat("auto", "What is the capital of France?")
    assert answer.status == 200, answer.body
    assert answer.header("x-tiergate-attempts") == "2"
    cut = demo.stream("gpt-5-mini")
    assert not cut.complete and sse.finishes(sse.chunks(cut.body)) == []
    told = [line for line in demo.gateway.log.splitlines() if "/_wall/tally" in line]
    assert len(told) == 1, "one wall, and its address is told once"
    demo.gateway.stop()


def test_a_provider_of_a_file_has_a_script_of_its_own(tmp_path):
    model = {"id": "m", "tier": "nano", "price": {"input": "1", "output": "2"}, "context_window": 8000}
    config = {
        "providers": {"down": {"dialect": "demo", "script": "503"}, "up": {"dialect": "demo"}},
        "models": [{**model, "targets": [{"provider": "down", "model": "m"}, {"provider": "up", "model": "m"}]}],
        "keys": [{"name": "k", "secret": "tg_live_12345678" + "cd" * 24}],
    }
    gateway = Gateway(tmp_path, config)
    caller = Caller(gateway, config["keys"][0]["secret"])
    for _ in range(8):
        answer = caller.chat("m")
        assert answer.status == 200, answer.body
    rows = {row["provider"]: row for row in caller.get("/v1/targets").json["data"]}
    assert rows["down"]["target_breaker"]["state"] == "open" and not rows["down"]["ready"], rows
    assert rows["up"]["ready"], rows
    gateway.stop()


def refused(folder, config=None, env=None, args=("check",)):
    gateway = Gateway(folder, config, env, args=args, wait=False)
    return gateway.process.wait(10), gateway.log


@pytest.mark.parametrize(
    "provider, told",
    [
        ({"dialect": "demo", "script": "hiccup"}, '`script` cannot be `hiccup`: no fault "hiccup"'),
        ({"dialect": "demo", "script": "cut_at:3"}, "there is cut-at"),
        ({"dialect": "demo", "script": " "}, "a script says what is done"),
        ({"dialect": "demo", "script": '{"ports": {"9001": "ok"}}'}, "the gateway chooses them"),
        ({"dialect": "openai", "base_url": "http://127.0.0.1:9/v1", "script": "ok"}, "only a provider of the dialect `demo` has a `script`"),
    ],
)
@pytest.mark.parametrize("args", [("check",), ("explain", "hi"), ()], ids=["check", "explain", "serve"])
def test_a_script_that_cannot_be_is_refused_at_its_place(tmp_path, provider, told, args):
    code, log = refused(tmp_path, {"providers": {"p": provider}}, args=args)
    assert code == 78, log
    assert told in log and re.search(r"--> \S+:\d+:\d+", log), log


@pytest.mark.parametrize("script, told", [("hiccup", 'no fault "hiccup"'), ('{"ports": {"9001": "ok"}}', "the gateway chooses them")])
def test_a_script_of_the_environment_that_cannot_be_is_refused(tmp_path, script, told):
    code, log = refused(tmp_path, env={"TIERGATE_DEMO_SCRIPT": script})
    assert code == 78, log
    assert "TIERGATE_DEMO_SCRIPT: " in log and told in log


@pytest.mark.parametrize("args", [("check",), ("explain", "hi")], ids=["check", "explain"])
def test_who_serves_nobody_builds_no_wall(tmp_path, args):
    code, log = refused(tmp_path, env={"TIERGATE_DEMO_SCRIPT": "500,ok"}, args=args)
    assert code == 0, log
    assert "/_wall/" not in log


def test_orders_for_models_that_nobody_asks_for_are_told(tmp_path):
    code, log = refused(tmp_path, env={"TIERGATE_DEMO_SCRIPT": '{"models": {"gtp-5": "500", "gpt-5-mini": "ok"}}'})
    assert code == 0, log
    told = [line for line in log.splitlines() if "no target has a model of that name" in line]
    assert len(told) == 1 and "`gtp-5`" in told[0] and "gpt-5-mini" not in told[0]
