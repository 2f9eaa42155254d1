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
    let team = discord.create_role(id, "Sales", Permissions::NONE);
    discord.create_member(id, "ana", &[team]);
    discord.create_member(id, "guest", &[]);
    let boss = discord.create_role(id, "Boss", Permissions::MANAGE_GUILD);
    discord.create_member(id, "mark", &[boss]);
    let private = |name| {
        let channel = discord.create_channel(id, name, ChannelKind::Text);
        discord.make_private(channel, &[team, boss]);
        discord.allow_bot(channel);
        channel
    };
    let (sales, support) = (private("sales"), private("support"));
    let general = discord.create_channel(id, "general", ChannelKind::Text);
    Guild { id, sales, support, general, team }
}

/// Subscribes with the real command, as somebody who may.
pub async fn subscribe(discord: &Discord, guild: Guild, event: &str, channel: &str) {
    let mark = discord.member(guild.id, "mark");
    let command = format!("/notify add event:{event} channel:{channel}");
    let reply = mark.slash(guild.support, &command).expect("the command is registered");
    let text = reply.text().await.expect("the bot answers");
    assert!(text.starts_with('✅'), "{command}: {text}");
}

/// The messages of a channel that show a card.
pub fn cards_in(discord: &Discord, channel: ChannelId) -> Vec<Message> {
    discord.posted(channel).into_iter().filter(|message| !message.embeds.is_empty()).collect()
}
