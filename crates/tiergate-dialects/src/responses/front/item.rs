//! The items of an answer, as clients expect them.

use serde::Serialize;

use crate::inner::{Json, Text};

/// One item of an answer's output.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Item<'a> {
    CustomToolCall {
        id: &'a str,
        call_id: &'a Text<'a>,
        name: &'a Text<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        namespace: Option<&'a Text<'a>>,
        input: Text<'a>,
        status: &'static str,
    },
    FunctionCall {
        id: &'a str,
        call_id: &'a Text<'a>,
        name: &'a Text<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        namespace: Option<&'a Text<'a>>,
        arguments: Text<'a>,
        status: &'static str,
    },
    ImageGenerationCall {
        id: &'a str,
        status: &'static str,
        /// Base64.
        result: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        output_format: Option<&'a str>,
    },
    Message {
        id: &'a str,
        status: &'static str,
        role: &'static str,
        content: &'a [Content<'a>],
    },
    Reasoning {
        id: &'a str,
        summary: &'a [Summary<'a>],
        encrypted_content: Option<Text<'a>>,
    },
}

impl Item<'_> {
    /// The prefix of such an item's id.
    pub(super) const MESSAGE: &'static str = "msg";
    pub(super) const CALL: &'static str = "fc";
    pub(super) const CUSTOM: &'static str = "ctc";
    pub(super) const PICTURE: &'static str = "ig";
    pub(super) const REASONING: &'static str = "rs";

    pub(super) fn json(&self) -> Json<'static> {
        Json::of(self)
    }
}

/// An item's id: the same for the same answer and place.
pub(super) fn item_id(prefix: &str, answer: &str, index: usize) -> String {
    format!("{prefix}_{answer}_{index}")
}

/// What a message holds.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Content<'a> {
    OutputText {
        text: Text<'a>,
        annotations: [(); 0],
        logprobs: [(); 0],
    },
    Refusal {
        refusal: Text<'a>,
    },
}

impl<'a> Content<'a> {
    pub(super) fn text(text: Text<'a>) -> Self {
        Self::OutputText {
            text,
            annotations: [],
            logprobs: [],
        }
    }
}

/// What was thought.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename = "summary_text")]
pub(super) struct Summary<'a> {
    pub(super) text: Text<'a>,
}
