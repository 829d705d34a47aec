//! Single values, each read as what its place calls for.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use secrecy::SecretString;

use super::{Node, Read, Scalar, Value};

impl Scalar {
    pub(super) fn is_null(&self) -> bool {
        self.plain
            && self.written.is_none()
            && matches!(&*self.text, "" | "~" | "null" | "Null" | "NULL")
    }

    /// What a message may show: what the file says, never what a variable holds.
    fn shown(&self) -> &str {
        self.written.as_deref().unwrap_or(&self.text)
    }
}

impl Node {
    /// Text that is not empty. A plain number is text as well: exactly what the file says.
    pub(crate) fn text(&self, what: &str) -> Read<&str> {
        let scalar = self.scalar(what, "text")?;
        if scalar.text.is_empty() {
            return Err(self.fault(format!("`{what}` is empty")));
        }
        Ok(&scalar.text)
    }

    /// A secret: visible ASCII, never shown in a message.
    pub(crate) fn secret(&self, what: &str) -> Read<SecretString> {
        let text = self.text(what)?;
        if text.len() > 8_192 || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(self.fault(format!("`{what}` must be visible ASCII without spaces")));
        }
        Ok(SecretString::from(text))
    }

    /// `true` or `false`, not in quotes.
    pub(crate) fn flag(&self, what: &str) -> Read<bool> {
        let scalar = self.scalar(what, "`true` or `false`")?;
        let unquoted = scalar.plain || scalar.written.is_some();
        match &*scalar.text {
            "true" if unquoted => Ok(true),
            "false" if unquoted => Ok(false),
            _ => Err(self.fault(format!("`{what}` must be `true` or `false`"))),
        }
    }

    /// A whole number in a range, not in quotes.
    pub(crate) fn integer(&self, what: &str, range: RangeInclusive<u64>) -> Read<u64> {
        let (least, most) = (range.start(), range.end());
        let fault = || {
            self.fault(format!(
                "`{what}` must be a whole number from {least} to {most}"
            ))
        };
        let scalar = self.scalar(what, "a whole number")?;
        let digits = scalar.text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || !(scalar.plain || scalar.written.is_some()) {
            return Err(fault());
        }
        let number = scalar.text.parse().ok();
        number
            .filter(|number| range.contains(number))
            .ok_or_else(fault)
    }

    /// A value that its type reads from text.
    pub(crate) fn parsed<T: FromStr<Err: Display>>(&self, what: &str) -> Read<T> {
        let scalar = self.scalar(what, "text")?;
        scalar.text.parse::<T>().map_err(|error| {
            // an error may quote its input, and that may come from the environment
            let reason = if scalar.written.is_some() {
                String::new()
            } else {
                format!(": {error}")
            };
            self.fault(format!("`{what}` cannot be {}{reason}", self.shown()))
        })
    }

    /// The text for a message, in quotes: what the file says, never what a variable holds.
    pub(crate) fn shown(&self) -> String {
        match &self.value {
            Value::Scalar(scalar) => quoted(scalar.shown()),
            _ => "this".to_owned(),
        }
    }

    fn scalar(&self, what: &str, expected: &str) -> Read<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) if !scalar.is_null() => Ok(scalar),
            _ => Err(self.unexpected(what, expected)),
        }
    }
}

/// Text for a message, in quotes and short; what looks like a secret is not shown.
pub(crate) fn quoted(text: &str) -> String {
    if crate::snippet::looks_secret(text) {
        return "`********`".to_owned();
    }
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let short: String = text.chars().take(80).map(clean).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    format!("`{short}{dots}`")
}
