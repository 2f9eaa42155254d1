//! Short runs in which only what is written here happens.

use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ChannelId, GuildId};

use super::*;
use crate::intercom::Lag;
use crate::power::{Moment, Operation};

/// The server that has its workspace for itself, and its channel.
const SERVER: GuildId = GuildId(6);
const CHANNEL: ChannelId = ChannelId(61);

/// What happens, at the minute that stands beside it.
fn happens(acts: Vec<(i64, Action)>) -> judge::Verdict {
    let worlds = World::all_of(1, Detail::Story, Mischief::None);
    let world = worlds[0].clone();
    let end = acts.last().map_or(0, |(minute, _)| *minute) + 30;
    let mut script = Script::until(UnixMillis(world.start.0 + end * MINUTE));
    for (minute, act) in acts {
        script.at(UnixMillis(world.start.0 + minute * MINUTE), act);
    }
    let retention = Duration::from_hours(24);
    Run { world, script, retention, then: None, kills: 0, restarts: 0 }.live()
}

fn typed(command: Command) -> Action {
    Action::Command(command)
}

fn added(kind: EventKind) -> Action {
    typed(Command::Add { kind, channel: CHANNEL, tries: 1 })
}

fn a_lead_in(tenant: Tenant) -> Action {
    Action::Customer(tenant, Customer::Make(Role::Lead, Lag::None))
}

fn dies(moment: Moment, operation: Operation) -> Action {
    Action::Machine(Machine::Die { site: Site { operation, moment }, passes: 0 })
}

#[test]
fn a_server_that_connects_again_after_the_process_died_in_its_disconnection_begins_anew() {
    for site in [
        dies(Moment::After, Operation::Disconnect),
        dies(Moment::Before, Operation::Erase),
        dies(Moment::Unsynced, Operation::Erase),
        dies(Moment::After, Operation::Erase),
    ] {
        let verdict = happens(vec![
            (1, typed(Command::Connect(SERVER))),
            (2, added(EventKind::NewLead)),
            (5, a_lead_in(Tenant::Gamma)),
            (10, a_lead_in(Tenant::Gamma)),
            (19, site.clone()),
            (20, typed(Command::Disconnect(SERVER))),
            (50, typed(Command::Connect(SERVER))),
            (51, added(EventKind::NewLead)),
            (55, a_lead_in(Tenant::Gamma)),
        ]);
        assert_eq!(verdict.breaches, [], "{site:?}");
        assert!(verdict.due > 0, "somebody was told of after that");
    }
}

#[test]
fn what_a_server_had_of_a_workspace_before_goes_when_it_is_disconnected() {
    let verdict = happens(vec![
        (1, typed(Command::Connect(SERVER))),
        (2, typed(Command::ConnectOther(SERVER))),
        (3, added(EventKind::NewLead)),
        (10, typed(Command::Connect(SERVER))),
        (20, typed(Command::Disconnect(SERVER))),
    ]);
    assert_eq!(verdict.breaches, []);
}

#[test]
fn what_a_server_has_on_hold_goes_with_the_journal_that_nobody_has_any_more() {
    let other = GuildId(4);
    let verdict = happens(vec![
        (1, typed(Command::Connect(other))),
        (2, typed(Command::Connect(SERVER))),
        (3, typed(Command::ConnectOther(SERVER))),
        (4, added(EventKind::NewLead)),
        (5, a_lead_in(Tenant::Beta)),
        (10, typed(Command::Connect(SERVER))),
        (20, typed(Command::Disconnect(other))),
        (30, typed(Command::Connect(other))),
        (31, typed(Command::ConnectOther(SERVER))),
        (32, added(EventKind::NewLead)),
        (36, a_lead_in(Tenant::Beta)),
    ]);
    assert_eq!(verdict.breaches, []);
    assert!(verdict.due > 0, "somebody was told of after that");
}
