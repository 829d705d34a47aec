//! The Responses dialect: what its clients ask and get, what its vendors are asked and say.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

#[path = "responses/client_answer.rs"]
mod client_answer;
#[path = "responses/client_request.rs"]
mod client_request;
#[path = "responses/client_stream.rs"]
mod client_stream;
#[path = "responses/round_trip.rs"]
mod round_trip;
#[path = "responses/support.rs"]
mod support;
#[path = "responses/vendor_answer.rs"]
mod vendor_answer;
#[path = "responses/vendor_request.rs"]
mod vendor_request;
#[path = "responses/vendor_stream.rs"]
mod vendor_stream;
