//! Which fault a word means that is none.

use super::rows;

/// A word as people mean it: `Cut_At` is `cut-at`.
fn plain(word: &str) -> String {
    word.to_lowercase().replace('_', "-")
}

/// The fault whose name is the nearest to a word that is no fault's, if it is near enough to be meant. A short name is
/// near to many words, so that it allows less.
pub(crate) fn nearest(word: &str) -> Option<&'static str> {
    let word = plain(word);
    let near = rows().filter_map(|row| {
        let most = match row.name.len() {
            0..4 => 0,
            4..10 => 1,
            _ => 2,
        };
        let far = slips(&word, row.name, most)?;
        Some((far, row.name))
    });
    near.min_by_key(|(far, _)| *far).map(|(_, name)| name)
}

/// How many slips of the hand part two words, if no more than `most`: a letter more, a letter less, another one, or two
/// that have changed places.
fn slips(one: &str, other: &str, most: usize) -> Option<usize> {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let mut above_that: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let [above, left, across] = [row.get(j + 1), next.last(), row.get(j)]
                .map(|known| known.copied().unwrap_or(usize::MAX - 1));
            let mut cell = (above + 1).min(left + 1).min(across + usize::from(a != b));
            let swapped =
                i > 0 && j > 0 && one.get(i - 1) == Some(b) && other.get(j - 1) == Some(a);
            if let Some(before) = above_that.get(j.wrapping_sub(1)).filter(|_| swapped) {
                cell = cell.min(before + 1);
            }
            next.push(cell);
        }
        above_that = std::mem::replace(&mut row, next);
    }
    row.last().copied().filter(|far| *far <= most)
}

#[cfg(test)]
mod tests {
    use super::{nearest, slips};

    #[test]
    fn slips_are_counted() {
        for (one, other, far) in [
            ("cut-at", "cut-at", 0),
            ("cut-att", "cut-at", 1),
            ("ut-at", "cut-at", 1),
            ("cat-at", "cut-at", 1),
            ("ctu-at", "cut-at", 1),
            ("utc-at", "cut-at", 2),
            ("", "ab", 2),
        ] {
            assert_eq!(slips(one, other, 2), Some(far), "{one} {other}");
        }
        assert_eq!(slips("cut-at", "tuc-ta", 2), None);
        assert_eq!(slips("a", "abcd", 2), None);
    }

    #[test]
    fn near_enough_to_be_meant() {
        for (word, meant) in [
            ("cut-att", Some("cut-at")),
            ("Cut_At", Some("cut-at")),
            ("OK", Some("ok")),
            ("slow-frist", Some("slow-first")),
            ("ko", None),
            ("o1", None),
            ("gpt-4o", None),
            ("command", None),
        ] {
            assert_eq!(nearest(word), meant, "{word}");
        }
    }
}
