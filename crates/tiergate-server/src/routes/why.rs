//! `POST /v1/route`: what would be routed and why, without a call to a provider.

use bytes::Bytes;
use http::{Response, StatusCode};
use tiergate_metering::Why;
use tiergate_router::{Access, Error};
use tiergate_wire::chat::Request;

use crate::app::App;
use crate::body::Body;
use crate::clock;
use crate::problem::Problem;
use crate::respond::json_text;

/// The decision under `decision`; where nothing is eligible the status is that of the refusal, and the error
/// stands beside the decision.
pub(crate) fn why(app: &App, access: &Access, body: Bytes) -> Result<Response<Body>, Problem> {
    let request = Request::parse(body).map_err(|fault| Problem::malformed(&fault))?;
    let plan = app
        .router()
        .plan(&request, access, clock::now())
        .map_err(|error| Problem::of(&error))?;
    let decision = plan.render();
    let refusal = plan
        .outcome()
        .err()
        .map(|refusal| Problem::of(&Error::Refused(refusal.clone())));
    let Some(refusal) = refusal else {
        return Ok(json_text(
            format!(r#"{{"object":"decision","decision":{decision}}}"#).into(),
        ));
    };
    let error = refusal.error_json();
    let mut response = json_text(
        format!(r#"{{"object":"decision","error":{error},"decision":{decision}}}"#).into(),
    );
    *response.status_mut() =
        StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
    Ok(response)
}
