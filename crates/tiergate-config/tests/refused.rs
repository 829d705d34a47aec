//! Broken files: each is refused whole, at the right place, with a message that helps.
#![expect(clippy::panic, reason = "helpers of tests fail loudly")]

use tiergate_config::{Environment, Error, File, Probe, load};

/// In the texts `§` marks the place of the fault.
fn refusal(marked: &str) -> (Error, (usize, usize)) {
    let before = marked.split('§').next().unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    let text = marked.replace('§', "");
    let environment = Environment::from_iter([
        ("KEY", "value-of-key-canary"),
        ("URL", "not an address canary"),
    ]);
    let file = File {
        name: "tiergate.yaml",
        text: &text,
    };
    match load(Some(file), &environment, &Probe::default()) {
        Ok(_) => panic!("accepted: {marked}"),
        Err(error) => (error, (line, column)),
    }
}

fn check(cases: &[(&str, &str)]) {
    for (marked, message) in cases {
        let (error, place) = refusal(marked);
        let shown = error.to_string();
        let found = (error.line(), error.column());
        assert_eq!(found, (Some(place.0), Some(place.1)), "{marked}\n{shown}");
        assert!(error.message().contains(message), "{marked}\n{shown}");
        assert!(
            shown.contains(&format!("--> tiergate.yaml:{}:{}", place.0, place.1)),
            "{shown}"
        );
        assert!(
            shown.lines().last().is_some_and(|line| line.contains('^')),
            "{shown}"
        );
        assert!(
            !shown.contains("canary") && !format!("{error:?}").contains("canary"),
            "{shown}"
        );
    }
}

const SYNTAX: &[(&str, &str)] = &[
    ("listen: §[1", "unclosed bracket"),
    ("a: b§: c", "not allowed"),
    ("listen: §\"open", "unclosed quote"),
    ("listen: 'open\n§", "quote"),
    ("listen: §127.0.0.1:1\n\tcors: {}", "tab"),
    ("listen: 127.0.0.1:1\n- §x", ""),
    (
        "listen: 127.0.0.1:1\n§---\nlisten: 127.0.0.1:2",
        "second document",
    ),
    ("listen: §*nowhere", "unknown anchor"),
    ("listen: !!str §127.0.0.1:1", "tags"),
    ("listen: !secret §x", "tags"),
    ("§%YAML 1.2\n---\nlisten: 127.0.0.1:1", "directives"),
    ("§[a, b]: c", "single word"),
    (
        "listen: 127.0.0.1:1\n§listen: 127.0.0.1:2",
        "`listen` is given twice, first on line 1",
    ),
    ("cors: {origins: [], §origins: []}", "given twice"),
];

#[test]
fn syntax() {
    check(SYNTAX);
}

const ENVIRONMENT: &[(&str, &str)] = &[
    (
        "listen: §${NOWHERE}",
        "the environment variable `NOWHERE` is not set",
    ),
    ("listen: §${NO-WHERE}", "name of an environment variable"),
    ("listen: §\"${KEY\"", "without its `}`"),
    ("listen: §${KEY}", "must be an IP address"),
    (
        "routing: {default_prefer: §\"${KEY}\"}",
        "cannot be `${KEY}`",
    ),
    (
        "keys: [{name: a, secret: §\"${KEY:-}x y\"}]",
        "visible ASCII",
    ),
    (
        "providers: {a: {dialect: openai, base_url: §\"${URL}\"}}",
        "http or https address",
    ),
    (
        "models: [{id: gpt-5-nano, price: {input: §\"${KEY}\", output: 1}}]",
        "cannot be `${KEY}`",
    ),
    (
        "keys: [{name: a, secret: 0123456789abcdef, expires: §\"${KEY}\"}]",
        "cannot be `${KEY}`",
    ),
];

#[test]
fn environment() {
    check(ENVIRONMENT);
}

