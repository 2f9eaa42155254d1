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
