//! Events as bytes: event streams, lines of JSON, and Amazon's binary messages.

use serde_json::Value;

/// One event of a stream.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub name: Option<&'static str>,
    pub data: Data,
}

#[derive(Clone, Debug)]
pub(crate) enum Data {
    Json(Value),
    Text(&'static str),
}

impl Event {
    pub(crate) fn plain(value: Value) -> Self {
        Self {
            name: None,
            data: Data::Json(value),
        }
    }

    pub(crate) fn named(name: &'static str, value: Value) -> Self {
        Self {
            name: Some(name),
            data: Data::Json(value),
        }
    }

    pub(crate) fn json(&self) -> String {
        match &self.data {
            Data::Json(value) => value.to_string(),
            Data::Text(text) => (*text).to_owned(),
        }
    }
}

pub(crate) fn sse(event: &Event) -> Vec<u8> {
    let name = event.name.map(|name| format!("event: {name}\n"));
    format!("{}data: {}\n\n", name.unwrap_or_default(), event.json()).into()
}

pub(crate) fn line(event: &Event) -> Vec<u8> {
    let mut line = event.json().into_bytes();
    line.push(b'\n');
    line
}

/// One message of `application/vnd.amazon.eventstream`; `kind` is `event` or `exception`.
pub(crate) fn message(kind: &str, name: &str, payload: &[u8]) -> Vec<u8> {
    let mut headers = Vec::new();
    let kind_name = format!(":{kind}-type");
    for (header, value) in [
        (&*kind_name, name),
        (":content-type", "application/json"),
        (":message-type", kind),
    ] {
        headers.push(u8::try_from(header.len()).unwrap_or_default());
        headers.extend_from_slice(header.as_bytes());
        headers.push(7);
        headers.extend_from_slice(&u16::try_from(value.len()).unwrap_or_default().to_be_bytes());
        headers.extend_from_slice(value.as_bytes());
    }
    let total = 16 + headers.len() + payload.len();
    let mut whole = Vec::with_capacity(total);
    for length in [total, headers.len()] {
        whole.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    }
    let prelude = crc32fast::hash(&whole);
    whole.extend_from_slice(&prelude.to_be_bytes());
    whole.extend_from_slice(&headers);
    whole.extend_from_slice(payload);
    let sum = crc32fast::hash(&whole);
    whole.extend_from_slice(&sum.to_be_bytes());
    whole
}
