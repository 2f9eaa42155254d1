//! What other engines that speak PostgreSQL's wire cannot take stands in no statement, and no statement stands in Rust.

use std::fs;
use std::path::{Path, PathBuf};

/// The tables that belong to no workspace. Whoever adds one says why no workspace can own it.
const OF_NO_WORKSPACE: [&str; 16] = [
    "application",
    "audit_begun",
    "audit_book",
    "audit_entry",
    "departure",
    "former",
    "former_card",
    "kept",
    "link",
    "member",
    "meta",
    "schema_version",
    "server",
    "shard",
    "unerased",
    "unwanted",
];

/// The files below a folder of the crate with this ending, and what stands in them.
fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|is| is == ending) {
                found.push((path.clone(), fs::read_to_string(path).unwrap()));
            }
        }
    }
    found
}

/// The statements of all files, without comments, in small letters and with single spaces.
fn statements() -> Vec<String> {
    let mut found = Vec::new();
    for (_, text) in files("sql", "sql").into_iter().chain(files("migrations", "sql")) {
        let is_name = |line: &str| line.starts_with("-- :");
        let line = |line: &str| {
            if is_name(line) { ";".to_owned() } else { line.split("--").next().unwrap_or("").to_owned() }
        };
        let plain = text.lines().map(line).collect::<Vec<_>>().join(" ").to_lowercase();
        let words = plain.split(';').map(|one| one.split_whitespace().collect::<Vec<_>>().join(" "));
        found.extend(words.filter(|one| !one.is_empty()));
    }
    found
}

fn words(statement: &str) -> Vec<&str> {
    statement
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
        .collect()
}

/// What is wrong with a statement.
fn wrong_with(statement: &str) -> Option<String> {
    const REFUSED: [&str; 18] = [
        "nextval",
        "currval",
        "serial",
        "bigserial",
        "smallserial",
        "identity",
        "listen",
        "notify",
        "unlisten",
        "trigger",
        "references",
        "function",
        "procedure",
        "ctid",
        "xmin",
        "lateral_view",
        "copy",
        "truncate",
    ];
    let words = words(statement);
    let refused = REFUSED.iter().find(|refused| words.contains(refused));
    let advisory = words.iter().find(|word| word.starts_with("pg_"));
    let is_writing_cte = words.first() == Some(&"with");
    let is_lease = words.contains(&"owner") && !statement.starts_with("create table");
    let is_by_clock =
        is_lease && words.iter().any(|word| ["now", "current_timestamp", "clock_timestamp"].contains(word));
    if let Some(word) = refused.or(advisory) {
        return Some(format!("{word} in {statement}"));
    }
    (is_writing_cte || is_by_clock).then(|| statement.to_owned())
}

#[test]
fn no_statement_needs_what_other_engines_do_not_have() {
    let statements = statements();
    assert!(statements.len() > 200, "all are read: {}", statements.len());
    let wrong: Vec<_> = statements.iter().filter_map(|statement| wrong_with(statement)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_refused_is_found() {
    for wrong in [
        "with gone as (delete from entry returning number) insert into seen select 1",
        "select nextval('numbers')",
        "select pg_advisory_lock(1)",
        "listen news",
        "create table a (workspace text, b bigserial, primary key (workspace))",
        "update workspace set owner = $1 where now() > $2",
    ] {
        assert!(wrong_with(wrong).is_some(), "{wrong}");
    }
}

#[test]
fn every_table_of_a_workspace_has_it_first_in_its_key() {
    let mut tables = 0;
    for statement in statements() {
        let Some(rest) = statement.strip_prefix("create table if not exists ") else { continue };
        tables += 1;
        let name = words(rest)[0];
        let key = rest.split_once("primary key (").map_or_else(|| words(rest)[1], |(_, key)| words(key)[0]);
        assert!(key == "workspace" || OF_NO_WORKSPACE.contains(&name), "{statement}");
    }
    assert!(tables > 30, "all are read: {tables}");
}

#[test]
fn no_statement_stands_in_rust() {
    const BEGINNINGS: [&str; 8] = [
        "\"select ",
        "\"insert into ",
        "\"update ",
        "\"delete from ",
        "\"create table",
        "\"begin",
        "\"commit",
        "\"rollback",
    ];
    let found = files("src", "rs").into_iter().filter(|(path, _)| !path.ends_with("portability.rs"));
    for (path, text) in found {
        for line in text.lines() {
            let is_statement = BEGINNINGS.iter().any(|beginning| line.contains(beginning));
            assert!(!is_statement, "{}: {line}", path.display());
        }
    }
}
