//! Names that are learnt after an event was journaled: a message that begins afterwards shows them, and one that may be on
//! its way stays as it is.

use std::collections::BTreeSet;

use deskbell_domain::amendment::Amendment;
use deskbell_domain::channel::Obstacle;
use deskbell_domain::contact::{Named, PartialList};
use deskbell_domain::event::{Event, EventKind, Record};
use deskbell_domain::ids::{CompanyId, JournalNumber};
use deskbell_domain::port::messenger::EditOutcome;
use deskbell_domain::port::store::{Journal as _, Naming};

use super::discord::{Standing, plain};
use super::events::lead;
use super::fate::Fate;
use super::seconds;
use super::world::World;

/// The first lead, of a company.
fn of_a_company(name: Option<&str>) -> Event {
    let mut event = lead(1, 1, 0);
    if let Record::Lead { contact } = &mut event.record {
        let items = vec![Named { id: CompanyId::new("1"), name: name.map(str::to_owned) }];
        contact.companies = PartialList { items, total: 1 };
    }
    event
}

/// Intercom tells the company's name.
async fn tell(world: &World) {
    let learnt = Amendment::learnt(&of_a_company(None).record, &of_a_company(Some("Acme")).record);
    world.store.amend(&world.workspace, JournalNumber(1), &learnt, Naming::Done).await.unwrap();
    if let Some(delivery) = &world.delivery {
        delivery.journal_grew(&world.workspace, &BTreeSet::from([EventKind::NewLead]));
    }
}

fn fields(standing: &Standing) -> String {
    let fields = standing.message.cards.iter().flat_map(|card| &card.fields);
    fields.map(|field| plain(&field.value)).collect::<Vec<_>>().join(" | ")
}

/// What the cards of the channel say of the company.
fn companies(world: &World) -> Vec<&'static str> {
    let say = |standing: &Standing| {
        let fields = fields(standing);
        if fields.contains("Acme") { "Acme" } else { "1 company" }
    };
    let messages = world.discord.messages(10);
    messages.iter().filter(|standing| !standing.message.cards.is_empty()).map(say).collect()
}

#[tokio::test(start_paused = true)]
async fn what_still_waits_shows_the_name() {
    let mut world = World::new();
    world.notify(EventKind::NewLead, 10).await;
    world.append(vec![of_a_company(None)]).await;
    tell(&world).await;
    world.run_for(seconds(10)).await;
    assert_eq!(companies(&world), ["Acme"]);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_may_have_been_posted_is_sent_again_as_it_was() {
    let mut world = World::new();
    world.notify(EventKind::NewLead, 10).await;
    world.discord.goes(|_| Fate::Down);
    world.append(vec![of_a_company(None)]).await;
    world.run_for(seconds(10)).await;
    tell(&world).await;
    world.run_for(seconds(10)).await;
    world.kill();
    world.discord.goes(|_| Fate::Answered);
    world.discord.next_edit(EditOutcome::Later { after: Some(seconds(60)) });
    world.run_for(seconds(30)).await;
    assert_eq!(companies(&world), ["1 company"]);
    world.run_for(seconds(60)).await;
    assert_eq!(companies(&world), ["Acme"], "and is edited once it is known to stand there");
}

#[tokio::test(start_paused = true)]
async fn what_was_certainly_not_posted_shows_the_name_when_its_channel_opens() {
    let mut world = World::new();
    world.notify(EventKind::NewLead, 10).await;
    world.discord.close(10, Obstacle::MissingPermissions(Vec::new()), &[]);
    world.append(vec![of_a_company(None)]).await;
    world.run_for(seconds(10)).await;
    tell(&world).await;
    world.discord.reopen(10);
    world.run_for(seconds(600)).await;
    assert_eq!(companies(&world), ["Acme"]);
}
