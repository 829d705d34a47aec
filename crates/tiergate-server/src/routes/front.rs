//! What clients of other dialects ask, as the chat completion that is routed.

use bytes::Bytes;
use http::{HeaderMap, Response};
use tiergate_dialects::inner::{self, BadRequest};
use tiergate_dialects::{Target, anthropic, openai, responses, twice};
use tiergate_router::{Edit, Form, Front, Unsaid};
use tiergate_scorer::{Estimate, TokenCounter};
use tiergate_wire::chat::Request;

use crate::body::Body;
use crate::problem::Problem;
use crate::respond::json_text;

/// A request that can be routed, and the client's own words.
pub(crate) struct Asked {
    pub(crate) request: Request,
    pub(crate) front: Front,
}

/// Headers that an upstream of the client's own dialect must see.
const NATIVE: [&str; 2] = ["anthropic-version", "anthropic-beta"];

impl Asked {
    /// What of a head an upstream of the client's own dialect must see.
    pub(crate) fn headers(form: Form, headers: &HeaderMap) -> Vec<(Box<str>, Box<str>)> {
        if form != Form::Messages {
            return Vec::new();
        }
        let given = |name: &&str| {
            let values = headers.get_all(*name).iter();
            let values: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
            (!values.is_empty()).then(|| (Box::from(*name), values.join(",").into()))
        };
        NATIVE.iter().filter_map(given).collect()
    }
}

/// Reads a request in the dialect of the client.
///
/// # Errors
/// 400 for what is no request in it, or asks for what this gateway does not keep.
pub(crate) fn ask(
    form: Form,
    body: Bytes,
    headers: Vec<(Box<str>, Box<str>)>,
) -> Result<Asked, Problem> {
    let inner = match form {
        Form::Chat => {
            let request = Request::parse(body).map_err(|fault| Problem::malformed(&fault))?;
            let front = Front::default();
            return Ok(Asked { request, front });
        }
        Form::Messages => read(&body, anthropic::decode)?,
        Form::Responses => {
            refuse_kept(&body)?;
            own(read(&body, responses::decode)?)
        }
    };
    let routed = routed(inner)?;
    Ok(Asked {
        request: routed.request,
        front: Front {
            form,
            body: Some(body),
            headers,
            unsaid: routed.unsaid,
            edits: routed.edits,
        },
    })
}

/// `POST /v1/messages/count_tokens` and `/v1/responses/input_tokens`: an estimate, without a call to a provider.
pub(crate) fn count(form: Form, body: &[u8]) -> Result<Response<Body>, Problem> {
    let request = if form == Form::Messages {
        routed(read(body, anthropic::decode_count)?)?.request
    } else {
        refuse_kept(body)?;
        routed(read(body, responses::decode_count)?)?.request
    };
    let tokens = Estimate::new().count(&request).likely;
    Ok(json_text(match form {
        Form::Responses => {
            format!(r#"{{"object":"response.input_tokens","input_tokens":{tokens}}}"#).into()
        }
        _ => format!(r#"{{"input_tokens":{tokens}}}"#).into(),
    }))
}

/// A request as a chat completion, and what of it that leaves out.
struct Routed {
    request: Request,
    unsaid: Option<Unsaid>,
    edits: Vec<Edit>,
}

fn routed(mut inner: inner::Request<'_>) -> Result<Routed, Problem> {
    let encode = |inner: &inner::Request<'_>| {
        let target = Target {
            model: &inner.model,
            ..Target::default()
        };
        openai::chat::encode(inner, &target)
    };
    let without = |inner: &mut inner::Request<'_>| {
        // hosts refuse a choice among tools where there are none
        if inner.tools.is_empty() {
            (inner.tool_choice, inner.parallel_tools) = (None, None);
        }
    };
    without(&mut inner);
    let (translated, unsaid) = match encode(&inner) {
        Ok(translated) => (translated, None),
        Err(unfit) => {
            openai::chat::spare(&mut inner);
            without(&mut inner);
            let spared = encode(&inner).map_err(|unfit| {
                Problem::unread(&BadRequest {
                    param: Some(unfit.param.to_owned()),
                    message: unfit.message,
                })
            })?;
            let unsaid = Unsaid {
                param: unfit.param,
                message: unfit.message.into(),
            };
            (spared, Some(unsaid))
        }
    };
    let request = Request::parse(translated.body);
    let request = request.map_err(|fault| Problem::malformed(&fault))?;
    Ok(Routed {
        request,
        unsaid,
        edits: translated.edits.into_vec(),
    })
}

/// What a client's own dialect gives, once no member stands twice in the body.
fn read<'a>(
    body: &'a [u8],
    decode: impl FnOnce(&'a [u8]) -> Result<inner::Request<'a>, BadRequest>,
) -> Result<inner::Request<'a>, Problem> {
    let inner = decode(body).map_err(|bad| Problem::unread(&bad))?;
    match twice(body) {
        None => Ok(inner),
        Some(name) => Err(Problem::unread(&BadRequest {
            message: format!("'{name}' stands twice in the body"),
            param: Some(name),
        })),
    }
}

/// Without what concerns the server only: labels, and how many probabilities there are of each token, should they be
/// asked for.
fn own(mut inner: inner::Request<'_>) -> inner::Request<'_> {
    let members = ["metadata", "top_logprobs"];
    inner
        .rest
        .retain(|(name, _)| !members.contains(&name.as_ref()));
    inner
}

/// Answers are not kept, so nothing can be built on an earlier one.
fn refuse_kept(body: &[u8]) -> Result<(), Problem> {
    let extras = responses::extras(body).map_err(|bad| Problem::unread(&bad))?;
    let refused = |param: &'static str, message: &str| {
        Err(Problem::unread(&BadRequest {
            param: Some(param.to_owned()),
            message: message.to_owned(),
        }))
    };
    if extras.previous_response_id.is_some() {
        let message = "'previous_response_id' cannot be used: this gateway keeps no answers, so send the whole \
            conversation in 'input'";
        return refused("previous_response_id", message);
    }
    if extras.conversation {
        let message = "'conversation' cannot be used: this gateway keeps no conversations, so send the whole one in \
            'input'";
        return refused("conversation", message);
    }
    if extras.background {
        return refused(
            "background",
            "'background' cannot be used: this gateway keeps no answers",
        );
    }
    Ok(())
}
