//! What a request becomes on its way to a vendor.

use std::borrow::Cow;

use bytes::Bytes;
use serde::Serialize;
use smallvec::SmallVec;

use crate::inner::{Undo, Unfit};

/// One change of a request, for a person: `removed prefer`, `renamed seed to random_seed`.
///
/// A member that is not sent is `removed NAME`, so that whoever reads edits can tell losses from translations.
pub type Edit = Cow<'static, str>;

/// A tool goes by another name, since the vendor does not take its own.
pub(crate) fn renamed(tool: &str) -> Edit {
    format!("renamed tool {tool}").into()
}

/// The changes of a request, in the order in which they were made.
pub type Edits = SmallVec<[Edit; 4]>;

/// For whom a request is translated.
#[derive(Clone, Copy, Debug, Default)]
pub struct Target<'a> {
    /// The model's id at the vendor.
    pub model: &'a str,
    /// The most output tokens that the model can give, where that is known; what a dialect sends that must have a cap
    /// when the client gave none.
    pub max_output: Option<u64>,
    /// The most output tokens that the answer may have; the client's own cap is lowered to it.
    pub cap: Option<u64>,
}

impl Target<'_> {
    /// The same as [`output`](Self::output), for a vendor that has no request without an answer.
    ///
    /// # Errors
    /// [`Unfit`] where the client wants no output at all, but a prompt to be cached.
    pub(crate) fn some_output(&self, asked: Option<u64>) -> Result<Option<u64>, Unfit> {
        if asked == Some(0) {
            let why = "the model's provider has no request without an answer";
            return Err(Unfit::new("max_tokens", why));
        }
        Ok(self.output(asked))
    }

    /// The cap on output tokens that is to be sent, from the one that the client asked for.
    pub fn output(&self, asked: Option<u64>) -> Option<u64> {
        match (asked, self.cap) {
            (Some(asked), Some(cap)) => Some(asked.min(cap)),
            (asked, cap) => asked.or(cap),
        }
    }
}

/// A request as a vendor takes it.
#[derive(Clone, Debug)]
pub struct Translated {
    /// The body, JSON.
    pub body: Bytes,
    /// What of the request was changed beyond mere translation.
    pub edits: Edits,
    /// What the answer's decoder has to undo.
    pub undo: Undo,
}

impl Translated {
    /// A body of which the answer's decoder has nothing to undo.
    ///
    /// # Errors
    /// [`Unfit`] when the body cannot be written.
    pub(crate) fn plain(body: &impl Serialize, edits: Edits) -> Result<Self, Unfit> {
        let body = serde_json::to_vec(body).map_err(|error| {
            let why = format!("the request cannot be written: {error}");
            Unfit::new("messages", why)
        })?;
        Ok(Self {
            body: body.into(),
            edits,
            undo: Undo::default(),
        })
    }
}
