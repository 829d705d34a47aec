//! The means to answer one request, well or in parts.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::asked::{Asked, Operation};
use crate::dialect::{Answer, Dialect, Event, Finish, Trouble, Usage, Voice};
use crate::play::{Play, Said, Step};
use crate::script::manner::{Eol, Manner};
use crate::words::words;

/// Everything that an answer is made of.
#[derive(Clone)]
pub(crate) struct Scene<'a> {
    pub asked: &'a Asked,
    pub manner: Manner,
    pub voice: &'static dyn Voice,
    pub answer: Answer,
    pub now: SystemTime,
}

/// Words of an answer unless the script says otherwise.
pub(crate) const WORDS: usize = 12;
/// Prompt tokens that are told.
pub(crate) const PROMPT: u64 = 20;
/// Words before a fault inside an answer.
pub(crate) const AT: usize = 3;
/// What was written before a break must not be lost by it.
const GAP: Duration = Duration::from_millis(20);

impl<'a> Scene<'a> {
    pub(crate) fn new(asked: &'a Asked, manner: &Manner, seed: u64, now: SystemTime) -> Self {
        let mut said = if manner.flags.echo {
            let (_, text) = asked.last();
            text.split_inclusive(' ').map(str::to_owned).collect()
        } else {
            words(manner.seed.unwrap_or(seed), manner.words.unwrap_or(WORDS))
        };
        let cap = asked.cap.filter(|_| !manner.flags.uncapped);
        let cap = cap.and_then(|cap| usize::try_from(cap).ok());
        let cut = cap.is_some_and(|cap| cap < said.len());
        said.truncate(cap.unwrap_or(usize::MAX));
        Self {
            asked,
            manner: manner.clone(),
            voice: asked.dialect.voice(),
            answer: Answer {
                model: asked.model.clone(),
                words: said,
                prompt: manner.prompt.unwrap_or(PROMPT),
                finish: if cut { Finish::Length } else { Finish::Stop },
                usage: Usage::Honest,
                usage_asked: asked.wants_usage,
            },
            now,
        }
    }

    /// Words before a fault.
    pub(crate) fn at(&self) -> usize {
        self.manner.at.unwrap_or(AT).min(self.answer.words.len())
    }

    pub(crate) fn gap(&self) -> Duration {
        self.manner.gap.unwrap_or(GAP)
    }

    /// The whole answer as it should be.
    pub(crate) fn good(&self, play: &mut Play) {
        if !self.asked.streaming {
            play.wait(self.thinking());
            let body = self.whole().to_string();
            self.json(play, 200, &body, &[]);
            return;
        }
        self.opened(play);
        for at in 0..self.answer.words.len() {
            self.word(play, at);
        }
        self.finish(play);
        self.done(play);
        self.end(play);
    }

    /// The beginning of an answer, up to and with so many words, and a short silence.
    pub(crate) fn until(&self, play: &mut Play, words: usize) {
        if self.asked.streaming {
            self.opened(play);
            for at in 0..words {
                self.word(play, at);
            }
        } else {
            let body = self.whole().to_string();
            let spoken: String = self
                .answer
                .words
                .iter()
                .take(words)
                .map(String::as_str)
                .collect();
            let upto = match body.find(&spoken) {
                Some(at) if words > 0 => at + spoken.len(),
                _ => body.len().min(12),
            };
            play.head(
                200,
                Some(body.len() as u64),
                &[("content-type", "application/json")],
            );
            play.body(
                body.as_bytes().get(..upto).unwrap_or_default().to_vec(),
                Said::NOTHING,
            );
        }
        play.wait(self.gap());
    }

    /// The head of a stream.
    pub(crate) fn stream_head(&self, play: &mut Play) {
        let kind = if self.asked.array {
            "application/json"
        } else {
            self.voice.content_type()
        };
        play.head(
            200,
            None,
            &[("content-type", kind), ("cache-control", "no-cache")],
        );
    }

    /// The head of a stream, and its events before the first word.
    pub(crate) fn opened(&self, play: &mut Play) {
        self.stream_head(play);
        for event in self.voice.opening(&self.answer) {
            self.event(play, &event, Said::EVENT);
        }
        play.wait(self.manner.first);
    }

    pub(crate) fn word(&self, play: &mut Play, at: usize) {
        self.event(play, &self.voice.word(&self.answer, at), Said::WORD);
        play.wait(self.manner.every);
    }

    /// The finish and the usage.
    pub(crate) fn finish(&self, play: &mut Play) {
        let mut events = self.voice.finish(&self.answer);
        events.extend(self.voice.tail(&self.answer));
        let last = events.len().saturating_sub(1);
        for (at, event) in events.iter().enumerate() {
            let mut said = Said::EVENT;
            if at == last {
                said.usage = self.told();
            }
            self.event(play, event, said);
        }
    }

