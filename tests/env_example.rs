//! `.env.example` and the README's tables say what the code says.

use deskbell::config::reference;
use deskbell_domain::event::EventKind;
use deskbell_domain::topic::Topic;
use deskbell_text::command::CommandName;

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

#[test]
fn the_readme_tells_of_every_kind_of_event_every_command_and_every_webhook() {
    let readme = file("README.md");
    let kinds = EventKind::ALL.map(|kind| format!("\n| {} {} |", kind.sign(), kind.word()));
    let commands = CommandName::ALL.map(|command| format!("`{}`", command.typed()));
    let apps = ["\n| Look up in Intercom |", "\n| Show in Intercom |"].map(str::to_owned);
    let topics = Topic::ALL.map(|topic| format!("`{}`", topic.name()));
    for told in kinds.into_iter().chain(commands).chain(apps).chain(topics) {
        assert!(readme.contains(&told), "{told}");
    }
}
