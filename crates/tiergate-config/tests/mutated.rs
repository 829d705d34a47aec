//! Files broken at random: never a panic, never a secret in a message, never half a configuration.

use proptest::prelude::*;
use tiergate_config::{Environment, File, Probe, load};

/// Secrets in every place that may hold one; none may ever be seen.
const TEXT: &str = r#"# old key: sk-canary-1aaaaaaaaaaaa
listen: 127.0.0.1:8080
admin: {listen: "127.0.0.1:8081", token: "tg_admin_canary-2aaaaaaaaaaaa"}
providers:
  openai:
    credentials: [{api_key: "sk-canary-3aaaaaaaaaaaa"}, {api_key: '${OPENAI_API_KEY}'}]
    headers: {x-api-token: canary-4aaaaaaaaaaaa, x-org: "${ORG}"}
  house: {dialect: openai, base_url: "http://127.0.0.1:1/v1", free: true}
models:
  - {id: house-model, tier: standard, context_window: 128000, targets: [{provider: house, model: m1}]}
  - id: gpt-5-nano
    price: {input: 0.05, output: "0.4", cache_read: 0.005}
    fallbacks: [house-model]
keys:
  - {name: team-a, secret: canary-5aaaaaaaaaaaa, max_tier: premium, models: [gpt-5-*]}
  - name: team-b
    secret: "${TEAM_B_KEY}"
routing:
  thresholds: {small: 15, standard: 35, premium: 60, flagship: 80}
  aliases: {fast: gpt-5-nano}
failover:
  retry_budget: {ratio: 0.2, cap: 100}
  breaker: {consecutive: 5, open_ms: 5000}
  timeouts: {first_content_ms: {quick: 30000, usual: 60000, slow: 120000}, idle_ms: 60000}
"#;

fn environment() -> Environment {
    Environment::from_iter([
        ("OPENAI_API_KEY", "sk-canary-6aaaaaaaaaaaa"),
        ("ORG", "canary-7aaaaaaaaaaaa"),
        ("TEAM_B_KEY", "canary-8aaaaaaaaaaaa"),
        ("TIERGATE_KEY", "canary-9aaaaaaaaaaaa"),
    ])
}

/// Every secret ends with twelve times this letter; a break may well leave a shorter piece.
fn hides_secrets(shown: &str) -> bool {
    !shown.contains("aaaaaaaaaaaa")
}

fn try_load(text: &str) -> Result<(), TestCaseError> {
    match load(
        Some(File {
            name: "f.yaml",
            text,
        }),
        &environment(),
        &Probe::default(),
    ) {
        Ok(settings) => {
            let debug = format!("{settings:?}");
            prop_assert!(hides_secrets(&debug), "{}", debug);
            prop_assert!(settings.notices.iter().all(|notice| hides_secrets(notice)));
        }
        Err(error) => {
            prop_assert!(hides_secrets(&error.to_string()), "{}", error);
            let debug = format!("{error:?}");
            prop_assert!(hides_secrets(&debug), "{}", debug);
            let (line, column) = error.line().zip(error.column()).unwrap_or_default();
            let lines: Vec<&str> = text.split('\n').collect();
            prop_assert!(line > 0 && column > 0, "{}", error);
            prop_assert!(
                line <= lines.len() && column <= lines[line - 1].chars().count() + 1,
                "{}",
                error
            );
        }
    }
    Ok(())
}

#[test]
fn the_file_itself_is_valid() {
    load(
        Some(File {
            name: "f.yaml",
            text: TEXT,
        }),
        &environment(),
        &Probe::default(),
    )
    .unwrap();
}

#[test]
fn a_fault_on_any_line_hides_its_secrets() {
    let lines: Vec<&str> = TEXT.lines().collect();
    for at in 0..lines.len() {
        for fault in [
            "\u{7}", "  : :", "nonsense", "{", "}", "- x", "\t", "'", "!x",
        ] {
            for broken in [
                format!("{}{fault}", lines[at]),
                format!("{fault}{}", lines[at]),
                fault.to_owned(),
            ] {
                let mut text = lines.clone();
                text[at] = &broken;
                try_load(&text.join("\n")).unwrap();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn changed_at_random(changes in prop::collection::vec((0..TEXT.len(), 0..4usize, "[ -~\n\té:{}\\[\\]'\"#&*!|>%@`,-]{0,3}"), 1..4)) {
        let mut text = TEXT.to_owned();
        for (at, removed, inserted) in changes {
            let at = at.min(text.len());
            let end = (at + removed).min(text.len());
            if text.is_char_boundary(at) && text.is_char_boundary(end) {
                text.replace_range(at..end, &inserted);
            }
        }
        try_load(&text)?;
    }

    #[test]
    fn cut_off_anywhere(at in 0..TEXT.len()) {
        try_load(&TEXT[..at])?;
    }

    #[test]
    fn lines_in_another_order(seed in prop::collection::vec(0..20usize, 20)) {
        let lines: Vec<&str> = TEXT.lines().collect();
        let text: Vec<&str> = seed.iter().map(|at| lines[at % lines.len()]).collect();
        try_load(&text.join("\n"))?;
    }

    #[test]
    fn anything_at_all(text in "\\PC{0,200}") {
        try_load(&text)?;
    }
}
