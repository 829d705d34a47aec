"""Does a request that reached a vendor keep to the vendor's own description of its API?"""

import base64
import functools
import json
import sys
import warnings

import anthropic.types
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.loaders
import botocore.model
import botocore.validate
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

    Others are let through: the client of Responses asks more of an assistant's message than its server does, and the
    rest have no description that forbids anything.
    """
    if vendor == "bedrock":
        _bedrock(body)
    elif vendor in ("gemini", "vertex"):
        _google(vendor, body)
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
