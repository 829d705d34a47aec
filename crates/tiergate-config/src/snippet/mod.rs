//! The line of a fault, with a caret below it and without secrets in it.

mod mask;

use std::fmt;

use crate::yaml::Span;

pub(crate) use mask::looks_secret;

/// Most characters of a line that are shown.
const WIDTH: usize = 100;

/// A place in a file, ready to be shown.
pub(crate) struct Snippet {
    name: Box<str>,
    line: usize,
    column: usize,
    /// The masked line, cut to a window around the fault.
    shown: String,
    /// Characters before the caret, and carets.
    caret: (usize, usize),
}

impl Snippet {
    /// `message` is what will be said about the place: words that it quotes are not masked.
    pub(crate) fn new(name: &str, text: &str, span: &Span, message: &str) -> Self {
        let at = text.floor_char_boundary(span.start.min(text.len()));
        let (before, after) = text.split_at(at);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let end = after.find('\n').map_or(text.len(), |newline| at + newline);
        let whole = text.get(start..end).unwrap_or_default();
        let line = whole.strip_suffix('\r').unwrap_or(whole);
        let from = at - start;
        let to = span
            .end
            .saturating_sub(start)
            .clamp(from, line.len().max(from));
        let masked = mask::mask(line, message);
        let characters = |until: usize| {
            line.char_indices()
                .take_while(|(at, _)| *at < until)
                .count()
        };
        let (first, last) = (
            masked.column(characters(from)),
            masked.column(characters(to)),
        );
        let (shown, left) = window(&masked.text, first);
        let visible = shown.chars().count();
        let width = last
            .saturating_sub(first)
            .min(visible.saturating_sub(left))
            .max(1);
        Self {
            name: name.into(),
            line: before.matches('\n').count() + 1,
            column: before.get(start..).unwrap_or_default().chars().count() + 1,
            shown,
            caret: (left, width),
        }
    }

    pub(crate) fn line(&self) -> usize {
        self.line
    }

    pub(crate) fn column(&self) -> usize {
        self.column
    }
}

/// The part of a long line around a column, and that column in it.
fn window(line: &str, column: usize) -> (String, usize) {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let count = line.chars().count();
    if count <= WIDTH {
        return (line.chars().map(clean).collect(), column);
    }
    let skipped = column.saturating_sub(WIDTH / 2).min(count - WIDTH);
    let part: String = line.chars().skip(skipped).take(WIDTH).map(clean).collect();
    let head = if skipped > 0 { "…" } else { "" };
    let tail = if skipped + WIDTH < count { "…" } else { "" };
    let left = column - skipped + head.chars().count();
    (format!("{head}{part}{tail}"), left)
}

impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        let (left, width) = self.caret;
        writeln!(
            f,
            "{margin} --> {}:{}:{}",
            self.name, self.line, self.column
        )?;
        writeln!(f, "{margin} |")?;
        writeln!(f, "{number} | {}", self.shown.trim_end())?;
        write!(f, "{margin} | {}{}", " ".repeat(left), "^".repeat(width))
    }
}

impl fmt::Debug for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            line,
            column,
            shown,
            ..
        } = self;
        write!(f, "{name}:{line}:{column} {shown:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, part: &str, expected: &str) {
        let start = text.find(part).unwrap();
        let snippet = Snippet::new("f.yaml", text, &(start..start + part.len()), "");
        assert_eq!(snippet.to_string(), expected);
    }

    #[test]
    fn the_caret_stands_below_the_fault() {
        check(
            "a: 1\né: [nope] # x\nc: 2\n",
            "nope",
            "  --> f.yaml:2:5\n  |\n2 | é: [nope] # x\n  |     ^^^^",
        );
        check(
            "a: 1\r\nid: 2\r\n",
            "2",
            "  --> f.yaml:2:5\n  |\n2 | id: 2\n  |     ^",
        );
        check(
            "a: [1,\n 2]",
            "[1,\n 2]",
            "  --> f.yaml:1:4\n  |\n1 | a: [1,\n  |    ^^^",
        );
    }

    #[test]
    fn the_end_of_the_text_is_a_place() {
        let snippet = Snippet::new("f", "a: [", &(4..4), "");
        assert_eq!((snippet.line(), snippet.column()), (1, 5));
        let snippet = Snippet::new("f", "a: 1\n", &(99..200), "");
        assert_eq!((snippet.line(), snippet.column()), (2, 1));
        let _ = Snippet::new("f", "", &(0..0), "").to_string();
    }

    #[test]
    fn a_masked_value_moves_the_caret() {
        check(
            "- {secret: abc, tier: x}",
            "tier",
            "  --> f.yaml:1:17\n  |\n1 | - {secret: ********, tier: x}\n  |                      ^^^^",
        );
        check(
            "- {secret: a-very-long-secret-of-mine, tier: x}",
            "tier",
            "  --> f.yaml:1:40\n  |\n1 | - {secret: ********, tier: x}\n  |                      ^^^^",
        );
    }

    #[test]
    fn a_long_line_is_cut_around_the_fault() {
        let text = format!("a: [{}, bad, {}]", "x, ".repeat(100), "y, ".repeat(100));
        let start = text.find("bad").unwrap();
        let shown = Snippet::new("f", &text, &(start..start + 3), "").to_string();
        let lines: Vec<&str> = shown.lines().collect();
        let caret = lines[3].find('^').unwrap();
        let below: String = lines[2].chars().skip(caret).take(3).collect();
        assert_eq!(below, "bad");
        assert!(lines[2].chars().count() < 110);
    }
}
