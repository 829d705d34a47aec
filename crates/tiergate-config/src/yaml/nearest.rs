//! "Did you mean": known words at a small edit distance.

/// `: did you mean `x`?` for the closest known word, or nothing.
pub(crate) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let limit = (word.len() / 3).max(1);
    let near = known
        .into_iter()
        .map(|other| (distance(word, other), other));
    match near.filter(|(distance, _)| *distance <= limit).min() {
        Some((_, other)) if word.len() <= 64 => format!(": did you mean `{other}`?"),
        _ => String::new(),
    }
}

/// The Levenshtein distance of bytes, letters compared without case and `-` like `_`.
fn distance(a: &str, b: &str) -> usize {
    let same = |x: u8, y: u8| {
        let plain = |byte: u8| {
            if byte == b'-' {
                b'_'
            } else {
                byte.to_ascii_lowercase()
            }
        };
        plain(x) == plain(y)
    };
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (y, cell) in b.bytes().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal + usize::from(!same(x, y));
            diagonal = *cell;
            left = replaced.min(left + 1).min(*cell + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_word_is_offered() {
        let known = ["tier", "tools", "targets", "max_tier"];
        for (word, expected) in [
            ("teir", ""),
            ("tiers", ": did you mean `tier`?"),
            ("Max-Tier", ": did you mean `max_tier`?"),
            ("target", ": did you mean `targets`?"),
            ("zebra", ""),
        ] {
            assert_eq!(did_you_mean(word, known), expected, "{word}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
