//! The answer that a stream adds up to, with the rules for events checked on the way.

use std::collections::BTreeMap;

use tiergate_dialects::inner::{Answer, Arguments, Event, Part, Text, ToolCall, Undo};
use tiergate_dialects::openai::chat::Stream;
use tiergate_dialects::{Cause, Fault};

/// What was said in one block.
#[derive(Debug, Default)]
struct Block {
    kind: &'static str,
    words: String,
    id: String,
    name: String,
    signature: Option<String>,
    call_signature: Option<String>,
    stopped: bool,
}

/// Reads the payloads of a stream.
pub(crate) fn read(payloads: &[impl AsRef<[u8]>]) -> Result<Answer<'static>, Fault> {
    let mut stream = Stream::new(Undo::default());
    let mut events = Vec::new();
    for payload in payloads {
        stream.event("", payload.as_ref(), &mut events)?;
    }
    collect(&events)
}

/// Adds events up; a stream without a finish was cut off.
pub(crate) fn collect(events: &[Event<'_>]) -> Result<Answer<'static>, Fault> {
    let mut answer = Answer::default();
    let mut blocks: BTreeMap<u32, Block> = BTreeMap::new();
    let mut finished = false;
    for (at, event) in events.iter().enumerate() {
        assert_eq!(
            at == 0,
            matches!(event, Event::Start { .. }),
            "{event:?} at {at}"
        );
        match event {
            Event::Start { id, model } => {
                answer.id = id.clone().map(Text::into_owned);
                answer.model = model.clone().map(Text::into_owned);
            }
            Event::Usage(usage) => answer.usage = Some(*usage),
            Event::Finish { stop, native, .. } => {
                assert!(!finished, "two finishes");
                finished = true;
                answer.stop = *stop;
                answer.native_stop = native.clone().map(Text::into_owned);
            }
            Event::Ping => {}
            said => take(&mut blocks, said),
        }
    }
    if !finished {
        return Err(Fault::new(Cause::Server, 200, "cut off"));
    }
    assert!(
        blocks
            .keys()
            .copied()
            .eq(0..u32::try_from(blocks.len()).unwrap())
    );
    for block in blocks.into_values() {
        assert!(block.stopped, "{block:?}");
        answer.parts.push(block.part());
    }
    Ok(answer)
}

fn take(blocks: &mut BTreeMap<u32, Block>, event: &Event<'_>) {
    let (number, kind, words) = match event {
        Event::Text { block, text } => (block, "text", text.value()),
        Event::Refusal { block, text } => (block, "refusal", text.value()),
        Event::Thinking { block, text } => (block, "thinking", text.value()),
        Event::Signature { block, .. } => (block, "thinking", "".into()),
        Event::Redacted { block, data } => (block, "redacted", data.value()),
        Event::ToolCall { block, .. } => (block, "call", "".into()),
        Event::Arguments { block, fragment } => (block, "call", fragment.value()),
        Event::BlockStop { block } => {
            let block = blocks.get_mut(block).unwrap();
            assert!(!std::mem::replace(&mut block.stopped, true));
            return;
        }
        _ => return,
    };
    let block = blocks.entry(*number).or_insert_with(|| Block {
        kind,
        ..Block::default()
    });
    assert_eq!((block.kind, block.stopped), (kind, false), "{event:?}");
    block.words.push_str(&words);
    match event {
        Event::Signature { signature, .. } => {
            block.signature = Some(signature.value().into_owned());
        }
        Event::ToolCall {
            id,
            name,
            signature,
            ..
        } => {
            block.id = id.value().into_owned();
            block.name = name.value().into_owned();
            block.call_signature = signature.as_ref().map(|text| text.value().into_owned());
        }
        _ => {}
    }
}

impl Block {
    fn part(self) -> Part<'static> {
        let text = Text::new(&self.words);
        let literal = |text: String| Text::new(&text);
        match self.kind {
            "text" => Part::Text { text, cache: None },
            "refusal" => Part::Refusal(text),
            "thinking" => Part::Thinking {
                text,
                signature: self.signature.map(literal),
                id: None,
            },
            "redacted" => Part::Redacted {
                data: text,
                id: None,
            },
            _ => Part::ToolCall(ToolCall {
                id: Text::new(&self.id),
                name: Text::new(&self.name),
                arguments: Arguments::Text(text),
                signature: self.call_signature.map(literal),
                cache: None,
            }),
        }
    }
}

pub(crate) fn text(text: &str) -> Part<'static> {
    Part::Text {
        text: Text::new(text),
        cache: None,
    }
}

pub(crate) fn thought(text: &str, signature: Option<&str>) -> Part<'static> {
    let signature = signature.map(Text::new);
    Part::Thinking {
        text: Text::new(text),
        signature,
        id: None,
    }
}

pub(crate) fn redacted(data: &str) -> Part<'static> {
    Part::Redacted {
        data: Text::new(data),
        id: None,
    }
}

pub(crate) fn call(id: &str, name: &str, arguments: &str) -> Part<'static> {
    Part::ToolCall(ToolCall {
        id: Text::new(id),
        name: Text::new(name),
        arguments: Arguments::Text(Text::new(arguments)),
        ..ToolCall::default()
    })
}
