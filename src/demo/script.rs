//! The play: the set-up by people, then a day of a team.

use std::time::Duration;

use anyhow::Context;
use deskbell_domain::event::EventKind;
use deskbell_sandbox::intercom::{Access, CompanyId, ContactId, NewCompany, NewContact, TagId};

use super::cast::{self, ADA, ALAN, Character, KATHERINE, USERS};
use super::desk::{self, Desk};
use super::hands::types;
use super::outage::outage;
use super::show::{PATIENCE, Show, described};
use super::watch;

/// Floors have whole seconds: nothing happens in the second in which a notification is made.
const AFTER_SET_UP: Duration = Duration::from_millis(1100);
/// Acme's users are older than any notification.
const MONTH: i64 = 30 * 24 * 3600;

/// Acme as the bot finds it.
pub(super) struct Acme {
    users: Vec<ContactId>,
    engines: CompanyId,
    vip: TagId,
    desk: Desk,
}

/// Plays all of it, and waits until everything is posted.
pub(super) async fn play(show: &Show<'_>, acme: &Acme) -> anyhow::Result<()> {
    set_up(show).await?;
    revoked(show).await?;
    let promises = desk::shift(show, &acme.desk, &acme.users).await?;
    let ada = morning(show, acme).await?;
    crowd(show).await;
    noon(show, &acme.users, &ada).await?;
    desk::promises(show, &promises).await?;
    outage(show, &acme.users).await;
    evening(show, acme).await?;
    show.narrator.until(57.0).await;
    show.settled().await;
    two_more_checks(show).await;
    Ok(())
}

/// What Acme had before the bot came: none of it is news.
pub(super) fn found(show: &Show<'_>) -> anyhow::Result<Acme> {
    let long_ago = show.stage.intercom.clock().unix_seconds() - MONTH;
    let user = |(number, user): (usize, &Character)| {
        let user = described(NewContact::user(), user).external_id(&format!("crm-{}", 991 + number));
        show.stage.intercom.contacts().create(user.created_at(long_ago))
    };
    Ok(Acme {
        users: USERS.iter().enumerate().map(user).collect(),
        engines: show.stage.intercom.companies().create(NewCompany::named("Analytical Engines")),
        vip: show.stage.intercom.tags().create("vip"),
        desk: Desk::found(show)?,
    })
}

async fn set_up(show: &Show<'_>) -> anyhow::Result<()> {
    let sales = show.stage.sales;
    let commands = [
        "/access add role:@Sales",
        "/notify add event:New lead channel:#sales",
        "/notify add event:New user channel:#crm",
        "/notify add event:User updated channel:#crm",
        "/notify add event:New conversation channel:#help",
        "/notify add event:Needs a person channel:#help",
        "/notify add event:Customer replied channel:#help",
        "/notify add event:Unanswered channel:#help",
        "/notify add event:Rated channel:#help",
    ];
    for (command, second) in commands.into_iter().zip([0.4, 0.8, 1.2, 1.6, 2.0, 2.4, 2.8, 3.2, 3.6]) {
        show.narrator.until(second).await;
        types(show, "mark", sales, command).await?;
    }
    // Should the bot never read them, what follows shows that.
    let _in_vain = tokio::time::timeout(PATIENCE, users_were_read(show)).await;
    tokio::time::sleep(AFTER_SET_UP).await;
    Ok(())
}

