//! The one pass that finds everything that routing reads of a request.

use smallvec::SmallVec;

use super::message::{Message, Role, TextKind};
use super::request::Format;
use crate::json::{Invalid, Kind, Scanner, Span, Str};

type Result<T> = std::result::Result<T, Invalid>;

/// A top-level member, by place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    /// The name's string literal, quotes included.
    pub(super) name: Span,
    pub(super) value: Span,
    pub(super) escaped: bool,
}

/// Where everything is, and the values of what is small.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    pub(super) members: SmallVec<[Member; 12]>,
    pub(super) messages: Vec<Message>,
    pub(super) texts: Vec<(TextKind, Span)>,
    pub(super) text_bytes: u64,
    pub(super) model: Span,
    pub(super) stream: bool,
    pub(super) include_usage: bool,
    pub(super) max_tokens: Option<u64>,
    pub(super) max_completion_tokens: Option<u64>,
    pub(super) n: Option<u64>,
    pub(super) tools: Span,
    pub(super) tool_count: u32,
    pub(super) format: Format,
    pub(super) wants_audio: bool,
    pub(super) wants_logprobs: bool,
    /// Offset just before the closing brace of the body.
    pub(super) close: u32,
}

impl Index {
    /// Reads a body that names a model and holds a message.
    pub(super) fn read(body: &[u8]) -> Result<Self> {
        let index = Self::scan(body)?;
        if index.model.is_empty() {
            return Err(
                Invalid::at(0, "'model' is missing: name a model, a tier or \"auto\"").of("model"),
            );
        }
        if index.messages.is_empty() {
            return Err(Invalid::at(0, "'messages' must hold at least one message").of("messages"));
        }
        Ok(index)
    }

    /// Reads a body from which members may be missing.
    pub(super) fn scan(body: &[u8]) -> Result<Self> {
        let mut scanner = Scanner::new(body)?;
        if scanner.kind()? != Kind::Object {
            return Err(scanner.fault("the body must be a JSON object"));
        }
        let mut index = Self::default();
        scanner.object(|inner, name| index.member(inner, name))?;
        index.close = Span::new(scanner.at(), scanner.at()).start - 1;
        scanner.end()?;
        Ok(index)
    }

    fn member(&mut self, scanner: &mut Scanner<'_>, name: Str) -> Result<()> {
        let body = scanner.bytes();
        let key = name.decoded(body);
        let start = scanner.at();
        let known = self.value(scanner, &key)?;
        let value = Span::new(start, scanner.at());
        let place = Span {
            start: name.span.start - 1,
            end: name.span.end + 1,
        };
        if let Some(known) = known
            && self.members.iter().any(|member| member.is(body, known))
        {
            return Err(
                Invalid::at(start, format!("'{known}' stands twice in the body")).of(known),
            );
        }
        self.members.push(Member {
            name: place,
            value,
            escaped: name.escaped,
        });
        Ok(())
    }

