//! The servers: one on a thread of its own for each processor.

use std::sync::Arc;
use std::thread;

use tiergate_catalog::Timestamp;
use tiergate_metering::Receipts;
use tiergate_router::{Builder, Router, Setup};
use tiergate_server::{App, Dealer, Handed, Live};
use tiergate_shadow::Shadow;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use crate::Fault;
use crate::talk::say;

/// The servers of a gateway; they share the receipts and nothing else that a request touches.
#[derive(Clone, Debug)]
pub(crate) struct Workers(Arc<[Arc<App>]>);

impl Workers {
    /// As many as there are processors that this process may use.
    pub(crate) fn count() -> usize {
        thread::available_parallelism().map_or(1, usize::from)
    }

    /// One for each setup; `live` makes keys and settings for each.
    pub(crate) fn new(
        setups: Vec<Setup>,
        receipts: &Arc<dyn Receipts>,
        shadow: Option<&Shadow>,
        live: impl Fn() -> Live,
        now: Timestamp,
    ) -> Result<Self, Fault> {
        let app = |setup| {
            let app = App::new(router(setup, receipts, now)?, live());
            Ok(Arc::new(match shadow {
                Some(shadow) => app.with_shadow(shadow.clone()),
                None => app,
            }))
        };
        setups
            .into_iter()
            .map(app)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Replaces configuration everywhere; requests under way keep what they began with.
    pub(crate) fn reload(&self, setups: Vec<Setup>, live: impl Fn() -> Live, now: Timestamp) {
        for (app, setup) in self.0.iter().zip(setups) {
            app.router().reload(setup, now);
            app.reload(live());
        }
    }

    /// Serves until `stop` is ready and the running answers have ended.
    pub(crate) async fn serve(
        &self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
    ) -> Result<(), Fault> {
        let (mut dealer, stopping) = (Dealer::default(), CancellationToken::new());
        let (done, mut ended) = unbounded_channel();
        for app in self.0.iter() {
            start(
                Arc::clone(app),
                dealer.hand(),
                stopping.clone(),
                done.clone(),
            )?;
        }
        drop(done);
        tokio::select! {
            dealt = dealer.deal(listener) => dealt.map_err(Fault::other)?,
            () = stop => {}
        }
        stopping.cancel();
        all(&mut ended).await
    }
}

/// A router with prices as of now.
pub(crate) fn router(
    setup: Setup,
    receipts: &Arc<dyn Receipts>,
    now: Timestamp,
) -> Result<Router, Fault> {
    let built = Builder::from(setup)
        .receipts(Arc::clone(receipts))
        .build_at(now);
    built.map_err(|fault| {
        Fault::other(format!(
            "{fault}: configure a provider, or a model with a target at one that is configured"
        ))
    })
}

/// Starts a worker's thread; it says when it has ended.
fn start(
    app: Arc<App>,
    handed: Handed,
    stopping: CancellationToken,
    done: UnboundedSender<Result<(), Fault>>,
) -> Result<(), Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(Fault::other)?;
    let work = move || {
        let serving = tiergate_server::serve(app, handed, stopping.cancelled_owned());
        let outcome = runtime.block_on(serving).map_err(Fault::other);
        if done.send(outcome).is_err() {
            say(format_args!("a worker outlived the gateway"));
        }
    };
    thread::Builder::new()
        .name("worker".to_owned())
        .spawn(work)
        .map_err(Fault::other)?;
    Ok(())
}

/// Waits for every worker; the first fault counts.
async fn all(ended: &mut UnboundedReceiver<Result<(), Fault>>) -> Result<(), Fault> {
    let mut outcome = Ok(());
    while let Some(one) = ended.recv().await {
        outcome = outcome.and(one);
    }
    outcome
}