/// All users were read once: of a change before that nobody could tell what it was.
async fn users_were_read(show: &Show<'_>) {
    while !watch::has_read_users(show.stage) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The token is taken back and given again: the bot says so, and goes on at once.
async fn revoked(show: &Show<'_>) -> anyhow::Result<()> {
    let sales = show.stage.sales;
    show.narrator.until(5.0).await;
    show.stage.intercom.access().set(Access::Revoked);
    show.trouble("Somebody revokes the bot's token at Intercom.");
    // Should the bot never notice, its answer shows that.
    let _in_vain = tokio::time::timeout(PATIENCE, noticed(show)).await;
    types(show, "mark", sales, "/status").await?;
    show.stage.intercom.access().set(Access::Granted);
    types(show, "ana", sales, "/user get user:grace@navy.example").await?;
    show.good("The token is good again, and the bot goes on at once.");
    Ok(())
}

async fn noticed(show: &Show<'_>) -> anyhow::Result<()> {
    let mark = show.stage.person("mark");
    while !mark.slash(show.stage.sales, "/status")?.text().await?.contains("refuses the token") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

async fn morning(show: &Show<'_>, acme: &Acme) -> anyhow::Result<ContactId> {
    let intercom = &show.stage.intercom;
    show.narrator.until(18.0).await;
    let ada = show.lead(described(NewContact::lead(), &ADA).company(&acme.engines).tag(&acme.vip));
    show.narrator.until(19.0).await;
    intercom.contacts().page_visit(&acme.users[0])?;
    show.say("Grace opens a page: nothing is posted (a visit is no change).");
    show.narrator.until(20.0).await;
    show.user(described(NewContact::user(), &KATHERINE));
    show.narrator.until(22.0).await;
    show.settled().await;
    show.conversation(&ada, 8);
    show.narrator.until(24.0).await;
    show.update(&acme.users[0], |grace| grace.email = Some("grace@cobol.example".to_owned()))?;
    show.narrator.until(25.0).await;
    let command =
        format!("/lead create email:{} name:\"{}\" phone:\"{}\"", ALAN.email, ALAN.name, ALAN.phone);
    types(show, "ana", show.stage.sales, &command).await?;
    let alan =
        intercom.contacts().all().into_iter().find(|contact| contact.email.as_deref() == Some(ALAN.email));
    show.expect(EventKind::NewLead, &alan.context("/lead create made no lead")?);
    show.narrator.until(27.0).await;
    types(show, "ana", show.stage.sales, &format!("/lead get lead:{}", ADA.email)).await?;
    show.narrator.until(29.0).await;
    desk::leaves_address(show).await?;
    // Grace's change stands by itself, or it would be one of those that are imported later.
    show.settled().await;
    Ok(ada)
}

async fn crowd(show: &Show<'_>) {
    show.narrator.until(33.0).await;
    for (name, email) in cast::crowd() {
        show.lead(NewContact::lead().name(&name).email(&email));
    }
    show.say(&format!(
        "A webinar ends: {} people leave their address at once. Discord takes 5 messages in 5 s.",
        cast::CROWD
    ));
}

async fn noon(show: &Show<'_>, users: &[ContactId], ada: &ContactId) -> anyhow::Result<()> {
    show.narrator.until(35.0).await;
    show.stage.intercom.contacts().convert_to_user(ada)?;
    show.expect_of(EventKind::NewUser, ada);
    show.say("Ada signs up: the lead becomes a user.");
    show.narrator.until(37.0).await;
    for (user, number) in users[1..6].iter().zip(150..) {
        show.update(user, |user| user.phone = Some(format!("+1 555 555 0{number}")))?;
    }
    show.say("Somebody imports the phone numbers of 5 users.");
    show.narrator.until(38.0).await;
    show.conversation(&users[1], 1);
    show.conversation(&users[2], 2);
    show.narrator.until(41.0).await;
    show.settled().await;
    Ok(())
}

async fn evening(show: &Show<'_>, acme: &Acme) -> anyhow::Result<()> {
    let users = &acme.users;
    show.narrator.until(54.0).await;
    for user in users.iter().cycle().take(40) {
        show.stage.intercom.contacts().page_visit(user)?;
    }
    show.say("40 more page views: still nothing is posted.");
    show.narrator.until(55.0).await;
    desk::rates(show, &acme.desk).await
}

/// Waits until a check has begun and ended: what must stay silent would have been posted by then.
async fn two_more_checks(show: &Show<'_>) {
    let before = watch::checks(show.stage).begun;
    let waiting = async {
        while watch::checks(show.stage).begun < before + 2 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let _in_vain = tokio::time::timeout(PATIENCE, waiting).await;
}
