//! What clients, providers and laws share in one run: the scene, the clock, the view of all targets, the ledger.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use fastrand::Rng;
use tiergate_providers::{Call, Kind};
use tiergate_router::{Router, TargetHealth};
use tokio::time::Instant;

use super::laws;
use super::ledger::{Attempt, Ledger, name, scopes};
use super::scene::{MODELS, PROVIDERS, Scene};
use super::weather::{Called, Fault};

#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) scene: Scene,
    start: Instant,
    /// Sees every target that there ever is, and answers nobody.
    viewer: Router,
    /// Places in the view by provider, mark and model.
    places: HashMap<(usize, u64, usize), usize>,
    ledger: Mutex<Ledger>,
}

/// What a call meets.
#[derive(Debug)]
pub(crate) struct Met {
    pub(crate) attempt: usize,
    pub(crate) fault: Option<Fault>,
    /// What is wrong with the request.
    pub(crate) wrong: Option<Kind>,
    pub(crate) dice: Rng,
}

impl Stage {
    pub(crate) fn new(scene: Scene, viewer: Router) -> Self {
        let seen = viewer.targets();
        let place = |(at, target): (usize, &TargetHealth)| {
            let provider = index(&PROVIDERS, &target.provider);
            let mark = scene.all_marks(provider)[target.credential];
            ((provider, mark, model(&target.model)), at)
        };
        Self {
            places: seen.iter().enumerate().map(place).collect(),
            start: Instant::now(),
            ledger: Mutex::new(Ledger::new(seen)),
            viewer,
            scene,
        }
    }

    /// Since the run began.
    pub(crate) fn now(&self) -> Duration {
        self.start.elapsed()
    }

    pub(crate) fn instant(&self, at: Duration) -> Instant {
        self.start + at
    }

    /// When all faults end.
    pub(crate) fn healed(&self) -> Instant {
        self.instant(self.scene.heal)
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().expect("no panic under the lock")
    }

    pub(crate) fn view(&self) -> Vec<TargetHealth> {
        self.viewer.targets()
    }

    /// Looks at all targets; what is seen must agree with the ledger.
    pub(crate) fn look(&self) {
        let view = self.view();
        let at = self.now();
        let mut ledger = self.ledger();
        laws::nothing_leaks(&mut ledger, &view, at);
        laws::nothing_opens_in_fine_weather(&mut ledger, &self.scene, &view, at);
        ledger.seen = view;
        ledger.seen_at = at;
    }

    /// A provider is called.
    pub(crate) fn called(&self, provider: usize, mark: u64, call: &Call<'_>) -> Met {
        let view = self.view();
        let at = self.now();
        let request: usize = call.request_id[1..].parse().expect("a request's number");
        let model = model(call.model);
        let place = self.places[&(provider, mark, model)];
        let mut ledger = self.ledger();
        let nth = ledger.of.get(&request).map_or(0, Vec::len);
        let mut dice = self.scene.dice(request + 1, nth + 1);
        let called = Called {
            at,
            provider,
            mark,
            model,
        };
        let wrong = self.scene.asks[request].wrong;
        let fault = if at < self.scene.heal {
            self.weather(&called, &mut dice)
        } else {
            None
        };
        let probes = scopes(&view[place]).map(|scope| {
            let left = scope.next_probe_ms.unwrap_or(0);
            (scope.state == "half_open").then(|| at + Duration::from_millis(left))
        });
        let attempt = ledger.attempts.len();
        ledger.attempts.push(Attempt {
            request,
            place,
            at,
            leases: probes,
            begun: false,
            over: false,
            finished: false,
            given: Vec::new(),
            error: (wrong == Some(Kind::Unsupported)).then_some(Kind::Unsupported),
            seen: view[place].clone(),
        });
        ledger.live[place] += 1;
        ledger.waiting[place] += 1;
        let told = name(&view[place]);
        ledger.note(
            at,
            format_args!("r{request} asks {told}: {fault:?} {wrong:?}"),
        );
        laws::call(&mut ledger, &self.scene, &view, (attempt, nth));
        ledger.of.entry(request).or_default().push(attempt);
        ledger.seen = view;
        ledger.seen_at = at;
        Met {
            attempt,
            fault,
            wrong,
            dice,
        }
    }

    fn weather(&self, called: &Called, dice: &mut Rng) -> Option<Fault> {
        let spells = self.scene.spells.iter();
        let mut met = spells.filter(|spell| spell.meets(called));
        let spell = met.find(|spell| dice.u32(0..100) < spell.percent);
        let noise = dice.u32(0..1_000) < self.scene.noise;
        spell
            .map(|spell| spell.fault)
            .or_else(|| noise.then(|| Fault::draw(dice)))
    }

    /// An attempt gives bytes.
    #[expect(
        clippy::fn_params_excessive_bools,
        reason = "what a chunk says of itself"
    )]
    pub(crate) fn given(&self, attempt: usize, bytes: &[u8], begins: bool, finish: bool) {
        let at = self.now();
        let mut ledger = self.ledger();
        let ledger = &mut *ledger;
        let of = &mut ledger.attempts[attempt];
        of.given.extend_from_slice(bytes);
        of.finished |= finish;
        if begins && !std::mem::replace(&mut of.begun, true) {
            ledger.waiting[of.place] -= 1;
            ledger.begun[of.place] = Some(at);
        }
    }

    /// An attempt is over.
    pub(crate) fn over(&self, attempt: usize, error: Option<Kind>) {
        let at = self.now();
        let mut ledger = self.ledger();
        let ledger = &mut *ledger;
        let of = &mut ledger.attempts[attempt];
        of.over = true;
        of.error = of.error.or(error);
        ledger.live[of.place] -= 1;
        if !of.begun {
            ledger.waiting[of.place] -= 1;
        }
        if of.error.is_none() {
            // an answer in one piece begins with its end
            ledger.begun[of.place] = Some(at);
        }
        if of.at < self.scene.heal {
            ledger.bygone[of.place] = Some(at);
        }
        let request = of.request;
        let what = of.error;
        ledger.note(
            at,
            format_args!("r{request} attempt {attempt} is over: {what:?}"),
        );
    }
}

pub(crate) fn model(name: &str) -> usize {
    index(&MODELS.map(|(model, _)| model), name)
}

fn index(names: &[&str], name: &str) -> usize {
    let mut names = names.iter();
    names
        .position(|each| *each == name)
        .expect("a name of the scene")
}
