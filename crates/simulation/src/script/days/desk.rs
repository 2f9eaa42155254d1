//! What is said and done in conversations in a day.

use deskbell_domain::outgoing::WordsFor;
use deskbell_domain::press::desk::DeskAct;

use crate::chance::Chance;
use crate::intercom::Deed;
use crate::script::writer::Writer;
use crate::script::{Action, Command, Customer, Deskwork};
use crate::tenant::Tenant;
use crate::time::{HOUR, MINUTE, SECOND};

/// How often something is said or done, alone and several times in one second, in the operator's workspace.
const OFTEN: [usize; 2] = [90, 14];
/// The same in others.
const SELDOM: [usize; 2] = [12, 3];

/// What happens in the conversations of a workspace.
pub(super) fn conversations(writer: &mut Writer, tenant: Tenant, from: i64) {
    let [alone, together] = if tenant == Tenant::Acme { OFTEN } else { SELDOM };
    let does = |customer| Action::Customer(tenant, customer);
    writer.often(from, alone, |chance| does(Customer::Act(deed(chance))));
    writer.often(from, together, |chance| {
        let many = chance.below(4) + 2;
        does(Customer::ActTogether((0..many).map(|_| deed(chance)).collect()))
    });
    writer.often(from, together / 2 + 1, |chance| {
        let longest = *chance.one_of(&[MINUTE, 20 * MINUTE, 2 * HOUR]).unwrap_or(&MINUTE);
        does(Customer::Act(Deed::CustomerSaysUnseen(chance.between(SECOND, longest))))
    });
    writer.often(from, together / 2 + 1, |chance| does(Customer::TalkWithBot(talk_with_bot(chance))));
    writer.often(from, together / 2 + 1, |chance| does(Customer::ActInTurn(put_off(chance))));
    writer.often(from, together / 2 + 1, |_| does(Customer::Act(Deed::Rate)));
    writer.often(from, together / 3 + 1, |_| does(Customer::Act(Deed::Remark)));
}

/// What members do in conversations from Discord in a day.
pub(super) fn deskwork(writer: &mut Writer, from: i64) {
    let does = |what| Action::Command(Command::Desk(what));
    writer.often(from, 14, |_| does(Deskwork::Write(WordsFor::Customer)));
    writer.often(from, 5, |_| does(Deskwork::Write(WordsFor::Team)));
    writer.often(from, 8, |_| does(Deskwork::PressAgain));
    writer.often(from, 3, |_| does(Deskwork::LookWhenCalled));
    writer.often(from, 12, |chance| does(Deskwork::Press(act(chance))));
    writer.often(from, 5, |chance| does(Deskwork::PressTogether(act(chance))));
}

fn act(chance: &Chance) -> DeskAct {
    let acts = [DeskAct::Take, DeskAct::Take, DeskAct::Take, DeskAct::Close, DeskAct::Reopen];
    *chance.one_of(&acts).unwrap_or(&DeskAct::Take)
}

fn deed(chance: &Chance) -> Deed {
    *chance.one_of(&Deed::USUAL).unwrap_or(&Deed::CustomerSays)
}

/// A bot greets and is answered, and mostly goes on, until somebody has it or it falls silent.
fn talk_with_bot(chance: &Chance) -> Vec<(i64, Deed)> {
    let mut turns = InTurn::default();
    let answered_within = *chance.one_of(&[MINUTE, MINUTE, 2 * HOUR]).unwrap_or(&MINUTE);
    turns.then(chance, MINUTE, Deed::BotSays);
    turns.then(chance, answered_within, Deed::CustomerSays);
    for deed in [Deed::BotSays, Deed::CustomerSays, Deed::BotSays].into_iter().take(chance.below(4)) {
        turns.then(chance, 2 * MINUTE, deed);
    }
    let ends =
        [Deed::Assign, Deed::Assign, Deed::Unassign, Deed::BotTakes, Deed::TeammateSays, Deed::CustomerSays];
    turns.then(chance, HOUR, *chance.one_of(&ends).unwrap_or(&Deed::Assign));
    turns.then(chance, 4 * HOUR, Deed::TeammateSays);
    turns.all
}

/// A customer waits while it is put off or closed by mistake, and is answered later.
fn put_off(chance: &Chance) -> Vec<(i64, Deed)> {
    let mut turns = InTurn::default();
    turns.then(chance, MINUTE, Deed::CustomerSays);
    let (away, back) = if chance.per_mille(700) {
        let wakes = [Deed::Wake, Deed::Wake, Deed::CustomerSays, Deed::TeammateSays];
        (Deed::Snooze, *chance.one_of(&wakes).unwrap_or(&Deed::Wake))
    } else {
        (Deed::CloseSilently, Deed::Reopen)
    };
    turns.then(chance, HOUR, away);
    turns.then(chance, 5 * HOUR, back);
    turns.then(chance, 3 * HOUR, Deed::TeammateSays);
    turns.all
}

/// What is done one after the other, each so many milliseconds after the beginning.
#[derive(Default)]
struct InTurn {
    all: Vec<(i64, Deed)>,
}

impl InTurn {
    /// Then, within so long, this is done.
    fn then(&mut self, chance: &Chance, within: i64, deed: Deed) {
        let last = self.all.last().map_or(0, |(at, _)| *at);
        self.all.push((last + chance.between(SECOND, within), deed));
    }
}
