//! What people type, done as the commands do it: the same steps over the same ports, in the same order.

use std::collections::BTreeSet;
use std::time::Duration;

use deskbell_desk::announcement::set_up_notice;
use deskbell_desk::channel::Audience;
use deskbell_desk::contact::Role;
use deskbell_desk::delivery::DeadLetterId;
use deskbell_desk::event::{Actor, EventKind};
use deskbell_desk::ids::{
    ApplicationId, ChannelId, ContactId, GuildId, JournalNumber, MemberId, SubscriptionId,
};
use deskbell_desk::port::channels::Channels;
use deskbell_desk::port::courier::Courier;
use deskbell_desk::port::messenger::PostOutcome;
use deskbell_desk::port::store::{
    ChangeOutcome, DeliveryStore, JournalStore, NewSubscription, SettingsStore, Stored, SubscriptionAdded,
    SubscriptionRemoved,
};
use deskbell_desk::service::notify::{Edited, edit};
use deskbell_desk::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_desk::time::UnixMillis;
use deskbell_intercom::{Caller, Purpose};
use tokio::time::{Instant, sleep};

use crate::discord::DiscordPort;
use crate::intercom::Lag;
use crate::process::Process;
use crate::script::{Act, Command, Customer, Script};
use crate::time::{DAY, MINUTE, SECOND};
use crate::world::{World, workspace};

const WHO: MemberId = MemberId(5);
/// The time between two letters.
const LETTER: Duration = Duration::from_millis(333);

/// Does what a command does. Whether it worked, the one who typed it is told: here nobody listens, and tries again.
pub(crate) async fn obey(process: &Process, script: &mut Script, command: &Command) {
    let done = match command {
        Command::Add { kind, channel, tries } => add(process, script, *kind, *channel, *tries).await,
        Command::Pause => pause(process).await,
        Command::Resume { skip } => resume_one(process, *skip).await,
        Command::ResumeAll => resume_all(process).await,
        Command::Remove => remove(process).await,
        Command::RetryLetters => retry_letters(process).await,
        Command::DropLetter => drop_letter(process).await,
        Command::Status => look(process).await,
        Command::Access => change_access(process).await,
        Command::Create => remember_who(process).await,
        Command::Register => register(process).await,
        Command::Test => test(process).await,
        Command::Flood { members, seconds } => {
            flood(process, *members, *seconds);
            Ok(())
        }
    };
    if let Err(error) = done {
        process.world.tell(format_args!("{command:?} fails: {error}"));
    }
}

async fn add(
    process: &Process,
    script: &mut Script,
    kind: EventKind,
    channel: ChannelId,
    tries: u32,
) -> Stored<()> {
    let world = &process.world;
    let guild = world.discord.rooms().channels.get(&channel).map(|room| room.guild);
    let Some(guild) = guild.filter(|guild| world.linked().contains(guild)) else { return Ok(()) };
    let asked = world.time.true_now();
    let come = customers_right_after(world, asked);
    come.for_each(|(at, customer)| script.at(at, Act::Customer(customer)));
    let head = process.store.head(&workspace().id).await?;
    let floor = process.server_time.at_request(asked);
    let view = DiscordPort { world: world.clone() }.view(guild, channel).await;
    let posted = match view {
        Ok(_) => process.delivery.hand_over(channel, set_up_notice(kind, "Acme", WHO)).await,
        Err(_) => PostOutcome::Unknown,
    };
    let PostOutcome::Posted { message, .. } = posted else {
        if tries > 1 {
            let later = UnixMillis(asked.0 + 7 * MINUTE);
            script.at(later, Act::Command(Command::Add { kind, channel, tries: tries - 1 }));
        }
        return Ok(());
    };
    if let Some(message) = message {
        process.store.remember_own_message(channel, message).await?;
    }
    let is_public = view.is_ok_and(|view| view.audience == Audience::Everyone);
    let wanted = wish(process, guild, channel, kind, is_public);
    let wanted = Subscription { floor, ..wanted };
    let added = NewSubscription { subscription: wanted, head: Some(head) };
    if let SubscriptionAdded::Added(made) = process.store.add_subscription(added).await? {
        world.tell(format_args!(
            "notification {} is made: {kind:?} in #{channel}, {:?}, floor {}, after {}",
            made.id, made.detail, made.floor.0, made.after.0
        ));
        world.ledger().wished(made, asked);
        process.wake(channel);
    }
    Ok(())
}

