//! What the bot was seen to send and to set aside, judged at that moment: whatever can only be known then.

use std::sync::Arc;

use deskbell_domain::card::Size;
use deskbell_domain::delivery::Reference;
use deskbell_domain::ids::{ChannelId, GuildId, JournalNumber, SubscriptionId};
use deskbell_domain::message::Message;
use deskbell_domain::subscription::{Detail, PublicChoice};

use crate::content::{is_sample, is_shared, references};
use crate::discord::StandingMessage;
use crate::ledger::{Post, Promise};
use crate::links;
use crate::personal::{says_anything_personal, shown};
use crate::rings;
use crate::tenant::Tenant;
use crate::time::{MINUTE, SECOND};
use crate::trace::plain;
use crate::world::World;

/// How long a message may already have been on its way when a notification was paused or removed: a worker waits for an
/// answer that long, and a late message comes that much later.
const ON_ITS_WAY_MS: i64 = 80 * SECOND;

/// So soon a change of a channel counts: between a look and the message after it nothing waits.
const AT_ONCE: i64 = 5 * SECOND;

/// So soon it counts where the news of it was lost.
const UNHEARD: i64 = 10 * MINUTE + AT_ONCE;

/// Whether everyone can read a channel, as far as the bot can know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Public {
    Yes,
    No,
}

/// What the bot is about to send must not show what its readers may not see.
pub(crate) fn about_to_send(world: &World, channel: ChannelId, content: &Message) {
    if !says_anything_personal(content) {
        return;
    }
    let of = references(content).next().and_then(|reference| meaning_in(world, reference));
    let wish = of.and_then(|(of, id, _)| of.ledger().wishes.get(&id).cloned());
    let public = is_known_as_public(world, channel);
    let is_anyway = || world.worlds().any(|one| one.ledger().is_shared_anyway(channel));
    let shared = is_shared(content) && (public == Public::No || is_anyway());
    let may = shared
        || wish.as_ref().is_some_and(|wish| {
            wish.made.detail != Detail::Private
                && (wish.made.public == PublicChoice::Everything || public == Public::No)
        });
    if !may {
        let what = format!("#{channel}: a card with personal data, public: {public:?}");
        world.ledger().breach(Promise::Leaked, what, vec![format!("#{channel}")]);
    }
}

/// Whether the bot knows that everyone can read a channel, or must: it has been so for seconds.
fn is_known_as_public(world: &World, channel: ChannelId) -> Public {
    let (servers, now) = (world.discord.servers(), world.time.true_now());
    let Some(known) = servers.channels.get(&channel) else { return Public::No };
    let within = if known.outdated.is_some() { UNHEARD } else { AT_ONCE };
    let for_long = known.public_since.is_some_and(|since| now.since(since) > within);
    if for_long || known.told_public == Some(true) { Public::Yes } else { Public::No }
}

/// Has Discord do what it took earlier.
pub(crate) fn let_late_messages_come(world: &World) {
    for message in world.discord.do_what_is_late() {
        came(world, &message);
    }
}

/// A message is in a channel.
pub(crate) fn came(world: &World, message: &StandingMessage) {
    let now = message.at;
    let guild = world.discord.servers().channels.get(&message.channel).map(|one| one.guild);
    tells_of_no_other(world, message, guild);
    let Some((world, of, numbers)) = meaning_of(world, message) else { return };
    world.tell(format_args!("#{}: notification {of} shows {:?}", message.channel, plain(&numbers)));
    let grace = if world.tenant == Tenant::Acme { 0 } else { ON_ITS_WAY_MS };
    let is_linked = guild.is_some_and(|guild| world.was_linked(guild, now, grace));
    let mut ledger = world.ledger();
    let about = vec![format!("notification {of} "), format!("#{}", message.channel)];
    let Some(wish) = ledger.wishes.get(&of).cloned() else { return };
    let made = &wish.made;
    if made.channel != message.channel || Some(made.guild) != guild {
        let what = format!("notification {of} of #{} is shown in #{}", made.channel, message.channel);
        ledger.breach(Promise::WrongPlace, what, about.clone());
    }
    if let Some(why) = guild.and_then(|guild| links::bar(&world, guild, made.kind, now, ON_ITS_WAY_MS)) {
        let what =
            format!("{:?} is shown in #{}, and the server's token may not: {why:?}", made.kind, made.channel);
        ledger.breach(Promise::Leaked, what, about.clone());
    }
    if !is_linked {
        let what =
            format!("#{} belongs to no linked server, and shows {:?}", message.channel, plain(&numbers));
        ledger.breach(Promise::Leaked, what, about.clone());
    }
    let over = wish.removed.is_some_and(|removed| now.since(removed) > ON_ITS_WAY_MS);
    if over || wish.is_paused(now, ON_ITS_WAY_MS) {
        let what = format!("notification {of} is removed or paused, and shows {:?}", plain(&numbers));
        ledger.breach(Promise::WrongPlace, what, about);
    }
    let (channel, at) = (message.channel, message.at);
    rings::arrives(&mut ledger, &message.content);
    ledger.posts.push(Post { message: message.id, channel, at, of, numbers });
}

