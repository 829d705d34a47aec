//! Items that no other dialect has.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::literal::string;
use crate::inner::Json;

/// Types of items that no other dialect has.
const ITEMS: [&str; 7] = [
    "additional_tools",
    "compaction",
    "compaction_trigger",
    "configuration_update",
    "mcp_list_tools",
    "mcp_approval_request",
    "mcp_approval_response",
];

/// How the types of the other items end.
const KINDS: [&str; 3] = ["_call", "_call_output", "_search_output"];

/// Whether an item of this type belongs to this dialect alone.
pub(super) fn is_type(kind: &str) -> bool {
    ITEMS.contains(&kind) || KINDS.iter().any(|end| kind.ends_with(end))
}

/// Whether a part that came as it is belongs to this dialect.
pub(crate) fn is_item(item: &Json<'_>) -> bool {
    #[derive(Deserialize)]
    struct Item<'a> {
        #[serde(borrow, rename = "type")]
        kind: Option<&'a RawValue>,
    }
    let kind = item.read::<Item<'_>>().and_then(|item| item.kind);
    kind.and_then(string).is_some_and(|kind| is_type(&kind))
}
