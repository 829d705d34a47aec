//! What adapters that speak HTTP have in common: bodies, errors, waits, and secrets that stay inside.

pub(crate) mod body;
mod content;
mod exchange;
mod failure;
mod mark;
mod request;
mod retry_after;
mod scrub;

use http::HeaderMap;
use tiergate_dialects::Edits;
use tiergate_transport::Client;

pub(crate) use content::{Content, content};
pub(crate) use mark::mark;
pub(crate) use request::{Base, base, common_headers, secret_value};
pub(crate) use scrub::Secrets;

use crate::seam::Head;

/// Tells a gateway of this kind how many of them a request has passed, so that a loop ends.
pub(crate) const HOPS: http::HeaderName = http::HeaderName::from_static("x-tiergate-hops");

/// The largest answer that is read, in bytes.
pub(crate) const LARGEST: usize = 64 * 1024 * 1024;

/// The longest event of a stream that is read, in bytes: pictures come in one. Nothing is set aside for it.
pub(crate) const LONGEST_EVENT: usize = 16 * 1024 * 1024;

/// A vendor's API as errors and logs know it.
pub(crate) struct Upstream {
    pub(crate) name: Box<str>,
    pub(crate) client: Client,
    pub(crate) secrets: Secrets,
}

impl Upstream {
    /// What is known of an answer from its headers.
    pub(crate) fn head(&self, headers: &HeaderMap, edits: Edits) -> Head {
        const IDS: [http::HeaderName; 4] = [
            http::HeaderName::from_static("x-request-id"),
            http::HeaderName::from_static("request-id"),
            http::HeaderName::from_static("x-groq-request-id"),
            http::HeaderName::from_static("x-amzn-requestid"),
        ];
        let id = IDS.iter().find_map(|name| headers.get(name)?.to_str().ok());
        Head {
            upstream_request_id: id
                .filter(|id| id.len() <= 128 && !self.secrets.found_in(id))
                .map(Box::from),
            edits,
            ..Head::default()
        }
    }
}
