use super::*;
use crate::access::Access;
use crate::channel::{ChannelView, Permission};
use crate::crowd::Headcount;
use crate::message::Message;
use crate::service::fixture::{self, Ports, SALES, stands, still, view};

const CROWD: Audience = Audience::Crowd(Some(4990));

fn ports(audience: Audience, lacking: Vec<Permission>) -> Ports {
    let mut ports = Ports::default();
    ports.channels.expect_forget_older_than().return_const(0_usize);
    ports.channels.expect_headcount().returning(|_, _| Headcount::default());
    ports.channels.expect_view().returning(move |_, id| Ok(ChannelView { audience, ..view(id) }));
    ports.access.expect_access().returning(|_| Ok(Access::default()));
    ports.rights.expect_lacking().returning(move |_| Ok(lacking.clone()));
    ports
}

async fn shared(
    mut ports: Ports,
    manage: ManageServer,
    decision: ShareDecision,
    card: impl Future<Output = Result<Message, ()>> + Send,
) -> Result<Sharing, NotShared<()>> {
    let contact = ContactId::new("ada");
    let wanted = Share { contact: &contact, channel: SALES, manage, decision };
    share(&ports.request(&still()), wanted, card).await
}

fn nobody_looks_it_up() -> impl Future<Output = Result<Message, ()>> + Send {
    std::future::poll_fn(|_| panic!("a card is looked up only when all is checked"))
}

#[tokio::test]
async fn nothing_is_looked_up_or_posted_before_all_is_checked() {
    let (holds, lacks) = (ManageServer::Holds, ManageServer::Lacks);
    let open = ShareDecision::Open;
    let may_not = ports(Audience::Some, vec![Permission::SendMessages]);
    let refused = shared(may_not, holds, open, nobody_looks_it_up()).await;
    assert!(matches!(refused, Err(NotShared::NotDone(NotDone::MayNotPost(SALES, _)))));
    let asked = shared(ports(CROWD, Vec::new()), holds, open, nobody_looks_it_up()).await;
    assert!(matches!(asked, Ok(Sharing::ToDecide(CROWD))));
    let anyway = ShareDecision::Anyway;
    let refused = shared(ports(CROWD, Vec::new()), lacks, anyway, nobody_looks_it_up()).await;
    assert!(matches!(refused, Ok(Sharing::NotTheirs(CROWD))));
}

#[tokio::test]
async fn a_card_is_posted_where_it_was_asked_for_and_found_again_when_its_contact_is_erased() {
    let mut ports = ports(CROWD, Vec::new());
    let card = Message::say("a card");
    let expected = card.clone();
    let post = ports.outbox.expect_post_once();
    post.withf(move |channel, message| *channel == SALES && *message == expected)
        .once()
        .returning(|_, _| stands());
    let remember = ports.deliveries.expect_remember_shared();
    remember
        .withf(|home, contact, channel, _| {
            *home == fixture::home() && contact.as_str() == "ada" && *channel == SALES
        })
        .once()
        .returning(|_, _, _, _| Ok(()));
    let done = shared(ports, ManageServer::Holds, ShareDecision::Anyway, async { Ok(card) }).await;
    assert!(matches!(done, Ok(Sharing::Shared)));
}
