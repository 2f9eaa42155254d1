//! An operator's binary, which is built without the demo (`--no-default-features`).

use std::process::Command;

fn deskbell(argument: &str) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_deskbell"))
        .arg(argument)
        .env_clear()
        .output()
        .expect("the binary can be started");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn who_asks_for_the_demo_hears_that_it_is_missing_and_how_to_get_it() {
    let (code, shown, told) = deskbell("demo");
    insta::assert_snapshot!(told, @"This deskbell was built without its demo: in a copy of its repository, `cargo run --release -- demo` builds one that has it.");
    assert_eq!((code, shown.as_str()), (deskbell("no-such-command").0, ""));
}

#[test]
fn the_help_offers_no_demo() {
    let (code, shown, _) = deskbell("--help");
    assert_eq!(code, Some(0));
    assert!(shown.contains("check") && !shown.contains("demo"), "{shown}");
}
