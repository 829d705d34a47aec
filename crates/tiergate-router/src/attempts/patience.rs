//! How long an attempt is waited for: less if another one could be made instead.

use std::time::Duration;

use tokio::time::Instant;

use crate::health::Watched;

/// How often an attempt that waits is looked after.
const LOOK: Duration = Duration::from_secs(1);

/// When an attempt gives way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// If another candidate is left.
    pub(crate) early: Instant,
    /// In any case.
    pub(crate) late: Instant,
}

impl Patience {
    /// What an attempt gives; nothing as soon as patience with it is over: early if there is an alternative, and
    /// earlier if others have given its target up meanwhile.
    pub(crate) async fn with<T>(
        self,
        mut attempt: impl Future<Output = T> + Unpin,
        watched: &Watched,
        has_alternative: impl Fn() -> bool,
    ) -> Option<T> {
        let Self { early, late } = self;
        let mut look = early.min(Instant::now() + LOOK).min(late);
        loop {
            if let Ok(outcome) = tokio::time::timeout_at(look, &mut attempt).await {
                return Some(outcome);
            }
            let now = Instant::now();
            let hopeless = now >= early || watched.is_overtaken();
            if now >= late || hopeless && has_alternative() {
                return None;
            }
            let next = if now < early { early } else { late };
            look = next.min(now + LOOK).min(late);
        }
    }
}
