//! What clients of other dialects ask, as the chat completion that is routed.

use bytes::Bytes;
use http::{HeaderMap, Response};
use tiergate_dialects::inner::{self, BadRequest};
use tiergate_dialects::{EXTENSIONS, Target, anthropic, openai, responses};
use tiergate_router::{Form, Front};
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
    let decoded = match form {
        Form::Chat => {
            let request = Request::parse(body).map_err(|fault| Problem::malformed(&fault))?;
            let front = Front::default();
            return Ok(Asked { request, front });
        }
        Form::Messages => anthropic::decode(&body),
        Form::Responses => {
            refuse_kept(&body)?;
            responses::decode(&body)
        }
    };
    let inner = decoded.map_err(|bad| Problem::bad(&bad))?;
    let (request, unsaid) = routed(inner)?;
    Ok(Asked {
        request,
        front: Front {
            form,
            body: Some(body),
            headers,
            unsaid,
        },
    })
}

/// `POST /v1/messages/count_tokens` and `/v1/responses/input_tokens`: an estimate, without a call to a provider.
pub(crate) fn count(form: Form, body: Bytes) -> Result<Response<Body>, Problem> {
    let request = if form == Form::Messages {
        let inner = anthropic::decode_count(&body).map_err(|bad| Problem::bad(&bad))?;
        routed(inner)?.0
    } else {
        ask(form, body, Vec::new())?.request
    };
    let tokens = Estimate::new().count(&request).likely;
    Ok(json_text(match form {
        Form::Responses => {
            format!(r#"{{"object":"response.input_tokens","input_tokens":{tokens}}}"#).into()
        }
        _ => format!(r#"{{"input_tokens":{tokens}}}"#).into(),
    }))
}

/// The same request as a chat completion, and what of it that leaves out.
fn routed(mut inner: inner::Request<'_>) -> Result<(Request, Option<Box<str>>), Problem> {
    let encode = |inner: &inner::Request<'_>| {
        let target = Target {
            model: &inner.model,
            ..Target::default()
        };
        openai::chat::encode(inner, &target)
    };
    let (translated, unsaid) = match encode(&inner) {
        Ok(translated) => (translated, None),
        Err(unfit) => {
            openai::chat::spare(&mut inner);
            let spared = encode(&inner).map_err(|unfit| {
                Problem::bad(&BadRequest {
                    param: Some(unfit.param.to_owned()),
                    message: unfit.message,
                })
            })?;
            (spared, Some(unfit.message.into()))
        }
    };
    let read = |body| Request::parse(body).map_err(|fault| Problem::malformed(&fault));
    let request = read(translated.body)?;
    let own = inner.rest.iter();
    let own: Vec<_> = own
        .filter(|(name, _)| EXTENSIONS.contains(&&**name))
        .collect();
    if own.is_empty() {
        return Ok((request, unsaid));
    }
    let mut rewrite = request.rewrite();
    for (name, value) in own {
        rewrite.set(name, value.get().to_owned());
    }
    let body = rewrite.finish().to_bytes();
    Ok((read(body)?, unsaid))
}

/// Answers are not kept, so nothing can be built on an earlier one.
fn refuse_kept(body: &[u8]) -> Result<(), Problem> {
    let extras = responses::extras(body).map_err(|bad| Problem::bad(&bad))?;
    let refused = |param: &'static str, message: &str| {
        Err(Problem::bad(&BadRequest {
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
