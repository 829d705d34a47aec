//! Texts as vectors.
//!
//! [`Request`] is what a client asks, in OpenAI's shape, and [`write`](write()) makes what it gets back. Between the
//! two stand vendors: [`openai`], [`cohere`] and [`ollama`] each encode a [`Part`] of the inputs, no larger than their
//! `BATCH`, and decode its vectors in the same order.

mod answer;
pub mod cohere;
mod input;
pub mod ollama;
pub mod openai;
mod request;
mod sizes;
pub mod vectors;
mod vocabulary;

use crate::encoded::Edits;
use crate::fault::Fault;
use crate::inner::{Json, Text};
use crate::remains::remove;

pub use answer::{Answer, write};
pub use input::{Input, Part, bounded};
pub use request::{Encoding, InputType, Request};
pub use sizes::{Family, Sizes};

/// The vectors of a batch in order, and the tokens that it had, if the vendor told them.
pub type Batch = (Vec<Vec<f32>>, Option<u64>);

/// What is asked for each input alike.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The model's id at the vendor.
    pub model: &'a str,
    /// How many dimensions the vendor shall give; only for models that can give other than their own.
    pub dimensions: Option<u32>,
    /// What the vectors are for.
    pub input_type: Option<InputType>,
    /// Who asks, as an opaque id.
    pub user: Option<&'a Text<'a>>,
    /// Members that are not OpenAI's.
    pub rest: &'a [(String, Json<'a>)],
}

/// The edits of a vendor that takes none of the client's extensions nor `user`.
pub(crate) fn bare(options: &Options<'_>) -> Edits {
    let mut edits = Edits::new();
    if options.user.is_some() {
        remove(&mut edits, "user");
    }
    for (name, _) in options.rest.iter().filter(|(name, _)| !is_own(name)) {
        remove(&mut edits, name);
    }
    edits
}

/// tiergate's own members of a request, which no vendor shall see.
fn is_own(name: &str) -> bool {
    matches!(name, "max_tier" | "prefer" | "session_id" | "tags")
}

fn unreadable(error: &serde_json::Error) -> Fault {
    Fault::unreadable("the answer", error)
}
