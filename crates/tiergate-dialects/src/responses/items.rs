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

/// The type of a part that came as it is, and whether that is one of Responses' own.
pub(super) fn kind(item: &Json<'_>) -> (String, bool) {
    #[derive(Deserialize)]
    struct Item<'a> {
        #[serde(borrow, rename = "type")]
        kind: Option<&'a RawValue>,
    }
    let kind = item.read::<Item<'_>>().and_then(|item| item.kind);
    let kind = kind.and_then(string).unwrap_or_default();
    let known = ITEMS.contains(&&*kind) || KINDS.iter().any(|end| kind.ends_with(end));
    (kind.into_owned(), known)
}

/// Whether a part that came as it is belongs to this dialect.
pub(crate) fn is_item(item: &Json<'_>) -> bool {
    kind(item).1
}
