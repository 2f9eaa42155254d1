//! Numbers with what they count, and enumerations, as people read them.

pub use deskbell_domain::number::number;

/// `1 lead`, `2,031 leads`.
pub fn counted(count: u64, word: &str) -> String {
    format!("{} {word}{}", number(count), if count == 1 { "" } else { "s" })
}

/// `Send Messages`, `Send Messages and Embed Links`, `A, B and C`, each in bold.
pub fn bold_list(names: &[&str]) -> String {
    let bold: Vec<_> = names.iter().map(|name| format!("**{name}**")).collect();
    match bold.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_exact_and_readable() {
        assert_eq!(counted(1, "lead"), "1 lead");
        assert_eq!(counted(0, "lead"), "0 leads");
        assert_eq!(counted(2_031, "lead"), "2,031 leads");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(number(999), "999");
    }
}
