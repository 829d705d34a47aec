//! Scores to compare a scorer with.

use tiergate_wire::chat::{Request, Role, TextKind};
use tiergate_wire::json::unescape;

/// The length of the last user message as a score: ten times the natural logarithm of one more than its
/// characters, at most 100.
pub fn length(request: &Request) -> f64 {
    let users = |role: Role| matches!(role, Role::User);
    let last = request
        .messages()
        .iter()
        .rfind(|message| users(message.role));
    let texts = last.into_iter().flat_map(|message| request.texts(message));
    let characters: usize = texts
        .filter(|text| text.kind == TextKind::Content)
        .map(|text| unescape(text.raw).chars().count())
        .sum();
    (10.0 * crate::number::count(characters).ln_1p()).min(100.0)
}

/// `n` scores by chance, 0 to 100.
pub fn random(n: usize, seed: u64) -> Vec<f64> {
    let mut chance = fastrand::Rng::with_seed(seed);
    (0..n).map(|_| chance.f64() * 100.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_that_of_the_last_user_message() {
        let request = crate::request(
            r#"{"messages":[{"role":"user","content":"a long first question"},{"role":"assistant","content":"yes"},
            {"role":"user","content":[{"type":"text","text":"caf\u00e9"},{"type":"text","text":"!"}]}]}"#,
        );
        let expected = 10.0 * 6.0_f64.ln();
        assert!((length(&request.unwrap()) - expected).abs() < 1e-12);
        let none = crate::request(r#"{"messages":[{"role":"system","content":"be brief"}]}"#);
        assert!(length(&none.unwrap()).abs() < 1e-12);
    }

    #[test]
    fn chance_is_seeded() {
        assert_eq!(random(3, 1), random(3, 1));
        assert_ne!(random(3, 1), random(3, 2));
    }
}
