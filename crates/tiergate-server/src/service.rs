//! One request, from its head to its response.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use hyper::body::Incoming;
use tiergate_catalog::Timestamp;
use tiergate_router::{Access, Context, Form};
use tokio::time::Instant;

use crate::app::{App, Live};
use crate::body::{Body, read};
use crate::problem::Problem;
use crate::routes::{self, Endpoint, Lost, Policy};
use crate::{auth, clock, cors, headers};

/// Answers a request; whatever goes wrong becomes a response.
pub(crate) async fn respond(app: &App, request: Request<Incoming>, peer: IpAddr) -> Response<Body> {
    let live = app.live();
    let now = clock::now();
    let mut dice = fastrand::Rng::new();
    let request_id = clock::request_id(now, dice.u128(..));
    let origin = request.headers().get(header::ORIGIN).cloned();
    let arrival = Arrival {
        app,
        live: &live,
        peer,
        now,
        request_id: &request_id,
        seed: dice.u64(..),
    };
    let mut response = match cors::preflight(&live.settings, &request) {
        Some(response) => response,
        None => arrival
            .dispatch(request)
            .await
            .unwrap_or_else(|problem| problem.into_response(&request_id)),
    };
    let answer = response.headers_mut();
    // made of ASCII letters and digits above
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        answer.insert(headers::REQUEST_ID, id.clone());
        answer.insert(headers::ANTHROPIC_REQUEST_ID, id);
    }
    cors::allow(&live.settings, origin.as_ref(), answer);
    tracing::debug!(%request_id, status = response.status().as_u16(), "answered");
    response
}

/// A request at the door.
struct Arrival<'a> {
    app: &'a App,
    live: &'a Arc<Live>,
    peer: IpAddr,
    now: Timestamp,
    request_id: &'a Arc<str>,
    seed: u64,
}

