//! The checks of the fuzz targets over the committed corpus: what the fuzzer found stays found, without a fuzzer.

#[expect(unreachable_pub, reason = "the fuzz targets use it as a library")]
#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Runs a check over every file of a target's corpus.
fn over_corpus(target: &str, check: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let files: Vec<_> = std::fs::read_dir(&folder).expect("there is a corpus").collect();
    assert!(!files.is_empty(), "the corpus of {target} is empty");
    for file in files {
        let path = file.expect("the folder can be read").path();
        let data = std::fs::read(&path).expect("the file can be read");
        let held = catch_unwind(AssertUnwindSafe(|| check(&data))).is_ok();
        assert!(held, "{} does not hold", path.display());
    }
}

#[test]
fn any_answer_of_intercom_is_read_within_the_limits() {
    over_corpus("intercom_json", targets::intercom_json::check);
}

#[test]
fn any_html_becomes_harmless_markdown() {
    over_corpus("html_to_markdown", targets::html_to_markdown::check);
}

#[test]
fn any_custom_id_is_read_as_what_it_was_written_as() {
    over_corpus("custom_id", targets::custom_id::check);
}

#[test]
fn any_stored_value_is_read_or_unreadable() {
    over_corpus("stored_values", targets::stored_values::check);
}

#[test]
fn any_configuration_is_told_without_its_secrets() {
    over_corpus("configuration", targets::configuration::check);
}
