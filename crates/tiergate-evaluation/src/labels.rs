//! Labelled rows: a request with what models made of it, or with the tiers that would do.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tiergate_wire::chat::Request;
use tiergate_wire::json::Invalid;

/// One line of a labelled file.
#[derive(Clone, Debug)]
pub struct Row {
    /// Where it comes from, within its bench.
    pub id: String,
    /// The bench; empty when the line names none.
    pub bench: String,
    /// `id` for unseen prompts of a bench that a scorer may have been trained on.
    pub split: Option<String>,
    /// What kind of behaviour a hand-written row tries: `sub`, else the bench without `authored_`.
    pub kind: String,
    /// The chat request.
    pub request: Request,
    /// Results by model, 0 to 1.
    pub models: BTreeMap<String, f64>,
    /// Mean results by tier, nano to flagship.
    pub tiers: [Option<f64>; 5],
    /// The lowest and the highest acceptable tier, 0 to 4.
    pub expect_tier: Option<[usize; 2]>,
    /// The part for cross-validation.
    pub fold: Option<u32>,
    /// Whether models are known to have seen the prompt; such a row is in no pair.
    pub contaminated: bool,
}

/// Why a line is no labelled row.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadRow {
    /// Not JSON, or a member of the wrong type.
    #[error("not a labelled row: {0}")]
    Json(#[from] serde_json::Error),
    /// The request is none.
    #[error("its request is not valid: {0}")]
    Request(#[from] Invalid),
    /// The acceptable tiers are not a range within 0 to 4.
    #[error("expect_tier must be [lowest, highest] with 0 <= lowest <= highest <= 4, not {0:?}")]
    Range([usize; 2]),
}

impl Row {
    /// Reads a line. Members that are not known are ignored.
    ///
    /// # Errors
    /// [`BadRow`], with the place within the line where there is one.
    pub fn parse(line: &str) -> Result<Self, BadRow> {
        let raw: RawRow<'_> = serde_json::from_str(line)?;
        if let Some([lowest, highest]) = raw.expect_tier
            && (lowest > highest || highest > 4)
        {
            return Err(BadRow::Range([lowest, highest]));
        }
        let kind = raw
            .sub
            .unwrap_or_else(|| raw.bench.trim_start_matches("authored_").to_owned());
        let tiers = &raw.tiers;
        Ok(Self {
            kind,
            request: request(raw.request.get())?,
            tiers: crate::TIERS.map(|tier| tiers.get(tier).copied().flatten()),
            models: known(raw.models),
            id: raw.id,
            bench: raw.bench,
            split: raw.split,
            expect_tier: raw.expect_tier,
            fold: raw.fold,
            contaminated: !matches!(raw.contaminated, Value::Null | Value::Bool(false)),
        })
    }

    /// The results of all five tiers, when there are five.
    pub fn all_tiers(&self) -> Option<[f64; 5]> {
        let [nano, small, standard, premium, flagship] = self.tiers;
        Some([nano?, small?, standard?, premium?, flagship?])
    }

    /// Whether there is any result in it.
    pub fn labelled(&self) -> bool {
        !self.models.is_empty() || self.tiers.iter().any(Option::is_some)
    }
}

/// Two requests that say the same in other words.
#[derive(Clone, Debug)]
pub struct Paraphrase {
    /// One of them.
    pub a: Request,
    /// The other.
    pub b: Request,
}

impl Paraphrase {
    /// Reads a line `{"a": request, "b": request}`.
    ///
    /// # Errors
    /// [`BadRow`], with the place within the line where there is one.
    pub fn parse(line: &str) -> Result<Self, BadRow> {
        #[derive(Deserialize)]
        struct Raw<'a> {
            #[serde(borrow)]
            a: &'a RawValue,
            #[serde(borrow)]
            b: &'a RawValue,
        }
        let raw: Raw<'_> = serde_json::from_str(line)?;
        Ok(Self {
            a: request(raw.a.get())?,
            b: request(raw.b.get())?,
        })
    }
}

/// Reads a chat request that need not name a model: without one it asks for `auto`.
///
/// # Errors
/// [`Invalid`], as [`Request::parse`] says.
pub fn request(json: &str) -> Result<Request, Invalid> {
    let fault = match Request::parse(json.to_owned().into()) {
        Err(fault) if fault.param() == Some("model") => fault,
        done => return done,
    };
    let members = json.trim_start().strip_prefix('{');
    let named = match members.map(str::trim_start) {
        Some(members) if !members.starts_with('}') => format!("{{\"model\":\"auto\",{members}"),
        _ => return Err(fault),
    };
    // with a model of the wrong type it now stands twice; the first fault is the one to tell
    Request::parse(named.into()).map_err(|second| {
        if second.param() == Some("model") {
            fault
        } else {
            second
        }
    })
}

#[derive(Deserialize)]
struct RawRow<'a> {
    #[serde(default)]
    id: String,
    #[serde(default)]
    bench: String,
    split: Option<String>,
    sub: Option<String>,
    #[serde(borrow)]
    request: &'a RawValue,
    #[serde(default)]
    models: BTreeMap<String, Option<f64>>,
    #[serde(default)]
    tiers: BTreeMap<String, Option<f64>>,
    expect_tier: Option<[usize; 2]>,
    fold: Option<u32>,
    #[serde(default)]
    contaminated: Value,
}

fn known(results: BTreeMap<String, Option<f64>>) -> BTreeMap<String, f64> {
    let known = |(name, result): (String, Option<f64>)| Some((name, result?));
    results.into_iter().filter_map(known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_row() {
        let row = Row::parse(
            r#"{"id":"a-1","bench":"authored_ack","request":{"messages":[{"role":"user","content":"hi"}]},
            "tiers":{"nano":0.5,"flagship":null},"models":{"m":1,"n":null},"expect_tier":[0,1],"fold":3,"new":{}}"#,
        )
        .unwrap();
        assert_eq!((row.kind.as_str(), row.fold), ("ack", Some(3)));
        assert_eq!(row.tiers, [Some(0.5), None, None, None, None]);
        assert_eq!(row.models.len(), 1);
        assert_eq!(row.expect_tier, Some([0, 1]));
        assert_eq!(row.request.model(), "auto");
        assert!(row.labelled() && !row.contaminated && row.all_tiers().is_none());
    }

    #[test]
    fn says_what_is_wrong() {
        let told = |line: &str| Row::parse(line).unwrap_err().to_string();
        assert!(told("{}").contains("request"));
        assert!(told(r#"{"request":{"messages":[]}}"#).contains("at least one"));
        assert!(told(r#"{"request":{}}"#).contains("model"));
        let hi = r#""request":{"messages":[{"role":"user","content":"hi"}]}"#;
        assert!(told(&format!(r#"{{{hi},"expect_tier":[3,1]}}"#)).contains("[3, 1]"));
        assert!(Paraphrase::parse(r#"{"a":{}}"#).is_err());
    }

    #[test]
    fn a_model_of_the_wrong_type_is_told_as_such() {
        let fault = request(r#"{"model":7,"messages":[{"role":"user","content":"hi"}]}"#);
        assert!(fault.unwrap_err().to_string().contains("must be a string"));
    }
}
