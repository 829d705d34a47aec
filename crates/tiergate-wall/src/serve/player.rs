//! Plays an answer's steps on a connection and keeps account of them.

use std::time::Duration;

use bytes::BytesMut;
use tokio::task::yield_now;
use tokio::time::sleep;

use super::house::House;
use super::line::{Gone, Line, Socket};
use crate::play::{Framing, Play, Said, Step, frame, last};
use crate::tally::Account;

/// What is to be done with the connection after an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum After {
    Close,
    Go,
    Gone,
    Reset,
}

pub(crate) struct Player<'a, S> {
    pub line: &'a mut Line<S>,
    pub house: &'a House,
    /// Nobody's while nothing was asked.
    pub account: Option<&'a Account>,
}

impl<S: Socket> Player<'_, S> {
    pub(crate) async fn play(&mut self, play: &Play) -> After {
        self.steps(play).await.unwrap_or(After::Gone)
    }

    async fn steps(&mut self, play: &Play) -> Result<After, Gone> {
        for step in &play.steps {
            match step {
                Step::Wait(time) => self.wait(*time).await?,
                Step::Wire(bytes, said) => self.write(bytes, *said).await?,
                Step::Body(bytes, said) => self.body(play, bytes, *said).await?,
                Step::Again {
                    piece,
                    said,
                    every,
                    times,
                } => {
                    let mut framed = BytesMut::new();
                    frame(play.framing, piece, &mut framed);
                    let mut left = *times;
                    while left != Some(0) {
                        left = left.map(|left| left - 1);
                        self.write(&framed, *said).await?;
                        self.wait(*every).await?;
                    }
                }
                Step::End => self.write(last(play.framing), Said::NOTHING).await?,
                Step::Hang => {
                    self.line.gone().await;
                    return Err(Gone);
                }
                Step::Close => return Ok(After::Close),
                Step::Reset => return Ok(After::Reset),
            }
        }
        Ok(After::Go)
    }

    /// A pause that ends at once when the client goes.
    async fn wait(&mut self, time: Duration) -> Result<(), Gone> {
        if time.is_zero() {
            return if self.line.is_gone().await {
                Err(Gone)
            } else {
                Ok(())
            };
        }
        tokio::select! {
            () = sleep(time) => Ok(()),
            () = self.line.gone() => Err(Gone),
        }
    }

    async fn body(&mut self, play: &Play, bytes: &[u8], said: Said) -> Result<(), Gone> {
        let Some(slice) = play.slice else {
            return self.framed(play.framing, bytes, said).await;
        };
        let mut pieces = bytes.chunks(slice).peekable();
        while let Some(piece) = pieces.next() {
            let said = if pieces.peek().is_none() {
                said
            } else {
                Said::NOTHING
            };
            self.framed(play.framing, piece, said).await?;
            // so that they do not travel together
            yield_now().await;
            self.wait(Duration::ZERO).await?;
        }
        Ok(())
    }

    async fn framed(&mut self, framing: Framing, piece: &[u8], said: Said) -> Result<(), Gone> {
        let mut framed = BytesMut::new();
        frame(framing, piece, &mut framed);
        self.write(&framed, said).await
    }

    /// Writes everything; what was said counts when its last byte is written.
    async fn write(&mut self, bytes: &[u8], said: Said) -> Result<(), Gone> {
        let mut written = 0;
        let mut outcome = Ok(());
        while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
            let Ok(more @ 1..) = self.line.write(rest).await else {
                outcome = Err(Gone);
                break;
            };
            written += more;
        }
        if outcome.is_ok() && self.line.flush().await.is_err() {
            outcome = Err(Gone);
        }
        if let Some(account) = self.account {
            let said = if outcome.is_ok() { said } else { Said::NOTHING };
            self.house.tally().wrote(account, written as u64, said);
        }
        outcome
    }
}
