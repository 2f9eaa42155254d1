//! Short runs in which only what is written here happens.

use deskbell_domain::conversation::Start;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ChannelId, GuildId};
use deskbell_domain::outgoing::WordsFor;
use deskbell_domain::press::desk::DeskAct;

use super::*;
use crate::intercom::{Deed, Lag};
use crate::power::{Moment, Operation};

/// The server that has its workspace for itself, and its channel.
const SERVER: GuildId = GuildId(6);
const CHANNEL: ChannelId = ChannelId(61);
/// So often something is tried in which chance decides, too, whether an answer is lost and what somebody presses.
const CHANCES: u64 = 6;

/// What happens, at the minute that stands beside it.
fn happens(acts: Vec<(i64, Action)>) -> judge::Verdict {
    happens_in(1, acts.into_iter().map(|(minute, act)| (minute * 60, act)).collect())
}

/// The same by seconds, and where chance falls otherwise.
fn happens_in(seed: u64, acts: Vec<(i64, Action)>) -> judge::Verdict {
    let worlds = World::all_of(seed, Detail::Story, Mischief::None);
    let world = worlds[0].clone();
    let end = acts.last().map_or(0, |(second, _)| *second) + 30 * 60;
    let mut script = Script::until(UnixMillis(world.start.0 + end * SECOND));
    for (second, act) in acts {
        script.at(UnixMillis(world.start.0 + second * SECOND), act);
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
    dies_later(moment, operation, 0)
}

fn dies_later(moment: Moment, operation: Operation, passes: u32) -> Action {
    Action::Machine(Machine::Die { site: Site { operation, moment }, passes })
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

/// Somebody answers a customer while the process dies there, and then presses again what they still see: at once, while
/// it is being found out what became of their words, and later.
fn words_and_a_death(site: &Action) -> judge::Verdict {
    let desk = |work| typed(Command::Desk(work));
    let write = 300;
    let before = [
        (60, Action::Customer(Tenant::Acme, Customer::Start(Start::Customer, Lag::None))),
        (write - 1, site.clone()),
        (write, desk(Deskwork::Write(WordsFor::Customer))),
    ];
    let again = (1..12).chain([60, 240, 420]).map(|later| (write + later, desk(Deskwork::PressAgain)));
    let mut all = judge::Verdict::default();
    for seed in 1..=CHANCES {
        let verdict = happens_in(seed, before.iter().cloned().chain(again.clone()).collect());
        all.breaches.extend(verdict.breaches);
        all.words += verdict.words;
        all.arrived += verdict.arrived;
    }
    all
}

#[test]
fn words_that_intercom_took_before_a_death_stand_there_once_and_their_writer_is_told() {
    let verdict = words_and_a_death(&dies(Moment::After, Operation::Say));
    assert_eq!(verdict.breaches, []);
    assert!(verdict.arrived > 0, "some arrived before the process died");
}

#[test]
fn words_of_which_a_dead_process_kept_that_they_are_being_sent_are_looked_for_before_anybody_sends_them() {
    // What is kept first is what was typed, then that it is being sent, then what became of it.
    for passes in 0..3 {
        for moment in [Moment::Before, Moment::Unsynced, Moment::After] {
            let site = dies_later(moment, Operation::KeepWords, passes);
            let verdict = words_and_a_death(&site);
            assert_eq!(verdict.breaches, [], "{site:?}");
            assert!(verdict.words > 0, "{site:?}");
        }
    }
    let verdict = words_and_a_death(&dies(Moment::Before, Operation::Say));
    assert_eq!(verdict.breaches, []);
}

/// A notification in the operator's workspace, and what happens there, where chance decides who rings and who is called.
fn at_operators(kind: EventKind, acts: &[(i64, Action)]) -> judge::Verdict {
    let add = typed(Command::Add { kind, channel: ChannelId(11), tries: 1 });
    let mut all = judge::Verdict::default();
    for seed in 1..=CHANCES {
        let acts = std::iter::once((60, add.clone())).chain(acts.iter().cloned());
        let verdict = happens_in(seed, acts.collect());
        all.breaches.extend(verdict.breaches);
        all.due += verdict.due;
        all.loud += verdict.loud;
        all.calls += verdict.calls;
        all.presses += verdict.presses;
    }
    all
}

fn starts() -> Action {
    Action::Customer(Tenant::Acme, Customer::Start(Start::Customer, Lag::None))
}

fn discord_is(weather: discord::Weather) -> Action {
    Action::Channel(ChannelAction::Weather(weather))
}

#[test]
fn what_waits_for_discord_past_the_hour_rings_and_calls_as_was_decided_when_it_began() {
    let verdict = at_operators(
        EventKind::NewConversation,
        &[
            (10 * 60, discord_is(discord::Weather::Down)),
            (10 * 60 + 1, starts()),
            // This one begins when it is old.
            (15 * 60, starts()),
            (90 * 60, discord_is(discord::Weather::Fair)),
            (100 * 60, starts()),
        ],
    );
    assert_eq!(verdict.breaches, []);
    assert!(verdict.loud > 0 && verdict.calls > 0, "some ring, and call somebody");
}

#[test]
fn one_message_rings_for_all_of_a_crowd() {
    let crowd = Action::Customer(Tenant::Acme, Customer::Crowd(25));
    let verdict = at_operators(EventKind::NewLead, &[(600, crowd.clone()), (4000, crowd)]);
    assert_eq!(verdict.breaches, []);
    assert!(verdict.loud > 0, "some ring");
}

#[test]
fn words_that_turn_up_after_later_ones_are_told() {
    let unseen = Action::Customer(Tenant::Acme, Customer::Act(Deed::CustomerSaysUnseen(10 * MINUTE)));
    let acts = [(600, starts()), (900, unseen.clone()), (2400, unseen), (4 * 3600, starts())];
    let verdict = at_operators(EventKind::CustomerReplied, &acts);
    assert_eq!(verdict.breaches, []);
    assert!(verdict.due > 0, "some were said");
}

#[test]
fn of_several_who_take_a_conversation_at_once_each_is_told_who_has_it() {
    let take = typed(Command::Desk(Deskwork::PressTogether(DeskAct::Take)));
    let acts = (1..8).flat_map(|turn| [(turn * 300, starts()), (turn * 300 + 60, take.clone())]);
    let verdict = at_operators(EventKind::NewConversation, &acts.collect::<Vec<_>>());
    assert_eq!(verdict.breaches, []);
    assert!(verdict.presses > 0, "some pressed");
}

#[test]
fn a_customer_who_waits_is_told_of_once_in_open_time_and_the_card_says_who_answered() {
    let does = |deed| Action::Customer(Tenant::Acme, Customer::Act(deed));
    let hour = 3600;
    let verdict = at_operators(
        EventKind::Unanswered,
        &[
            (300, starts()),
            (700, does(Deed::CustomerSays)),
            (1200, does(Deed::TeammateSays)),
            (1800, does(Deed::CustomerSays)),
            (1900, does(Deed::CustomerSays)),
            (2 * hour, does(Deed::CustomerSays)),
            (3 * hour, Action::Machine(Machine::Restart(OPERATORS.to_vec()))),
            (16 * hour, does(Deed::TeammateSays)),
            (17 * hour, does(Deed::TeammateNotes)),
            (25 * hour, does(Deed::TeammateNotes)),
        ],
    );
    assert_eq!(verdict.breaches, []);
    assert!(verdict.due > 0, "somebody was told");
}

#[test]
fn who_waits_when_it_is_put_off_or_closed_by_mistake_is_told_of_when_the_rest_of_the_time_is_over() {
    let does = |deed| Action::Customer(Tenant::Acme, Customer::Act(deed));
    let hour = 3600;
    let verdict = at_operators(
        EventKind::Unanswered,
        &[
            (300, starts()),
            (420, does(Deed::Snooze)),
            (3 * hour, does(Deed::Wake)),
            (3 * hour + 120, does(Deed::CloseSilently)),
            (7 * hour, does(Deed::Reopen)),
            (8 * hour, Action::Machine(Machine::Restart(OPERATORS.to_vec()))),
            (16 * hour, does(Deed::TeammateSays)),
            (17 * hour, does(Deed::CustomerSays)),
            (17 * hour + 120, does(Deed::Snooze)),
            (18 * hour, does(Deed::CustomerSays)),
            (20 * hour, does(Deed::TeammateNotes)),
            (36 * hour, does(Deed::TeammateSays)),
        ],
    );
    assert_eq!(verdict.breaches, []);
    assert!(verdict.due > 0, "somebody was told");
}
