//! What all connections share: the orders, the account, and answers that are ready.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::asked::{Asked, Operation, Place};
use crate::dialect::Dialect;
use crate::http::Head;
use crate::play::Play;
use crate::scene::Scene;
use crate::script::fault::Fault;
use crate::script::{Script, Spec, mistaken};
use crate::tally::Tally;

#[derive(Debug)]
pub(crate) struct House {
    orders: Mutex<Orders>,
    tally: Mutex<Tally>,
    ready: Mutex<HashMap<Ready, Arc<Play>>>,
    pub started: Instant,
    pub stop: CancellationToken,
    /// Until when nobody is let in.
    pub refusing: watch::Sender<Option<Instant>>,
}

#[derive(Debug)]
struct Orders {
    script: Arc<Script>,
    since: Instant,
    /// Requests so far, by the sequence that they follow.
    turns: HashMap<String, u64>,
}

/// Orders that could not be read.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub written: String,
    /// What is wrong with them.
    pub told: String,
}

/// What makes two good answers the same.
#[derive(Debug, Eq, Hash, PartialEq)]
struct Ready {
    dialect: Dialect,
    operation: Operation,
    flags: [bool; 3],
    model: String,
    cap: Option<u64>,
    fault: String,
    seed: u64,
}

/// Nobody is refused for longer than a day.
pub(super) const MOST_REFUSAL: Duration = Duration::from_hours(24);
/// Sequences that are followed at once; beyond, all begin anew.
const MOST_TURNS: usize = 100_000;
/// Good answers that are kept ready.
const MOST_READY: usize = 256;
/// A longer answer is not kept.
const MOST_READY_WORDS: usize = 1000;

impl House {
    pub(crate) fn new(script: Script) -> Self {
        let started = Instant::now();
        Self {
            orders: Mutex::new(Orders {
                script: Arc::new(script),
                since: started,
                turns: HashMap::new(),
            }),
            tally: Mutex::default(),
            ready: Mutex::default(),
            started,
            stop: CancellationToken::new(),
            refusing: watch::Sender::new(None),
        }
    }

    pub(crate) fn script(&self) -> Arc<Script> {
        Arc::clone(&locked(&self.orders).script)
    }

    /// Gives new orders; sequences and clocks begin anew.
    pub(crate) fn set_script(&self, script: Script) {
        let mut orders = locked(&self.orders);
        orders.script = Arc::new(script);
        orders.since = Instant::now();
        orders.turns.clear();
    }

    /// Forgets what was counted; sequences and clocks begin anew.
    pub(crate) fn reset(&self) {
        let mut orders = locked(&self.orders);
        orders.since = Instant::now();
        orders.turns.clear();
        self.tally().reset();
    }

