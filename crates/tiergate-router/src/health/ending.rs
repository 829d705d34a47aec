//! What a failed attempt says of who was asked.

use tiergate_failover::health::Ending;
use tiergate_providers::{Error, Kind};

/// The ending of an attempt at a model that failed with this error; `hurried` tells that the caller gave it less
/// time than any target is given.
///
/// What the caller may have brought about says nothing of the target: nobody can shut a target, or a credential that
/// is shared, for others by sending what it refuses.
pub(crate) fn ending(error: &Error, model: &str, hurried: bool) -> Ending {
    let rest = error.retry_after();
    match error.cause() {
        _ if error.is_stale() => Ending::Neutral,
        Kind::Connect => Ending::Unreachable,
        Kind::Timeout if hurried => Ending::Neutral,
        Kind::Reset | Kind::Timeout => Ending::Silent,
        Kind::Overloaded if matches!(error.status(), Some(408 | 409 | 425)) => Ending::Busy,
        // a way that leads nowhere may be one that only this request takes
        Kind::Server if matches!(error.status(), Some(405..=423 | 426..=499)) => Ending::Busy,
        Kind::Interrupted | Kind::Invalid | Kind::Overloaded | Kind::Server => {
            Ending::Failed { rest }
        }
        Kind::RateLimited => Ending::Limited {
            rest,
            account: false,
        },
        Kind::Auth | Kind::NotFound if is_about_model(error, model) => Ending::Gone,
        Kind::Auth if is_about_key(error) => Ending::Refused,
        Kind::Billing => Ending::Refused,
        Kind::NotFound if is_about_request(error) => Ending::Neutral,
        // what is forbidden or not found may be ours, or something that the request names
        Kind::Auth | Kind::NotFound => Ending::Busy,
        _ => Ending::Neutral,
    }
}

/// Whether an error is about the model and nothing else that the request names.
fn is_about_model(error: &Error, model: &str) -> bool {
    const CODES: [&str; 6] = [
        "DeploymentNotFound",
        "invalid_model",
        "model_not_active",
        "model_not_available",
        "model_not_found",
        "unknown_model",
    ];
    /// What Amazon says without a name.
    const NAMELESS: [&str; 2] = [
        "The provided model identifier is invalid",
        "You don't have access to the model",
    ];
    let code = error.code().unwrap_or_default();
    let begins = |words: &&str| error.message().starts_with(words);
    CODES.contains(&code)
        || error.param() == Some("model")
        || NAMELESS.iter().any(begins)
        || speaks_of(error.message(), model)
}

/// Whether a message begins by speaking of this model, as vendors do: ``The model `m` does not exist``,
/// `model "m" not found`, `model: m`, `models/m is not found`, ``Publisher Model `projects/p/models/m` was not found``.
///
/// A name further on in a message says nothing: it may be that of a file, which the client has chosen.
fn speaks_of(message: &str, model: &str) -> bool {
    let message = message.to_lowercase();
    let model = model.to_lowercase();
    let mut rest = &*message;
    for word in [
        "the ",
        "unable to access ",
        "invocation of ",
        "invalid ",
        "publisher ",
    ] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let Some(rest) = rest.strip_prefix("model") else {
        return false;
    };
    let rest = rest.strip_prefix(" id").unwrap_or(rest);
    let rest = rest.trim_start_matches([':', ' ', '`', '\'', '"']);
    // one word, in which the vendor may have put the name of a project or a place before the model's
    let word = rest.split([' ', '`', '\'', '"', ',']).next();
    let word = word.unwrap_or_default().trim_end_matches(['.', ':']);
    !model.is_empty() && (word == model || word.ends_with(&format!("/{model}")))
}

/// Whether an error is about our key or account. A 403 alone is not: a file of somebody else's, an unsafe text or
/// a region are forbidden too.
fn is_about_key(error: &Error) -> bool {
    const CODES: [&str; 12] = [
        "API_KEY_INVALID",
        "API_KEY_SERVICE_BLOCKED",
        "CONSUMER_SUSPENDED",
        "SERVICE_DISABLED",
        "account_deactivated",
        "account_suspended",
        "authentication_error",
        "invalid_api_key",
        "invalid_authentication",
        "key_disabled",
        "organization_deactivated",
        "organization_disabled",
    ];
    /// Those of Amazon, with or without `Exception`.
    const SIGNED: [&str; 7] = [
        "ExpiredToken",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSignature",
        "MissingAuthenticationToken",
        "SignatureDoesNotMatch",
        "UnrecognizedClient",
    ];
    let code = error.code().unwrap_or_default();
    let signed = code.strip_suffix("Exception").unwrap_or(code);
    let begins = |words: &&str| error.message().starts_with(words);
    let forbidden =
        error.status() == Some(403) || matches!(code, "permission_error" | "PERMISSION_DENIED");
    !forbidden
        || CODES.contains(&code)
        || SIGNED.contains(&signed)
        || ["Your API key", "Incorrect API key"].iter().any(begins)
}

