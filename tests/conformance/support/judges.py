"""Does a request that reached a vendor keep to the vendor's own description of its API?"""

import base64
import functools
import inspect
import json
import sys
import typing
import warnings

import anthropic.types
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.loaders
import botocore.model
import botocore.validate
import cohere.v2.raw_client
import mistralai.client.models
import ollama
import google.auth.credentials
import google.auth.jwt
import google.genai
import openai.types.chat.completion_create_params
import pydantic
import typing_extensions
from google.genai import _common, models
from google.genai import types as google_types


def check_request(vendor: str, body: dict) -> None:
    """Fails with what the vendor's own client would not have sent.

    Others are let through: the client of Responses asks more of an assistant's message than its server does, and
    Gemini's has no description that forbids anything.
    """
    if vendor in OWN:
        OWN[vendor](body)
    elif vendor in PARAMS:
        if vendor == "anthropic":
            body = {name: value for name, value in body.items() if name not in EARLIER}
        _params(vendor, body.get("stream") is True).validate_json(json.dumps(body))


# members of version 2023-06-01, which the client of a later one no longer knows
EARLIER = ("temperature", "top_k", "top_p")
PARAMS = {
    "anthropic": (anthropic.types.message_create_params, "MessageCreateParams"),
    "azure": (openai.types.chat.completion_create_params, "CompletionCreateParams"),
    "chat": (openai.types.chat.completion_create_params, "CompletionCreateParams"),
}


@functools.cache
def _params(vendor, streaming):
    """What the vendor's own client takes, and no member besides."""
    module, name = PARAMS[vendor]
    package = module.__name__.split(".")[0] + ".types"
    for each in [value for key, value in sys.modules.items() if key.startswith(package)]:
        for value in vars(each).values():
            if typing_extensions.is_typeddict(value):
                value.__pydantic_config__ = {"extra": "forbid", "arbitrary_types_allowed": True}
    return pydantic.TypeAdapter(getattr(module, name + ("Streaming" if streaming else "NonStreaming")))


def _mistral(body):
    name = "ChatCompletionStreamRequest" if body.get("stream") else "ChatCompletionRequest"
    _model(getattr(mistralai.client.models, name), body)
    ids = [call["id"] for message in body["messages"] for call in message.get("tool_calls") or []]
    assert all(len(id) == 9 and id.isalnum() for id in ids), ids


def _cohere(body):
    streaming = {name: value for name, value in body.items() if name != "stream"}
    _model(_cohere_request(), streaming)


@functools.cache
def _cohere_request():
    """What the client's method takes, as a type."""
    method = cohere.v2.raw_client.RawV2Client.chat
    kinds = typing.get_type_hints(method, include_extras=True)
    parameters = [each for name, each in inspect.signature(method).parameters.items() if name != "self"]
    fields = {
        each.name: (kinds[each.name], ... if each.default is inspect.Parameter.empty else None)
        for each in parameters
        if each.name != "request_options"
    }
    return pydantic.create_model("ChatRequest", **fields)


def _ollama(body):
    _model(ollama._types.ChatRequest, {**body, "messages": [], "tools": None})
    _model(ollama.Options, body.get("options", {}))
    for message in body["messages"]:
        # pictures go out as texts; the names of calls are the server's, which its client does not know yet
        pictures = [{"value": base64.b64decode(each, validate=True)} for each in message.get("images", [])]
        calls = [{name: call[name] for name in call if name != "id"} for call in message.get("tool_calls", [])]
        known = {name: value for name, value in message.items() if name != "tool_call_id"}
        _model(ollama.Message, {**known, "images": pictures, "tool_calls": calls})
    for tool in body.get("tools", []):
        # schemas may say more than the client's helper for making them
        function = {**tool["function"], "parameters": {"type": tool["function"]["parameters"]["type"]}}
        _model(ollama.Tool, {**tool, "function": function})


def _model(kind, body):
    """The body is one of this type, and no member of it is beside the type."""
    unknown = list(_beside(body, kind.model_validate(body)))
    assert not unknown, f"{kind.__name__} does not know {unknown}"


def _beside(given, read, at=""):
    if isinstance(read, pydantic.BaseModel) and isinstance(given, dict):
        assert not type(read).__name__.startswith("Unknown"), f"{at} is of no known kind: {given}"
        fields = {field.alias or name: name for name, field in type(read).model_fields.items()}
        for name, value in given.items():
            if name in fields:
                yield from _beside(value, getattr(read, fields[name]), f"{at}.{name}")
            else:
                yield f"{at}.{name}"
    elif isinstance(given, list) and isinstance(read, (list, tuple)):
        for index, (value, part) in enumerate(zip(given, read)):
            yield from _beside(value, part, f"{at}[{index}]")


