//! A provider that does what a script says, and remembers what it was asked.

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use async_trait::async_trait;
use futures_core::Stream;
use tiergate_providers::{
    Call, ChatStream, Chunk, ChunkKind, Error, Full, Head, Kind, Provider, Reply,
};
use tiergate_wire::usage::Usage;
use tokio::time::{Instant, Sleep};

/// What a provider does when it is called.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Fail(Error),
    /// Works for a while, and then fails.
    Late(Duration, Error),
    /// A whole answer with these tokens, if any are told.
    Full(Option<Usage>),
    /// A whole answer of these words.
    Body(&'static str),
    Stream(Vec<Item>),
    /// Never answers.
    Hang,
}

/// What a stream gives.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    Chunk(Chunk),
    Wait(Duration),
    Fail(Error),
    /// Nothing more, and no end either.
    Silence,
}

/// One call, as the provider saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) place: String,
    pub(crate) at: Instant,
    pub(crate) deadline: Instant,
    pub(crate) hops: u8,
    pub(crate) cap: Option<u64>,
}

/// What all providers of a test share.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) seen: Mutex<Vec<Seen>>,
    /// Calls and streams that were dropped before their end.
    pub(crate) cancelled: AtomicUsize,
}

#[derive(Debug)]
pub(crate) struct Scripted {
    name: &'static str,
    credentials: usize,
    script: Mutex<HashMap<&'static str, VecDeque<Act>>>,
    log: Arc<Log>,
}

impl Scripted {
    pub(crate) fn new(name: &'static str, credentials: usize, log: Arc<Log>) -> Self {
        let script = Mutex::default();
        Self {
            name,
            credentials,
            script,
            log,
        }
    }

    /// What happens at the next calls for a model; afterwards every call is answered.
    pub(crate) fn plan(&self, model: &'static str, acts: impl IntoIterator<Item = Act>) {
        self.script
            .lock()
            .unwrap()
            .entry(model)
            .or_default()
            .extend(acts);
    }

    fn act(&self, call: &Call<'_>) -> Act {
        let place = format!("{}/{}#{}", self.name, call.model, call.credential);
        let seen = Seen {
            place,
            at: Instant::now(),
            deadline: call.deadline,
            hops: call.hops,
            cap: call.cap,
        };
        self.log.seen.lock().unwrap().push(seen);
        let mut script = self.script.lock().unwrap();
        let planned = script.get_mut(call.model).and_then(VecDeque::pop_front);
        planned.unwrap_or_else(|| {
            if call.request.stream() {
                Act::Stream(vec![said("hello"), finish(), usage(10, 2), done()])
            } else {
                Act::Full(Some(tokens(10, 2)))
            }
        })
    }
}

#[async_trait]
impl Provider for Scripted {
    fn name(&self) -> &str {
        self.name
    }

    fn credentials(&self) -> usize {
        self.credentials
    }

    async fn chat(&self, call: Call<'_>) -> Result<Reply, Error> {
        let act = self.act(&call);
        let mut under_way = UnderWay(Some(Arc::clone(&self.log)));
        let outcome = match act {
            Act::Fail(error) => Err(error),
            Act::Late(after, error) => {
                tokio::time::sleep(after).await;
                Err(error)
            }
            Act::Full(usage) => Ok(full(
                r#"{"choices":[{"message":{"content":"hello"}}]}"#,
                usage,
            )),
            Act::Body(body) => Ok(full(body, None)),
            Act::Stream(items) => {
                let log = under_way.0.take();
                let played = Played {
                    items: items.into(),
                    pause: None,
                    under_way: UnderWay(log),
                };
                return Ok(Reply::Stream(ChatStream {
                    head: Head::default(),
                    chunks: Box::pin(played),
                }));
            }
            Act::Hang => std::future::pending().await,
        };
        under_way.0 = None;
        outcome
    }
}

fn full(body: &'static str, usage: Option<Usage>) -> Reply {
    Reply::Full(Full {
        head: Head::default(),
        body: body.into(),
        usage,
        finished: true,
        output_bytes: 5,
    })
}

/// Counts as cancelled when it is dropped while it holds the log.
#[derive(Debug)]
struct UnderWay(Option<Arc<Log>>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let Some(log) = &self.0 {
            log.cancelled.fetch_add(1, Ordering::SeqCst);
        }
    }
}

struct Played {
    items: VecDeque<Item>,
    pause: Option<Pin<Box<Sleep>>>,
    under_way: UnderWay,
}

impl Stream for Played {
    type Item = Result<Chunk, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(context));
                self.pause = None;
            }
            match self.items.pop_front() {
                Some(Item::Chunk(chunk)) => return Poll::Ready(Some(Ok(chunk))),
                Some(Item::Wait(time)) => self.pause = Some(Box::pin(tokio::time::sleep(time))),
                Some(Item::Fail(error)) => {
                    self.under_way.0 = None;
                    return Poll::Ready(Some(Err(error)));
                }
                Some(Item::Silence) => {
                    self.items.push_front(Item::Silence);
                    return Poll::Pending;
                }
                None => {
                    self.under_way.0 = None;
                    return Poll::Ready(None);
                }
            }
        }
    }
}

pub(crate) fn error(kind: Kind) -> Error {
    Error::new(kind, "scripted", "as the script says")
}

pub(crate) fn fail(kind: Kind) -> Act {
    Act::Fail(error(kind))
}

pub(crate) fn tokens(prompt: u64, completion: u64) -> Usage {
    Usage {
        prompt_tokens: prompt,
        completion_tokens: completion,
        ..Usage::default()
    }
}

fn data(json: &str) -> Chunk {
    Chunk {
        raw: format!("data: {json}\n\n").into(),
        ..Chunk::default()
    }
}

pub(crate) fn role() -> Item {
    Item::Chunk(data(
        r#"{"choices":[{"delta":{"role":"assistant","content":""}}]}"#,
    ))
}

pub(crate) fn said(text: &str) -> Item {
    let chunk = data(&format!(
        r#"{{"choices":[{{"delta":{{"content":"{text}"}}}}]}}"#
    ));
    let output_bytes = u32::try_from(text.len()).unwrap();
    Item::Chunk(Chunk {
        commits: true,
        output_bytes,
        ..chunk
    })
}

/// Something that the client's dialect has no place for.
pub(crate) fn left_out(edit: &'static str) -> Item {
    Item::Chunk(Chunk {
        left_out: vec![edit.into()],
        ..Chunk::default()
    })
}

pub(crate) fn finish() -> Item {
    let chunk = data(r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#);
    Item::Chunk(Chunk {
        finish: true,
        ..chunk
    })
}

pub(crate) fn usage(prompt: u64, completion: u64) -> Item {
    let chunk = data(r#"{"choices":[],"usage":{}}"#);
    let usage = Some(tokens(prompt, completion));
    Item::Chunk(Chunk {
        kind: ChunkKind::UsageOnly,
        usage,
        ..chunk
    })
}

pub(crate) fn done() -> Item {
    Item::Chunk(Chunk {
        kind: ChunkKind::Done,
        ..data("[DONE]")
    })
}

pub(crate) fn comment(bytes: usize) -> Item {
    let raw = format!(": {}\n\n", "x".repeat(bytes)).into();
    Item::Chunk(Chunk {
        raw,
        kind: ChunkKind::Comment,
        ..Chunk::default()
    })
}
