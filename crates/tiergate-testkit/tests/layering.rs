//! The layers of docs/ARCHITECTURE.md, as a test: an arrow that is not listed here is a design decision.

#![expect(
    clippy::expect_used,
    reason = "the helpers of a test may panic like the test itself"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Every crate with the crates of this workspace that it may depend on, lower layers first.
const ALLOWED: &[(&str, &[&str])] = &[
    ("wire", &[]),
    ("catalog", &[]),
    ("failover", &[]),
    ("transport", &["wire"]),
    ("dialects", &["wire"]),
    ("scorer", &["wire"]),
    ("evaluation", &["wire"]),
    ("training", &["wire", "scorer"]),
    ("metering", &["wire", "catalog"]),
    ("policy", &["wire", "catalog", "metering"]),
    ("providers", &["wire", "dialects", "failover", "transport"]),
    (
        "router",
        &[
            "wire",
            "catalog",
            "failover",
            "scorer",
            "metering",
            "providers",
        ],
    ),
    (
        "shadow",
        &["wire", "catalog", "metering", "providers", "router"],
    ),
    (
        "server",
        &[
            "wire",
            "catalog",
            "dialects",
            "scorer",
            "metering",
            "policy",
            "providers",
            "router",
            "shadow",
        ],
    ),
    (
        "config",
        &[
            "wire",
            "catalog",
            "scorer",
            "metering",
            "policy",
            "providers",
            "router",
            "server",
            "transport",
            "wall",
        ],
    ),
    ("testkit", &[]),
    // it must not know those whom it judges; config knows its language
    ("wall", &[]),
];

/// The only crates that may depend on a package, with the reason.
const CONFINED: &[(&str, &[&str], &str)] = &[
    (
        "rustls",
        &["tiergate-transport", "tiergate"],
        "only transport opens connections",
    ),
    (
        "tokio-rustls",
        &["tiergate-transport", "tiergate-wall"],
        "only transport opens connections; the wall takes them with bad certificates",
    ),
    (
        "yaml_serde",
        &["tiergate-config"],
        "only config reads files",
    ),
    (
        "serde-saphyr",
        &["tiergate-config"],
        "only config reads files",
    ),
    (
        "sha2",
        &[
            "tiergate-policy",
            "tiergate-config",
            "tiergate-dialects",
            "tiergate-score",
            "tiergate-training",
            "tiergate-wall",
        ],
        "digests of keys belong to policy, of files to config, of training data to the tool and its checkpoints; AWS's \
            signatures are part of its dialect; the wall's tally shows fingerprints of keys",
    ),
    ("getrandom", &["tiergate"], "only the binary draws secrets"),
    (
        "clap",
        &["tiergate", "tiergate-score", "tiergate-wall"],
        "only the binaries have flags",
    ),
];

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo metadata runs");
    serde_json::from_slice(&output.stdout).expect("cargo metadata gives JSON")
}

/// Every package of the workspace with its ordinary dependencies.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    let edges = packages.iter().map(|package| {
        let dependencies = package["dependencies"].as_array().expect("dependencies");
        let ordinary = dependencies.iter().filter(|each| each["kind"].is_null());
        let names = ordinary
            .filter_map(|each| each["name"].as_str())
            .map(str::to_owned)
            .collect();
        (package["name"].as_str().expect("a name").to_owned(), names)
    });
    edges.collect()
}

#[test]
fn arrows_point_downwards_only() {
    let allowed: BTreeMap<String, BTreeSet<String>> = ALLOWED
        .iter()
        .map(|(name, below)| {
            (
                format!("tiergate-{name}"),
                below
                    .iter()
                    .map(|each| format!("tiergate-{each}"))
                    .collect(),
            )
        })
        .collect();
    for (package, dependencies) in dependencies() {
        let Some(allowed) = allowed.get(&package) else {
            assert!(
                !package.starts_with("tiergate-")
                    || ["tiergate-score", "tiergate-examples", "tiergate-benches"]
                        .contains(&&*package),
                "{package} has no layer"
            );
            continue;
        };
        let inside = dependencies
            .iter()
            .filter(|name| name.starts_with("tiergate-"));
        let stray: Vec<&String> = inside.filter(|name| !allowed.contains(*name)).collect();
        assert!(stray.is_empty(), "{package} must not depend on {stray:?}");
    }
}

#[test]
fn some_packages_are_confined() {
    for (package, dependencies) in dependencies() {
        for (confined, users, reason) in CONFINED {
            assert!(
                !dependencies.contains(*confined) || users.contains(&&*package),
                "{package} uses {confined}: {reason}"
            );
        }
    }
}

#[test]
fn every_library_says_what_it_is_for_and_what_not() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the crates folder");
    for (name, _) in ALLOWED.iter().filter(|(name, _)| *name != "testkit") {
        let source = std::fs::read_to_string(crates.join(format!("tiergate-{name}/src/lib.rs")))
            .expect("a lib.rs");
        let first = source.lines().next().unwrap_or_default();
        assert!(
            first.starts_with("//! "),
            "{name} begins without its sentence"
        );
        assert!(
            first.contains("never") || first.contains("only") || first.contains("neither"),
            "{name}: the sentence sets no bound: {first}"
        );
        assert!(
            source.contains("does not do"),
            "{name} does not say what it does not do"
        );
    }
}

#[test]
fn folders_bear_the_names_of_their_packages() {
    for package in metadata()["packages"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("a name");
        let folder = Path::new(package["manifest_path"].as_str().expect("a path"))
            .parent()
            .expect("a folder");
        let folder = folder.file_name().expect("a name").to_string_lossy();
        let same = folder == name || format!("tiergate-{folder}") == name;
        assert!(same, "{name} lives in {folder}");
    }
}

#[test]
fn an_embedded_router_stays_small() {
    // the router without its networking feature: at most 40 packages besides the workspace's own
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "-p",
            "tiergate-router",
            "--no-default-features",
            "-e",
            "normal",
            "--prefix",
            "none",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo tree runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let names: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| !name.is_empty())
        .collect();
    assert!(names.contains("tiergate-router"), "{text}");
    assert!(names.len() <= 40, "{} packages: {names:?}", names.len());
}

#[test]
fn the_gateway_has_no_package_twice() {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree", "-p", "tiergate", "-d", "-e", "normal", "--depth", "0", "--prefix", "none",
        ])
        .args(["--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo tree runs");
    let twice = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert!(output.status.success() && twice.is_empty(), "{twice}");
}