/// Whoever comes between a command and the poll after it is for the notification too.
fn customers_right_after(world: &World, asked: UnixMillis) -> impl Iterator<Item = (UnixMillis, Customer)> {
    let roles = [Role::Lead, Role::User].into_iter().cycle().take(4);
    roles.map(move |role| {
        let at = UnixMillis(asked.0 + world.chance.between(2 * SECOND, 100 * SECOND));
        (at, Customer::Make(role, Lag::Usual))
    })
}

fn wish(
    process: &Process,
    guild: GuildId,
    channel: ChannelId,
    kind: EventKind,
    is_public: bool,
) -> Subscription {
    let chance = &process.world.chance;
    let details = [Detail::Full, Detail::Full, Detail::Short, Detail::Private];
    let everything = is_public && chance.per_mille(500);
    Subscription {
        id: SubscriptionId(0),
        guild,
        workspace: workspace().id,
        channel,
        kind,
        detail: *chance.one_of(&details).unwrap_or(&Detail::Full),
        alert: Alert::default_for(kind),
        floor: deskbell_desk::time::Timestamp(0),
        after: JournalNumber(0),
        made_by: WHO,
        public: if everything { PublicChoice::Everything } else { PublicChoice::WithoutPersonalData },
        state: SubscriptionState::Active,
        version: 0,
    }
}

/// One of the notifications that stand.
async fn any(process: &Process, fit: impl Fn(&Subscription) -> bool) -> Stored<Option<Subscription>> {
    let mut all = process.store.workspace_subscriptions(&workspace().id).await?;
    all.retain(fit);
    Ok(process.world.chance.one_of(&all).cloned())
}

async fn pause(process: &Process) -> Stored<()> {
    let Some(one) = any(process, |one| !is_paused(one)).await? else { return Ok(()) };
    let since = process.world.time.true_second();
    let state = SubscriptionState::Paused { by: Some(WHO), since };
    if set_state(process, &one, &state).await? == Done::Yes {
        let now = process.world.time.true_now();
        process.world.tell(format_args!("notification {} is paused", one.id));
        if let Some(wish) = process.world.ledger().wishes.get_mut(&one.id) {
            wish.pauses.push((now, None));
        }
    }
    process.wake(one.channel);
    Ok(())
}

fn is_paused(one: &Subscription) -> bool {
    matches!(one.state, SubscriptionState::Paused { .. })
}

async fn resume_one(process: &Process, skip: bool) -> Stored<()> {
    let Some(one) = any(process, is_paused).await? else { return Ok(()) };
    resume(process, &one, skip).await
}

/// Everything goes on, and what is on hold is tried at once.
async fn resume_all(process: &Process) -> Stored<()> {
    for one in process.store.workspace_subscriptions(&workspace().id).await? {
        if is_paused(&one) {
            resume(process, &one, false).await?;
        } else {
            process.wake(one.channel);
        }
    }
    Ok(())
}

async fn resume(process: &Process, one: &Subscription, skip: bool) -> Stored<()> {
    let world = &process.world;
    if skip {
        // What waits may be dropped from here on, whether the answer comes or not.
        let head = world.ledger().head();
        note_skip(process, one.id, head);
        let skipped = process.delivery.skip_to_now(one.guild, one.id).await;
        let head = world.ledger().head();
        note_skip(process, one.id, head);
        world.tell(format_args!("notification {} skips {skipped}, up to {}", one.id, head.0));
    }
    if set_state(process, one, &SubscriptionState::Active).await? == Done::Yes {
        let now = world.time.true_now();
        world.tell(format_args!("notification {} is resumed", one.id));
        let mut ledger = world.ledger();
        let wish = ledger.wishes.get_mut(&one.id);
        if let Some(pause) = wish.and_then(|wish| wish.pauses.last_mut()) {
            pause.1.get_or_insert(now);
        }
    }
    process.wake(one.channel);
    Ok(())
}

