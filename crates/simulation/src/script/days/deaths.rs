//! Where and when the process dies: at every operation of the store and every call, dealt out over the seeds.

use deskbell_domain::conversation::{Answer, Start};
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::GuildId;
use deskbell_domain::outgoing::WordsFor;
use deskbell_domain::press::desk::DeskAct;

use super::connections::own_guild;
use crate::chance::Chance;
use crate::intercom::{Deed, Lag, Names};
use crate::power::{Moment, Operation, Site};
use crate::script::writer::{Writer, flood};
use crate::script::{Action, Command, Customer, Deskwork, KINDS, Machine};
use crate::tenant::Tenant;
use crate::time::{DAY, HOUR, MINUTE, SECOND};

/// Deaths in a day, at sites that are dealt out evenly over the seeds.
const DEATHS: u64 = 14;
/// The server that has its workspace for itself.
const ALONE: GuildId = GuildId(6);

impl Writer {
    /// Deals the sites out over the seeds, so that each has its turn as often as any other.
    pub(super) fn deaths(&mut self, seed: u64, day: i64, from: i64) {
        let sites = Site::all();
        for turn in 0..DEATHS {
            let place = (seed.wrapping_mul(DEATHS) + turn + day.unsigned_abs() * 31) % sites.len() as u64;
            let site = sites[usize::try_from(place).unwrap_or(0)];
            let slot = DAY / i64::try_from(DEATHS).unwrap_or(1);
            let at = from + slot * i64::try_from(turn).unwrap_or(0) + self.chance.between(0, slot - HOUR);
            let typed = typed_for(self, site.operation);
            let passes = passes(&self.chance, site.operation, typed.is_some());
            let death = match first_death_for(site.operation) {
                Some(first) => Machine::DieTwice { first, then: site },
                None => Machine::Die { site, passes },
            };
            self.put(at + SECOND, Action::Machine(death));
            if let Some(command) = typed {
                if matches!(command, Command::RetryLetters | Command::DropLetter) {
                    self.put(at - 10 * MINUTE, Action::Customer(Tenant::Acme, Customer::MakePoisoned));
                }
                self.put(at + 2 * SECOND, Action::Command(command.clone()));
                self.put(at + 10 * MINUTE, Action::Command(command));
            }
            self.prepare(site.operation, at);
            self.put(at + 45 * MINUTE, Action::Machine(Machine::DieAnywhere));
            for later in again_after(site.operation) {
                let again = Machine::Die { site, passes: 0 };
                self.put(at + later - SECOND, Action::Machine(again));
            }
        }
    }

    /// Has something happen that leads to an operation which would else come too rarely.
    fn prepare(&mut self, operation: Operation, at: i64) {
        match operation {
            Operation::Amend | Operation::Unnamed => {
                self.does(at - 10 * MINUTE, Customer::Names(Names::Missing));
                self.does(at - 9 * MINUTE, Customer::Crowd(20));
                self.does(at + 2 * SECOND, Customer::Names(Names::Given));
            }
            Operation::ShowConversation => {
                let start = Customer::Start(Start::Bot(Answer::None), Lag::None);
                self.does(at - 10 * MINUTE, start);
                self.does(at + 2 * SECOND, Customer::Answer);
            }
            Operation::Hint | Operation::Hints | Operation::LookedAt | Operation::ReadUpTo => {
                let start = Customer::Start(Start::Customer, Lag::None);
                self.does(at - 10 * MINUTE, start);
                for later in [2 * SECOND, 4 * MINUTE, 8 * MINUTE] {
                    let says = Customer::Act(Deed::CustomerSays);
                    self.does(at + later, says);
                }
            }
            Operation::Learn | Operation::Edit | Operation::EndEdit => {
                let start = Customer::Start(Start::Customer, Lag::None);
                self.does(at - 10 * MINUTE, start);
                // A card that stands is edited once in a while, and where it stands something may be wrong.
                for later in (0..12).map(|turn| 2 * SECOND + turn * 3 * MINUTE) {
                    self.does(at + later, Customer::GoOnInLatest);
                }
            }
            // What begins and who can be answered rings, wherever somebody asked to be called.
            Operation::LastCall => {
                for later in [2 * SECOND, 3 * MINUTE, 8 * MINUTE, 20 * MINUTE, 35 * MINUTE] {
                    let (start, crowd) = (Customer::Start(Start::Customer, Lag::None), Customer::Crowd(3));
                    self.does(at + later, start);
                    self.does(at + later + MINUTE, crowd);
                    self.does(at + later + MINUTE, Customer::Answer);
                }
            }
            // A webhook tells of each of them.
            Operation::ShowContact => {
                crowds(self, 3, at, [2 * SECOND, 10 * MINUTE, 21 * MINUTE, 47 * MINUTE]);
            }
            // Its sync is rarely by itself.
            Operation::Begin => crowds(self, 6, at, [2 * SECOND, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE]),
            operation => self.prepare_commands(operation, at),
        }
    }

    /// Something happens at Intercom.
    fn does(&mut self, at: i64, what: Customer) {
        self.put(at, Action::Customer(Tenant::Acme, what));
    }