const KEYS_THAT_MEAN_NOTHING: &[(&str, &str)] = &[
    (
        "§listn: 127.0.0.1:1",
        "`listn` is not a key of the configuration: did you mean `listen`?",
    ),
    ("limits: {§max_body: 5}", "not a key of limits"),
    (
        "limits: {§max-body-bytes: 5}",
        "did you mean `max_body_bytes`?",
    ),
    ("models:\n  - {id: m, §teir: nano}", "not a key of a model"),
    ("models:\n  - {id: m, §tiers: nano}", "did you mean `tier`?"),
    (
        "models: [{id: m, targets: [{provider: a, §modle: b}]}]",
        "not a key of a target",
    ),
    (
        "models: [{id: m, price: {input: 1, output: 1, §cache_reads: 1}}]",
        "did you mean `cache_read`?",
    ),
    (
        "providers: {openai: {§api_key: canary}}",
        "credentials: [{api_key",
    ),
    (
        "providers: {openai: {credentials: [{§key: canary-canary-canary}]}}",
        "not a key of a credential",
    ),
    (
        "providers: {openai: {credentials: [{§sk-canary}]}}",
        "this key is not a key of a credential",
    ),
    ("cors: {§origin: []}", "did you mean `origins`?"),
    ("headers: {§lobstacks: true}", "did you mean `lobstack`?"),
    ("receipts: {§size: 1}", "not a key of receipts"),
    ("log: {§lvl: info}", "not a key of log"),
    ("routing: {§threshold: {}}", "did you mean `thresholds`?"),
    (
        "keys: [{name: a, secret: canary-canary-canary, §tier: small}]",
        "not a key of a key",
    ),
];

#[test]
fn keys_that_mean_nothing() {
    check(KEYS_THAT_MEAN_NOTHING);
}

const WHAT_THIS_VERSION_DOES_NOT_HAVE: &[(&str, &str)] = &[
    ("§rules: []", "routing rules are not part of this version"),
    ("§budgets: {}", "not enforced is not accepted"),
    (
        "keys: [{name: a, secret: canary-canary-canary, §limits: {usd_per_month: \"50\"}}]",
        "not enforced is not accepted",
    ),
    ("limits: {§usd_per_day: 5}", "money limits"),
    ("store: {url: §\"sqlite://tiergate.db\"}", "in memory only"),
    (
        "store: {url: §\"postgres://u:canary@h/db\"}",
        "in memory only",
    ),
    (
        "store: {url: \"memory:\", §redis: \"redis://canary\"}",
        "in memory only",
    ),
    (
        "providers: {b: §{dialect: bedrock, credentials: [{api_key: canary}]}}",
        "needs `region`",
    ),
    (
        "providers: {a: §{dialect: azure-openai, credentials: [{api_key: canary}]}}",
        "needs `base_url`",
    ),
    (
        "providers: {a: §{dialect: anthropic}}",
        "needs `credentials",
    ),
    (
        "providers: {v: §{dialect: vertex, credentials: [{api_key: canary}]}}",
        "needs `project`",
    ),
    (
        "providers: {b: {dialect: bedrock, region: §\"eu/../x\", credentials: [{api_key: canary}]}}",
        "letters, digits",
    ),
    (
        "providers: {b: {dialect: bedrock, region: us-east-1, credentials: [§{access_key_id: canary}]}}",
        "both `access_key_id` and `secret_access_key`",
    ),
    (
        "providers: {a: §{dialect: anthropic, credentials: [{access_key_id: canary, secret_access_key: canary}]}}",
        "bedrock dialect only",
    ),
    (
        "providers: {v: {dialect: vertex, project: p, credentials: [{service_account: §'canary'}]}}",
        "key file is JSON",
    ),
    (
        "providers: {v: {dialect: vertex, project: p, credentials: [{service_account: §'{\"type\": \"authorized_user\", \"refresh_token\": \"canary\"}'}]}}",
        "its `type` is another",
    ),
    (
        "providers: {v: {dialect: vertex, project: p, credentials: [{service_account_file: §/run/account.json}]}}",
        "was not read",
    ),
    (
        "providers: {v: {dialect: vertex, project: p, credentials: [§{api_key: canary, service_account_file: /run/account.json}]}}",
        "of one sort",
    ),
    (
        "providers: {g: §{dialect: gemini, credentials: [{service_account: '{\"client_email\": \"a@b\", \"private_key\": \"canary\"}'}]}}",
        "vertex dialect only",
    ),
    (
        "providers: {v: §{dialect: vertex, credentials: [{service_account: '{\"client_email\": \"a@b\", \"private_key\": \"canary\"}'}]}}",
        "needs `project`",
    ),
    (
        "providers: {v: §{dialect: vertex, credentials: [{service_account: '{\"client_email\": \"a@b\", \"private_key\": \"canary\", \"project_id\": \"../p\"}'}]}}",
        "needs `project`",
    ),
    ("limits: {json_depth: §32}", "fixed at 64"),
    ("routing: {§rules: []}", "not part of this version"),
    ("models: [{id: gpt-5-nano, §weight: 2}]", "weights"),
];

#[test]
fn what_this_version_does_not_have() {
    check(WHAT_THIS_VERSION_DOES_NOT_HAVE);
}

