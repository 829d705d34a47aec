//! Every open connection: which are busy, which have been idle for too long, and how they are told to end.
//!
//! hyper can do both by itself, at the price of a timer and a channel that every request touches; here a
//! request costs two counters, and one sweep serves all connections.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use hyper_util::server::graceful::GracefulConnection;

use crate::body::{Body, Broken};

/// How often idle connections are looked for; a timeout is kept to this precision.
const SWEEP: Duration = Duration::from_millis(250);

/// The connection should finish what it does and end.
const DRAIN: u8 = 1;
/// The connection has asked nothing for too long and is to be closed.
const EXPIRED: u8 = 2;

/// The open connections of a server.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    open: Mutex<HashMap<u64, Arc<Entry>>>,
    next: AtomicU64,
    draining: AtomicBool,
}

/// One open connection.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    told: AtomicU8,
    /// Answers that are being made or sent.
    busy: AtomicU32,
    /// Requests begun so far: a sweep that finds the same number twice has seen nothing in between.
    begun: AtomicU64,
    waker: Mutex<Option<Waker>>,
}

impl Connections {
    /// Tells every connection to end after the answers that it is making.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::SeqCst);
        for entry in self.open().values() {
            entry.tell(DRAIN);
        }
    }

    /// Closes connections that ask nothing, or not all of a request's head, for as long as `patience` says;
    /// never ready.
    pub(crate) async fn sweep(&self, patience: impl Fn() -> Duration) {
        let mut seen: HashMap<u64, (u64, u128)> = HashMap::new();
        loop {
            tokio::time::sleep(SWEEP).await;
            let rounds = patience().as_millis().div_ceil(SWEEP.as_millis()).max(1);
            let open = self.open();
            seen.retain(|id, _| open.contains_key(id));
            for (id, entry) in open.iter() {
                let begun = entry.begun.load(Ordering::Relaxed);
                let (last, idle) = seen.entry(*id).or_insert((begun, 0));
                if *last != begun || entry.busy.load(Ordering::Relaxed) > 0 {
                    (*last, *idle) = (begun, 0);
                    continue;
                }
                *idle += 1;
                if *idle > rounds {
                    entry.tell(EXPIRED);
                }
            }
        }
    }

    fn enter(&self) -> (u64, Arc<Entry>) {
        let entry = Arc::new(Entry::default());
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.open().insert(id, Arc::clone(&entry));
        // whoever enters during the call to drain is told by one of the two
        if self.draining.load(Ordering::SeqCst) {
            entry.tell(DRAIN);
        }
        (id, entry)
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Arc<Entry>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// Counts an answer until the guard is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> Busy {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.busy.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }

    fn tell(&self, what: u8) {
        self.told.fetch_or(what, Ordering::SeqCst);
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waker) = &*waker {
            waker.wake_by_ref();
        }
    }
}

/// An answer that is being made or sent.
#[derive(Debug)]
pub(crate) struct Busy(Arc<Entry>);

impl Drop for Busy {
    fn drop(&mut self) {
        // the end of an answer is activity, too
        self.0.begun.fetch_add(1, Ordering::Relaxed);
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A place among the open connections, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    connections: Arc<Connections>,
    id: u64,
    entry: Arc<Entry>,
}

impl Seat {
    pub(crate) fn new(connections: &Arc<Connections>) -> Self {
        let (id, entry) = connections.enter();
        Self {
            connections: Arc::clone(connections),
            id,
            entry,
        }
    }

    pub(crate) fn entry(&self) -> &Arc<Entry> {
        &self.entry
    }

    /// Runs a connection; `expires` tells whether silence may end it.
    pub(crate) async fn run<C: GracefulConnection>(
        self,
        connection: C,
        expires: bool,
    ) -> Result<(), C::Error> {
        let told = Told {
            connection,
            entry: &self.entry,
            expires,
            known: false,
            draining: false,
        };
        told.await
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.connections.open().remove(&self.id);
    }
}

pin_project_lite::pin_project! {
    /// A connection that listens to what it is told.
    struct Told<'a, C> {
        #[pin]
        connection: C,
        entry: &'a Entry,
        expires: bool,
        // the task's waker is where it can be found
        known: bool,
        draining: bool,
    }
}

impl<C: GracefulConnection> Future for Told<'_, C> {
    type Output = Result<(), C::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if !*this.known {
            let mut waker = this
                .entry
                .waker
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *waker = Some(context.waker().clone());
            *this.known = true;
        }
        let told = this.entry.told.load(Ordering::SeqCst);
        // a request that came in just then is answered
        if told & EXPIRED != 0 && *this.expires && this.entry.busy.load(Ordering::Relaxed) == 0 {
            return Poll::Ready(Ok(()));
        }
        if told & DRAIN != 0 && !*this.draining {
            *this.draining = true;
            this.connection.as_mut().graceful_shutdown();
        }
        this.connection.poll(context)
    }
}

pin_project_lite::pin_project! {
    /// A body whose connection counts as busy until it is sent or dropped.
    pub(crate) struct Counted {
        #[pin]
        body: Body,
        busy: Busy,
    }
}

impl Counted {
    pub(crate) fn new(body: Body, busy: Busy) -> Self {
        Self { body, busy }
    }
}

impl http_body::Body for Counted {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        self.project().body.poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
