//! A request.

use std::borrow::Cow;

use super::part::{Cache, Part};
use super::text::{Json, Text};

/// What is asked of a model.
#[derive(Clone, Debug, Default)]
pub struct Request<'a> {
    /// The model, as the client named it.
    pub model: Cow<'a, str>,
    /// Instructions at the start, each block by itself.
    pub system: Vec<Part<'a>>,
    /// The conversation.
    pub turns: Vec<Turn<'a>>,
    /// The tools that may be called.
    pub tools: Vec<Tool<'a>>,
    /// Which of them; `None` leaves it to the vendor.
    pub tool_choice: Option<ToolChoice<'a>>,
    /// Whether several may be called at once; `None` leaves it to the vendor.
    pub parallel_tools: Option<bool>,
    /// What form the answer shall have.
    pub format: Format<'a>,
    /// The most tokens of output.
    pub max_output: Option<u64>,
    /// Texts that end the answer.
    pub stop: Vec<Text<'a>>,
    /// What steers sampling.
    pub sampling: Sampling<'a>,
    /// How much to think; `None` leaves it to the vendor.
    pub reasoning: Option<Reasoning>,
    /// Whether the answer is wanted as it is made.
    pub stream: bool,
    /// Who asks, as an opaque id.
    pub user: Option<Text<'a>>,
    /// `auto`, `default`, `flex`, `priority`, `standard_only`: how urgent it is.
    pub service_tier: Option<Text<'a>>,
    /// A prompt cache for whatever can be cached.
    pub cache: Option<Cache>,
    /// Members of the request that the inner form has no place for, in order.
    pub rest: Vec<(Cow<'a, str>, Json<'a>)>,
}

/// What one side says before the other answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn<'a> {
    /// Who speaks.
    pub role: Role,
    /// What is said, in order.
    pub parts: Vec<Part<'a>>,
    /// The speaker's name, where one is given.
    pub name: Option<Text<'a>>,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The model.
    Assistant,
    /// Instructions in the middle of a conversation.
    System,
    /// The person or program that asks, and what tools gave.
    User,
}

/// A tool that the model may call.
#[derive(Clone, Debug)]
pub struct Tool<'a> {
    /// Its name.
    pub name: Text<'a>,
    /// What it does.
    pub description: Option<Text<'a>>,
    /// The JSON schema of its arguments; `None` for a tool without any.
    pub parameters: Option<Json<'a>>,
    /// Whether arguments must keep to the schema.
    pub strict: Option<bool>,
    /// Whether a prompt cache shall end here.
    pub cache: Option<Cache>,
    /// A tool that only its own dialect knows (web search and so on), as it came. The members above are then without
    /// meaning but for the name; with a schema they are a function that does as well.
    pub foreign: Option<Json<'a>>,
}

impl Tool<'_> {
    /// Whether no function can stand for it.
    pub fn is_foreign(&self) -> bool {
        self.foreign.is_some() && self.parameters.is_none()
    }
}

/// Which tools are to be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolChoice<'a> {
    /// Some of these, or, if `required`, at least one of them.
    Allowed {
        /// Their names.
        names: Vec<Text<'a>>,
        /// Whether one must be called.
        required: bool,
    },
    /// As the model likes.
    Auto,
    /// None.
    None,
    /// This one.
    Named(Text<'a>),
    /// At least one.
    Required,
}

/// What form an answer shall have.
#[derive(Clone, Debug, Default)]
pub enum Format<'a> {
    /// Some JSON object.
    JsonObject,
    /// JSON that keeps to a schema.
    JsonSchema {
        /// A name for the schema.
        name: Text<'a>,
        /// What the schema is for.
        description: Option<Text<'a>>,
        /// The schema.
        schema: Json<'a>,
        /// Whether it must be kept to the letter.
        strict: Option<bool>,
    },
    /// Words.
    #[default]
    Text,
}

/// What steers sampling; numbers as they were written.
#[derive(Clone, Debug, Default)]
pub struct Sampling<'a> {
    /// 0 to 2 in OpenAI's sense.
    pub temperature: Option<Json<'a>>,
    /// 0 to 1.
    pub top_p: Option<Json<'a>>,
    /// At least 1.
    pub top_k: Option<Json<'a>>,
    /// -2 to 2.
    pub frequency_penalty: Option<Json<'a>>,
    /// -2 to 2.
    pub presence_penalty: Option<Json<'a>>,
    /// A whole number.
    pub seed: Option<Json<'a>>,
}

/// How much a model shall think.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reasoning {
    /// How hard; `None` leaves it to the vendor.
    pub effort: Option<Effort>,
    /// The most tokens of thought, where the client gives them.
    pub budget: Option<u64>,
    /// Whether the client wants to see it; `None` leaves it to the vendor.
    pub shown: Option<bool>,
}

/// How hard a model shall think.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effort {
    /// Not at all.
    None,
    /// As little as possible.
    Minimal,
    /// A little.
    Low,
    /// Some.
    Medium,
    /// A lot.
    High,
    /// More than a lot.
    XHigh,
    /// As much as possible.
    Max,
}

impl Effort {
    /// The word that OpenAI has for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minimal => "minimal",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::XHigh => "xhigh",
            Self::Max => "max",
        }
    }

    /// The effort of a word; `None` for a word that is not known.
    pub fn read(word: &str) -> Option<Self> {
        let all = [
            Self::None,
            Self::Minimal,
            Self::Low,
            Self::Medium,
            Self::High,
            Self::XHigh,
            Self::Max,
        ];
        all.into_iter().find(|effort| effort.as_str() == word)
    }
}

/// A request cannot be said in a dialect, or not to a model, without changing what it asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unfit {
    /// The member at fault, in the client's words.
    pub param: &'static str,
    /// Why, for a person.
    pub message: String,
}

impl Unfit {
    /// A member that cannot be honoured, and why.
    pub fn new(param: &'static str, message: impl Into<String>) -> Self {
        Self {
            param,
            message: message.into(),
        }
    }
}

/// A client's request is not one: a member is missing, of a wrong type, or without sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadRequest {
    /// The member at fault, in the client's words.
    pub param: Option<String>,
    /// What is wrong with it, for a person.
    pub message: String,
}
