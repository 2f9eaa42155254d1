//! What an operator wrote that counts for nothing: no mistake, but perhaps not what was meant.

use super::mistake::shown;
use super::names::beside_the_right_one;
use super::reference;
use super::variables::Variables;

/// A sentence for each.
pub fn notes(variables: &Variables) -> Vec<String> {
    let beside = beside_the_right_one(variables);
    let unread = beside.iter().map(|miss| {
        format!(
            "{} is none of mine and counts for nothing: {} is set too. Take it out, unless another program reads it.",
            shown(&miss.written),
            miss.meant
        )
    });
    unread.chain(region_beside_an_address(variables)).chain(empty(variables)).collect()
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
