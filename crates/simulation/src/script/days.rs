//! The writing of a script: so many of each thing a day, at drawn times, and a calm end.

mod connections;
mod deaths;
mod desk;

use deskbell_domain::channel::{Obstacle, Permission};
use deskbell_domain::contact::Role;
use deskbell_domain::conversation::{Answer, Start};
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::GuildId;
use deskbell_domain::time::UnixMillis;

use super::writer::{Writer, flood};
use super::{Action, ChannelAction, Command, Customer, KINDS, Machine, Script};
use crate::chance::Chance;
use crate::discord::{Afterwards, Left, LostAnswer, News};
use crate::intercom::{Between, Lag, Reading, Route};
use crate::power::{Moment, Operation, Site};
use crate::tenant::{OPERATORS, Tenant};
use crate::time::{DAY, HOUR, MINUTE, SECOND};
use crate::world::LAYOUT;
use crate::{discord, intercom};

/// How long a run goes on after its days, without faults: the bot may wait an hour for a token that was refused, and
/// posts what waited at Discord's pace. With it a day has its 720 polls, although none comes while the process is dead.
pub(crate) const CALM: i64 = 140 * MINUTE;
/// A record that the index lacked for long is found by the walk over 48 h, which comes every 6 h.
const LONG_LAG_BEFORE_END: i64 = 27 * HOUR;
/// Answers of Discord in a day that are lost with something happening right after.
const LOST_ANSWERS: usize = 5;

/// Writes the script of so many days.
pub(crate) fn write(seed: u64, days: u32, start: UnixMillis) -> Script {
    let calm = UnixMillis(start.0 + i64::from(days) * DAY);
    let script = Script::until(UnixMillis(calm.0 + CALM));
    let mut writer = Writer { chance: Chance::of(seed, 5), script, start, calm };
    writer.first_notifications();
    connections::first_connections(&mut writer);
    for day in 0..i64::from(days) {
        let from = start.0 + day * DAY;
        writer.customers(from);
        writer.weather(from);
        writer.servers(from);
        writer.commands(from);
        writer.machine(from);
        connections::connections(&mut writer, from);
        writer.deaths(seed, day, from);
    }
    writer.script.at(calm, Action::Machine(Machine::Calm));
    writer.script
}

impl Writer {
    /// Nine notifications within the first minutes, every kind among them but those who wait: they have runs of their own.
    fn first_notifications(&mut self) {
        let kinds = [
            EventKind::NewLead,
            EventKind::NewUser,
            EventKind::UserUpdated,
            EventKind::NewConversation,
            EventKind::NewLead,
            EventKind::CustomerReplied,
            EventKind::HandedOver,
            EventKind::Rated,
            *self.chance.one_of(&KINDS).unwrap_or(&EventKind::NewUser),
        ];
        for kind in kinds {
            let at = self.start.0 + self.chance.between(MINUTE, 20 * MINUTE);
            let channel = self.channel();
            self.put(at, Action::Command(Command::Add { kind, channel, tries: 5 }));
        }
    }

