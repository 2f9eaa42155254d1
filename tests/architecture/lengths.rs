//! A file that a reader can have in mind.

use super::circles::{roots, short};
use super::modules::read;

/// With its tests.
const MOST_LINES: usize = 400;

#[test]
fn no_file_is_longer_than_four_hundred_lines() {
    let modules: Vec<_> = roots().iter().flat_map(|root| read(root).into_values()).collect();
    assert!(modules.len() > 500, "every crate is looked at: {}", modules.len());
    let lines = |file| std::fs::read_to_string(file).expect("it was read before").lines().count();
    let long: std::collections::BTreeSet<_> = modules
        .iter()
        .filter(|module| lines(&module.file) > MOST_LINES)
        .map(|module| short(&module.file))
        .collect();
    assert!(long.is_empty(), "longer than {MOST_LINES} lines: {long:#?}");
}
