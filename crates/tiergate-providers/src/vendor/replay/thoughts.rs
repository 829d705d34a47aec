//! What a stream has thought so far.

use std::collections::BTreeMap;

use tiergate_dialects::inner::{Event, Growing, Part, Text};

/// The most that is kept of one stream, in bytes: far more than any model thinks before it calls a tool.
const MOST: usize = 4 * 1024 * 1024;

/// What each thing that is kept takes up beside its text.
const EACH: usize = 64;

/// What a stream has said so far, as far as it is worth keeping.
///
/// A stream that thinks more than has room is not remembered at all: half of what was signed proves nothing.
#[derive(Debug, Default)]
pub(in crate::vendor) struct Thoughts {
    /// By their blocks, which are numbered in order.
    parts: BTreeMap<u32, Thought>,
    calls: Vec<Call>,
    bytes: usize,
    lost: bool,
}

/// The id of a call, and its signature.
pub(super) type Call = (Box<str>, Option<Text<'static>>);

#[derive(Debug)]
enum Thought {
    Redacted(Text<'static>),
    Shown {
        words: Growing,
        signature: Option<Text<'static>>,
    },
}

impl Thoughts {
    /// Listens to a stream.
    pub(in crate::vendor) fn note(&mut self, event: &Event<'_>) {
        if self.lost {
            return;
        }
        match event {
            Event::Thinking { block, text } => {
                self.bytes += text.inside().len();
                if let Thought::Shown { words, .. } = self.thought(*block) {
                    words.push(text);
                }
            }
            Event::Signature { block, signature } => {
                self.bytes += signature.raw().len();
                if let Thought::Shown {
                    signature: place, ..
                } = self.thought(*block)
                {
                    *place = Some(signature.borrowed().into_owned());
                }
            }
            Event::Redacted { block, data } => {
                self.bytes += data.raw().len() + EACH;
                let data = data.borrowed().into_owned();
                self.parts.insert(*block, Thought::Redacted(data));
            }
            Event::ToolCall { id, signature, .. } => {
                let signature = signature.as_ref();
                self.bytes += id.raw().len() + EACH;
                self.bytes += signature.map_or(0, |signature| signature.raw().len());
                let signature = signature.map(|signature| signature.borrowed().into_owned());
                self.calls.push((id.value().into(), signature));
            }
            _ => return,
        }
        if self.bytes > MOST {
            *self = Self {
                lost: true,
                ..Self::default()
            };
        }
    }

    /// What is signed of the thoughts, and the calls, at the end of the answer.
    pub(super) fn take(&mut self) -> (Vec<Part<'static>>, Vec<Call>) {
        let Self { parts, calls, .. } = std::mem::take(self);
        let signed = parts.into_values().filter_map(Thought::signed);
        (signed.collect(), calls)
    }

    fn thought(&mut self, block: u32) -> &mut Thought {
        let bytes = &mut self.bytes;
        self.parts.entry(block).or_insert_with(|| {
            *bytes += EACH;
            Thought::Shown {
                words: Growing::default(),
                signature: None,
            }
        })
    }
}

impl Thought {
    fn signed(self) -> Option<Part<'static>> {
        match self {
            Self::Redacted(data) => Some(Part::Redacted { data, id: None }),
            Self::Shown { words, signature } => Some(Part::Thinking {
                signature: Some(signature?),
                text: words.finish(),
                id: None,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn think(thoughts: &mut Thoughts, block: u32, text: &str) {
        let text = Text::new(text);
        thoughts.note(&Event::Thinking { block, text });
    }

    fn sign(thoughts: &mut Thoughts, block: u32) {
        let signature = Text::new("c2ln");
        thoughts.note(&Event::Signature { block, signature });
    }

    fn call(thoughts: &mut Thoughts, id: &str) {
        thoughts.note(&Event::ToolCall {
            block: 9,
            id: Text::new(id),
            name: Text::new("f"),
            signature: None,
        });
    }

    #[test]
    fn each_thought_is_kept_with_its_signature() {
        let mut thoughts = Thoughts::default();
        think(&mut thoughts, 0, "Look \"out");
        think(&mut thoughts, 0, "side\".");
        sign(&mut thoughts, 0);
        think(&mut thoughts, 1, "Nobody signed this.");
        let (block, data) = (2, Text::new("gAAA"));
        thoughts.note(&Event::Redacted { block, data });
        call(&mut thoughts, "call_1");
        let (parts, calls) = thoughts.take();
        assert_eq!(
            parts,
            [
                Part::Thinking {
                    text: Text::new("Look \"outside\"."),
                    signature: Some(Text::new("c2ln")),
                    id: None,
                },
                Part::Redacted {
                    data: Text::new("gAAA"),
                    id: None,
                },
            ]
        );
        assert_eq!(calls, [("call_1".into(), None)]);
    }

    /// With a copy of all that was thought for each delta this would take hours.
    #[test]
    fn a_long_thought_costs_no_more_than_its_length() {
        let mut thoughts = Thoughts::default();
        for _ in 0..800_000 {
            think(&mut thoughts, 0, "word");
        }
        sign(&mut thoughts, 0);
        let (parts, _) = thoughts.take();
        let [Part::Thinking { text, .. }] = &parts[..] else {
            panic!("one thought: {}", parts.len());
        };
        assert_eq!(text.inside().len(), 3_200_000);
    }

    #[test]
    fn many_thoughts_at_once_cost_no_more_than_one_after_the_other() {
        let mut thoughts = Thoughts::default();
        for round in 0..20 {
            for block in 0..10_000 {
                think(&mut thoughts, block, &format!("{}", round % 10));
            }
        }
        (0..10_000).for_each(|block| sign(&mut thoughts, block));
        assert_eq!(thoughts.take().0.len(), 10_000);
    }

    #[test]
    fn what_has_no_room_is_forgotten_as_a_whole() {
        let page = "all work and no play ".repeat(1_000);
        let mut thoughts = Thoughts::default();
        for _ in 0..1_000 {
            think(&mut thoughts, 0, &page);
            assert!(thoughts.bytes <= MOST);
        }
        sign(&mut thoughts, 0);
        call(&mut thoughts, "call_1");
        assert_eq!(thoughts.take(), (Vec::new(), Vec::new()));
        let mut thoughts = Thoughts::default();
        for call in 0..100_000 {
            self::call(&mut thoughts, &format!("call_{call}"));
        }
        assert_eq!(thoughts.take(), (Vec::new(), Vec::new()));
    }
}
