//! The worst of it: Discord takes a message without answering, then is down, and meanwhile life goes on.

use std::time::Duration;

use deskbell_sandbox::discord::outage::{GatewayDuringOutage, Outage};
use deskbell_sandbox::fault::{Asked, Effect, Fault};
use deskbell_sandbox::intercom::{ContactId, NewContact};
use reqwest::{Method, StatusCode};

use super::cast::{LATE_LEADS, LATE_USERS};
use super::show::{Show, described};

/// How long it lasts, in seconds of the script, and at least: the bot must find what happens meanwhile.
const SECONDS: f64 = 8.0;
const AT_LEAST: Duration = Duration::from_secs(3);
/// How long after its beginning things happen, in seconds of the script.
const LATER: f64 = 2.0;

pub(super) async fn outage(show: &Show<'_>, users: &[ContactId]) {
    show.narrator.until(43.0).await;
    lose_an_answer(show, users).await;
    let length = show.narrator.lasting(SECONDS, AT_LEAST);
    let back = tokio::time::Instant::now() + length;
    show.stage.discord.set_outage(Outage::Rest {
        status: StatusCode::SERVICE_UNAVAILABLE,
        gateway: GatewayDuringOutage::Down,
    });
    show.trouble(&format!(
        "Discord took that, hung up before it answered, and is down for {:.0} s.",
        length.as_secs_f64()
    ));
    tokio::time::sleep(length.mul_f64(LATER / SECONDS)).await;
    life_goes_on(show, users);
    let waiting = show.tally().missing();
    show.trouble(&format!("{waiting} events wait."));
    tokio::time::sleep_until(back).await;
    recover(show, waiting).await;
}

/// The message stands, but the bot cannot know: it has to ask again without posting twice.
async fn lose_an_answer(show: &Show<'_>, users: &[ContactId]) {
    let is_post = |asked: Asked<'_>| asked.method == Method::POST && asked.path.ends_with("/messages");
    show.stage.discord.faults().add(Fault::new(Effect::LoseAnswer).when(is_post).once());
    show.conversation(&users[3], 3);
    show.settled().await;
}

fn life_goes_on(show: &Show<'_>, users: &[ContactId]) {
    for lead in &LATE_LEADS {
        show.lead(described(NewContact::lead(), lead));
    }
    for user in &LATE_USERS {
        show.user(described(NewContact::user(), user));
    }
    for (user, question) in [(&users[4], 4), (&users[5], 5), (&users[6], 7)] {
        show.conversation(user, question);
    }
    // Joan is known to the sandbox: nobody in the play is ever deleted.
    let _known = show.update(&users[6], |joan| joan.name = Some("Joan Murray".to_owned()));
}

async fn recover(show: &Show<'_>, waiting: usize) {
    let before = show.tally().messages();
    show.stage.discord.set_outage(Outage::None);
    show.good("Discord is back.");
    show.settled().await;
    let tally = show.tally();
    let posted = waiting.saturating_sub(tally.missing());
    let messages = tally.messages() - before;
    let twice =
        if tally.doubled() == 0 { "none twice".to_owned() } else { format!("{} twice", tally.doubled()) };
    show.good(&format!("{posted} posted in {messages} messages, {twice}."));
}
