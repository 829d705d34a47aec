//! Masking what is, or may be, a secret in one line of the file.
//!
//! The line may belong to a file that does not parse, so this works on characters alone and
//! rather masks too much: the values of all keys but those known to be harmless, any long word that is
//! not such a value, and the user part and query of an address.

use std::ops::Range;

/// What stands in the place of a secret.
const MASK: &str = "********";
/// A word of so many characters may be a secret.
const LONG: usize = 12;
/// No key has more characters but those that are known to be harmless.
const LONGEST_KEY: usize = 24;
/// How the secrets of the usual vendors begin, and ours.
const PREFIXES: [&str; 10] = [
    "AIza",
    "Bearer",
    "gsk_",
    "hf_",
    "pplx-",
    "sk-",
    "sk_",
    "tg_admin_",
    "tg_live_",
    "xai-",
];
/// Keys whose values are no secrets. Everything else may be a secret under a misspelt key, or a
/// header with a token.
#[rustfmt::skip]
const HARMLESS: [&str; 121] = [
    "above_input_tokens", "affinity_ms", "after_finish_ms", "aliases", "allow_lower_tier", "attempts", "audio",
    "audio_output", "auto", "bands", "base_url", "block_providers", "body_timeout_ms", "breaker", "bundled_models",
    "cache_read", "cache_read_audio", "cache_write", "cache_write_long", "cap", "capacity", "choose", "coding",
    "concurrency", "connect_ms", "consecutive", "context_window", "cors", "cost_weight", "default_prefer", "dialect", "drain",
    "drain_timeout_ms", "expires", "failover", "fallbacks", "first_content_ms", "first_content_per_1000_tokens_ms",
    "first_content_with_alternative_ms", "flagship", "format", "free", "header_timeout_ms", "health", "hedging", "id",
    "idle_ms", "idle_with_pings_ms", "initial", "input", "input_audio", "json_depth", "json_schema", "keys", "level",
    "limits", "listen", "lobstack", "log", "long_context", "max", "max_body_bytes", "max_header_bytes", "max_headers",
    "max_input", "max_open_ms", "max_output", "max_tier", "max_uri_bytes", "min_samples", "min_success", "mode",
    "model", "model_router", "models", "name", "nano", "open_ms", "origins", "output", "output_audio", "pdf",
    "per_second", "premium", "price", "provider", "providers", "quality", "quick", "ratio", "reasoning", "receipts",
    "request_ms", "request_timeout_ms", "request_with_alternative_ms", "responses", "responses_only", "retires", "retries", "retry_budget", "routing",
    "sampling", "service_account_file", "silence_ms", "slow", "small", "speed", "stall", "standard", "stream_ms",
    "successor", "targets", "thresholds", "tier", "timeouts", "tools", "url", "usual", "vision", "waiting",
    "window_ms",
];

/// Whether a word begins like a vendor's secret or one of ours.
pub(crate) fn looks_secret(word: &str) -> bool {
    PREFIXES.iter().any(|prefix| word.starts_with(prefix))
}

/// A line with its masks, and where the original characters went.
pub(super) struct Masked {
    pub(super) text: String,
    /// For each original character, and the end, the column in `text`.
    columns: Vec<usize>,
}

impl Masked {
    /// Where an original column went.
    pub(super) fn column(&self, original: usize) -> usize {
        let last = self.columns.last().copied().unwrap_or_default();
        self.columns.get(original).copied().unwrap_or(last)
    }
}

/// Masks a line. Words that the message quotes anyway stay.
pub(super) fn mask(line: &str, message: &str) -> Masked {
    let characters: Vec<char> = line.chars().collect();
    let mut hidden = vec![false; characters.len()];
    let mut hide = |range: Range<usize>| hidden[range].fill(true);
    secret_values(&characters, message)
        .into_iter()
        .for_each(&mut hide);
    long_words(&characters, message)
        .into_iter()
        .for_each(&mut hide);
    address_parts(&characters).into_iter().for_each(&mut hide);
    let mut masked = Masked {
        text: String::with_capacity(line.len()),
        columns: Vec::with_capacity(hidden.len() + 1),
    };
    let mut column = 0;
    let mut before = false;
    for (character, hidden) in characters.iter().zip(hidden) {
        masked.columns.push(if hidden && before {
            column - MASK.len()
        } else {
            column
        });
        match (hidden, before) {
            (true, false) => {
                masked.text.push_str(MASK);
                column += MASK.len();
            }
            (true, true) => {}
            (false, _) => {
                masked.text.push(*character);
                column += 1;
            }
        }
        before = hidden;
    }
    masked.columns.push(column);
    masked
}

