//! Who did what, in the log: what services do not write down themselves.

pub(crate) use deskbell_domain::audit::Action;

use crate::interaction::asker::Asker;

/// Writes the line, once the action is done.
pub(crate) fn log(asker: &Asker, action: Action<'_>) {
    deskbell_domain::audit::log(asker.guild, asker.member, action);
}