impl Arrival<'_> {
    async fn dispatch(&self, request: Request<Incoming>) -> Result<Response<Body>, Problem> {
        let spoken = Endpoint::spoken(request.headers());
        let path = request.uri().path();
        let endpoint = Endpoint::read(request.method(), path);
        let form = match &endpoint {
            Ok(endpoint) => endpoint.form(spoken),
            Err(Lost::Path) => spoken,
            Err(Lost::Method(_)) => {
                let meant = Endpoint::read(&Method::POST, path);
                meant.map_or(spoken, |endpoint| endpoint.form(spoken))
            }
        };
        let checked = self.check_size(&request).and_then(|()| {
            endpoint.map_err(|lost| match lost {
                Lost::Path => Problem::unknown_path(path),
                Lost::Method(methods) => Problem::wrong_method(methods),
            })
        });
        let told = |problem: Problem| problem.told_in(form);
        let endpoint = checked.map_err(told)?;
        self.serve(endpoint, form, request).await.map_err(told)
    }

    async fn serve(
        &self,
        endpoint: Endpoint,
        form: Form,
        request: Request<Incoming>,
    ) -> Result<Response<Body>, Problem> {
        let access = match endpoint.policy() {
            Policy::Public => None,
            Policy::Key => Some(auth::identify(
                self.live,
                request.headers(),
                self.peer,
                self.now,
            )?),
        };
        match (endpoint, access) {
            (Endpoint::Live, _) => Ok(routes::live()),
            (Endpoint::Ready, _) => Ok(routes::ready(self.app)),
            (Endpoint::Tiers, _) => Ok(routes::tiers(self.app)),
            (Endpoint::Chat(_), Some(access)) => self.chat(request, &access, form).await,
            (Endpoint::Count(_), Some(_)) => {
                let body = self.body(request, usize::MAX).await?;
                routes::count(form, &body)
            }
            (Endpoint::Embeddings, Some(access)) => {
                let mut context = self.context();
                let body = self.read(request, &mut context).await;
                routes::embed(self.app, self.live, &access, &context, body).await
            }
            (Endpoint::Rate, Some(access)) => {
                let body = self.body(request, routes::FEEDBACK_BYTES).await?;
                routes::rate(self.app, &access, self.now, body).await
            }
            (Endpoint::Examples, Some(access)) => {
                routes::examples(self.app, &access, request.uri().query()).await
            }
            (Endpoint::Route, Some(access)) => {
                let body = self.body(request, usize::MAX).await?;
                routes::why(self.app, &access, body)
            }
            (Endpoint::Kept(id), Some(_)) => Err(Problem::unkept(&id)),
            (Endpoint::Models, Some(access)) => {
                routes::list(self.app, &access, form, request.uri().query())
            }
            (Endpoint::Model(id), Some(access)) => routes::retrieve(self.app, &access, form, &id),
            (Endpoint::Metrics, Some(access)) => {
                routes::metrics(self.app, &access, request.uri().query())
            }
            (Endpoint::Targets, Some(access)) => {
                routes::targets(self.app, &access, request.uri().query())
            }
            (Endpoint::Receipt(id), Some(access)) => routes::receipt(self.app, &access, &id).await,
            (_, None) => Err(Problem::unauthorized(false)),
        }
    }

    async fn chat(
        &self,
        request: Request<Incoming>,
        access: &Access,
        form: Form,
    ) -> Result<Response<Body>, Problem> {
        let wishes = routes::Wishes {
            trailers: wants_trailers(request.headers()),
        };
        let mut context = self.context();
        let native = routes::Asked::headers(form, request.headers());
        let asked = self
            .read(request, &mut context)
            .await
            .and_then(|body| routes::ask(form, body, native));
        match asked {
            Ok(asked) => {
                context.front = asked.front;
                routes::chat(self.app, self.live, access, &context, wishes, asked.request).await
            }
            Err(problem) => {
                let (status, code) = (problem.status(), problem.code());
                self.app.router().refuse(access, &context, status, code);
                Err(problem)
            }
        }
    }

    /// The body, and in the context what the head says about how far the request may go.
    async fn read(
        &self,
        request: Request<Incoming>,
        context: &mut Context,
    ) -> Result<bytes::Bytes, Problem> {
        let bounds = Bounds::read(request.headers(), self.live.settings.request_timeout)?;
        context.hops = bounds.hops;
        context.deadline = Instant::now() + bounds.timeout;
        context.deadline_asked = bounds.asked;
        self.body(request, usize::MAX).await
    }

    fn context(&self) -> Context {
        Context {
            request_id: Arc::clone(self.request_id),
            now: self.now,
            deadline: Instant::now() + self.live.settings.request_timeout,
            deadline_asked: false,
            seed: self.seed,
            hops: 0,
            front: tiergate_router::Front::default(),
        }
    }

    /// The body, of at most so many bytes and of no more than the settings allow.
    async fn body(&self, request: Request<Incoming>, most: usize) -> Result<bytes::Bytes, Problem> {
        let settings = &self.live.settings;
        let encoding = request.headers().get(header::CONTENT_ENCODING);
        if let Some(encoding) = encoding.filter(|encoding| encoding.as_bytes() != b"identity") {
            return Err(Problem::encoded_body(&String::from_utf8_lossy(
                encoding.as_bytes(),
            )));
        }
        let waits = request.headers().contains_key(header::EXPECT);
        read(
            request.into_body(),
            settings.max_body_bytes.min(most),
            settings.body_timeout,
            waits,
        )
        .await
    }

    fn check_size<B>(&self, request: &Request<B>) -> Result<(), Problem> {
        let settings = &self.live.settings;
        let uri = request
            .uri()
            .path_and_query()
            .map_or(0, |text| text.as_str().len());
        if uri > settings.max_uri_bytes {
            return Err(Problem::uri_too_long(settings.max_uri_bytes));
        }
        let bytes: usize = request
            .headers()
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum();
        if bytes > settings.max_header_bytes {
            return Err(Problem::headers_too_large(settings.max_header_bytes));
        }
        Ok(())
    }
}

/// How far a request may go, by its head.
struct Bounds {
    /// How long it may take.
    timeout: Duration,
    /// Whether the client asked for that.
    asked: bool,
    /// Gateways of this kind that it has passed.
    hops: u8,
}

impl Bounds {
    /// # Errors
    /// 400 for a timeout that is none; 508 when the request has passed so many gateways that it must be
    /// going round in circles.
    fn read(head: &HeaderMap, longest: Duration) -> Result<Self, Problem> {
        const MOST_HOPS: u8 = 3;
        let stated = head.get(headers::TIMEOUT_MS);
        let timeout = match stated.map(number::<u64>) {
            None => longest,
            Some(Some(millis @ 1..)) => Duration::from_millis(millis).min(longest),
            Some(_) => {
                let wrong =
                    "'x-tiergate-timeout-ms' must be a whole number of milliseconds, at least 1";
                return Err(Problem::value("x-tiergate-timeout-ms", wrong));
            }
        };
        let hops = head.get(headers::HOPS).map_or(Some(0), number::<u8>);
        let hops = hops.filter(|hops| *hops < MOST_HOPS);
        Ok(Self {
            timeout,
            asked: stated.is_some(),
            hops: hops.ok_or_else(Problem::looped)?,
        })
    }
}

fn number<T: std::str::FromStr>(value: &HeaderValue) -> Option<T> {
    value.to_str().ok()?.parse().ok()
}

fn wants_trailers(headers: &HeaderMap) -> bool {
    let listed = |value: &HeaderValue| {
        let names = value.to_str().unwrap_or_default().split(',');
        names
            .into_iter()
            .any(|name| name.trim().eq_ignore_ascii_case("trailers"))
    };
    headers.get_all(header::TE).iter().any(listed)
}
