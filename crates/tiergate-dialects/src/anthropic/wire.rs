//! The shapes that are written, to the vendor and to a client alike.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::encoded::{Edit, Edits};
use crate::inner::{Cache, Json, Text};

/// One side's blocks.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Message<'a> {
    pub(super) role: &'static str,
    pub(super) content: Vec<Block<'a>>,
}

/// A block of content.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Block<'a> {
    Document {
        source: Source<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<Text<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        context: Option<Text<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        citations: Option<Citations>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<Marker>,
    },
    Image {
        source: Source<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<Marker>,
    },
    RedactedThinking {
        data: Text<'a>,
    },
    SearchResult {
        source: Text<'a>,
        title: Text<'a>,
        content: Vec<Self>,
        #[serde(skip_serializing_if = "Option::is_none")]
        citations: Option<Citations>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<Marker>,
    },
    Text {
        text: Text<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<Marker>,
    },
    Thinking {
        thinking: Text<'a>,
        signature: Text<'a>,
    },
    ToolResult {
        tool_use_id: Text<'a>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        content: Vec<Self>,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        is_error: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<Marker>,
    },
    ToolUse {
        id: Text<'a>,
        name: Text<'a>,
        input: Json<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<Marker>,
    },
    /// A block that only this dialect knows, as it came.
    #[serde(untagged)]
    Foreign(Json<'a>),
}

impl Block<'_> {
    pub(super) fn text(text: &str) -> Self {
        Self::Text {
            text: Text::new(text),
            cache_control: None,
        }
    }

    pub(super) fn is_thought(&self) -> bool {
        matches!(self, Self::Thinking { .. } | Self::RedactedThinking { .. })
    }
}

/// Where a picture or document is.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Source<'a> {
    Base64 {
        media_type: Cow<'a, str>,
        data: Cow<'a, str>,
    },
    File {
        file_id: Text<'a>,
    },
    Text {
        media_type: &'static str,
        data: Text<'a>,
    },
    Url {
        url: Text<'a>,
    },
}

/// `citations`.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Citations {
    enabled: bool,
}

impl Citations {
    pub(super) fn asked(cited: bool) -> Option<Self> {
        cited.then_some(Self { enabled: true })
    }
}

/// `cache_control`.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Marker {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<&'static str>,
}

impl From<Cache> for Marker {
    fn from(cache: Cache) -> Self {
        Self {
            kind: "ephemeral",
            ttl: (cache == Cache::Long).then_some("1h"),
        }
    }
}

/// Members that go along as they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Extras<'a>(pub(super) Vec<(&'a str, Json<'a>)>);

impl Extras<'_> {
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| *known == name)
    }
}

impl Serialize for Extras<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// The edits of a request, each told once.
#[derive(Debug, Default)]
pub(super) struct Notes(pub(super) Edits);

impl Notes {
    pub(super) fn add(&mut self, edit: impl Into<Edit>) {
        let edit = edit.into();
        if !self.0.contains(&edit) {
            self.0.push(edit);
        }
    }

    pub(super) fn removed(&mut self, name: &str) {
        self.add(format!("removed {name}"));
    }
}
