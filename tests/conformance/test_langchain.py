"""LangChain's models and embeddings, with only address and key changed, in front of every vendor."""

import asyncio

import openai
import pytest
import tiktoken
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel, Field

from support import configs, embedders, judges
from support.configs import embedder
from support.gateway import Gateway, marker
from support.vendors import CALLS, TEXT, VENDORS

NAMES = list(VENDORS)
FRONTS = ["chat", "responses", "messages"]
WORDS = "".join(TEXT)


class lookup(BaseModel):
    """Finds a row."""

    id: str = Field(description="The row's number.")


@pytest.fixture(scope="module")
def make(vendor_gateway):
    """A model of LangChain's on a front: OpenAI's two, and Anthropic's."""

    def made(front, model, **options):
        options = {"model": model, "api_key": configs.KEY, "max_retries": 0, "timeout": 15, **options}
        if front == "messages":
            return ChatAnthropic(base_url=vendor_gateway.url, max_tokens=500, **options)
        options |= {"base_url": f"{vendor_gateway.url}/v1", "use_responses_api": front == "responses"}
        return ChatOpenAI(stream_usage=True, **options)

    return made


def ask(mark="hello"):
    return [SystemMessage("Be terse."), HumanMessage(mark)]


def check_usage(message, vendor, front):
    usage, counts = message.usage_metadata, vendor.usage
    assert (usage["input_tokens"], usage["output_tokens"]) == (counts.prompt, counts.completion)
    assert usage["total_tokens"] == counts.prompt + counts.completion
    assert usage.get("input_token_details", {}).get("cache_read", 0) == counts.cached
    if front != "messages":
        assert usage.get("output_token_details", {}).get("reasoning", 0) == counts.reasoning


def summed(chunks):
    total = next(chunks)
    for chunk in chunks:
        total += chunk
    return total


def called(message):
    return [(call["name"], call["args"]) for call in message.tool_calls]


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("name", NAMES)
def test_text(make, vendor_server, name, front):
    mark = marker()
    answer = make(front, f"{name}-text").invoke(ask(mark))
    assert answer.text == WORDS
    check_usage(answer, VENDORS[name], front)
    (sent,) = vendor_server.seen(mark)
    judges.check_request(name, sent.json)


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("name", NAMES)
def test_stream(make, name, front):
    chunks = list(make(front, f"{name}-text").stream(ask()))
    assert [chunk.text for chunk in chunks if chunk.text] == TEXT
    whole = summed(iter(chunks))
    check_usage(whole, VENDORS[name], front)
    assert whole.response_metadata["model_name"]


def test_async_streams_side_by_side(make):
    async def read(front):
        return "".join([chunk.text async for chunk in make(front, "gemini-text").astream(ask())])

    async def read_all():
        return await asyncio.gather(*(read(front) for front in FRONTS * 3))

    assert asyncio.run(read_all()) == [WORDS] * 9


@pytest.mark.parametrize("streaming", [False, True], ids=["buffered", "stream"])
@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("name", NAMES)
def test_tools_and_their_results(make, vendor_server, name, front, streaming):
    mark = marker()
    model = make(front, f"{name}-tools").bind_tools([lookup])
    said = summed(model.stream(ask(mark))) if streaming else model.invoke(ask(mark))
    assert called(said) == CALLS
    assert len({call["id"] for call in said.tool_calls}) == 2
    results = [ToolMessage("blue", tool_call_id=call["id"]) for call in said.tool_calls]
    again = AIMessage(**said.model_dump(exclude={"type", "tool_call_chunks", "chunk_position"})) if streaming else said
    assert called(model.invoke([*ask(mark), again, *results])) == CALLS
    sent = vendor_server.seen(mark)[-1]
    assert sent.raw.decode().count("blue") == 2, "both results reached the vendor"
    judges.check_request(name, sent.json)


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("name", NAMES)
def test_an_object_by_its_schema(make, vendor_server, name, front):
    mark = marker()
    model = make(front, f"{name}-json").with_structured_output(lookup, method="json_schema")
    assert model.invoke(ask(mark)) == lookup(id="7")
    (sent,) = vendor_server.seen(mark)
    assert "The row's number." in sent.raw.decode(), "the schema reached the vendor"
    judges.check_request(name, sent.json)


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("name", [name for name in NAMES if name != "ollama"])
def test_an_object_by_a_call(make, name, front):
    """Ollama cannot be told that it must call."""
    model = make(front, f"{name}-tools").with_structured_output(lookup, method="function_calling")
    assert model.invoke(ask()) == lookup(id="7")


def test_errors_are_those_of_the_clients_beneath(make):
    with pytest.raises(openai.RateLimitError):
        make("chat", "anthropic-e429").invoke(ask())
    with pytest.raises(openai.APIError):
        list(make("chat", "gemini-cut").stream(ask()))


# -- embeddings ------------------------------------------------------------------


@pytest.fixture(scope="module")
def server():
    started = embedders.EmbedderServer()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def embeddings(server, tmp_path_factory):
    names = embedders.VENDORS
    config = {
        "store": {"url": "memory:"},
        "providers": {name: embedders.provider(server, name) for name in names},
        "models": [embedder(f"from-{name}", embedders.target(name)) for name in names],
        "keys": configs.keys(),
    }
    gateway = Gateway(tmp_path_factory.mktemp("langchain"), config, configs.ENV)

    def made(name, **options):
        options = {"api_key": configs.KEY, "max_retries": 0, "timeout": 15, **options}
        return OpenAIEmbeddings(model=f"from-{name}", base_url=f"{gateway.url}/v1", **options)

    yield made
    gateway.stop()


@pytest.mark.parametrize("name", embedders.VENDORS)
def test_texts_as_vectors(embeddings, name):
    made = embeddings(name, check_embedding_ctx_length=False)
    texts = ["one", "héllo", "x" * 300]
    assert made.embed_documents(texts) == [embedders.own(name, text) for text in texts]
    assert made.embed_query("a query") == embedders.own(name, "a query")


@pytest.fixture
def bytewise(monkeypatch):
    """Of OpenAI's vocabulary the tokens that are one byte each, since the whole one is fetched from the network."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    order = shown + [byte for byte in range(256) if byte not in shown]
    ranks = {bytes([byte]): rank for rank, byte in enumerate(order)}
    encoding = tiktoken.Encoding("bytewise", pat_str=r"[\s\S]", mergeable_ranks=ranks, special_tokens={})
    monkeypatch.setattr(tiktoken, "encoding_for_model", lambda _model: encoding)
    monkeypatch.setattr(tiktoken, "get_encoding", lambda _name: encoding)


@pytest.mark.parametrize("name", embedders.VENDORS)
def test_tokens_as_vectors(embeddings, server, bytewise, name):
    """What it sends unless it is told otherwise: tokens, which are texts again where a vendor takes none."""
    mark = marker()
    texts = ["one", f"héllo {mark}"]
    assert embeddings(name).embed_documents(texts) == [embedders.own(name, text) for text in texts]
    assert bool(server.seen(mark)) == (name not in ("openai", "imitator"))
