//! Embeddings on Vertex AI: `predict`, and `embedContent` for the models since Gemini Embedding 2.

use bytes::Bytes;
use serde::Serialize;

use super::embed::{Content, task_type};
use crate::embeddings::Options;
use crate::inner::Text;

/// The most tokens of one call of `predict`, all texts together.
pub const VERTEX_BATCH_TOKENS: u64 = 20_000;

/// The call by which a model makes vectors, as Google's own clients choose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VertexEmbed {
    /// `embedContent`, a text each.
    EmbedContent,
    /// `predict`.
    Predict,
}

impl VertexEmbed {
    /// The call for a model; `None` for one that takes more than texts, and so in another way.
    pub fn of(model: &str) -> Option<Self> {
        if model.contains("multimodalembedding") {
            None
        } else if model.contains("gemini") && !model.contains("gemini-embedding-001")
            || model.contains("maas")
        {
            Some(Self::EmbedContent)
        } else {
            Some(Self::Predict)
        }
    }

    /// What stands behind the model in the path.
    pub fn operation(self) -> &'static str {
        match self {
            Self::EmbedContent => "embedContent",
            Self::Predict => "predict",
        }
    }

    /// The most texts of one call.
    pub fn batch(self, model: &str) -> usize {
        if self == Self::EmbedContent || model.contains("gemini") {
            1
        } else {
            250
        }
    }

    /// The body of a call for some texts.
    pub fn encode(self, texts: &[Text<'_>], options: &Options<'_>) -> Bytes {
        let dimensions = options.dimensions;
        let body = match self {
            Self::EmbedContent => serde_json::to_vec(&EmbedContent {
                content: Content::of(texts),
                embed_content_config: Parameters::of(dimensions),
            }),
            Self::Predict => serde_json::to_vec(&Predict {
                instances: texts
                    .iter()
                    .map(|content| Instance {
                        content,
                        task_type: task_type(options),
                    })
                    .collect(),
                parameters: Parameters::of(dimensions),
            }),
        };
        // only strings and numbers: this cannot fail
        Bytes::from(body.unwrap_or_default())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EmbedContent<'r> {
    content: Content<'r>,
    embed_content_config: Parameters,
}

#[derive(Serialize)]
struct Predict<'r> {
    instances: Vec<Instance<'r>>,
    parameters: Parameters,
}

#[derive(Serialize)]
struct Instance<'r> {
    content: &'r Text<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_type: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    /// A text that is too long is an error at OpenAI, and a vector of half a text is none.
    auto_truncate: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_dimensionality: Option<u32>,
}

impl Parameters {
    fn of(output_dimensionality: Option<u32>) -> Self {
        Self {
            auto_truncate: false,
            output_dimensionality,
        }
    }
}
