//! What the wall says: words that anybody can foretell.

const POOL: [&str; 24] = [
    "amber", "basalt", "cedar", "dünes", "ember", "fjord", "granite", "harbor", "island", "jetty",
    "kelp", "lagoon", "meadow", "north", "orchard", "pebble", "quarry", "river", "summit",
    "tundra", "umber", "valley", "willow", "zenith",
];

/// The first `count` words of the answer with this seed, each with the space before it: every word is one token.
pub fn words(seed: u64, count: usize) -> Vec<String> {
    let word = |at: usize| {
        let chance = mix(seed.wrapping_add(at as u64));
        let known = usize::try_from(chance % POOL.len() as u64).ok();
        let word = known.and_then(|known| POOL.get(known)).unwrap_or(&"amber");
        if at == 0 {
            (*word).to_owned()
        } else {
            format!(" {word}")
        }
    };
    (0..count).map(word).collect()
}

/// The same words as one text.
pub fn text(seed: u64, count: usize) -> String {
    words(seed, count).concat()
}

/// A number that looks like chance and is always the same (`SplitMix64`).
pub(crate) fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::{text, words};

    #[test]
    fn the_same_seed_says_the_same() {
        assert_eq!(words(7, 40), words(7, 40));
        assert_ne!(words(7, 40), words(8, 40));
        assert_eq!(text(7, 3), words(7, 40)[..3].concat());
    }
}
