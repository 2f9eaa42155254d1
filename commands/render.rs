//! Replies as Discord takes them.

use deskbell_desk::announcement::{ButtonAction, ButtonLook};
use deskbell_desk::card::text::Text;
use poise::serenity_prelude as serenity;
use serde_json::Value;

use crate::Ctx;
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
    // Discord's description wants the ids of new files as text; serenity writes numbers.
    for attachment in body["attachments"].as_array_mut().into_iter().flatten() {
        attachment["id"] = attachment["id"].to_string().trim_matches('"').into();
    }
    (body, files)
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
    deskbell_discord::text::text(text, CONTENT_LIMIT)
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
