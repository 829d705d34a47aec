"""Vendors as somebody else imitates them: aimock, started from tests/node."""

import json
import subprocess

import anthropic
import openai
import pytest

from support import configs
from support.node import FOLDER, environment

BASES = {
    "anthropic": ("anthropic", ""),
    "bedrock": ("bedrock", ""),
    "cohere": ("cohere", ""),
    "gemini": ("gemini", ""),
    "mistral": ("mistral", ""),
    "ollama": ("ollama", ""),
    "ollama-compatible": ("ollama", "/v1"),
    "openai": ("openai", "/v1"),
    "responses": ("openai-responses", "/v1"),
}
HELLO = "Hello, wörld, from a mock that is not ours."
ROWS = [("lookup", {"id": "7"}), ("lookup", {"id": "東京"})]
PARAMETERS = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
TOOL = {"type": "function", "function": {"name": "lookup", "parameters": PARAMETERS}}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    from support.gateway import Gateway

    command = ["node", "aimock.mjs"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=FOLDER, env=environment(), **pipes) as mock:
        url = mock.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:"), "aimock did not start"
        providers = {
            f"mock-{name}": {"dialect": dialect, "base_url": url + path, "credentials": [{"api_key": "k"}]}
            for name, (dialect, path) in BASES.items()
        }
        providers["mock-bedrock"]["region"] = "us-east-1"
        models = [configs.model(name, configs.target(f"mock-{name}", f"{name}-model")) for name in BASES]
        config = {"store": {"url": "memory:"}, "providers": providers, "models": models, "keys": configs.keys()}
        started = Gateway(tmp_path_factory.mktemp("aimock"), config, configs.ENV)
        yield started
        started.stop()
        mock.stdin.close()


@pytest.fixture(scope="module")
def chat(gateway):
    with openai.OpenAI(base_url=f"{gateway.url}/v1", api_key=configs.KEY, max_retries=0, timeout=15) as made:
        yield made


@pytest.fixture(scope="module")
def messages(gateway):
    with anthropic.Anthropic(base_url=gateway.url, api_key=configs.KEY, max_retries=0, timeout=15) as made:
        yield made.messages


def ask(text):
    return [{"role": "user", "content": text}]


@pytest.mark.parametrize("name", BASES)
def test_chat(chat, name):
    answer = chat.chat.completions.create(model=name, messages=ask("hello"))
    assert answer.choices[0].message.content == HELLO
    assert answer.choices[0].finish_reason == "stop"


@pytest.mark.parametrize("name", BASES)
def test_chat_streamed(chat, name):
    with chat.chat.completions.stream(model=name, messages=ask("hello")) as stream:
        choice = stream.get_final_completion().choices[0]
    assert (choice.message.content, choice.finish_reason) == (HELLO, "stop")


@pytest.mark.parametrize("name", BASES)
@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "streamed"])
def test_tools(chat, name, streaming):
    request = {"model": name, "messages": ask("two rows"), "tools": [TOOL]}
    if streaming:
        with chat.chat.completions.stream(**request) as stream:
            choice = stream.get_final_completion().choices[0]
    else:
        choice = chat.chat.completions.create(**request).choices[0]
    assert choice.finish_reason == "tool_calls"
    calls = choice.message.tool_calls
    assert [(call.function.name, json.loads(call.function.arguments)) for call in calls] == ROWS
    assert len({call.id for call in calls}) == 2


@pytest.mark.parametrize("name", BASES)
@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "streamed"])
def test_messages(messages, name, streaming):
    request = {"model": name, "messages": ask("two rows"), "max_tokens": 300}
    request["tools"] = [{"name": "lookup", "input_schema": PARAMETERS}]
    if streaming:
        with messages.stream(**request) as stream:
            message = stream.get_final_message()
    else:
        message = messages.create(**request)
    assert message.stop_reason == "tool_use"
    assert [(block.name, block.input) for block in message.content if block.type == "tool_use"] == ROWS


@pytest.mark.parametrize("name", BASES)
@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "streamed"])
def test_responses(chat, name, streaming):
    if streaming:
        with chat.responses.stream(model=name, input="hello") as stream:
            response = stream.get_final_response()
    else:
        response = chat.responses.create(model=name, input="hello")
    assert (response.output_text, response.status) == (HELLO, "completed")


@pytest.mark.parametrize("name", BASES)
def test_a_rate_limit(chat, name):
    with pytest.raises(openai.RateLimitError):
        chat.chat.completions.create(model=name, messages=ask("too often"))
