//! What people type: the services of the commands, and what the ledger is to know of it.

use std::time::Duration;

use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::contact::Role;
use deskbell_domain::delivery::DeadLetterId;
use deskbell_domain::event::{Actor, EventId, EventKind};
use deskbell_domain::ids::{ApplicationId, ChannelId, ContactId, GuildId, MemberId, RoleId};
use deskbell_domain::port::store::{
    Deliveries, Journal, RegisteredCommands, ShortLived, ShortLivedKey, Stored, Subscriptions,
};
use deskbell_domain::service::access::{self, Allowing, WishedGrant};
use deskbell_domain::service::audience::headcount_in_time;
use deskbell_domain::service::notify::failed::{self, Letters};
use deskbell_domain::service::notify::run::{self, Missed, Resumption, Target};
use deskbell_domain::service::notify::{listed, sample};
use deskbell_domain::service::request::{NotDone, SampleCalls};
use deskbell_domain::service::status;
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::UnixMillis;
use deskbell_intercom::{Caller, Purpose};
use tokio::time::{Instant, sleep};

use super::typist::{Typist, WHO, all_linked, linked_guild};
use super::{connections, people, set_up, share};
use crate::intercom::Lag;
use crate::process::Process;
use crate::script::{Action, Command, Customer, Script};
use crate::tenant::Tenant;
use crate::time::{DAY, MINUTE, SECOND};
use crate::world::World;

/// The time between two letters.
const LETTER: Duration = Duration::from_millis(333);

