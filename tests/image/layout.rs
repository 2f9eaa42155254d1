//! What the project itself says: its binary, its features, and the files that a build reads.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The top of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What cargo tells of the workspace.
pub(crate) struct Layout {
    packages: Vec<Value>,
}

impl Layout {
    pub(crate) fn read() -> Self {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--no-deps", "--format-version", "1", "--offline", "--manifest-path"])
            .arg(root().join("Cargo.toml"))
            .output()
            .expect("cargo can be run");
        let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
        Self { packages: metadata["packages"].as_array().expect("there are packages").clone() }
    }

    fn bot(&self) -> &Value {
        self.packages.iter().find(|package| package["name"] == "deskbell").expect("there is the bot")
    }

    /// The version of the bot.
    pub(crate) fn version(&self) -> &str {
        self.bot()["version"].as_str().expect("a package has a version")
    }

    /// The oldest Rust that builds it, as its major and minor number.
    pub(crate) fn oldest_rust(&self) -> (u32, u32) {
        minor_version(self.bot()["rust_version"].as_str().expect("the bot names one")).expect("two numbers")
    }

    /// Whether the bot has this feature.
    pub(crate) fn has_feature(&self, name: &str) -> bool {
        self.bot()["features"].get(name).is_some()
    }

    /// Whether the bot's package builds a binary of this name.
    pub(crate) fn has_binary(&self, name: &str) -> bool {
        let targets = self.bot()["targets"].as_array().into_iter().flatten();
        targets.into_iter().any(|target| target["kind"][0] == "bin" && target["name"] == name)
    }

    /// What cargo reads before it builds anything, from the top of the repository: each manifest, and the first file of
    /// each target, which must be there even if it is not built.
    pub(crate) fn read_by_a_build(&self) -> Vec<PathBuf> {
        let manifests = self.packages.iter().map(|package| &package["manifest_path"]);
        let targets = self.packages.iter().filter_map(|package| package["targets"].as_array()).flatten();
        let files = manifests.chain(targets.map(|target| &target["src_path"]));
        let files = files.filter_map(|path| Path::new(path.as_str()?).strip_prefix(root()).ok());
        files.map(Path::to_owned).chain([PathBuf::from("Cargo.lock")]).collect()
    }
}

/// The first two numbers of a version.
pub(crate) fn minor_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split(['.', '-']);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}