/// An event is set aside: it must not stand in the channel, as far as the bot could see.
pub(crate) fn set_aside(world: &World, of: SubscriptionId, number: JournalNumber) {
    let now = world.time.true_now();
    let post = world
        .ledger()
        .posts
        .iter()
        .rev()
        .find(|post| post.of == of && post.numbers.contains(&number))
        .cloned();
    let servers = world.discord.servers();
    let stands = post
        .is_some_and(|post| !servers.is_beyond_knowing(&post, now) && !servers.has_only_its_line(&post, now));
    drop(servers);
    let mut ledger = world.ledger();
    if stands {
        let what = format!("notification {of}: {} is set aside, and stands in the channel", number.0);
        let about = vec![format!("journal {}:", number.0), format!("notification {of} ")];
        ledger.breach(Promise::Doubled, what, about);
    }
    ledger.set_aside.entry((of, number)).or_insert(now);
}

/// Which notification's events a message shows; none for a message without cards.
fn meaning_of(
    world: &World,
    message: &StandingMessage,
) -> Option<(Arc<World>, SubscriptionId, Vec<JournalNumber>)> {
    let first = message
        .content
        .cards
        .first()
        .filter(|_| !is_a_sample(world, &message.content) && !is_shared(&message.content))?;
    let of = references(&message.content).find_map(|reference| meaning_in(world, reference));
    let world = of.map_or_else(|| world.at(world.tenant), |(of, ..)| of);
    let mut ledger = world.ledger();
    let meanings: Vec<_> =
        references(&message.content).map(|reference| ledger.meaning_of(reference)).collect();
    let known: Vec<_> = meanings.iter().flatten().copied().collect();
    let of = known.first().map(|(of, _)| *of);
    let same = known.len() == meanings.len() && known.iter().all(|(one, _)| Some(*one) == of);
    let Some(of) = of.filter(|_| same) else {
        let what = format!("#{}: a message of cards that belong to no one notification", message.channel);
        ledger.breach(Promise::WrongPlace, what, vec![format!("#{}", message.channel)]);
        return None;
    };
    let mut numbers: Vec<_> = known.iter().map(|(_, number)| *number).collect();
    if first.size == Size::Lines {
        let more = first.footer.as_ref().map_or(0, |footer| footer.more as usize);
        let wish = ledger.wishes.get(&of).cloned()?;
        let after = ledger.wanted(&wish).map(|entry| entry.number);
        let after: Vec<_> = after.filter(|number| *number > numbers[0]).take(more).collect();
        numbers.extend(after);
    }
    drop(ledger);
    Some((world, of, numbers))
}

/// In which workspace a reference stands for something, and for what.
fn meaning_in(world: &World, reference: &Reference) -> Option<(Arc<World>, SubscriptionId, JournalNumber)> {
    world.worlds().find_map(|one| {
        let (id, number) = one.ledger().meaning_of(reference)?;
        Some((one, id, number))
    })
}

fn is_a_sample(world: &World, content: &Message) -> bool {
    world.worlds().any(|one| is_sample(content, &one.workspace()))
}

/// Nothing of a workspace stands in a server that is not connected to it.
fn tells_of_no_other(world: &World, message: &StandingMessage, guild: Option<GuildId>) {
    let shown = shown(&message.content);
    for one in world.worlds().filter(|one| shown.contains(&one.tenant.mark())) {
        if !guild.is_some_and(|guild| one.was_linked(guild, message.at, ON_ITS_WAY_MS)) {
            let what =
                format!("#{} shows something of {} at {}", message.channel, one.tenant.name(), message.at.0);
            one.ledger().breach(Promise::Leaked, what, vec![format!("#{}", message.channel)]);
        }
    }
}
