//! Works off what was handed over: the run, the judgement, the money.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tiergate_catalog::{Money, Tier, Timestamp};
use tiergate_metering::{Comparison, MemoryReceipts, Receipts, Undecided, Verdict};
use tiergate_providers::Kind;
use tiergate_router::{
    Access, Answer, Builder, Context, Error, NothingServed, Reply, Router, Setup,
};
use tiergate_wire::chat::Request;
use tiergate_wire::json;
use tokio::time::Instant;

use crate::judge::{Pair, question, verdict};
use crate::offer::Job;
use crate::{Jobs, Purse, Settings, Shadow, said};

/// Where the time comes from.
pub type Clock = fn() -> Timestamp;

/// The longest that one call may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// Output tokens of the baseline's model when the client named no cap.
const BASELINE_OUTPUT: u64 = 4_096;

/// Output tokens of the judge: a few for the verdict, the rest for models that think first.
const JUDGE_OUTPUT: u64 = 2_048;

/// Runs requests again and has them judged, with a router of its own: what it does is in nobody's
/// receipts but in the member `shadow` of the one that it is about.
#[derive(Debug)]
pub struct Runner {
    router: Router,
    receipts: Arc<dyn Receipts>,
    shadow: Shadow,
    purse: Mutex<Purse>,
    clock: Clock,
}

/// Why a call gave no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failed {
    /// The day's money does not reach.
    Budget,
    /// No whole answer came back.
    Call,
    /// Nothing eligible, or nothing with a price.
    Refused,
}

impl Runner {
    /// A runner over a setup; verdicts go to the receipts.
    ///
    /// # Errors
    /// [`NothingServed`] when no provider serves any model.
    pub fn new(
        setup: Setup,
        receipts: Arc<dyn Receipts>,
        shadow: Shadow,
        clock: Clock,
    ) -> Result<Self, NothingServed> {
        let router = Builder::from(once(setup))
            .receipts(Arc::new(MemoryReceipts::new(0)))
            .build_at(clock())?;
        Ok(Self {
            router,
            receipts,
            shadow,
            purse: Mutex::new(Purse::new(Money::ZERO)),
            clock,
        })
    }

    /// Replaces models and providers; what is under way keeps what it began with.
    pub fn reload(&self, setup: Setup) {
        self.router.reload(once(setup), (self.clock)());
    }

    /// Works jobs off, a few at a time, until it is dropped.
    ///
    /// # Cancel safety
    /// What is under way when it is dropped leaves no verdict, and its money stays reserved for the day.
    pub async fn run(&self, jobs: Jobs) {
        let jobs = tokio::sync::Mutex::new(jobs.0);
        let work = || async {
            while let Some(job) = { jobs.lock().await.recv().await } {
                self.job(job).await;
            }
        };
        tokio::join!(work(), work(), work(), work());
    }

    async fn job(&self, job: Job) {
        let Some(settings) = self.shadow.settings() else {
            return self.shadow.skipped();
        };
        self.purse().set_limit(settings.per_day);
        let Some(comparison) = self.compare(&job, &settings).await else {
            return self.shadow.skipped();
        };
        self.shadow.compared();
        let verdict = comparison.verdict.as_str();
        tracing::debug!(request_id = %job.request_id, cost = %comparison.cost, "shadow run: {verdict}");
        // the receipt may have made room meanwhile
        let _kept = self
            .receipts
            .compare(&job.request_id, &job.access.owner, comparison)
            .await;
    }

