//! What a line of training data says.

use serde::Deserialize;
use serde_json::value::RawValue;
use tiergate_evaluation::{Row, request};
use tiergate_training::Trainer;
use tiergate_wire::chat::Request;

use crate::Fault;
use crate::cli::Train;

/// What a line gives to learn from.
pub(crate) enum Lesson {
    /// Two requests say the same.
    Paraphrase(Box<[Request; 2]>),
    /// Of two requests the second is harder.
    Pair(Box<[Request; 2]>),
    Row(Box<Row>),
}

/// The members that tell the kinds of lines apart.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow)]
    request: Option<&'a RawValue>,
    #[serde(borrow)]
    easier: Option<&'a RawValue>,
    #[serde(borrow)]
    harder: Option<&'a RawValue>,
    #[serde(borrow)]
    a: Option<&'a RawValue>,
    #[serde(borrow)]
    b: Option<&'a RawValue>,
}

impl Lesson {
    /// Reads a line: a row when it has a `request`, else a pair or a paraphrase.
    pub(crate) fn parse(line: &str) -> Result<Self, Fault> {
        let members: Members<'_> =
            serde_json::from_str(line).map_err(|fault| format!("not a JSON object: {fault}"))?;
        let Members {
            request,
            easier,
            harder,
            a,
            b,
        } = members;
        if request.is_some() {
            return Ok(Self::Row(Box::new(Row::parse(line)?)));
        }
        if easier.or(harder).is_some() {
            let pair = couple("pair", [("easier", easier), ("harder", harder)])?;
            return Ok(Self::Pair(pair));
        }
        if a.or(b).is_some() {
            let same = couple("paraphrase", [("a", a), ("b", b)])?;
            return Ok(Self::Paraphrase(same));
        }
        Err("a line needs 'request', or 'easier' and 'harder', or 'a' and 'b'".into())
    }

    pub(crate) fn teach(self, trainer: &mut Trainer, asked: &Train) {
        match self {
            Self::Pair(pair) => {
                let [easier, harder] = *pair;
                trainer.pair(easier, harder);
            }
            Self::Paraphrase(same) => {
                let [a, b] = *same;
                trainer.paraphrase(a, b);
            }
            Self::Row(row) if asked.leaves_out(&row) => {}
            Self::Row(row) => match row.expect_tier {
                Some(tiers) => trainer.expected(&row.bench, row.request, tiers),
                None => trainer.labelled(&row.bench, &row.request, row.tiers),
            },
        }
    }
}

impl Train {
    fn leaves_out(&self, row: &Row) -> bool {
        let named = |bench: &String| {
            bench
                .strip_suffix('*')
                .map_or(*bench == row.bench, |start| row.bench.starts_with(start))
        };
        self.leave_out.iter().any(named) || row.fold.is_some() && row.fold == self.without_fold
    }
}

/// Two requests under their names.
fn couple(kind: &str, members: [(&str, Option<&RawValue>); 2]) -> Result<Box<[Request; 2]>, Fault> {
    let read = |(name, raw): (&str, Option<&RawValue>)| -> Result<Request, Fault> {
        let raw = raw.ok_or_else(|| format!("a {kind} without '{name}'"))?;
        request(raw.get()).map_err(|fault| {
            format!("'{name}' of the {kind} is not a valid request: {fault}").into()
        })
    };
    let [one, other] = members;
    Ok(Box::new([read(one)?, read(other)?]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HI: &str = r#"{"messages":[{"role":"user","content":"hi"}]}"#;

    #[track_caller]
    fn told(line: &str, words: &str) {
        let told = Lesson::parse(line).err().unwrap().to_string();
        assert!(told.contains(words), "{told}");
    }

    #[test]
    fn a_broken_line_is_told_as_what_it_is() {
        told(&format!(r#"{{"a":{HI}}}"#), "a paraphrase without 'b'");
        told(
            &format!(r#"{{"a":{HI},"b":7}}"#),
            "'b' of the paraphrase is not",
        );
        told(
            &format!(r#"{{"b":{HI},"a":{{"messages":[]}}}}"#),
            "'a' of the paraphrase",
        );
        told(&format!(r#"{{"harder":{HI}}}"#), "a pair without 'easier'");
        told(
            &format!(r#"{{"easier":{HI},"harder":null}}"#),
            "a pair without 'harder'",
        );
        told(
            &format!(r#"{{"easier":{HI},"harder":{{}}}}"#),
            "'harder' of the pair is not",
        );
        told(r#"{"request":{"messages":[]}}"#, "its request is not valid");
        told(r#"{"bench":"mmlu"}"#, "needs 'request', or 'easier'");
        told("[]", "not a JSON object");
    }

    #[test]
    fn other_members_make_no_other_kind() {
        let row = Lesson::parse(&format!(r#"{{"request":{HI},"a":7,"easier":"mmlu"}}"#));
        assert!(matches!(row.unwrap(), Lesson::Row(_)));
        let pair = Lesson::parse(&format!(r#"{{"easier":{HI},"harder":{HI},"a":7}}"#));
        assert!(matches!(pair.unwrap(), Lesson::Pair(_)));
        let same = Lesson::parse(&format!(r#"{{"a":{HI},"b":{HI},"why":"register"}}"#));
        assert!(matches!(same.unwrap(), Lesson::Paraphrase(_)));
    }
}
