//! What a client thinks of an answer: the body of `POST /v1/feedback`.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::json::{Invalid, Kind, Scanner, Str};

type Result<T> = std::result::Result<T, Invalid>;

/// A rating of the answer to an earlier request.
#[derive(Clone, Debug, PartialEq)]
pub struct Feedback {
    /// The id that the answer carried in `x-request-id`.
    pub request_id: Box<str>,
    /// How good the answer was.
    pub rating: Rating,
    /// What the client says about it.
    pub comment: Option<Box<str>>,
}

/// How good an answer was.
///
/// It serialises as the client wrote it: `"good"`, `"bad"` or a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rating(Said);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    Bad,
    Good,
    Share(f64),
}

impl Rating {
    /// The answer did not do.
    pub const BAD: Self = Self(Said::Bad);
    /// The answer did.
    pub const GOOD: Self = Self(Said::Good);

    /// A rating from 0, useless, to 1, perfect; nothing outside of that.
    pub fn try_new(share: f64) -> Option<Self> {
        let within = (0.0..=1.0).contains(&share);
        // a zero has no sign here
        within.then_some(Self(Said::Share(share.abs())))
    }

    /// The rating from 0 to 1: bad is 0 and good is 1.
    pub fn share(self) -> f64 {
        match self.0 {
            Said::Bad => 0.0,
            Said::Good => 1.0,
            Said::Share(share) => share,
        }
    }
}

impl Serialize for Rating {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self.0 {
            Said::Bad => serializer.serialize_str("bad"),
            Said::Good => serializer.serialize_str("good"),
            Said::Share(share) => serializer.serialize_f64(share),
        }
    }
}

impl Feedback {
    /// The longest comment, in characters.
    pub const LONGEST_COMMENT: usize = 2_000;

    /// The longest id that a request can have, in bytes.
    pub const LONGEST_ID: usize = 256;

    /// Reads a body. `score` is another name for a rating in numbers; a member that is null counts as
    /// absent.
    ///
    /// # Errors
    /// [`Invalid`], with the member at fault: one that is missing, of the wrong type, out of bounds,
    /// unknown, or there twice, and `score` beside `rating`.
    ///
    /// ```
    /// use tiergate_wire::feedback::{Feedback, Rating};
    ///
    /// let feedback = Feedback::parse(br#"{"request_id": "req_1", "rating": "good"}"#)?;
    /// assert_eq!(feedback.rating, Rating::GOOD);
    /// let fault = Feedback::parse(br#"{"request_id": "req_1", "score": 7}"#).unwrap_err();
    /// assert_eq!(fault.param(), Some("score"));
    /// # Ok::<(), tiergate_wire::json::Invalid>(())
    /// ```
    pub fn parse(body: &[u8]) -> Result<Self> {
        let mut scanner = Scanner::new(body)?;
        if scanner.kind()? != Kind::Object {
            return Err(scanner.fault("the body must be a JSON object"));
        }
        let mut draft = Draft::default();
        scanner.object(|inner, name| draft.member(inner, name))?;
        scanner.end()?;
        draft.finish(scanner.at())
    }
}

/// The members as they come.
#[derive(Default)]
struct Draft {
    seen: Vec<&'static str>,
    request_id: Option<Box<str>>,
    rating: Option<Rating>,
    score: Option<Rating>,
    comment: Option<Box<str>>,
}

const KNOWN: [&str; 4] = ["request_id", "rating", "score", "comment"];

impl Draft {
    fn member(&mut self, scanner: &mut Scanner<'_>, name: Str) -> Result<()> {
        let key = name.decoded(scanner.bytes());
        let key = String::from_utf8_lossy(&key);
        let Some(known) = KNOWN.into_iter().find(|known| *known == key) else {
            return Err(unknown(scanner, &key));
        };
        if self.seen.contains(&known) {
            let message = format!("'{known}' stands twice in the body");
            return Err(scanner.fault(message).of(known));
        }
        self.seen.push(known);
        if scanner.kind()? == Kind::Null {
            return scanner.skip().map(drop);
        }
        let start = scanner.at();
        let fault = |message: Cow<'static, str>| Invalid::at(start, message).of(known);
        match known {
            "request_id" => {
                let read = text(scanner)?.filter(|id| id.len() <= Feedback::LONGEST_ID);
                let wrong = "'request_id' must be the id of a request, as 'x-request-id' gave it";
                self.request_id = Some(read.ok_or_else(|| fault(wrong.into()))?);
            }
            "rating" => {
                let wrong = "'rating' must be 'good', 'bad' or a number from 0 to 1";
                self.rating = Some(rating(scanner)?.ok_or_else(|| fault(wrong.into()))?);
            }
            "score" => {
                let wrong = "'score' must be a number from 0 to 1";
                self.score = Some(number(scanner)?.ok_or_else(|| fault(wrong.into()))?);
            }
            _ => {
                let most = Feedback::LONGEST_COMMENT;
                let read = text(scanner)?.filter(|text| text.chars().count() <= most);
                let wrong = || format!("'comment' must be a string of at most {most} characters");
                self.comment = Some(read.ok_or_else(|| fault(wrong().into()))?);
            }
        }
        Ok(())
    }

