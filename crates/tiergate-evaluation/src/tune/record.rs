//! A line of one's own logs: a request, who served it, and how it went.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tiergate_wire::chat::Request;
use tiergate_wire::json::Invalid;

use crate::{TIERS, request};

/// A request that was served.
#[derive(Clone, Debug)]
pub struct Record {
    /// The chat request.
    pub request: Request,
    /// The tier that served it, 0 to 4, and the outcome, 0 to 1; `None` when nobody judged it. It then
    /// only counts as traffic.
    pub outcome: Option<(usize, f64)>,
    /// Its domain and its tags.
    pub groups: Vec<String>,
}

/// Why a line is no record.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadRecord {
    /// Not JSON, or a member of the wrong type.
    #[error("not a log record: {0}")]
    Json(#[from] serde_json::Error),
    /// The request is none.
    #[error("its request is not valid: {0}")]
    Request(#[from] Invalid),
    /// The outcome is not one.
    #[error("outcome must be from 0 to 1, and feedback \"good\", \"bad\" or from 0 to 1, not {0}")]
    Outcome(Value),
    /// An outcome without the tier that it is about.
    #[error("an outcome needs the tier or the model that served the request")]
    Tier,
    /// A word that is no tier.
    #[error("'{0}' is no tier; there are nano, small, standard, premium and flagship")]
    UnknownTier(String),
    /// A model whose tier is not known.
    #[error("the tier of the model '{0}' is not known; give the tier instead")]
    UnknownModel(String),
}

#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(borrow)]
    request: &'a RawValue,
    tier: Option<String>,
    model: Option<String>,
    outcome: Option<Value>,
    feedback: Option<Value>,
    domain: Option<String>,
    tags: Option<Vec<String>>,
}

impl Record {
    /// Reads a line `{"request": …, "tier" or "model": …, "outcome" or "feedback": …}`, with `domain` and
    /// `tags` where there are any; tags of the request itself count too. `tier_of` knows models by name.
    ///
    /// # Errors
    /// [`BadRecord`].
    pub fn parse(line: &str, tier_of: impl Fn(&str) -> Option<usize>) -> Result<Self, BadRecord> {
        let raw: Raw<'_> = serde_json::from_str(line)?;
        let request = request(raw.request.get())?;
        let outcome = match raw.outcome.or(raw.feedback) {
            None | Some(Value::Null) => None,
            Some(judged) => {
                let tier = served(raw.tier, raw.model, tier_of)?;
                Some((tier, share(&judged).ok_or(BadRecord::Outcome(judged))?))
            }
        };
        let own = request.member("tags");
        let own = own.and_then(|tags| serde_json::from_slice(tags).ok());
        let groups = raw.domain.into_iter();
        Ok(Self {
            groups: groups.chain(raw.tags.or(own).unwrap_or_default()).collect(),
            outcome,
            request,
        })
    }
}

fn served(
    tier: Option<String>,
    model: Option<String>,
    tier_of: impl Fn(&str) -> Option<usize>,
) -> Result<usize, BadRecord> {
    if let Some(tier) = tier {
        let known = TIERS.iter().position(|each| *each == tier);
        return known.ok_or(BadRecord::UnknownTier(tier));
    }
    let model = model.ok_or(BadRecord::Tier)?;
    tier_of(&model).ok_or(BadRecord::UnknownModel(model))
}

fn share(judged: &Value) -> Option<f64> {
    match judged {
        Value::String(word) if word == "good" => Some(1.0),
        Value::String(word) if word == "bad" => Some(0.0),
        other => other.as_f64().filter(|share| (0.0..=1.0).contains(share)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(rest: &str) -> Result<Record, BadRecord> {
        let request = r#"{"messages":[{"role":"user","content":"hi"}],"tags":["a"]}"#;
        let line = format!(r#"{{"request":{request}{rest}}}"#);
        Record::parse(&line, |model| (model == "m").then_some(3))
    }

    #[test]
    fn reads_outcomes_and_feedback() {
        let judged = |rest| parse(rest).unwrap().outcome;
        assert_eq!(judged(r#","tier":"small","outcome":0.5"#), Some((1, 0.5)));
        assert_eq!(judged(r#","model":"m","feedback":"good""#), Some((3, 1.0)));
        assert_eq!(judged(r#","model":"m","feedback":"bad""#), Some((3, 0.0)));
        assert_eq!(judged(r#","model":"other""#), None);
        assert_eq!(parse(r#","domain":"law""#).unwrap().groups, ["law", "a"]);
        assert_eq!(parse(r#","tags":["b"]"#).unwrap().groups, ["b"]);
    }

    #[test]
    fn says_what_is_wrong() {
        let told = |rest| parse(rest).unwrap_err().to_string();
        assert!(told(r#","outcome":1"#).contains("tier or the model"));
        assert!(told(r#","tier":"huge","outcome":1"#).contains("'huge'"));
        assert!(told(r#","model":"x","outcome":1"#).contains("'x'"));
        assert!(told(r#","tier":"nano","outcome":2"#).contains("not 2"));
        assert!(told(r#","tier":"nano","feedback":"fine""#).contains("fine"));
    }
}
