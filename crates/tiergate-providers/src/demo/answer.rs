//! What the simulation says, and how it is written down.

use bytes::Bytes;
use serde_json::Value;
use tiergate_wire::chat::{Format, Request};
use tiergate_wire::json::string;
use tiergate_wire::usage::Usage;

use super::schema;
use crate::seam::{Call, Chunk, ChunkKind};

/// The most answers that `n` gets.
const MOST: u32 = 16;

/// A simulated answer, the same for each of the `n` choices.
pub(super) struct Answer<'a> {
    call: &'a Call<'a>,
    said: Said,
    choices: u32,
    finish: &'static str,
}

enum Said {
    /// The text in tokens.
    Text(Vec<String>),
    /// A tool's name and its arguments in JSON.
    Tool { name: String, arguments: String },
}

impl<'a> Answer<'a> {
    pub(super) fn to(call: &'a Call<'a>) -> Self {
        let request = call.request;
        let (said, finish) = match tool(request) {
            Some(tool) => (tool, "tool_calls"),
            None => capped(&text(request, call.model), cap(call)),
        };
        Self {
            call,
            said,
            choices: request.n().min(MOST),
            finish,
        }
    }

    /// Raw bytes of what was said, in all choices.
    pub(super) fn output_bytes(&self) -> u64 {
        let bytes = match &self.said {
            Said::Text(tokens) => tokens.iter().map(String::len).sum(),
            Said::Tool { name, arguments } => name.len() + arguments.len(),
        };
        bytes as u64 * u64::from(self.choices)
    }

    pub(super) fn usage(&self) -> Usage {
        let request = self.call.request;
        let tools = request.tools().map_or(0, <[u8]>::len) as u64;
        let messages = request.messages().len() as u64;
        let completion = match &self.said {
            Said::Text(words) => words.iter().map(|word| tokens(word.len())).sum(),
            Said::Tool { name, arguments } => tokens(name.len() + arguments.len()),
        };
        Usage {
            prompt_tokens: (request.text_bytes() + tools).div_ceil(4) + 3 * messages + 3,
            completion_tokens: completion * u64::from(self.choices),
            ..Usage::default()
        }
    }