    fn finish(self, end: usize) -> Result<Feedback> {
        let fault =
            |param: &'static str, message: &'static str| Invalid::at(end, message).of(param);
        let rating = match (self.rating, self.score) {
            (Some(rating), None) | (None, Some(rating)) => rating,
            (Some(_), Some(_)) => {
                return Err(fault(
                    "score",
                    "'rating' and 'score' exclude each other: send one",
                ));
            }
            (None, None) => return Err(fault("rating", "'rating' is missing")),
        };
        let missing = || fault("request_id", "'request_id' is missing");
        Ok(Feedback {
            request_id: self.request_id.ok_or_else(missing)?,
            rating,
            comment: self.comment,
        })
    }
}

fn unknown(scanner: &Scanner<'_>, key: &str) -> Invalid {
    const LONGEST: usize = 64;
    let key: String = key.chars().take(LONGEST).collect();
    let members = KNOWN.join(", ");
    let message = format!("'{key}' is not a member of feedback: there are {members}");
    scanner.fault(message).of(key)
}

fn rating(scanner: &mut Scanner<'_>) -> Result<Option<Rating>> {
    if scanner.kind()? != Kind::String {
        return number(scanner);
    }
    Ok(match text(scanner)?.as_deref() {
        Some("bad") => Some(Rating::BAD),
        Some("good") => Some(Rating::GOOD),
        _ => None,
    })
}

/// A number from 0 to 1; nothing when it is something else.
fn number(scanner: &mut Scanner<'_>) -> Result<Option<Rating>> {
    let numeric = scanner.kind()? == Kind::Number;
    let raw = scanner.skip()?.of(scanner.bytes());
    let text = std::str::from_utf8(raw).ok().filter(|_| numeric);
    Ok(text
        .and_then(|text| text.trim().parse().ok())
        .and_then(Rating::try_new))
}

/// A string; nothing when it is something else.
fn text(scanner: &mut Scanner<'_>) -> Result<Option<Box<str>>> {
    if scanner.kind()? != Kind::String {
        scanner.skip()?;
        return Ok(None);
    }
    let text = scanner.string()?.decoded(scanner.bytes());
    Ok(Some(String::from_utf8_lossy(&text).into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(body: &str) -> Result<Feedback> {
        Feedback::parse(body.as_bytes())
    }

    #[test]
    fn every_form_of_a_rating_is_read_and_written_as_it_came() {
        for (member, share, written) in [
            (r#""rating":"good""#, 1.0, r#""good""#),
            (r#""rating" : "bad""#, 0.0, r#""bad""#),
            (r#""rating":0.25"#, 0.25, "0.25"),
            (r#""score":1"#, 1.0, "1.0"),
            (r#""score":0,"rating":null"#, 0.0, "0.0"),
            (r#""score":2e-1 "#, 0.2, "0.2"),
        ] {
            let feedback = read(&format!(r#"{{"request_id":"r",{member}}}"#)).unwrap();
            assert_eq!(
                feedback.rating.share().to_bits(),
                f64::to_bits(share),
                "{member}"
            );
            assert_eq!(serde_json::to_string(&feedback.rating).unwrap(), written);
            assert_eq!((&*feedback.request_id, feedback.comment), ("r", None));
        }
    }

    #[test]
    fn a_fault_names_its_member() {
        for (members, param) in [
            (r#""rating":"good""#, "request_id"),
            (r#""request_id":null,"rating":"good""#, "request_id"),
            (r#""request_id":7,"rating":"good""#, "request_id"),
            (r#""request_id":"r""#, "rating"),
            (r#""request_id":"r","rating":null"#, "rating"),
            (r#""request_id":"r","rating":"fine""#, "rating"),
            (r#""request_id":"r","rating":1.01"#, "rating"),
            (r#""request_id":"r","rating":-0.1"#, "rating"),
            (r#""request_id":"r","rating":true"#, "rating"),
            (r#""request_id":"r","rating":[1]"#, "rating"),
            (r#""request_id":"r","score":"good""#, "score"),
            (r#""request_id":"r","score":1e400"#, "score"),
            (r#""request_id":"r","score":1,"rating":"good""#, "score"),
            (r#""request_id":"r","rating":1,"rating":1"#, "rating"),
            (r#""request_id":"r","rating":1,"comment":7"#, "comment"),
            (r#""request_id":"r","rating":1,"stars":5"#, "stars"),
        ] {
            let fault = read(&format!("{{{members}}}")).unwrap_err();
            assert_eq!(fault.param(), Some(param), "{members}: {fault}");
        }
        for body in ["", "[]", "{", "null", r#"{"request_id":"r","rating":1}x"#] {
            assert_eq!(read(body).unwrap_err().param(), None, "{body}");
        }
    }

    #[test]
    fn a_comment_is_bounded_in_characters() {
        let body = |length| {
            let comment = "é".repeat(length);
            format!(r#"{{"request_id":"r","rating":1,"comment":"{comment}"}}"#)
        };
        let feedback = read(&body(Feedback::LONGEST_COMMENT)).unwrap();
        assert_eq!(feedback.comment.unwrap().chars().count(), 2_000);
        let fault = read(&body(Feedback::LONGEST_COMMENT + 1)).unwrap_err();
        assert_eq!(fault.param(), Some("comment"));
    }

    proptest! {
        #[test]
        fn any_comment_and_share_come_back(text in "\\PC{0,40}", share in 0.0..=1.0f64) {
            let body = serde_json::json!({"request_id": text, "score": share, "comment": text});
            let feedback = read(&body.to_string()).unwrap();
            prop_assert_eq!(feedback.rating.share().to_bits(), share.to_bits());
            prop_assert_eq!(feedback.comment.as_deref(), Some(&*text));
            prop_assert_eq!(&*feedback.request_id, &*text);
        }
    }
}
