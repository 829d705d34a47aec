//! Errors, as an answer of their own or inside a stream.

use serde::Deserialize;

use crate::fault::{Cause, Fault, by_status, is_context};
use crate::inner::Text;

/// What an error body means; `kind` is the header `x-amzn-errortype` or the type of an exception in a stream.
pub fn fault(status: u16, kind: Option<&str>, body: &[u8]) -> Fault {
    let told: Told<'_> = serde_json::from_slice(body).unwrap_or_default();
    let inside = told.kind.as_ref().map(Text::value);
    let code = kind.or(inside.as_deref()).map(bare);
    let code = code.filter(|code| !code.is_empty()).map(str::to_owned);
    let known = code.as_deref().and_then(known);
    let status = match known {
        Some((_, known)) if status < 300 => known,
        _ => status,
    };
    let message = told.message();
    let text = message.as_deref().unwrap_or_default().to_lowercase();
    let cause = by_words(&text, status).or_else(|| known.map(|(cause, _)| cause));
    Fault {
        cause: cause.unwrap_or_else(|| by_status(status, None)),
        status,
        message: message.unwrap_or_else(|| format!("status {status} without a readable error")),
        code,
        param: None,
        wait: None,
    }
}

/// The members have more than one spelling.
#[derive(Default, Deserialize)]
struct Told<'a> {
    #[serde(borrow, rename = "__type")]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
    #[serde(borrow, rename = "Message")]
    signing: Option<Text<'a>>,
    #[serde(borrow, rename = "originalMessage")]
    original: Option<Text<'a>>,
}

impl Told<'_> {
    fn message(&self) -> Option<String> {
        let text = self.message.as_ref().or(self.signing.as_ref())?.value();
        if text.is_empty() {
            return None;
        }
        Some(match &self.original {
            Some(original) => format!("{text}: {}", original.value()),
            None => text.into_owned(),
        })
    }
}

/// `ThrottlingException` of `com.amazon#ThrottlingException:http://…`.
fn bare(kind: &str) -> &str {
    let kind = kind.split(':').next().unwrap_or(kind);
    kind.rsplit('#').next().unwrap_or(kind).trim()
}

/// What an error's type means, and its status where it came inside a stream.
fn known(code: &str) -> Option<(Cause, u16)> {
    let code = code.to_ascii_lowercase();
    Some(match code.strip_suffix("exception").unwrap_or(&code) {
        "accessdenied"
        | "expiredtoken"
        | "incompletesignature"
        | "invalidclienttokenid"
        | "invalidsignature"
        | "missingauthenticationtoken"
        | "signaturedoesnotmatch"
        | "unrecognizedclient" => (Cause::Auth, 403),
        "internalserver" | "internalfailure" => (Cause::Server, 500),
        "modelerror" | "modelstreamerror" => (Cause::Server, 424),
        "modelnotready" | "throttling" | "toomanyrequests" => (Cause::RateLimited, 429),
        "modeltimeout" => (Cause::Overloaded, 408),
        "resourcenotfound" => (Cause::NotFound, 404),
        "servicequotaexceeded" => (Cause::Billing, 400),
        "serviceunavailable" => (Cause::Overloaded, 503),
        "validation" => (Cause::BadRequest, 400),
        _ => return None,
    })
}

/// What only the words tell, in lower case.
fn by_words(text: &str, status: u16) -> Option<Cause> {
    let says = |words: &[&str]| words.iter().any(|known| text.contains(known));
    match status {
        400 if is_context(text) => Some(Cause::ContextTooLong),
        400 if says(&["content filtering policy"]) => Some(Cause::ContentFilter),
        // the first asks for an inference profile's id in place of the model's
        400 if says(&[
            "on-demand throughput isn",
            "model identifier is invalid",
            "model id isn't supported",
        ]) =>
        {
            Some(Cause::NotFound)
        }
        // the account has not subscribed to the model; its credential is good for others
        403 if says(&["access to the model"]) => Some(Cause::NotFound),
        429 if says(&["per day"]) => Some(Cause::Billing),
        _ => None,
    }
}
