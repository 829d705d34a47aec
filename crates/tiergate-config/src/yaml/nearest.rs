//! "Did you mean": known words at a small edit distance.

/// `: did you mean `x`?` for the closest known word, or nothing.
pub(crate) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    const LONGEST: usize = 64;
    if word.len() > LONGEST {
        return String::new();
    }
    let limit = word.len().div_ceil(3);
    let near = known
        .into_iter()
        .map(|other| (distance(word, other), other));
    match near.filter(|(distance, _)| *distance <= limit).min() {
        Some((_, other)) => format!(": did you mean `{other}`?"),
        None => String::new(),
    }
}

/// The edit distance of bytes, where two swapped neighbours count as one edit; letters are compared
/// without case and `-` like `_`.
fn distance(a: &str, b: &str) -> usize {
    let plain = |byte: u8| {
        if byte == b'-' {
            b'_'
        } else {
            byte.to_ascii_lowercase()
        }
    };
    let a: Vec<u8> = a.bytes().map(plain).collect();
    let b: Vec<u8> = b.bytes().map(plain).collect();
    let width = b.len() + 1;
    // row i, column j: the distance of the first i bytes of `a` and the first j bytes of `b`
    let mut table: Vec<usize> = (0..width).collect();
    for i in 1..=a.len() {
        table.push(i);
        for j in 1..=b.len() {
            let at = |row: usize, column: usize| table[row * width + column];
            let replaced = at(i - 1, j - 1) + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(at(i - 1, j) + 1).min(at(i, j - 1) + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(at(i - 2, j - 2) + 1);
            }
            table.push(best);
        }
    }
    table.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_word_is_offered() {
        let known = ["tier", "tools", "targets", "max_tier"];
        for (word, expected) in [
            ("teir", ": did you mean `tier`?"),
            ("tiers", ": did you mean `tier`?"),
            ("Max-Tier", ": did you mean `max_tier`?"),
            ("target", ": did you mean `targets`?"),
            ("zebra", ""),
            ("", ""),
        ] {
            assert_eq!(did_you_mean(word, known), expected, "{word}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("abcd", "badc"), 2);
    }
}
