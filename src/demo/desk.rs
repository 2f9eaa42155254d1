//! The desk: a bot that gives up, a customer who replies, one who waits for too long and one who rates, and Lea, who does
//! all of her part from their cards.

use std::time::Duration;

use anyhow::Context;
use deskbell_domain::event::EventKind;
use deskbell_sandbox::discord::{Discord, Message};
use deskbell_sandbox::intercom::{Assignee, ContactId, ConversationId, NewContact, NewConversation, TeamId};

use super::cast::{CHARLES, DOROTHY, LEA_ANSWERS, LEAVES_ADDRESS, MARY, SOPHIE, Writer};
use super::hands::{answers, chooses, presses};
use super::show::Show;
use super::watch;

/// Who answers, in Discord and in Intercom.
const LEA: &str = "lea";
const LEA_IN_INTERCOM: &str = "Lea Costa";
/// After how long a wait is told, in seconds: the default.
const TOO_LONG: i64 = 15 * 60;
/// How long ago the other conversations began, in seconds.
const LONG_AGO: i64 = 40 * 60;
/// At which second of the script a wait is too long, and how soon at the earliest: the bot must have been told to look.
const SECOND: f64 = 14.0;
const AT_LEAST: Duration = Duration::from_secs(6);
/// Until searches show what began before the bot came.
const HIDDEN: Duration = Duration::from_hours(1);
/// A conversation that was just read is read again half a minute later, and then its card is edited.
const UNTIL_TRUE: Duration = Duration::from_secs(90);

/// What began before the bot came.
pub(super) struct Desk {
    team: TeamId,
    of_bot: ConversationId,
    answered: (ContactId, ConversationId),
    closed: (ContactId, ConversationId),
    waits: ConversationId,
    too_long_at: i64,
}

impl Desk {
    pub(super) fn found(show: &Show<'_>) -> anyhow::Result<Self> {
        let intercom = &show.stage.intercom;
        let talks = intercom.conversations();
        let lea = intercom.workspace().add_admin(LEA_IN_INTERCOM, "lea@acme.example");
        let team = intercom.workspace().add_team("Support");
        let now = intercom.clock().unix_seconds();
        let soon = show.narrator.lasting(SECOND, AT_LEAST).as_secs();
        let too_long_at = now + i64::try_from(soon).unwrap_or(0);
        let (_, of_bot) = began(show, &CHARLES, now - LONG_AGO);
        talks.fin().say(&of_bot, "<p>I am not sure.</p>")?;
        let answered = began(show, &MARY, now - LONG_AGO);
        let closed = began(show, &SOPHIE, now - LONG_AGO);
        for (_, talk) in [&answered, &closed] {
            talks.teammate(lea).assign(talk, Assignee::Admin(lea))?;
            talks.teammate(lea).reply(talk, "<p>Like this.</p>")?;
        }
        talks.teammate(lea).close(&closed.1)?;
        for talk in [&of_bot, &answered.1, &closed.1] {
            talks.index_after(talk, HIDDEN)?;
        }
        let (_, waits) = began(show, &DOROTHY, too_long_at - TOO_LONG);
        Ok(Self { team, of_bot, answered, closed, waits, too_long_at })
    }
}

fn began(show: &Show<'_>, who: &Writer, at: i64) -> (ContactId, ConversationId) {
    let intercom = &show.stage.intercom;
    let contact = NewContact::user().name(who.name).email(who.email).created_at(at - LONG_AGO);
    let contact = intercom.contacts().create(contact);
    let talk =
        intercom.conversations().start(NewConversation::from_contact(&contact, who.asks).created_at(at));
    (contact, talk)
}

