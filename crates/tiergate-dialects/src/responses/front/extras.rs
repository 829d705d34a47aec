//! What of a request concerns the server and not the model.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::members::{Members, read};
use crate::inner::{BadRequest, Json};

/// What a client asks of the server that answers it, rather than of a model.
#[derive(Clone, Debug, Default)]
pub struct Extras<'a> {
    /// The answer that the conversation goes on from.
    pub previous_response_id: Option<String>,
    /// Whether the answer shall be kept; without a word OpenAI keeps it.
    pub store: Option<bool>,
    /// Whether reasoning is wanted in a form that can be sent back.
    pub wants_encrypted: bool,
    /// The client's own labels.
    pub metadata: Option<Json<'a>>,
    /// Whether the answer shall be made while nobody waits.
    pub background: bool,
    /// Whether the request belongs to a conversation that the server keeps.
    pub conversation: bool,
}

/// Reads what of a request concerns the server.
///
/// # Errors
/// [`BadRequest`] when the body is no JSON object or one of these members is of another type.
pub fn extras(body: &[u8]) -> Result<Extras<'_>, BadRequest> {
    let members = Members::read(body)?;
    let include: Option<Vec<&RawValue>> = member(&members, "include")?;
    let include = include.unwrap_or_default();
    Ok(Extras {
        previous_response_id: member(&members, "previous_response_id")?,
        store: member(&members, "store")?,
        wants_encrypted: include.iter().any(|wanted| wanted.get() == ENCRYPTED),
        metadata: members.get("metadata").map(Json::from),
        background: member(&members, "background")?.unwrap_or(false),
        conversation: members.get("conversation").is_some(),
    })
}

/// The value of `include` for reasoning that can be sent back.
pub(super) const ENCRYPTED: &str = r#""reasoning.encrypted_content""#;

fn member<'a, T: Deserialize<'a>>(
    members: &Members<'a>,
    name: &str,
) -> Result<Option<T>, BadRequest> {
    let value = members.get(name);
    value.map(|value| read(name, value)).transpose()
}
