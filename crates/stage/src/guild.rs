//! A server with the channels and roles that are used, and what is done and seen there.

use deskbell_sandbox::discord::ids::{ChannelId, GuildId, RoleId};
use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::discord::{ChannelKind, Discord, Message};

/// A server with a private #sales and #support, a public #general, and a role for the team.
#[derive(Clone, Copy)]
pub struct Guild {
    pub id: GuildId,
    pub sales: ChannelId,
    pub support: ChannelId,
    pub general: ChannelId,
    pub team: RoleId,
}

/// The ids of servers, as `DISCORD_GUILD_ID` takes them.
pub fn ids(guilds: &[Guild]) -> String {
    guilds.iter().map(|guild| guild.id.to_string()).collect::<Vec<_>>().join(",")
}

/// Makes a server. Mark manages it, Ana is of the team, and there is a guest.
pub fn make_guild(discord: &Discord, name: &str) -> Guild {
    let id = discord.create_guild(name);
    let guild = discord.guild(id);
    let team = guild.create_role("Sales", Permissions::NONE);
    guild.create_member("ana", &[team]);
    guild.create_member("guest", &[]);
    let boss = guild.create_role("Boss", Permissions::MANAGE_GUILD);
    guild.create_member("mark", &[boss]);
    let private = |name| {
        let channel = guild.create_channel(name, ChannelKind::Text);
        discord.permissions(channel).make_private(&[team, boss]);
        discord.permissions(channel).allow_bot();
        channel
    };
    let (sales, support) = (private("sales"), private("support"));
    let general = guild.create_channel("general", ChannelKind::Text);
    Guild { id, sales, support, general, team }
}

/// Subscribes with the real command, as somebody who may, to cards with every field.
pub async fn subscribe(discord: &Discord, guild: Guild, event: &str, channel: &str) {
    let mark = discord.guild(guild.id).member("mark");
    let command = format!("/notify add event:{event} channel:{channel} detail:Full");
    let reply = mark.slash(guild.support, &command).expect("the command is registered");
    let text = reply.text().await.expect("the bot answers");
    assert!(text.starts_with('✅'), "{command}: {text}");
}

/// The messages of a channel that show a card.
pub fn cards_in(discord: &Discord, channel: ChannelId) -> Vec<Message> {
    discord.messages(channel).posted().into_iter().filter(|message| !message.embeds.is_empty()).collect()
}
