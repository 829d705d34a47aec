//! JSON as the form of an answer, for vendors that give it only where no tools are offered.

use crate::encoded::Edits;
use crate::inner::{Format, Json, Request, Unfit};
use crate::remains::remove;

/// The JSON that is wanted.
pub(crate) enum Wanted<'a> {
    /// Some object.
    Any,
    /// What keeps to a schema.
    Schema(Json<'a>),
}

/// What a request wants; `None` for words.
///
/// # Errors
/// [`Unfit`] for JSON beside `tools` that are offered.
pub(crate) fn wanted<'a>(
    request: &'a Request<'_>,
    tools: bool,
    vendor: &str,
    edits: &mut Edits,
) -> Result<Option<Wanted<'a>>, Unfit> {
    let wanted = match &request.format {
        Format::Text => return Ok(None),
        Format::JsonObject => Wanted::Any,
        Format::JsonSchema {
            schema,
            description,
            ..
        } => {
            if description.is_some() {
                remove(edits, "response_format.json_schema.description");
            }
            Wanted::Schema(schema.borrowed())
        }
    };
    if tools {
        let why = format!("{vendor} gives JSON only where no tools are offered");
        return Err(Unfit::new("response_format", why));
    }
    Ok(Some(wanted))
}
