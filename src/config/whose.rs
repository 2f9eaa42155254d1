//! Whose token a token is, by its form: told before a service is asked, so that neither sees the token of the other.

use secrecy::{ExposeSecret as _, SecretString};

use super::mistake::wrong;
use super::secrets::where_from;
use super::values::Mistake;

const OF_DISCORD: &str = "DISCORD_TOKEN";
const OF_INTERCOM: &str = "INTERCOM_ACCESS_TOKEN";

/// Takes a token out that stands in the place of the other service's, and says what to do.
pub(super) fn take_misplaced(
    discord: &mut Option<SecretString>,
    intercom: &mut Option<SecretString>,
) -> Option<Mistake> {
    let misplaced =
        (discord.take_if(|token| is_intercoms(token)), intercom.take_if(|token| is_discords(token)));
    match misplaced {
        (Some(_), Some(_)) => Some(wrong(
            OF_DISCORD,
            "DISCORD_TOKEN looks like Intercom's token, and INTERCOM_ACCESS_TOKEN like Discord's: swap them.",
        )),
        (Some(_), None) => Some(of_the_other(OF_DISCORD, "Intercom")),
        (None, Some(_)) => Some(of_the_other(OF_INTERCOM, "Discord")),
        (None, None) => None,
    }
}

fn of_the_other(name: &'static str, service: &str) -> Mistake {
    wrong(name, format!("{name} looks like {service}'s token. {}", where_from(name)))
}

/// Intercom's are base64 of a text that begins with `tok:`.
fn is_intercoms(token: &SecretString) -> bool {
    token.expose_secret().starts_with("dG9rO")
}

/// Discord's have three parts, the first of which is the base64 of a number. Other tokens have three parts too.
fn is_discords(token: &SecretString) -> bool {
    let token = token.expose_secret();
    token.starts_with(['M', 'N', 'O']) && token.split('.').filter(|part| !part.is_empty()).count() == 3
}
