//! A provider in the weather of its scene: it says what it was asked, fails as the spells have it, and keeps the
//! promises of the seam (an end by the deadline, nothing after an error).

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use async_trait::async_trait;
use fastrand::Rng;
use futures_core::Stream;
use tiergate_providers::{
    Call, ChatStream, Chunk, ChunkKind, Error, Full, Head, Kind, Provider, Reply,
};
use tokio::time::{Instant, Sleep, sleep_until};

use super::scene::PROVIDERS;
use super::stage::Stage;
use super::weather::Fault;

/// One provider with the marks of its credentials.
#[derive(Debug)]
pub(crate) struct Simulated {
    pub(crate) index: usize,
    pub(crate) marks: Vec<u64>,
    pub(crate) stage: Weak<Stage>,
}

#[async_trait]
impl Provider for Simulated {
    fn name(&self) -> &str {
        PROVIDERS[self.index]
    }

    fn credentials(&self) -> usize {
        self.marks.len()
    }

    fn mark(&self, credential: usize) -> u64 {
        self.marks[credential]
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one call from its beginning to its end"
    )]
    async fn chat(&self, call: Call<'_>) -> Result<Reply, Error> {
        let stage = self.stage.upgrade().expect("a stage");
        let met = stage.called(self.index, self.marks[call.credential], &call);
        let mut under_way = UnderWay {
            stage: Arc::clone(&stage),
            attempt: met.attempt,
            over: false,
        };
        let mut dice = met.dice;
        let deadline = call.deadline;
        let name = PROVIDERS[self.index];
        if let Some(kind) = met.wrong {
            // what cannot be said is not sent
            let unsaid = kind == Kind::Unsupported;
            let late = if unsaid {
                0
            } else {
                [0, 0, 300][dice.usize(0..3)]
            };
            wait(Duration::from_millis(late), deadline, name).await?;
            return Err(
                under_way.fails(Error::new(kind, name, "the request is wrong").with_status(400))
            );
        }
        if let Some((after, error)) = met.fault.and_then(|fault| fault.said(name, &mut dice)) {
            wait(after, deadline, name).await?;
            return Err(under_way.fails(error));
        }
        let healed = stage.healed();
        if met.fault == Some(Fault::Hang) {
            sleep_until(healed.min(deadline)).await;
            return Err(under_way.fails(lost(name, deadline)));
        }
        let streams = call.request.stream() != (met.fault == Some(Fault::WrongShape));
        if streams {
            // what is late because of the weather comes when the weather is fine
            let late = healed.saturating_duration_since(Instant::now());
            let fault = match met.fault {
                Some(Fault::SlowFirst(by)) => Some(Fault::SlowFirst(by.min(late))),
                other => other,
            };
            let mut script = Script::draw(fault, name, call.request_id, &mut dice);
            if script.silent {
                script.items.retain(|(at, _)| *at <= healed);
            }
            let head = script
                .items
                .front()
                .map_or_else(Instant::now, |(at, _)| *at);
            // some send a head at once and some with the first event
            if dice.bool() {
                sleep_until(head.min(deadline)).await;
            }
            return Ok(Reply::Stream(ChatStream {
                head: Head::default(),
                chunks: Box::pin(Played {
                    script,
                    timer: None,
                    deadline,
                    name,
                    healed,
                    under_way,
                }),
            }));
        }
        let long = dice.u8(0..8) == 0;
        let most = if long { 40_000 } else { 5_000 };
        let mut takes = Duration::from_millis(dice.u64(20..most));
        if let Some(Fault::SlowFirst(late)) = met.fault {
            takes += late.min(healed.saturating_duration_since(Instant::now()));
        }
        wait(takes, deadline, name).await?;
        if call.request.stream() {
            under_way.fails(Error::new(Kind::Invalid, name, "not what was asked for"));
        }
        let body = format!(
            "whole answer to {} by {name} {}",
            call.request_id,
            dice.u32(..)
        );
        if !under_way.over {
            under_way.gives(body.as_bytes(), true, true);
            under_way.ends();
        }
        Ok(Reply::Full(Full {
            head: Head::default(),
            body: body.into(),
            usage: None,
            finished: true,
            output_bytes: 20,
        }))
    }
}

/// Time passes, or the deadline does.
async fn wait(time: Duration, deadline: Instant, name: &str) -> Result<(), Error> {
    let until = Instant::now() + time;
    sleep_until(until.min(deadline)).await;
    if until > deadline {
        return Err(lost(name, deadline));
    }
    Ok(())
}

/// A connection that was cut when the weather cleared up, or a deadline that came before.
fn lost(name: &str, deadline: Instant) -> Error {
    let kind = if Instant::now() >= deadline {
        Kind::Timeout
    } else {
        Kind::Reset
    };
    Error::new(kind, name, "nothing came")
}

/// A call until it is over, one way or another.
#[derive(Debug)]
struct UnderWay {
    stage: Arc<Stage>,
    attempt: usize,
    over: bool,
}

impl UnderWay {
    #[expect(
        clippy::fn_params_excessive_bools,
        reason = "what a chunk says of itself"
    )]
    fn gives(&self, bytes: &[u8], begins: bool, finish: bool) {
        self.stage.given(self.attempt, bytes, begins, finish);
    }

    fn fails(&mut self, error: Error) -> Error {
        self.over = true;
        self.stage.over(self.attempt, Some(error.kind()));
        error
    }

    fn ends(&mut self) {
        if !std::mem::replace(&mut self.over, true) {
            self.stage.over(self.attempt, None);
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if !self.over {
            self.stage.over(self.attempt, Some(Kind::Timeout));
        }
    }
}

