//! Orders in parts, and values in quotes: `503:retry-after='Wed, 21 Oct 2015 07:28:00 GMT'`.

/// The parts between separators that stand in no quotes. A quote opens where a value begins and nowhere else.
pub(crate) fn parts(text: &str, separator: char) -> Result<Vec<&str>, String> {
    let mut parts = Vec::new();
    let (mut from, mut open, mut before) = (0, None, ' ');
    for (at, c) in text.char_indices() {
        match open {
            Some(quote) if c == quote => open = None,
            None if is_quote(c) && matches!(before, ':' | '=') => open = Some(c),
            None if c == separator => {
                parts.push(text.get(from..at).unwrap_or_default());
                from = at + c.len_utf8();
            }
            _ => {}
        }
        before = c;
    }
    if open.is_some() {
        return Err(format!("a quote is not closed: {text}"));
    }
    parts.push(text.get(from..).unwrap_or_default());
    Ok(parts)
}

/// A parameter's name, if it has one, and its value without quotes.
pub(super) fn named(text: &str) -> Result<(Option<&str>, &str), String> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) if !name.starts_with(is_quote) => (Some(name), value),
        _ => (None, text),
    };
    let Some(quote) = value.chars().next().filter(|c| is_quote(*c)) else {
        return Ok((name, value));
    };
    let inner = value.get(1..).and_then(|rest| rest.strip_suffix(quote));
    inner
        .filter(|inner| !inner.contains(quote))
        .map(|inner| (name, inner))
        .ok_or_else(|| format!("a value stands between two quotes: {text}"))
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'')
}

#[cfg(test)]
mod tests {
    use super::{named, parts};

    #[test]
    fn separators_in_quotes_are_none() {
        let text = r#"a:'x,y',b="p,q",c's,d"#;
        let expected = ["a:'x,y'", r#"b="p,q""#, "c's", "d"];
        assert_eq!(parts(text, ',').unwrap(), expected);
        assert_eq!(parts("", ',').unwrap(), [""]);
        assert!(parts("a:'x,b", ',').is_err());
    }

    #[test]
    fn values() {
        assert_eq!(named("a='b=c'").unwrap(), (Some("a"), "b=c"));
        assert_eq!(named(r#""a=b""#).unwrap(), (None, "a=b"));
        assert_eq!(named("a=b'").unwrap(), (Some("a"), "b'"));
        assert_eq!(named("b").unwrap(), (None, "b"));
        for wrong in ["'a'b", "'", "a='b'c'"] {
            assert!(named(wrong).is_err(), "{wrong}");
        }
    }
}
