//! Reading and watching real files.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::path::{Path, PathBuf};

use secrecy::ExposeSecret;
use tiergate_config::{Environment, ErrorKind, Watcher, read};
use tiergate_providers::Credential;

/// A folder of its own for one test, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

const PROVIDER: &str = "providers: {d: {dialect: demo}}\n";

fn write(path: &Path, port: u16) {
    std::fs::write(path, format!("{PROVIDER}listen: 127.0.0.1:{port}\n")).unwrap();
}

#[tokio::test]
async fn the_file_is_the_argument_or_the_variable() {
    let folder = folder("argument");
    let (first, second) = (folder.join("first.yaml"), folder.join("second.yaml"));
    write(&first, 1);
    write(&second, 2);
    let environment = Environment::from_iter([("TIERGATE_CONFIG", second.to_str().unwrap())]);
    assert_eq!(
        read(Some(&first), &environment)
            .await
            .unwrap()
            .listen
            .port(),
        1
    );
    let settings = read(None, &environment).await.unwrap();
    assert_eq!(
        (settings.listen.port(), settings.file()),
        (2, Some(&*second))
    );
}

#[tokio::test]
async fn what_is_no_file_is_an_error() {
    let folder = folder("no-file");
    std::fs::write(folder.join("empty.yaml"), " \n").unwrap();
    std::fs::write(folder.join("latin1.yaml"), b"# caf\xc3\xa9\nname: \xe9\n").unwrap();
    for (name, kind) in [
        ("missing.yaml", ErrorKind::Io),
        (".", ErrorKind::Io),
        ("empty.yaml", ErrorKind::Invalid),
        ("latin1.yaml", ErrorKind::Syntax),
    ] {
        let error = read(Some(&folder.join(name)), &Environment::default())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind, "{name}: {error}");
        if kind == ErrorKind::Syntax {
            assert_eq!((error.line(), error.column()), (Some(2), Some(7)));
        }
    }
}

#[tokio::test]
async fn secrets_may_be_in_files() {
    let folder = folder("secrets");
    let (config, secret) = (folder.join("c.yaml"), folder.join("key"));
    std::fs::write(&secret, "sk-from-file\n").unwrap();
    std::fs::write(
        &config,
        "providers: {openai: {credentials: [{api_key: \"${MY_KEY}\"}]}}",
    )
    .unwrap();
    let environment = Environment::from_iter([("MY_KEY_FILE", secret.to_str().unwrap())]);
    let settings = read(Some(&config), &environment).await.unwrap();
    let Credential::Key(key) = &settings.providers[0].credentials[0] else {
        panic!("a key");
    };
    assert_eq!(key.expose_secret(), "sk-from-file");

    std::fs::write(&secret, b"sk-canary\xff").unwrap();
    let error = read(Some(&config), &environment).await.unwrap_err();
    assert!(
        error.to_string().contains("MY_KEY_FILE") && !error.to_string().contains("canary"),
        "{error}"
    );
    std::fs::remove_file(&secret).unwrap();
    assert_eq!(
        read(Some(&config), &environment).await.unwrap_err().kind(),
        ErrorKind::Io
    );
}

const ACCOUNT: &str = r#"{"type": "service_account", "project_id": "own-project", "private_key": "canary",
  "client_email": "router@own-project.iam.gserviceaccount.com"}"#;

#[tokio::test]
async fn service_accounts_are_files_that_the_configuration_names() {
    let folder = folder("accounts");
    let (config, account) = (folder.join("c.yaml"), folder.join("account.json"));
    let account = account.to_str().unwrap();
    let text = format!(
        "providers: {{vertex: {{dialect: vertex, credentials: [{{service_account_file: \"{account}\"}}]}}}}"
    );
    std::fs::write(&config, text).unwrap();
    let none = Environment::default();
    let error = read(Some(&config), &none).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(
        error.to_string().contains("service_account_file"),
        "{error}"
    );

    std::fs::write(account, "canary").unwrap();
    let error = read(Some(&config), &none).await.unwrap_err();
    assert_eq!((error.kind(), error.line()), (ErrorKind::Invalid, Some(1)));
    assert!(!error.to_string().contains("canary"), "{error}");

    std::fs::write(account, ACCOUNT).unwrap();
    let settings = read(Some(&config), &none).await.unwrap();
    assert_eq!(
        settings.providers[0].project.as_deref(),
        Some("own-project")
    );
    let Credential::ServiceAccount(read) = &settings.providers[0].credentials[0] else {
        panic!("a service account");
    };
    assert_eq!(read.project(), Some("own-project"));
}

