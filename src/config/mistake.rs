//! What is wrong with a variable, as a sentence, and what counts where it is left out.

use super::reference;
use super::values::{Mistake, MistakeKind};
use super::variables::Variables;

pub(super) fn wrong(variable: &'static str, sentence: impl Into<String>) -> Mistake {
    Mistake { variable, fault: MistakeKind::Wrong, sentence: sentence.into() }
}

pub(super) fn missing(variable: &'static str, sentence: impl Into<String>) -> Mistake {
    Mistake { variable, fault: MistakeKind::Missing, sentence: sentence.into() }
}

/// What is set, or what the reference says counts otherwise.
pub(super) fn set_or_default<'a>(variables: &'a Variables, name: &'static str) -> Result<&'a str, Mistake> {
    let value = variables.get(name).or_else(|| reference::default_of(name));
    value.ok_or_else(|| missing(name, format!("{name} is missing.")))
}

/// A value as a sentence may repeat it: short and on one line.
pub(super) fn shown(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).take(60).collect()
}
