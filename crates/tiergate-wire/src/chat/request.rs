//! A chat request as it came, with what routing reads of it.

use std::borrow::Cow;

use bytes::{Buf, Bytes};

use super::index::Index;
use super::message::{Message, Text};
use super::rewrite::Rewrite;
use crate::json::{Invalid, unescape};

/// The body of `POST /v1/chat/completions`.
///
/// Holds the exact bytes and an index into them. Members that tiergate does not know are kept and
/// forwarded as they came.
#[derive(Clone, Debug)]
pub struct Request {
    body: Bytes,
    index: Index,
}

/// What form the answer shall have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Some JSON object.
    JsonObject,
    /// JSON that obeys a schema.
    JsonSchema,
    /// A form that we do not know.
    Other,
    /// Plain text.
    #[default]
    Text,
}

impl Request {
    /// Reads a body in one pass that validates all of it.
    ///
    /// # Errors
    /// [`Invalid`], with the member at fault where it is known: text that is not JSON or not UTF-8,
    /// deeper than [`MAX_DEPTH`](crate::json::MAX_DEPTH), a member that we read of the wrong type, or
    /// standing twice.
    pub fn parse(mut body: Bytes) -> Result<Self, Invalid> {
        // a byte-order mark is tolerated here, but hosts may refuse it
        while body.starts_with(b"\xef\xbb\xbf") {
            body.advance(3);
        }
        let index = Index::read(&body)?;
        Ok(Self { body, index })
    }

    /// A request with a single user message, for embedding and tests.
    ///
    /// Text beyond 4 GiB gives a request without model and messages.
    pub fn user(model: &str, text: &str) -> Self {
        let body =
            serde_json::json!({"model": model, "messages": [{"role": "user", "content": text}]});
        let body = Bytes::from(body.to_string());
        match Index::scan(&body) {
            Ok(index) => Self { body, index },
            Err(_) => Self::empty(),
        }
    }

    /// The exact bytes, less a byte-order mark at their start.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The model, tier or alias asked for.
    pub fn model(&self) -> Cow<'_, str> {
        unescape(self.index.model.of(&self.body))
    }

    /// Whether the answer shall be streamed.
    pub fn stream(&self) -> bool {
        self.index.stream
    }

    /// Whether the client asked for the usage chunk at the end of a stream.
    pub fn include_usage(&self) -> bool {
        self.index.include_usage
    }

    /// The client's cap on output tokens: `max_completion_tokens`, else `max_tokens`.
    pub fn max_output(&self) -> Option<u64> {
        self.index.max_completion_tokens.or(self.index.max_tokens)
    }

    /// How many answers are asked for; at least 1.
    pub fn n(&self) -> u32 {
        self.index
            .n
            .map_or(1, |n| u32::try_from(n).unwrap_or(u32::MAX))
    }

    /// The conversation; never empty in a request that was parsed.
    pub fn messages(&self) -> &[Message] {
        &self.index.messages
    }

    /// The texts of one of this request's messages, in order.
    pub fn texts(&self, message: &Message) -> impl DoubleEndedIterator<Item = Text<'_>> {
        let range = message.texts.start as usize..message.texts.end as usize;
        let places = self.index.texts.get(range).unwrap_or_default();
        places.iter().map(|&(kind, span)| Text {
            kind,
            raw: span.of(&self.body),
        })
    }

    /// Bytes of all texts, escapes counted as they are written.
    pub fn text_bytes(&self) -> u64 {
        self.index.text_bytes
    }

    /// The raw JSON of the `tools` array.
    pub fn tools(&self) -> Option<&[u8]> {
        (self.index.tool_count > 0).then(|| self.index.tools.of(&self.body))
    }

    /// How many tools are offered.
    pub fn tool_count(&self) -> usize {
        self.index.tool_count as usize
    }

    /// What form the answer shall have.
    pub fn response_format(&self) -> Format {
        self.index.format
    }

    /// The raw JSON of `response_format` when it carries a schema.
    pub fn schema(&self) -> Option<&[u8]> {
        (self.index.format == Format::JsonSchema)
            .then(|| self.member("response_format"))
            .flatten()
    }

    /// How much reasoning is asked for.
    pub fn reasoning_effort(&self) -> Option<Cow<'_, str>> {
        self.text("reasoning_effort")
    }

    /// Whether spoken output is asked for.
    pub fn wants_audio(&self) -> bool {
        self.index.wants_audio
    }

    /// Whether log probabilities are asked for.
    pub fn wants_logprobs(&self) -> bool {
        self.index.wants_logprobs
    }

    /// The raw JSON value of any top-level member.
    pub fn member(&self, name: &str) -> Option<&[u8]> {
        let member = self
            .index
            .members
            .iter()
            .find(|member| member.is(&self.body, name))?;
        Some(member.value.of(&self.body))
    }

    /// The value of a top-level member that is a string.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        let raw = self.member(name)?;
        raw.strip_prefix(b"\"")
            .and_then(|inside| inside.strip_suffix(b"\""))
            .map(unescape)
    }

    /// Begins an edit of top-level members.
    pub fn rewrite(&self) -> Rewrite<'_> {
        Rewrite::new(&self.body, &self.index)
    }

    fn empty() -> Self {
        let index = Index {
            close: 1,
            ..Index::default()
        };
        Self {
            body: Bytes::from_static(b"{}"),
            index,
        }
    }
}