def _bedrock(body):
    """AWS's own model of Converse, which knows every member, its type and its bounds."""
    shape = _converse()
    given = _with_bytes({"modelId": "m", **body}, shape)
    unknown = list(_unknown(given, shape))
    report = botocore.validate.ParamValidator().validate(given, shape)
    assert not report.has_errors() and not unknown, f"{report.generate_report()} {unknown}"


@functools.cache
def _converse():
    described = botocore.loaders.Loader().load_service_model("bedrock-runtime", "service-2")
    return botocore.model.ServiceModel(described).operation_model("Converse").input_shape


def _with_bytes(value, shape):
    """The value with its blobs decoded."""
    if shape.type_name == "structure" and isinstance(value, dict) and not shape.is_document_type:
        return {
            name: _with_bytes(part, shape.members[name]) if name in shape.members else part
            for name, part in value.items()
        }
    if shape.type_name == "list":
        return [_with_bytes(part, shape.member) for part in value]
    if shape.type_name == "blob":
        return base64.b64decode(value, validate=True)
    return value


def _unknown(value, shape, at=""):
    if shape.type_name == "structure" and isinstance(value, dict) and not shape.is_document_type:
        for name, part in value.items():
            if name in shape.members:
                yield from _unknown(part, shape.members[name], f"{at}.{name}")
            else:
                yield f"{at}.{name}"
    elif shape.type_name == "list":
        for index, part in enumerate(value):
            yield from _unknown(part, shape.member, f"{at}[{index}]")


BESIDE = ("labels", "serviceTier", "systemInstruction", "toolConfig", "tools")


def _google(vendor, body):
    """Google's own client knows every member and every word, and of them makes the same body."""
    unknown = set(body) - {"contents", "generationConfig", *BESIDE}
    assert not unknown, unknown
    config = {**body.get("generationConfig", {}), **{name: body[name] for name in BESIDE if name in body}}
    asked = google_types._GenerateContentParameters
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a word that an enum does not have is but a warning
        asked = asked(
            model="m",
            contents=[google_types.Content.model_validate_json(json.dumps(content)) for content in body["contents"]],
            config=google_types.GenerateContentConfig.model_validate_json(json.dumps(config)),
        )
        write = models._GenerateContentParameters_to_mldev
        if vendor == "vertex":
            write = models._GenerateContentParameters_to_vertex
        said = write(_google_client(vendor), asked, None, asked)
    said = _common.encode_unserializable_types(_common.convert_to_dict(said))
    said = {name: value for name, value in said.items() if name not in ("_url", "_query") and value != {}}
    given, said = _alike(body), _alike(said)
    assert given == said, f"{given}\n{said}"


@functools.cache
def _google_client(vendor):
    if vendor == "gemini":
        return google.genai.Client(vertexai=False, api_key="k")._api_client
    nobody = google.auth.credentials.AnonymousCredentials()
    return google.genai.Client(vertexai=True, project="p", location="global", credentials=nobody)._api_client


def _alike(value, name=""):
    """The value with its members and its bytes in one of the two spellings that Google takes for each."""
    if isinstance(value, dict):
        return {key.replace("_", "").lower(): _alike(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [_alike(part) for part in value]
    if name in ("data", "thoughtSignature", "thought_signature"):
        return value.replace("-", "+").replace("_", "/")
    return value


def check_assertion(assertion: str, public_key: str, address: str) -> dict:
    """What a service account claims of itself, if Google's own library believes it."""
    claims = google.auth.jwt.decode(assertion, certs=public_key, audience=address, clock_skew_in_seconds=60)
    assert claims["exp"] - claims["iat"] <= 3600
    return claims
OWN = {
    "bedrock": _bedrock,
    "cohere": _cohere,
    "gemini": functools.partial(_google, "gemini"),
    "mistral": _mistral,
    "ollama": _ollama,
    "vertex": functools.partial(_google, "vertex"),
}
"""Judges of vendors whose clients have types of other kinds."""


def signature(sent, keys: dict, region="us-east-1") -> str:
    """The `authorization` that AWS's own client would have put on a request."""
    signed = sent.header("authorization").split("SignedHeaders=")[1].split(",")[0].split(";")
    kept = {name: sent.header(name) for name in signed}
    url = f"http://{sent.header('host')}{sent.target}"
    request = botocore.awsrequest.AWSRequest("POST", url, headers=kept, data=sent.raw)
    request.context["timestamp"] = sent.header("x-amz-date")
    credentials = botocore.credentials.Credentials(keys["access_key_id"], keys["secret_access_key"])
    signer = botocore.auth.SigV4Auth(credentials, "bedrock", region)
    canonical = signer.canonical_request(request)
    to_sign = signer.string_to_sign(request, canonical)
    scope = signer.scope(request)
    made = signer.signature(to_sign, request)
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={';'.join(signed)}, Signature={made}"
