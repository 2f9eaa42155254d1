//! Lists with commas: all members that will not do are told at once.

use super::mistake::shown;

/// So many letters of them a sentence has room for, and for the first of them in any case.
const ROOM: usize = 70;

/// The members of a list that mean nothing.
pub(super) struct Strangers {
    /// As a sentence may name them.
    pub(super) quoted: String,
    pub(super) is_one: bool,
}

/// Each member of a list, as what it means.
pub(super) fn members<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Strangers> {
    let (mut known, mut strange) = (Vec::new(), Vec::new());
    for member in text.split(',').map(str::trim).filter(|member| !member.is_empty()) {
        match read(member) {
            Some(meant) => known.push(meant),
            None => strange.push(format!("\"{}\"", shown(member))),
        }
    }
    if strange.is_empty() {
        return Ok(known);
    }
    Err(Strangers { quoted: named(&strange), is_one: strange.len() == 1 })
}

fn named(strange: &[String]) -> String {
    let fits = |count: &usize| strange[..*count].join(", ").chars().count() <= ROOM;
    let count = (1..=strange.len()).take_while(fits).last().unwrap_or(1);
    let all = strange[..count].join(", ");
    match strange.len() - count {
        0 => all,
        more => format!("{all} and {more} more"),
    }
}