    /// Reads one member's value; gives the name back when it is one whose repetition would be ambiguous.
    fn value(&mut self, scanner: &mut Scanner<'_>, key: &[u8]) -> Result<Option<&'static str>> {
        let known = match key {
            b"model" => {
                self.model = text(scanner, "model")?.unwrap_or_default();
                "model"
            }
            b"messages" => {
                self.messages(scanner)?;
                "messages"
            }
            b"stream" => {
                self.stream = flag(scanner, "stream", "stream")?;
                "stream"
            }
            b"stream_options" => {
                self.stream_options(scanner)?;
                "stream_options"
            }
            b"max_tokens" => {
                self.max_tokens = count(scanner, "max_tokens")?;
                "max_tokens"
            }
            b"max_completion_tokens" => {
                self.max_completion_tokens = count(scanner, "max_completion_tokens")?;
                "max_completion_tokens"
            }
            b"n" => {
                self.n = count(scanner, "n")?;
                "n"
            }
            b"tools" => {
                self.tools(scanner)?;
                "tools"
            }
            b"response_format" => {
                self.response_format(scanner)?;
                "response_format"
            }
            b"modalities" => {
                self.modalities(scanner)?;
                "modalities"
            }
            b"logprobs" => {
                self.wants_logprobs = scanner.kind()? == Kind::True;
                scanner.skip()?;
                "logprobs"
            }
            _ => return passed_by(scanner, key),
        };
        Ok(Some(known))
    }

    fn messages(&mut self, scanner: &mut Scanner<'_>) -> Result<()> {
        self.messages.reserve(8);
        self.texts.reserve(8);
        expect(
            scanner,
            Kind::Array,
            "messages",
            "'messages' must be an array of messages",
        )?;
        scanner
            .array(|inner| self.message(inner))
            .map_err(|fault| fault.of("messages"))
    }

    fn message(&mut self, scanner: &mut Scanner<'_>) -> Result<()> {
        expect(
            scanner,
            Kind::Object,
            "messages",
            "each message must be an object",
        )?;
        let start = scanner.at();
        let first_text = self.texts.len();
        let mut message = Message {
            role: Role::Other,
            tool_calls: 0,
            images: 0,
            audio: 0,
            files: 0,
            media_bytes: 0,
            role_place: Span::default(),
            texts: 0..0,
        };
        scanner.object(|inner, name| {
            let key = name.decoded(inner.bytes());
            self.message_member(inner, &key, &mut message)
        })?;
        if message.role_place.is_empty() {
            return Err(Invalid::at(start, "each message needs a 'role'").of("messages"));
        }
        message.texts = Span::new(first_text, 0).start..Span::new(self.texts.len(), 0).start;
        self.messages.push(message);
        Ok(())
    }

    fn message_member(
        &mut self,
        scanner: &mut Scanner<'_>,
        key: &[u8],
        message: &mut Message,
    ) -> Result<()> {
        match key {
            b"role" => match scanner.kind()? {
                Kind::String => {
                    let start = scanner.at();
                    let role = scanner.string()?;
                    message.role = Role::read(&role.decoded(scanner.bytes()));
                    message.role_place = Span::new(start, scanner.at());
                }
                Kind::Null => drop(scanner.skip()?),
                _ => return Err(scanner.fault("'role' must be a string")),
            },
            b"content" => match scanner.kind()? {
                Kind::String => self.text(scanner, TextKind::Content)?,
                Kind::Array => scanner.array(|inner| self.part(inner, message))?,
                Kind::Null => drop(scanner.skip()?),
                _ => {
                    return Err(
                        scanner.fault("'content' must be a string, an array of parts or null")
                    );
                }
            },
            b"tool_calls" => match scanner.kind()? {
                Kind::Array => scanner.array(|inner| {
                    message.tool_calls += 1;
                    self.tool_call(inner)
                })?,
                Kind::Null => drop(scanner.skip()?),
                _ => return Err(scanner.fault("'tool_calls' must be an array")),
            },
            b"function_call" if scanner.kind()? == Kind::Object => {
                message.tool_calls += 1;
                self.function(scanner)?;
            }
            b"reasoning_content" | b"reasoning" if scanner.kind()? == Kind::String => {
                self.text(scanner, TextKind::Reasoning)?;
            }
            b"refusal" if scanner.kind()? == Kind::String => {
                self.text(scanner, TextKind::Refusal)?;
            }
            _ => drop(scanner.skip()?),
        }
        Ok(())
    }

    fn part(&mut self, scanner: &mut Scanner<'_>, message: &mut Message) -> Result<()> {
        if scanner.kind()? == Kind::String {
            // some clients send bare strings among the parts
            return self.text(scanner, TextKind::Content);
        }
        expect(
            scanner,
            Kind::Object,
            "messages",
            "each content part must be an object",
        )?;
        scanner.object(|inner, name| {
            let key = name.decoded(inner.bytes());
            let kind = inner.kind()?;
            match (key.as_ref(), kind) {
                (b"text", Kind::String) => self.text(inner, TextKind::Content)?,
                (b"refusal", Kind::String) => self.text(inner, TextKind::Refusal)?,
                (b"thinking", Kind::String) => self.text(inner, TextKind::Reasoning)?,
                (b"image_url" | b"image", Kind::Object | Kind::String) => {
                    message.images += 1;
                    message.media_bytes += media(inner)?;
                }
                (b"input_audio", Kind::Object | Kind::String) => {
                    message.audio += 1;
                    message.media_bytes += media(inner)?;
                }
                (b"file" | b"document_url" | b"video_url", Kind::Object | Kind::String) => {
                    message.files += 1;
                    message.media_bytes += media(inner)?;
                }
                _ => drop(inner.skip()?),
            }
            Ok(())
        })
    }

    fn tool_call(&mut self, scanner: &mut Scanner<'_>) -> Result<()> {
        expect(
            scanner,
            Kind::Object,
            "messages",
            "each tool call must be an object",
        )?;
        scanner.object(|inner, name| match name.decoded(inner.bytes()).as_ref() {
            b"function" | b"custom" if inner.kind()? == Kind::Object => self.function(inner),
            _ => inner.skip().map(drop),
        })
    }

    fn function(&mut self, scanner: &mut Scanner<'_>) -> Result<()> {
        scanner.object(|inner, name| {
            let kind = inner.kind()?;
            match (name.decoded(inner.bytes()).as_ref(), kind) {
                (b"name", Kind::String) => self.text(inner, TextKind::Name),
                (b"arguments" | b"input", Kind::String) => self.text(inner, TextKind::Arguments),
                _ => inner.skip().map(drop),
            }
        })
    }

    fn text(&mut self, scanner: &mut Scanner<'_>, kind: TextKind) -> Result<()> {
        let span = scanner.string()?.span;
        self.text_bytes += u64::from(span.len());
        if !span.is_empty() {
            self.texts.push((kind, span));
        }
        Ok(())
    }

    fn tools(&mut self, scanner: &mut Scanner<'_>) -> Result<()> {
        if scanner.kind()? == Kind::Null {
            scanner.skip()?;
            return Ok(());
        }
        expect(scanner, Kind::Array, "tools", "'tools' must be an array")?;
        let start = scanner.at();
        let count = &mut self.tool_count;
        let read = scanner.array(|inner| {
            *count += 1;
            expect(inner, Kind::Object, "tools", "each tool must be an object")?;
            inner.skip().map(drop)
        });
        read.map_err(|fault| fault.of("tools"))?;
        self.tools = Span::new(start, scanner.at());
        Ok(())
    }

    fn response_format(&mut self, scanner: &mut Scanner<'_>) -> Result<()> {
        if scanner.kind()? != Kind::Object {
            return scanner.skip().map(drop);
        }
        self.format = Format::Other;
        scanner.object(|inner, name| {
            if name.decoded(inner.bytes()).as_ref() == b"type" && inner.kind()? == Kind::String {
                let kind = inner.string()?;
                self.format = Format::read(&kind.decoded(inner.bytes()));
                return Ok(());
            }
            inner.skip().map(drop)
        })
    }

    fn stream_options(&mut self, scanner: &mut Scanner<'_>) -> Result<()> {
        if scanner.kind()? == Kind::Null {
            return scanner.skip().map(drop);
        }
        expect(
            scanner,
            Kind::Object,
            "stream_options",
            "'stream_options' must be an object",
        )?;
        scanner.object(|inner, name| {
            if name.decoded(inner.bytes()).as_ref() == b"include_usage" {
                self.include_usage = flag(inner, "include_usage", "stream_options")?;
                return Ok(());
            }
            inner.skip().map(drop)
        })
    }

    fn modalities(&mut self, scanner: &mut Scanner<'_>) -> Result<()> {
        if scanner.kind()? != Kind::Array {
            return scanner.skip().map(drop);
        }
        scanner.array(|inner| {
            if inner.kind()? == Kind::String {
                let modality = inner.string()?;
                self.wants_audio |= modality.decoded(inner.bytes()).as_ref() == b"audio";
                return Ok(());
            }
            inner.skip().map(drop)
        })
    }
}

impl Member {
    /// Whether this member has the given name.
    pub(super) fn is(&self, body: &[u8], name: &str) -> bool {
        let span = Span {
            start: self.name.start + 1,
            end: self.name.end - 1,
        };
        let escaped = self.escaped;
        Str { span, escaped }.decoded(body).as_ref() == name.as_bytes()
    }
}

/// Members whose value is read later, if at all; the names are those whose repetition is refused.
fn passed_by(scanner: &mut Scanner<'_>, key: &[u8]) -> Result<Option<&'static str>> {
    const TEXTS: [&str; 4] = ["prefer", "max_tier", "session_id", "reasoning_effort"];
    const OTHERS: [&str; 3] = ["tags", "tool_choice", "user"];
    let name = TEXTS.into_iter().find(|name| name.as_bytes() == key);
    if let Some(name) = name {
        text(scanner, name)?;
        return Ok(Some(name));
    }
    scanner.skip()?;
    Ok(OTHERS.into_iter().find(|name| name.as_bytes() == key))
}

fn expect(
    scanner: &mut Scanner<'_>,
    kind: Kind,
    param: &'static str,
    message: &'static str,
) -> Result<()> {
    if scanner.kind()? == kind {
        Ok(())
    } else {
        Err(scanner.fault(message).of(param))
    }
}

/// A string or null; the span is the string's inside.
fn text(scanner: &mut Scanner<'_>, param: &'static str) -> Result<Option<Span>> {
    match scanner.kind()? {
        Kind::String => Ok(Some(scanner.string()?.span)),
        Kind::Null => scanner.skip().map(|_| None),
        _ => Err(scanner
            .fault(format!("'{param}' must be a string"))
            .of(param)),
    }
}

/// True, false, or null for false.
fn flag(scanner: &mut Scanner<'_>, name: &str, param: &'static str) -> Result<bool> {
    let kind = scanner.kind()?;
    match kind {
        Kind::True | Kind::False | Kind::Null => scanner.skip().map(|_| kind == Kind::True),
        _ => Err(scanner
            .fault(format!("'{name}' must be true or false"))
            .of(param)),
    }
}

/// A whole number of at least one, or null.
fn count(scanner: &mut Scanner<'_>, param: &'static str) -> Result<Option<u64>> {
    let kind = scanner.kind()?;
    let place = scanner.skip()?;
    let raw = place.of(scanner.bytes());
    let number = std::str::from_utf8(raw)
        .ok()
        .and_then(|digits| digits.parse::<u64>().ok());
    match (kind, number) {
        (Kind::Null, _) => Ok(None),
        (Kind::Number, Some(number)) if number > 0 => Ok(Some(number)),
        _ => Err(Invalid::at(
            place.start as usize,
            format!("'{param}' must be a whole number of at least 1"),
        )
        .of(param)),
    }
}

/// Consumes an image, audio or file value and counts the bytes of its longest string: its data.
fn media(scanner: &mut Scanner<'_>) -> Result<u64> {
    let mut longest = 0;
    match scanner.kind()? {
        Kind::String => longest = scanner.string()?.span.len(),
        Kind::Object => scanner.object(|inner, _| {
            if inner.kind()? == Kind::String {
                longest = longest.max(inner.string()?.span.len());
                return Ok(());
            }
            inner.skip().map(drop)
        })?,
        _ => drop(scanner.skip()?),
    }
    Ok(u64::from(longest))
}
