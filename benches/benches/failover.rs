//! What failover costs a request that nothing goes wrong with: asking for leave, and telling the end.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use tiergate_failover::Moment;
use tiergate_failover::breaker::{Breaker, Gate, Outcome, Rules};
use tiergate_failover::budget::{self, Budget, Extra};
use tiergate_failover::health::{Admission, Ending, Keys, Registry, Settings, Target};

/// Between two requests.
const STEP: u64 = 100_000;

fn breaker(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("failover");
    let mut breaker = Breaker::new(Rules::default(), Moment::START);
    let mut now = 0;
    for (name, outcome) in [("success", Outcome::Success), ("neutral", Outcome::Neutral)] {
        group.bench_function(format!("breaker/{name}"), |bencher| {
            bencher.iter(|| {
                now += STEP;
                let now = Moment::from_nanos(black_box(now));
                let Gate::Pass(permit) = breaker.admit(now, 0.5) else {
                    panic!("it is closed");
                };
                breaker.record(permit, outcome, now, 0.5)
            });
        });
    }
    breaker.trip(
        tiergate_failover::breaker::Cause::Tripped,
        Moment::NEVER,
        0.5,
    );
    group.bench_function("breaker/shut", |bencher| {
        bencher.iter(|| breaker.admit(black_box(Moment::START), 0.5));
    });
    group.finish();
}

fn target() -> Arc<Target> {
    let registry = Registry::new(Settings::default(), 10);
    let keys = Keys {
        endpoint: 1,
        credential: 2,
        target: 3,
        speaks: true,
    };
    registry.target(&keys, Moment::START)
}

/// One attempt, as the router makes it.
fn attempt(target: &Arc<Target>, now: &mut u64) {
    *now += STEP;
    let moment = Moment::from_nanos(*now);
    let Admission::Pass(mut permit) = target.admit(moment, 0.5) else {
        panic!("it is closed");
    };
    permit.first_event(moment, 0.5);
    permit.end(Ending::Answered, moment, 0.5);
}

fn health(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("failover");
    let (alone, mut now) = (target(), 0);
    group.bench_function("health/alone", |bencher| {
        bencher.iter(|| attempt(black_box(&alone), &mut now));
    });
    // another worker at the same target all the time
    let shared = target();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut now = 0;
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                attempt(&shared, &mut now);
            }
        });
        group.bench_function("health/contended", |bencher| {
            let mut now = 0;
            bencher.iter(|| attempt(black_box(&shared), &mut now));
        });
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    let mut spent = Budget::new(budget::Rules::default(), Moment::START);
    group.bench_function("budget", |bencher| {
        bencher.iter(|| {
            now += STEP;
            let now = Moment::from_nanos(black_box(now));
            spent.deposit(now);
            spent.withdraw(Extra::Retry, now)
        });
    });
    group.finish();
}

criterion_group!(benches, breaker, health);
criterion_main!(benches);