const VALUES_OF_THE_GATEWAY: &[(&str, &str)] = &[
    ("listen: §8080", "IP address and a port"),
    ("listen: §localhost:8080", "IP address and a port"),
    ("listen: §[127.0.0.1]", "`listen` must be text, not a list"),
    ("§[]", "the configuration` must be a mapping"),
    ("§just text", "must be a mapping"),
    (
        "limits: §5",
        "`limits` must be a mapping, not a single value",
    ),
    ("limits: {max_headers: §\"50\"}", "whole number"),
    ("limits: {max_headers: §-5}", "whole number"),
    ("limits: {max_headers: §0}", "from 8 to 1000"),
    (
        "limits: {max_headers: §99999999999999999999}",
        "whole number",
    ),
    ("limits: {max_body_bytes: §32MiB}", "whole number"),
    ("limits: {request_timeout_ms: §1.5}", "whole number"),
    ("headers: {lobstack: §yes}", "`true` or `false`"),
    ("headers: {lobstack: §\"true\"}", "`true` or `false`"),
    ("cors: {origins: [§\"*\"]}", "no `*`"),
    ("cors: {origins: [§https://a.example/path]}", "no path"),
    ("cors: {origins: §https://a.example}", "must be a list"),
    ("admin: {token: §canary}", "at least 16 characters"),
    ("admin: §{listen: 0.0.0.0:8081}", "needs a `token`"),
    ("receipts: {capacity: §0}", "from 1 to"),
    ("log: {level: §verbose}", "one of off, error, warn"),
    ("log: {format: §jsn}", "did you mean `json`?"),
    ("store: §{}", "store needs `url`"),
];

#[test]
fn values_of_the_gateway() {
    check(VALUES_OF_THE_GATEWAY);
}

const PROVIDERS: &[(&str, &str)] = &[
    ("providers: §{}", "no provider"),
    ("providers: §[openai]", "must be a mapping, not a list"),
    ("providers: {§\"a b\": {dialect: demo}}", "letters, digits"),
    (
        "providers: {house: §{base_url: \"http://h/v1\"}}",
        "a provider needs `dialect`",
    ),
    (
        "providers: {house: {dialect: §opnai}}",
        "did you mean `openai`?",
    ),
    ("providers: {house: §{dialect: openai}}", "needs `base_url`"),
    (
        "providers: {a: {dialect: anthropic, responses: §true, credentials: [{api_key: k}]}}",
        "`responses` is of use to the dialects openai and azure-openai only",
    ),
    ("providers: {openai: §{}}", "needs `credentials"),
    (
        "providers: {house: {dialect: openai, base_url: §h/v1}}",
        "http or https address",
    ),
    (
        "providers: {house: {dialect: openai, base_url: §\"ftp://h\"}}",
        "http or https address",
    ),
    (
        "providers: {house: {dialect: openai, base_url: §\"http://u:canary@h\"}}",
        "without user",
    ),
    (
        "providers: {house: {dialect: openai, base_url: §\"http://h/?key=canary\"}}",
        "without user",
    ),
    (
        "providers: {openai: {credentials: §sk-canary}}",
        "must be a list, not a single value",
    ),
    (
        "providers: {openai: {credentials: [§sk-canary]}}",
        "must be a mapping",
    ),
    (
        "providers: {openai: {credentials: [§{}]}}",
        "needs `api_key`",
    ),
    (
        "providers: {openai: {credentials: [{api_key: §\"\"}]}}",
        "`api_key` is empty",
    ),
    (
        "providers: {openai: {credentials: [{api_key: §\"can ary\"}]}}",
        "visible ASCII",
    ),
    (
        "providers: {openai: {credentials: [{api_key: §[canary]}]}}",
        "not a list",
    ),
    (
        "providers: {house: {dialect: openai, base_url: \"http://h\", free: §1}}",
        "`true` or `false`",
    ),
    (
        "providers: {house: {dialect: openai, base_url: \"http://h\", headers: {§Authorization: canary}}}",
        "set by the gateway",
    ),
    (
        "providers: {house: {dialect: openai, base_url: \"http://h\", headers: {§\"a b\": canary}}}",
        "name of a header",
    ),
    (
        "providers: {house: {dialect: openai, base_url: \"http://h\", headers: {a: §\"can\\nary\"}}}",
        "printable ASCII",
    ),
    (
        "providers: {house: {dialect: openai, base_url: \"http://h\", timeouts: {connect_ms: §0}}}",
        "from 1 to",
    ),
    (
        "providers: {house: {dialect: openai, base_url: \"http://h\", timeouts: {§first_content: 5}}}",
        "`first_content` is not a key of timeouts: did you mean `first_content_ms`?",
    ),
    (
        "providers: {house: {dialect: openai, base_url: \"http://h\", timeouts: {first_content_ms: {quick: 5, usual: 5, slow: §0}}}}",
        "`slow` must be a whole number from 1 to 86400000",
    ),
    (
        "providers: {d: §{dialect: demo, base_url: \"http://h\"}}",
        "demo provider",
    ),
    (
        "providers: {d: {dialect: demo, script: §hiccup}}",
        "`script` cannot be `hiccup`: no fault \"hiccup\"",
    ),
    (
        "providers: {d: {dialect: demo, script: §\"cut_at:3\"}}",
        "there is cut-at",
    ),
    (
        "providers: {d: {dialect: demo, script: §\" \"}}",
        "a script says what is done",
    ),
    (
        "providers: {d: {dialect: demo, script: §'{\"ports\": {\"9001\": \"ok\"}}'}}",
        "the gateway chooses them",
    ),
    (
        "providers: {d: {dialect: demo, script: §'{\"seed\": 1, \"seed\": 2}'}}",
        "stands there twice",
    ),
    (
        "providers: {d: {dialect: demo, script: §\"${KEY}\"}}",
        "`script` cannot be `${KEY}`",
    ),
    (
        "providers: {d: {dialect: demo, script: §sk-canary}}",
        "this looks like a secret",
    ),
    (
        "providers: {d: §{dialect: openai, base_url: \"http://h\", script: ok}}",
        "only a provider of the dialect `demo`",
    ),
];