#[tokio::test(start_paused = true)]
async fn a_new_key_in_the_file_of_an_account_is_a_change() {
    let folder = folder("rotated");
    let (config, account) = (folder.join("c.yaml"), folder.join("account.json"));
    let name = account.to_str().unwrap();
    let text = format!(
        "providers: {{v: {{dialect: vertex, credentials: [{{service_account_file: \"{name}\"}}]}}}}"
    );
    std::fs::write(&config, text).unwrap();
    std::fs::write(&account, ACCOUNT).unwrap();
    let environment = Environment::default();
    let settings = read(Some(&config), &environment).await.unwrap();
    let mut watcher = Watcher::new(&settings, &environment).unwrap();
    assert!(quiet(&mut watcher).await);
    std::fs::write(&account, ACCOUNT.replace("own-project", "new-project")).unwrap();
    let changed = watcher.changed().await.unwrap();
    assert_eq!(changed.providers[0].project.as_deref(), Some("new-project"));
}

#[tokio::test]
async fn the_account_of_googles_own_clients_is_taken_where_it_is_for_vertex() {
    let account = folder("found").join("account.json");
    std::fs::write(&account, ACCOUNT).unwrap();
    let found = [
        ("TIERGATE_CONFIG", ""),
        ("OLLAMA_HOST", "127.0.0.1:1"),
        ("GOOGLE_APPLICATION_CREDENTIALS", account.to_str().unwrap()),
        ("GOOGLE_CLOUD_LOCATION", "europe-west4"),
    ];
    let settings = read(None, &found.into_iter().collect()).await.unwrap();
    let provider = &settings.providers[0];
    assert_eq!((settings.demo, &*provider.name), (false, "vertex"));
    assert_eq!(provider.project.as_deref(), Some("own-project"));
    assert_eq!(provider.region.as_deref(), Some("europe-west4"));

    let elsewhere = [("GOOGLE_CLOUD_PROJECT", "shared-project")];
    let all = found.into_iter().chain(elsewhere).collect();
    let settings = read(None, &all).await.unwrap();
    assert_eq!(
        settings.providers[0].project.as_deref(),
        Some("shared-project")
    );
}

#[tokio::test(start_paused = true)]
async fn a_change_is_noticed_and_a_broken_file_reported_once() {
    let path = folder("watch").join("tiergate.yaml");
    write(&path, 1);
    let environment = Environment::default();
    let settings = read(Some(&path), &environment).await.unwrap();
    let mut watcher = Watcher::new(&settings, &environment).unwrap();
    assert!(quiet(&mut watcher).await);

    write(&path, 2);
    assert_eq!(watcher.changed().await.unwrap().listen.port(), 2);
    std::fs::write(&path, "listen: [").unwrap();
    assert_eq!(watcher.changed().await.unwrap_err().line(), Some(1));
    assert!(quiet(&mut watcher).await);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(watcher.changed().await.unwrap_err().kind(), ErrorKind::Io);
    assert!(quiet(&mut watcher).await);
    write(&path, 3);
    assert_eq!(watcher.changed().await.unwrap().listen.port(), 3);
    assert_eq!(watcher.reload().await.unwrap().listen.port(), 3);
    assert!(quiet(&mut watcher).await);
}

/// Whether nothing is reported within ten polls.
async fn quiet(watcher: &mut Watcher) -> bool {
    tokio::time::timeout(std::time::Duration::from_secs(20), watcher.changed())
        .await
        .is_err()
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_swapped_link_is_a_change() {
    let folder = folder("links");
    let (old, new, link) = (folder.join("old"), folder.join("new"), folder.join("data"));
    for (place, port) in [(&old, 1), (&new, 2)] {
        std::fs::create_dir(place).unwrap();
        write(&place.join("tiergate.yaml"), port);
    }
    std::os::unix::fs::symlink(&old, &link).unwrap();
    let path = link.join("tiergate.yaml");
    let environment = Environment::default();
    let settings = read(Some(&path), &environment).await.unwrap();
    let mut watcher = Watcher::new(&settings, &environment).unwrap();
    std::os::unix::fs::symlink(&new, folder.join("next")).unwrap();
    std::fs::rename(folder.join("next"), &link).unwrap();
    assert_eq!(watcher.changed().await.unwrap().listen.port(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_changed_secret_file_is_a_change() {
    let folder = folder("rotation");
    let (config, secret) = (folder.join("c.yaml"), folder.join("key"));
    std::fs::write(&secret, "old-0123456789abcdef").unwrap();
    std::fs::write(
        &config,
        format!("{PROVIDER}keys: [{{name: a, secret: \"${{TEAM}}\"}}]"),
    )
    .unwrap();
    let environment = Environment::from_iter([("TEAM_FILE", secret.to_str().unwrap())]);
    let settings = read(Some(&config), &environment).await.unwrap();
    let mut watcher = Watcher::new(&settings, &environment).unwrap();
    std::fs::write(&secret, "new-0123456789abcdef").unwrap();
    let settings = watcher.changed().await.unwrap();
    assert!(
        settings
            .memory_keys()
            .lookup("new-0123456789abcdef")
            .is_some()
    );
}

#[tokio::test]
async fn there_is_nothing_to_watch_without_a_file() {
    let settings = tiergate_config::load(
        None,
        &Environment::default(),
        &tiergate_config::Probe::default(),
    )
    .unwrap();
    assert!(Watcher::new(&settings, &Environment::default()).is_none());
}
