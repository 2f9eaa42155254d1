//! "Look up in Intercom" on a message: whose e-mail addresses stand in it. Discord sends the message with the
//! command, so that no privileged intent is needed.

use deskbell_domain::access::Needed;
use deskbell_domain::contact::Role;
use deskbell_domain::matching::is_same_email;
use deskbell_domain::message::Message;
use deskbell_domain::service::draft::Draft;
use deskbell_domain::service::input::Email;
use deskbell_domain::service::look_up::{LookUp, Owners, owners};
use deskbell_text as text;
use poise::serenity_prelude as serenity;

use crate::contact::present;
use crate::contact::retry::{self, Asked};
use crate::interaction::context::Ctx;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::keep::{keep, new_key};
use crate::interaction::session::Session;
use crate::interaction::tell::tell;

/// Each address costs a call of the few that a person has in a minute.
const MOST_ADDRESSES: usize = 5;

/// Finds the e-mail addresses in a message and shows whose they are.
#[poise::command(context_menu_command = "Look up in Intercom", guild_only)]
pub(crate) async fn look_up_message(ctx: Ctx<'_>, message: serenity::Message) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    guard::may(&session.context, &session.asker, Needed::Look).await?;
    let emails = emails(&texts(&message));
    if emails.is_empty() {
        return Err(Refusal::NoEmailInMessage.into());
    }
    look_up(&session, emails).await
}

/// Looks up whose the first of these addresses are, and offers to go on with the others. The asker was checked already.
pub(crate) async fn look_up(session: &Session<'_>, emails: Vec<String>) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let (first, others) = emails.split_at(emails.len().min(MOST_ADDRESSES));
    let parsed = first.iter().filter_map(|email| Email::parse(email)).collect();
    let result = match session.answer.patiently(owners(&*session.intercom, parsed)).await {
        Ok(owners) => show(session, owners, others).await,
        Err(error) => Err(error.into()),
    };
    let Err(failure) = result else { return Ok(()) };
    let effect = retry::effect(session, &Asked::Message { emails }, &failure).await;
    tell(session, "lookup", &failure, &effect).await;
    Ok(())
}

/// The card of the only one, or a choice; and of whom nobody has the address, a lead can be made.
async fn show(session: &Session<'_>, owners: Owners, others: &[String]) -> Result<(), CommandError> {
    let Owners { mut found, nobodys } = owners;
    if found.len() == 1 && nobodys.is_empty() && others.is_empty() {
        let one = LookUp::Found(Box::new(found.remove(0)));
        return present(session, Role::Lead, "", one).await;
    }
    let mut offers = Vec::new();
    for email in nobodys {
        let key = new_key(&session.context);
        keep(&session.context, &session.asker, &key, &Draft::of(Role::Lead, email.as_str())).await?;
        offers.push((email, key));
    }
    let reply = text::contact::pick::owners(&found, offers);
    session.answer.give(with_others(session, reply, others).await?).await
}

/// How many addresses were left for later, with the press that goes on with them.
async fn with_others(
    session: &Session<'_>,
    reply: Message,
    others: &[String],
) -> Result<Message, CommandError> {
    if others.is_empty() {
        return Ok(reply);
    }
    let key = new_key(&session.context);
    let rest = Asked::Message { emails: others.to_vec() };
    keep(&session.context, &session.asker, &key, &rest).await?;
    Ok(text::contact::pick::with_more_addresses(reply, others.len(), key))
}

/// Everything that can be read in a message: its own text and its embeds', then those of what it forwards.
fn texts(message: &serenity::Message) -> Vec<&str> {
    let forwarded = message.message_snapshots.iter();
    let forwarded = forwarded.flat_map(|one| texts_of(&one.content, &one.embeds));
    texts_of(&message.content, &message.embeds).into_iter().chain(forwarded).collect()
}

fn texts_of<'a>(content: &'a str, embeds: &'a [serenity::Embed]) -> Vec<&'a str> {
    let mut texts = vec![content];
    for embed in embeds {
        texts.extend([&embed.title, &embed.description].into_iter().flatten().map(String::as_str));
        texts.extend(embed.fields.iter().map(|field| field.value.as_str()));
    }
    texts
}

/// The words that are e-mail addresses, without the marks around them, each once.
fn emails(texts: &[&str]) -> Vec<String> {
    let is_around = |c: char| c.is_whitespace() || "<>()[]{}\"'`,;:|*".contains(c);
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        let unescaped = text.replace('\\', "");
        let words = unescaped.split(is_around).filter(|word| word.contains('@'));
        for email in words.filter_map(|word| Email::parse(word.trim_matches(|c: char| !c.is_alphanumeric())))
        {
            if !found.iter().any(|known| is_same_email(known, email.as_str())) {
                found.push(email.into_string());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(text: &str) -> Option<String> {
        emails(&[text]).into_iter().next()
    }

    #[test]
    fn every_address_is_found_once_however_many_there_are() {
        let text = "From ada@acme.io to <bob@acme.io>, cc Ada@ACME.io; eve@acme.io";
        assert_eq!(emails(&[text, "bob@acme.io"]), ["ada@acme.io", "bob@acme.io", "eve@acme.io"]);
        let many = (0..30).map(|number| format!("u{number}@acme.io")).collect::<Vec<_>>().join(" ");
        assert_eq!(emails(&[&many]).len(), 30);
    }

    #[test]
    fn what_a_message_forwards_is_read_as_its_own_text_is() {
        let user =
            json!({"id": "9", "username": "mark", "discriminator": "0", "global_name": null, "avatar": null});
        let forwarded = json!({
            "type": 0, "content": "ada@acme.io", "timestamp": "2026-11-23T09:20:00.000000+00:00", "edited_timestamp": null,
            "mentions": [], "mention_roles": [], "attachments": [], "flags": 0, "components": [],
            "embeds": [{"type": "rich", "title": "Lead", "fields": [{"name": "Email", "value": "eve@acme.io", "inline": true}]}],
        });
        let message = json!({
            "id": "5", "channel_id": "20", "author": user, "type": 0, "content": "",
            "timestamp": "2026-11-23T09:21:00.000000+00:00", "edited_timestamp": null, "tts": false, "pinned": false,
            "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "flags": 16384,
            "message_reference": {"type": 1, "message_id": "4", "channel_id": "21", "guild_id": "7"},
            "message_snapshots": [{"message": forwarded}],
        });
        let message: serenity::Message = serde_json::from_value(message).expect("it is a message");
        assert_eq!(emails(&texts(&message)), ["ada@acme.io", "eve@acme.io"]);
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