    pub(crate) fn tally(&self) -> MutexGuard<'_, Tally> {
        locked(&self.tally)
    }

    /// Lets nobody in for so long; zero lets everybody in again.
    pub(crate) fn refuse(&self, time: Duration) {
        let until = (!time.is_zero()).then(|| Instant::now() + time.min(MOST_REFUSAL));
        self.refusing.send_replace(until);
    }

    /// The fault for a request: a header, the path, orders for the model, the model's own name, orders for the path,
    /// for the port, for everybody; the first that says something.
    pub(crate) fn choose(
        &self,
        head: &Head,
        place: &Place,
        asked: &Asked,
        port: Port<'_>,
    ) -> Result<Fault, Mistake> {
        let mut orders = locked(&self.orders);
        let script = Arc::clone(&orders.script);
        let named = head.header("x-wall").or(place.spec.as_deref());
        if let Some(text) = named {
            let spec = Spec::parse(text).map_err(|told| Mistake {
                written: text.to_owned(),
                told,
            })?;
            return Ok(orders.next(&format!("{text} {}", asked.model), &spec));
        }
        let model = &asked.model;
        if let Some(spec) = script.models.get(model) {
            return Ok(orders.next(&format!("model {model}"), spec));
        }
        // a name may stand behind the provider's: `openai/503`
        let written = [
            Some(model.as_str()),
            model.rsplit_once('/').map(|(_, name)| name),
        ];
        if let Some(spec) = written
            .into_iter()
            .flatten()
            .find_map(|name| Spec::parse(name).ok())
        {
            return Ok(orders.next(&format!("model {model}"), &spec));
        }
        let strictly = script.strict && asked.operation != Operation::Models;
        let told = mistaken(model).or_else(|| {
            strictly
                .then(|| format!("the model's name {model:?} is no order and not in the script"))
        });
        if let Some(told) = told {
            return Err(Mistake {
                written: model.clone(),
                told,
            });
        }
        if let Some(spec) = script.routes.get(&place.route) {
            return Ok(orders.next(&format!("route {}", place.route), spec));
        }
        let (key, spec) = port.spec(&script);
        Ok(orders.next(&key, spec))
    }

    /// The fault for a connection before anything was read, where the port is told such a one.
    pub(crate) fn at_accept(&self, port: Port<'_>) -> Option<Fault> {
        let mut orders = locked(&self.orders);
        let script = Arc::clone(&orders.script);
        let (key, spec) = port.spec(&script);
        let turn = orders.turns.get(&key).copied().unwrap_or(0);
        let fault = spec.pick(turn, orders.since.elapsed(), script.seed);
        fault.row.at_accept.then(|| orders.next(&key, spec))
    }

    /// The answer in steps.
    pub(crate) fn play(&self, fault: &Fault, asked: &Asked) -> Arc<Play> {
        let seed = self.script().seed;
        let plain = matches!(fault.row.name, "ok")
            && !fault.manner.flags.echo
            && !fault.manner.flags.echo_key;
        let short = fault.manner.words.unwrap_or(0) <= MOST_READY_WORDS;
        if !plain || !short || asked.operation == Operation::Embed {
            return Arc::new(perform(fault, asked, seed));
        }
        let key = Ready {
            dialect: asked.dialect,
            operation: asked.operation,
            flags: [asked.streaming, asked.array, asked.wants_usage],
            model: asked.model.clone(),
            cap: asked.cap,
            fault: format!("{:?}", fault.manner),
            seed,
        };
        let mut ready = locked(&self.ready);
        if let Some(play) = ready.get(&key) {
            return Arc::clone(play);
        }
        if ready.len() >= MOST_READY {
            ready.clear();
        }
        let play = Arc::new(perform(fault, asked, seed));
        ready.insert(key, Arc::clone(&play));
        play
    }
}

impl Orders {
    fn next(&mut self, key: &str, spec: &Spec) -> Fault {
        if self.turns.len() >= MOST_TURNS && !self.turns.contains_key(key) {
            self.turns.clear();
        }
        let turn = self.turns.entry(key.to_owned()).or_default();
        let fault = spec.pick(*turn, self.since.elapsed(), self.script.seed);
        *turn = turn.saturating_add(1);
        fault
    }
}

/// The port that a connection came in by, and what was said of it at the start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Port<'a> {
    pub number: u16,
    pub spec: Option<&'a Spec>,
}

impl<'a> Port<'a> {
    fn spec(self, script: &'a Script) -> (String, &'a Spec) {
        match script.ports.get(&self.number).or(self.spec) {
            Some(spec) => (format!("port {}", self.number), spec),
            None => ("default".to_owned(), &script.default),
        }
    }
}

fn perform(fault: &Fault, asked: &Asked, seed: u64) -> Play {
    #[expect(
        clippy::disallowed_methods,
        reason = "the wall is a server: dates in its headers are dates of today"
    )]
    let now = SystemTime::now();
    let scene = Scene::new(asked, &fault.manner, seed, now);
    let mut play = Play {
        slice: fault.manner.slice,
        ..Play::default()
    };
    play.wait(fault.manner.wait);
    (fault.row.act)(&scene, &mut play);
    play.sealed()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
