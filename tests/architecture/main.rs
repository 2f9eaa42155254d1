//! The structure that ARCHITECTURE.md promises: which crate may use which, no circle of files in any of them, no object
//! that does too much, a sentence for what is public, kinds of events in one table, and no comment or document that leads
//! to a page that is not there.

mod circles;
mod crates;
mod docstrings;
mod kinds;
mod lengths;
mod methods;
mod modules;
mod names;
mod references;
mod sentences;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What cargo tells of the workspace.
fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .output()
        .expect("cargo can be run");
    serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON")
}