    /// Nothing when nothing was run.
    async fn compare(&self, job: &Job, settings: &Settings) -> Option<Comparison> {
        let given = job.said()?;
        let ask = |baseline: &str, given_first| {
            let pair = Pair {
                given: &given,
                baseline,
                given_first,
            };
            question(&settings.judge, &job.request, pair)
        };
        // the tier of the judge is the operator's choice; its provider is bounded like any other
        let judging = Access {
            ceiling: Tier::Flagship,
            ..job.access.clone()
        };
        // what nobody may judge is not worth running
        let now = (self.clock)();
        let could = self.router.plan(&ask(&given, true)?, &judging, now).ok()?;
        could.with_cap(JUDGE_OUTPUT).worst_case(now)?;
        let mut cost = Money::ZERO;
        let again = again(&job.request, &job.baseline)?;
        let cap = again.max_output().unwrap_or(BASELINE_OUTPUT);
        let verdict = match self.ask(job, (&again, cap), &job.access, &mut cost).await {
            Ok(baseline) => {
                let given_first = coin(job.seed);
                let question = ask(&baseline, given_first)?;
                let judged = self.ask(job, (&question, JUDGE_OUTPUT), &judging, &mut cost);
                match judged.await {
                    Ok(said) => {
                        verdict(&said, given_first).unwrap_or(Verdict::None(Undecided::Unclear))
                    }
                    Err(Failed::Budget) => Verdict::None(Undecided::Budget),
                    Err(Failed::Call | Failed::Refused) => Verdict::None(Undecided::Judge),
                }
            }
            Err(Failed::Call) => Verdict::None(Undecided::Baseline),
            Err(Failed::Budget | Failed::Refused) => return None,
        };
        Some(Comparison {
            baseline_model: Arc::clone(&job.baseline),
            verdict,
            cost,
        })
    }

    /// One call, paid from the purse: its worst case is put aside first, and its cost is added to `total`.
    async fn ask(
        &self,
        job: &Job,
        (request, cap): (&Request, u64),
        access: &Access,
        total: &mut Money,
    ) -> Result<String, Failed> {
        let now = (self.clock)();
        let patience = i64::try_from(PATIENCE.as_millis()).unwrap_or(i64::MAX);
        let until = Timestamp::from_millis(now.millis().saturating_add(patience));
        let plan = self.router.plan(request, access, now);
        let plan = plan.map_err(|_wrong| Failed::Refused)?.with_cap(cap);
        let most = plan.worst_case(until).ok_or(Failed::Refused)?;
        let reserved = self.purse().reserve(most, now).ok_or(Failed::Budget)?;
        let context = Context {
            request_id: Arc::clone(&job.request_id),
            now,
            deadline: Instant::now() + PATIENCE,
            deadline_asked: true,
            seed: job.seed,
            hops: job.hops,
            front: tiergate_router::Front::default(),
        };
        let plan = Arc::new(plan);
        let (cost, said) = match self.router.carry_out(plan, request, access, &context).await {
            Ok(Reply {
                answer: Answer::Full(body, bill),
                ..
            }) => {
                let told = bill.cost.filter(|_| said::tells_usage(&body));
                (told.unwrap_or(most), said::whole(&body))
            }
            Err(error) if unbilled(&error) => (Money::ZERO, None),
            Ok(_) | Err(_) => (most, None),
        };
        if cost > most {
            tracing::warn!("a shadow call cost {cost}, more than the {most} that were put aside");
        }
        self.purse().settle(reserved, cost);
        *total = total.checked_add(cost).unwrap_or(*total);
        said.ok_or(Failed::Call)
    }

    fn purse(&self) -> MutexGuard<'_, Purse> {
        // no code that can panic runs under the lock, so a poisoned purse is whole
        self.purse.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The same setup with one attempt for each call: the money that is put aside is that of one.
fn once(mut setup: Setup) -> Setup {
    setup.limits.attempts = 1;
    setup.limits.retries = 0;
    setup
}

/// The client's request for the baseline's model, buffered, and without what has effects or prices of
/// its own beyond the answer.
fn again(request: &Request, baseline: &str) -> Option<Request> {
    const LEFT_OUT: [&str; 5] = [
        "metadata",
        "service_tier",
        "store",
        "stream",
        "stream_options",
    ];
    let mut rewrite = request.rewrite();
    rewrite.set("model", json::string(baseline));
    for name in LEFT_OUT {
        rewrite.remove(name);
    }
    Request::parse(rewrite.finish().to_bytes()).ok()
}

/// Which answer the judge sees first.
fn coin(seed: u64) -> bool {
    // other draws from the same seed must not follow from this one
    const ORDER: u64 = 0x5eed_c011_0000_0002;
    fastrand::Rng::with_seed(seed ^ ORDER).bool()
}

/// Whether a failed call has surely cost nothing: it was turned away or never sent.
fn unbilled(error: &Error) -> bool {
    error.provider().is_none_or(|fault| {
        fault.kind() == Kind::Connect || fault.status().is_some_and(|status| status >= 400)
    })
}
