//! An answer as steps on the wire, before it is played.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

/// What was said with some bytes, for the tally.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Said {
    pub events: u32,
    pub tokens: u32,
    /// Prompt and completion tokens that were told honestly.
    pub usage: Option<(u64, u64)>,
}

impl Said {
    pub(crate) const NOTHING: Self = Self {
        events: 0,
        tokens: 0,
        usage: None,
    };

    pub(crate) const EVENT: Self = Self {
        events: 1,
        ..Self::NOTHING
    };

    pub(crate) const WORD: Self = Self {
        events: 1,
        tokens: 1,
        usage: None,
    };

    fn and(self, other: Self) -> Self {
        Self {
            events: self.events.saturating_add(other.events),
            tokens: self.tokens.saturating_add(other.tokens),
            usage: other.usage.or(self.usage),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Wait(Duration),
    /// Bytes as they are.
    Wire(Bytes, Said),
    /// A piece of the body, still to be framed.
    Body(Bytes, Said),
    /// A piece of the body again and again; `None` is for ever.
    Again {
        piece: Bytes,
        said: Said,
        every: Duration,
        times: Option<u64>,
    },
    /// The end of the body, by its framing.
    End,
    /// Nothing more until the client leaves.
    Hang,
    Close,
    Reset,
}

/// How the body of an answer is framed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Framing {
    Chunked,
    /// The head has told the length, or there is no body.
    #[default]
    Plain,
}

/// An answer in steps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Play {
    pub steps: Vec<Step>,
    pub framing: Framing,
    pub slice: Option<usize>,
    pub status: Option<u16>,
}

impl Play {
    pub(crate) fn wait(&mut self, time: impl Into<Option<Duration>>) {
        if let Some(time) = time.into().filter(|time| !time.is_zero()) {
            self.steps.push(Step::Wait(time));
        }
    }

    pub(crate) fn wire(&mut self, bytes: impl Into<Bytes>) {
        self.steps.push(Step::Wire(bytes.into(), Said::NOTHING));
    }

    pub(crate) fn body(&mut self, bytes: impl Into<Bytes>, said: Said) {
        self.steps.push(Step::Body(bytes.into(), said));
    }

    pub(crate) fn step(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// A head; without a length the body is chunked, unless the status has none.
    pub(crate) fn head(&mut self, status: u16, length: Option<u64>, headers: &[(&str, &str)]) {
        let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
        let framed = match length {
            _ if bodiless(status) => None,
            Some(length) => Some(("content-length", length.to_string())),
            None => Some(("transfer-encoding", "chunked".to_owned())),
        };
        let chunked = length.is_none() && framed.is_some();
        self.framing = if chunked {
            Framing::Chunked
        } else {
            Framing::Plain
        };
        self.status = Some(status);
        let framed = framed.iter().map(|(name, value)| (*name, &**value));
        for (name, value) in headers.iter().copied().chain(framed) {
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        self.wire(head);
    }

    /// The body's bytes without framing and pauses.
    pub(crate) fn payload(&self) -> Vec<u8> {
        let mut payload = Vec::new();
        for step in &self.steps {
            if let Step::Body(bytes, _) = step {
                payload.extend_from_slice(bytes);
            }
        }
        payload
    }

    /// What was said in the whole body.
    pub(crate) fn said(&self) -> Said {
        let each = self.steps.iter().map(|step| match step {
            Step::Body(_, said) | Step::Wire(_, said) => *said,
            _ => Said::NOTHING,
        });
        each.fold(Said::NOTHING, Said::and)
    }

    /// Frames the body and joins what nothing parts: one write where one suffices.
    #[must_use]
    pub(crate) fn sealed(mut self) -> Self {
        if self.slice.is_some() {
            return self;
        }
        let mut sealed = Vec::new();
        let mut open = BytesMut::new();
        let mut said = Said::NOTHING;
        for step in std::mem::take(&mut self.steps) {
            match step {
                Step::Wire(bytes, more) => {
                    open.extend_from_slice(&bytes);
                    said = said.and(more);
                }
                Step::Body(bytes, more) => {
                    frame(self.framing, &bytes, &mut open);
                    said = said.and(more);
                }
                Step::End => open.extend_from_slice(last(self.framing)),
                other => {
                    flush(&mut sealed, &mut open, &mut said);
                    sealed.push(other);
                }
            }
        }
        flush(&mut sealed, &mut open, &mut said);
        self.steps = sealed;
        self
    }
}

fn flush(sealed: &mut Vec<Step>, open: &mut BytesMut, said: &mut Said) {
    if !open.is_empty() {
        sealed.push(Step::Wire(open.split().freeze(), std::mem::take(said)));
    }
}

/// A piece of a body in its frame. An empty chunk would be the last one.
pub(crate) fn frame(framing: Framing, piece: &[u8], into: &mut BytesMut) {
    if piece.is_empty() {
        return;
    }
    match framing {
        Framing::Plain => into.extend_from_slice(piece),
        Framing::Chunked => {
            into.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
            into.extend_from_slice(piece);
            into.extend_from_slice(b"\r\n");
        }
    }
}

pub(crate) fn last(framing: Framing) -> &'static [u8] {
    match framing {
        Framing::Chunked => b"0\r\n\r\n",
        Framing::Plain => b"",
    }
}

/// Statuses after which nothing may follow the head, or the next answer would be read amiss.
pub(crate) fn bodiless(status: u16) -> bool {
    status < 200 || matches!(status, 204 | 304)
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        413 => "Payload Too Large",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Scripted",
    }
}
