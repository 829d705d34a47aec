//! A request, as Ollama takes it.

use serde::Serialize;

use super::messages::{self, Message};
use super::think::{self, Think};
use crate::encoded::{Edits, Target, Translated};
use crate::functions::Tool;
use crate::inner::{Json, Request, Text, ToolChoice, Unfit};
use crate::remains::{extension, leave, note, present, remove};
use crate::wanted::{Wanted, wanted};

/// Encodes a request for Ollama.
///
/// Ollama cuts a prompt that is longer than its window without a word, and its window is small unless told: so
/// `context_window` should be known.
///
/// # Errors
/// [`Unfit`] for what Ollama has no way to say: several answers, sound, pictures at an address, documents that are not
/// text, tools of other vendors, tools that must be called, and JSON together with tools.
pub fn encode(
    request: &Request<'_>,
    target: &Target<'_>,
    context_window: Option<u64>,
) -> Result<Translated, Unfit> {
    let mut edits = Edits::new();
    leave(request, &EXTENSIONS, &mut edits)?;
    let tools = tools(request, &mut edits)?;
    let body = Body {
        model: target.model,
        messages: messages::encode(request, &mut edits)?,
        format: format(request, !tools.is_empty(), &mut edits)?,
        tools,
        options: Options::of(request, target, context_window)?,
        think: think::encode(request.reasoning, target.model, &mut edits),
        keep_alive: extension(request, "keep_alive"),
        stream: request.stream,
    };
    Translated::plain(&body, edits)
}

/// Members of Ollama's own that a client may send beside OpenAI's.
const EXTENSIONS: [&str; 2] = ["keep_alive", "min_p"];

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Json<'a>>,
    options: Options<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    think: Option<Think>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_alive: Option<Json<'a>>,
    stream: bool,
}

#[derive(Serialize)]
struct Options<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    num_ctx: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    num_predict: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_k: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_p: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_penalty: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    presence_penalty: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<Json<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    stop: &'a [Text<'a>],
}

impl<'a> Options<'a> {
    fn of(
        request: &'a Request<'_>,
        target: &Target<'_>,
        context_window: Option<u64>,
    ) -> Result<Self, Unfit> {
        let sampling = &request.sampling;
        Ok(Self {
            num_ctx: context_window,
            num_predict: target.some_output(request.max_output)?,
            temperature: present(sampling.temperature.as_ref()),
            top_p: present(sampling.top_p.as_ref()),
            top_k: present(sampling.top_k.as_ref()),
            min_p: extension(request, "min_p"),
            frequency_penalty: present(sampling.frequency_penalty.as_ref()),
            presence_penalty: present(sampling.presence_penalty.as_ref()),
            seed: present(sampling.seed.as_ref()),
            stop: &request.stop,
        })
    }
}

/// Ollama knows no choice: tools that must not be called are not offered, and none can be forced.
fn tools<'a>(request: &'a Request<'_>, edits: &mut Edits) -> Result<Vec<Tool<'a>>, Unfit> {
    let allowed = match &request.tool_choice {
        None | Some(ToolChoice::Auto) => None,
        Some(ToolChoice::None) => {
            if !request.tools.is_empty() {
                note(edits, "tools not offered, as none may be called".to_owned());
            }
            return Ok(Vec::new());
        }
        Some(ToolChoice::Allowed {
            names,
            required: false,
        }) => Some(names),
        Some(_) => {
            let why = "ollama cannot be made to call a tool";
            return Err(Unfit::new("tool_choice", why));
        }
    };
    let offered = request.tools.iter();
    let offered = offered.filter(|tool| allowed.is_none_or(|names| names.contains(&tool.name)));
    let mut strict = false;
    let offered = offered.map(|tool| {
        strict |= tool.strict == Some(true);
        Tool::of(tool, "ollama")
    });
    let offered = offered.collect();
    if strict {
        remove(edits, "strict");
    }
    offered
}

/// The grammar of a format leaves the model no way to write a call.
fn format<'a>(
    request: &'a Request<'_>,
    tools: bool,
    edits: &mut Edits,
) -> Result<Option<Json<'a>>, Unfit> {
    let wanted = wanted(request, tools, "ollama", edits)?;
    Ok(wanted.map(|wanted| match wanted {
        Wanted::Any => Json::of("json"),
        Wanted::Schema(schema) => schema,
    }))
}
