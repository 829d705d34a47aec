//! What an error body means, whatever its shape.

use serde_json::Value;

use super::quirks::{Quirks, Row};
use crate::fault::{Cause, Fault, by_status, is_context};

/// Reads an error body that came with `status`.
///
/// Knows OpenAI's envelope and the shapes of other hosts: flat objects, `error` as a text, validation
/// lists under `detail`, an envelope inside an array, and `base_resp`. A body without a readable
/// message gives a message of our own.
pub fn fault(status: u16, body: &[u8], quirks: &Quirks) -> Fault {
    let parsed: Value = serde_json::from_slice(body).unwrap_or_default();
    let whole = match &parsed {
        Value::Array(errors) => errors.first().unwrap_or(&Value::Null),
        other => other,
    };
    let base = &whole["base_resp"];
    if quirks.has(Row::BaseResp) && base["status_code"].as_i64().is_some_and(|code| code != 0) {
        return base_resp(status, base);
    }
    let inner = match &whole["error"] {
        object @ Value::Object(_) => object,
        _ => whole,
    };
    let told = Told {
        code: scalar(&inner["code"]),
        kind: scalar(&inner["type"]),
        status: claimed(status, &inner["code"]),
        message: message(whole, inner),
        flagged: is_flagged(inner),
    };
    Fault {
        cause: told.cause(),
        status: told.status,
        param: scalar(&inner["param"]),
        wait: wait(inner),
        message: told
            .message
            .unwrap_or_else(|| format!("status {status} without a readable error")),
        code: told.code.or(told.kind),
    }
}

/// What is read of an error before it is judged.
struct Told {
    status: u16,
    code: Option<String>,
    kind: Option<String>,
    message: Option<String>,
    flagged: bool,
}

impl Told {
    fn cause(&self) -> Cause {
        self.cause_by_word()
            .unwrap_or_else(|| by_status(self.status, self.kind.as_deref()))
    }

    /// Words about the account are believed at the beginning of a message only: further on stands what was sent.
    fn cause_by_word(&self) -> Option<Cause> {
        let text = self.message.as_deref().unwrap_or_default().to_lowercase();
        let words = [self.code.as_deref(), self.kind.as_deref()];
        let says = |known: &[&str]| words.iter().flatten().any(|word| known.contains(word));
        if says(&["context_length_exceeded"]) || self.may_be_context() && is_context(&text) {
            Some(Cause::ContextTooLong)
        } else if self.flagged || says(CONTENT_FILTER) || text.starts_with(UNSAFE) {
            Some(Cause::ContentFilter)
        } else if says(&["insufficient_quota"]) && text.contains("token-limit") {
            // Alibaba's throttle per minute goes by this name and links there
            Some(Cause::RateLimited)
        } else if says(BILLING) || text.starts_with("insufficient balance") {
            Some(Cause::Billing)
        } else if says(AUTH) || KEY.iter().any(|words| text.starts_with(words)) {
            Some(Cause::Auth)
        } else if says(RATE_LIMITED) {
            Some(Cause::RateLimited)
        } else if says(&["overloaded_error", "overloaded", "server_overloaded"]) {
            Some(Cause::Overloaded)
        } else if says(NO_MODEL) {
            Some(Cause::NotFound)
        } else {
            None
        }
    }

    /// A size in bytes, a length of one string and a quota in tokens are no context window.
    fn may_be_context(&self) -> bool {
        !matches!(self.status, 401..=404 | 413 | 429)
            && self.code.as_deref() != Some("string_above_max_length")
    }
}

const CONTENT_FILTER: &[&str] = &[
    "content_filter",
    "content_filtered",
    "content_policy_violation",
    "moderation_blocked",
    "1301",
];

/// How xAI says with a 403 that the content is refused.
const UNSAFE: &str = "content violates usage guidelines";

/// `1113`: no balance at Z.ai; `1308`: its plan's allowance is used up.
const BILLING: &[&str] = &[
    "1113",
    "1308",
    "billing_error",
    "billing_hard_limit_reached",
    "credit_balance_too_low",
    "insufficient_balance",
    "insufficient_quota",
];

