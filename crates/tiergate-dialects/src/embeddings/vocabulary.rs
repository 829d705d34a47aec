//! `cl100k_base`, the vocabulary of OpenAI's embedding models: the texts behind tokens.

use std::sync::LazyLock;

/// The tokens by number, each after a byte that tells its length; `scripts/vocabulary` writes them.
const TOKENS: &[u8] = include_bytes!("../../data/cl100k.bin");

/// The text that some tokens are; `None` when one of them is none. What is no UTF-8, as at the edges of a text that was
/// cut between tokens, becomes U+FFFD.
pub(super) fn text(tokens: &[u32]) -> Option<String> {
    let mut bytes = Vec::with_capacity(tokens.len().saturating_mul(4));
    for token in tokens {
        bytes.extend_from_slice(PLACES.get(usize::try_from(*token).ok()?)?);
    }
    let text = String::from_utf8(bytes);
    Some(text.unwrap_or_else(|odd| String::from_utf8_lossy(odd.as_bytes()).into_owned()))
}

/// Each token; found once, at the first text that comes as tokens.
static PLACES: LazyLock<Vec<&'static [u8]>> = LazyLock::new(|| {
    let mut rest = TOKENS;
    std::iter::from_fn(|| {
        let (length, behind) = rest.split_first()?;
        let (token, behind) = behind.split_at_checked(usize::from(*length))?;
        rest = behind;
        Some(token)
    })
    .collect()
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_tokens_are_those_of_openai() {
        let real = bpe_openai::cl100k_base();
        assert_eq!(PLACES.len(), 100_256);
        for (number, token) in (0..).zip(PLACES.iter()) {
            assert_eq!(real.bpe.decode_tokens(&[number]), *token, "{number}");
        }
    }

    #[test]
    fn what_is_no_token_is_told() {
        assert_eq!(text(&[15_339, 1_917]).as_deref(), Some("hello world"));
        // the end of a text, which is no part of one
        assert_eq!(text(&[100_257]), None);
        assert_eq!(text(&[u32::MAX]), None);
        let cut = bpe_openai::cl100k_base().encode("\u{1f9ff}");
        assert!(text(&cut[..1]).unwrap().contains('\u{fffd}'));
    }

    proptest! {
        #[test]
        fn every_text_comes_back(words in "\\PC{0,40}") {
            let tokens = bpe_openai::cl100k_base().encode(words.as_str());
            prop_assert_eq!(text(&tokens), Some(words));
        }
    }
}
