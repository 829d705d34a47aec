//! `GET /v1/receipts/{id}`: why a request went where it went, and what it cost.

use bytes::Bytes;
use http::Response;
use tiergate_router::Access;

use crate::app::App;
use crate::body::Body;
use crate::problem::Problem;
use crate::respond::json_text;

pub(crate) async fn receipt(
    app: &App,
    access: &Access,
    id: &str,
) -> Result<Response<Body>, Problem> {
    let found = app.router().receipts().get(id, &access.owner).await;
    let receipt = found.ok_or_else(|| Problem::unknown_receipt(id))?;
    let text = receipt.to_json().map_err(|_fault| Problem::internal())?;
    Ok(json_text(Bytes::from(String::from(Box::<str>::from(text)))))
}
