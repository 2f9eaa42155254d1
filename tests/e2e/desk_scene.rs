//! A help desk: a server whose team answers in an Intercom of two teammates, and a customer who wrote.

use deskbell_sandbox::discord::actors::{Person, Reply};
use deskbell_sandbox::discord::{Discord, Message};
use deskbell_sandbox::intercom::{AdminId, ContactId, ConversationId, NewContact, NewConversation};
use deskbell_stage::cards_in;

use crate::stage::{PATIENCE, Stage};

/// A server whose team works with an Intercom of two teammates, and a customer who wrote.
pub(crate) struct Scene {
    pub(crate) stage: Stage,
    pub(crate) grace: AdminId,
    pub(crate) alan: AdminId,
    pub(crate) ada: ContactId,
    pub(crate) talk: ConversationId,
}

impl Scene {
    pub(crate) async fn set() -> Self {
        Self::set_with(Stage::with_bot().await).await
    }

    pub(crate) async fn set_with(stage: Stage) -> Self {
        let (grace, alan) = a_team(&stage).await;
        stage.subscribe("New conversation", "#support").await;
        stage.next_second().await;
        let ada = stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
        let new = NewConversation::from_contact(&ada, "It does not open.");
        let talk = stage.intercom.conversations().start(new);
        Self { stage, grace, alan, ada, talk }
    }

    pub(crate) fn person(&self, who: &str) -> Person {
        self.stage.discord.guild(self.stage.guild.id).member(who)
    }

    pub(crate) async fn card(&self) -> Message {
        self.stage.cards(self.stage.guild.support, 1).await.remove(0)
    }

    /// Waits until the card in the channel says this.
    pub(crate) async fn card_says(&self, text: &'static str) {
        let support = self.stage.guild.support;
        let says = move |discord: &Discord| {
            cards_in(discord, support).first().is_some_and(|card| card.render().contains(text))
        };
        let waited = self.stage.discord.wait_for(text, PATIENCE * 3, says).await;
        waited.unwrap_or_else(|waited| panic!("{waited}"));
    }

    /// Somebody presses a button below the card.
    pub(crate) async fn press(&self, who: &str, button: &str) -> Reply {
        let card = self.card().await;
        self.person(who).press(&card, button).expect("the button is there")
    }

    /// Somebody says who they are.
    pub(crate) async fn says_who(&self, who: &str, asked: Reply, name: &str, text: &str) -> Message {
        let asked = says(asked, "Who are you in Intercom?").await;
        let chosen = self.person(who).select(&asked, "I am…", &[name]).expect("they are offered");
        says(chosen, text).await
    }

    pub(crate) fn holder(&self) -> Option<AdminId> {
        self.stage.intercom.conversations().get(&self.talk).and_then(|talk| talk.assignee)
    }
}

/// Two teammates in Intercom, and two members who may act.
pub(crate) async fn a_team(stage: &Stage) -> (AdminId, AdminId) {
    let workspace = stage.intercom.workspace();
    let grace = workspace.add_admin("Grace Hopper", "grace@acme.test");
    let alan = workspace.add_admin("Alan Turing", "alan@acme.test");
    workspace.list_operator_as_admin();
    let seatless = workspace.add_admin("Without Seat", "none@acme.test");
    workspace.take_inbox_seat(seatless);
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let added = mark.slash(stage.guild.support, "/access add role:@Sales").expect("it is registered");
    added.text().await.expect("the bot answers");
    stage.discord.guild(stage.guild.id).create_member("ben", &[stage.guild.team]);
    (grace, alan)
}

/// The message once it says this.
pub(crate) async fn says(reply: Reply, text: &str) -> Message {
    let said = reply.message_where(text, |message| message.content.contains(text)).await;
    said.unwrap_or_else(|failure| panic!("{failure}"))
}

impl Scene {
    /// Somebody writes in the form that a button opens; who they are was said before.
    pub(crate) async fn writes(&self, who: &str, button: &str, text: &str) -> Reply {
        let form = self.press(who, button).await;
        let label = if button == "Reply" { "What the customer reads" } else { "What only your team reads" };
        self.person(who).submit_modal(&form, &[(label, text)]).await.expect("the form is open")
    }

    /// What the customer got.
    pub(crate) fn got(&self) -> Vec<String> {
        let sent = self.stage.intercom.conversations().sent_to_customer(&self.talk);
        sent.into_iter().filter_map(|part| part.body).collect()
    }

    /// Ana is Grace from now on.
    pub(crate) async fn ana_is_grace(&self) {
        let asked = self.press("ana", "Reply").await;
        self.says_who("ana", asked, "Grace Hopper", "From now on I answer for you as **Grace Hopper**.")
            .await;
    }
}
