//! Who is calling.

use std::net::IpAddr;
use std::sync::Arc;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use tiergate_catalog::Timestamp;
use tiergate_policy::Principal;
use tiergate_router::{Access, Rules};

use crate::app::Live;
use crate::problem::Problem;

/// Finds the caller by the key that came with the request.
///
/// A key is read from `Authorization: Bearer`, else `x-api-key`, else `api-key`. Two different answers to
/// the same question are none.
///
/// # Errors
/// 401, in the same words whether the key is unknown, expired or malformed.
pub(crate) fn identify(
    live: &Live,
    headers: &HeaderMap,
    peer: IpAddr,
    now: Timestamp,
) -> Result<Access, Problem> {
    let open = live.settings.open_on_loopback && peer.to_canonical().is_loopback();
    let anyone = || access(Arc::new(Principal::anonymous()));
    let Some(presented) = presented(headers)? else {
        return if open {
            Ok(anyone())
        } else {
            Err(Problem::unauthorized(false))
        };
    };
    match live.keys.lookup(presented) {
        Some(principal) if !principal.is_expired(now) => Ok(access(principal)),
        // clients insist on sending some key, and a demo has no secret to guard
        None if open => Ok(anyone()),
        _ => Err(Problem::unauthorized(true)),
    }
}

fn presented(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut authorizations = headers.get_all(AUTHORIZATION).iter();
    if let Some(value) = authorizations.next() {
        let token = value.to_str().ok().and_then(bearer);
        return match (token, authorizations.next()) {
            (Some(token), None) => Ok(Some(token)),
            _ => Err(Problem::unauthorized(true)),
        };
    }
    let other = headers.get("x-api-key").or_else(|| headers.get("api-key"));
    other
        .map(|value| {
            value
                .to_str()
                .map(str::trim)
                .map_err(|_fault| Problem::unauthorized(true))
        })
        .transpose()
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn access(principal: Arc<Principal>) -> Access {
    let restricted = principal.models().is_some() || principal.blocked_providers().len() > 0;
    Access {
        owner: principal.shared_name(),
        ceiling: principal.max_tier(),
        rules: restricted.then(|| Arc::new(Bounds(principal)) as Arc<dyn Rules>),
    }
}

/// A principal's rules in the router's terms.
#[derive(Debug)]
struct Bounds(Arc<Principal>);

impl Rules for Bounds {
    fn may_use(&self, model: &str, provider: &str) -> bool {
        self.0.check_model(model).is_ok() && self.0.check_provider(provider).is_ok()
    }
}
