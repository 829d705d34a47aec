//! `POST /v1/embeddings`: vectors for texts.

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use tiergate_dialects::embeddings::{Answer, Request, write};
use tiergate_router::{Access, Context};

use crate::app::{App, Live};
use crate::body::Body;
use crate::headers;
use crate::problem::Problem;

pub(crate) async fn embed(
    app: &App,
    live: &Live,
    access: &Access,
    context: &Context,
    body: Result<Bytes, Problem>,
) -> Result<Response<Body>, Problem> {
    let read = |body| Request::parse(body).map_err(|fault| Problem::unread(&fault));
    let request = body.and_then(read).inspect_err(|problem| {
        let (status, code) = (problem.status(), problem.code());
        app.router().refuse(access, context, status, code);
    })?;
    let made = app.router().embed(&request, access, context).await;
    let made = made.map_err(|error| Problem::of(&error))?;
    let answer = Answer {
        model: made.by.model.as_ref().to_owned(),
        vectors: made.vectors,
        prompt_tokens: Some(made.tokens),
    };
    let body = write(&answer, request.encoding, &answer.model);
    let mut response = Response::new(Body::full(body));
    let given = response.headers_mut();
    given.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers::embedded(given, &live.settings, &made.by);
    headers::bill(given, &live.settings, &made.bill);
    Ok(response)
}