#[test]
fn providers() {
    check(PROVIDERS);
}

const HOUSE: &str = "providers: {house: {dialect: openai, base_url: \"http://127.0.0.1:1/v1\"}, gift: {dialect: openai, base_url: \"http://127.0.0.1:2\", free: true}}\n";

fn check_with_house(cases: &[(&str, &str)]) {
    let owned: Vec<String> = cases
        .iter()
        .map(|(text, _)| format!("{HOUSE}{text}"))
        .collect();
    let cases: Vec<(&str, &str)> = owned
        .iter()
        .zip(cases)
        .map(|(text, (_, message))| (&**text, *message))
        .collect();
    check(&cases);
}

const MODELS: &[(&str, &str)] = &[
    ("models: §{id: m}", "must be a list, not a mapping"),
    ("models: [§{tier: nano}]", "a model needs `id`"),
    ("models: [{id: §\"a b\"}]", "visible ASCII"),
    (
        "models: [{id: m, tier: §gigantic}]",
        "one of nano, small, standard, premium, flagship",
    ),
    ("models: [{id: m, tier: §Nano}]", "did you mean `nano`?"),
    (
        "models: [{id: §m, targets: [{provider: house}]}]",
        "needs a `tier`",
    ),
    ("models: [{id: §m, tier: nano}]", "needs `targets`"),
    (
        "models: [{id: m, tier: nano, targets: §[]}]",
        "`targets` is empty",
    ),
    (
        "models: [{id: m, tier: nano, targets: [{provider: §hose}]}]",
        "unknown provider `hose` (there are: house, gift): did you mean `house`?",
    ),
    (
        "models: [{id: m, tier: nano, targets: [{provider: §openai}]}]",
        "unknown provider `openai`",
    ),
    (
        "models: [{id: m, tier: nano, targets: [§{model: x}]}]",
        "a target needs `provider`",
    ),
    (
        "models: [{id: m, tier: nano, targets: [{provider: house}, §{provider: house, model: m}]}]",
        "listed twice",
    ),
    (
        "models:\n- {id: m, tier: nano, targets: [{provider: house}]}\n- {id: §m}",
        "the model `m` is listed twice",
    ),
    (
        "models: [{id: §auto, tier: nano, targets: [{provider: house}]}]",
        "reserved",
    ),
    (
        "models: [{id: §premium, tier: nano, targets: [{provider: house}]}]",
        "reserved",
    ),
    (
        "models: [{id: gpt-5-nano, mode: §chats}]",
        "did you mean `chat`?",
    ),
    (
        "models: [{id: gpt-5-nano, tools: §maybe}]",
        "`true` or `false`",
    ),
    (
        "models: [{id: gpt-5-nano, context_window: §128k}]",
        "whole number",
    ),
    (
        "models: [{id: gpt-5-nano, context_window: 10, max_output: §11}]",
        "larger than `context_window`",
    ),
    (
        "models: [{id: gpt-5-nano, context_window: 10, max_input: §11}]",
        "larger than `context_window`",
    ),
    (
        "models: [{id: gpt-5-nano, quality: §9.99}]",
        "at most one decimal",
    ),
    (
        "models: [{id: gpt-5-nano, coding: §-1}]",
        "at most one decimal",
    ),
    (
        "models: [{id: gpt-5-nano, retires: §tomorrow}]",
        "not a date",
    ),
    (
        "models: [{id: m, tier: nano, aliases: [x, §x], targets: [{provider: house}]}]",
        "the alias `x` is given twice",
    ),
    (
        "models: [{id: m, tier: nano, aliases: [§gpt-5], targets: [{provider: house}]}]",
        "has the name of a model",
    ),
];

