//! The shapes of a request's body.

use std::borrow::Cow;

use serde::Serialize;

use crate::inner::{Json, Text};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) system_instruction: Option<Instruction<'r>>,
    pub(super) contents: Vec<Content<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tools: Option<[Tools<'r>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tool_config: Option<ToolConfig<'r>>,
    #[serde(skip_serializing_if = "GenerationConfig::is_empty")]
    pub(super) generation_config: GenerationConfig<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) service_tier: Option<&'static str>,
}

#[derive(Debug, Serialize)]
pub(super) struct Instruction<'r> {
    pub(super) parts: Vec<Item<'r>>,
}

#[derive(Debug, Serialize)]
pub(super) struct Content<'r> {
    pub(super) role: Speaker,
    pub(super) parts: Vec<Item<'r>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Speaker {
    Model,
    User,
}

/// A part of a content.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Item<'r> {
    Part(Part<'r>),
    /// One that only Gemini knows, as it came.
    Raw(Json<'r>),
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Part<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<Text<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) inline_data: Option<InlineData<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file_data: Option<FileData<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) function_call: Option<Box<FunctionCall<'r>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) function_response: Option<Box<FunctionResponse<'r>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thought: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thought_signature: Option<Text<'r>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InlineData<'r> {
    pub(super) mime_type: Cow<'r, str>,
    pub(super) data: &'r str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileData<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mime_type: Option<&'static str>,
    pub(super) file_uri: Text<'r>,
}

#[derive(Debug, Serialize)]
pub(super) struct FunctionCall<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<Text<'r>>,
    pub(super) name: Text<'r>,
    pub(super) args: Json<'r>,
}

#[derive(Debug, Serialize)]
pub(super) struct FunctionResponse<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<Text<'r>>,
    pub(super) name: Text<'r>,
    pub(super) response: Response<'r>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) parts: Vec<Part<'r>>,
}

/// What a tool gave; always an object.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Response<'r> {
    Error(Json<'r>),
    Result(Json<'r>),
    #[serde(untagged)]
    Whole(Json<'r>),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tools<'r> {
    pub(super) function_declarations: Vec<Declaration<'r>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Declaration<'r> {
    pub(super) name: Text<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<Text<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parameters_json_schema: Option<Json<'r>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToolConfig<'r> {
    pub(super) function_calling_config: Calling<'r>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Calling<'r> {
    pub(super) mode: Mode,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) allowed_function_names: Vec<Text<'r>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Mode {
    Any,
    Auto,
    None,
    Validated,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GenerationConfig<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_output_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stop_sequences: Option<&'r [Text<'r>]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) temperature: Option<&'r Json<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) top_p: Option<&'r Json<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) top_k: Option<&'r Json<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<&'r Json<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) frequency_penalty: Option<&'r Json<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) presence_penalty: Option<&'r Json<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response_mime_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response_json_schema: Option<Json<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thinking_config: Option<ThinkingConfig>,
}

impl GenerationConfig<'_> {
    fn is_empty(&self) -> bool {
        let sampling = [
            self.temperature,
            self.top_p,
            self.top_k,
            self.seed,
            self.frequency_penalty,
            self.presence_penalty,
        ];
        self.max_output_tokens.is_none()
            && self.stop_sequences.is_none()
            && sampling.iter().all(Option::is_none)
            && self.response_mime_type.is_none()
            && self.thinking_config.is_none()
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ThinkingConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thinking_budget: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thinking_level: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) include_thoughts: Option<bool>,
}

/// How hard models from Gemini 3 on think.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Level {
    Minimal,
    Low,
    Medium,
    High,
    XHigh,
}
