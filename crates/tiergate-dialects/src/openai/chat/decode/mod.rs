//! A client's request, read into the inner form.

mod members;
mod messages;
mod parts;
mod tools;

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use self::members::Members;
use self::messages::Message;
use self::tools::{LegacyTool, Tool};
use super::wire::Plain;
use crate::inner::{BadRequest, Request};

/// Reads a request for a chat completion.
///
/// Members that the inner form has no place for stay in [`Request::rest`] as they came, those that are null left out.
/// `stream_options` is left out as well: a translated answer always tells its usage.
///
/// # Errors
/// [`BadRequest`] when the body is not JSON, or a member that tiergate must understand is of another shape.
pub fn decode(body: &[u8]) -> Result<Request<'_>, BadRequest> {
    let text = str::from_utf8(body).map_err(|error| bad(None, error.to_string()))?;
    let mut read = Read::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let whole = (&mut read).deserialize(&mut json).and_then(|()| json.end());
    whole.map_err(|error| bad(read.at.take().as_deref(), error.to_string()))?;

    let mut request = read.members.finish()?;
    (request.system, request.turns) = messages::turns(read.messages)?;
    for tool in read.tools {
        request.tools.push(tool.read()?);
    }
    request
        .tools
        .extend(read.functions.into_iter().map(LegacyTool::read));
    Ok(request)
}

fn bad(param: Option<&str>, message: impl Into<String>) -> BadRequest {
    BadRequest {
        param: param.map(str::to_owned),
        message: message.into(),
    }
}

/// What has been read so far of a request's members.
#[derive(Default)]
struct Read<'a> {
    messages: Vec<Message<'a>>,
    tools: Vec<Tool<'a>>,
    functions: Vec<LegacyTool<'a>>,
    members: Members<'a>,
    /// The member that is being read.
    at: Option<Cow<'a, str>>,
}

impl<'de> DeserializeSeed<'de> for &mut Read<'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Read<'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a request object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Plain(name)) = map.next_key()? {
            let name = self.at.insert(name);
            match name.as_ref() {
                "messages" => self.messages = map.next_value()?,
                "tools" => self.tools = list(&mut map)?,
                "functions" => self.functions = list(&mut map)?,
                _ => {
                    let value = map.next_value()?;
                    self.members
                        .read(name.clone(), value)
                        .map_err(A::Error::custom)?;
                }
            }
        }
        self.at = None;
        Ok(())
    }
}

fn list<'de, A: MapAccess<'de>, T: Deserialize<'de>>(map: &mut A) -> Result<Vec<T>, A::Error> {
    Ok(map.next_value::<Option<_>>()?.unwrap_or_default())
}
