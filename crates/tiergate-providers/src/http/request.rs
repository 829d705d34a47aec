//! Addresses and headers of requests to vendors.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::uri::{Authority, Parts, PathAndQuery, Scheme, Uri};
use secrecy::{ExposeSecret, SecretString};

/// The address below which a vendor's paths stand.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    scheme: Scheme,
    authority: Authority,
    path: Box<str>,
    query: Option<Box<str>>,
}

/// The address that a `base_url` names.
///
/// # Errors
/// One that is not `http` or `https`, or carries a user name or password.
pub(crate) fn base(url: &str) -> Result<Base, Box<str>> {
    let refused = |why: &str| -> Box<str> { format!("the base_url {why}").into() };
    let uri: Uri = url.parse().ok().ok_or_else(|| refused("is not a url"))?;
    let Parts {
        scheme,
        authority,
        path_and_query,
        ..
    } = uri.into_parts();
    let scheme = scheme
        .filter(|scheme| *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS)
        .ok_or_else(|| refused("must begin with http:// or https://"))?;
    let authority = authority
        .filter(|authority| !authority.as_str().contains('@'))
        .ok_or_else(|| refused("must name a host, without user name or password"))?;
    let path = path_and_query.as_ref().map_or("", PathAndQuery::path);
    let query = path_and_query.as_ref().and_then(PathAndQuery::query);
    Ok(Base {
        scheme,
        authority,
        path: path.trim_end_matches('/').into(),
        query: query.map(Box::from),
    })
}

impl Base {
    /// The address of a path below this one; a query of both is kept.
    ///
    /// # Errors
    /// A path that cannot stand in an address.
    pub(crate) fn join(&self, below: &str) -> Result<Uri, Box<str>> {
        let (path, query) = below.split_once('?').unwrap_or((below, ""));
        let queries = [self.query.as_deref().unwrap_or_default(), query];
        let queries: Vec<&str> = queries
            .into_iter()
            .filter(|query| !query.is_empty())
            .collect();
        let mark = if queries.is_empty() { "" } else { "?" };
        let full = format!("{}{path}{mark}{}", self.path, queries.join("&"));
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(full);
        uri.build()
            .map_err(|_refused| "the base_url has an invalid path".into())
    }
}

/// The headers of every request to this address.
///
/// # Errors
/// A header that cannot be sent.
pub(crate) fn common_headers(
    url: &Uri,
    extra: &[(String, SecretString)],
) -> Result<HeaderMap, Box<str>> {
    let mut headers = HeaderMap::new();
    // over TLS the protocol is not known yet, and HTTP/2 has no such header
    if url.scheme() == Some(&Scheme::HTTP)
        && let Some(authority) = url.authority()
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        headers.insert(header::HOST, host);
    }
    let fixed = [
        (header::CONTENT_TYPE, "application/json"),
        (header::ACCEPT, "application/json, text/event-stream"),
        (header::ACCEPT_ENCODING, "identity"),
        (
            header::USER_AGENT,
            concat!("tiergate/", env!("CARGO_PKG_VERSION")),
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in extra {
        let refused = || format!("the header {name} cannot be sent").into_boxed_str();
        let key = HeaderName::try_from(name.as_str())
            .ok()
            .ok_or_else(refused)?;
        headers.insert(
            key,
            secret_value(value.expose_secret()).ok_or_else(refused)?,
        );
    }
    Ok(headers)
}

/// A header value that no log shows.
pub(crate) fn secret_value(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}