/// Does what a command does. Whether it worked, the one who typed it is told: here nobody listens, and tries again.
pub(crate) async fn obey(process: &Process, script: &mut Script, command: &Command) {
    let done: Result<(), NotDone> = match command {
        Command::Add { kind, channel, tries } => add(process, script, *kind, *channel, *tries).await,
        Command::Pause => pause(process).await,
        Command::Resume { skip } => resume_one(process, *skip).await,
        Command::ResumeAll => resume_all(process).await,
        Command::Remove => remove(process).await,
        Command::RetryLetters => retry_letters(process).await,
        Command::DropLetter => drop_letter(process).await,
        Command::Status => look(process).await.map_err(NotDone::from),
        Command::Access => change_access(process).await,
        Command::Create => remember_who(process).await.map_err(NotDone::from),
        Command::Register => register(process).await.map_err(NotDone::from),
        Command::Test => test(process).await,
        Command::SetUp { kind, channel } => set_up::choose_channels(process, *kind, *channel).await,
        Command::Roles => set_up::choose_roles(process).await,
        Command::SayWhoEverybodyIs => set_up::say_who_everybody_is(process).await,
        Command::Move { to } => set_up::move_notifications(process, *to).await,
        Command::Share { channel } => share::share_a_card(process, *channel).await,
        Command::Connect(guild) => connections::connect(process, *guild, None).await,
        Command::ConnectOther(guild) => connections::connect_other(process, *guild).await,
        Command::Renew(guild) => connections::renew(process, *guild).await,
        Command::Disconnect(guild) => connections::disconnect(process, *guild).await,
        Command::LookUp(guild) => connections::look_up(process, *guild).await,
        Command::Desk(what) => {
            people::work(process, *what);
            Ok(())
        }
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
) -> Result<(), NotDone> {
    let world = &process.world;
    let Some(guild) = linked_guild(world, channel) else { return Ok(()) };
    let asked = world.time.true_now();
    let come = customers_right_after(world, asked);
    let tenant = world.of_guild(guild).map_or(Tenant::Acme, |world| world.tenant);
    come.for_each(|(at, customer)| script.at(at, Action::Customer(tenant, customer)));
    let typist = Typist::in_guild(process, guild);
    match typist.add(kind, channel).await {
        Ok(()) => Ok(()),
        Err(NotDone::Store(error)) => Err(error.into()),
        Err(not_done) if tries > 1 => {
            world.tell(format_args!("nothing is added, to be tried again: {not_done}"));
            let later = UnixMillis(asked.0 + 7 * MINUTE);
            script.at(later, Action::Command(Command::Add { kind, channel, tries: tries - 1 }));
            Ok(())
        }
        Err(not_done) => Err(not_done),
    }
}

/// Whoever comes between a command and the poll after it is for the notification too.
fn customers_right_after(world: &World, asked: UnixMillis) -> impl Iterator<Item = (UnixMillis, Customer)> {
    let roles = [Role::Lead, Role::User].into_iter().cycle().take(4);
    roles.map(move |role| {
        let at = UnixMillis(asked.0 + world.chance.between(2 * SECOND, 100 * SECOND));
        (at, Customer::Make(role, Lag::Usual))
    })
}

/// One of the notifications that stand.
async fn any(process: &Process, fit: impl Fn(&Subscription) -> bool) -> Stored<Option<Subscription>> {
    let mut all = all(process).await?;
    all.retain(fit);
    Ok(process.world.chance.one_of(&all).cloned())
}

/// All that stand in servers that are not connected to another workspace by now.
async fn all(process: &Process) -> Stored<Vec<Subscription>> {
    let mut all = Vec::new();
    for world in process.world.worlds() {
        let mut known = process.store.workspace_subscriptions(&world.workspace().id).await?;
        let is_here =
            |one: &Subscription| world.of_guild(one.guild).is_none_or(|there| there.tenant == world.tenant);
        known.retain(is_here);
        all.append(&mut known);
    }
    Ok(all)
}

async fn pause(process: &Process) -> Result<(), NotDone> {
    let Some(one) = any(process, |one| !one.is_paused()).await? else { return Ok(()) };
    let typist = Typist::in_guild(process, one.guild);
    let paused = run::pause(&typist.request(), Target::One(one.id)).await?;
    let now = process.world.time.true_now();
    for one in paused.done {
        process.world.tell(format_args!("notification {} is paused", one.id));
        if let Some(wish) = typist.world.ledger().wishes.get_mut(&one.id) {
            wish.pauses.push((now, None));
        }
    }
    Ok(())
}

async fn resume_one(process: &Process, skip: bool) -> Result<(), NotDone> {
    let Some(one) = any(process, Subscription::is_paused).await? else { return Ok(()) };
    resume(process, &one, if skip { Some(Missed::Skip) } else { None }).await
}

/// Everything goes on, and what is on hold is tried at once.
async fn resume_all(process: &Process) -> Result<(), NotDone> {
    for one in all(process).await? {
        if !one.is_active() {
            resume(process, &one, None).await?;
        }
    }
    Ok(())
}

/// `/notify resume`, and [Post them] where that is asked.
async fn resume(process: &Process, one: &Subscription, missed: Option<Missed>) -> Result<(), NotDone> {
    let typist = Typist::in_guild(process, one.guild);
    if missed == Some(Missed::Skip) {
        typist.outbox.may_skip();
    }
    let (request, target) = (typist.request(), Target::One(one.id));
    // What is posted while the answer is on its way is posted after the pause.
    let mut asked = process.world.time.true_now();
    let mut resumption = run::resume(&request, target, missed).await?;
    if matches!(resumption, Resumption::ToDecide { .. }) {
        asked = process.world.time.true_now();
        resumption = run::resume(&request, target, Some(Missed::Post)).await?;
    }
    let Resumption::Resumed(resumed) = resumption else { return Ok(()) };
    for one in resumed.done.iter().filter(|one| one.is_paused()) {
        process.world.tell(format_args!("notification {} is resumed", one.id));
        let mut ledger = typist.world.ledger();
        let wish = ledger.wishes.get_mut(&one.id);
        if let Some(pause) = wish.and_then(|wish| wish.pauses.last_mut()) {
            pause.1.get_or_insert(asked);
        }
    }
    Ok(())
}

async fn remove(process: &Process) -> Result<(), NotDone> {
    let Some(one) = any(process, |_| true).await? else { return Ok(()) };
    let typist = Typist::in_guild(process, one.guild);
    run::remove(&typist.request(), one.id).await.map(drop)
}

async fn retry_letters(process: &Process) -> Result<(), NotDone> {
    for guild in all_linked(process) {
        let typist = Typist::in_guild(process, guild);
        // An old message may still have a button for a letter that is gone.
        for letters in [Letters::One(DeadLetterId(u64::MAX)), Letters::All] {
            match failed::try_again(&typist.request(), letters).await {
                Ok(_) | Err(NotDone::UnknownFailedEvent) => {}
                Err(other) => return Err(other),
            }
        }
    }
    Ok(())
}

async fn drop_letter(process: &Process) -> Result<(), NotDone> {
    for guild in all_linked(process) {
        let typist = Typist::in_guild(process, guild);
        let request = typist.request();
        let first = failed::all(&request).await?.into_iter().next();
        let id = first.as_ref().map_or(DeadLetterId(u64::MAX), |failed| failed.letter.id);
        if let Some(failed) = first {
            let mut ledger = typist.world.ledger();
            if let Some(wish) = ledger.wishes.get_mut(&failed.letter.subscription) {
                wish.dropped_letters.insert(failed.letter.number);
            }
        }
        match failed::drop_letters(&request, Letters::One(id)).await {
            Ok(_) | Err(NotDone::UnknownFailedEvent) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

/// `/status`, `/notify list` and the pages of a list: reads, and short texts that are kept, one of which makes room for
/// another and one of which ends by itself.
async fn look(process: &Process) -> Stored<()> {
    let now = process.world.time.true_now();
    let key =
        |key: &str| ShortLivedKey::Buttons { home: process.world.home(GuildId(1)), key: key.to_owned() };
    process.store.keep(&key("list1"), "search", UnixMillis(now.0 + MINUTE)).await?;
    process.store.keep(&key("list2"), "search", UnixMillis(now.0 + DAY)).await?;
    process.store.kept(&key("list2"), now).await?;
    process.store.forget(&key("list2")).await?;
    for guild in all_linked(process) {
        let typist = Typist::in_guild(process, guild);
        status::read(&typist.request(), now.seconds(), &format!("day {}", now.0 / DAY)).await?;
        listed(&typist.request()).await?;
    }
    let who = ContactId::new("000000000000000000000000");
    process.store.event(&process.world.workspace().id, &EventId::lead_created(&who)).await?;
    process.store.posted_about(&process.world.workspace().id, &who).await.map(drop)
}

/// `/access add`, which asks where nobody knows how many hold the role, and `/access remove`.
async fn change_access(process: &Process) -> Result<(), NotDone> {
    const SALES: RoleId = RoleId(30);
    let typist = Typist::in_guild(process, GuildId(1));
    let request = typist.request();
    let headcount = headcount_in_time(request.channels, request.home.guild).await;
    if let Allowing::Crowd(grant) = access::allow(&request, SALES, WishedGrant::default(), &headcount).await?
    {
        access::allow_anyway(&request, SALES, grant).await?;
    }
    access::withdraw(&request, SALES).await.map(drop)
}

/// `/lead create`, as far as the store goes.
async fn remember_who(process: &Process) -> Stored<()> {
    let contact =
        process.world.intercom.make(deskbell_domain::contact::Role::Lead, crate::intercom::Lag::Usual);
    let actor = Actor { member: WHO, command: "/lead create".to_owned() };
    process.store.remember_actor(&process.world.workspace().id, &contact, &actor).await?;
    process.store.actor(&process.world.workspace().id, &contact).await.map(drop)
}

async fn register(process: &Process) -> Stored<()> {
    let application = ApplicationId(9);
    let known = process.store.registered_commands(application).await?;
    let hash = known.map_or_else(|| "a".to_owned(), |known| known + "a");
    process.store.remember_registered_commands(application, &hash).await
}

/// `/notify test`.
async fn test(process: &Process) -> Result<(), NotDone> {
    let Some(one) = any(process, |_| true).await? else { return Ok(()) };
    let typist = Typist::in_guild(process, one.guild);
    let (workspace, fields, target) = (typist.world.workspace(), CardFields::default(), Target::One(one.id));
    sample::test(&typist.request(), &workspace, &fields, target, Some(SampleCalls::Nobody)).await.map(drop)
}

/// Members type in pickers: each letter is a look-up of its own, whether the one before was answered or not.
#[expect(clippy::disallowed_methods, reason = "the members are no part of the bot, and end by themselves")]
fn flood(process: &Process, members: usize, seconds: u64) {
    process.world.tell(format_args!("a flood: {members} members type for {seconds} s"));
    for member in 0..members as u64 {
        let who = Caller::person(GuildId(1), MemberId(100 + member), Purpose::Suggestion);
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
