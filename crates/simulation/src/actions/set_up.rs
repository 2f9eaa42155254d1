//! `/setup`, the question who everybody is, and moving notifications: the services behind them.

use std::collections::BTreeSet;

use deskbell_domain::access::{Access, Grant};
use deskbell_domain::crowd::Everybody;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ChannelId, GuildId, RoleId};
use deskbell_domain::press::Held;
use deskbell_domain::service::audience::say_who_everybody_is as say;
use deskbell_domain::service::notify::add::SubscribePoint;
use deskbell_domain::service::notify::held_back::move_to;
use deskbell_domain::service::request::NotDone;
use deskbell_domain::service::setup::{self, ChannelChoice, RoleChoice};

use super::typist::{Typist, all_linked, linked_guild};
use crate::process::Process;

/// Adds a channel to those of a kind, and takes one away that the select showed.
pub(super) async fn choose_channels(
    process: &Process,
    kind: EventKind,
    channel: ChannelId,
) -> Result<(), NotDone> {
    let world = &process.world;
    let Some(guild) = linked_guild(world, channel) else { return Ok(()) };
    let typist = Typist::in_guild(process, guild);
    let (request, workspace) = (typist.request(), typist.world.workspace());
    let point = SubscribePoint::of(&request, &workspace, world.time.true_now()).await?;
    let mut present = request.subscriptions.guild_subscriptions(&request.home).await?;
    present.retain(|one| one.kind == kind);
    let shown = present.iter().map(|one| one.id).max();
    let mut chosen: BTreeSet<_> = present.iter().map(|one| one.channel).collect();
    if let Some(unchosen) = world.chance.one_of(&present) {
        chosen.remove(&unchosen.channel);
    }
    chosen.insert(channel);
    let choice = ChannelChoice { workspace: &workspace, kind, shown, chosen: &chosen, point };
    let news = setup::choose_channels(&request, choice).await?;
    world.tell(format_args!("{kind:?} goes to {chosen:?} now, with {} things to be told", news.len()));
    Ok(())
}

/// A role is given access and loses it again, as two people would who have the message open.
pub(super) async fn choose_roles(process: &Process) -> Result<(), NotDone> {
    fn who_look(access: &Access) -> Vec<RoleId> {
        access.roles.iter().filter(|(_, grant)| **grant == Grant::default()).map(|(role, _)| *role).collect()
    }
    let typist = Typist::in_guild(process, GuildId(1));
    let request = typist.request();
    for chosen in [BTreeSet::from([RoleId(31)]), BTreeSet::new()] {
        let version = request.access.access(&request.home).await?.version;
        let choice = RoleChoice { version, shown: who_look, chosen: &chosen };
        setup::choose_roles(&request, choice).await?;
    }
    Ok(())
}

/// Nobody knows how many a server has here, so that it may be a crowd whatever somebody says.
pub(super) async fn say_who_everybody_is(process: &Process) -> Result<(), NotDone> {
    let guild = process.world.chance.one_of(&all_linked(process)).copied();
    let Some(guild) = guild else { return Ok(()) };
    let typist = Typist::in_guild(process, guild);
    match say(&typist.request(), Everybody::IsTheTeam).await {
        Err(NotDone::TooLargeForATeam) => say(&typist.request(), Everybody::IsNotTheTeam).await,
        other => other,
    }
}

/// What is held back in some channel goes on in another of the same server.
pub(super) async fn move_notifications(process: &Process, to: ChannelId) -> Result<(), NotDone> {
    let world = &process.world;
    let Some(guild) = linked_guild(world, to) else { return Ok(()) };
    let typist = Typist::in_guild(process, guild);
    let (request, workspace) = (typist.request(), typist.world.workspace());
    let point = SubscribePoint::of(&request, &workspace, world.time.true_now()).await?;
    let all = request.subscriptions.guild_subscriptions(&request.home).await?;
    let channels: BTreeSet<_> = all.iter().map(|one| one.channel).collect();
    for from in channels {
        let moved = move_to(&request, &workspace, Held::In(from), to, point.clone()).await?;
        world.tell(format_args!("what is held back in #{from} is to go to #{to}: {}", name_of(&moved)));
    }
    Ok(())
}

/// How a move ended, without what it holds.
fn name_of(moved: &impl std::fmt::Debug) -> String {
    format!("{moved:?}").chars().take_while(|c| c.is_alphanumeric()).collect()
}
