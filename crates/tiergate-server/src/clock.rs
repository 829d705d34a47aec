//! Wall time and chance: the only place in the gateway's path that reads either.

use std::sync::Arc;
use std::time::SystemTime;

use tiergate_catalog::Timestamp;
use uuid::Builder;

/// The present.
#[expect(
    clippy::disallowed_methods,
    reason = "the server is where time enters; everything below takes it as an argument"
)]
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

/// A request's id: a version 7 UUID, so ids sort by time.
pub(crate) fn request_id(now: Timestamp, random: u128) -> Arc<str> {
    let millis = u64::try_from(now.millis()).unwrap_or_default();
    let mut bytes = [0; 10];
    bytes.copy_from_slice(&random.to_le_bytes()[..10]);
    let id = Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid();
    let mut text = *b"req_00000000000000000000000000000000";
    id.simple().encode_lower(&mut text[4..]);
    // ASCII by construction
    std::str::from_utf8(&text).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_and_sort_by_time() {
        let (early, late) = (Timestamp::from_millis(1_000), Timestamp::from_millis(2_000));
        let (a, b, c) = (
            request_id(early, 1),
            request_id(early, 2),
            request_id(late, 0),
        );
        assert!(a != b && a < c && b < c);
        assert!(a.starts_with("req_") && a.len() == 36);
    }
}
