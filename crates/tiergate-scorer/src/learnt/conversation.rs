//! A request as the scorer sees it: what is asked now, and what it stands on.

use tiergate_wire::chat::{Format, Message, Request, Role, Text, TextKind};

use crate::lexicon::Lexicon;
use crate::reading::{Extent, Reader, Reading, Words};

/// The parts of a conversation, each read as far as it matters.
#[derive(Debug)]
pub(super) struct Conversation {
    /// The last user message.
    pub(super) ask: Reading,
    /// Its beginning and its end, where a long one says what is wanted; all of a short one.
    pub(super) instruction: Reading,
    pub(super) context: Context,
}

/// Everything around the question.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// System and developer messages.
    pub(super) system: Reading,
    /// The last few messages beside the question.
    pub(super) recent: Reading,
    /// All messages before those.
    pub(super) older: Reading,
    /// Messages beside the question and the system's.
    pub(super) turns: u32,
    /// Answers of the model before the question.
    pub(super) replies: u32,
    /// Tool results after the question.
    pub(super) steps: u32,
    pub(super) tool_calls: u32,
    pub(super) images: u32,
    /// Images in the question.
    pub(super) shown: u32,
    pub(super) audio: u32,
    pub(super) files: u32,
    /// Answers whose reasoning was sent back.
    pub(super) reasoned: u32,
    pub(super) tools: u32,
    pub(super) tool_bytes: u32,
    pub(super) schema: u32,
    /// 0 for none or little, then 1, 3 and 7.
    pub(super) effort: u32,
    /// Bytes of text beside the question and the system's.
    pub(super) history: u64,
}

/// Units above which a question is long.
const INSTRUCTION_UNITS: u64 = 1024;

/// How far the question is read.
const ASK: Extent = Extent {
    head: 1024,
    tail: 384,
    probes: 8,
};
/// Where a long question says what it wants.
const INSTRUCTION: Extent = Extent {
    head: 256,
    tail: 192,
    probes: 0,
};
const SYSTEM: Extent = Extent {
    head: 512,
    tail: 192,
    probes: 2,
};
const RECENT: Extent = Extent {
    head: 144,
    tail: 48,
    probes: 4,
};

/// Messages that count as recent.
const RECENT_MESSAGES: usize = 4;
/// What is read of all older messages together, and of how many of them, evenly spread.
const OLDER_BYTES: usize = 1024;
const OLDER_MESSAGES: usize = 256;

impl Conversation {
    /// Reads a request; the words of the question are shown to `words`.
    pub(super) fn read(request: &Request, lexicon: &Lexicon, words: impl Words) -> Self {
        let messages = request.messages();
        let at = question(messages);
        let mut ask = Reader::new(lexicon, words);
        if let Some(message) = messages.get(at) {
            read_message(&mut ask, request, message, ASK);
        }
        let ask = ask.finish();
        let instruction = match (messages.get(at), ask.length()) {
            (Some(message), INSTRUCTION_UNITS..) => {
                let mut reader = Reader::new(lexicon, ());
                read_message(&mut reader, request, message, INSTRUCTION);
                reader.finish()
            }
            _ => ask.clone(),
        };
        let mut context = Context {
            tools: clamp(request.tool_count()),
            tool_bytes: clamp(request.tools().map_or(0, <[u8]>::len)),
            schema: u32::from(request.response_format() == Format::JsonSchema),
            effort: effort(request),
            ..Context::default()
        };
        context.count(messages, at);
        context.shown = messages.get(at).map_or(0, |message| message.images);
        context.read_system(request, lexicon, at);
        let spoken = ask.total + context.system.total;
        context.history = request.text_bytes().saturating_sub(spoken);
        context.read_history(request, lexicon, at);
        Self {
            ask,
            instruction,
            context,
        }
    }
}

