//! One seed from beginning to end: a time of faults, then a time without.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use tiergate_router::TargetHealth;
use tokio::time::{sleep, sleep_until};

use super::client::client;
use super::ending;
use super::ledger::{Tally, name, scopes};
use super::scene::Scene;
use super::workers::Workers;

/// How soon after the end of all faults every target is ready again.
const RECOVERS: Duration = Duration::from_mins(1);

/// For how long a breaker is open at most.
const LONGEST: Duration = Duration::from_secs(30);

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    /// Laws that were broken.
    pub(crate) broken: Vec<String>,
    /// Everything that happened, in order.
    pub(crate) trace: Vec<String>,
    pub(crate) tally: Tally,
}

impl Ran {
    /// The same for the same run.
    pub(crate) fn mark(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.trace.hash(&mut hasher);
        hasher.finish()
    }
}

pub(crate) fn run(seed: u64) -> Ran {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let workers = Arc::new(Workers::new(Scene::draw(seed)));
        carried_out(&workers).await;
        let stage = &workers.stage;
        let at = stage.now();
        let mut ledger = stage.ledger();
        let (requests, receipts) = (ledger.tally.requests, workers.kept.count());
        if requests != receipts {
            ledger.breaks(
                at,
                format_args!("{receipts} receipts of {requests} requests"),
            );
        }
        Ran {
            broken: std::mem::take(&mut ledger.broken),
            trace: std::mem::take(&mut ledger.trace),
            tally: ledger.tally,
        }
    })
}

async fn carried_out(workers: &Arc<Workers>) {
    let stage = &workers.stage;
    let scene = &stage.scene;
    let reloading = tokio::spawn(reloads(Arc::clone(workers)));
    let recovering = tokio::spawn(recovered(Arc::clone(workers)));
    let mut clients = Vec::new();
    for number in 0..scene.last_round.start {
        sleep_until(stage.instant(scene.asks[number].at)).await;
        clients.push(tokio::spawn(client(Arc::clone(workers), number)));
    }
    for each in clients.into_iter().chain([reloading, recovering]) {
        each.await.expect("nobody panics");
    }
    stage.look();
    // what was asked to rest, and credentials that were refused, take longer
    let longest = stage.view().iter().map(unready_for).max();
    sleep(longest.unwrap_or_default() + Duration::from_millis(2)).await;
    let at = stage.now();
    for target in stage.view().iter().filter(|target| !target.ready) {
        let what = format!("{} does not recover: {target:?}", name(target));
        stage.ledger().breaks(at, format_args!("{what}"));
    }
    for number in scene.last_round.clone() {
        client(Arc::clone(workers), number).await;
        let at = stage.now();
        ending::went_well(&mut stage.ledger(), number, &scene.asks[number], at);
    }
    stage.look();
}

async fn reloads(workers: Arc<Workers>) {
    let stage = &workers.stage;
    for (at, worker, variant) in &stage.scene.reloads {
        sleep_until(stage.instant(*at)).await;
        workers.reload(*worker, *variant);
        let at = stage.now();
        let what = format_args!("worker {worker} takes on setup {variant}");
        stage.ledger().note(at, what);
    }
}

/// Everything is ready but for what was asked to rest for longer, and credentials that were refused.
async fn recovered(workers: Arc<Workers>) {
    let stage = &workers.stage;
    sleep_until(stage.healed() + RECOVERS).await;
    let at = stage.now();
    let bygone = stage.ledger().bygone.clone();
    for (place, target) in stage.view().iter().enumerate() {
        // what hung before the end of all faults may have failed only now
        let late = bygone[place].is_some_and(|end| end + LONGEST > at);
        if target.ready || late {
            continue;
        }
        let rests = scopes(target)
            .iter()
            .any(|scope| scope.cooling_ms.is_some());
        let refused = target.credential_breaker.cause == Some("tripped");
        // an answer may take longer than a probe's lease
        let probed = scopes(target)
            .iter()
            .any(|scope| scope.cause == Some("lease") || scope.state == "half_open");
        if !rests && !refused && !probed {
            let what = format!(
                "{} is not back after {RECOVERS:?}: {target:?}",
                name(target)
            );
            stage.ledger().breaks(at, format_args!("{what}"));
        }
    }
}

/// How long a target is not ready yet.
fn unready_for(target: &TargetHealth) -> Duration {
    let scopes = scopes(target);
    let each = scopes
        .iter()
        .flat_map(|scope| [scope.next_probe_ms, scope.cooling_ms]);
    Duration::from_millis(each.flatten().max().unwrap_or(0))
}
