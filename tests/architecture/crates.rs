//! Which crate may use which: read from the manifests, so that an arrow in the wrong direction does not land.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::metadata;

/// The simulation stands in for both services and runs everything between them.
const SIMULATION: [&str; 8] = [
    "deskbell-domain",
    "deskbell-commands",
    "deskbell-discord",
    "deskbell-intercom",
    "deskbell-seal",
    "deskbell-store",
    "deskbell-text",
    "deskbell",
];

/// The arrows of ARCHITECTURE.md. Dev-dependencies are free, but for the domain and the sandbox.
fn allowed() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let domain = "deskbell-domain";
    [
        ("deskbell-domain", vec![]),
        ("deskbell-sandbox", vec![]),
        ("deskbell-stage", vec![domain, "deskbell", "deskbell-sandbox"]),
        ("deskbell-powercut", vec![domain, "deskbell-store"]),
        ("deskbell-simulation", SIMULATION.to_vec()),
        ("deskbell-intercom", vec![domain]),
        ("deskbell-seal", vec![domain]),
        ("deskbell-store", vec![domain]),
        ("deskbell-store-postgres", vec![domain, "deskbell-store"]),
        ("deskbell-discord", vec![domain]),
        ("deskbell-text", vec![domain]),
        ("deskbell-commands", vec![domain, "deskbell-discord", "deskbell-text"]),
        (
            "deskbell",
            vec![
                domain,
                "deskbell-discord",
                "deskbell-intercom",
                "deskbell-seal",
                "deskbell-store",
                "deskbell-store-postgres",
                "deskbell-text",
                "deskbell-commands",
                "deskbell-sandbox",
            ],
        ),
    ]
    .into_iter()
    .map(|(name, uses)| (name, uses.into_iter().collect()))
    .collect()
}

/// Two crates call functions of the system, which the workspace's lints forbid, and a crate takes all of them or none.
#[test]
fn the_crates_with_unsafe_code_have_the_lints_of_all_others() {
    let workspace = lints("Cargo.toml", "workspace.lints");
    assert!(workspace.contains("unsafe_code = \"forbid\""), "{workspace:?}");
    for crate_ in ["crates/powercut", "crates/store"] {
        let own = lints(&format!("{crate_}/Cargo.toml"), "lints");
        let but_for: Vec<_> = workspace.symmetric_difference(&own).collect();
        assert_eq!(but_for, ["unsafe_code = \"deny\"", "unsafe_code = \"forbid\""], "{crate_}");
    }
}

/// The lines of a manifest's tables that begin so, without comments.
fn lints(manifest: &str, table: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(manifest);
    let text = std::fs::read_to_string(path).expect("there is the manifest");
    let mut inside = false;
    let lines = text.lines().filter(|line| {
        if line.starts_with('[') {
            inside = line.starts_with(&format!("[{table}."));
        }
        inside && !line.is_empty() && !line.starts_with(['#', '['])
    });
    lines.map(str::to_owned).collect()
}

fn dependencies<'a>(package: &'a Value, kind: Option<&str>) -> BTreeSet<&'a str> {
    let all = package["dependencies"].as_array().expect("a package has dependencies");
    all.iter()
        .filter(|dependency| dependency["kind"].as_str() == kind)
        .filter_map(|dependency| dependency["name"].as_str())
        .collect()
}

#[test]
fn arrows_only_point_where_they_may() {
    let (metadata, allowed) = (metadata(), allowed());
    let packages = metadata["packages"].as_array().expect("there are packages");
    let names: BTreeSet<_> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    assert_eq!(names, allowed.keys().copied().collect(), "every crate stands in the table");
    for package in packages {
        let name = package["name"].as_str().expect("a package has a name");
        let ours: BTreeSet<_> =
            dependencies(package, None).into_iter().filter(|one| one.starts_with("deskbell")).collect();
        assert!(ours.is_subset(&allowed[name]), "{name} uses {ours:?}, may use {:?}", allowed[name]);
    }
}

/// Whoever runs the bot needs no stand-ins, so its binary can be built without them.
#[test]
fn the_bot_takes_the_sandbox_only_for_its_demo() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("there are packages");
    let bot = packages.iter().find(|package| package["name"] == "deskbell").expect("there is the bot");
    let all = bot["dependencies"].as_array().expect("a package has dependencies");
    let optional = all.iter().filter(|one| one["kind"].is_null() && one["optional"] == true);
    let optional: BTreeSet<_> =
        optional.filter_map(|one| one["name"].as_str()).map(|name| format!("dep:{name}")).collect();
    let in_demo = bot["features"]["demo"].as_array().expect("there is the feature");
    let in_demo: BTreeSet<_> = in_demo.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    assert!(in_demo.contains("dep:deskbell-sandbox"), "{in_demo:?}");
    assert_eq!(in_demo, optional, "what is optional belongs to the demo, and what belongs to it is optional");
    assert_eq!(bot["features"]["default"], serde_json::json!(["demo"]));
}

#[test]
fn the_domain_does_no_input_or_output() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("there are packages");
    let domain =
        packages.iter().find(|package| package["name"] == "deskbell-domain").expect("there is the domain");
    for forbidden in ["serenity", "poise", "reqwest", "sled", "hyper", "axum"] {
        assert!(!dependencies(domain, None).contains(forbidden), "the domain uses {forbidden}");
    }
}

#[test]
fn the_sandbox_knows_nothing_of_ours_even_in_its_tests() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("there are packages");
    let sandbox =
        packages.iter().find(|package| package["name"] == "deskbell-sandbox").expect("there is one");
    let all = dependencies(sandbox, Some("dev"));
    assert!(!all.iter().any(|name| name.starts_with("deskbell")), "{all:?}");
}