#[test]
fn models() {
    check_with_house(MODELS);
}

const PRICES: &[(&str, &str)] = &[
    ("models: [{id: gpt-5-nano, price: §5}]", "must be a mapping"),
    (
        "models: [{id: gpt-5-nano, price: §{input: 1}}]",
        "a price needs `output`",
    ),
    (
        "models: [{id: gpt-5-nano, price: {input: §-1, output: 1}}]",
        "cannot be `-1`",
    ),
    (
        "models: [{id: gpt-5-nano, price: {input: §1e-3, output: 1}}]",
        "not a plain decimal",
    ),
    (
        "models: [{id: gpt-5-nano, price: {input: §.5, output: 1}}]",
        "not a plain decimal",
    ),
    (
        "models: [{id: gpt-5-nano, price: {input: §\"$1\", output: 1}}]",
        "not a plain decimal",
    ),
    (
        "models: [{id: gpt-5-nano, price: {input: §.nan, output: 1}}]",
        "not a plain decimal",
    ),
    (
        "models: [{id: gpt-5-nano, price: {input: §0.0000000001, output: 1}}]",
        "more than nine decimals",
    ),
    (
        "models: [{id: gpt-5-nano, price: {input: §99999999999999, output: 1}}]",
        "out of range",
    ),
    (
        "models: [{id: gpt-5-nano, price: §{input: 0, output: 0.0}}]",
        "declared with `free: true`",
    ),
    (
        "models: [{id: gpt-5-nano, free: true, price: §{input: 1, output: 1}}]",
        "beside `free: true`",
    ),
    (
        "models: [{id: m, tier: nano, targets: [{provider: gift, price: §{input: 1, output: 1}}]}]",
        "the provider `gift` is declared free",
    ),
    (
        "models: [{id: m, tier: nano, price: §{input: 1, output: 1}, targets: [{provider: gift}]}]",
        "the provider `gift` is declared free",
    ),
    (
        "models: [{id: gpt-5-nano, price: {input: 1, output: 1, long_context: [§{input: 1, output: 1}]}}]",
        "needs `above_input_tokens`",
    ),
    (
        "models: [{id: gpt-5-nano, price: {input: 1, output: 1, long_context: [{above_input_tokens: 5, input: 1, output: 1}, {above_input_tokens: §5, input: 1, output: 1}]}}]",
        "must ascend",
    ),
];

#[test]
fn prices() {
    check_with_house(PRICES);
}

const ROUTING: &[(&str, &str)] = &[
    (
        "routing: {thresholds: §{small: 15, standard: 35, premium: 60}}",
        "needs `flagship`",
    ),
    (
        "routing: {thresholds: §{small: 15, standard: 15, premium: 60, flagship: 80}}",
        "greater than",
    ),
    (
        "routing: {thresholds: {small: 15, standard: 35, premium: 60, flagship: §101}}",
        "from 1 to 100",
    ),
    ("routing: {choose: §cost}", "one of success, thresholds"),
    (
        "routing:\n  thresholds: {small: 15, standard: 35, premium: 60, flagship: 80}\n  choose: §success",
        "`choose: success` beside `thresholds`",
    ),
    (
        "routing:\n  cost_weight: §0.3\n  thresholds: {small: 15, standard: 35, premium: 60, flagship: 80}",
        "`cost_weight` where thresholds decide",
    ),
    (
        "routing: {choose: thresholds, cost_weight: §0.3}",
        "`cost_weight` where thresholds decide",
    ),
    ("routing: {cost_weight: §10.001}", "from 0 to 10"),
    ("routing: {cost_weight: §0.1234}", "at most three decimals"),
    ("routing: {cost_weight: §-1}", "from 0 to 10"),
    ("routing: {cost_weight: §1e1}", "from 0 to 10"),
    (
        "routing: {default_prefer: §cheapest}",
        "one of cheap, fast, balanced, quality, coding",
    ),
    ("routing: {bands: {vip: §top}}", "one of nano"),
    ("routing: {bands: {§gpt-5-nano: premium}}", "reserved"),
    (
        "routing: {aliases: {fast: §gpt-5-nanoo}}",
        "no model is called `gpt-5-nanoo`: did you mean `gpt-5-nano`?",
    ),
    (
        "routing: {aliases: {fast: §auto}}",
        "no model is called `auto`",
    ),
    ("routing: {aliases: {§nano: gpt-5-nano}}", "reserved"),
    (
        "routing: {aliases: {§gpt-5: gpt-5-nano}}",
        "has the name of a model",
    ),
    (
        "routing: {aliases: {a: §b, b: c, c: a}}",
        "no model is called `b`",
    ),
    ("bundled_models: §false", "no model is left"),
    (
        "bundled_models: false\nrouting: {aliases: {fast: §gpt-5-nano}}",
        "no model is called",
    ),
];

