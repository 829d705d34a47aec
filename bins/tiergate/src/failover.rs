//! From the settings of failover to the router's rules.

use std::sync::Arc;
use std::time::Duration;

use tiergate_config::{FailoverSettings, Settings, Timeouts};
use tiergate_failover::clocks::Clocks;
use tiergate_failover::{Limits, breaker, budget, health, limit, stall};
use tiergate_router::{Health, Setup};

/// Sets what a router does when attempts fail.
pub(crate) fn apply(settings: &Settings, health: Option<Arc<Health>>, setup: &mut Setup) {
    let failover = &settings.failover;
    let limits = Limits::default();
    setup.limits = Limits {
        attempts: failover.attempts.unwrap_or(limits.attempts),
        retries: failover.retries.unwrap_or(limits.retries),
        ..limits
    };
    setup.health = health;
    setup.hedging = failover.hedging;
    setup.allow_lower_tier = failover.allow_lower_tier;
    setup.clocks = clocks(failover.timeouts);
    let own = settings.providers.iter().map(|provider| {
        let timeouts = provider.timeouts.or(failover.timeouts);
        (provider.name.as_str().into(), clocks(timeouts))
    });
    setup.clocks_of = own.collect();
    let drained = settings.providers.iter().filter(|each| each.drains());
    setup.drained = drained.map(|each| each.name.as_str().into()).collect();
    let chains = settings.fallbacks.iter().map(|(model, chain)| {
        let chain = chain.iter().map(|model| model.as_str().into());
        (model.as_str().into(), chain.collect())
    });
    setup.fallbacks = chains.collect();
}

/// What is remembered of targets, by the rules of the settings.
pub(crate) fn health(settings: &FailoverSettings) -> Arc<Health> {
    let rules = rules(settings);
    let warm = settings.affinity.unwrap_or(Health::WARM);
    Arc::new(Health::new(rules).warm_for(warm))
}

fn rules(settings: &FailoverSettings) -> health::Settings {
    let usual = health::Settings::default();
    let endpoint = breaker(settings, usual.endpoint);
    let (initial, ceiling) = (settings.concurrency).over(usual.limit.initial, usual.limit.ceiling);
    health::Settings {
        endpoint,
        credential: opened(usual.credential, settings.credential),
        target: breaker(settings, usual.target),
        stall: stall::Rules {
            waiting: settings.stall.waiting.unwrap_or(usual.stall.waiting),
            silence: settings.stall.silence.unwrap_or(usual.stall.silence),
            ..usual.stall
        },
        limit: limit::Rules {
            initial,
            ceiling,
            ..usual.limit
        },
        budget: budget(settings),
        ..usual
    }
}

fn breaker(settings: &FailoverSettings, usual: breaker::Rules) -> breaker::Rules {
    let stated = &settings.breaker;
    let consecutive = stated.consecutive.unwrap_or(usual.consecutive);
    let min_success = stated.min_success.unwrap_or(usual.min_success);
    let rules = breaker::Rules {
        consecutive,
        // a row that is longer where failures are common must not be the shorter one
        noisy_consecutive: usual.noisy_consecutive.max(consecutive),
        window: stated.window.unwrap_or(usual.window),
        min_samples: stated.min_samples.unwrap_or(usual.min_samples),
        min_success,
        // what is not to be borne is not borne by chance either
        tolerated: usual.tolerated.min(1_000_u32.saturating_sub(min_success)),
        ..usual
    };
    opened(rules, stated.opening)
}

fn opened(rules: breaker::Rules, opening: tiergate_config::Opening) -> breaker::Rules {
    let (first, longest) = opening.over(rules.backoff.first, rules.backoff.longest);
    breaker::Rules {
        backoff: breaker::Backoff { first, longest },
        ..rules
    }
}

fn budget(settings: &FailoverSettings) -> budget::Rules {
    let (stated, usual) = (&settings.retry_budget, budget::Rules::default());
    budget::Rules {
        per_first: stated.ratio.unwrap_or(usual.per_first),
        per_second: stated.per_second.unwrap_or(usual.per_second),
        cap: stated
            .cap
            .map_or(usual.cap, |whole| whole.saturating_mul(1_000)),
        ..usual
    }
}

fn clocks(stated: Timeouts) -> Clocks {
    let usual = Clocks::default();
    let or = |stated: Option<Duration>, usual| stated.unwrap_or(usual);
    Clocks {
        connect: or(stated.connect, usual.connect),
        first: stated.first_content.unwrap_or(usual.first),
        first_with_alternative: or(
            stated.first_content_with_alternative,
            usual.first_with_alternative,
        ),
        whole_with_alternative: or(
            stated.request_with_alternative,
            usual.whole_with_alternative,
        ),
        first_per_thousand: or(
            stated.first_content_per_1000_tokens,
            usual.first_per_thousand,
        ),
        idle: or(stated.idle, usual.idle),
        idle_with_pings: or(stated.idle_with_pings, usual.idle_with_pings)
            .max(or(stated.idle, usual.idle)),
        after_finish: or(stated.after_finish, usual.after_finish),
        total: or(stated.request, usual.total),
        stream_total: or(stated.stream, usual.stream_total),
        // who sets a first content of half a second means it
        least: (stated.first_content.into_iter().flatten())
            .chain(stated.first_content_with_alternative)
            .fold(usual.least, Duration::min),
        ..usual
    }
}
