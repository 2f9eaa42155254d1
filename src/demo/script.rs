//! The play: the set-up by people, then a day of a team. Whatever must be posted goes into the ledger as it happens.

use std::time::Duration;

use anyhow::Context;
use deskbell_desk::event::EventKind;
use deskbell_sandbox::discord::Discord;
use deskbell_sandbox::discord::ids::ChannelId;
use deskbell_sandbox::intercom::{
    CompanyId, Contact, ContactId, ConversationId, Location, NewCompany, NewContact, NewConversation, TagId,
};

use super::card_line::card_lines;
use super::cast::{self, ADA, ALAN, Character, KATHERINE, QUESTIONS, USERS};
use super::ledger::{Expected, Ledger};
use super::markdown::plain;
use super::moment::{Moment, Mood};
use super::narrator::Narrator;
use super::stage::Stage;
use super::tally::Tally;
use super::watch::{self, Checks, Mentions};

/// How long it is waited for everything to be posted; then the play goes on, and the summary tells.
const PATIENCE: Duration = Duration::from_secs(40);
/// Floors have whole seconds: nothing happens in the second in which a notification is made.
const AFTER_SET_UP: Duration = Duration::from_millis(1100);
/// Acme's users are older than any notification.
const MONTH: i64 = 30 * 24 * 3600;

/// What the play is played with.
pub(super) struct Show<'a> {
    pub(super) stage: &'a Stage,
    pub(super) narrator: &'a Narrator,
    pub(super) ledger: &'a Ledger,
}

/// Acme as the bot finds it.
struct Acme {
    users: Vec<ContactId>,
    engines: CompanyId,
    vip: TagId,
}