#[test]
fn routing() {
    check_with_house(ROUTING);
}

const SPEND_KEYS: &[(&str, &str)] = &[
    (
        "keys: [§{secret: canary-canary-canary}]",
        "a key needs `name`",
    ),
    ("keys: [§{name: a}]", "a key needs `secret`"),
    (
        "keys: [{name: §anonymous, secret: canary-canary-canary}]",
        "requests without a key",
    ),
    (
        "keys: [{name: §\"a b\", secret: canary-canary-canary}]",
        "letters, digits",
    ),
    (
        "keys: [{name: a, secret: §canary}]",
        "at least 16 characters",
    ),
    (
        "keys: [{name: a, secret: §\"canary canary canary\"}]",
        "visible ASCII",
    ),
    ("keys: [§{name: a, secret: }]", "a key needs `secret`"),
    (
        "keys:\n- {name: a, secret: canary-canary-canary}\n- {name: §a, secret: canary-canary-canary-2}",
        "the key `a` is listed twice",
    ),
    (
        "keys:\n- {name: a, secret: canary-canary-canary}\n- {name: b, secret: §canary-canary-canary}",
        "the key `a` has the same secret",
    ),
    (
        "keys: [{name: a, secret: canary-canary-canary, max_tier: §top}]",
        "`max_tier` cannot be `top`",
    ),
    (
        "keys: [{name: a, secret: canary-canary-canary, models: [§gpt-5-nanoo]}]",
        "did you mean `gpt-5-nano`?",
    ),
    (
        "keys: [{name: a, secret: canary-canary-canary, models: [§auto]}]",
        "no model is called `auto`",
    ),
    (
        "keys: [{name: a, secret: canary-canary-canary, models: [§gpt*nano]}]",
        "one `*` at its end",
    ),
    (
        "keys: [{name: a, secret: canary-canary-canary, models: [§zzz*]}]",
        "no model is called `zzz*`",
    ),
    (
        "keys: [{name: a, secret: canary-canary-canary, block_providers: [§opnai]}]",
        "did you mean `openai`?",
    ),
    (
        "keys: [{name: a, secret: canary-canary-canary, expires: §2026-13-01}]",
        "not a date",
    ),
];

#[test]
fn spend_keys() {
    check_with_house(SPEND_KEYS);
}

const SHADOW: &[(&str, &str)] = &[
    ("shadow: §[]", "shadow"),
    ("shadow: §{usd_per_day: 1}", "needs `judge`"),
    ("shadow: §{judge: gpt-5-mini}", "needs `usd_per_day`"),
    (
        "shadow: {judge: gpt-5-mini, usd_per_day: 1, §samples: 1}",
        "did you mean `sample`?",
    ),
    (
        "shadow: {judge: gpt-5-mini, usd_per_day: 1, §baseline: gpt-5}",
        "that of the receipt",
    ),
    (
        "shadow: {judge: gpt-5-mini, usd_per_day: 1, sample: §2}",
        "a share from 0 to 1, such as 0.01",
    ),
    (
        "shadow: {judge: gpt-5-mini, usd_per_day: 1, sample: §-0.1}",
        "a share from 0 to 1",
    ),
    (
        "shadow: {judge: gpt-5-mini, usd_per_day: 1, sample: §.nan}",
        "sample",
    ),
    (
        "shadow: {judge: gpt-5-mini, usd_per_day: 1, sample: §NaN}",
        "a share from 0 to 1",
    ),
    (
        "shadow: {judge: gpt-5-mini, usd_per_day: §0}",
        "must be more than 0",
    ),
    (
        "shadow: {judge: gpt-5-mini, usd_per_day: §-1}",
        "must be more than 0",
    ),
    (
        "shadow: {judge: gpt-5-mini, usd_per_day: §1e3}",
        "usd_per_day",
    ),
    (
        "shadow: {judge: §gpt-5-minii, usd_per_day: 1}",
        "did you mean `gpt-5-mini`?",
    ),
    ("shadow: {judge: §auto, usd_per_day: 1}", "must be a model"),
    (
        "shadow: {judge: §text-embedding-3-small, usd_per_day: 1}",
        "not a chat model",
    ),
    (
        "providers: {house: {dialect: openai, base_url: \"http://127.0.0.1:1\"}}\nshadow: {judge: §gpt-5-mini, usd_per_day: 1}",
        "no configured provider serves the judge",
    ),
    (
        "providers: {house: {dialect: openai, base_url: \"http://127.0.0.1:1\"}}\nmodels: [{id: m, tier: small, targets: [{provider: house}]}]\nshadow: {judge: §m, usd_per_day: 1}",
        "has no price",
    ),
    (
        "providers: {house: {dialect: openai, base_url: \"http://127.0.0.1:1\", free: true}}\nmodels: [{id: m, tier: small, json_schema: false, targets: [{provider: house}]}]\nshadow: {judge: §m, usd_per_day: 1}",
        "cannot answer in JSON by a schema",
    ),
];

