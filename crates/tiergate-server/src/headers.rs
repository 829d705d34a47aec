//! The headers that tell where an answer came from and what it cost.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use tiergate_catalog::Money;
use tiergate_dialects::EXTENSIONS;
use tiergate_providers::Edit;
use tiergate_router::{Bill, EmbeddedBy, Served};

use crate::Settings;

/// The request's id, under the name that OpenAI's clients read.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The same under the name that Anthropic's clients read.
pub(crate) const ANTHROPIC_REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
/// How long the client wants to wait at most.
pub(crate) const TIMEOUT_MS: HeaderName = HeaderName::from_static("x-tiergate-timeout-ms");
/// How many gateways of this kind the request has passed.
pub(crate) const HOPS: HeaderName = HeaderName::from_static("x-tiergate-hops");

const LOBSTACK_MODEL: HeaderName = HeaderName::from_static("x-lobstack-model");
const LOBSTACK_TIER: HeaderName = HeaderName::from_static("x-lobstack-tier");
const LOBSTACK_COMPLEXITY: HeaderName = HeaderName::from_static("x-lobstack-complexity");
const LOBSTACK_SAVINGS: HeaderName = HeaderName::from_static("x-lobstack-savings");
const LOBSTACK_COST: HeaderName = HeaderName::from_static("x-lobstack-cost-usd");
const ROUTER_MODEL: HeaderName = HeaderName::from_static("x-model-router-model");
const ROUTER_PROVIDER: HeaderName = HeaderName::from_static("x-model-router-provider");
const ROUTER_TIER: HeaderName = HeaderName::from_static("x-model-router-auto-tier");
const ROUTER_SCORE: HeaderName = HeaderName::from_static("x-model-router-auto-score");
pub(crate) const ATTEMPTS: HeaderName = HeaderName::from_static("x-tiergate-attempts");
const DROPPED: HeaderName = HeaderName::from_static("x-tiergate-dropped-params");
const PREFER_IGNORED: HeaderName = HeaderName::from_static("x-tiergate-prefer-ignored");
const ACCEL: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Names that browsers may read, for CORS.
pub(crate) const EXPOSED: &str = "x-request-id, request-id, retry-after, x-lobstack-model, x-lobstack-tier, \
    x-lobstack-complexity, x-lobstack-savings, x-lobstack-cost-usd, x-model-router-model, x-model-router-provider, \
    x-model-router-auto-tier, x-model-router-auto-score, x-tiergate-attempts, x-tiergate-dropped-params, \
    x-tiergate-prefer-ignored";

/// Who answered, and by which decision.
pub(crate) fn served(headers: &mut HeaderMap, settings: &Settings, served: &Served) {
    let (model, tier) = (
        text(served.model()),
        served
            .tier()
            .map(|tier| HeaderValue::from_static(tier.as_str())),
    );
    if settings.lobstack_headers {
        headers.insert(LOBSTACK_MODEL, model.clone());
        headers.insert(
            LOBSTACK_TIER,
            tier.clone().unwrap_or_else(|| HeaderValue::from_static("")),
        );
        headers.insert(LOBSTACK_COMPLEXITY, u16::from(served.score()).into());
    }
    if settings.model_router_headers {
        headers.insert(ROUTER_MODEL, model);
        headers.insert(ROUTER_PROVIDER, text(served.provider()));
        if served.is_auto() {
            headers.insert(
                ROUTER_TIER,
                tier.unwrap_or_else(|| HeaderValue::from_static("")),
            );
            headers.insert(ROUTER_SCORE, u16::from(served.score()).into());
        }
    }
    headers.insert(ATTEMPTS, u16::from(served.attempts()).into());
    if served.prefer_ignored() {
        headers.insert(PREFER_IGNORED, HeaderValue::from_static("true"));
    }
    dropped(headers, served.edits());
}

/// Who made vectors; without tier and score, since nothing was chosen.
pub(crate) fn embedded(headers: &mut HeaderMap, settings: &Settings, by: &EmbeddedBy) {
    let model = text(&by.model);
    if settings.lobstack_headers {
        headers.insert(LOBSTACK_MODEL, model.clone());
    }
    if settings.model_router_headers {
        headers.insert(ROUTER_MODEL, model);
        headers.insert(ROUTER_PROVIDER, text(&by.provider));
    }
    headers.insert(ATTEMPTS, u16::from(by.attempts).into());
    dropped(headers, &by.edits);
}

