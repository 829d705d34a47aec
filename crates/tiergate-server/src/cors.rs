//! Which pages may call from a browser.

use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};

use crate::body::Body;
use crate::{Settings, headers};

/// How long a browser may remember the answer to its preflight, in seconds.
const PREFLIGHT_SECONDS: u32 = 600;

/// The answer to a preflight, if the request is one. Unknown origins get an answer without permission.
pub(crate) fn preflight<B>(settings: &Settings, request: &Request<B>) -> Option<Response<Body>> {
    if request.method() != Method::OPTIONS {
        return None;
    }
    let mut response = Response::new(Body::full(""));
    *response.status_mut() = StatusCode::NO_CONTENT;
    let answer = response.headers_mut();
    if allow(settings, request.headers().get(header::ORIGIN), answer) {
        answer.insert(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, POST, OPTIONS"),
        );
        let asked = request
            .headers()
            .get(header::ACCESS_CONTROL_REQUEST_HEADERS);
        let headers = asked
            .cloned()
            .unwrap_or_else(|| HeaderValue::from_static("authorization, content-type"));
        answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, headers);
        answer.insert(header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS.into());
    } else {
        answer.insert(
            header::ALLOW,
            HeaderValue::from_static("GET, POST, OPTIONS"),
        );
    }
    Some(response)
}

/// Adds the permission to an answer if the request's origin has it.
pub(crate) fn allow(
    settings: &Settings,
    origin: Option<&HeaderValue>,
    answer: &mut HeaderMap,
) -> bool {
    let Some(origin) = origin else {
        return false;
    };
    let mut allowed = settings.cors_origins.iter();
    let listed = allowed.any(|allowed| allowed.as_bytes() == origin.as_bytes());
    if listed {
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        answer.insert(header::VARY, HeaderValue::from_static("origin"));
        answer.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static(headers::EXPOSED),
        );
    }
    listed
}