impl Show<'_> {
    /// Plays all of it, and waits until everything is posted.
    pub(super) async fn play(&self) -> anyhow::Result<()> {
        let acme = self.found();
        self.set_up().await?;
        let ada = self.morning(&acme).await?;
        self.crowd().await;
        self.noon(&acme.users, &ada).await?;
        self.outage(&acme.users).await;
        self.evening(&acme.users).await?;
        self.narrator.until(57.0).await;
        self.settled().await;
        self.two_more_checks().await;
        Ok(())
    }

    /// What Acme had before the bot came: none of it is news.
    fn found(&self) -> Acme {
        let long_ago = self.stage.intercom.clock().unix_seconds() - MONTH;
        let user = |(number, user): (usize, &Character)| {
            let user = described(NewContact::user(), user).external_id(&format!("crm-{}", 991 + number));
            self.stage.intercom.create(user.created_at(long_ago))
        };
        Acme {
            users: USERS.iter().enumerate().map(user).collect(),
            engines: self.stage.intercom.add_company(NewCompany::named("Analytical Engines")),
            vip: self.stage.intercom.add_tag("vip"),
        }
    }

    async fn set_up(&self) -> anyhow::Result<()> {
        let sales = self.stage.sales;
        let commands = [
            "/access add role:@Sales",
            "/notify add event:New lead channel:#sales",
            "/notify add event:New user channel:#crm",
            "/notify add event:User updated channel:#crm",
            "/notify add event:New conversation channel:#help",
        ];
        for (command, second) in commands.into_iter().zip([0.5, 1.2, 2.0, 2.8, 3.6]) {
            self.narrator.until(second).await;
            self.types("mark", sales, command).await?;
        }
        tokio::time::sleep(AFTER_SET_UP).await;
        Ok(())
    }

    async fn morning(&self, acme: &Acme) -> anyhow::Result<ContactId> {
        let intercom = &self.stage.intercom;
        self.narrator.until(7.0).await;
        let ada = self.lead(described(NewContact::lead(), &ADA).company(&acme.engines).tag(&acme.vip));
        self.narrator.until(10.0).await;
        intercom.page_visit(&acme.users[0])?;
        self.say("Grace opens a page: nothing is posted (a visit is no change).");
        self.narrator.until(12.0).await;
        self.user(described(NewContact::user(), &KATHERINE));
        self.narrator.until(15.0).await;
        self.settled().await;
        self.conversation(&ada, 0);
        self.narrator.until(18.0).await;
        self.update(&acme.users[0], |grace| grace.email = Some("grace@cobol.example".to_owned()))?;
        self.narrator.until(20.0).await;
        let command =
            format!("/lead create email:{} name:\"{}\" phone:\"{}\"", ALAN.email, ALAN.name, ALAN.phone);
        self.types("ana", self.stage.sales, &command).await?;
        let alan =
            intercom.contacts().into_iter().find(|contact| contact.email.as_deref() == Some(ALAN.email));
        self.expect(EventKind::NewLead, &alan.context("/lead create made no lead")?);
        self.narrator.until(23.0).await;
        self.types("ana", self.stage.sales, &format!("/lead get lead:{}", ADA.email)).await?;
        Ok(ada)
    }

    async fn crowd(&self) {
        self.narrator.until(25.0).await;
        for (name, email) in cast::crowd() {
            self.lead(NewContact::lead().name(&name).email(&email));
        }
        self.say(&format!(
            "A webinar ends: {} people leave their address at once. Discord takes 5 messages in 5 s.",
            cast::CROWD
        ));
    }

    async fn noon(&self, users: &[ContactId], ada: &ContactId) -> anyhow::Result<()> {
        self.narrator.until(28.0).await;
        self.stage.intercom.convert_to_user(ada)?;
        self.expect_of(EventKind::NewUser, ada);
        self.say("Ada signs up: the lead becomes a user.");
        self.narrator.until(31.0).await;
        for (user, number) in users[1..6].iter().zip(150..) {
            self.update(user, |user| user.phone = Some(format!("+1 555 555 0{number}")))?;
        }
        self.say("Somebody imports the phone numbers of 5 users.");
        self.narrator.until(34.0).await;
        self.conversation(&users[1], 1);
        self.conversation(&users[2], 2);
        self.narrator.until(38.0).await;
        self.settled().await;
        Ok(())
    }

    async fn evening(&self, users: &[ContactId]) -> anyhow::Result<()> {
        self.narrator.until(53.0).await;
        for user in users.iter().cycle().take(40) {
            self.stage.intercom.page_visit(user)?;
        }
        self.say("40 more page views: still nothing is posted.");
        self.narrator.until(55.0).await;
        self.conversation(&users[6], 6);
        Ok(())
    }

    /// A member uses a command; shown is the first line of the answer.
    async fn types(&self, who: &str, channel: ChannelId, command: &str) -> anyhow::Result<()> {
        let _turn = self.narrator.turn().await;
        let reply = self.stage.person(who).slash(channel, command)?;
        let message = reply.message().await?;
        let names = Mentions { stage: self.stage, narrator: self.narrator };
        let answer = message.content.lines().next().unwrap_or_default();
        self.narrator.tell(&Moment::Typed {
            who: format!("@{who}"),
            command: command.to_owned(),
            answer: plain(answer, &names),
            cards: card_lines(&message, &names),
        });
        Ok(())
    }

    pub(super) fn lead(&self, new: NewContact) -> ContactId {
        let id = self.stage.intercom.create(new);
        self.expect_of(EventKind::NewLead, &id);
        id
    }

    pub(super) fn user(&self, new: NewContact) -> ContactId {
        let id = self.stage.intercom.create(new);
        self.expect_of(EventKind::NewUser, &id);
        id
    }

    pub(super) fn update(&self, id: &ContactId, change: impl FnOnce(&mut Contact)) -> anyhow::Result<()> {
        self.stage.intercom.update(id, change)?;
        self.expect_of(EventKind::UserUpdated, id);
        Ok(())
    }

    /// Somebody asks the question of this number.
    pub(super) fn conversation(&self, from: &ContactId, number: usize) -> ConversationId {
        let intercom = &self.stage.intercom;
        let (subject, text) = QUESTIONS[number];
        let new =
            NewConversation::from_contact(from, text).subject(subject).url("https://acme.example/pricing");
        let id = intercom.start_conversation(new);
        let kind = EventKind::NewConversation;
        self.ledger.expect(Expected {
            kind,
            channel: self.stage.channel_of(kind),
            record: id.as_str().to_owned(),
            name: subject.to_owned(),
            at: intercom.clock().unix_seconds(),
        });
        id
    }

    fn expect_of(&self, kind: EventKind, id: &ContactId) {
        if let Some(contact) = self.stage.intercom.contact(id) {
            self.expect(kind, &contact);
        }
    }

    fn expect(&self, kind: EventKind, contact: &Contact) {
        self.ledger.expect(Expected {
            kind,
            channel: self.stage.channel_of(kind),
            record: contact.id.as_str().to_owned(),
            name: contact.name.clone().unwrap_or_default(),
            at: contact.updated_at,
        });
    }

    pub(super) fn say(&self, text: &str) {
        self.narrator.tell(&Moment::Told { mood: Mood::Plain, text: text.to_owned() });
    }

    /// Waits until everything that happened so far is posted, and told.
    pub(super) async fn settled(&self) {
        let is_settled = |_: &Discord| self.tally().missing() == 0;
        // What is still missing then is told in the summary.
        let _in_vain = self.stage.discord.wait_for("every event", PATIENCE, is_settled).await;
        let newest = self.stage.discord.posted_anywhere().last().map(|message| message.id);
        self.narrator.has_told(newest).await;
    }

    /// Waits until a check has begun and ended: what must stay silent would have been posted by then.
    async fn two_more_checks(&self) {
        let before = watch::checks(self.stage).checks;
        let waiting = async {
            while watch::checks(self.stage).checks < before + 2 {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let _in_vain = tokio::time::timeout(PATIENCE, waiting).await;
    }

    /// The count so far.
    pub(super) fn tally(&self) -> Tally {
        Tally::of(&self.ledger.expected(), &watch::posted(self.stage), Checks::default())
    }
}

/// Everything that is known of somebody.
pub(super) fn described(new: NewContact, who: &Character) -> NewContact {
    let location = Location::of(who.city, who.city, who.country);
    new.name(who.name).email(who.email).phone(who.phone).location(location)
}
