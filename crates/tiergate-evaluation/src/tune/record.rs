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
    /// What was asked.
    pub asked: Asked,
    /// The tier that served it, 0 to 4, and the outcome, 0 to 1; `None` when nobody judged it. It then
    /// only counts as traffic.
    pub outcome: Option<(usize, f64)>,
    /// Its domain and its tags.
    pub groups: Vec<String>,
}

/// What is known of a request.
#[derive(Clone, Debug)]
pub enum Asked {
    /// Its words, which are yet to be scored.
    Request(Box<Request>),
    /// Only what the scorer said of it when it was served.
    Scored {
        /// The score, 0 to 100.
        score: f64,
        /// The scorer's P(success) of each tier, 0 to 1.
        success: [f64; 5],
    },
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
    /// Neither the words of a request nor what the scorer said of it.
    #[error("a record needs the request, or its score and success as GET /v1/feedback gives them")]
    Missing,
    /// A score that is none.
    #[error("score must be a whole number from 0 to 100, not {0}")]
    Score(Value),
    /// Probabilities that are none.
    #[error("success must be five numbers from 0 to 1, nano to flagship, not {0}")]
    Success(Value),
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
    request: Option<&'a RawValue>,
    score: Option<Value>,
    success: Option<Value>,
    tier: Option<String>,
    model: Option<String>,
    outcome: Option<Value>,
    feedback: Option<Value>,
    domain: Option<String>,
    tags: Option<Vec<String>>,
}

impl Record {
    /// Reads a line `{"request": …, "tier" or "model": …, "outcome" or "feedback": …}`, with `domain` and
    /// `tags` where there are any; tags of the request itself count too. Without `request` it takes
    /// `score` and `success`, as the rows of `GET /v1/feedback` have them. `tier_of` knows models by name.
    ///
    /// # Errors
    /// [`BadRecord`].
    pub fn parse(line: &str, tier_of: impl Fn(&str) -> Option<usize>) -> Result<Self, BadRecord> {
        let raw: Raw<'_> = serde_json::from_str(line)?;
        let asked = match (raw.request, raw.score, raw.success) {
            (Some(words), _, _) => Asked::Request(Box::new(request(words.get())?)),
            (None, Some(score), Some(success)) => scored(score, success)?,
            (None, _, _) => return Err(BadRecord::Missing),
        };
        let outcome = match raw.outcome.or(raw.feedback) {
            None | Some(Value::Null) => None,
            Some(judged) => {
                let tier = served(raw.tier, raw.model, tier_of)?;
                Some((tier, share(&judged).ok_or(BadRecord::Outcome(judged))?))
            }
        };
        let groups = raw.domain.into_iter();
        let tags = raw.tags.or_else(|| asked.tags()).unwrap_or_default();
        Ok(Self {
            groups: groups.chain(tags).collect(),
            outcome,
            asked,
        })
    }
}

impl Asked {
    /// Tags that a request carries itself.
    fn tags(&self) -> Option<Vec<String>> {
        match self {
            Self::Request(request) => serde_json::from_slice(request.member("tags")?).ok(),
            Self::Scored { .. } => None,
        }
    }
}

fn scored(score: Value, success: Value) -> Result<Asked, BadRecord> {
    let Some(number) = score.as_u64().and_then(|score| u8::try_from(score).ok()) else {
        return Err(BadRecord::Score(score));
    };
    if number > 100 {
        return Err(BadRecord::Score(score));
    }
    let chances = <[f64; 5]>::deserialize(&success).ok();
    let sane = |chances: &[f64; 5]| chances.iter().all(|p| (0.0..=1.0).contains(p));
    Ok(Asked::Scored {
        score: f64::from(number),
        success: chances.filter(sane).ok_or(BadRecord::Success(success))?,
    })
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
    fn reads_rows_of_the_gateway() {
        let line = r#"{"request_id":"req_1","score":31,"success":[0.52,0.71,0.86,0.93,0.97],"tier":"small",
            "model":"of the house","feedback":"good","source":"client"}"#;
        let record = Record::parse(line, |_| None).unwrap();
        assert_eq!(record.outcome, Some((1, 1.0)));
        assert!(record.groups.is_empty());
        let Asked::Scored { score, success } = record.asked else {
            panic!("{record:?}");
        };
        assert_eq!((score, success), (31.0, [0.52, 0.71, 0.86, 0.93, 0.97]));
    }

    #[test]
    fn words_count_more_than_what_was_said_of_them() {
        let found = parse(r#","score":"hard","success":[1]"#).unwrap();
        assert!(matches!(found.asked, Asked::Request(_)));
    }

    #[test]
    fn a_row_needs_words_or_a_score_with_its_chances() {
        let told = |line: &str| {
            let fault = Record::parse(line, |_| None).unwrap_err();
            fault.to_string()
        };
        for line in [
            r#"{"tier":"nano","feedback":"good"}"#,
            r#"{"score":31,"success":null,"tier":"nano"}"#,
            r#"{"request":null,"success":[0,0,0,0,0]}"#,
        ] {
            assert!(
                told(line).contains("needs the request, or its score"),
                "{line}"
            );
        }
        for score in ["101", "256", "-1", "0.5", "\"31\""] {
            let line = format!(r#"{{"score":{score},"success":[0,0,0,0,1]}}"#);
            assert!(told(&line).starts_with("score must be"), "{line}");
        }
        for success in [
            "[520,710,860,930,970]",
            "[0.1,0.2]",
            "[0,0,0,0,-0.1]",
            "0.5",
        ] {
            let line = format!(r#"{{"score":31,"success":{success}}}"#);
            assert!(told(&line).starts_with("success must be"), "{line}");
        }
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
