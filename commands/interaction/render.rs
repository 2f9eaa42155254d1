//! Replies as Discord takes them.

use deskbell_domain::announcement::{ButtonAction, ButtonLook};
use deskbell_domain::card::text::Text;
use poise::serenity_prelude as serenity;
use serde_json::Value;

use crate::interaction::context::Ctx;
use crate::reply::{Control, Reply, Row};

/// Discord's limit for a message's text.
const CONTENT_LIMIT: usize = 2000;
/// Discord's limit for what an option of a select reads.
const OPTION_LIMIT: usize = 100;

/// As the first answer.
pub(crate) fn response(reply: &Reply) -> serenity::CreateInteractionResponseMessage {
    serenity::CreateInteractionResponseMessage::new()
        .content(content(&reply.content))
        .embeds(embeds(reply))
        .components(rows(&reply.rows))
        .files(files(reply))
        .allowed_mentions(serenity::CreateAllowedMentions::new())
}

/// As an edit: everything that stood there before is replaced. The files go beside it.
pub(crate) fn edit(reply: &Reply) -> (Value, Vec<serenity::CreateAttachment>) {
    let files = files(reply);
    let attachments =
        files.iter().cloned().fold(serenity::EditAttachments::new(), serenity::EditAttachments::add);
    let edit = serenity::EditInteractionResponse::new()
        .content(content(&reply.content))
        .embeds(embeds(reply))
        .components(rows(&reply.rows))
        .attachments(attachments)
        .allowed_mentions(serenity::CreateAllowedMentions::new());
    let mut body = serde_json::to_value(edit).unwrap_or_default();
    ids_as_text(&mut body["attachments"]);
    for row in body["components"].as_array_mut().into_iter().flatten() {
        for control in row["components"].as_array_mut().into_iter().flatten() {
            if let Some(chosen) = control.get_mut("default_values") {
                ids_as_text(chosen);
            }
        }
    }
    (body, files)
}

/// Discord's description wants the ids of new files and of chosen values as text; serenity writes numbers.
fn ids_as_text(values: &mut Value) {
    for value in values.as_array_mut().into_iter().flatten() {
        value["id"] = value["id"].to_string().trim_matches('"').into();
    }
}

/// As one more message.
pub(crate) fn follow_up(reply: &Reply) -> serenity::CreateInteractionResponseFollowup {
    serenity::CreateInteractionResponseFollowup::new()
        .content(content(&reply.content))
        .embeds(embeds(reply))
        .components(rows(&reply.rows))
        .files(files(reply))
        .allowed_mentions(serenity::CreateAllowedMentions::new())
}

/// An empty list for an autocomplete that is refused.
pub(crate) async fn no_choices(ctx: Ctx<'_>) {
    let response =
        serenity::CreateInteractionResponse::Autocomplete(serenity::CreateAutocompleteResponse::new());
    if ctx.interaction.create_response(ctx.framework.serenity_context, response).await.is_err() {
        tracing::debug!("an empty list of choices could not be sent");
    }
}

fn content(text: &Text) -> String {
    let written = deskbell_discord::text::text(text, CONTENT_LIMIT);
    let quiet = without_previews(&written);
    if quiet.chars().count() <= CONTENT_LIMIT { quiet } else { written }
}

/// Puts the addresses of links in angle brackets: Discord then shows no preview of them below the message. Only links
/// of ours look like this, for brackets from outside are escaped.
fn without_previews(written: &str) -> String {
    let mut parts = written.split("](https://");
    let mut quiet = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(')') {
            Some((address, rest)) => quiet.extend(["](<https://", address, ">)", rest]),
            None => quiet.extend(["](https://", part]),
        }
    }
    quiet
}

fn embeds(reply: &Reply) -> Vec<serenity::CreateEmbed> {
    reply.cards.iter().map(deskbell_discord::embed::embed).collect()
}

fn files(reply: &Reply) -> Vec<serenity::CreateAttachment> {
    reply
        .files
        .iter()
        .map(|file| serenity::CreateAttachment::bytes(file.bytes.clone(), file.name.clone()))
        .collect()
}