/// The values of keys that may hold secrets, up to where the value must end.
fn secret_values(line: &[char], message: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, key) in keys(line) {
        if HARMLESS.contains(&&*key) {
            continue;
        }
        let rest = &line[at..];
        // a bare value in a list is one as well
        let skipped = if names_secret(&key) { " [" } else { " " };
        let start = at + rest.iter().take_while(|c| skipped.contains(**c)).count();
        let in_flow = line[..start].iter().any(|c| "{[".contains(*c));
        let end = value_end(line, start, in_flow);
        let value: String = line[start..end].iter().collect();
        let said = !names_secret(&key)
            && message.contains(&format!("`{}`", value.trim_matches(['"', '\''])));
        if end > start && !value.starts_with(['{', '[']) && !is_reference(&value) && !said {
            found.push(start..end);
        }
    }
    found
}

/// Words of many characters, but for the values of harmless keys and what the message quotes.
fn long_words(line: &[char], message: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < line.len() {
        let length = line[start..].iter().take_while(|c| is_word(**c)).count();
        let end = start + length;
        let word: String = line[start..end].iter().collect();
        let letters = word
            .chars()
            .all(|c| c.is_ascii_alphabetic() || "_-".contains(c));
        let like_a_key = letters && length <= LONGEST_KEY || HARMLESS.contains(&&*word);
        let is_key = line.get(end) == Some(&':') && like_a_key;
        let suspicious =
            looks_secret(&word) || length >= LONG && !is_key && !message.contains(&*word);
        if suspicious
            && !is_reference_name(line, start)
            && (looks_secret(&word) || !after_harmless_key(line, start))
        {
            found.push(start..end);
        }
        start = end + 1;
    }
    found
}

/// User and password, and the query, of an address.
fn address_parts(line: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let scheme = |at: &usize| line[*at..].starts_with(&[':', '/', '/']);
    for at in (0..line.len()).filter(scheme) {
        let start = at + 3;
        let end = start
            + line[start..]
                .iter()
                .take_while(|c| !c.is_whitespace() && !"\"'".contains(**c))
                .count();
        let host = &line[start..end];
        if let Some(user) = host.iter().position(|c| *c == '@') {
            found.push(start..start + user);
        }
        if let Some(query) = host.iter().position(|c| *c == '?') {
            found.push(start + query + 1..end);
        }
    }
    found
}

/// Every key of the line with the position after its colon.
fn keys(line: &[char]) -> Vec<(usize, String)> {
    let is_colon = |at: &usize| {
        line[*at] == ':'
            && line
                .get(at + 1)
                .is_none_or(|c| c.is_whitespace() || "\"'{[".contains(*c))
    };
    let key = |at: usize| {
        let before = line[..at]
            .iter()
            .rev()
            .skip_while(|c| c.is_whitespace() || "\"'".contains(**c));
        let word: String = before.take_while(|c| is_word(**c)).collect();
        (at + 1, word.chars().rev().collect())
    };
    (0..line.len()).filter(is_colon).map(key).collect()
}

/// Whether a key, written in any way, is one for a secret.
fn names_secret(key: &str) -> bool {
    let plain: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    let words = [
        "apikey",
        "authorization",
        "cookie",
        "credential",
        "password",
        "secret",
        "token",
    ];
    words.iter().any(|word| plain.contains(word)) || plain.ends_with("key")
}

/// Where a value that begins at `start` ends: with its quote, in a flow collection at the next
/// `,`, `}` or `]`, else before a comment or at the end of the line.
fn value_end(line: &[char], start: usize, in_flow: bool) -> usize {
    if let Some(quote) = line.get(start).copied().filter(|c| "\"'".contains(*c)) {
        return quoted_end(line, start + 1, quote);
    }
    let stop = |at: &usize| {
        if in_flow {
            ",}]".contains(line[*at])
        } else {
            line[*at] == '#' && line[at - 1].is_whitespace()
        }
    };
    let end = (start..line.len()).find(stop).unwrap_or(line.len());
    end - line[start..end]
        .iter()
        .rev()
        .take_while(|c| c.is_whitespace())
        .count()
}

