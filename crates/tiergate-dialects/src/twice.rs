//! Members that stand twice.

use tiergate_wire::json::unescape;

use crate::json::Json;

/// The name of a top-level member that stands twice in a body of valid JSON: two readers could then see two requests.
pub fn twice(body: &[u8]) -> Option<String> {
    let mut seen: Vec<_> = Json::new(body)
        .members()
        .map(|member| unescape(member.name))
        .collect();
    seen.sort_unstable();
    let pair = seen.windows(2).find(|pair| pair[0] == pair[1])?;
    Some(pair[0].clone().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_top_level_names_are_compared() {
        assert_eq!(twice(br#"{"a":{"b":1,"b":2},"b":3}"#), None);
        assert_eq!(twice(br#"{"a":1,"b":2,"\u0061":3}"#).as_deref(), Some("a"));
    }
}
