//! The counter that needs no vocabulary.

use tiergate_wire::chat::Request;

use super::cost::{Cost, add_json, add_text};
use super::tables::Words;
use super::{TokenCounter, Tokens};

/// Counts tokens by classes of signs and a list of common words.
///
/// - [`quick`](TokenCounter::quick) reads no text: no token is shorter than a byte, so the body
///   without its media is an upper count. It is three to five times too high on English.
/// - [`count`](TokenCounter::count) reads every text, the tools and the schema once.
///
/// Stated allowances of `upper`, where a request does not say enough: 4,800 tokens an image (the
/// largest of the known vendors' at high resolution), 32 tokens a second of sound at 10 kbit/s, at
/// least 2,000; 3,000 tokens for each 4 KB of an attached file, at least 20,000; 5 tokens a message and
/// 8 for the answer's beginning (OpenAI documents 4 and 3); 16 for the frame of a tool call; 700 for the
/// prompt that some vendors add when tools are offered. Digits count one token each, because some
/// vocabularies have no longer numbers.
///
/// ```
/// use tiergate_scorer::{Estimate, TokenCounter};
/// use tiergate_wire::chat::Request;
///
/// let tokens = Estimate::new().count(&Request::user("auto", "Why is the sky blue?"));
/// assert!((6..=24).contains(&tokens.upper), "{tokens:?}");
/// assert!(tokens.likely <= tokens.upper);
/// ```
#[derive(Clone, Debug)]
pub struct Estimate {
    words: Words,
}

/// Tokens that every message costs beside its texts, and every answer's beginning: at most and usually.
const MESSAGE: (u64, u64) = (5, 4);
const PRIMER: (u64, u64) = (8, 3);
/// What a vendor may say to its model about tools, at most and usually.
const TOOL_PROMPT: (u64, u64) = (700, 50);
const IMAGE: (u64, u64) = (4_800, 900);
const SOUND: (u64, u64) = (2_000, 300);
const FILE: (u64, u64) = (20_000, 3_000);
/// Bytes of a message that are keys, roles and ids; what goes beyond may be text of a kind that we do not know.
const SKELETON: u64 = 96;
const CALL_SKELETON: u64 = 160;
const PART_SKELETON: u64 = 64;

impl Estimate {
    /// The counter with its word list.
    pub fn new() -> Self {
        Self {
            words: Words::new(),
        }
    }

    fn texts(&self, request: &Request) -> Cost {
        let mut cost = Cost::default();
        for message in request.messages() {
            for text in request.texts(message) {
                add_text(&mut cost, &self.words, text.raw);
            }
        }
        for json in [request.tools(), request.schema()].into_iter().flatten() {
            add_json(&mut cost, &self.words, json);
        }
        cost
    }
}

impl Default for Estimate {
    fn default() -> Self {
        Self::new()
    }
}

impl TokenCounter for Estimate {
    fn count(&self, request: &Request) -> Tokens {
        let cost = self.texts(request);
        let frame = frame(request);
        let most = cost.most.div_ceil(4) + frame.upper + unknown_text(request);
        let upper = most.min(bytes(request));
        Tokens {
            likely: (cost.likely / 100 + frame.likely).min(upper),
            upper: upper + media(request).upper,
        }
        .plus_likely(media(request).likely)
    }

    fn quick(&self, request: &Request) -> Tokens {
        let json = |part: Option<&[u8]>| part.map_or(0, <[u8]>::len) as u64;
        let text = request.text_bytes() + json(request.tools()) + json(request.schema());
        let upper = bytes(request);
        Tokens {
            likely: (text / 4 + frame(request).likely).min(upper),
            upper: upper + media(request).upper,
        }
        .plus_likely(media(request).likely)
    }
}

impl Tokens {
    fn plus_likely(self, tokens: u64) -> Self {
        Self {
            likely: self.likely + tokens,
            ..self
        }
    }
}

/// No token is shorter than a byte of the text it stands for, and JSON is never shorter than what it
/// says: the body bounds the tokens of everything in it. A message's frame is longer than its tokens.
fn bytes(request: &Request) -> u64 {
    let media: u64 = request
        .messages()
        .iter()
        .map(|message| message.media_bytes)
        .sum();
    let tools = if request.tool_count() > 0 {
        TOOL_PROMPT.0
    } else {
        0
    };
    (request.body().len() as u64).saturating_sub(media) + tools
}

/// What the form of a conversation costs.
fn frame(request: &Request) -> Tokens {
    let messages = request.messages().len() as u64;
    let calls: u64 = request
        .messages()
        .iter()
        .map(|message| u64::from(message.tool_calls))
        .sum();
    let tools = request.tool_count() as u64;
    let (most, usual) = if tools > 0 { TOOL_PROMPT } else { (0, 0) };
    Tokens {
        likely: MESSAGE.1 * messages + PRIMER.1 + 6 * calls + usual,
        upper: MESSAGE.0 * messages + PRIMER.0 + 16 * calls + most,
    }
}

/// Text in parts of messages that we do not know, a token a byte; none while what is left of the
/// messages is no more than their keys and ids.
fn unknown_text(request: &Request) -> u64 {
    let messages = request.member("messages").map_or(0, <[u8]>::len) as u64;
    let media: u64 = request
        .messages()
        .iter()
        .map(|message| message.media_bytes)
        .sum();
    let left = messages.saturating_sub(request.text_bytes() + media);
    let usual: u64 = request
        .messages()
        .iter()
        .map(|message| {
            let calls = u64::from(message.tool_calls);
            let media = u64::from(message.images + message.audio + message.files);
            let parts = media + request.texts(message).count() as u64;
            SKELETON + CALL_SKELETON * calls + PART_SKELETON * parts
        })
        .sum();
    if left <= usual { 0 } else { left }
}

/// What images, sound and files cost.
fn media(request: &Request) -> Tokens {
    let mut tokens = Tokens::default();
    for message in request.messages() {
        let images = u64::from(message.images);
        tokens.likely += images * IMAGE.1;
        tokens.upper += images * IMAGE.0;
        if message.audio > 0 {
            let audio = u64::from(message.audio);
            // base64 of 10 kbit/s is 1,667 bytes a second
            tokens.likely += (audio * SOUND.1).max(message.media_bytes / 500);
            tokens.upper += (audio * SOUND.0).max(message.media_bytes / 52);
        }
        if message.files > 0 {
            let files = u64::from(message.files);
            tokens.likely += (files * FILE.1).max(message.media_bytes / 20);
            tokens.upper += (files * FILE.0).max(message.media_bytes * 3 / 4);
        }
    }
    tokens
}