/// The position behind the closing quote, or the end of the line.
fn quoted_end(line: &[char], mut at: usize, quote: char) -> usize {
    while at < line.len() {
        let doubled = quote == '\'' && line[at] == quote && line.get(at + 1) == Some(&quote);
        if doubled || quote == '"' && line[at] == '\\' {
            at += 2;
        } else if line[at] == quote {
            return at + 1;
        } else {
            at += 1;
        }
    }
    line.len()
}

/// `${NAME}`, in quotes or not; a default may be a secret.
fn is_reference(value: &str) -> bool {
    let inner = value.trim_matches(['"', '\'']);
    let name = inner
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'));
    name.is_some_and(|name| {
        name.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// Whether a word at `start` stands right behind `${` and so is a variable's name.
fn is_reference_name(line: &[char], start: usize) -> bool {
    line[..start].ends_with(&['$', '{']) && {
        let name = line[start..]
            .iter()
            .take_while(|c| c.is_ascii_alphanumeric() || **c == '_')
            .count();
        line.get(start + name) == Some(&'}')
    }
}

/// Whether what begins at `start` is the value, or a part of an address or list that is the value,
/// of a harmless key.
fn after_harmless_key(line: &[char], start: usize) -> bool {
    let last = keys(line).into_iter().rfind(|(at, _)| *at <= start);
    let Some((at, key)) = last else {
        return false;
    };
    let between: String = line[at..start].iter().collect();
    let between = between.trim_start();
    let same_value = match between.strip_prefix('[') {
        Some(items) => !items.contains([']', '{', '}']),
        None => !between.contains(|c: char| c.is_whitespace() || ",{}".contains(c)),
    };
    same_value && HARMLESS.contains(&&*key)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || "_-+/=.~".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_and_names_are_not() {
        for (line, expected) in [
            ("secret: hush", "secret: ********"),
            ("  api_key: 'a, b' # mine", "  api_key: ******** # mine"),
            (
                "- {api_key: hush, name: a}",
                "- {api_key: ********, name: a}",
            ),
            (
                "{\"api_key\":\"hush\", name: a}",
                "{\"api_key\":********, name: a}",
            ),
            ("secret: a,b}c", "secret: ********"),
            ("secret: 'it''s' # x", "secret: ******** # x"),
            (r#"{secret: "a\"b", id: x}"#, "{secret: ********, id: x}"),
            ("secret: \"open", "secret: ********"),
            (
                "headers: {x-org: hush, id: a}",
                "headers: {x-org: ********, id: a}",
            ),
            ("api_key: [hush]", "api_key: [********]"),
            (
                "credentials: [{api_key: hush}]",
                "credentials: [{api_key: ********}]",
            ),
            ("Authorization: Bearer hush", "Authorization: ********"),
            ("api_key: ${OPENAI_API_KEY}", "api_key: ${OPENAI_API_KEY}"),
            ("api_key: ${OPENAI_API_KEY:-hush}", "api_key: ********"),
            (
                "- {id: claude-sonnet-4-5-20250929, tier: x}",
                "- {id: claude-sonnet-4-5-20250929, tier: x}",
            ),
            ("tire: claude-sonnet-4-5-20250929", "tire: ********"),
            ("{id: a, secr canary-0123456789}", "{id: a, secr ********}"),
            (
                "{models: [a], canary-0123456789}",
                "{models: [a], ********}",
            ),
            (
                "{models: [a, claude-sonnet-4-5]}",
                "{models: [a, claude-sonnet-4-5]}",
            ),
            (
                "base_url: https://api.example.com/v1",
                "base_url: https://api.example.com/v1",
            ),
            ("apy: sk-1", "apy: ********"),
            ("id: sk-1", "id: ********"),
            ("# old: 0123456789abcdef", "# old: ********"),
            (
                "base_url: http://u:hush@h/v1?key=hush",
                "base_url: http://********@h/v1?********",
            ),
            ("max_header_bytes: 5", "max_header_bytes: 5"),
            (
                "{first_content_per_1000_tokens_ms: 5, first_content_with_alternative_ms: 5}",
                "{first_content_per_1000_tokens_ms: 5, first_content_with_alternative_ms: 5}",
            ),
            ("credential: hush", "credential: ********"),
            ("request_timeout_ms: 5", "request_timeout_ms: 5"),
            ("", ""),
        ] {
            assert_eq!(mask(line, "").text, expected, "{line}");
        }
    }

    #[test]
    fn what_the_message_quotes_stays() {
        let line = "fast: claude-sonnet-4-5-20250929";
        assert_eq!(mask(line, "no `claude-sonnet-4-5-20250929`").text, line);
    }
}
