//! An error as the client sees it.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use tiergate_dialects::anthropic;
use tiergate_dialects::inner::BadRequest;
use tiergate_providers::Error as ProviderError;
use tiergate_router::{Error, Form, Shown};
use tiergate_wire::error::{Body as ErrorBody, Envelope};
use tiergate_wire::json::Invalid;

use crate::body::Body;
use crate::envelope;
use crate::headers::ATTEMPTS;

/// Why a request gets an error instead of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Problem(Box<Details>);

#[derive(Clone, Debug)]
struct Details {
    shown: Shown,
    code: Cow<'static, str>,
    message: String,
    param: Option<String>,
    provider: Option<String>,
    provider_status: Option<u16>,
    retry_after: Option<u64>,
    /// Attempts at providers, where any was made.
    attempts: Option<u8>,
    allow: Option<&'static str>,
    form: Form,
}

const VALIDATION: Shown = Shown {
    status: 400,
    kind: "invalid_request_error",
    code: "invalid_request",
    class: "validation",
    retryable: false,
};

impl Problem {
    fn new(shown: Shown, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            shown,
            code: shown.code.into(),
            message: message.into(),
            param: None,
            provider: None,
            provider_status: None,
            retry_after: None,
            attempts: None,
            allow: None,
            form: Form::Chat,
        }))
    }

    fn with_param(mut self, param: Option<&str>) -> Self {
        self.0.param = param.map(str::to_owned);
        self
    }

    /// Names what of the request is at fault.
    pub(crate) fn about(self, param: &str) -> Self {
        self.with_param(Some(param))
    }

    /// What the router could not do.
    pub(crate) fn of(error: &Error) -> Self {
        let mut problem = Self::new(error.shown(), error.message()).with_param(error.param());
        problem.0.code = error.code().to_owned().into();
        if let Some(source) = error.provider() {
            problem.0.provider = Some(source.provider().to_owned());
            problem.0.provider_status = ProviderError::status(source);
        }
        // a wait that has begun is waited for whole
        let seconds = |wait: Duration| wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        problem.0.retry_after = error.retry_after().map(seconds);
        problem.0.attempts = error.attempts();
        problem
    }

    pub(crate) fn malformed(fault: &Invalid) -> Self {
        let (code, message) = match fault.param() {
            Some(_) => ("invalid_value", fault.to_string()),
            None => (
                "invalid_json",
                format!("the body is not valid JSON: {fault}"),
            ),
        };
        Self::new(Shown { code, ..VALIDATION }, message).with_param(fault.param())
    }

    pub(crate) fn unauthorized(presented: bool) -> Self {
        let message = if presented {
            "the API key is not valid: use a key of this gateway, as 'Authorization: Bearer <key>'"
        } else {
            "no API key was sent: send one as 'Authorization: Bearer <key>'"
        };
        Self::new(
            Shown {
                status: 401,
                code: "invalid_api_key",
                class: "auth",
                ..VALIDATION
            },
            message,
        )
    }

    pub(crate) fn unknown_model(name: &str, nearest: &[&str]) -> Self {
        let nearest = nearest.iter().map(|&each| each.to_owned()).collect();
        Self::of(&Error::UnknownModel {
            name: name.to_owned(),
            nearest,
        })
    }

    pub(crate) fn unknown_receipt(id: &str) -> Self {
        let shown = Shown {
            status: 404,
            code: "receipt_not_found",
            ..VALIDATION
        };
        Self::new(
            shown,
            format!("this key has no receipt '{id}'; receipts in memory make room for newer ones"),
        )
    }

    /// An answer that is asked for again.
    pub(crate) fn unkept(id: &str) -> Self {
        let shown = Shown {
            status: 404,
            code: "response_not_found",
            ..VALIDATION
        };
        let message = format!("Response with id '{id}' not found: this gateway keeps no answers");
        Self::new(shown, message)
    }

    pub(crate) fn unknown_path(path: &str) -> Self {
        let shown = Shown {
            status: 404,
            code: "unknown_url",
            ..VALIDATION
        };
        Self::new(
            shown,
            format!("there is nothing at '{path}'; the API is under /v1"),
        )
    }

    pub(crate) fn wrong_method(methods: &'static str) -> Self {
        let shown = Shown {
            status: 405,
            code: "method_not_allowed",
            ..VALIDATION
        };
        let mut problem = Self::new(shown, format!("this path takes {methods}"));
        problem.0.allow = Some(methods);
        problem
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let shown = Shown {
            status: 413,
            code: "request_too_large",
            ..VALIDATION
        };
        Self::new(shown, format!("the body is larger than {limit} bytes"))
    }

    pub(crate) fn uri_too_long(limit: usize) -> Self {
        Self::new(
            Shown {
                status: 414,
                code: "uri_too_long",
                ..VALIDATION
            },
            format!("the URL is longer than {limit} bytes"),
        )
    }

    pub(crate) fn headers_too_large(limit: usize) -> Self {
        let shown = Shown {
            status: 431,
            code: "headers_too_large",
            ..VALIDATION
        };
        Self::new(shown, format!("the headers are larger than {limit} bytes"))
    }

    pub(crate) fn encoded_body(encoding: &str) -> Self {
        let shown = Shown {
            status: 415,
            code: "unsupported_encoding",
            ..VALIDATION
        };
        Self::new(
            shown,
            format!("content-encoding '{encoding}' is not read: send the body as it is"),
        )
    }

    pub(crate) fn slow_body() -> Self {
        let shown = Shown {
            status: 408,
            code: "request_timeout",
            class: "timeout",
            ..VALIDATION
        };
        Self::new(shown, "the body did not arrive in time")
    }

    pub(crate) fn broken_body() -> Self {
        Self::new(
            Shown {
                code: "incomplete_body",
                ..VALIDATION
            },
            "the body did not arrive whole",
        )
    }

    /// A header or parameter has a value that is not accepted.
    pub(crate) fn value(param: &str, message: impl Into<String>) -> Self {
        let shown = Shown {
            code: "invalid_value",
            ..VALIDATION
        };
        Self::new(shown, message).about(param)
    }

    pub(crate) fn looped() -> Self {
        let shown = Shown {
            status: 508,
            kind: "api_error",
            code: "loop_detected",
            class: "validation",
            retryable: false,
        };
        Self::new(
            shown,
            "the request has come back to this gateway: a provider's base_url points at it",
        )
    }

    pub(crate) fn internal() -> Self {
        let shown = Shown {
            status: 500,
            kind: "api_error",
            code: "internal_error",
            class: "internal",
            retryable: true,
        };
        Self::new(shown, "an internal error occurred")
    }

    pub(crate) fn status(&self) -> u16 {
        self.0.shown.status
    }

    pub(crate) fn code(&self) -> &'static str {
        self.0.shown.code
    }

    /// The inside of the envelope, as JSON text.
    pub(crate) fn error_json(&self) -> String {
        serde_json::to_string(&self.body(None)).unwrap_or_default()
    }

    /// A request that is no JSON object, or has a member that cannot be read or served.
    pub(crate) fn unread(fault: &BadRequest) -> Self {
        let code = match fault.param {
            Some(_) => "invalid_value",
            None => "invalid_json",
        };
        let shown = Shown { code, ..VALIDATION };
        Self::new(shown, fault.message.clone()).with_param(fault.param.as_deref())
    }

    /// The same problem in the dialect of a client.
    pub(crate) fn told_in(mut self, form: Form) -> Self {
        self.0.form = form;
        self.0.shown = self.0.shown.at(form);
        self
    }

    fn told(&self, request_id: &str) -> Bytes {
        if self.0.form == Form::Messages {
            let kind = anthropic::error_kind(self.0.shown.status);
            return envelope::messages(&self.body(None), kind, request_id);
        }
        let error = self.body(Some(request_id));
        Envelope { error }.to_bytes()
    }

    pub(crate) fn into_response(self, request_id: &str) -> Response<Body> {
        let mut response = Response::new(Body::full(self.told(request_id)));
        *response.status_mut() =
            StatusCode::from_u16(self.0.shown.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        if let Some(seconds) = self.0.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(attempts) = self.0.attempts {
            headers.insert(ATTEMPTS, u16::from(attempts).into());
        }
        if let Some(methods) = self.0.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(methods));
        }
        // clients retry 408, 409, 429 and 5xx by themselves unless they are told
        if !self.0.shown.retryable
            && (self.0.shown.status >= 500 || matches!(self.0.shown.status, 402 | 408 | 409 | 429))
        {
            headers.insert("x-should-retry", HeaderValue::from_static("false"));
        }
        // the rest of a body that was not read would be taken for the next request
        if matches!(self.0.shown.status, 408 | 413) && self.0.provider.is_none() {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    fn body<'a>(&'a self, request_id: Option<&'a str>) -> ErrorBody<'a> {
        ErrorBody {
            message: &self.0.message,
            kind: self.0.shown.kind,
            param: self.0.param.as_deref(),
            code: Some(&self.0.code),
            class: Some(self.0.shown.class),
            retryable: Some(self.0.shown.retryable),
            provider: self.0.provider.as_deref(),
            provider_status: self.0.provider_status,
            partial: None,
            request_id,
        }
    }
}