fn note_skip(process: &Process, id: SubscriptionId, to: JournalNumber) {
    if let Some(wish) = process.world.ledger().wishes.get_mut(&id) {
        wish.skips.push((wish.made.after, to));
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Yes,
    No,
}

/// Pauses one that is not, or takes one out of its pause.
async fn set_state(process: &Process, one: &Subscription, state: &SubscriptionState) -> Stored<Done> {
    let wants_pause = matches!(state, SubscriptionState::Paused { .. });
    let edited = edit(&process.store, one.guild, one.id, |one| {
        if is_paused(one) != wants_pause {
            one.state = state.clone();
        }
    });
    Ok(if matches!(edited.await?, Edited::Done(_)) { Done::Yes } else { Done::No })
}

async fn remove(process: &Process) -> Stored<()> {
    let Some(one) = any(process, |_| true).await? else { return Ok(()) };
    if let SubscriptionRemoved::Removed(_) = process.store.remove_subscription(one.guild, one.id).await? {
        let now = process.world.time.true_now();
        process.world.tell(format_args!("notification {} is removed", one.id));
        if let Some(wish) = process.world.ledger().wishes.get_mut(&one.id) {
            wish.removed.get_or_insert(now);
        }
        process.wake(one.channel);
    }
    Ok(())
}

async fn retry_letters(process: &Process) -> Stored<()> {
    let mut guilds = BTreeSet::new();
    for guild in process.world.linked() {
        // An old message may still have a button for a letter that is gone.
        process.store.retry_dead_letter(guild, DeadLetterId(u64::MAX)).await?;
        for letter in process.store.dead_letters(guild).await? {
            process.store.retry_dead_letter(guild, letter.id).await?;
            guilds.insert(guild);
        }
    }
    for guild in guilds {
        process.delivery.wake_guild(guild);
    }
    Ok(())
}

async fn drop_letter(process: &Process) -> Stored<()> {
    for guild in process.world.linked() {
        let first = process.store.dead_letters(guild).await?.into_iter().next();
        let id = first.as_ref().map_or(DeadLetterId(u64::MAX), |letter| letter.id);
        if let Some(letter) = first {
            let mut ledger = process.world.ledger();
            if let Some(wish) = ledger.wishes.get_mut(&letter.subscription) {
                wish.dropped_letters.insert(letter.number);
            }
        }
        process.store.drop_dead_letter(guild, id).await?;
    }
    Ok(())
}

/// `/status`, `/notify list` and the pages of a list: reads, and a short text that is kept.
async fn look(process: &Process) -> Stored<()> {
    let now = process.world.time.true_now();
    process.store.newest(&workspace().id).await?;
    process.store.keep("list:1", "search", UnixMillis(now.0 + DAY)).await?;
    process.store.kept("list:1", now).await?;
    for guild in process.world.linked() {
        process.store.posted_on(guild, &format!("day {}", now.0 / DAY)).await?;
        for one in process.store.guild_subscriptions(guild).await? {
            process.store.dropped(guild, one.id).await?;
            process.store.backlog(&one, one.after).await?;
        }
    }
    let who = ContactId::new("000000000000000000000000");
    process.store.posted_about(&workspace().id, &who).await.map(drop)
}

async fn change_access(process: &Process) -> Stored<()> {
    let access = process.store.access(GuildId(1)).await?;
    let _somebody_else_may_be_faster: ChangeOutcome = process.store.change_access(GuildId(1), access).await?;
    Ok(())
}

/// `/lead create`, as far as the store goes.
async fn remember_who(process: &Process) -> Stored<()> {
    let contact =
        process.world.intercom.make(deskbell_desk::contact::Role::Lead, crate::intercom::Lag::Usual);
    let actor = Actor { member: WHO, command: "/lead create".to_owned() };
    process.store.remember_actor(&workspace().id, &contact, &actor).await?;
    process.store.actor(&workspace().id, &contact).await.map(drop)
}

async fn register(process: &Process) -> Stored<()> {
    let application = ApplicationId(9);
    let known = process.store.registered_commands(application).await?;
    let hash = known.map_or_else(|| "a".to_owned(), |known| known + "a");
    process.store.remember_registered_commands(application, &hash).await
}

/// `/notify test`.
async fn test(process: &Process) -> Stored<()> {
    let Some(one) = any(process, |_| true).await? else { return Ok(()) };
    let notice = set_up_notice(one.kind, "Acme", WHO);
    let outcome = process.delivery.hand_over(one.channel, notice).await;
    if let PostOutcome::Posted { message: Some(message), .. } = outcome {
        process.store.remember_own_message(one.channel, message).await?;
    }
    Ok(())
}

/// Members type in pickers: each letter is a look-up of its own, whether the one before was answered or not.
#[expect(clippy::disallowed_methods, reason = "the members are no part of the bot, and end by themselves")]
fn flood(process: &Process, members: usize, seconds: u64) {
    process.world.tell(format_args!("a flood: {members} members type for {seconds} s"));
    for member in 0..members as u64 {
        let who = Caller::person(MemberId(100 + member), Purpose::Suggestion);
        let (intercom, stop) = (process.intercom.of(who), process.supervisor.stop_token());
        tokio::spawn(async move {
            let ends = Instant::now() + Duration::from_secs(seconds);
            while Instant::now() < ends && !stop.is_cancelled() {
                let letter = intercom.clone();
                tokio::spawn(async move { letter.look_up().await });
                sleep(LETTER).await;
            }
        });
    }
}