    fn customers(&mut self, from: i64) {
        desk::conversations(self, Tenant::Acme, from);
        let customer = |customer| Action::Customer(Tenant::Acme, customer);
        self.often(from, 75, |_| customer(Customer::Make(Role::Lead, Lag::Usual)));
        self.often(from, 30, |_| customer(Customer::Make(Role::User, Lag::Usual)));
        self.often(from, 2, |chance| {
            customer(Customer::Crowd(usize::try_from(chance.between(5, 45)).unwrap_or(5)))
        });
        self.often(from, 30, |_| customer(Customer::Start(Start::Customer, Lag::Usual)));
        self.often(from, 5, |_| customer(Customer::Start(Start::Team, Lag::Usual)));
        self.often(from, 12, |_| customer(Customer::Start(Start::Bot(Answer::None), Lag::Usual)));
        self.often(from, 9, |_| customer(Customer::Answer));
        self.often(from, 20, |_| customer(Customer::GoOn));
        self.often(from, 60, |_| customer(Customer::Change(Lag::Usual)));
        self.often(from, 40, |_| customer(Customer::Visit));
        self.often(from, 10, |chance| customer(Customer::ThereAndBack(chance.between(20, 2400))));
        self.often(from, 14, |_| customer(Customer::Convert));
        self.often(from, 5, |_| customer(Customer::Merge));
        self.often(from, 3, |_| customer(Customer::Delete(Role::User)));
        self.often(from, 5, |_| customer(Customer::Delete(Role::Lead)));
        self.often(from, 2, |_| customer(Customer::MakeUnreadable(Role::Lead, Reading::Bare)));
        self.often(from, usize::from(self.chance.per_mille(500)), |chance| {
            let all = [Role::Lead, Role::Lead, Role::User];
            let role = *chance.one_of(&all).unwrap_or(&Role::Lead);
            customer(Customer::MakeUnreadable(role, Reading::Impossible))
        });
        self.often(from, usize::from(self.chance.per_mille(250)), |_| customer(Customer::StartUnreadable));
        self.often(from, 6, |chance| {
            let all = [Between::Create, Between::Delete, Between::Touch];
            customer(Customer::BetweenPages(*chance.one_of(&all).unwrap_or(&Between::Touch)))
        });
        if from + DAY + LONG_LAG_BEFORE_END <= self.script.end.0 {
            self.often(from, 6, |chance| {
                let role = if chance.per_mille(500) { Role::Lead } else { Role::User };
                customer(Customer::Make(role, Lag::Long))
            });
        }
    }

    fn weather(&mut self, from: i64) {
        for _ in 0..5 {
            let (at, length) = (self.moment(from), self.length());
            let weather = match self.chance.below(5) {
                0 => intercom::Weather::Limited(self.chance.between(1, 60).unsigned_abs()),
                1 => intercom::Weather::Hanging,
                2 => {
                    if self.chance.per_mille(500) {
                        intercom::Weather::Refused
                    } else {
                        intercom::Weather::Forbidden
                    }
                }
                _ => intercom::Weather::Failing(u32::try_from(self.chance.between(100, 1001)).unwrap_or(500)),
            };
            let change = |weather| Action::Customer(Tenant::Acme, Customer::Weather(weather));
            self.span(at, length, change(weather), change(intercom::Weather::Fair));
        }
        for _ in 0..3 {
            self.route_fails(from);
        }
        let (at, length) = (self.moment(from), self.chance.between(5 * MINUTE, 5 * HOUR));
        let names = |names| Action::Customer(Tenant::Acme, Customer::Names(names));
        self.span(at, length, names(intercom::Names::Missing), names(intercom::Names::Given));
        let (at, length) = (self.moment(from), self.chance.between(5 * MINUTE, 3 * HOUR));
        let empty = |count| Action::Customer(Tenant::Acme, Customer::EmptyPages(count));
        let count = u32::try_from(self.chance.between(1, 3)).unwrap_or(1);
        self.span(at, length, empty(count), empty(0));
        for _ in 0..8 {
            let (at, length) = (self.moment(from), self.length());
            let share = |chance: &Chance| u32::try_from(chance.between(0, 330)).unwrap_or(0);
            let weather = match self.chance.below(7) {
                0 => discord::Weather::Down,
                1 => discord::Weather::Hanging,
                2 => discord::Weather::Limited(self.chance.between(1, 120).unsigned_abs()),
                _ => discord::Weather::Stormy {
                    lost: share(&self.chance),
                    failing: share(&self.chance),
                    late: share(&self.chance),
                },
            };
            let change = |weather| Action::Channel(ChannelAction::Weather(weather));
            self.span(at, length, change(weather), change(discord::Weather::Fair));
        }
    }

