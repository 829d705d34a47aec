//! `POST /v1/feedback`: what a client thinks of an answer; `GET /v1/feedback`: what it has said so far.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use tiergate_catalog::Timestamp;
use tiergate_metering::Feedback;
use tiergate_router::Access;
use tiergate_wire::feedback::Feedback as Said;

use crate::app::App;
use crate::body::Body;
use crate::problem::Problem;
use crate::respond::json;

/// The largest body, in bytes: the longest comment, however it is escaped, fits many times over.
pub(crate) const MOST_BYTES: usize = 64 << 10;

#[derive(Serialize)]
struct Taken<'a> {
    object: &'static str,
    request_id: &'a str,
    #[serde(flatten)]
    feedback: &'a Feedback,
}

/// Keeps a rating with the receipt of the request that it is about; the last one counts.
pub(crate) async fn rate(
    app: &App,
    access: &Access,
    now: Timestamp,
    body: Bytes,
) -> Result<Response<Body>, Problem> {
    let said = Said::parse(&body).map_err(|fault| Problem::malformed(&fault))?;
    let feedback = Feedback {
        rating: said.rating,
        comment: said.comment,
        at: now,
    };
    let receipts = app.router().receipts();
    let rated = receipts
        .rate(&said.request_id, &access.owner, feedback)
        .await;
    let missing = || Problem::unknown_receipt(&said.request_id).about("request_id");
    let receipt = rated.ok_or_else(missing)?;
    let feedback = receipt.feedback.as_ref().ok_or_else(Problem::internal)?;
    Ok(json(&Taken {
        object: "feedback",
        request_id: &receipt.request_id,
        feedback,
    }))
}

/// The caller's rated requests as examples for tuning, one JSON object a line, by ascending id.
pub(crate) async fn examples(
    app: &App,
    access: &Access,
    query: Option<&str>,
) -> Result<Response<Body>, Problem> {
    let page = Page::read(query.unwrap_or_default())?;
    let receipts = app.router().receipts();
    let rated = receipts
        .examples(&access.owner, &page.after, page.most)
        .await;
    let mut lines = Vec::new();
    for example in rated.iter().filter_map(|receipt| receipt.example()) {
        serde_json::to_writer(&mut lines, &example).map_err(|_fault| Problem::internal())?;
        lines.push(b'\n');
    }
    let mut response = Response::new(Body::full(lines));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-ndjson"),
    );
    Ok(response)
}

/// Which part of a list is asked for.
#[derive(Debug, PartialEq, Eq)]
struct Page<'q> {
    /// The id behind which it begins.
    after: Cow<'q, str>,
    most: usize,
}

impl<'q> Page<'q> {
    /// The most rows of a page, and as many as there are unless fewer are asked for.
    const MOST: usize = 1_000;

    fn read(query: &'q str) -> Result<Self, Problem> {
        let mut page = Self {
            after: Cow::Borrowed(""),
            most: Self::MOST,
        };
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some(("after", id)) => page.after = percent_decode_str(id).decode_utf8_lossy(),
                Some(("limit", count)) => {
                    let count = count.parse().ok();
                    let count = count.filter(|count| (1..=Self::MOST).contains(count));
                    page.most = count.ok_or_else(bad_limit)?;
                }
                _ => {}
            }
        }
        Ok(page)
    }
}

fn bad_limit() -> Problem {
    let most = Page::MOST;
    Problem::value(
        "limit",
        format!("'limit' must be a whole number from 1 to {most}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_bounded_and_what_is_not_known_is_passed_over() {
        for (query, after, most) in [
            ("", "", 1_000),
            ("limit=1", "", 1),
            ("after=req_1&limit=1000", "req_1", 1_000),
            ("a&b=c&after=a%2Fb", "a/b", 1_000),
        ] {
            let page = Page::read(query).unwrap();
            assert_eq!((&*page.after, page.most), (after, most), "{query}");
        }
        for query in [
            "limit=0",
            "limit=1001",
            "limit=-1",
            "limit=",
            "limit=x",
            "limit=1e2",
        ] {
            assert_eq!(Page::read(query).unwrap_err().status(), 400, "{query}");
        }
    }
}
