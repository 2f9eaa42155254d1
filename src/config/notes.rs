//! What an operator wrote that counts for nothing: no mistake, but perhaps not what was meant.

use super::mistake::shown;
use super::names::{NearMiss, without_effect};
use super::reference;
use super::values::{Mistake, MistakeKind};
use super::variables::Variables;

/// A sentence for each.
pub fn notes(variables: &Variables) -> Vec<String> {
    let unread = without_effect(variables);
    let unread = unread.iter().map(none_of_mine);
    unread.chain(region_beside_an_address(variables)).chain(empty(variables)).collect()
}

/// What to say first where something is missing and there is no `.env`: the folder may be another one than was meant.
pub fn wrong_folder(variables: &Variables, mistakes: &[Mistake]) -> Option<String> {
    let folder = variables.folder_without_dotenv()?;
    let is_missing = mistakes.iter().any(|mistake| mistake.fault == MistakeKind::Missing);
    is_missing.then(|| {
        format!("There is no .env in {}. Start Deskbell where it is, or run deskbell init.", folder.display())
    })
}

fn none_of_mine(miss: &NearMiss) -> String {
    let written = shown(&miss.written);
    match miss.said_by {
        Some(other) => format!(
            "{written} is none of mine and counts for nothing: {other} is set too. Take it out, unless another program \
             reads it."
        ),
        None => format!(
            "{written} is none of mine and counts for nothing. If {} is meant, write that name.",
            miss.meant
        ),
    }
}

fn region_beside_an_address(variables: &Variables) -> Option<String> {
    variables.get("INTERCOM_REGION").and(variables.get("INTERCOM_API_URL"))?;
    Some(
        "INTERCOM_REGION counts for nothing, because INTERCOM_API_URL is set. Take one of them out."
            .to_owned(),
    )
}

/// Somebody may think that nothing is chosen where nothing stands.
fn empty(variables: &Variables) -> impl Iterator<Item = String> {
    let blank = reference::VARIABLES.iter().filter(|variable| variables.is_blank(variable.name));
    blank.filter_map(|variable| {
        let default = reference::default_of(variable.name)?;
        Some(format!("{} is empty, which counts as left out: {default}.", variable.name))
    })
}
