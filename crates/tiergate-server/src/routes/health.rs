//! Whether the process lives and whether it wants work.

use http::{HeaderValue, Response, StatusCode, header};

use crate::app::App;
use crate::body::Body;

/// The process answers.
pub(crate) fn live() -> Response<Body> {
    told(StatusCode::OK, r#"{"status":"ok"}"#)
}

/// The gateway takes requests; 503 once it has been told to stop.
pub(crate) fn ready(app: &App) -> Response<Body> {
    if app.is_draining() {
        return told(StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"draining"}"#);
    }
    told(StatusCode::OK, r#"{"status":"ready"}"#)
}

fn told(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::full(text));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}
