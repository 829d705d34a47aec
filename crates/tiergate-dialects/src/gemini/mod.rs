//! Google's Gemini: the body of `generateContent`, which Vertex shares.
//!
//! [`encode`] says a request in it; [`answer`] and [`Stream`] read what comes back, [`fault`] what went wrong;
//! [`EmbedCall`] and [`embeddings`] do so for vectors. The model stands in the URL, not in the body.
//!
//! Gemini signs parts (`thoughtSignature`), and a signature counts only on the part that carried it. One on a
//! function call becomes the call's own signature. One on words becomes a [`Thinking`](crate::inner::Part::Thinking)
//! part without text *behind* these words, as does one on a picture. It tells where the words stood among all words
//! and calls of the answer, so that [`encode`] finds them again where a client has joined them; over words that were
//! changed it is left out. Such signatures are marked ([`is_own_signature`]), so that
//! no other vendor's are replayed to Gemini, and none of Gemini's to another vendor.

mod answer;
mod config;
mod contents;
mod embed;
mod encode;
mod family;
mod fault;
mod media;
mod order;
mod reasoning;
mod request;
mod response;
mod result;
mod schema;
mod signature;
mod stop;
mod stream;
mod thinking;
mod tools;
mod unsent;
mod usage;

pub use answer::answer;
pub use embed::{EmbedCall, embed_task, embeddings};
pub use encode::{Surface, encode};
pub use fault::fault;
pub use signature::is_own_signature;
pub(crate) use signature::signs_no_thought;
pub use stream::Stream;
