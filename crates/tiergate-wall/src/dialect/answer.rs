//! A good answer before it is said in a dialect.

use serde_json::{Number, Value};

/// What is said, and the counts that are told.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub model: String,
    /// One token each.
    pub words: Vec<String>,
    pub prompt: u64,
    pub finish: Finish,
    pub usage: Usage,
    /// Chat completions tell the usage of a stream only to who asked.
    pub usage_asked: bool,
}

/// Seconds of the epoch in every answer, so that the same request gets the same bytes.
pub(crate) const CREATED: u64 = 1_790_000_000;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Finish {
    Filter,
    Length,
    /// `null` where a reason belongs.
    Missing,
    Stop,
}

/// What becomes of the honest counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Usage {
    Honest,
    Huge,
    Missing,
    Negative,
    Null,
    Text,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        self.words.concat()
    }

    pub(crate) fn completion(&self) -> u64 {
        self.words.len() as u64
    }

    pub(crate) fn total(&self) -> u64 {
        self.prompt.saturating_add(self.completion())
    }

    pub(crate) fn spoken(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    /// The reason of the finish in a dialect's words for stop, length and filter.
    pub(crate) fn reason(&self, names: [&'static str; 3]) -> Value {
        let [stop, length, filter] = names;
        match self.finish {
            Finish::Filter => filter.into(),
            Finish::Length => length.into(),
            Finish::Missing => Value::Null,
            Finish::Stop => stop.into(),
        }
    }

    /// Puts the honest usage, or what has become of it, into an object.
    pub(crate) fn tell(&self, mut into: Value, member: &str, honest: Value) -> Value {
        let told = match self.usage {
            Usage::Missing => return into,
            Usage::Null => Value::Null,
            Usage::Honest => honest,
            twisted => twist(honest, twisted),
        };
        if let Some(members) = into.as_object_mut() {
            members.insert(member.to_owned(), told);
        }
        into
    }
}

fn twist(value: Value, usage: Usage) -> Value {
    match value {
        Value::Number(number) => number_as(&number, usage),
        Value::Object(members) => {
            let each = members.into_iter();
            Value::Object(
                each.map(|(name, value)| (name, twist(value, usage)))
                    .collect(),
            )
        }
        Value::Array(items) => items.into_iter().map(|item| twist(item, usage)).collect(),
        other => other,
    }
}

fn number_as(number: &Number, usage: Usage) -> Value {
    match usage {
        Usage::Huge => 9_000_000_000_000_000_000_u64.into(),
        Usage::Negative => (-1 - number.as_i64().unwrap_or(0)).into(),
        _ => number.to_string().into(),
    }
}
