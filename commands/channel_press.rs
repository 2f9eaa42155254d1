//! The controls below notifications: [Show], "Show one in full…" and [Skip to now].

use deskbell_desk::press::ChannelPress;

use crate::error::{CommandError, Refusal};
use crate::guard;
use crate::session::Session;

/// Answers a press.
pub(crate) async fn answer(
    session: &Session<'_>,
    press: ChannelPress,
    chosen: &[String],
) -> Result<(), CommandError> {
    guard::linked(session.desk, &session.asker)?;
    drop((press, chosen));
    Err(Refusal::OldButton.into())
}
