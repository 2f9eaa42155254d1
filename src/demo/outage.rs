//! The worst of it: Discord takes a message without answering, then is down, and meanwhile life goes on.

use std::time::Duration;

use deskbell_sandbox::discord::outage::{GatewayDuringOutage, Outage};
use deskbell_sandbox::fault::{Asked, Effect, Fault};
use deskbell_sandbox::intercom::{ContactId, NewContact};
use reqwest::{Method, StatusCode};

use super::cast::{LATE_LEADS, LATE_USERS};
use super::moment::{Moment, Mood};
use super::script::{Show, described};

/// How long it lasts, in seconds of the script, and at least: the bot must find what happens meanwhile.
const SECONDS: f64 = 8.0;
const AT_LEAST: Duration = Duration::from_secs(3);
/// How long after its beginning things happen, in seconds of the script.
const LATER: f64 = 2.0;

impl Show<'_> {
    pub(super) async fn outage(&self, users: &[ContactId]) {
        self.narrator.until(40.0).await;
        self.lose_an_answer(users).await;
        let length = self.narrator.lasting(SECONDS, AT_LEAST);
        let back = tokio::time::Instant::now() + length;
        self.stage.discord.set_outage(Outage::Rest {
            status: StatusCode::SERVICE_UNAVAILABLE,
            gateway: GatewayDuringOutage::Down,
        });
        self.trouble(&format!(
            "Discord took that, hung up before it answered, and is down for {:.0} s.",
            length.as_secs_f64()
        ));
        tokio::time::sleep(length.mul_f64(LATER / SECONDS)).await;
        self.life_goes_on(users);
        let waiting = self.tally().missing();
        self.trouble(&format!("{waiting} events wait."));
        tokio::time::sleep_until(back).await;
        self.recover(waiting).await;
    }

    /// The message stands, but the bot cannot know: it has to ask again without posting twice.
    async fn lose_an_answer(&self, users: &[ContactId]) {
        let is_post = |asked: Asked<'_>| asked.method == Method::POST && asked.path.ends_with("/messages");
        self.stage.discord.faults().add(Fault::new(Effect::LoseAnswer).when(is_post).once());
        self.conversation(&users[3], 3);
        self.settled().await;
    }

    fn life_goes_on(&self, users: &[ContactId]) {
        for lead in &LATE_LEADS {
            self.lead(described(NewContact::lead(), lead));
        }
        for user in &LATE_USERS {
            self.user(described(NewContact::user(), user));
        }
        for (user, question) in [(&users[4], 4), (&users[5], 5), (&users[6], 7)] {
            self.conversation(user, question);
        }
        // Joan is known to the sandbox: nobody in the play is ever deleted.
        let _known = self.update(&users[6], |joan| joan.name = Some("Joan Murray".to_owned()));
    }

    async fn recover(&self, waiting: usize) {
        let before = self.tally().messages();
        self.stage.discord.set_outage(Outage::None);
        self.good("Discord is back.");
        self.settled().await;
        let tally = self.tally();
        let posted = waiting.saturating_sub(tally.missing());
        let messages = tally.messages() - before;
        let twice =
            if tally.doubled() == 0 { "none twice".to_owned() } else { format!("{} twice", tally.doubled()) };
        self.good(&format!("{posted} posted in {messages} messages, {twice}."));
    }

    fn trouble(&self, text: &str) {
        self.narrator.tell(&Moment::Told { mood: Mood::Trouble, text: text.to_owned() });
    }

    fn good(&self, text: &str) {
        self.narrator.tell(&Moment::Told { mood: Mood::Good, text: text.to_owned() });
    }
}
