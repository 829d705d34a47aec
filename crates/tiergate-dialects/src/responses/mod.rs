//! OpenAI's Responses.
//!
//! Clients that speak it: [`decode`], [`extras`] and [`Echo`] read what they ask, [`write_answer`] and [`Writer`] say
//! what was answered. Vendors that speak it: [`encode`] asks, [`answer`], [`Stream`] and [`fault`] read what they say.
//!
//! Reasoning comes back in the client's next request, or the vendor will not go on from it. Signatures and ciphertext
//! of all vendors therefore travel in the one member that clients echo unread, `encrypted_content`.

mod front;
mod items;
mod literal;
mod seal;
mod special;
mod vendor;

pub use front::{Echo, Extras, Writer, decode, decode_count, extras, write_answer};
pub(crate) use items::is_item;
pub use seal::has_items_of_ours;
pub use vendor::{Stream, answer, encode, fault};
