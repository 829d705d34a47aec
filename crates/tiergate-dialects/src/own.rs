//! Members of a request that are no vendor's business.

/// tiergate's own members of a request, which no vendor shall see.
pub const EXTENSIONS: [&str; 4] = ["prefer", "max_tier", "tags", "session_id"];

/// Whether nobody misses the member: it is tiergate's own, or concerns only the transport.
pub(crate) fn is_own(name: &str) -> bool {
    EXTENSIONS.contains(&name) || matches!(name, "stream" | "stream_options")
}