impl Context {
    /// Counts what the messages carry, without a look at their texts.
    fn count(&mut self, messages: &[Message], at: usize) {
        for (place, message) in messages.iter().enumerate() {
            self.images = self.images.saturating_add(message.images);
            self.audio = self.audio.saturating_add(message.audio);
            self.files = self.files.saturating_add(message.files);
            self.tool_calls = self.tool_calls.saturating_add(message.tool_calls);
            let result = matches!(message.role, Role::Tool | Role::Function);
            self.steps += u32::from(result && place > at);
            self.replies += u32::from(message.role == Role::Assistant && place < at);
            self.turns += u32::from(place != at && !is_system(message));
        }
    }

    fn read_system(&mut self, request: &Request, lexicon: &Lexicon, at: usize) {
        let messages = request.messages().iter().enumerate();
        let mut system = messages.filter(|(place, message)| *place != at && is_system(message));
        let Some((_, first)) = system.next() else {
            return;
        };
        let mut reader = Reader::new(lexicon, ());
        read_message(&mut reader, request, first, SYSTEM);
        for (_, message) in system {
            read_message(
                &mut reader,
                request,
                message,
                Extent {
                    head: 96,
                    tail: 32,
                    probes: 0,
                },
            );
        }
        self.system = reader.finish();
    }

    fn read_history(&mut self, request: &Request, lexicon: &Lexicon, at: usize) {
        if self.turns == 0 {
            return;
        }
        let messages = request.messages().iter().enumerate();
        let mut history = messages
            .filter(|(place, message)| *place != at && !is_system(message))
            .map(|(_, message)| message)
            .rev();
        let mut recent = Reader::new(lexicon, ());
        for message in history.by_ref().take(RECENT_MESSAGES) {
            self.reasoned += read_message(&mut recent, request, message, RECENT);
        }
        self.recent = recent.finish();
        let left = (self.turns as usize).saturating_sub(RECENT_MESSAGES);
        if left == 0 {
            return;
        }
        let stride = left.div_ceil(OLDER_MESSAGES);
        let extent = share(left.div_ceil(stride));
        let mut older = Reader::new(lexicon, ());
        for (nth, message) in history.enumerate() {
            if nth % stride == 0 {
                self.reasoned += read_message(&mut older, request, message, extent);
            } else if message.role == Role::Assistant {
                self.reasoned += u32::from(request.texts(message).any(|text| is_reasoning(&text)));
            }
        }
        self.older = older.finish();
    }
}

/// The place of the last user message; without one, of the last that is not the system's.
fn question(messages: &[Message]) -> usize {
    messages
        .iter()
        .rposition(|message| message.role == Role::User)
        .or_else(|| messages.iter().rposition(|message| !is_system(message)))
        .unwrap_or_else(|| messages.len().saturating_sub(1))
}

/// Reads the texts of a message; 1 when reasoning is among them.
fn read_message(
    reader: &mut Reader<'_, impl Words>,
    request: &Request,
    message: &Message,
    extent: Extent,
) -> u32 {
    let mut reasoned = 0;
    for text in request.texts(message) {
        match text.kind {
            TextKind::Content | TextKind::Refusal => reader.text(text.raw, extent),
            TextKind::Reasoning => reasoned = 1,
            // JSON inside of JSON, and names of functions: counted by their bytes alone
            TextKind::Arguments | TextKind::Name => {}
        }
    }
    reasoned
}

/// What is read of each of so many older messages.
fn share(messages: usize) -> Extent {
    let bytes = (OLDER_BYTES / messages.max(1)).clamp(24, 256);
    let tail = if bytes < 64 { 0 } else { bytes / 3 };
    Extent {
        head: bytes - tail,
        tail,
        probes: if messages <= 16 { 4 } else { 0 },
    }
}

fn effort(request: &Request) -> u32 {
    match request.reasoning_effort().as_deref() {
        Some("medium") => 1,
        Some("high") => 3,
        Some("xhigh" | "max") => 7,
        _ => 0,
    }
}

fn is_system(message: &Message) -> bool {
    matches!(message.role, Role::System | Role::Developer)
}

fn is_reasoning(text: &Text<'_>) -> bool {
    text.kind == TextKind::Reasoning
}

fn clamp(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
