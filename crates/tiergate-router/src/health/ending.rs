//! What a failed attempt says of who was asked.

use tiergate_failover::health::Ending;
use tiergate_providers::{Error, Kind};

/// The ending of an attempt at a model that failed with this error; `hurried` tells that the caller gave it less
/// time than any target is given.
///
/// What the caller may have brought about says nothing of the target: nobody can shut a target for others by
/// sending what it refuses.
pub(crate) fn ending(error: &Error, model: &str, hurried: bool) -> Ending {
    let rest = error.retry_after();
    match error.kind() {
        Kind::Connect => Ending::Unreachable,
        Kind::Timeout if hurried => Ending::Neutral,
        Kind::Reset | Kind::Timeout => Ending::Silent,
        Kind::Overloaded if matches!(error.status(), Some(408 | 409 | 425)) => Ending::Busy,
        Kind::Interrupted | Kind::Invalid | Kind::Overloaded | Kind::Server => {
            Ending::Failed { rest }
        }
        Kind::RateLimited => Ending::Limited {
            rest,
            account: false,
        },
        Kind::Auth | Kind::NotFound if is_about(error, model) => Ending::Gone,
        Kind::Auth | Kind::Billing => Ending::Refused,
        // also a file or an earlier answer that the caller names can be unknown
        _ => Ending::Neutral,
    }
}

/// Whether an error is about the model and nothing else that the request names.
fn is_about(error: &Error, model: &str) -> bool {
    let code = error.code().unwrap_or_default();
    let of_code = ["model_not_found", "DeploymentNotFound", "model_not_active"];
    // a name that is short stands in many words
    let named = model.len() >= 4 && error.message().contains(model);
    of_code.contains(&code) || named
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(kind: Kind, status: u16, message: &str) -> Error {
        Error::new(kind, "p", message).with_status(status)
    }

    #[test]
    fn what_the_caller_names_shuts_no_target() {
        let file = failed(Kind::NotFound, 404, "No such File object: file-abc");
        assert_eq!(ending(&file, "gpt-x", false), Ending::Neutral);
        let model = failed(Kind::NotFound, 404, "The model `gpt-x` does not exist");
        assert_eq!(ending(&model, "gpt-x", false), Ending::Gone);
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
        }
    }

    #[test]
    fn a_model_that_a_credential_may_not_use_is_no_fault_of_the_credential() {
        let all = failed(Kind::Auth, 401, "Incorrect API key provided");
        assert_eq!(ending(&all, "gpt-x", false), Ending::Refused);
        let one = failed(Kind::Auth, 403, "no access").with_code("model_not_found");
        assert_eq!(ending(&one, "gpt-x", false), Ending::Gone);
    }

    #[test]
    fn a_hurried_caller_blames_nobody() {
        let late = Error::new(Kind::Timeout, "p", "late");
        assert_eq!(ending(&late, "m", true), Ending::Neutral);
        assert_eq!(ending(&late, "m", false), Ending::Silent);
    }
}