    /// Some routes fail, for minutes or hours, while the others answer.
    fn route_fails(&mut self, from: i64) {
        use intercom::Weather as W;
        let routes: [&'static [Route]; 3] =
            [&[Route::Contacts, Route::Updates], &[Route::Updates], &[Route::Conversations]];
        let routes = *self.chance.one_of(&routes).unwrap_or(&routes[2]);
        let all = [W::Forbidden, W::Invalid, W::Failing(1000), W::Failing(700), W::Hanging];
        let weather = *self.chance.one_of(&all).unwrap_or(&W::Invalid);
        let longest = *self.chance.one_of(&[10 * MINUTE, HOUR, 5 * HOUR]).unwrap_or(&HOUR);
        let (at, length) = (self.moment(from), self.chance.between(MINUTE, longest));
        let change = |weather| Action::Customer(Tenant::Acme, Customer::WeatherOf(routes, weather));
        self.span(at, length, change(weather), change(W::Fair));
    }

    /// From seconds to most of an hour, short ones more often.
    fn length(&self) -> i64 {
        let longest = [2 * MINUTE, 10 * MINUTE, 50 * MINUTE];
        self.chance.between(5 * SECOND, *self.chance.one_of(&longest).unwrap_or(&MINUTE))
    }

    fn servers(&mut self, from: i64) {
        for _ in 0..3 {
            let (channel, at, length) =
                (self.channel(), self.moment(from), self.chance.between(MINUTE, 5 * HOUR));
            let reason = match self.chance.below(4) {
                0 => Obstacle::ChannelUnfit,
                1 => Obstacle::ChannelGone,
                2 => Obstacle::MissingPermissions(Vec::new()),
                _ => Obstacle::MissingPermissions(vec![Permission::SendMessages]),
            };
            self.span(
                at,
                length,
                Action::Channel(ChannelAction::Close(channel, reason)),
                Action::Channel(ChannelAction::Open(channel)),
            );
        }
        for _ in 0..3 {
            let (channel, at, length) =
                (self.channel(), self.moment(from), self.chance.between(MINUTE, 4 * HOUR));
            let hidden = |hidden| Action::Channel(ChannelAction::Unreadable(channel, hidden));
            self.span(at, length, hidden(true), hidden(false));
        }
        for _ in 0..2 {
            let (channel, at, length) =
                (self.channel(), self.moment(from), self.chance.between(MINUTE, 6 * HOUR));
            let news = if self.chance.per_mille(300) { News::Lost } else { News::Told };
            let public = |public| Action::Channel(ChannelAction::Public(channel, public, news));
            self.span(at, length, public(true), public(false));
        }
        let (guild, at, length) = (self.guild(), self.moment(from), self.chance.between(MINUTE, 3 * HOUR));
        self.span(
            at,
            length,
            Action::Channel(ChannelAction::Leave(guild)),
            Action::Channel(ChannelAction::Join(guild)),
        );
        for _ in 0..6 {
            let (at, channel) = (self.moment(from), self.channel());
            self.put(at, Action::Channel(ChannelAction::DeleteMessage(channel)));
            let (at, channel, left) = (self.moment(from), self.channel(), left(&self.chance));
            self.put(at, Action::Channel(ChannelAction::StripMessage(channel, left)));
        }
        for _ in 0..LOST_ANSWERS {
            self.lost_answer(from);
        }
        if self.chance.per_mille(120) {
            let (at, channel) = (self.moment(from), self.channel());
            self.put(at, Action::Channel(ChannelAction::DeleteChannel(channel)));
        }
    }

    /// A message whose answer is lost, and what happens then; at times the process dies of it too, for longer than a
    /// nonce is known.
    fn lost_answer(&mut self, from: i64) {
        let at = self.moment(from);
        let closed = *self.chance.one_of(&[true, false]).unwrap_or(&true);
        let reason = if closed {
            Obstacle::ThreadClosed
        } else {
            Obstacle::MissingPermissions(vec![Permission::SendMessages])
        };
        let length = self.chance.between(MINUTE, 3 * HOUR);
        let then = match self.chance.below(5) {
            0 => Afterwards::Closed(reason, length),
            1 | 2 => Afterwards::Refused(length),
            3 => Afterwards::Stripped(left(&self.chance)),
            _ => Afterwards::Deleted,
        };
        let silent_ms = *self.chance.one_of(&[0, 3 * MINUTE, 10 * MINUTE]).unwrap_or(&0);
        self.put(at, Action::Channel(ChannelAction::LoseAnswer(LostAnswer { silent_ms, then })));
        if self.chance.per_mille(300) {
            let site = |operation, moment| Site { operation, moment };
            let (first, then) = (site(Operation::Post, Moment::After), site(Operation::Find, Moment::After));
            self.put(at, Action::Machine(Machine::DieTwice { first, then }));
        }
    }

    fn guild(&self) -> GuildId {
        self.chance.one_of(LAYOUT).map_or(GuildId(1), |(guild, _)| *guild)
    }

    fn commands(&mut self, from: i64) {
        for _ in 0..3 {
            let kind = *self.chance.one_of(&KINDS).unwrap_or(&EventKind::NewLead);
            let (at, channel) = (self.moment(from), self.channel());
            self.put(at, Action::Command(Command::Add { kind, channel, tries: 3 }));
        }
        self.often(from, 1, |_| Action::Command(Command::Remove));
        for _ in 0..3 {
            let (at, length) = (self.moment(from), self.chance.between(MINUTE, 8 * HOUR));
            let skip = self.chance.per_mille(350);
            self.span(at, length, Action::Command(Command::Pause), Action::Command(Command::Resume { skip }));
        }
        self.often(from, 1, |_| Action::Command(Command::RetryLetters));
        self.often(from, 1, |_| Action::Command(Command::DropLetter));
        self.often(from, 3, |_| Action::Command(Command::Status));
        self.often(from, 1, |_| Action::Command(Command::Access));
        self.often(from, 3, |_| Action::Command(Command::Create));
        self.often(from, 2, |_| Action::Command(Command::Test));
        self.set_up(from);
        desk::deskwork(self, from);
        self.often(from, 1, |chance| Action::Command(flood(chance)));
    }

    fn set_up(&mut self, from: i64) {
        for _ in 0..2 {
            let kind = *self.chance.one_of(&EventKind::OF_THE_CONNECTOR).unwrap_or(&EventKind::NewLead);
            let (at, channel) = (self.moment(from), self.channel());
            self.put(at, Action::Command(Command::SetUp { kind, channel }));
            let (at, to) = (self.moment(from), self.channel());
            self.put(at, Action::Command(Command::Move { to }));
            let (at, channel) = (self.moment(from), self.channel());
            self.put(at, Action::Command(Command::Share { channel }));
        }
        self.often(from, 1, |_| Action::Command(Command::Roles));
        self.often(from, 1, |_| Action::Command(Command::SayWhoEverybodyIs));
    }

    fn machine(&mut self, from: i64) {
        let at = self.moment(from);
        let all = OPERATORS.to_vec();
        if self.chance.per_mille(350) {
            let without = *self.chance.one_of(&OPERATORS).unwrap_or(&GuildId(1));
            let fewer = all.iter().copied().filter(|guild| *guild != without).collect();
            let length = self.chance.between(10 * MINUTE, 6 * HOUR);
            let restart = |linked| Action::Machine(Machine::Restart(linked));
            self.span(at, length, restart(fewer), restart(all));
        } else {
            self.put(at, Action::Machine(Machine::Restart(all)));
        }
        if self.chance.per_mille(500) {
            let (at, length) = (self.moment(from), self.chance.between(MINUTE, 8 * HOUR));
            let wrong = self.chance.between(-2 * HOUR, 2 * HOUR);
            self.span(at, length, Action::Machine(Machine::Clock(wrong)), Action::Machine(Machine::Clock(0)));
        }
        if self.chance.per_mille(500) {
            let (at, length) = (self.moment(from), self.chance.between(5, 120).unsigned_abs());
            self.put(at, Action::Machine(Machine::Full(length)));
        }
    }
}

/// What a moderator leaves of a message.
fn left(chance: &Chance) -> Left {
    *chance.one_of(&[Left::Controls, Left::Line, Left::Nothing]).unwrap_or(&Left::Controls)
}