const AUTH: &[&str] = &[
    "API_KEY_INVALID",
    "authentication_error",
    "invalid_api_key",
    "permission_error",
];

/// How messages about our key begin, in lower case.
const KEY: [&str; 2] = ["api key not valid", "incorrect api key provided"];

/// The model's name at the host is ours, so that it is wrong is nobody else's fault, whatever the status.
const NO_MODEL: &[&str] = &[
    "DeploymentNotFound",
    "invalid_model",
    "model_not_available",
    "model_not_found",
    "unknown_model",
];

/// `1302`, `1303`: concurrency and frequency at Z.ai.
const RATE_LIMITED: &[&str] = &[
    "1302",
    "1303",
    "rate_limit_error",
    "rate_limit_exceeded",
    "too_many_requests",
];

fn is_flagged(inner: &Value) -> bool {
    let innermost = &inner["innererror"]["code"];
    innermost == "ResponsibleAIPolicyViolation" || inner["metadata"]["flagged_input"].is_string()
}

/// The status that the body claims, where the HTTP status says success.
fn claimed(status: u16, code: &Value) -> u16 {
    if status >= 300 {
        return status;
    }
    let number = match code {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64().and_then(|number| u16::try_from(number).ok()),
    };
    number
        .filter(|number| (400..600).contains(number))
        .unwrap_or(status)
}

fn message(whole: &Value, inner: &Value) -> Option<String> {
    let told = [
        &inner["message"],
        &whole["error"],
        &whole["detail"],
        &whole["message"],
    ];
    let text = told.into_iter().find_map(readable)?;
    // OpenRouter wraps the words of the host behind it
    match inner["metadata"]["raw"].as_str() {
        Some(raw) => Some(format!("{text}: {raw}")),
        None => Some(text),
    }
}

/// A text, or the texts of a validation list.
fn readable(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Object(object) => object.get("detail").and_then(readable),
        Value::Array(list) => {
            let lines: Vec<_> = list.iter().filter_map(validation).collect();
            (!lines.is_empty()).then(|| lines.join("; "))
        }
        _ => None,
    }
}

