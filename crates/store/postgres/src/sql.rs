//! Where the statements stand: in files of SQL, each under a name.

/// The text that stands in a file behind the line `-- :NAME`, up to the next name. A name that is not there does not compile.
pub(crate) const fn named(file: &'static str, name: &str) -> &'static str {
    let mut at = 0;
    while at < file.len() {
        let line_end = end_of_line(file, at);
        if is_name(file, at, line_end, name) {
            let (_, rest) = file.split_at(line_end);
            return rest.split_at(next_name(rest)).0;
        }
        at = line_end + 1;
    }
    panic!("no statement has this name");
}

const fn end_of_line(text: &str, from: usize) -> usize {
    let mut at = from;
    while at < text.len() && text.as_bytes()[at] != b'\n' {
        at += 1;
    }
    at
}

/// Whether a line is the one with this name.
const fn is_name(text: &str, from: usize, to: usize, name: &str) -> bool {
    let (text, name) = (text.as_bytes(), name.as_bytes());
    if !begins_name(text, from) || to - from != MARK.len() + name.len() {
        return false;
    }
    let mut at = 0;
    while at < name.len() {
        if text[from + MARK.len() + at] != name[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// How long a statement is, which ends where the next name begins.
const fn next_name(text: &str) -> usize {
    let mut at = 0;
    while at < text.len() {
        if begins_name(text.as_bytes(), at) {
            return at;
        }
        at = end_of_line(text, at) + 1;
    }
    text.len()
}

/// Begins the line of a name.
const MARK: &[u8] = b"-- :";

const fn begins_name(text: &[u8], from: usize) -> bool {
    let mut at = 0;
    while at < MARK.len() {
        if from + at >= text.len() || text[from + at] != MARK[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Makes constants of the statements of a file.
macro_rules! statements {
    ($file:literal: $($name:ident)+) => {
        $(
            const $name: &str = $crate::sql::named(
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $file)),
                stringify!($name),
            );
        )+
    };
}
pub(crate) use statements;

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "-- What it is for.\n-- :FIRST\none\n-- :FIRST_TOO\n-- A word.\ntwo\n";

    #[test]
    fn a_statement_is_found_by_its_whole_name() {
        assert_eq!(named(FILE, "FIRST").trim(), "one");
        assert_eq!(named(FILE, "FIRST_TOO").trim(), "-- A word.\ntwo");
    }

    #[test]
    #[should_panic(expected = "no statement has this name")]
    fn a_statement_that_is_not_there_is_a_mistake() {
        named(FILE, "FIR");
    }
}
