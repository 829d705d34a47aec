//! `POST /v1/chat/completions`, `/v1/messages`, `/v1/responses`: the main job.

use std::sync::Arc;

use http::{HeaderValue, Response, header};
use tiergate_router::{Access, Answer, Context, Form, Reply};
use tiergate_wire::chat::Request;

use crate::app::{App, Live};
use crate::body::{Body, Sse};
use crate::headers;
use crate::problem::Problem;

/// What of the request's head matters to the answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wishes {
    /// The client can read trailers.
    pub(crate) trailers: bool,
}

pub(crate) async fn chat(
    app: &App,
    live: &Arc<Live>,
    access: &Access,
    context: &Context,
    wishes: Wishes,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let form = context.front.form;
    let answer = app.router().answer(&request, access, context).await;
    let Reply { served, answer } = answer.map_err(|error| Problem::of(&error))?;
    // what is run again afterwards is compared as a chat completion
    let shadow = app.shadow().filter(|_| form == Form::Chat);
    let pick = shadow.and_then(|shadow| shadow.pick(&request, &served, access, context));
    let mut response = match answer {
        Answer::Full(body, bill) => {
            let mut response = roomy(Body::picked(body, pick));
            headers::bill(response.headers_mut(), &live.settings, &bill);
            response.headers_mut().insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            );
            response
        }
        Answer::Stream(answering) => {
            let trailers = wishes.trailers.then(|| Arc::clone(live));
            let sse = Sse::new(
                answering,
                served.provider(),
                request.include_usage(),
                trailers,
                Arc::clone(&context.request_id),
            );
            let mut response = roomy(Body::stream(sse.spoken(form).picked(pick)));
            headers::stream(response.headers_mut(), &live.settings, wishes.trailers);
            response
        }
    };
    headers::served(response.headers_mut(), &live.settings, &served);
    Ok(response)
}

/// A response with room for all the headers that an answer gets, so that their map grows once.
fn roomy(body: Body) -> Response<Body> {
    const HEADERS: usize = 20;
    let mut response = Response::new(body);
    response.headers_mut().reserve(HEADERS);
    response
}
