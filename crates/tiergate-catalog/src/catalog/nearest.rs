//! "Did you mean": names at a small edit distance.

/// Names longer than this are nobody's typing error.
const LONGEST: usize = 128;

/// Up to `count` of `names` within a third of the length of `name`, closest first.
pub(super) fn nearest<'a>(
    name: &str,
    names: impl Iterator<Item = &'a str>,
    count: usize,
) -> Vec<&'a str> {
    if name.len() > LONGEST {
        return Vec::new();
    }
    let limit = (name.len() / 3).max(1);
    let mut close: Vec<_> = names
        .filter_map(|other| distance(name.as_bytes(), other.as_bytes(), limit).map(|d| (d, other)))
        .collect();
    close.sort_unstable();
    close.dedup();
    close.truncate(count);
    close.into_iter().map(|(_, name)| name).collect()
}

/// The Levenshtein distance of bytes, letters compared without case, if it is within `limit`.
fn distance(a: &[u8], b: &[u8], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (y, cell) in b.iter().zip(above.iter_mut().skip(1)) {
            let replaced = diagonal + usize::from(!x.eq_ignore_ascii_case(y));
            diagonal = *cell;
            left = replaced.min(left + 1).min(*cell + 1);
            *cell = left;
        }
        if let Some(first) = above.first_mut() {
            *first = i + 1;
        }
    }
    above.last().copied().filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_levenshtein() {
        for (a, b, expected) in [
            ("", "", 0),
            ("kitten", "sitting", 3),
            ("gpt-5", "GPT-5", 0),
            ("abc", "", 3),
            ("", "abc", 3),
            ("flaw", "lawn", 2),
        ] {
            assert_eq!(distance(a.as_bytes(), b.as_bytes(), 9), Some(expected));
        }
        assert_eq!(distance(b"kitten", b"sitting", 2), None);
    }

    #[test]
    fn the_closest_come_first() {
        let names = ["gpt-5-mini", "gpt-5", "gpt-5.2", "claude"];
        assert_eq!(
            nearest("gpt-5.1", names.into_iter(), 2),
            ["gpt-5.2", "gpt-5"]
        );
        assert!(nearest("zzzzzz", names.into_iter(), 3).is_empty());
        assert!(nearest(&"g".repeat(4_000), names.into_iter(), 3).is_empty());
    }
}
