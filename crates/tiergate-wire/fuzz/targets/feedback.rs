//! A rating is read as `serde_json` reads its body, and refused by the rules that are written down.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tiergate_wire::feedback::{Feedback, Rating};
use tiergate_wire_fuzz::{members, raw, tree};

const KNOWN: [&str; 4] = ["request_id", "rating", "score", "comment"];

fuzz_target!(|body: &[u8]| {
    let read = Feedback::parse(body);
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    match &read {
        Ok(feedback) => {
            assert!(raw(text).is_some());
            bounded(feedback);
        }
        Err(fault) => assert!(fault.offset() <= body.len()),
    }
    // a body of which the second reader has no opinion ends here
    let Some(Value::Object(body)) = tree(text) else {
        if raw(text).is_none() || members(text).is_some_and(|members| twice(&members)) {
            assert!(read.is_err());
        }
        return;
    };
    assert_eq!(read.ok(), second(&body), "{body:?}");
});

fn bounded(feedback: &Feedback) {
    assert!(feedback.request_id.len() <= Feedback::LONGEST_ID);
    let comment = feedback.comment.as_deref().unwrap_or_default();
    assert!(comment.chars().count() <= Feedback::LONGEST_COMMENT);
    let share = feedback.rating.share();
    assert!((0.0..=1.0).contains(&share) && share.is_sign_positive());
    let written = serde_json::to_string(&feedback.rating).expect("a rating is JSON");
    let again = format!("{{\"request_id\":\"r\",\"rating\":{written}}}");
    let again = Feedback::parse(again.as_bytes()).expect("what is written is read");
    assert_eq!(again.rating, feedback.rating);
}

fn twice(members: &[(String, &serde_json::value::RawValue)]) -> bool {
    let mut names: Vec<&str> = members.iter().map(|(name, _)| &**name).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}

/// The same by the rules, from a tree; a member that is null counts as absent.
fn second(body: &serde_json::Map<String, Value>) -> Option<Feedback> {
    let known = |name: &String| KNOWN.contains(&name.as_str());
    body.keys().all(known).then_some(())?;
    let member = |name: &str| body.get(name).filter(|value| !value.is_null());
    let request_id = member("request_id")?.as_str()?;
    let rating = match (member("rating"), member("score")) {
        (Some(Value::String(word)), None) if word == "good" => Rating::GOOD,
        (Some(Value::String(word)), None) if word == "bad" => Rating::BAD,
        (Some(number), None) | (None, Some(number)) => Rating::try_new(number.as_f64()?)?,
        _ => return None,
    };
    let comment = match member("comment") {
        Some(comment) => Some(comment.as_str()?),
        None => None,
    };
    let short = comment.is_none_or(|text| text.chars().count() <= Feedback::LONGEST_COMMENT);
    (request_id.len() <= Feedback::LONGEST_ID && short).then(|| Feedback {
        request_id: request_id.into(),
        rating,
        comment: comment.map(Into::into),
    })
}