/// `{"loc":["body","messages"],"msg":"Field required"}` as `body.messages: Field required`.
fn validation(entry: &Value) -> Option<String> {
    let text = entry["msg"].as_str().or_else(|| entry.as_str())?;
    let place = entry["loc"].as_array().into_iter().flatten();
    let place: Vec<_> = place.filter_map(scalar).collect();
    if place.is_empty() {
        return Some(text.to_owned());
    }
    Some(format!("{}: {text}", place.join(".")))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Google's retry delay, or OpenRouter's reset header inside the body.
fn wait(inner: &Value) -> Option<String> {
    let mut details = inner["details"].as_array().into_iter().flatten();
    let delay = details.find_map(|detail| scalar(&detail["retryDelay"]));
    delay.or_else(|| scalar(&inner["metadata"]["headers"]["X-RateLimit-Reset"]))
}

/// MiniMax: 1002 and 1039 rates, 1004 key, 1008 balance, 1026 and 1027 content, 2013 parameters.
fn base_resp(status: u16, base: &Value) -> Fault {
    let code = base["status_code"].as_i64().unwrap_or_default();
    let cause = match code {
        1002 | 1039 => Cause::RateLimited,
        1004 => Cause::Auth,
        1008 => Cause::Billing,
        1026 | 1027 => Cause::ContentFilter,
        2013 => Cause::BadRequest,
        _ => Cause::Invalid,
    };
    let text = base["status_msg"].as_str().unwrap_or("no message");
    Fault {
        cause,
        status,
        message: text.to_owned(),
        code: Some(code.to_string()),
        param: None,
        wait: None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(status: u16, body: &str, cause: Cause) {
        let read = fault(status, body.as_bytes(), Quirks::COMPATIBLE);
        assert_eq!(read.cause, cause, "{read:?}");
    }

    #[test]
    fn every_context_text_is_known() {
        let texts = [
            "prompt is too long: 250000 tokens > 200000 maximum",
            "input length and max_tokens exceed context limit",
            "Input is too long for requested model.",
            "Your input exceeds the context window of this model.",
            "This model's maximum context length is 128000 tokens.",
            "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
            "This model's maximum prompt length is 131072 but the request contains 140000 tokens.",
            "Please reduce the length of the messages or completion.",
            "Current length is 140000 while limit is 131072",
            "invalid params, context window exceeds limit",
            "Your request exceeded model token limit: 262144",
            "the request exceeds the available context size, try increasing it",
            "Trying to keep the first 9000 tokens when context the overflows; greater than the context length",
            "The prompt (9000 tokens) is longer than the model's context length of 8192",
            "Given: 9000 `inputs` tokens. The maximum input length is 8192",
        ];
        for text in texts {
            let body = serde_json::json!({"error": {"message": text}}).to_string();
            check(400, &body, Cause::ContextTooLong);
            check(200, &body, Cause::ContextTooLong);
            check(413, &body, Cause::TooLarge);
        }
        let long =
            r#"{"error":{"code":"string_above_max_length","message":"maximum context length"}}"#;
        check(400, long, Cause::BadRequest);
    }

    #[test]
    fn a_quota_by_another_name_is_a_rate() {
        check(
            429,
            r#"{"error":{"code":"insufficient_quota","message":"see https://x.test/error-code#token-limit"}}"#,
            Cause::RateLimited,
        );
        check(
            413,
            r#"{"error":{"code":"rate_limit_exceeded","message":"Request too large, on tokens per minute"}}"#,
            Cause::RateLimited,
        );
        check(
            400,
            r#"[{"error":{"code":400,"message":"API key not valid."}}]"#,
            Cause::Auth,
        );
    }

    #[test]
    fn what_a_message_repeats_says_nothing_of_the_account() {
        for words in ["insufficient balance", "API key not valid"] {
            let error =
                serde_json::json!({"error": {"message": format!("Invalid value: '{words}'")}});
            check(400, &error.to_string(), Cause::BadRequest);
        }
        check(
            400,
            r#"{"code":"Client specified an invalid argument","error":"Incorrect API key provided: xa***yz."}"#,
            Cause::Auth,
        );
    }

    #[test]
    fn a_model_that_is_not_there_is_not_the_requests_fault() {
        check(
            400,
            r#"{"object":"error","message":"Invalid model: m","type":"invalid_model","param":null,"code":"1500"}"#,
            Cause::NotFound,
        );
    }

    #[test]
    fn an_unsafe_text_is_no_matter_of_the_key() {
        check(
            403,
            r#"{"code":"The caller does not have permission to execute the specified operation","error":"Content violates usage guidelines. Team: t, Failed check: SAFETY_CHECK_TYPE_BIO"}"#,
            Cause::ContentFilter,
        );
    }

    #[test]
    fn statuses_speak_where_bodies_do_not() {
        for (status, cause) in [
            (400, Cause::BadRequest),
            (401, Cause::Auth),
            (402, Cause::Billing),
            (403, Cause::Auth),
            (404, Cause::NotFound),
            (405, Cause::Server),
            (409, Cause::Overloaded),
            (413, Cause::TooLarge),
            (422, Cause::Unprocessable),
            (424, Cause::Server),
            (429, Cause::RateLimited),
            (500, Cause::Server),
            (503, Cause::Overloaded),
            (529, Cause::Overloaded),
            (302, Cause::Invalid),
        ] {
            check(status, "<html>", cause);
        }
        let read = fault(502, b"", Quirks::COMPATIBLE);
        assert_eq!(read.message, "status 502 without a readable error");
    }

    proptest! {
        #[test]
        fn any_body_is_survived(
            status in 100..600_u16,
            body in "[{}\\[\\]\":,a-z0-9]{0,60}|\\{\"error\":[a-z\"{}:\\[\\]0-9]{0,40}\\}",
        ) {
            for quirks in Quirks::all() {
                let _ = fault(status, body.as_bytes(), quirks);
            }
        }
    }
}
