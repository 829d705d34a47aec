//! Answers made of JSON.

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use serde::Serialize;

use crate::body::Body;

/// A value as the body of a 200.
pub(crate) fn json(value: &impl Serialize) -> Response<Body> {
    // plain numbers, strings and lists always serialise
    json_text(serde_json::to_vec(value).unwrap_or_default().into())
}

/// JSON text as the body of a 200.
pub(crate) fn json_text(text: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::full(text));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}
