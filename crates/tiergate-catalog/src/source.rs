//! Where the current catalogue comes from.

use std::fmt::Debug;
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::Catalog;

/// Gives the catalogue of the moment.
///
/// A caller takes it once per request and works with that snapshot; a later replacement never
/// changes a catalogue that was handed out.
pub trait Source: Debug + Send + Sync {
    /// The catalogue to use for a request that starts now.
    fn current(&self) -> Arc<Catalog>;
}

/// A catalogue that never changes.
impl Source for Arc<Catalog> {
    fn current(&self) -> Arc<Catalog> {
        Self::clone(self)
    }
}

/// A catalogue that a reload replaces while requests run.
#[derive(Debug)]
pub struct Live(ArcSwap<Catalog>);

impl Live {
    /// Starts with this catalogue.
    pub fn new(catalog: Arc<Catalog>) -> Self {
        Self(ArcSwap::new(catalog))
    }

    /// Puts another catalogue in place for requests that start from now on.
    pub fn replace(&self, catalog: Arc<Catalog>) {
        self.0.store(catalog);
    }
}

impl Source for Live {
    fn current(&self) -> Arc<Catalog> {
        self.0.load_full()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replacement_leaves_snapshots_alone() {
        let first = Arc::new(Catalog::builder().build().unwrap());
        let second = Arc::new(Catalog::bundled());
        let live = Live::new(Arc::clone(&first));
        let snapshot = live.current();
        live.replace(Arc::clone(&second));
        assert!(Arc::ptr_eq(&snapshot, &first));
        assert!(Arc::ptr_eq(&live.current(), &second));
    }
}
