//! Google's errors.

use serde_json::Value;

use crate::fault::{Cause, Fault, by_status, is_context};

/// What an error body means, alone or as the one element of an array; `kind` says nothing here.
pub fn fault(status: u16, _kind: Option<&str>, body: &[u8]) -> Fault {
    let whole: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let whole = match &whole {
        Value::Array(list) => list.iter().find(|element| element["error"].is_object()),
        other => Some(other),
    };
    let error = whole.map_or(&Value::Null, |whole| &whole["error"]);
    let status = claimed(status, &error["code"]);
    let message = error["message"].as_str().or(error.as_str());
    let read = Read {
        status,
        word: error["status"].as_str().unwrap_or_default(),
        text: message.unwrap_or_default().to_lowercase(),
        details: error["details"].as_array().map_or(&[], Vec::as_slice),
    };
    Fault {
        cause: read.cause(),
        status,
        message: message.map_or_else(
            || format!("status {status} without a readable error"),
            str::to_owned,
        ),
        code: read.code().map(str::to_owned),
        param: read.param(),
        wait: read.wait(),
    }
}

/// The status that the body claims, where the HTTP status says success.
fn claimed(status: u16, code: &Value) -> u16 {
    let number = code.as_u64().and_then(|code| u16::try_from(code).ok());
    let number = number.filter(|code| (400..600).contains(code));
    number.filter(|_| status < 300).unwrap_or(status)
}

struct Read<'v> {
    status: u16,
    /// Such as `RESOURCE_EXHAUSTED`.
    word: &'v str,
    /// The message in lower case.
    text: String,
    details: &'v [Value],
}

impl Read<'_> {
    fn cause(&self) -> Cause {
        if self.has_reason(&["API_KEY_INVALID"]) || self.text.starts_with("api key not valid") {
            return Cause::Auth;
        }
        if self.has_reason(&["BILLING_DISABLED"]) {
            return Cause::Billing;
        }
        match self.word {
            "RESOURCE_EXHAUSTED" => self.exhausted(),
            "UNAVAILABLE" => Cause::Overloaded,
            "UNAUTHENTICATED" | "PERMISSION_DENIED" => Cause::Auth,
            "NOT_FOUND" => Cause::NotFound,
            "INVALID_ARGUMENT" | "FAILED_PRECONDITION" | "OUT_OF_RANGE" => self.refused(),
            "CANCELLED" | "DATA_LOSS" | "DEADLINE_EXCEEDED" | "INTERNAL" | "UNIMPLEMENTED"
            | "UNKNOWN" => Cause::Server,
            _ if self.status == 429 => self.exhausted(),
            _ if self.status == 400 => self.refused(),
            _ => by_status(self.status, None),
        }
    }

    /// The reason, which tells apart what is refused: our key, or what the request names; else the status word.
    fn code(&self) -> Option<&str> {
        let reasons = self.details.iter();
        let mut reasons = reasons.filter_map(|detail| detail["reason"].as_str());
        let reason = match self.cause() {
            Cause::Auth => reasons.next(),
            _ => None,
        };
        reason.or(Some(self.word)).filter(|code| !code.is_empty())
    }

    /// Some quota is used up: for a minute, for the day, or there never was any.
    fn exhausted(&self) -> Cause {
        if self.has_no_quota() || self.quotas().any(|quota| quota.contains("PerDay")) {
            Cause::Billing
        } else {
            Cause::RateLimited
        }
    }

    fn has_no_quota(&self) -> bool {
        let mut limits = self.text.split("limit: 0").skip(1);
        limits.any(|rest| !rest.starts_with(|next: char| next.is_ascii_digit() || next == '.'))
    }

    fn refused(&self) -> Cause {
        let says = |words: &str| self.text.contains(words);
        let begins = |words: &str| self.text.starts_with(words);
        if is_context(&self.text) {
            Cause::ContextTooLong
        } else if says("request payload size exceeds") {
            Cause::TooLarge
        } else if begins("user location is not supported") || begins("api key expired") {
            // the place or the key is at fault, not the request: others may answer it
            Cause::Auth
        } else if self.word == "FAILED_PRECONDITION" && says("billing") {
            Cause::Billing
        } else {
            Cause::BadRequest
        }
    }

    fn has_reason(&self, known: &[&str]) -> bool {
        let mut reasons = self
            .details
            .iter()
            .filter_map(|detail| detail["reason"].as_str());
        reasons.any(|reason| known.contains(&reason))
    }

    fn quotas(&self) -> impl Iterator<Item = &str> {
        let lists = self
            .details
            .iter()
            .filter_map(|detail| detail["violations"].as_array());
        lists
            .flatten()
            .filter_map(|violation| violation["quotaId"].as_str())
    }

    fn param(&self) -> Option<String> {
        let mut lists = self
            .details
            .iter()
            .filter_map(|detail| detail["fieldViolations"].as_array());
        let field = lists.find_map(|list| list.first()?["field"].as_str())?;
        Some(field.to_owned())
    }

    /// Google's retry delay, or the one in its words.
    fn wait(&self) -> Option<String> {
        let mut delays = self
            .details
            .iter()
            .filter_map(|detail| detail["retryDelay"].as_str());
        let delay = delays.next().or_else(|| {
            let (_, rest) = self.text.split_once("retry in ")?;
            let word = rest.split_whitespace().next()?.trim_end_matches(['.', ',']);
            word.starts_with(|first: char| first.is_ascii_digit())
                .then_some(word)
        });
        delay.map(str::to_owned)
    }
}
