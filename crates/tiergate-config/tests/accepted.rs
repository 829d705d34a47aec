//! What a valid configuration means.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail loudly"
)]

use std::time::Duration;

use secrecy::ExposeSecret;
use tiergate_catalog::{Rate, Tariff, Tier, Timestamp};
use tiergate_config::{
    Choose, Dialect, Environment, ErrorKind, FailoverSettings, File, Level, Probe,
    ProviderSettings, Settings, Timeouts, load,
};
use tiergate_providers::{Credential, Dialect as Vendor, Host};

fn environment<const N: usize>(variables: [(&str, &str); N]) -> Environment {
    variables.into_iter().collect()
}

fn from(text: &str, environment: &Environment) -> Settings {
    let file = File {
        name: "tiergate.yaml",
        text,
    };
    load(Some(file), environment, &Probe::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn without_file(environment: &Environment, probe: &Probe) -> Settings {
    load(None, environment, probe).unwrap_or_else(|error| panic!("{error}"))
}

fn key(credential: &Credential) -> &str {
    match credential {
        Credential::Key(key) => key.expose_secret(),
        other => panic!("a key, not {other:?}"),
    }
}

fn now() -> Timestamp {
    "2026-11-21".parse().unwrap()
}

#[test]
fn the_documented_example_loads_but_for_what_is_not_built() {
    let text = r#"
listen: 127.0.0.1:8080
admin: {listen: "127.0.0.1:8081", token: "${TIERGATE_ADMIN_TOKEN}"}
store: {url: "memory:"}
providers:
  openai: {dialect: openai, base_url: "https://api.openai.com/v1", credentials: [{api_key: "${OPENAI_API_KEY}"}]}
  house: {dialect: openai, base_url: "http://10.0.0.7:8000/v1", free: true}
models:
  - {id: gpt-5-nano, tier: nano, targets: [{provider: openai, model: gpt-5-nano}]}
  - {id: house-model, tier: standard, context_window: 128000, max_output: 8192, tools: true, targets: [{provider: house, model: m1}]}
keys:
  - {name: team-a, secret: "${TEAM_A_KEY}", max_tier: premium}
routing: {thresholds: {small: 15, standard: 35, premium: 60, flagship: 80}}
"#;
    let environment = environment([
        ("TIERGATE_ADMIN_TOKEN", "tg_admin_0123456789"),
        ("OPENAI_API_KEY", "sk-openai"),
        ("TEAM_A_KEY", "tg_live_team_a_0123456789"),
    ]);
    let settings = from(text, &environment);
    assert!(!settings.demo);
    let [openai, house] = &settings.providers[..] else {
        panic!("two providers")
    };
    assert_eq!(
        (openai.dialect, openai.host.map(Host::name)),
        (Dialect::OpenAi, Some("openai"))
    );
    assert_eq!(key(&openai.credentials[0]), "sk-openai");
    assert_eq!(
        (
            house.host.map(Host::name),
            house.free,
            house.credentials.len()
        ),
        (None, true, 0)
    );
    assert_eq!(
        settings.routing.thresholds.unwrap().scores(),
        [15, 35, 60, 80]
    );
    let keys = settings.memory_keys();
    assert_eq!(
        keys.lookup("tg_live_team_a_0123456789").unwrap().max_tier(),
        Tier::Premium
    );
    let catalog = settings.catalog();
    let target = &catalog.model("house-model").unwrap().targets[0];
    assert!(target.tariff.as_ref().unwrap().is_free());
    assert_eq!(
        (target.max_output, target.abilities.tools),
        (Some(8_192), Some(true))
    );
    assert!(
        settings
            .notices
            .iter()
            .any(|notice| notice.contains("no admin listener"))
    );
}

#[test]
fn thresholds_that_are_stated_decide_alone() {
    let choose = |routing: &str| {
        from(
            &format!("routing: {{{routing}}}\n"),
            &Environment::default(),
        )
        .routing
        .choose
    };
    let weight = |cost_weight| Choose::Success { cost_weight };
    let thresholds = "thresholds: {small: 15, standard: 35, premium: 60, flagship: 80}";
    assert_eq!(choose(""), weight(None));
    assert_eq!(choose("choose: success"), weight(None));
    assert_eq!(choose("cost_weight: '0.25'"), weight(Some(250)));
    assert_eq!(
        choose("cost_weight: 10, choose: success"),
        weight(Some(10_000))
    );
    assert_eq!(choose("cost_weight: 0.005"), weight(Some(5)));
    assert_eq!(choose("choose: thresholds"), Choose::Thresholds);
    assert_eq!(choose(thresholds), Choose::Thresholds);
    let both = format!("choose: thresholds, {thresholds}");
    assert_eq!(choose(&both), Choose::Thresholds);
}

#[test]
fn the_example_file_loads() {
    let settings = from(
        include_str!("../../../examples/tiergate.yaml"),
        &Environment::default(),
    );
    let catalog = settings.catalog();
    assert_eq!(&*catalog.resolve("fast").unwrap().model.id, "gpt-5-nano");
    assert_eq!(&*catalog.resolve("house").unwrap().model.id, "house-model");
    assert_eq!(catalog.bands().floor("everyday"), Some(Tier::Small));
    let tariff = catalog.model("priced-model").unwrap().targets[0]
        .tariff
        .clone()
        .unwrap();
    assert_eq!(tariff.at(now(), 200_000).input, "1.25".parse().unwrap());
    assert_eq!(tariff.at(now(), 200_001).output, "15".parse().unwrap());
    let key = settings
        .memory_keys()
        .lookup("change-me-change-me")
        .unwrap();
    assert!(key.check_model("gpt-5-mini").is_ok() && key.check_model("house-model").is_ok());
    assert!(key.check_model("priced-model").is_err() && key.check_provider("rehearsal").is_err());
    assert_eq!(settings.fallbacks["house-model"], ["gpt-5-mini"]);
    let Timeouts { idle, stream, .. } = settings.failover.timeouts;
    assert_eq!(
        idle.zip(stream),
        Some((Duration::from_mins(1), Duration::from_mins(30)))
    );
}

#[test]
fn shadow_runs_are_off_unless_they_are_asked_for() {
    let nothing = Environment::default();
    assert_eq!(from("log: {level: info}", &nothing).shadow, None);
    let key = environment([("OPENAI_API_KEY", "sk-openai")]);
    let text = "shadow: {judge: gpt-5-mini, usd_per_day: \"1\"}";
    let settings = from(text, &key);
    let shadow = settings.shadow.unwrap();
    assert_eq!(
        (shadow.sample.to_string(), &*shadow.judge),
        ("0.01".to_owned(), "gpt-5-mini")
    );
    assert_eq!(shadow.usd_per_day, "1".parse().unwrap());
    let told = |notice: &String| notice.contains("the judge `gpt-5-mini`");
    assert!(settings.notices.iter().any(told));
    let whole = "shadow: {judge: gpt-5-mini, usd_per_day: 0.000000001, sample: 1}";
    assert!(from(whole, &key).shadow.unwrap().sample > 0.99);
    let demo = from(text, &nothing);
    assert!(
        demo.demo && demo.shadow.is_none(),
        "a simulated judge says nothing"
    );
    assert!(
        demo.notices
            .iter()
            .any(|notice| notice.contains("in demo mode"))
    );
}

#[test]
fn failover_is_what_the_file_says_and_nothing_else() {
    let failover = |text: &str| from(text, &Environment::default()).failover;
    assert_eq!(failover("log: {}"), FailoverSettings::default());
    assert_eq!(failover("failover: {}"), FailoverSettings::default());
    let off = failover("failover: {health: false, attempts: 1, affinity_ms: 0, hedging: false}");
    assert!(!off.health && off.attempts == Some(1));
    let full = failover(
        "
failover:
  attempts: 4
  retries: 0
  allow_lower_tier: true
  retry_budget: {ratio: 0.2, per_second: 1.5, cap: 100}
  breaker: {consecutive: 0, window_ms: 30000, min_samples: 0, min_success: 0.55, open_ms: 5000, max_open_ms: 5000}
  credential: {open_ms: 300000}
  stall: {waiting: 0, silence_ms: 5000}
  concurrency: {initial: 64, max: 65536}
  affinity_ms: 0
  hedging: true
  timeouts: {first_content_ms: 7}
",
    );
    let time = |ms| Some(Duration::from_millis(ms));
    assert_eq!((full.attempts, full.retries), (Some(4), Some(0)));
    assert!(full.health && full.allow_lower_tier && full.hedging);
    let budget = full.retry_budget;
    assert_eq!(
        (budget.ratio, budget.per_second, budget.cap),
        (Some(200), Some(1_500), Some(100))
    );
    let breaker = full.breaker;
    assert_eq!(
        (breaker.consecutive, breaker.window, breaker.min_samples),
        (Some(0), time(30_000), Some(0))
    );
    assert_eq!(breaker.min_success, Some(550));
    assert_eq!(
        (breaker.opening.first, breaker.opening.longest),
        (time(5_000), time(5_000))
    );
    assert_eq!(
        (full.credential.first, full.credential.longest),
        (time(300_000), None)
    );
    assert_eq!(
        (full.stall.waiting, full.stall.silence),
        (Some(0), time(5_000))
    );
    assert_eq!(
        (full.concurrency.initial, full.concurrency.max),
        (Some(64), Some(65_536))
    );
    assert_eq!(full.affinity, time(0));
    let first = Some([Duration::from_millis(7); 3]);
    assert_eq!(full.timeouts.first_content, first);
}

#[test]
fn times_of_a_provider_come_before_those_of_all() {
    let settings = from(
        "
failover: {timeouts: {connect_ms: 1, request_ms: 2, idle_ms: 3}}
providers:
  house:
    dialect: openai
    base_url: http://127.0.0.1:1
    timeouts:
      connect_ms: 10
      request_ms: 20
      request_with_alternative_ms: 21
      first_content_ms: {slow: 33, usual: 32, quick: 31}
      first_content_with_alternative_ms: 40
      first_content_per_1000_tokens_ms: 0
      idle_with_pings_ms: 60
      after_finish_ms: 70
      stream_ms: 80
",
        &Environment::default(),
    );
    let time = Duration::from_millis;
    let laid = settings.providers[0]
        .timeouts
        .or(settings.failover.timeouts);
    let expected = Timeouts {
        connect: Some(time(10)),
        request: Some(time(20)),
        request_with_alternative: Some(time(21)),
        first_content: Some([time(31), time(32), time(33)]),
        first_content_with_alternative: Some(time(40)),
        first_content_per_1000_tokens: Some(time(0)),
        idle: Some(time(3)),
        idle_with_pings: Some(time(60)),
        after_finish: Some(time(70)),
        stream: Some(time(80)),
    };
    assert_eq!(laid, expected);
}

#[test]
fn fallbacks_are_ids_of_models() {
    let text = "
providers:
  openai: {credentials: [{api_key: x}]}
routing: {aliases: {fast: gpt-5-nano}}
models:
  - {id: gpt-5, fallbacks: [fast, claude-opus-4-5, gpt-5-mini]}
  - {id: house, aliases: [home], tier: small, targets: [{provider: openai}], fallbacks: []}
  - {id: gpt-5-mini, fallbacks: [home, gpt-5]}
";
    let settings = from(text, &Environment::default());
    let chains: Vec<(&str, Vec<&str>)> = settings
        .fallbacks
        .iter()
        .map(|(id, chain)| (&**id, chain.iter().map(|id| &**id).collect()))
        .collect();
    assert_eq!(
        chains,
        [
            ("gpt-5", vec!["gpt-5-nano", "claude-opus-4-5", "gpt-5-mini"]),
            ("gpt-5-mini", vec!["house", "gpt-5"]),
        ]
    );
    let told = |word: &str| {
        let notices = settings.notices.iter();
        notices.filter(|notice| notice.contains(word)).count()
    };
    assert_eq!(
        (told("fallbacks of"), told("serves `claude-opus-4-5`")),
        (1, 1)
    );
}

#[test]
fn prices_are_exactly_what_is_written() {
    for (written, nanos) in [
        ("0.1", 100_000_000),
        ("\"0.1\"", 100_000_000),
        ("0.0028", 2_800_000),
        ("0.3", 300_000_000),
        ("1", 1_000_000_000),
        ("1.000000001", 1_000_000_001),
        ("00.10", 100_000_000),
        ("\"${PRICE}\"", 123_456_789),
    ] {
        let text = format!("models: [{{id: gpt-5-nano, price: {{input: {written}, output: 1}}}}]");
        let settings = from(&text, &environment([("PRICE", "0.123456789")]));
        let catalog = settings.catalog();
        let price = catalog.model("gpt-5-nano").unwrap().targets[0]
            .tariff
            .clone()
            .unwrap()
            .at(now(), 1);
        assert_eq!(
            price.input,
            Rate::from_nanos_per_million(nanos),
            "{written}"
        );
    }
}

#[test]
fn a_variable_is_a_value_and_never_syntax() {
    for hostile in [
        "x, secret: other",
        "\"}]\nlisten: 0.0.0.0:1",
        "a: b",
        "*anchor",
        "- x",
        "# comment",
        "${KEY}",
        "!tag",
        "{a: b}",
    ] {
        let text = "providers: {house: {dialect: openai, base_url: \"http://h\", headers: {x-org: \"${V}\"}}}";
        let file = File { name: "f", text };
        match load(
            Some(file),
            &environment([("V", hostile)]),
            &Probe::default(),
        ) {
            Ok(settings) => {
                let (name, value) = &settings.providers[0].headers[0];
                assert_eq!((&**name, value.expose_secret()), ("x-org", hostile));
                assert_eq!(settings.listen.port(), 8080);
            }
            Err(error) => {
                assert!(hostile.contains('\n'), "{error}");
                assert!(!error.to_string().contains("0.0.0.0"));
            }
        }
    }
}

#[test]
fn the_demo_s_script_is_read_like_everything_else() {
    let with = |script: &str| {
        let environment = Environment::from_iter([("TIERGATE_DEMO_SCRIPT", script)]);
        load(None, &environment, &Probe::default())
    };
    let text = r#"{"models": {"gpt-5-mini": "cut-at:3", "gtp-5": "500"}}"#;
    let settings = with(text).unwrap();
    assert_eq!(settings.demo_script.as_deref(), Some(text));
    let told = settings.notices.iter();
    let told: Vec<_> = told.filter(|each| each.contains("script")).collect();
    assert!(
        told.len() == 1 && told[0].contains("`gtp-5`") && !told[0].contains("gpt-5-mini"),
        "{told:?}"
    );
    for (script, reason) in [
        ("hiccup", "TIERGATE_DEMO_SCRIPT: no fault \"hiccup\""),
        (r#"{"ports": {"1": "ok"}}"#, "the gateway chooses them"),
    ] {
        let error = with(script).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Environment);
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn a_script_may_have_orders_that_nobody_asks_for() {
    let text = r#"
providers: {d: {dialect: demo, script: '{"models": {"m": "500", "n": "ok"}}'}, e: {dialect: demo}}
models:
  - {id: x, tier: nano, context_window: 8000, targets: [{provider: d, model: m}, {provider: e, model: n}]}
"#;
    let settings = from(text, &Environment::default());
    let expected =
        "the script of provider `d` has orders for `n`, but no target has a model of that name";
    assert!(
        settings.notices.iter().any(|notice| notice == expected),
        "{:?}",
        settings.notices
    );
}

#[test]
fn nothing_at_all_is_demo_mode() {
    let settings = without_file(&Environment::default(), &Probe::default());
    assert!(settings.demo && settings.providers.is_empty() && settings.keys.is_empty());
    assert!(
        settings
            .notices
            .iter()
            .any(|notice| notice.contains("DEMO MODE") && notice.contains("SIMULATED"))
    );
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert!(settings.catalog().models().len() > 100);
    assert_eq!(settings.file(), None);
}

#[test]
fn a_file_of_comments_is_no_file_but_for_its_name() {
    let settings = from("# nothing yet\n", &environment([("GROQ_API_KEY", "gsk_x")]));
    assert_eq!(settings.providers[0].name, "groq");
    assert!(settings.file().is_some());
}

#[test]
fn keys_in_the_environment_are_found() {
    let variables = [
        ("OPENAI_API_KEY", "openai"),
        ("MISTRAL_API_KEY", "mistral"),
        ("XAI_API_KEY", "xai"),
        ("DEEPSEEK_API_KEY", "deepseek"),
        ("GROQ_API_KEY", "groq"),
        ("CEREBRAS_API_KEY", "cerebras"),
        ("OPENROUTER_API_KEY", "openrouter"),
        ("TOGETHER_API_KEY", "together"),
        ("FIREWORKS_API_KEY", "fireworks"),
        ("MOONSHOT_API_KEY", "moonshot"),
        ("VOYAGE_API_KEY", "voyage"),
        ("ZAI_API_KEY", "zai"),
        ("MINIMAX_API_KEY", "minimax"),
    ];
    for (variable, name) in variables {
        let settings = without_file(
            &environment([(variable, " sk-planted-canary\n")]),
            &Probe::default(),
        );
        let [provider] = &settings.providers[..] else {
            panic!("one provider for {variable}")
        };
        assert_eq!(
            (
                &*provider.name,
                provider.host.map(Host::name),
                provider.dialect
            ),
            (name, Some(name), Dialect::OpenAi)
        );
        assert_eq!(key(&provider.credentials[0]), "sk-planted-canary");
        assert_eq!(
            provider.base_url.as_deref(),
            provider.host.map(Host::base_url)
        );
        assert!(!settings.demo && settings.notices[0].contains(variable));
        assert!(!format!("{settings:?}").contains("canary"));
        assert!(
            settings
                .catalog()
                .providers()
                .any(|provider| provider == name),
            "{name} is no catalogue name"
        );
    }
    let blank = without_file(&environment([("OPENAI_API_KEY", "  ")]), &Probe::default());
    assert!(blank.demo);
}

#[test]
fn vendors_with_dialects_of_their_own_are_found() {
    for (variable, name, dialect) in [
        ("ANTHROPIC_API_KEY", "anthropic", Vendor::Anthropic),
        ("COHERE_API_KEY", "cohere", Vendor::Cohere),
        ("GEMINI_API_KEY", "google", Vendor::Gemini),
        ("GOOGLE_API_KEY", "google", Vendor::Gemini),
        ("AWS_BEARER_TOKEN_BEDROCK", "bedrock", Vendor::Bedrock),
    ] {
        let settings = without_file(&environment([(variable, "k")]), &Probe::default());
        let [provider] = &settings.providers[..] else {
            panic!("one provider for {variable}")
        };
        assert_eq!(
            (&*provider.name, provider.dialect),
            (name, Dialect::Vendor(dialect))
        );
        let region = (dialect == Vendor::Bedrock).then_some("us-east-1");
        assert_eq!(provider.region.as_deref(), region);
        assert!(settings.notices[0].contains(variable));
    }
    let variables = [
        ("AWS_BEARER_TOKEN_BEDROCK", "k"),
        ("AWS_REGION", "eu-west-1"),
    ];
    let settings = without_file(&environment(variables), &Probe::default());
    assert_eq!(settings.providers[0].region.as_deref(), Some("eu-west-1"));
}

#[test]
fn vendors_are_described_in_the_file() {
    let text = r#"
providers:
  anthropic: {dialect: anthropic, credentials: [{api_key: a}]}
  bedrock: {dialect: bedrock, region: eu-central-1, credentials: [{access_key_id: AKID, secret_access_key: s, session_token: t}]}
  azure: {dialect: azure-openai, base_url: "https://team.openai.azure.com", credentials: [{api_key: z}]}
  vertex: {dialect: vertex, project: my-project, region: europe-west4, credentials: [{api_key: token}]}
  local: {dialect: ollama-native}
  responses: {dialect: openai-responses, credentials: [{api_key: r}]}
"#;
    let settings = from(text, &Environment::default());
    let dialects: Vec<Dialect> = settings.providers.iter().map(|each| each.dialect).collect();
    assert_eq!(
        dialects,
        [
            Dialect::Vendor(Vendor::Anthropic),
            Dialect::Vendor(Vendor::Bedrock),
            Dialect::Azure,
            Dialect::Vendor(Vendor::Vertex),
            Dialect::Vendor(Vendor::Ollama),
            Dialect::Vendor(Vendor::Responses),
        ]
    );
    assert!(settings.providers[1].credentials[0].signs());
    assert_eq!(settings.providers[3].project.as_deref(), Some("my-project"));
    let reach = settings
        .providers
        .iter()
        .map(ProviderSettings::reaches_responses);
    assert_eq!(
        reach.collect::<Vec<_>>(),
        [false, false, false, false, false, true]
    );
}

#[test]
fn responses_are_where_openai_is_or_the_file_says_so() {
    let text = r#"
providers:
  openai: {credentials: [{api_key: a}]}
  region: {dialect: openai, base_url: "https://eu.api.openai.com/v1", credentials: [{api_key: a}]}
  house: {dialect: openai, base_url: "http://127.0.0.1:1/v1"}
  proxy: {dialect: openai, base_url: "http://127.0.0.1:2/v1", responses: true}
  chat: {dialect: openai, base_url: "https://api.openai.com/v1", responses: false, credentials: [{api_key: a}]}
  team: {dialect: azure-openai, base_url: "https://team.openai.azure.com", responses: true, credentials: [{api_key: a}]}
models:
  - {id: deep, tier: premium, responses_only: true, targets: [{provider: proxy}, {provider: house, responses_only: false}]}
"#;
    let settings = from(text, &Environment::default());
    let reach = settings
        .providers
        .iter()
        .map(ProviderSettings::reaches_responses);
    assert_eq!(
        reach.collect::<Vec<_>>(),
        [true, true, false, true, false, true]
    );
    let catalog = settings.catalog();
    let deep = catalog.resolve("deep").unwrap().model;
    let only = deep.targets.iter().map(|target| target.responses_only);
    assert_eq!(only.collect::<Vec<_>>(), [true, false]);
}

/// A key file as Google gives it out.
const ACCOUNT: &str = r#"{"type": "service_account", "project_id": "own-project", "private_key": "-----BEGIN canary",
  "client_email": "router@own-project.iam.gserviceaccount.com", "token_uri": "https://oauth2.googleapis.com/token"}"#;

#[test]
fn a_service_account_stands_in_a_variable_and_knows_its_project() {
    let text = r#"
providers:
  vertex: {dialect: vertex, region: europe-west4, credentials: [{service_account: "${ACCOUNT}"}]}
  other: {dialect: vertex, project: my-project, credentials: [{service_account: "${ACCOUNT}"}, {api_key: token}]}
"#;
    let settings = from(text, &environment([("ACCOUNT", ACCOUNT)]));
    let projects = settings
        .providers
        .iter()
        .map(|each| each.project.as_deref());
    assert_eq!(
        projects.collect::<Vec<_>>(),
        [Some("own-project"), Some("my-project")]
    );
    let credentials = &settings.providers[1].credentials;
    assert_eq!(format!("{credentials:?}"), "[ServiceAccount, Key]");
    assert!(!format!("{settings:?}").contains("canary"));
}

#[test]
fn a_service_account_that_cannot_be_used_is_named() {
    let path = ("GOOGLE_APPLICATION_CREDENTIALS", "/run/account.json");
    let location = ("GOOGLE_CLOUD_LOCATION", "europe-west4");
    for (variables, expected) in [
        (vec![path], "GOOGLE_CLOUD_LOCATION is not set"),
        (vec![path, location], "the file could not be read"),
    ] {
        let settings = without_file(&variables.into_iter().collect(), &Probe::default());
        assert!(settings.demo);
        let told = settings
            .notices
            .iter()
            .find(|notice| notice.contains(path.0));
        assert!(told.unwrap().contains(expected), "{told:?}");
    }
}

#[test]
fn the_surface_of_ollama_shows_in_its_address() {
    let native = Dialect::Vendor(Vendor::Ollama);
    for (provider, dialect, url) in [
        ("{dialect: ollama}", native, None),
        (
            "{dialect: ollama, base_url: \"http://h:11434\"}",
            native,
            Some("http://h:11434"),
        ),
        (
            "{dialect: ollama, base_url: \"http://h:11434/api/\"}",
            native,
            Some("http://h:11434"),
        ),
        (
            "{dialect: ollama, base_url: \"http://h:11434/v1/\"}",
            Dialect::OpenAi,
            Some("http://h:11434/v1"),
        ),
        (
            "{dialect: openai, base_url: \"http://h:11434\"}",
            Dialect::OpenAi,
            Some("http://h:11434"),
        ),
        (
            "{dialect: ollama-native, base_url: \"http://h/api\"}",
            native,
            Some("http://h"),
        ),
        ("{base_url: \"http://h:1\"}", native, Some("http://h:1")),
    ] {
        let settings = from(
            &format!("providers: {{ollama: {provider}}}"),
            &Environment::default(),
        );
        let [ollama] = &settings.providers[..] else {
            panic!("one provider")
        };
        let told = (ollama.dialect, ollama.base_url.as_deref());
        assert_eq!(told, (dialect, url), "{provider}");
    }
}

#[test]
fn addresses_are_those_of_the_vendors_own_clients() {
    for (provider, url) in [
        (
            "dialect: mistral, base_url: \"http://h:1\"",
            "http://h:1/v1",
        ),
        (
            "dialect: mistral, base_url: \"http://h:1/v1\"",
            "http://h:1/v1",
        ),
        (
            "dialect: mistral, base_url: \"http://h:1/x/\"",
            "http://h:1/x",
        ),
        (
            "dialect: groq, base_url: \"http://h\"",
            "http://h/openai/v1",
        ),
        ("dialect: cerebras, base_url: \"http://h\"", "http://h/v1"),
        ("dialect: together, base_url: \"http://h\"", "http://h"),
        ("dialect: openai, base_url: \"http://h\"", "http://h"),
        ("dialect: cohere, base_url: \"http://h/v2\"", "http://h"),
        ("dialect: cohere, base_url: \"http://h\"", "http://h"),
        ("dialect: anthropic, base_url: \"http://h/v1/\"", "http://h"),
        ("dialect: anthropic, base_url: \"http://h/x\"", "http://h/x"),
        ("dialect: gemini, base_url: \"http://h/v1beta\"", "http://h"),
        (
            "dialect: vertex, project: p, base_url: \"http://h/v1\"",
            "http://h",
        ),
    ] {
        let settings = from(
            &format!("providers: {{p: {{{provider}}}}}"),
            &Environment::default(),
        );
        let told = settings.providers[0].base_url.as_deref();
        assert_eq!(told, Some(url), "{provider}");
    }
}

#[test]
fn other_surfaces_are_used_or_named() {
    let settings = without_file(
        &environment([("AZURE_OPENAI_API_KEY", "k")]),
        &Probe::default(),
    );
    assert!(settings.demo);
    assert!(
        settings
            .notices
            .iter()
            .any(|notice| notice.contains("AZURE_OPENAI_API_KEY") && notice.contains("not used"))
    );

    let variables = [
        ("OPENAI_API_KEY", "k"),
        ("OPENAI_BASE_URL", "http://127.0.0.1:9/v1/"),
    ];
    let settings = without_file(&environment(variables), &Probe::default());
    assert_eq!(
        settings.providers[0].base_url.as_deref(),
        Some("http://127.0.0.1:9/v1")
    );
    let settings = without_file(&environment([variables[1]]), &Probe::default());
    assert!(settings.demo && settings.notices[0].contains("without OPENAI_API_KEY"));
}

#[test]
fn an_ollama_brings_its_models() {
    let names = [
        "llama3.2:3b",
        "qwen3:32b",
        "mine:latest",
        "economy",
        "auto",
        "bad name",
        "llama3.2:3b",
    ];
    let probe = Probe {
        ollama_models: Some(names.map(str::to_owned).into()),
    };
    let settings = without_file(&Environment::default(), &probe);
    let [ollama] = &settings.providers[..] else {
        panic!("one provider")
    };
    assert_eq!(
        (&*ollama.name, ollama.base_url.as_deref()),
        ("ollama", Some("http://127.0.0.1:11434/v1"))
    );
    let catalog = settings.catalog();
    for (id, tier) in [
        ("llama3.2:3b", Tier::Nano),
        ("qwen3:32b", Tier::Standard),
        ("mine:latest", Tier::Small),
        ("ollama/economy", Tier::Small),
        ("ollama/auto", Tier::Small),
    ] {
        let model = catalog.model(id).unwrap_or_else(|| panic!("{id}"));
        assert_eq!(model.tier, Some(tier), "{id}");
        assert!(model.targets[0].tariff.as_ref().unwrap().is_free());
        assert_eq!(model.targets[0].context_window, Some(4_096));
    }
    assert!(settings.notices[0].contains("llama3.2:3b (nano)"));
    let none = without_file(
        &Environment::default(),
        &Probe {
            ollama_models: Some(Vec::new()),
        },
    );
    assert!(!none.demo && none.notices[0].contains("no models yet"));
}

#[test]
fn the_environment_comes_before_the_file() {
    let variables = [
        ("TIERGATE_LISTEN", "[::1]:9"),
        ("TIERGATE_LOG", "trace"),
        ("TIERGATE_KEY", "first-key-0123456789"),
    ];
    let text = "listen: 127.0.0.1:1\nlog: {level: warn, format: json}\nkeys: [{name: a, secret: other-key-0123456789}]";
    let settings = from(text, &environment(variables));
    assert_eq!(settings.listen.to_string(), "[::1]:9");
    assert_eq!(settings.log.level, Level::Trace);
    assert_eq!(
        settings
            .keys
            .iter()
            .map(|(_, key)| key.name())
            .collect::<Vec<_>>(),
        ["first", "a"]
    );
    assert_eq!(from(text, &Environment::default()).log.level, Level::Warn);

    let same = "keys: [{name: a, secret: first-key-0123456789, max_tier: nano}]";
    let settings = from(same, &environment([variables[2]]));
    assert_eq!(settings.keys.len(), 1);
    assert_eq!(
        settings
            .memory_keys()
            .lookup("first-key-0123456789")
            .unwrap()
            .max_tier(),
        Tier::Nano
    );
}

#[test]
fn bad_variables_are_named_without_their_values() {
    for (variable, value) in [
        ("TIERGATE_LISTEN", "canary"),
        ("TIERGATE_LOG", "canary"),
        ("TIERGATE_KEY", "canary"),
        ("OPENAI_API_KEY", "can ary"),
    ] {
        let error = load(None, &environment([(variable, value)]), &Probe::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Environment);
        assert!(error.to_string().starts_with(variable), "{error}");
        assert!(!error.to_string().contains("canary") && error.line().is_none());
    }
}

#[test]
fn anchors_and_absent_values_work() {
    let text = "
providers:
  house: {dialect: openai, base_url: 'http://127.0.0.1:1'}
models:
  - {id: a, tier: nano, targets: &t [{provider: house, model: x}]}
  - {id: b, tier: small, targets: *t}
keys:
limits: ~
routing: null
";
    let settings = from(text, &Environment::default());
    assert_eq!(
        &*settings.catalog().model("b").unwrap().targets[0].model,
        "x"
    );
    assert!(settings.keys.is_empty());
}

#[test]
fn a_free_provider_makes_bundled_models_free_there_only() {
    let text = "providers: {groq: {credentials: [{api_key: x}], free: true}, openai: {credentials: [{api_key: x}]}}";
    let settings = from(text, &Environment::default());
    let catalog = settings.catalog();
    let targets = || catalog.models().iter().flat_map(|model| &model.targets);
    let free = |provider: &'static str| {
        targets()
            .filter(move |target| &*target.provider == provider)
            .map(|target| target.tariff.as_ref().is_some_and(Tariff::is_free))
    };
    assert!(free("groq").count() > 0 && free("groq").all(|free| free));
    assert!(free("openai").any(|free| !free));
}

#[test]
fn a_key_over_plain_http_is_noticed() {
    for (url, expected) in [
        ("http://10.0.0.7/v1", true),
        ("https://10.0.0.7/v1", false),
        ("http://127.0.0.1/v1", false),
    ] {
        let text = format!(
            "providers: {{house: {{dialect: openai, base_url: \"{url}\", credentials: [{{api_key: x}}]}}}}"
        );
        let settings = from(&text, &Environment::default());
        assert_eq!(
            settings
                .notices
                .iter()
                .any(|notice| notice.contains("unencrypted")),
            expected,
            "{url}"
        );
    }
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_fine() {
    let settings = from(
        "\u{feff}listen: 127.0.0.1:5\r\nlimits:\r\n  max_headers: 9\r\n",
        &Environment::default(),
    );
    assert_eq!(
        (settings.listen.port(), settings.limits.max_headers),
        (5, 9)
    );
}
