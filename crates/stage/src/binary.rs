//! Where the binary is.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::ensure;

/// The binary that cargo built with the tests: it stands one folder above the program that runs them.
pub fn built() -> PathBuf {
    let tests = std::env::current_exe().expect("a program knows where it stands");
    let folder = tests.parent().and_then(Path::parent).expect("cargo puts tests below what they test");
    folder.join(format!("deskbell{}", std::env::consts::EXE_SUFFIX))
}

/// The released binary: the given one, or the one that is built here and that cargo puts at `built`, which is
/// `env!("CARGO_BIN_EXE_deskbell")` of the program that asks. The one that cargo builds for a bench has the features of
/// the tests in it, so it is built anew. With `--profile dev` the one of that profile serves as it is, for trials.
pub fn released(given: Option<&Path>, built: &str) -> anyhow::Result<PathBuf> {
    if let Some(given) = given {
        return Ok(std::path::absolute(given)?);
    }
    if !cfg!(debug_assertions) {
        let done = Command::new(env!("CARGO")).args(["build", "--release", "--locked"]).status()?;
        ensure!(done.success(), "the release build fails");
    }
    Ok(PathBuf::from(built))
}
