//! Chat completions over the inner form: requests both ways, answers and streams of hosts, and what clients get.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

#[path = "openai_chat/answers.rs"]
mod answers;
#[path = "openai_chat/clients.rs"]
mod clients;
#[path = "openai_chat/collect.rs"]
mod collect;
#[path = "openai_chat/pieces.rs"]
mod pieces;
#[path = "openai_chat/requests.rs"]
mod requests;
#[path = "openai_chat/round_trip.rs"]
mod round_trip;
#[path = "openai_chat/tokens.rs"]
mod tokens;
