//! Which choices of an answer have begun, and which have ended.

use tiergate_dialects::openai::{EventKind, Facts};
use tiergate_wire::chat::Choices;

/// How the choices of a streamed answer stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    /// Those that were asked for; no others count.
    asked: Choices,
    /// All that something was told of, asked for or not.
    told: Choices,
    ended: Choices,
}

impl Standing {
    /// Of an answer with so many choices.
    pub(super) fn new(asked: u32) -> Self {
        Self {
            asked: Choices::first(asked.max(1)),
            told: Choices::default(),
            ended: Choices::default(),
        }
    }

    /// Whether an event ends a choice that was neither asked for nor ever begun, while another is open.
    pub(super) fn is_crossed(self, facts: &Facts) -> bool {
        let known = self.asked.or(self.told);
        facts.kind == EventKind::Chunk && self.is_open() && !known.cover(facts.ended)
    }

    /// Whether an event only says again that choices ended which had.
    pub(super) fn is_repeated(self, facts: &Facts) -> bool {
        let again = !facts.ended.is_empty() && self.ended.cover(facts.ended);
        again && facts.output_bytes == 0 && facts.usage.is_none()
    }

    /// Takes note of an event; tells whether a choice ended.
    pub(super) fn note(&mut self, facts: &Facts) -> bool {
        let ended = facts.ended.and(self.asked);
        self.told = self.told.or(facts.told);
        self.ended = self.ended.or(ended);
        !ended.is_empty()
    }

    /// Whether a choice that has begun has not ended.
    pub(super) fn is_open(self) -> bool {
        !self.ended.cover(self.told.and(self.asked))
    }

    /// Whether all that was asked for has ended.
    pub(super) fn is_complete(self) -> bool {
        self.ended.cover(self.asked)
    }

    /// Whether every choice that has begun has ended, and one at least.
    pub(super) fn is_whole(self) -> bool {
        !self.ended.is_empty() && !self.is_open()
    }
}