/// Whether an error is about something that the request names, such as a file or an earlier answer.
fn is_about_request(error: &Error) -> bool {
    const THINGS: [&str; 8] = [
        "cachedcontent",
        "container",
        "conversation",
        "file",
        "files",
        "item",
        "response",
        "vector",
    ];
    let message = error.message().to_lowercase();
    let mut words = message.split(|c: char| !c.is_alphanumeric());
    error.param().is_some() || words.any(|word| THINGS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(kind: Kind, status: u16, message: &str) -> Error {
        Error::new(kind, "p", message).with_status(status)
    }

    #[test]
    fn what_the_caller_names_shuts_no_target() {
        for message in [
            "No such File object: file-abc",
            "No such File object: gpt-x",
            "Previous response with id 'The model `gpt-x` does not exist' not found.",
        ] {
            let file = failed(Kind::NotFound, 404, message);
            assert_eq!(ending(&file, "gpt-x", false), Ending::Neutral, "{message}");
        }
        for kind in [
            Kind::BadRequest,
            Kind::ContentFilter,
            Kind::ContextTooLong,
            Kind::TooLarge,
            Kind::Unprocessable,
            Kind::Unsupported,
        ] {
            let refused = failed(kind, 400, "model gpt-x says no");
            assert_eq!(ending(&refused, "gpt-x", false), Ending::Neutral);
            assert_eq!(ending(&refused.interrupted(), "", false), Ending::Neutral);
        }
    }

    #[test]
    fn a_model_that_is_gone_is_known_by_what_vendors_say() {
        for message in [
            "The model `gpt-x` does not exist or you do not have access to it.",
            "The model gpt-x does not exist or your team does not have access to it.",
            "model 'gpt-x' not found",
            "model \"gpt-x\" not found, try pulling it first",
            "model: gpt-x",
            "models/gpt-x is not found for API version v1beta",
            "Publisher Model `projects/p/locations/l/publishers/g/models/gpt-x` was not found",
            "Invalid model: gpt-x.",
            "Unable to access model gpt-x. Please visit us",
            "Invocation of model ID gpt-x with on-demand throughput isn't supported.",
        ] {
            let gone = failed(Kind::NotFound, 404, message);
            assert_eq!(ending(&gone, "gpt-x", false), Ending::Gone, "{message}");
            let other = ending(&gone, "gpt", false);
            assert_ne!(other, Ending::Gone, "{message}");
            assert_ne!(ending(&gone, "", false), Ending::Gone, "{message}");
        }
        let nameless = "The provided model identifier is invalid.";
        let nameless = failed(Kind::NotFound, 400, nameless);
        assert_eq!(ending(&nameless, "gpt-x", false), Ending::Gone);
        let told = failed(Kind::NotFound, 404, "no").with_param("model");
        assert_eq!(ending(&told, "gpt-x", false), Ending::Gone);
        let page = failed(Kind::NotFound, 404, "status 404 without a readable error");
        assert_eq!(ending(&page, "gpt-x", false), Ending::Busy);
    }

    #[test]
    fn a_model_that_a_credential_may_not_use_is_no_fault_of_the_credential() {
        let all = failed(Kind::Auth, 401, "Incorrect API key provided");
        assert_eq!(ending(&all, "gpt-x", false), Ending::Refused);
        let one = failed(Kind::Auth, 403, "no access").with_code("model_not_found");
        assert_eq!(ending(&one, "gpt-x", false), Ending::Gone);
    }

    #[test]
    fn what_is_forbidden_shuts_no_credential_unless_it_is_the_key() {
        let file = "You do not have permission to access the File f or it may not exist.";
        let forbidden = failed(Kind::Auth, 403, file);
        let forbidden = forbidden.with_code("PERMISSION_DENIED");
        assert_eq!(ending(&forbidden, "m", false), Ending::Busy);
        for code in ["invalid_api_key", "UnrecognizedClientException"] {
            let key = failed(Kind::Auth, 403, "no").with_code(code);
            assert_eq!(ending(&key, "m", false), Ending::Refused, "{code}");
        }
        let leaked = failed(Kind::Auth, 403, "Your API key was reported as leaked.");
        assert_eq!(ending(&leaked, "m", false), Ending::Refused);
        let ours = Error::new(Kind::Auth, "p", "no token");
        assert_eq!(ending(&ours, "m", false), Ending::Refused);
    }

    #[test]
    fn a_broken_stream_counts_as_what_broke_it() {
        let limited = failed(Kind::RateLimited, 429, "slow down").interrupted();
        let account = false;
        let rest = None;
        assert_eq!(
            ending(&limited, "", false),
            Ending::Limited { rest, account }
        );
        let cut = Error::new(Kind::Interrupted, "p", "cut");
        assert_eq!(ending(&cut, "", false), Ending::Failed { rest });
        let down = failed(Kind::Server, 500, "down").interrupted();
        assert_eq!(ending(&down, "", false), Ending::Failed { rest });
    }

    #[test]
    fn a_way_that_leads_nowhere_counts_by_ratio_only() {
        for (status, expected) in [
            (405, Ending::Busy),
            (451, Ending::Busy),
            (424, Ending::Failed { rest: None }),
            (500, Ending::Failed { rest: None }),
        ] {
            let error = failed(Kind::Server, status, "no");
            assert_eq!(ending(&error, "m", false), expected, "{status}");
        }
    }

    #[test]
    fn a_connection_that_was_given_up_says_nothing() {
        let stale = Error::new(Kind::Reset, "p", "lost").on_stale_connection();
        assert_eq!(ending(&stale, "m", false), Ending::Neutral);
        let fresh = Error::new(Kind::Reset, "p", "lost");
        assert_eq!(ending(&fresh, "m", false), Ending::Silent);
    }

    #[test]
    fn a_hurried_caller_blames_nobody() {
        let late = Error::new(Kind::Timeout, "p", "late");
        assert_eq!(ending(&late, "m", true), Ending::Neutral);
        assert_eq!(ending(&late, "m", false), Ending::Silent);
    }
}