    pub(crate) fn done(&self, play: &mut Play) {
        if let Some(event) = self.voice.done(&self.answer) {
            self.event(play, &event, Said::EVENT);
        }
    }

    /// The end of a stream's body.
    pub(crate) fn end(&self, play: &mut Play) {
        if self.asked.array {
            let empty = play.payload().is_empty();
            play.body(if empty { "[]" } else { "\n]" }, Said::NOTHING);
        }
        play.step(Step::End);
    }

    pub(crate) fn event(&self, play: &mut Play, event: &Event, said: Said) {
        let bytes = if self.asked.array {
            let first = !play.steps.iter().any(|step| matches!(step, Step::Body(..)));
            let before = if first { "[" } else { "," };
            format!("{before}{}\n", event.json()).into_bytes()
        } else {
            self.voice.frame(event)
        };
        let bytes = self.line_ends(bytes, play.steps.len());
        play.body(bytes, said);
    }

    /// Bytes of an event stream with the line ends that the script wants; mixed ones change from event to event.
    fn line_ends(&self, bytes: Vec<u8>, number: usize) -> Vec<u8> {
        if self.voice.content_type() != "text/event-stream" {
            return bytes;
        }
        let end: &[u8] = match (self.manner.eol, number % 3) {
            (Some(Eol::Crlf), _) | (Some(Eol::Mixed), 1) => b"\r\n",
            (Some(Eol::Cr), _) | (Some(Eol::Mixed), 2) => b"\r",
            _ => return bytes,
        };
        bytes
            .split(|byte| *byte == b'\n')
            .collect::<Vec<_>>()
            .join(end)
    }

    /// An answer of known length.
    pub(crate) fn json(&self, play: &mut Play, status: u16, body: &str, headers: &[(&str, &str)]) {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        play.head(status, Some(body.len() as u64), &all);
        let tokens = u32::try_from(self.answer.words.len()).unwrap_or(u32::MAX);
        let said = if status == 200 && self.asked.operation == Operation::Answer {
            Said {
                events: 0,
                tokens,
                usage: self.told(),
            }
        } else {
            Said::NOTHING
        };
        play.body(body.to_owned(), said);
        play.step(Step::End);
    }

    /// An error in the dialect's words.
    pub(crate) fn error(&self, trouble: &Trouble) -> Value {
        self.voice.error(trouble)
    }

    /// The same trouble with what the script adds to it.
    pub(crate) fn trouble(&self, mut trouble: Trouble) -> Trouble {
        if self.manner.flags.echo_key {
            let key = self.asked.key.as_deref().unwrap_or("(none)");
            trouble.message = format!("{} It was: {key}", trouble.message);
        }
        trouble.retry = self
            .manner
            .retry_after
            .as_ref()
            .and_then(|value| value.parse().ok());
        trouble
    }

    /// The buffered answer.
    pub(crate) fn whole(&self) -> Value {
        match self.asked.operation {
            Operation::Answer => self.voice.whole(&self.answer),
            Operation::Count => json!({"input_tokens": self.answer.prompt}),
            Operation::Embed => self.vectors(),
            Operation::Models => json!({"object": "list", "data": [
                {"id": "ok", "object": "model", "created": 1_790_000_000, "owned_by": "wall"},
            ]}),
        }
    }

    /// A vector for each input, which begins with its number.
    fn vectors(&self) -> Value {
        let body: Value = serde_json::from_slice(&self.asked.body).unwrap_or_default();
        let count = body
            .get("input")
            .and_then(Value::as_array)
            .map_or(1, Vec::len);
        let one = |at: usize| json!({"object": "embedding", "index": at, "embedding": [at, 0.5, -0.5, 0.25]});
        let data: Vec<Value> = (0..count).map(one).collect();
        let value = json!({"object": "list", "model": self.answer.model, "data": data});
        let usage =
            json!({"prompt_tokens": self.answer.prompt, "total_tokens": self.answer.prompt});
        self.answer.tell(value, "usage", usage)
    }

    /// How long a buffered answer takes at the pace of a stream.
    fn thinking(&self) -> Duration {
        let words = u32::try_from(self.answer.words.len()).unwrap_or(u32::MAX);
        let speaking = self.manner.every.map(|every| every.saturating_mul(words));
        self.manner.first.unwrap_or_default() + speaking.unwrap_or_default()
    }

    /// The counts, where they are told and true.
    fn told(&self) -> Option<(u64, u64)> {
        let hidden =
            self.asked.dialect == Dialect::Chat && self.asked.streaming && !self.asked.wants_usage;
        let honest = self.answer.usage == Usage::Honest && !hidden;
        honest.then(|| (self.answer.prompt, self.answer.completion()))
    }
}
