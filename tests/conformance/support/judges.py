"""Does a request that reached a vendor keep to the vendor's own description of its API?"""

import base64
import functools
import json

import anthropic.types
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.loaders
import botocore.model
import botocore.validate
import pydantic


def check_request(vendor: str, body: dict) -> None:
    """Fails with what the vendor's own client would not have sent. Vendors without a description are let through."""
    judge = {"anthropic": _anthropic, "bedrock": _bedrock}.get(vendor)
    if judge:
        judge(body)


def _anthropic(body):
    """Anthropic's client, with no member that it does not know."""
    streaming = body.get("stream") is True
    _params(streaming).validate_json(json.dumps({**body, "stream": streaming}), strict=False)


@functools.cache
def _params(streaming):
    types = anthropic.types.message_create_params
    kind = types.MessageCreateParamsStreaming if streaming else types.MessageCreateParamsNonStreaming
    return pydantic.TypeAdapter(kind)


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