/// Members of the request that the provider did not get.
fn dropped(headers: &mut HeaderMap, edits: &[Edit]) {
    let removed = edits
        .iter()
        .filter_map(|edit| edit.strip_prefix("removed "));
    let dropped: Vec<&str> = removed.filter(|name| !EXTENSIONS.contains(name)).collect();
    if !dropped.is_empty() {
        headers.insert(DROPPED, text(&listed(&dropped)));
    }
}

/// Names with commas between, as many as fit; how many did not is told at the end, as `+12`.
///
/// Clients and proxies refuse heads that grow too large. The receipt has all names.
fn listed(names: &[&str]) -> String {
    const MOST: usize = 2 * 1024;
    const COUNT: usize = ", +18446744073709551615".len();
    let mut list = String::new();
    let mut left_out = 0_usize;
    for name in names {
        if list.len() + ", ".len() + name.len() + COUNT > MOST {
            left_out += 1;
            continue;
        }
        if !list.is_empty() {
            list.push_str(", ");
        }
        list.push_str(name);
    }
    if left_out > 0 {
        if !list.is_empty() {
            list.push_str(", ");
        }
        list.push('+');
        list.push_str(&left_out.to_string());
    }
    list
}

/// What a whole answer cost.
pub(crate) fn bill(headers: &mut HeaderMap, settings: &Settings, bill: &Bill) {
    if settings.lobstack_headers {
        headers.insert(LOBSTACK_COST, money(bill.cost));
        headers.insert(LOBSTACK_SAVINGS, money(bill.savings));
    }
}

/// What every stream carries; its cost is not known yet and comes as trailers to whoever reads those.
pub(crate) fn stream(headers: &mut HeaderMap, settings: &Settings, trailers: bool) {
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(ACCEL, HeaderValue::from_static("no"));
    if trailers && settings.lobstack_headers {
        headers.insert(
            header::TRAILER,
            HeaderValue::from_static("x-lobstack-cost-usd, x-lobstack-savings"),
        );
    }
}

/// An amount as an exact decimal of dollars; empty when it is not known, which is not 0.
fn money(amount: Option<Money>) -> HeaderValue {
    amount.map_or_else(
        || HeaderValue::from_static(""),
        |amount| text(&amount.to_string()),
    )
}

/// A header value; bytes that a header cannot hold become question marks.
fn text(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).unwrap_or_else(|_| {
        let clean: String = value
            .chars()
            .map(|symbol| {
                if (' '..='~').contains(&symbol) {
                    symbol
                } else {
                    '?'
                }
            })
            .collect();
        HeaderValue::from_maybe_shared(Bytes::from(clean))
            .unwrap_or_else(|_| HeaderValue::from_static("?"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_of_dropped_members_ends_in_a_count() {
        let given = |edits: Vec<String>| {
            let edits: Vec<Edit> = edits.into_iter().map(Edit::from).collect();
            let mut headers = HeaderMap::new();
            dropped(&mut headers, &edits);
            let value = headers.get(DROPPED);
            value.map(|value| value.to_str().unwrap().to_owned())
        };
        let removed = |name: &str| format!("removed {name}");
        assert_eq!(given(vec!["renamed a to b".to_owned()]), None);
        assert_eq!(
            given(vec![removed("a"), removed("\n")]).as_deref(),
            Some("a, ?")
        );
        let long = removed(&"x".repeat(5_000));
        assert_eq!(given(vec![long.clone()]).as_deref(), Some("+1"));
        assert_eq!(given(vec![long, removed("b")]).as_deref(), Some("b, +1"));
        let many = (0..2_000).map(|at| removed(&format!("member_{at}")));
        let list = given(many.collect()).unwrap();
        assert!((1_900..=2_048).contains(&list.len()), "{}", list.len());
        let names: Vec<&str> = list.split(", ").collect();
        let (count, shown) = names.split_last().unwrap();
        let count: usize = count.strip_prefix('+').unwrap().parse().unwrap();
        assert_eq!((shown[0], count + shown.len()), ("member_0", 2_000));
    }
}