fn rows(rows: &[Row]) -> Vec<serenity::CreateActionRow> {
    rows.iter().map(row).collect()
}

fn row(row: &Row) -> serenity::CreateActionRow {
    match row {
        Row::Buttons(buttons) => serenity::CreateActionRow::Buttons(buttons.iter().map(button).collect()),
        Row::Pick { custom_id, placeholder, options } => {
            let options = options
                .iter()
                .map(|option| {
                    let label = deskbell_discord::component::label(&option.label, OPTION_LIMIT);
                    serenity::CreateSelectMenuOption::new(label, option.value.clone())
                })
                .collect();
            let kind = serenity::CreateSelectMenuKind::String { options };
            with_count(menu(custom_id, placeholder, kind), &(1..=1))
        }
        Row::PickChannel { custom_id, placeholder, chosen, count } => {
            let kind = serenity::CreateSelectMenuKind::Channel {
                channel_types: Some(vec![
                    serenity::ChannelType::Text,
                    serenity::ChannelType::News,
                    serenity::ChannelType::PublicThread,
                    serenity::ChannelType::PrivateThread,
                    serenity::ChannelType::NewsThread,
                ]),
                default_channels: (!chosen.is_empty())
                    .then(|| chosen.iter().map(|channel| serenity::ChannelId::new(channel.0)).collect()),
            };
            with_count(menu(custom_id, placeholder, kind), count)
        }
        Row::PickRoles { custom_id, placeholder, chosen, most } => {
            let chosen = chosen.iter().map(|role| serenity::RoleId::new(role.0)).collect::<Vec<_>>();
            let kind = serenity::CreateSelectMenuKind::Role {
                default_roles: (!chosen.is_empty()).then_some(chosen),
            };
            with_count(menu(custom_id, placeholder, kind), &(0..=*most))
        }
    }
}

fn menu(
    custom_id: &str,
    placeholder: &str,
    kind: serenity::CreateSelectMenuKind,
) -> serenity::CreateSelectMenu {
    serenity::CreateSelectMenu::new(custom_id, kind).placeholder(placeholder)
}

fn with_count(
    menu: serenity::CreateSelectMenu,
    count: &std::ops::RangeInclusive<u8>,
) -> serenity::CreateActionRow {
    serenity::CreateActionRow::SelectMenu(menu.min_values(*count.start()).max_values(*count.end()))
}

fn button(control: &Control) -> serenity::CreateButton {
    let button = match &control.button.action {
        ButtonAction::Open(url) => serenity::CreateButton::new_link(url.clone()),
        ButtonAction::Press(custom_id) => {
            serenity::CreateButton::new(custom_id.clone()).style(match control.button.look {
                ButtonLook::Primary => serenity::ButtonStyle::Primary,
                ButtonLook::Secondary => serenity::ButtonStyle::Secondary,
                ButtonLook::Danger => serenity::ButtonStyle::Danger,
            })
        }
    };
    button.label(control.button.label.clone()).disabled(control.greyed)
}

#[cfg(test)]
mod tests {
    use deskbell_domain::ids::ChannelId;

    use super::*;

    #[test]
    fn a_list_of_links_shows_no_previews() {
        let list =
            "1. **[Ada](https://app.intercom.com/a/1)** · 2. [Alan \\(x\\)](https://app.intercom.com/a/2)";
        let quiet = "1. **[Ada](<https://app.intercom.com/a/1>)** · 2. [Alan \\(x\\)](<https://app.intercom.com/a/2>)";
        assert_eq!(without_previews(list), quiet);
    }

    #[test]
    fn the_ids_of_chosen_channels_are_sent_as_text() {
        let mut reply = Reply::say("Choose.");
        reply.rows.push(Row::PickChannel {
            custom_id: "v1:x".to_owned(),
            placeholder: "New leads go to …".to_owned(),
            chosen: vec![ChannelId(841_200_000_000_000_001)],
            count: 0..=25,
        });
        let (body, _) = edit(&reply);
        let chosen = &body["components"][0]["components"][0]["default_values"][0];
        assert_eq!(chosen["id"], "841200000000000001");
    }
}
