//! Items that the inner form has no place for.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::inner::Json;
use crate::responses::literal::string;

/// Types of items that no other dialect has.
const ITEMS: [&str; 6] = [
    "additional_tools",
    "compaction_trigger",
    "configuration_update",
    "mcp_list_tools",
    "mcp_approval_request",
    "mcp_approval_response",
];

/// How the types of the other items end.
const KINDS: [&str; 3] = ["_call", "_call_output", "_search_output"];

/// Whether what came as it is is an item of Responses.
pub(super) fn is_item(item: &Json<'_>) -> bool {
    #[derive(Deserialize)]
    struct Foreign<'a> {
        #[serde(borrow, rename = "type")]
        kind: Option<&'a RawValue>,
        #[serde(borrow)]
        content: Option<&'a RawValue>,
        #[serde(borrow)]
        encrypted_content: Option<&'a RawValue>,
    }
    let Some(item) = item.read::<Foreign<'_>>() else {
        return false;
    };
    let kind = item.kind.and_then(string).unwrap_or_default();
    match &*kind {
        // a block of Anthropic's has this name as well, and its summary in words
        "compaction" => item.encrypted_content.is_some() && item.content.is_none(),
        kind => ITEMS.contains(&kind) || KINDS.iter().any(|end| kind.ends_with(end)),
    }
}
