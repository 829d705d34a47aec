"""A real model behind the gateway: llama.cpp's own server with SmolLM2 on this machine."""

import json
import time

import openai
import pytest
import yaml

from support import configs, http1
from support.gateway import ROOT, Caller, Gateway
from support.real_model import RealModel
from support.receipt import Receipt

QUESTION = [{"role": "user", "content": "What is the capital of France? Answer with one word."}]
STORY = [{"role": "user", "content": "Tell me a very long story about a dragon."}]


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    model = RealModel(tmp_path_factory.mktemp("real") / "llama.txt")
    yield model
    model.stop()


@pytest.fixture(scope="module")
def real_caller(real, tmp_path_factory):
    """The shipped example, with this run's port in place of the printed one."""
    text = (ROOT / "examples/real-model.yaml").read_text()
    assert "http://127.0.0.1:8090/v1" in text
    config = yaml.safe_load(text.replace("http://127.0.0.1:8090", real.url))
    config.pop("listen", None)
    config["keys"] = [{"name": "main", "secret": "${MAIN_KEY}"}]
    gateway = Gateway(tmp_path_factory.mktemp("real-gateway"), config, configs.ENV)
    yield Caller(gateway, configs.KEY)
    gateway.stop()


@pytest.fixture
def client(real_caller):
    with openai.OpenAI(
        base_url=real_caller.gateway.url + "/v1", api_key=configs.KEY, max_retries=0, timeout=120
    ) as made:
        yield made


@pytest.mark.parametrize("name", ["smollm2", "auto"])
def test_chat(client, name):
    raw = client.chat.completions.with_raw_response.create(model=name, messages=QUESTION, temperature=0, max_tokens=20)
    answer = raw.parse()
    assert "Paris" in answer.choices[0].message.content
    assert answer.usage.completion_tokens > 0
    assert raw.headers["x-lobstack-model"] == "smollm2"
    assert raw.headers["x-lobstack-cost-usd"]


def test_stream_with_usage(client, real_caller):
    stream = client.chat.completions.create(
        model="smollm2", messages=QUESTION, temperature=0, max_tokens=20, stream=True, stream_options={"include_usage": True}
    )
    *words, last = list(stream)
    assert "Paris" in "".join(c.choices[0].delta.content or "" for c in words)
    assert last.choices == [] and last.usage.completion_tokens >= 1
    kept = Receipt(real_caller.receipt(stream.response.headers["x-request-id"]))
    assert kept.tokens["output"] == last.usage.completion_tokens
    assert kept.outcome == "complete"


def test_stream_without_asking_for_usage(client):
    stream = client.chat.completions.create(model="smollm2", messages=QUESTION, max_tokens=10, stream=True)
    assert all(c.choices and c.usage is None for c in stream)


def test_json_schema(client):
    """The grammar is enforced by llama.cpp, so the schema must have reached it whole."""
    shape = {
        "type": "object",
        "properties": {"city": {"type": "string", "enum": ["Lyon", "Paris"]}, "year": {"type": "integer", "minimum": 10, "maximum": 99}},
        "required": ["city", "year"],
        "additionalProperties": False,
    }
    answer = client.chat.completions.create(
        model="smollm2",
        messages=QUESTION,
        max_tokens=100,
        response_format={"type": "json_schema", "json_schema": {"name": "city", "strict": True, "schema": shape}},
    )
    value = json.loads(answer.choices[0].message.content)
    assert value["city"] in ("Lyon", "Paris") and isinstance(value["year"], int)


def test_cancelling_frees_the_slot(real, real_caller):
    body = {"model": "smollm2", "stream": True, "messages": STORY, "max_tokens": 1000, "ignore_eos": True}
    with real_caller.gateway.connection(timeout=60) as line:
        line.send(http1.encode("POST", "/v1/chat/completions", {"authorization": f"Bearer {configs.KEY}"}, body))
        answer = line.head()
        for _, _ in zip(range(5), line.body(answer)):
            pass
        assert real.busy_slots() == 1
    left = time.monotonic()
    while real.busy_slots():
        assert time.monotonic() - left < 3, "the slot is still busy"
        time.sleep(0.02)
    assert Receipt(real_caller.receipt(answer.header("x-request-id"))).outcome == "cancelled"


def test_two_at_once(client):
    import concurrent.futures

    def one(_):
        stream = client.chat.completions.create(model="smollm2", messages=QUESTION, max_tokens=10, stream=True)
        return sum(1 for _ in stream)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert all(count >= 2 for count in pool.map(one, range(2)))


def test_its_own_error_is_passed_on(client):
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(
            model="smollm2",
            messages=QUESTION,
            max_tokens=5,
            response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "no such type"}}},
        )


def test_too_long_for_its_window(client):
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model="smollm2", messages=[{"role": "user", "content": "word " * 5000}])
    assert caught.value.code == "context_length_exceeded"
