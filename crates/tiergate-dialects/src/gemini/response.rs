//! The shapes of an answer and of the chunks of a stream.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::fault::fault;
use super::stop::{self, Ended};
use super::usage::Metadata;
use crate::fault::Fault;
use crate::inner::{Json, Media, Text};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Response<'a> {
    #[serde(borrow)]
    candidates: Option<Vec<Candidate<'a>>>,
    #[serde(borrow)]
    prompt_feedback: Option<Feedback<'a>>,
    #[serde(borrow)]
    pub(super) usage_metadata: Option<Metadata<'a>>,
    #[serde(borrow)]
    pub(super) model_version: Option<Text<'a>>,
    #[serde(borrow)]
    #[serde(rename = "responseId")]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    error: Option<Json<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Candidate<'a> {
    index: Option<u32>,
    #[serde(borrow)]
    content: Option<Content<'a>>,
    #[serde(borrow)]
    finish_reason: Option<Text<'a>>,
    #[serde(borrow)]
    finish_message: Option<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Content<'a> {
    #[serde(borrow)]
    parts: Option<Vec<Part<'a>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Part<'a> {
    #[serde(borrow)]
    pub(super) text: Option<Text<'a>>,
    pub(super) thought: Option<bool>,
    #[serde(borrow)]
    pub(super) thought_signature: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) function_call: Option<Call<'a>>,
    #[serde(borrow)]
    inline_data: Option<Json<'a>>,
    #[serde(borrow)]
    file_data: Option<Json<'a>>,
    #[serde(borrow)]
    executable_code: Option<Json<'a>>,
    #[serde(borrow)]
    code_execution_result: Option<Json<'a>>,
    #[serde(borrow)]
    tool_call: Option<Json<'a>>,
    #[serde(borrow)]
    tool_response: Option<Json<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Call<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) args: Option<Json<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Feedback<'a> {
    #[serde(borrow)]
    block_reason: Option<Text<'a>>,
}

impl<'a> Response<'a> {
    /// Reads a body or a chunk.
    ///
    /// # Errors
    /// A [`Fault`] when it is an error, alone or in an array, or no answer.
    pub(super) fn read(data: &'a [u8]) -> Result<Self, Fault> {
        if data.trim_ascii_start().starts_with(b"[") {
            return Err(fault(200, None, data));
        }
        let read: Self = serde_json::from_slice(data)
            .map_err(|error| Fault::unreadable("the answer", &error))?;
        match read.error {
            Some(_) => Err(fault(200, None, data)),
            None => Ok(read),
        }
    }

    /// The one candidate.
    pub(super) fn candidate(&mut self) -> Option<Candidate<'a>> {
        let mut candidates = self.candidates.take().into_iter().flatten();
        candidates.find(|candidate| candidate.index.unwrap_or(0) == 0)
    }

    /// Why nothing is answered.
    pub(super) fn block_reason(&mut self) -> Option<Text<'a>> {
        self.prompt_feedback.take()?.block_reason
    }
}

impl<'a> Candidate<'a> {
    pub(super) fn parts(&mut self) -> Vec<Part<'a>> {
        let content = self.content.take().unwrap_or_default();
        content.parts.unwrap_or_default()
    }

    /// Why it ended, if it has.
    ///
    /// # Errors
    /// A [`Fault`] when the model failed.
    pub(super) fn ended(&mut self, has_called: bool) -> Result<Option<Ended<'a>>, Fault> {
        match self.finish_reason.take() {
            Some(reason) => stop::read(reason, self.finish_message.as_ref(), has_called),
            None => Ok(None),
        }
    }
}

/// Bytes in base64.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Blob<'a> {
    #[serde(borrow)]
    mime_type: Text<'a>,
    #[serde(borrow)]
    data: Text<'a>,
}

impl<'a> Part<'a> {
    /// The picture that the part is, if it is one.
    pub(super) fn picture(&self) -> Option<Media<'a>> {
        let blob: Blob<'_> = self.inline_data.as_ref()?.read()?;
        let media_type = blob.mime_type.value().into_owned();
        media_type.starts_with("image/").then(|| Media::Base64 {
            media_type: media_type.into(),
            data: blob.data.value().into_owned().into(),
        })
    }

    /// The name of the member that only Gemini knows.
    pub(super) fn kind(foreign: &Json<'_>) -> Text<'static> {
        let name = foreign.get().split('"').nth(1);
        Text::new(name.unwrap_or_default())
    }

    /// The part as it came, if it is one that only Gemini knows.
    pub(super) fn foreign(&self) -> Option<Json<'static>> {
        let known = [
            ("inlineData", &self.inline_data),
            ("fileData", &self.file_data),
            ("executableCode", &self.executable_code),
            ("codeExecutionResult", &self.code_execution_result),
            ("toolCall", &self.tool_call),
            ("toolResponse", &self.tool_response),
        ];
        let found = known.into_iter().find(|(_, value)| value.is_some());
        let (name, value) = found?;
        let value = value.as_ref()?.get();
        let signature = self
            .thought_signature
            .as_ref()
            .map_or_else(String::new, |text| {
                format!(r#","thoughtSignature":{}"#, text.raw())
            });
        let part = format!(r#"{{"{name}":{value}{signature}}}"#);
        RawValue::from_string(part).ok().map(Json::from)
    }
}