    /// The same of what people do.
    fn prepare_commands(&mut self, operation: Operation, at: i64) {
        match operation {
            // Where one cannot be added, as there is one already, another may.
            Operation::AddSubscription => {
                for later in [2 * MINUTE, 4 * MINUTE, 6 * MINUTE, 20 * MINUTE, 30 * MINUTE] {
                    let kind = *self.chance.one_of(&KINDS).unwrap_or(&EventKind::NewLead);
                    let add = Command::Add { kind, channel: self.channel(), tries: 5 };
                    self.put(at + later, Action::Command(add));
                }
            }
            operation
                if is_of_words(operation) || matches!(operation, Operation::Say | Operation::EndDeed) =>
            {
                for later in [30 * SECOND, MINUTE, 3 * MINUTE, 5 * MINUTE] {
                    let write = Command::Desk(Deskwork::Write(WordsFor::Customer));
                    self.put(at + later, Action::Command(write));
                }
            }
            Operation::Disconnect | Operation::Erase => {
                self.put(at - 10 * MINUTE, Action::Command(Command::Connect(ALONE)));
                self.put(at + 40 * MINUTE, Action::Command(Command::Connect(ALONE)));
            }
            _ => {}
        }
    }
}

/// So many come together, several times.
fn crowds(writer: &mut Writer, count: usize, at: i64, times: [i64; 4]) {
    for later in times {
        writer.does(at + later, Customer::Crowd(count));
    }
}

/// After how long the process is to die at an operation once more: where it rarely has something to make durable, so that
/// a death there needs several tries.
fn again_after(operation: Operation) -> &'static [i64] {
    match operation {
        Operation::Begin => &[10 * MINUTE, 20 * MINUTE, 30 * MINUTE],
        Operation::Prune | Operation::ShowContact => &[20 * MINUTE, 46 * MINUTE],
        _ => &[],
    }
}

/// How often an operation is let by before the process dies at it: those that come rarely are not.
fn passes(chance: &Chance, operation: Operation, is_typed: bool) -> u32 {
    let most = match operation {
        _ if is_of_words(operation) => 3,
        _ if is_typed => 0,
        Operation::Prune
        | Operation::PruneKept
        | Operation::Lists
        | Operation::ShowContact
        | Operation::ShowConversation
        | Operation::Amend
        | Operation::Unnamed
        | Operation::Begin
        | Operation::Learn
        | Operation::LastCall
        | Operation::Edit
        | Operation::EndEdit => 0,
        _ => 4,
    };
    if most == 0 { 0 } else { u32::try_from(chance.between(0, most)).unwrap_or(0) }
}

/// The command that does an operation which would else come too rarely.
fn typed_for(writer: &Writer, operation: Operation) -> Option<Command> {
    use Operation as On;
    Some(match operation {
        On::RememberActor | On::Actor => Command::Create,
        On::Newest
        | On::Dropped
        | On::PostedAbout
        | On::Event
        | On::PostedOn
        | On::Kept
        | On::Keep
        | On::Forget
        | On::PruneKept
        | On::Backlog => Command::Status,
        On::RetryDeadLetter => Command::RetryLetters,
        On::DropDeadLetter => Command::DropLetter,
        On::AddSubscription | On::Head => {
            let kind = *writer.chance.one_of(&KINDS).unwrap_or(&EventKind::NewLead);
            Command::Add { kind, channel: writer.channel(), tries: 5 }
        }
        On::RemoveSubscription => Command::Remove,
        On::ChangeSubscription => Command::Pause,
        On::Access | On::ChangeAccess => Command::Access,
        On::RegisteredCommands | On::RememberRegisteredCommands => Command::Register,
        On::RememberOwnMessage => Command::Test,
        On::Picker => flood(&writer.chance),
        On::Connection | On::ChangeConnection => Command::Renew(own_guild(writer)),
        On::Disconnect | On::Erase => Command::Disconnect(ALONE),
        On::Exchange => Command::LookUp(own_guild(writer)),
        On::KeepWords
        | On::WordsKept
        | On::WordsOnTheirWay
        | On::BeginDeed
        | On::EndDeed
        | On::Say
        | On::Respond
        | On::EditAnswer => Command::Desk(Deskwork::Write(WordsFor::Customer)),
        On::ForgetWords => Command::Desk(Deskwork::Discard),
        On::MoveConversation => Command::Desk(Deskwork::Press(DeskAct::TakeOver)),
        On::GuildSubscriptions | On::Progress | On::DeadLetters => Command::ResumeAll,
        _ => return None,
    })
}

/// What is done several times for each words: a process dies at any of them.
fn is_of_words(operation: Operation) -> bool {
    use Operation as On;
    matches!(operation, On::KeepWords | On::WordsKept | On::Respond | On::EditAnswer)
}

/// An operation that only a start does needs a death before it. A look into the history also needs a message of which
/// nobody knows whether it was posted, long ago.
fn first_death_for(operation: Operation) -> Option<Site> {
    let after = |operation| Some(Site { operation, moment: Moment::After });
    match operation {
        Operation::Find | Operation::Entries | Operation::OwnMessages => after(Operation::Post),
        Operation::Me => after(Operation::WorkspaceSubscriptions),
        _ => None,
    }
}
