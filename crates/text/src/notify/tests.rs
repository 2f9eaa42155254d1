use std::time::Duration;

use deskbell_domain::channel::{Obstacle, Permission};
use deskbell_domain::subscription::{SuspendReason, Suspension};
use deskbell_domain::time::Timestamp;
use insta::assert_snapshot;

use super::{every, hold_reason};

#[test]
fn an_interval_is_said_in_its_largest_whole_unit() {
    let said: Vec<_> = [1, 20, 60, 90, 120, 3600, 7200].map(|s| every(Duration::from_secs(s))).into();
    assert_snapshot!(said.join("\n"), @r"
every second
every 20 seconds
every minute
every 90 seconds
every 2 minutes
every hour
every 2 hours
");
}

#[test]
fn every_reason_for_a_hold_has_its_words() {
    let reasons = [
        SuspendReason::Channel(Obstacle::MissingPermissions(vec![
            Permission::ViewChannel,
            Permission::SendMessages,
        ])),
        SuspendReason::Channel(Obstacle::MissingPermissions(Vec::new())),
        SuspendReason::Channel(Obstacle::ChannelGone),
        SuspendReason::Channel(Obstacle::ChannelUnfit),
        SuspendReason::Channel(Obstacle::NotInGuild),
        SuspendReason::GuildNotLinked,
        SuspendReason::OtherWorkspace,
        SuspendReason::TokenRefused,
        SuspendReason::TokenLacksRight,
    ];
    let at = Timestamp(0);
    let said = reasons
        .map(|reason| hold_reason(&Suspension { reason, since: at, probes: 0, next_probe: at, told: false }));
    assert_snapshot!(said.join("\n"), @r"
I lack **View Channel** and **Send Messages** there
Discord does not let me post there
the channel is gone
the channel takes no messages
I am not in this server
this server is not linked to the workspace any more
I am connected to another workspace now
Intercom refuses the token of this server; `/connection` renews it
the token of this server may not read that; `/connection` says what it lacks
");
}
