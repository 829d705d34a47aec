//! What members of a request are called in the client's own dialect: edits and refusals name them so.

use tiergate_dialects::Form;

use crate::seam::{Edit, Front};

/// The client's name of a member that goes by OpenAI's name inside.
pub(crate) fn member<'n>(front: &Front<'_>, name: &'n str) -> &'n str {
    match (front.form, name) {
        (Form::Messages, "parallel_tool_calls") => "tool_choice.disable_parallel_tool_use",
        (Form::Messages, "reasoning_effort") if has(front, b"\"output_config\"") => {
            "output_config.effort"
        }
        (Form::Messages, "reasoning_effort") => "thinking",
        (Form::Messages, "response_format") => "output_config.format",
        (Form::Messages, "stop") => "stop_sequences",
        (Form::Messages, "user") => "metadata.user_id",
        (Form::Responses, "max_tokens") => "max_output_tokens",
        (Form::Responses, "messages") => "input",
        (Form::Responses, "reasoning_effort") => "reasoning.effort",
        (Form::Responses, "response_format") => "text.format",
        (Form::Responses, "user") if has(front, b"\"safety_identifier\"") => "safety_identifier",
        (Form::Responses, "verbosity") => "text.verbosity",
        (_, name) => name,
    }
}

/// Says in the client's words which members were taken out.
pub(crate) fn translate(front: &Front<'_>, edits: &mut [Edit]) {
    if front.form == Form::Chat {
        return;
    }
    for edit in edits {
        if let Some(name) = edit.strip_prefix("removed ") {
            let own = member(front, name);
            if own != name {
                *edit = format!("removed {own}").into();
            }
        }
    }
}

/// Whether the client's own body says a word.
fn has(front: &Front<'_>, word: &[u8]) -> bool {
    let body = front.body;
    body.is_some_and(|body| memchr::memmem::find(body, word).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_read_their_own_words() {
        let told = |form, body: &'static str| {
            let body = body.into();
            let front = Front {
                form,
                body: Some(&body),
                ..Front::default()
            };
            let edits = [
                "removed stop",
                "removed user",
                "removed reasoning_effort",
                "stop",
            ];
            let mut edits = edits.map(Edit::Borrowed);
            translate(&front, &mut edits);
            edits.join(", ")
        };
        assert_eq!(
            told(Form::Messages, "{}"),
            "removed stop_sequences, removed metadata.user_id, removed thinking, stop"
        );
        assert_eq!(
            told(Form::Responses, r#"{"safety_identifier":"u"}"#),
            "removed stop, removed safety_identifier, removed reasoning.effort, stop"
        );
        assert_eq!(
            told(Form::Chat, "{}"),
            "removed stop, removed user, removed reasoning_effort, stop"
        );
    }
}
