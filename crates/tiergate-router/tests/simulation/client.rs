//! One client: it asks, reads or leaves, and says what it got.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_core::Stream;
use tiergate_catalog::{Tier, Timestamp};
use tiergate_providers::Kind;
use tiergate_router::{Access, Answer, Context, Error, Front, Plan, Reply, Route};
use tiergate_wire::chat::Request;
use tokio::time::{sleep, timeout};

use super::ending;
use super::ledger::Bounds;
use super::scene::{Ask, MODELS, Manner, PROVIDERS};
use super::workers::{FALLBACKS, NOW, Workers, limits};

/// What a client got.
#[derive(Debug)]
pub(crate) enum Got {
    /// An answer that was said to be whole, and who is said to have given it: provider and model.
    Whole(Vec<u8>, [Arc<str>; 2]),
    /// A stream that ended in an error.
    Broken(Vec<u8>, Kind),
    Failed(Error),
    /// Nothing, for it left.
    Left,
}

/// Makes the request of this number, and holds what came of it against the laws.
pub(crate) async fn client(workers: Arc<Workers>, number: usize) {
    let stage = &workers.stage;
    let ask = &stage.scene.asks[number];
    stage.look();
    let started = stage.now();
    let got = match ask.manner {
        Manner::Leaves(after) => timeout(after, answered(&workers, number, ask)).await,
        _ => Ok(answered(&workers, number, ask).await),
    };
    let got = got.unwrap_or(Got::Left);
    ending::ended(&workers, number, &got, started);
    stage.look();
}

async fn answered(workers: &Workers, number: usize, ask: &Ask) -> Got {
    let router = &workers.routers[ask.worker];
    let request = request(ask);
    let access = Access {
        ceiling: ask.ceiling,
        ..Access::unlimited("owner")
    };
    let now = Timestamp::from_millis(NOW.millis() + ask.skew);
    let context = Context {
        request_id: format!("r{number}").into(),
        now,
        deadline_asked: true,
        deadline: workers.stage.instant(workers.stage.now() + ask.deadline),
        seed: workers.stage.scene.dice(number + 1, 0).u64(..),
        hops: 0,
        front: Front::default(),
    };
    let reply = match router.plan(&request, &access, now) {
        Ok(plan) => {
            bound(workers, number, &plan, (&request, &access));
            let plan = Arc::new(plan);
            router.carry_out(plan, &request, &access, &context).await
        }
        Err(_) => router.answer(&request, &access, &context).await,
    };
    match reply {
        Ok(reply) => read(reply, ask.manner).await,
        Err(error) => Got::Failed(error),
    }
}

async fn read(reply: Reply, manner: Manner) -> Got {
    let by = [
        Arc::clone(reply.served.provider()),
        Arc::clone(reply.served.model()),
    ];
    let mut answering = match reply.answer {
        Answer::Full(body, _) => return Got::Whole(body.to_vec(), by),
        Answer::Stream(answering) => answering,
    };
    let mut bytes = Vec::new();
    for nth in 0.. {
        match manner {
            Manner::LeavesAt(most) if nth == most => return Got::Left,
            Manner::Dawdles(pause) => sleep(pause).await,
            _ => {}
        }
        match poll_fn(|context| Pin::new(&mut *answering).poll_next(context)).await {
            Some(Ok(chunk)) => bytes.extend_from_slice(&chunk.raw),
            Some(Err(error)) => return Got::Broken(bytes, error.kind()),
            None => return Got::Whole(bytes, by),
        }
    }
    Got::Left
}

fn request(ask: &Ask) -> Request {
    let member = |name: &str, value: Option<&str>| {
        value.map_or_else(String::new, |value| format!(r#""{name}":"{value}","#))
    };
    let body = format!(
        r#"{{"model":"{}","stream":{},"user":"{}",{}{}"messages":[{{"role":"user","content":"why?"}}]}}"#,
        ask.model,
        ask.stream,
        ask.score,
        member("prefer", ask.prefer),
        member("max_tier", ask.max_tier.map(Tier::as_str)),
    );
    Request::parse(body.into()).expect("a request")
}

/// Notes where the request may go: what follows from it, from the caller and from the choice that would be made
/// if all were well.
fn bound(workers: &Workers, number: usize, plan: &Plan, (request, access): (&Request, &Access)) {
    let stage = &workers.stage;
    let (scene, ask) = (&stage.scene, &stage.scene.asks[number]);
    let Ok(chosen) = plan.outcome() else {
        return;
    };
    let variant = workers.variant(ask.worker);
    let (mut models, mut provider) = ((0..MODELS.len()).collect::<Vec<_>>(), None);
    let mut floor = Tier::Nano;
    match plan.route() {
        Route::Pin {
            model,
            provider: at,
        } => {
            let model = super::stage::model(model);
            let others = FALLBACKS
                .iter()
                .find(|(of, _)| scene.fallbacks && *of == model);
            models = vec![model];
            match others {
                // a chain says what it wants, of whatever tier
                Some((_, others)) => models.extend_from_slice(others),
                None => provider.clone_from(at),
            }
        }
        Route::Floor(at) => floor = *at,
        Route::Auto => {}
    }
    let chained = plan.route().is_pin() && models.len() > 1;
    let lower = scene.allow_lower_tier || chained;
    let bare = workers.bare[variant].plan(request, access, plan.now());
    let well = bare.ok().and_then(|bare| bare.outcome().ok()?.tier);
    // who is fast is known only from what is remembered
    let well = well.filter(|_| ask.prefer != Some("fast")).or(chosen.tier);
    let limits = limits(variant);
    let bounds = Bounds {
        tier: chosen.tier,
        lowest: well.filter(|_| !lower).unwrap_or(floor),
        highest: ask
            .max_tier
            .map_or(ask.ceiling, |most| most.min(ask.ceiling)),
        models,
        provider: provider.and_then(|name| PROVIDERS.iter().position(|each| **each == *name)),
        attempts: limits.attempts,
        retries: limits.retries,
        ends: stage.now() + ask.deadline,
    };
    stage.ledger().bounds.insert(number, bounds);
}

/// How much later than its deadline a request may end: timers count whole milliseconds.
pub(crate) const LATE: Duration = Duration::from_millis(10);
