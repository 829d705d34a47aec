//! From the text of a file to its tree.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, StrInput};

use super::expand::expand;
use super::fields::key_name;
use super::{Entry, Node, Read, Scalar, Span, Value};
use crate::environment::Environment;
use crate::error::{ErrorKind, Fault};

/// Most values in one file, each use of an anchor counted again: no file grows out of hand.
const MAX_NODES: usize = 100_000;
/// Deepest nesting of lists and mappings.
const MAX_DEPTH: usize = 64;

/// The root of the only document in the text; `None` when the text holds no value.
///
/// References to the environment are replaced inside finished scalars, so that a value can never
/// become syntax.
pub(crate) fn parse(text: &str, environment: &Environment) -> Read<Option<Node>> {
    let options = granit_parser::options! {
        disallow_directives: true,
        block_nesting_limit: MAX_DEPTH,
        flow_nesting_limit: MAX_DEPTH,
    };
    let mut builder = Builder {
        parser: Parser::new_from_str_with_options(text, options),
        text,
        environment,
        anchors: HashMap::new(),
        nodes: 0,
    };
    builder.document()
}

struct Builder<'a> {
    parser: Parser<'a, StrInput<'a>>,
    text: &'a str,
    environment: &'a Environment,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
}

impl<'a> Builder<'a> {
    fn document(&mut self) -> Read<Option<Node>> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(root),
                Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(..) if root.is_none() => {
                    let (event, span) = self.next()?;
                    root = Some(self.node(event, span, 0)?).filter(|node| !node.is_null());
                }
                _ => {
                    return Err(syntax(
                        span,
                        "a second document: the file may hold only one",
                    ));
                }
            }
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Read<Node> {
        self.count(&span, 1)?;
        if depth > MAX_DEPTH {
            return Err(syntax(
                span,
                format!("nested deeper than {MAX_DEPTH} levels"),
            ));
        }
        let before = self.nodes;
        let (value, anchor) = match event {
            Event::Alias(id) => return self.alias(id, span),
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, _, Some(_))
            | Event::MappingStart(_, _, Some(_)) => {
                return Err(syntax(span, "tags (`!…`) have no meaning here"));
            }
            Event::Scalar(text, style, anchor, None) => {
                let plain = style == ScalarStyle::Plain;
                (Value::Scalar(self.scalar(&text, plain, &span)?), anchor)
            }
            Event::SequenceStart(_, anchor, None) => (Value::List(self.list(depth)?), anchor),
            Event::MappingStart(_, anchor, None) => (Value::Map(self.map(depth)?), anchor),
            _ => return Err(syntax(span, "expected a value")),
        };
        let node = Node { span, value };
        if anchor != 0 {
            let size = self.nodes - before + 1;
            self.anchors.insert(anchor, (node.clone(), size));
        }
        Ok(node)
    }

    fn list(&mut self, depth: usize) -> Read<Vec<Node>> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(items);
            }
            items.push(self.node(event, span, depth + 1)?);
        }
    }

    fn map(&mut self, depth: usize) -> Read<Vec<Entry>> {
        let mut entries = Vec::new();
        let mut seen: HashMap<Box<str>, usize> = HashMap::new();
        loop {
            let (event, key_span) = self.next()?;
            let key = match event {
                Event::MappingEnd => return Ok(entries),
                Event::Scalar(key, _, 0, None) => key.into_owned().into_boxed_str(),
                _ => return Err(syntax(key_span, "a key must be a single word")),
            };
            if let Some(first) = seen.insert(key.clone(), key_span.start) {
                return Err(self.given_twice(&key, first, key_span));
            }
            let (event, span) = self.next()?;
            let node = self.node(event, span, depth + 1)?;
            entries.push(Entry {
                key,
                key_span,
                node,
            });
        }
    }

    fn given_twice(&self, key: &str, first: usize, span: Span) -> Fault {
        let before = self.text.get(..first).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let message = format!("{} is given twice, first on line {line}", key_name(key));
        Fault::new(ErrorKind::Invalid, span, message)
    }

    fn scalar(&self, text: &str, plain: bool, span: &Span) -> Read<Scalar> {
        let expanded = expand(text, self.environment)
            .map_err(|error| Fault::new(error.kind(), span.clone(), error.to_string()))?;
        Ok(match expanded {
            Some(value) => Scalar {
                text: value.into(),
                plain,
                written: Some(text.into()),
            },
            None => Scalar {
                text: text.into(),
                plain,
                written: None,
            },
        })
    }

    /// The copy of an anchored node keeps the place of the original: that is where a fault is.
    fn alias(&mut self, id: usize, span: Span) -> Read<Node> {
        let Some(size) = self.anchors.get(&id).map(|(_, size)| *size) else {
            return Err(syntax(span, "an alias inside of its own anchor"));
        };
        self.count(&span, size)?;
        let node = self.anchors.get(&id).map(|(node, _)| node.clone());
        node.ok_or_else(|| syntax(span, "an alias without an anchor"))
    }

    fn count(&mut self, span: &Span, nodes: usize) -> Read<()> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MAX_NODES {
            return Err(syntax(
                span.clone(),
                format!("more than {MAX_NODES} values"),
            ));
        }
        Ok(())
    }

    fn next(&mut self) -> Read<(Event<'a>, Span)> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                let start = self.offset(span.start);
                let end = self.offset(span.end).max(start);
                Ok((event, start..end))
            }
            Some(Err(error)) => Err(self.scan_error(&error)),
            None => Err(syntax(
                self.text.len()..self.text.len(),
                "unexpected end of file",
            )),
        }
    }

    fn scan_error(&self, error: &ScanError) -> Fault {
        let at = self.offset(*error.marker());
        let start = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.text[start..].lines().next().unwrap_or_default();
        // the usual slip: in a flow collection a plain `${NAME}` opens a mapping
        let unquoted = line.contains("${") && line.replace("${", "").contains(['{', '[']);
        let hint = if unquoted {
            " (within `{…}` and `[…]` write references in quotes: `\"${NAME}\"`)"
        } else {
            ""
        };
        syntax(at..at, format!("{}{hint}", error.info()))
    }

    /// A byte position on a character boundary of the text.
    fn offset(&self, marker: granit_parser::Marker) -> usize {
        let at = marker.byte_offset().unwrap_or(self.text.len());
        self.text.floor_char_boundary(at)
    }
}

fn syntax(span: Span, message: impl Into<String>) -> Fault {
    Fault::new(ErrorKind::Syntax, span, message)
}