/// What a stream gives and when, and what comes then.
#[derive(Debug)]
struct Script {
    items: VecDeque<(Instant, Result<Chunk, Error>)>,
    /// Whether it ends after the last item, or says nothing for ever.
    silent: bool,
}

impl Script {
    fn draw(fault: Option<Fault>, name: &str, request: &str, dice: &mut Rng) -> Self {
        let mut script = Self {
            items: VecDeque::new(),
            silent: false,
        };
        let mut at = Instant::now() + Duration::from_millis(dice.u64(10..3_000));
        if let Some(Fault::SlowFirst(late)) = fault {
            at += late;
        }
        match fault {
            Some(Fault::Empty) => return script,
            Some(Fault::ErrorFirst) => {
                script.push(
                    at,
                    Err(Error::new(Kind::Server, name, "an error event").with_status(500)),
                );
                return script;
            }
            Some(Fault::Pings) => {
                script.pings(at, 80);
                script.silent = true;
                return script;
            }
            _ => {}
        }
        script.push(at, Ok(data("role")));
        if fault == Some(Fault::RoleOnly) {
            script.silent = true;
            return script;
        }
        let words = dice.usize(1..10);
        let slow = fault.is_none() && dice.u8(0..8) == 0;
        let slow = if slow { 6_000 } else { 400 };
        let broken_at = dice.usize(1..=words);
        for word in 0..words {
            at += Duration::from_millis(dice.u64(0..slow));
            let text = format!("{request} {name} {word} {}", dice.u16(..));
            let chunk = Chunk {
                commits: true,
                output_bytes: 4,
                ..data(&text)
            };
            script.push(at, Ok(chunk));
            if word + 1 == broken_at && script.breaks(fault, at, name, dice) {
                return script;
            }
        }
        script.finish(fault, at, dice);
        script
    }

    /// What a fault does in the middle; false if it is none of those.
    fn breaks(&mut self, fault: Option<Fault>, at: Instant, name: &str, dice: &mut Rng) -> bool {
        let error = |kind| Err(Error::new(kind, name, "broken in the middle"));
        match fault {
            Some(Fault::Stall { pings }) => {
                if pings {
                    self.pings(at, 80);
                }
                self.silent = true;
            }
            Some(Fault::Cut) => {
                let kind = [Kind::Interrupted, Kind::Reset, Kind::Server][dice.usize(0..3)];
                self.push(at, error(kind));
            }
            Some(Fault::Garbled) => self.push(at, error(Kind::Invalid)),
            Some(Fault::EarlyDone) => self.push(at, Ok(done())),
            Some(Fault::ShortEnd) => {}
            _ => return false,
        }
        true
    }

    fn finish(&mut self, fault: Option<Fault>, at: Instant, dice: &mut Rng) {
        let finish = Chunk {
            finish: true,
            ..data("finish")
        };
        self.push(at, Ok(finish));
        if fault == Some(Fault::Lingers) {
            self.silent = true;
            return;
        }
        if dice.bool() {
            let usage = Chunk {
                kind: ChunkKind::UsageOnly,
                usage: Some(tiergate_wire::usage::Usage::default()),
                ..data("usage")
            };
            self.push(at, Ok(usage));
        }
        if dice.u8(0..8) > 0 {
            self.push(at, Ok(done()));
        }
    }

    fn push(&mut self, at: Instant, item: Result<Chunk, Error>) {
        self.items.push_back((at, item));
    }

    fn pings(&mut self, from: Instant, count: u32) {
        for nth in 0..count {
            let ping = Chunk {
                raw: ": ping\n\n".into(),
                kind: ChunkKind::Comment,
                ..Chunk::default()
            };
            self.push(from + Duration::from_secs(5) * nth, Ok(ping));
        }
    }
}

/// A stream under way. What has come while nobody read is there at once, as in a socket's buffer.
struct Played {
    script: Script,
    timer: Option<Pin<Box<Sleep>>>,
    deadline: Instant,
    name: &'static str,
    healed: Instant,
    under_way: UnderWay,
}

impl Stream for Played {
    type Item = Result<Chunk, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.under_way.over {
            return Poll::Ready(None);
        }
        let due = match this.script.items.front() {
            Some((at, _)) => *at,
            None if this.script.silent => this.healed,
            None => Instant::now(),
        };
        let until = due.min(this.deadline);
        if until > Instant::now() {
            let timer = this
                .timer
                .get_or_insert_with(|| Box::pin(sleep_until(until)));
            if timer.deadline() != until {
                timer.as_mut().reset(until);
            }
            ready!(timer.as_mut().poll(context));
        }
        if due > this.deadline {
            let error = lost(this.name, this.deadline);
            return Poll::Ready(Some(Err(this.under_way.fails(error))));
        }
        let item = match this.script.items.pop_front() {
            Some((_, Ok(chunk))) => {
                this.under_way
                    .gives(&chunk.raw, chunk.commits || chunk.finish, chunk.finish);
                if chunk.kind == ChunkKind::Done {
                    this.under_way.ends();
                }
                Some(Ok(chunk))
            }
            Some((_, Err(error))) => Some(Err(this.under_way.fails(error))),
            None if this.script.silent => {
                Some(Err(this.under_way.fails(lost(this.name, this.deadline))))
            }
            None => {
                this.under_way.ends();
                None
            }
        };
        Poll::Ready(item)
    }
}

fn data(text: &str) -> Chunk {
    Chunk {
        raw: format!("data: {text}\n\n").into(),
        ..Chunk::default()
    }
}

fn done() -> Chunk {
    Chunk {
        kind: ChunkKind::Done,
        ..data("[DONE]")
    }
}