impl Format {
    pub(super) fn read(raw: &[u8]) -> Self {
        match raw {
            b"json_object" => Self::JsonObject,
            b"json_schema" => Self::JsonSchema,
            b"text" => Self::Text,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Role, TextKind};
    use super::*;

    fn parse(json: &str) -> Result<Request, Invalid> {
        Request::parse(Bytes::copy_from_slice(json.as_bytes()))
    }

    #[track_caller]
    fn refused(json: &str, param: Option<&str>, words: &str) {
        let fault = parse(json).unwrap_err();
        assert_eq!(fault.param(), param, "{fault}");
        assert!(fault.to_string().contains(words), "{fault}");
    }

    const HI: &str = r#""messages":[{"role":"user","content":"hi"}]"#;

    #[test]
    fn reads_what_routing_needs() {
        let request = parse(
            r#"{"model":"openai\/gpt","stream":true,"stream_options":{"include_usage":true,"x":1},"max_tokens":5,
            "max_completion_tokens":7,"n":2,"logprobs":true,"modalities":["text","audio"],"reasoning_effort":"high",
            "response_format":{"type":"json_schema","json_schema":{"name":"s"}},"tools":[{"type":"function"},{}],
            "messages":[{"content":"be brief","role":"system"},
              {"role":"user","content":[{"type":"text","text":"what"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
                {"type":"input_audio","input_audio":{"data":"QUJD","format":"wav"}},{"type":"file","file":{"file_id":"f"}}]},
              {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},
              {"role":"tool","tool_call_id":"c","content":"42"},{"role":"critic","content":"?"}]}"#,
        )
        .unwrap();
        assert_eq!(request.model(), "openai/gpt");
        assert!(
            request.stream()
                && request.include_usage()
                && request.wants_audio()
                && request.wants_logprobs()
        );
        assert_eq!(
            (request.max_output(), request.n(), request.tool_count()),
            (Some(7), 2, 2)
        );
        assert_eq!(request.response_format(), Format::JsonSchema);
        assert_eq!(request.reasoning_effort().unwrap(), "high");
        assert_eq!(
            request.schema().unwrap(),
            br#"{"type":"json_schema","json_schema":{"name":"s"}}"#
        );
        let messages = request.messages();
        let roles: Vec<Role> = messages.iter().map(|message| message.role).collect();
        assert_eq!(
            roles,
            [
                Role::System,
                Role::User,
                Role::Assistant,
                Role::Tool,
                Role::Other
            ]
        );
        assert_eq!(
            (
                messages[1].images,
                messages[1].audio,
                messages[1].files,
                messages[1].media_bytes
            ),
            (1, 1, 1, 31)
        );
        let call: Vec<Text<'_>> = request.texts(&messages[2]).collect();
        assert_eq!(
            call[0],
            Text {
                kind: TextKind::Name,
                raw: b"f"
            }
        );
        assert_eq!(
            call[1],
            Text {
                kind: TextKind::Arguments,
                raw: br#"{\"a\":1}"#
            }
        );
    }

    #[test]
    fn nulls_count_as_absent() {
        let request = parse(&format!(
            r#"{{"model":"m","stream":null,"max_tokens":null,"tools":null,"stream_options":null,"response_format":null,{HI}}}"#
        ))
        .unwrap();
        assert!(!request.stream() && !request.include_usage());
        assert_eq!((request.max_output(), request.tools()), (None, None));
    }

    #[test]
    fn escaped_names_are_the_same_names() {
        let request =
            parse(r#"{"mod\u0065l":"m","m\u0065ssages":[{"rol\u0065":"user","content":"hi"}]}"#)
                .unwrap();
        assert_eq!(request.model(), "m");
        assert_eq!(request.member("model").unwrap(), b"\"m\"");
    }

    #[test]
    fn faults_name_the_member() {
        refused(
            &format!(r#"{{"model":"m","mod\u0065l":"n",{HI}}}"#),
            Some("model"),
            "twice",
        );
        refused(
            &format!(r#"{{"model":"m","prefer":"cheap","prefer":"fast",{HI}}}"#),
            Some("prefer"),
            "twice",
        );
        refused(
            &format!(r#"{{"model":7,{HI}}}"#),
            Some("model"),
            "must be a string",
        );
        refused(&format!("{{{HI}}}"), Some("model"), "missing");
        refused(r#"{"model":"m"}"#, Some("messages"), "at least one");
        refused(
            r#"{"model":"m","messages":[]}"#,
            Some("messages"),
            "at least one",
        );
        refused(
            r#"{"model":"m","messages":"hi"}"#,
            Some("messages"),
            "array",
        );
        refused(
            r#"{"model":"m","messages":[{"content":"x"}]}"#,
            Some("messages"),
            "'role'",
        );
        refused(
            r#"{"model":"m","messages":[{"role":"user","content":5}]}"#,
            Some("messages"),
            "'content'",
        );
        refused(
            &format!(r#"{{"model":"m","max_tokens":0,{HI}}}"#),
            Some("max_tokens"),
            "at least 1",
        );
        refused(
            &format!(r#"{{"model":"m","n":-1,{HI}}}"#),
            Some("n"),
            "at least 1",
        );
        refused(
            &format!(r#"{{"model":"m","stream":"yes",{HI}}}"#),
            Some("stream"),
            "true or false",
        );
        refused("[]", None, "JSON object");
        refused("{\"model\"", None, "':'");
        assert!(
            Request::parse(Bytes::from_static(b"{\"model\":\"\xff\"}"))
                .unwrap_err()
                .to_string()
                .contains("UTF-8")
        );
    }

    #[test]
    fn unknown_members_may_repeat_and_are_kept() {
        let body = format!(r#"{{"model":"m","x":1,"x":2,{HI}}}"#);
        assert_eq!(parse(&body).unwrap().body(), body.as_bytes());
    }
}