#[test]
fn shadow_runs() {
    check(SHADOW);
}

const FAILOVER: &[(&str, &str)] = &[
    ("failover: §[]", "`failover` must be a mapping, not a list"),
    (
        "failover: {§attempt: 3}",
        "`attempt` is not a key of failover: did you mean `attempts`?",
    ),
    (
        "failover: {§fallbacks: {a: [b]}}",
        "a chain belongs to a model",
    ),
    ("failover: {attempts: §0}", "from 1 to 10"),
    ("failover: {attempts: §11}", "from 1 to 10"),
    ("failover: {retries: §4}", "from 0 to 3"),
    ("failover: {allow_lower_tier: §1}", "`true` or `false`"),
    ("failover: {health: §\"off\"}", "`true` or `false`"),
    ("failover: {hedging: §{}}", "`true` or `false`"),
    ("failover: {affinity_ms: §86400001}", "from 0 to 86400000"),
    (
        "failover: {retry_budget: {§rate: 0.2}}",
        "not a key of retry_budget: did you mean `ratio`?",
    ),
    (
        "failover: {retry_budget: {ratio: §20%}}",
        "from 0 to 10 with at most three decimals",
    ),
    ("failover: {retry_budget: {ratio: §-1}}", "from 0 to 10"),
    (
        "failover: {retry_budget: {per_second: §10000.001}}",
        "from 0 to 10000",
    ),
    ("failover: {retry_budget: {cap: §1.5}}", "whole number"),
    (
        "failover: {breaker: {§failures: 5}}",
        "not a key of breaker",
    ),
    ("failover: {breaker: {window_ms: §0}}", "from 1 to 86400000"),
    (
        "failover: {breaker: {min_success: §55}}",
        "from 0 to 1 with at most three decimals",
    ),
    ("failover: {breaker: {min_success: §1.001}}", "from 0 to 1"),
    (
        "failover: {breaker: {consecutive: §5.0}}",
        "`consecutive` must be a whole number from 0 to 1000000",
    ),
    (
        "failover: {breaker: {open_ms: §5001, max_open_ms: 5000}}",
        "`open_ms` is larger than `max_open_ms`",
    ),
    (
        "failover: {credential: {open_ms: §2, max_open_ms: 1}}",
        "`open_ms` is larger than `max_open_ms`",
    ),
    (
        "failover: {credential: {§window_ms: 2}}",
        "not a key of credential",
    ),
    ("failover: {stall: {silence_ms: §0}}", "from 1 to 86400000"),
    ("failover: {concurrency: {initial: §0}}", "from 1 to"),
    (
        "failover: {concurrency: {initial: §9, max: 8}}",
        "`initial` is larger than `max`",
    ),
    (
        "failover: {timeouts: {§first_token_ms: 5}}",
        "`first_token_ms` is not a key of timeouts",
    ),
    (
        "failover: {timeouts: {§first_content_with_alternativ_ms: 5}}",
        "did you mean `first_content_with_alternative_ms`?",
    ),
    (
        "failover: {timeouts: {first_content_ms: §{quick: 5, slow: 5}}}",
        "first_content_ms needs `usual`",
    ),
    (
        "failover: {timeouts: {first_content_ms: {quick: 5, usual: 5, slow: 5, §nano: 5}}}",
        "not a key of first_content_ms",
    ),
    (
        "failover: {timeouts: {first_content_ms: §[5, 5, 5]}}",
        "`first_content_ms` must be a whole number, not a list",
    ),
    (
        "failover: {timeouts: {first_content_with_alternative_ms: §10s}}",
        "`first_content_with_alternative_ms` must be a whole number",
    ),
    ("failover: {timeouts: {stream_ms: §0}}", "from 1 to"),
    (
        "failover: {health: false, breaker: §{consecutive: 5}}",
        "`breaker` beside `health: false`: nothing is remembered between requests then",
    ),
    (
        "failover: {credential: §{open_ms: 5}, health: false}",
        "`credential` beside `health: false`",
    ),
    (
        "failover: {health: false, retry_budget: §{}}",
        "`retry_budget` beside `health: false`",
    ),
    (
        "failover: {health: false, affinity_ms: §1}",
        "`affinity_ms` beside `health: false`",
    ),
    (
        "failover: {health: false, hedging: §true}",
        "`hedging` beside `health: false`",
    ),
];