/// A card that Lea did something with, and what it is to say of that.
pub(super) type Promise = (Message, &'static str);

/// What needs Lea, and what she does; answered with what the cards are to say soon.
pub(super) async fn shift(show: &Show<'_>, desk: &Desk, users: &[ContactId]) -> anyhow::Result<Vec<Promise>> {
    let talks = show.stage.intercom.conversations();
    let (refund, thanks) = (show.conversation(&users[2], 0), show.conversation(&users[6], 6));
    show.settled().await;
    show.narrator.until(8.5).await;
    let refund = card_of(show, EventKind::NewConversation, &refund)?;
    let asked = presses(show, LEA, &refund, "I take it", "Who are you in Intercom?").await?;
    chooses(show, LEA, (&asked, "I am…"), LEA_IN_INTERCOM, "✅ You have it").await?;
    show.narrator.until(10.0).await;
    let thanks = card_of(show, EventKind::NewConversation, &thanks)?;
    let asked = presses(show, LEA, &thanks, "Close", "The last words are the customer's").await?;
    presses(show, LEA, &asked, "Close it anyway", "✅ Closed").await?;
    show.narrator.until(11.5).await;
    talks.fin().hand_over(&desk.of_bot, desk.team)?;
    show.say("Acme's bot gives up with a customer: somebody is needed, so it rings.");
    happened(show, EventKind::HandedOver, &desk.of_bot, CHARLES.name).await?;
    show.narrator.until(13.0).await;
    let (mary, talk) = &desk.answered;
    talks.customer(mary).reply(talk, "<p>It works, thank you!</p>")?;
    happened(show, EventKind::CustomerReplied, talk, MARY.name).await?;
    let waits = waits(show, desk).await?;
    Ok(vec![
        (refund, "Lea Costa has it"),
        (thanks, "by Lea Costa"),
        (waits, "Answered after 15 min by Lea Costa"),
    ])
}

async fn waits(show: &Show<'_>, desk: &Desk) -> anyhow::Result<Message> {
    show.narrator.until(SECOND).await;
    show.say("Dorothy wrote 15 minutes ago, and nobody has answered.");
    show.expect_at(EventKind::Unanswered, &desk.waits, DOROTHY.name, desk.too_long_at);
    show.settled().await;
    show.narrator.until(16.0).await;
    let waits = card_of(show, EventKind::Unanswered, &desk.waits)?;
    answers(show, LEA, &waits, LEA_ANSWERS, "Send to Dorothy").await?;
    Ok(waits)
}

/// Something happens in a conversation that searches did not show before.
async fn happened(show: &Show<'_>, kind: EventKind, talk: &ConversationId, name: &str) -> anyhow::Result<()> {
    show.stage.intercom.conversations().index_after(talk, Duration::ZERO)?;
    show.expect_in(kind, talk, name);
    show.settled().await;
    Ok(())
}

/// A lead of whom nothing is known leaves an address.
pub(super) async fn leaves_address(show: &Show<'_>) -> anyhow::Result<()> {
    let visitor = show.lead(NewContact::lead());
    show.settled().await;
    let card = watch::message_of(show.stage, EventKind::NewLead, visitor.as_str());
    show.stage.intercom.contacts().update(&visitor, |lead| {
        lead.name = Some(LEAVES_ADDRESS.name.to_owned());
        lead.email = Some(LEAVES_ADDRESS.email.to_owned());
    })?;
    show.expect_of(EventKind::LeadIdentified, &visitor);
    show.say("That visitor leaves an address: it rings now, and the card fills itself in.");
    becomes(show, &card.context("the lead has no card")?, LEAVES_ADDRESS.email).await
}

/// The cards say what Lea did.
pub(super) async fn promises(show: &Show<'_>, promises: &[Promise]) -> anyhow::Result<()> {
    show.say("What Lea did stands on the cards, for everybody:");
    for (card, text) in promises {
        becomes(show, card, text).await?;
    }
    Ok(())
}

/// A customer rates a conversation of before.
pub(super) async fn rates(show: &Show<'_>, desk: &Desk) -> anyhow::Result<()> {
    let (sophie, talk) = &desk.closed;
    show.stage.intercom.conversations().customer(sophie).rate(talk, 5)?;
    happened(show, EventKind::Rated, talk, SOPHIE.name).await
}

fn card_of(show: &Show<'_>, kind: EventKind, talk: &ConversationId) -> anyhow::Result<Message> {
    let card = watch::message_of(show.stage, kind, talk.as_str());
    card.with_context(|| format!("{} has no card", kind.word()))
}

/// Waits until the card says this, and tells it.
async fn becomes(show: &Show<'_>, card: &Message, text: &str) -> anyhow::Result<()> {
    let now = |discord: &Discord| {
        let all = discord.messages(card.channel).posted();
        all.into_iter().find(|message| message.id == card.id && message.render().contains(text))
    };
    show.stage.discord.wait_for(text, UNTIL_TRUE, |discord| now(discord).is_some()).await?;
    let edited = now(&show.stage.discord).context("a card was there, and is gone")?;
    show.narrator.tell(&watch::edited_moment(&edited, show.stage, show.narrator));
    Ok(())
}