    /// The `chat.completion` object.
    pub(super) fn body(&self) -> Bytes {
        let message = match &self.said {
            Said::Text(words) => {
                let text = literal(&words.concat());
                format!(r#""content":{text},"refusal":null"#)
            }
            Said::Tool { .. } => format!(
                r#""content":null,"refusal":null,"tool_calls":[{{{}}}]"#,
                self.tool_call(None)
            ),
        };
        let choices: Vec<_> = (0..self.choices)
            .map(|index| {
                format!(
                    r#"{{"index":{index},"message":{{"role":"assistant",{message}}},"logprobs":null,"finish_reason":"{}"}}"#,
                    self.finish
                )
            })
            .collect();
        format!(
            r#"{{{},"choices":[{}],"usage":{}}}"#,
            self.head("chat.completion"),
            choices.join(","),
            self.usage_json()
        )
        .into()
    }

    /// The events of a stream, usage and `[DONE]` included.
    pub(super) fn chunks(&self) -> Vec<Chunk> {
        let mut chunks = Vec::new();
        for index in 0..self.choices {
            match &self.said {
                Said::Text(words) => {
                    chunks.push(self.chunk(index, r#""role":"assistant","content":"""#, 0));
                    let word = |word: &String| {
                        let content = format!(r#""content":{}"#, literal(word));
                        self.chunk(index, &content, word.len())
                    };
                    chunks.extend(words.iter().map(word));
                }
                Said::Tool { name, arguments } => {
                    let call = self.tool_call(Some(index));
                    let delta =
                        format!(r#""role":"assistant","content":null,"tool_calls":[{{{call}}}]"#);
                    chunks.push(self.chunk(index, &delta, name.len() + arguments.len()));
                }
            }
            chunks.push(self.last_chunk(index));
        }
        chunks.push(Chunk {
            raw: self.event(&format!(r#""choices":[],"usage":{}"#, self.usage_json())),
            kind: ChunkKind::UsageOnly,
            usage: Some(self.usage()),
            ..Chunk::default()
        });
        chunks.push(Chunk {
            raw: Bytes::from_static(b"data: [DONE]\n\n"),
            kind: ChunkKind::Done,
            ..Chunk::default()
        });
        chunks
    }

    fn chunk(&self, index: u32, delta: &str, output: usize) -> Chunk {
        let choice = format!(
            r#""choices":[{{"index":{index},"delta":{{{delta}}},"logprobs":null,"finish_reason":null}}],"usage":null"#
        );
        Chunk {
            raw: self.event(&choice),
            commits: output > 0,
            open: true,
            output_bytes: u32::try_from(output).unwrap_or(u32::MAX),
            ..Chunk::default()
        }
    }

    fn last_chunk(&self, index: u32) -> Chunk {
        let choice = format!(
            r#""choices":[{{"index":{index},"delta":{{}},"logprobs":null,"finish_reason":"{}"}}],"usage":null"#,
            self.finish
        );
        Chunk {
            raw: self.event(&choice),
            finish: true,
            ..Chunk::default()
        }
    }

    fn event(&self, rest: &str) -> Bytes {
        let head = self.head("chat.completion.chunk");
        format!("data: {{{head},{rest}}}\n\n").into()
    }

    fn head(&self, object: &str) -> String {
        format!(
            r#""id":{},"object":"{object}","created":{},"model":{},"system_fingerprint":"tiergate-demo""#,
            literal(&format!("chatcmpl-demo-{}", self.call.request_id)),
            self.call.created,
            literal(self.call.model),
        )
    }

    /// The inside of a tool call; `streamed` gives the choice of a chunk.
    fn tool_call(&self, streamed: Option<u32>) -> String {
        let Said::Tool { name, arguments } = &self.said else {
            return String::new();
        };
        let place = streamed.map_or("", |_| r#""index":0,"#);
        format!(
            r#"{place}"id":{},"type":"function","function":{{"name":{},"arguments":{}}}"#,
            literal(&format!("call_demo_{}", streamed.unwrap_or(0))),
            literal(name),
            literal(arguments),
        )
    }

    fn usage_json(&self) -> String {
        let usage = self.usage();
        format!(
            r#"{{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{},"prompt_tokens_details":{{"cached_tokens":0}},"completion_tokens_details":{{"reasoning_tokens":0}}}}"#,
            usage.prompt_tokens,
            usage.completion_tokens,
            usage.prompt_tokens + usage.completion_tokens,
        )
    }
}

/// Four bytes are a token.
fn tokens(bytes: usize) -> u64 {
    (bytes as u64).div_ceil(4)
}

fn literal(text: &str) -> String {
    String::from_utf8_lossy(&string(text)).into_owned()
}

fn cap(call: &Call<'_>) -> Option<u64> {
    let asked = call.request.max_output();
    call.cap
        .map_or(asked, |cap| Some(asked.map_or(cap, |asked| asked.min(cap))))
}

/// What is said where no tool is called.
fn text(request: &Request, model: &str) -> String {
    let simulated = "This is a simulated answer: no model was asked";
    match request.response_format() {
        Format::JsonSchema => schema::instance(request.schema().unwrap_or_default()),
        Format::JsonObject => format!(r#"{{"simulated":true,"note":{}}}"#, literal(simulated)),
        _ => format!(
            "{simulated}. tiergate runs in demo mode and would have sent this conversation of {} \
             message(s) to {model}. Add a provider's key to get real answers.",
            request.messages().len(),
        ),
    }
}

/// Cuts a text to as many tokens as are allowed, between words.
fn capped(text: &str, cap: Option<u64>) -> (Said, &'static str) {
    let mut left = cap.unwrap_or(u64::MAX);
    let mut words = Vec::new();
    for word in text.split_inclusive(' ') {
        let cost = tokens(word.len());
        if cost > left {
            return (Said::Text(words), "length");
        }
        left -= cost;
        words.push(word.to_owned());
    }
    (Said::Text(words), "stop")
}

/// The call of the first or the named tool, where one is forced.
fn tool(request: &Request) -> Option<Said> {
    let tools: Vec<Value> = serde_json::from_slice(request.tools()?).ok()?;
    let choice: Value = serde_json::from_slice(request.member("tool_choice")?).ok()?;
    let wanted = choice["function"]["name"].as_str();
    if wanted.is_none() && choice != "required" {
        return None;
    }
    let mut functions = tools.iter().map(|tool| &tool["function"]);
    let function = functions.find(|function| {
        let name = function["name"].as_str();
        name.is_some() && (wanted.is_none() || name == wanted)
    })?;
    Some(Said::Tool {
        name: function["name"].as_str()?.to_owned(),
        arguments: schema::fill(&function["parameters"]).to_string(),
    })
}
