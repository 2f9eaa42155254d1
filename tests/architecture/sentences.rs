//! What people read in Discord stands in `crates/text` alone, whole, so that another language has one place to go to. A
//! text in quotation marks with a blank between its words, anywhere on the way to Discord, is a sentence or a label that
//! stands elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::circles::{roots, short};
use super::modules::read;

/// Where whatever is said to Discord passes.
const ON_THE_WAY: [&str; 3] = ["commands", "src/deliver", "crates/discord/src"];
/// What an operator reads in the log, and a developer in a proof: neither is a place for another language.
const LOGS_AND_PROOFS: [&str; 8] =
    ["trace", "debug", "info", "warn", "error", "event", "debug_assert", "debug_assert_eq"];

/// The texts with a blank that a file says: all of its literals, but for attributes (what poise shows beside an option,
/// the errors of the log, the reasons of the lints, comments), the log, proofs in `expect`, and tests.
fn sentences(text: &str) -> Vec<String> {
    let tokens: TokenStream = text.parse().expect("the compiler takes the file");
    let mut found = Vec::new();
    walk(tokens, &mut found);
    found
}

fn walk(tokens: TokenStream, found: &mut Vec<String>) {
    let mut tokens = tokens.into_iter();
    let mut before: [String; 2] = [String::new(), String::new()];
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Group(group) if is_attribute(&before, group) => pass_over_tests(group, &mut tokens),
            TokenTree::Group(group) if !is_passed_over(&before) => walk(group.stream(), found),
            TokenTree::Literal(literal) => {
                if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string())
                    && is_sentence(&text.value())
                {
                    found.push(text.value());
                }
            }
            _ => {}
        }
        before = [std::mem::take(&mut before[1]), token.to_string()];
    }
}

/// `#[…]` and `#![…]`.
fn is_attribute(before: &[String; 2], group: &Group) -> bool {
    let hash = before[1] == "#" || (before[0] == "#" && before[1] == "!");
    hash && group.delimiter() == Delimiter::Bracket
}

/// `warn!(…)`, `.expect(…)`.
fn is_passed_over([name, sign]: &[String; 2]) -> bool {
    (sign == "!" && LOGS_AND_PROOFS.contains(&name.as_str())) || (name == "." && sign == "expect")
}

/// Passes over the item that an attribute belongs to, if that is compiled for tests only.
fn pass_over_tests(attribute: &Group, tokens: &mut impl Iterator<Item = TokenTree>) {
    let is_end = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(sign) => sign.as_char() == ';',
        _ => false,
    };
    if attribute.stream().to_string().replace(' ', "") == "cfg(test)" {
        let _end = tokens.find(is_end);
    }
}

/// Words, and a blank. A text without words only stands between values.
fn is_sentence(text: &str) -> bool {
    let words = text.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after));
    let words: String = words.collect();
    text.contains(' ') && words.contains(char::is_alphabetic)
}

/// The files on the way to Discord that are not for tests alone.
fn files() -> BTreeSet<PathBuf> {
    let modules = roots().into_iter().flat_map(|root| read(&root).into_values());
    let files = modules.map(|module| module.file);
    let files = files.filter(|file| !file.ends_with("testing.rs"));
    files.filter(|file| ON_THE_WAY.iter().any(|folder| Path::new(&short(file)).starts_with(folder))).collect()
}

#[test]
fn every_sentence_stands_in_the_crate_of_sentences() {
    let files = files();
    assert!(files.len() > 100, "all folders are looked at: {}", files.len());
    let elsewhere: BTreeMap<_, _> = files
        .iter()
        .map(|file| (short(file), sentences(&std::fs::read_to_string(file).expect("a file can be read"))))
        .filter(|(_, found)| !found.is_empty())
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:#?}");
}

#[test]
fn a_sentence_is_seen_wherever_it_hides_and_what_nobody_reads_in_discord_is_none() {
    let seen = |text: &str| sentences(text).join("|");
    assert_eq!(
        seen(r#"fn f() { say("No leads yet."); vec![format!("{} are paused", 1)] }"#),
        "No leads yet.|{} are paused"
    );
    assert_eq!(seen(r#"const A: &str = "Show it"; const B: &str = "ok";"#), "Show it");
    assert_eq!(
        seen(r#"/// A lead.\n#[error("not a lead")] struct A; #[expect(x, reason = "a reason")] fn f() {}"#),
        ""
    );
    assert_eq!(seen(r#"fn f() { tracing::warn!(a = 1, "it failed"); one().expect("it is one"); }"#), "");
    assert_eq!(
        seen(
            r#"#[cfg(test)] mod tests { const A: &str = "a b"; } #[cfg(test)] use a; const B: &str = "c d";"#
        ),
        "c d"
    );
}
