//! What every request needs: the router, the keys and the settings.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tiergate_policy::MemoryKeys;
use tiergate_router::Router;
use tiergate_shadow::Shadow;
use tokio_util::sync::CancellationToken;

use crate::Settings;

/// The gateway without its sockets.
#[derive(Debug)]
pub struct App {
    router: Router,
    shadow: Option<Shadow>,
    live: ArcSwap<Live>,
    draining: CancellationToken,
}

/// What may change while the gateway runs; replaced as a whole.
#[derive(Debug)]
pub struct Live {
    /// Limits and habits.
    pub settings: Settings,
    /// Who may call.
    pub keys: MemoryKeys,
}

impl App {
    /// A gateway over a router.
    pub fn new(router: Router, live: Live) -> Self {
        Self {
            router,
            shadow: None,
            live: ArcSwap::from_pointee(live),
            draining: CancellationToken::new(),
        }
    }

    /// The same gateway, which hands answered requests over to be run again.
    #[must_use]
    pub fn with_shadow(mut self, shadow: Shadow) -> Self {
        self.shadow = Some(shadow);
        self
    }

    /// The router.
    pub fn router(&self) -> &Router {
        &self.router
    }

    /// Replaces keys and settings; requests under way keep what they began with. The limits of a
    /// connection's head and its timeouts hold for connections that are made from now on.
    pub fn reload(&self, live: Live) {
        self.live.store(Arc::new(live));
    }

    pub(crate) fn shadow(&self) -> Option<&Shadow> {
        self.shadow.as_ref()
    }

    pub(crate) fn live(&self) -> Arc<Live> {
        self.live.load_full()
    }

    /// Tells `/readyz` that no more work should come.
    pub(crate) fn drain(&self) {
        self.draining.cancel();
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.is_cancelled()
    }

    /// Ready when no more work should come.
    pub(crate) async fn drained(&self) {
        self.draining.cancelled().await;
    }
}
