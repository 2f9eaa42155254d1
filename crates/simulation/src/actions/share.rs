//! [Share here]: a card that somebody shows everyone in a channel.

use deskbell_domain::access::ManageServer;
use deskbell_domain::ids::{ChannelId, ContactId};
use deskbell_domain::service::request::NotDone;
use deskbell_domain::service::share::{NotShared, Share, ShareDecision, Sharing, share};

use super::typist::{Typist, linked_guild};
use crate::content::shared_card;
use crate::process::Process;

/// Somebody shares a card, and where a crowd can read the channel says so again.
pub(super) async fn share_a_card(process: &Process, channel: ChannelId) -> Result<(), NotDone> {
    let world = &process.world;
    let Some(guild) = linked_guild(world, channel) else { return Ok(()) };
    let typist = Typist::in_guild(process, guild);
    let contact = ContactId::new("000000000000000000000001");
    for decision in [ShareDecision::Open, ShareDecision::Anyway] {
        let wish = Share { contact: &contact, channel, manage: ManageServer::Holds, decision };
        world.ledger().shared(channel, decision);
        match share(&typist.request(), wish, async { Ok::<_, NotDone>(shared_card()) }).await {
            Ok(Sharing::ToDecide(_)) => {}
            Ok(_) => return Ok(()),
            Err(NotShared::NotDone(why) | NotShared::NoCard(why)) => return Err(why),
        }
    }
    Ok(())
}