#[test]
fn failover() {
    check(FAILOVER);
}

#[test]
fn a_line_about_failover_is_shown_as_it_is() {
    for line in [
        "timeouts: {first_content_with_alternative_ms: 9, idle_ms: §x}",
        "timeouts: {first_content_per_1000_tokens_ms: 9, idle_ms: §x}",
        "retry_budget: {ratio: 0.125, per_second: 1000, cap: §x}",
        "breaker: {min_success: 0.55, window_ms: 30000, open_ms: §x}",
    ] {
        let (error, _) = refusal(&format!("failover:\n  {line}"));
        let line = line.replace('§', "");
        assert!(
            error.to_string().contains(&format!("2 |   {line}")),
            "{error}"
        );
    }
}

const FALLBACKS: &[(&str, &str)] = &[
    (
        "§fallbacks: {gpt-5: [gpt-5-mini]}",
        "a chain belongs to a model",
    ),
    (
        "models: [{id: gpt-5, fallbacks: §gpt-5-mini}]",
        "`fallbacks` must be a list, not a single value",
    ),
    (
        "models: [{id: gpt-5, fallbacks: [§{id: gpt-5-mini}]}]",
        "`fallbacks` must be text, not a mapping",
    ),
    (
        "models: [{id: gpt-5, fallbacks: [gpt-5-mini, §gpt-5-nanoo]}]",
        "no model is called `gpt-5-nanoo`: did you mean `gpt-5-nano`?",
    ),
    (
        "models: [{id: gpt-5, fallbacks: [§auto]}]",
        "`fallbacks` must be models, and no model is called `auto`",
    ),
    (
        "models: [{id: gpt-5, fallbacks: [§gpt-5]}]",
        "`gpt-5` would be its own fallback",
    ),
    (
        "models: [{id: gpt-5, aliases: [five], fallbacks: [§five]}]",
        "`five` would be its own fallback",
    ),
    (
        "routing: {aliases: {fast: gpt-5-nano}}\nmodels: [{id: gpt-5, fallbacks: [gpt-5-nano, §fast]}]",
        "`fast` is listed twice in this chain",
    ),
    (
        "models: [{id: gpt-5, fallbacks: [§text-embedding-3-small]}]",
        "the fallback `text-embedding-3-small` is not a chat model",
    ),
    (
        "models: [{id: text-embedding-3-small, fallbacks: §[gpt-5]}]",
        "`text-embedding-3-small` is not a chat model",
    ),
    (
        "models: [{id: gpt-5, fallbacks: [§openai/gpt-5-mini]}]",
        "`openai/gpt-5-mini` is one provider's target, and `fallbacks` are whole models: write `gpt-5-mini`",
    ),
    (
        "models: [{id: gpt-5, targets: [{provider: house, §fallbacks: [gpt-5-mini]}]}]",
        "`fallbacks` is not a key of a target",
    ),
];

#[test]
fn fallbacks() {
    check_with_house(FALLBACKS);
}

#[test]
fn hostile_files_end_soon() {
    let laughs = (0..40).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        let before = n;
        let next = n + 1;
        text + &format!("a{next}: &a{next} [*a{before}, *a{before}]\n")
    });
    let deep = format!("models: {}", "[".repeat(5_000));
    let block = (0..500).map(|n| " ".repeat(n) + "a:\n").collect::<String>();
    let large = "#".repeat(5 << 20);
    let keys = (0..100_001).fold(String::new(), |text, n| text + &format!("k{n}: 1\n"));
    for text in [laughs, deep, block, large, keys] {
        let file = File {
            name: "f",
            text: &text,
        };
        let error =
            load(Some(file), &Environment::default(), &Probe::default()).expect_err("hostile");
        assert!(error.to_string().len() < 1_000);
    }
}
