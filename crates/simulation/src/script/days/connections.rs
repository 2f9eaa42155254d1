//! Servers that connect workspaces of their own, and what happens in these.

use std::collections::BTreeSet;

use deskbell_domain::connection::Right;
use deskbell_domain::contact::Role;
use deskbell_domain::conversation::Start;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::GuildId;

use super::desk;
use crate::intercom::Lag;
use crate::script::writer::Writer;
use crate::script::{Action, Command, Customer, KINDS, Machine, TokenChange};
use crate::tenant::Tenant;
use crate::time::{HOUR, MINUTE};
use crate::world::LAYOUT;

/// A server with a workspace of its own.
pub(super) fn own_guild(writer: &Writer) -> GuildId {
    let all: Vec<_> = Tenant::OWN.into_iter().flat_map(Tenant::guilds).collect();
    writer.chance.one_of(&all).map_or(GuildId(4), |guild| **guild)
}

/// Every such server connects within the first hour, and has notifications soon after.
pub(super) fn first_connections(writer: &mut Writer) {
    for guild in Tenant::OWN.into_iter().flat_map(Tenant::guilds) {
        let at = writer.start.0 + writer.chance.between(MINUTE, HOUR);
        writer.put(at, Action::Command(Command::Connect(*guild)));
        for _ in 0..5 {
            let after = writer.chance.between(MINUTE, 20 * MINUTE);
            subscribe(writer, *guild, at + after);
        }
    }
}

fn subscribe(writer: &mut Writer, guild: GuildId, at: i64) {
    let kind = *writer.chance.one_of(&KINDS).unwrap_or(&EventKind::NewLead);
    let channels = LAYOUT.iter().filter(|(one, _)| *one == guild).flat_map(|(_, channels)| *channels);
    let channels: Vec<_> = channels.collect();
    let Some(channel) = writer.chance.one_of(&channels) else { return };
    writer.put(at, Action::Command(Command::Add { kind, channel: **channel, tries: 3 }));
}

/// What happens to connections in a day, and in their workspaces.
pub(super) fn connections(writer: &mut Writer, from: i64) {
    for tenant in Tenant::OWN {
        customers_of(writer, tenant, from);
    }
    let guild = own_guild(writer);
    writer.often(from, 2, move |_| Action::Command(Command::Renew(guild)));
    for _ in 0..3 {
        let (guild, at) = (own_guild(writer), writer.moment(from));
        writer.put(at, Action::Command(Command::LookUp(guild)));
    }
    let (guild, at, length) =
        (own_guild(writer), writer.moment(from), writer.chance.between(MINUTE, 6 * HOUR));
    writer.span(
        at,
        length,
        Action::Token(guild, TokenChange::Revoked),
        Action::Command(Command::Renew(guild)),
    );
    let (guild, at, length) = (own_guild(writer), writer.moment(from), writer.chance.between(HOUR, 6 * HOUR));
    let lacks = |rights: &[Right]| TokenChange::Lacks(rights.iter().copied().collect::<BTreeSet<_>>());
    let few: [&[Right]; 3] = [&[Right::ReadContacts], &[Right::ReadConversations], &[Right::ReadTags]];
    let less = writer.chance.one_of(&few).copied().unwrap_or_default();
    writer.span(at, length, Action::Token(guild, lacks(less)), Action::Token(guild, lacks(&[])));
    let (guild, at, length) =
        (own_guild(writer), writer.moment(from), writer.chance.between(MINUTE, 3 * HOUR));
    let away =
        if writer.chance.per_mille(700) { Command::Disconnect(guild) } else { Command::ConnectOther(guild) };
    writer.span(at, length, Action::Command(away), Action::Command(Command::Connect(guild)));
    for _ in 0..2 {
        let after = writer.chance.between(MINUTE, 20 * MINUTE);
        subscribe(writer, guild, at + length + after);
    }
    if writer.chance.per_mille(500) {
        let at = writer.moment(from);
        writer.put(at, Action::Machine(Machine::ChangeKey));
    }
}

fn customers_of(writer: &mut Writer, tenant: Tenant, from: i64) {
    desk::conversations(writer, tenant, from);
    let customer = |customer| Action::Customer(tenant, customer);
    writer.often(from, 16, |_| customer(Customer::Make(Role::Lead, Lag::Usual)));
    writer.often(from, 8, |_| customer(Customer::Make(Role::User, Lag::Usual)));
    writer.often(from, 10, |_| customer(Customer::Start(Start::Customer, Lag::Usual)));
    writer.often(from, 2, |_| customer(Customer::Start(Start::Team, Lag::Usual)));
    writer.often(from, 5, |_| customer(Customer::GoOn));
    writer.often(from, 12, |_| customer(Customer::Change(Lag::Usual)));
    writer.often(from, 6, |_| customer(Customer::Visit));
    writer.often(from, 3, |_| customer(Customer::Convert));
    writer.often(from, 2, |_| customer(Customer::Merge));
    writer.often(from, 2, |_| customer(Customer::Delete(Role::Lead)));
}
