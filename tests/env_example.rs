//! `.env.example` and the README's table say what the code says.

use deskbell::config::reference;

/// A file of the project.
fn file(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_example_holds_every_variable_with_meaning_and_default() {
    assert_eq!(file(".env.example"), reference::env_example(), "print it anew with the test's right side");
}

#[test]
fn the_readme_holds_the_table_of_variables() {
    assert!(file("README.md").contains(&reference::markdown_table()), "{}", reference::markdown_table());
}
