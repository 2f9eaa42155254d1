//! "Look up in Intercom" on a message: whose e-mail address stands in it. Discord sends the message with the
//! command, so that no privileged intent is needed.

use deskbell_domain::access::Grant;
use deskbell_domain::contact::Role;
use deskbell_domain::service::input::Email;
use deskbell_domain::service::look_up::{LookUp, anybody};
use poise::serenity_prelude as serenity;

use crate::contact::present;
use crate::interaction::context::Ctx;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::session::Session;

/// Finds the e-mail address in a message and shows whose it is.
#[poise::command(context_menu_command = "Look up in Intercom", guild_only)]
pub(crate) async fn look_up_message(ctx: Ctx<'_>, message: serenity::Message) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    guard::may_look(&session.context, &session.asker, Grant::Look).await?;
    let email = texts(&message).into_iter().find_map(first_email).ok_or(Refusal::NoEmailInMessage)?;
    session.answer.begin().await?;
    let text = email.as_str().to_owned();
    match session.answer.patiently(anybody(&*session.intercom, email)).await? {
        LookUp::Unknown => Err(Refusal::NobodyHas(text).into()),
        found => present(&session, Role::Lead, &text, found).await,
    }
}

/// Everything that can be read in a message: its own text, then its embeds'.
fn texts(message: &serenity::Message) -> Vec<&str> {
    let mut texts = vec![message.content.as_str()];
    for embed in &message.embeds {
        texts.extend([&embed.title, &embed.description].into_iter().flatten().map(String::as_str));
        texts.extend(embed.fields.iter().map(|field| field.value.as_str()));
    }
    texts
}

/// The first word that is an e-mail address, without the marks around it.
fn first_email(text: &str) -> Option<Email> {
    let is_around = |c: char| c.is_whitespace() || "<>()[]{}\"'`,;:|*".contains(c);
    let unescaped = text.replace('\\', "");
    unescaped
        .split(is_around)
        .filter(|word| word.contains('@'))
        .find_map(|word| Email::parse(word.trim_matches(|c: char| !c.is_alphanumeric())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        first_email(text).map(Email::into_string)
    }

    #[test]
    fn an_address_is_found_among_words_marks_and_escapes() {
        let plain = Some("ada@acme.io".to_owned());
        assert_eq!(found("Please call Ada (ada@acme.io), she waits."), plain);
        assert_eq!(found("mail <mailto:ada@acme.io>."), plain);
        assert_eq!(found("**ada@acme.io**!"), plain);
        assert_eq!(found("ada\\_l@acme.io"), Some("ada_l@acme.io".to_owned()));
    }

    #[test]
    fn a_mention_or_a_handle_is_no_address() {
        for text in ["<@123> hello", "@everyone", "ask @ada", "ada@acme", ""] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
