//! The dialects that the adapter speaks, one file each.

mod anthropic;
mod bedrock;
mod cohere;
mod gemini;
mod ollama;
mod responses;

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tiergate_dialects::{Translated, passed};

use super::protocol::Protocol;
use crate::seam::Call;

/// A dialect other than OpenAI's chat completions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// Anthropic's Messages.
    Anthropic,
    /// Converse of AWS Bedrock.
    Bedrock,
    /// Cohere's chat, version 2.
    Cohere,
    /// Google's generateContent, on the Gemini API.
    Gemini,
    /// Ollama's own chat.
    Ollama,
    /// OpenAI's Responses.
    Responses,
    /// Google's generateContent, on Vertex AI.
    Vertex,
}

/// Where a vendor is, as far as its address or its authentication depends on it.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) region: Option<String>,
    pub(super) project: Option<String>,
    /// At Azure.
    pub(super) azure: bool,
}

impl Dialect {
    /// Every dialect with the name by which configurations know it.
    pub const ALL: [(&'static str, Self); 7] = [
        ("anthropic", Self::Anthropic),
        ("bedrock", Self::Bedrock),
        ("cohere", Self::Cohere),
        ("gemini", Self::Gemini),
        ("ollama", Self::Ollama),
        ("openai-responses", Self::Responses),
        ("vertex", Self::Vertex),
    ];

    /// The dialect of a name.
    pub fn by_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|(known, _)| *known == name)
            .map(|(_, dialect)| dialect)
    }

    /// The name of the dialect.
    pub fn as_str(self) -> &'static str {
        let mut all = Self::ALL.into_iter();
        all.find(|(_, dialect)| *dialect == self)
            .map_or("", |(name, _)| name)
    }

    /// The vendor's usual address.
    ///
    /// # Errors
    /// What of the place is missing.
    pub(super) fn base_url(self, place: &Place) -> Result<String, Box<str>> {
        let region = place.region.as_deref();
        Ok(match self {
            Self::Anthropic => "https://api.anthropic.com".to_owned(),
            Self::Bedrock => {
                let region = region.ok_or("bedrock needs a region")?;
                format!("https://bedrock-runtime.{region}.amazonaws.com")
            }
            Self::Cohere => "https://api.cohere.com".to_owned(),
            Self::Gemini => "https://generativelanguage.googleapis.com".to_owned(),
            Self::Ollama => "http://127.0.0.1:11434".to_owned(),
            Self::Responses => "https://api.openai.com/v1".to_owned(),
            Self::Vertex => match region.unwrap_or("global") {
                "global" => "https://aiplatform.googleapis.com".to_owned(),
                // more than one region at once
                area @ ("eu" | "us") => format!("https://aiplatform.{area}.rep.googleapis.com"),
                region => format!("https://{region}-aiplatform.googleapis.com"),
            },
        })
    }

    /// What the adapter needs to know.
    ///
    /// # Errors
    /// What of the place is missing.
    pub(super) fn protocol(self, place: Place) -> Result<Box<dyn Protocol>, Box<str>> {
        Ok(match self {
            Self::Anthropic => Box::new(anthropic::Anthropic),
            Self::Bedrock => Box::new(bedrock::Bedrock::new(
                place.region.ok_or("bedrock needs a region")?,
            )),
            Self::Cohere => Box::new(cohere::Cohere),
            Self::Gemini => Box::new(gemini::Gemini::developer()),
            Self::Ollama => Box::new(ollama::Ollama),
            Self::Responses => Box::new(responses::Responses { azure: place.azure }),
            Self::Vertex => {
                let project = place.project.ok_or("vertex needs a project")?;
                let location = place.region.unwrap_or_else(|| "global".to_owned());
                Box::new(gemini::Gemini::vertex(&project, &location))
            }
        })
    }
}

/// A client's own body for a vendor of its dialect: only the model, tiergate's own members and the cap on output change.
fn pass(call: &Call<'_>, cap: &'static str) -> Option<Translated> {
    let body = call.front.body?;
    passed(body, call.model, call.cap.map(|most| (cap, most)))
}

/// A name as one segment of a path.
fn segment(name: &str) -> Cow<'_, str> {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~')
        .remove(b'@');
    utf8_percent_encode(name, KEPT).into()
}
