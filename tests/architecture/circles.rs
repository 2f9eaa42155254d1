//! No circle of files: what a file takes from another never leads back to it. So each file can be read with nothing in
//! mind but what stands below it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::metadata;
use super::modules::{Modules, read};
use super::names::{defining_file, mentioned};

/// From each file to those from which it takes something.
type Arrows = BTreeMap<PathBuf, BTreeSet<PathBuf>>;

fn arrows(modules: &Modules) -> Arrows {
    let mut arrows = Arrows::new();
    for (path, module) in modules {
        for name in mentioned(module) {
            let to = defining_file(modules, path, &name).filter(|to| *to != module.file);
            let from = arrows.entry(module.file.clone()).or_default();
            from.extend(to.map(Path::to_owned));
        }
    }
    arrows
}

fn reached<'a>(arrows: &'a Arrows, from: &'a Path) -> BTreeSet<&'a Path> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(file) = open.pop() {
        for next in arrows.get(file).into_iter().flatten() {
            if reached.insert(next.as_path()) {
                open.push(next);
            }
        }
    }
    reached
}

/// Each circle as the files in it.
fn circles(arrows: &Arrows) -> BTreeSet<Vec<PathBuf>> {
    let reached: BTreeMap<_, _> = arrows.keys().map(|file| (file.as_path(), reached(arrows, file))).collect();
    let reaches = |from: &Path, to: &Path| reached.get(from).is_some_and(|all| all.contains(to));
    let circle = |file: &PathBuf| -> Vec<PathBuf> {
        arrows.keys().filter(|other| reaches(file, other) && reaches(other, file)).cloned().collect()
    };
    arrows.keys().map(circle).filter(|circle| !circle.is_empty()).collect()
}

/// What ties a circle.
fn ties(arrows: &Arrows, circle: &[PathBuf]) -> String {
    let inside = arrows.iter().filter(|(from, _)| circle.contains(from));
    let pairs = inside.flat_map(|(from, all)| all.iter().map(move |to| (from, to)));
    let pairs = pairs.filter(|(_, to)| circle.contains(to));
    let lines: Vec<_> = pairs.map(|(from, to)| format!("{} -> {}", short(from), short(to))).collect();
    lines.join("\n")
}

pub(crate) fn short(file: &Path) -> String {
    file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(file).display().to_string()
}

/// The root files of everything that cargo builds here.
pub(crate) fn roots() -> Vec<PathBuf> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("there are packages");
    let targets = packages.iter().filter_map(|package| package["targets"].as_array()).flatten();
    targets.filter_map(|target| target["src_path"].as_str()).map(PathBuf::from).collect()
}

#[test]
fn no_file_takes_from_one_that_takes_from_it() {
    let roots = roots();
    assert!(roots.len() > 10, "every crate is looked at: {roots:?}");
    let arrows = roots.iter().map(|root| arrows(&read(root)));
    let told: BTreeSet<String> = arrows
        .flat_map(|arrows| {
            let circles = circles(&arrows).into_iter();
            circles.map(|circle| ties(&arrows, &circle)).collect::<Vec<_>>()
        })
        .collect();
    let told: Vec<_> = told.into_iter().collect();
    assert!(told.is_empty(), "there are circles of files:\n{}", told.join("\n\n"));
}

#[test]
fn what_leads_back_through_re_exports_and_macros_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("lib.rs", "mod high; mod low; pub use high::Top; mod alone { pub fn one() {} }");
    write("high.rs", "use crate::low; pub struct Top; fn f() { println!(\"{}\", low::deep()); }");
    write("low.rs", "pub fn deep() -> crate::Top { crate::alone::one(); crate::Top }");
    let found = circles(&arrows(&read(&folder.path().join("lib.rs"))));
    let circle = ["high.rs", "low.rs"].map(|name| folder.path().join(name)).to_vec();
    assert_eq!(found, BTreeSet::from([circle]));
}
