//! One connection: request after request.

use std::sync::Arc;

use bytes::Bytes;
use tokio::time::Instant;

use super::control;
use super::house::{House, Port};
use super::line::{Gone, Line, Socket};
use super::player::{After, Player};
use crate::asked::{Asked, Place};
use crate::catalogue;
use crate::http::{self, Head, Length, Malformed};
use crate::play::{Play, Said, Step};
use crate::script::Spec;
use crate::script::fault::Fault;
use crate::script::manner::Manner;
use crate::tally::{Account, Ended, Seen, keepable};

pub(super) struct Connection<S> {
    pub house: Arc<House>,
    pub line: Line<S>,
    pub number: u64,
    pub port: u16,
    pub spec: Option<Spec>,
    /// Only orders are taken here.
    pub control: bool,
}

/// Why no request was read.
enum Unread {
    Gone,
    Malformed,
}

impl From<Gone> for Unread {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl From<Malformed> for Unread {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

impl<S: Socket> Connection<S> {
    pub(super) async fn serve(mut self) {
        let after = match self.at_accept() {
            Some(play) => self.player(None).play(&play).await,
            None => self.requests().await,
        };
        match after {
            After::Close => self.line.close().await,
            After::Reset => self.line.reset(),
            After::Go | After::Gone => {}
        }
    }

    fn at_accept(&self) -> Option<Arc<Play>> {
        if self.control {
            return None;
        }
        let fault = self.house.at_accept(self.port())?;
        self.house.tally().at_accept(&fault.text);
        Some(self.house.play(&fault, &Asked::nothing()))
    }

    fn port(&self) -> Port<'_> {
        Port {
            number: self.port,
            spec: self.spec.as_ref(),
        }
    }

    fn player<'a>(&'a mut self, account: Option<&'a Account>) -> Player<'a, S> {
        Player {
            line: &mut self.line,
            house: &self.house,
            account,
        }
    }

    async fn requests(&mut self) -> After {
        loop {
            let (head, body) = match self.read().await {
                Ok(request) => request,
                Err(Unread::Gone) => return After::Close,
                Err(Unread::Malformed) => {
                    self.house.tally().malformed += 1;
                    self.player(None)
                        .play(&plain(400, "no HTTP/1 request"))
                        .await;
                    return After::Close;
                }
            };
            let after = self.answer(&head, body).await;
            if after != After::Go || !head.keeps() || self.house.stop.is_cancelled() {
                return if after == After::Go {
                    After::Close
                } else {
                    after
                };
            }
        }
    }

    /// One request, whole.
    async fn read(&mut self) -> Result<(Head, Bytes), Unread> {
        let mut refusing = self.house.refusing.subscribe();
        let stop = self.house.stop.clone();
        let (head, length) = loop {
            if let Some(found) = Head::parse(&self.line.buffer)? {
                break found;
            }
            tokio::select! {
                more = self.line.more() => more?,
                () = stop.cancelled() => return Err(Unread::Gone),
                _ = refusing.changed() => return Err(Unread::Gone),
            }
        };
        _ = self.line.buffer.split_to(length);
        let length = head.length()?;
        let waits = head
            .header("expect")
            .is_some_and(|value| value.eq_ignore_ascii_case("100-continue"));
        if waits && length != Length::Exactly(0) {
            let mut go = Play::default();
            go.wire("HTTP/1.1 100 Continue\r\n\r\n");
            self.player(None).play(&go).await;
        }
        let body = match length {
            Length::Exactly(length) => {
                while self.line.buffer.len() < length {
                    self.line.more().await?;
                }
                self.line.buffer.split_to(length).freeze()
            }
            Length::Chunked => loop {
                if let Some((body, length)) = http::chunked(&self.line.buffer)? {
                    _ = self.line.buffer.split_to(length);
                    break body.into();
                }
                self.line.more().await?;
            },
        };
        Ok((head, body))
    }

    async fn answer(&mut self, head: &Head, body: Bytes) -> After {
        if let Some(order) = head.target.strip_prefix("/_wall/") {
            let play = control::obey(&self.house, &head.method, order, &body);
            return self.player(None).play(&play).await;
        }
        let place = if self.control { None } else { Place::of(head) };
        let Some(place) = place else {
            self.house.tally().unknown += 1;
            let told = format!(
                "the wall plays no provider at {} {}",
                head.method, head.target
            );
            return self.player(None).play(&plain(404, &told)).await;
        };
        let asked = Asked::read(head, &place, body);
        let fault = match self.house.choose(head, &place, &asked, self.port()) {
            Ok(fault) => fault,
            Err(mistake) => {
                self.house.tally().mistaken(&mistake.written);
                return self.player(None).play(&plain(400, &mistake.told)).await;
            }
        };
        let fault = if asked.readable { fault } else { unreadable() };
        self.perform(head, &place, &asked, &fault).await
    }

    async fn perform(&mut self, head: &Head, place: &Place, asked: &Asked, fault: &Fault) -> After {
        let began = Instant::now();
        let play = self.house.play(fault, asked);
        let seen = Seen {
            number: 0,
            at_ms: millis(began - self.house.started),
            connection: self.number,
            route: place.route.clone(),
            dialect: asked.dialect,
            model: asked.model.clone(),
            streaming: asked.streaming,
            fault: fault.text.clone(),
            headers: keepable(&head.headers),
            body_bytes: asked.body.len() as u64,
            status: play.status,
            bytes: 0,
            events: 0,
            tokens: 0,
            ended: Ended::Open,
            ms: None,
        };
        let keep = self.house.script().keep;
        let account = Account {
            number: self.house.tally().begin(seen, asked.key.as_deref(), keep),
            model: asked.model.clone(),
            route: place.route.clone(),
        };
        let after = self.player(Some(&account)).play(&play).await;
        let ended = match after {
            After::Go => Ended::Finished,
            After::Gone => Ended::Left,
            After::Close | After::Reset => Ended::Broken,
        };
        self.house
            .tally()
            .ended(&account, ended, millis(began.elapsed()));
        after
    }
}

fn millis(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// What any API answers to a body that it cannot read.
fn unreadable() -> Fault {
    Fault {
        row: catalogue::find("400").unwrap_or_else(catalogue::ok),
        manner: Manner {
            status: Some(400),
            ..Manner::default()
        },
        text: "(unreadable)".to_owned(),
    }
}

pub(super) fn plain(status: u16, text: &str) -> Play {
    let mut play = Play::default();
    let body = serde_json::json!({"error": {"message": text, "type": "wall", "param": null, "code": null}}).to_string();
    play.head(
        status,
        Some(body.len() as u64),
        &[("content-type", "application/json")],
    );
    play.body(body, Said::NOTHING);
    play.step(Step::End);
    play.sealed()
}
