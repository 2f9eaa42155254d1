//! `/privacy`: what is kept of a lead or user, and how it is erased.
//!
//! What is kept belongs to the workspace, the messages to the server in which they stand. Where a workspace has several
//! servers, one whose token may not change contacts erases only what it has itself.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::audit::entry::{self as audit, Outcome};
use crate::audit::{Action, Deed, log};
use crate::connection::Connection;
use crate::contact::{Contact, Role};
use crate::delivery::{PostedMessage, Reference};
use crate::event::{Entry, Record};
use crate::home::Home;
use crate::ids::{ChannelId, ContactId, GuildId, MemberId};
use crate::message::Message;
use crate::port::intercom::IntercomError;
use crate::port::outbox::Outbox;
use crate::port::remover::{Leaving, LeftOut, Removal, Remover};
use crate::port::store::{
    Audit, Connections, Deletions, Erased, Erasure, Extent, KeptOf, StoreError, Stored, Subscriptions,
    Unwanted,
};
use crate::right::Right;
use crate::service::find::Places;
use crate::service::look_up::{LookUp, look_up};
use crate::subscription::Subscription;

use self::seen::{events_in, seen_by};

mod seen;

/// So many messages are deleted while somebody waits; the rest follow.
const AT_ONCE: usize = 25;

/// The ports, and who asks. Whether they may is for the caller to know.
pub struct Request<'a> {
    /// The server, and its workspace.
    pub home: Home,
    /// Who asks.
    pub member: MemberId,
    /// What is kept of single people.
    pub erasure: &'a dyn Erasure,
    /// Who did what.
    pub audit: &'a dyn Audit,
    /// The messages that are to be deleted.
    pub deletions: &'a dyn Deletions,
    /// The connections that servers made.
    pub connections: &'a dyn Connections,
    /// The notifications.
    pub subscriptions: &'a dyn Subscriptions,
    /// Deletes messages.
    pub remover: &'a dyn Remover,
    /// The channels' own tasks.
    pub outbox: &'a dyn Outbox,
    /// What other servers of the workspace are told, by how many messages of theirs still stand.
    pub notice: fn(u64) -> Message,
    /// What stands below a message out of which somebody was left.
    pub note: &'static str,
}

/// What is kept of somebody, as one server may see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Who.
    pub contact: ContactId,
    /// What they are called, as far as that is kept.
    pub name: Option<String>,
    /// What is kept; of messages, and of what could not be posted, only the server's own.
    pub kept: KeptOf,
    /// How much an erasure here takes.
    pub extent: Extent,
    /// How many other servers the workspace has.
    pub others: u64,
}

impl Picture {
    /// The messages, each once.
    pub fn messages(&self) -> BTreeSet<Unwanted> {
        self.kept.messages.iter().map(Unwanted::from).collect()
    }

    /// The channels in which they stand.
    pub fn channels(&self) -> Vec<ChannelId> {
        let all: BTreeSet<_> = self.kept.messages.iter().map(|message| message.channel).collect();
        all.into_iter().collect()
    }

    /// How many of them show others, too.
    pub fn with_others(&self) -> u64 {
        let shared = &self.kept.with_others;
        self.messages().iter().filter(|one| shared.contains(&one.message)).count() as u64
    }

    /// Whether there is anything that could be erased.
    pub fn is_empty(&self) -> bool {
        let KeptOf { events, snapshots, failed, actor, hints, messages, .. } = &self.kept;
        let none = events.is_empty() && snapshots.is_empty() && failed.is_empty() && messages.is_empty();
        none && actor.is_none() && *hints == 0
    }
}

/// How an erasure ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// Messages that are deleted.
    pub deleted: u64,
    /// Messages that show only others now.
    pub left_out: u64,
    /// Those that cannot be, and where they stand.
    pub undeletable: u64,
    /// Where.
    pub channels: BTreeSet<ChannelId>,
    /// Those that are deleted soon.
    pub following: u64,
    /// What was erased of the store.
    pub erased: Erased,
    /// How much of it the server could have erased.
    pub extent: Option<Extent>,
}

/// How taking an erasure back ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenBack {
    /// The contact is announced again.
    Done,
    /// It was not erased, or somebody took that back meanwhile.
    NotErased,
    /// The server may not decide that for so many others.
    NotTheirs {
        /// How many.
        others: u64,
    },
}

/// Everybody who may be meant by what somebody picked or typed: leads and users alike.
///
/// # Errors
/// Fails where Intercom does not answer.
pub async fn meant(places: &Places<'_>, text: &str) -> Result<Vec<Contact>, IntercomError> {
    let mut found: Vec<Contact> = Vec::new();
    for role in [Role::Lead, Role::User] {
        let meant = match look_up(places, role, text).await? {
            LookUp::Found(one) | LookUp::Merged(one) | LookUp::WrongRole(one) => vec![*one],
            LookUp::Several(several, _) => several,
            LookUp::Unknown => Vec::new(),
        };
        for one in meant {
            if found.iter().all(|known| known.id != one.id) {
                found.push(one);
            }
        }
    }
    Ok(found)
}

impl Request<'_> {
    /// What is kept of a contact.
    ///
    /// # Errors
    /// Fails where the store cannot be read.
    pub async fn look(&self, contact: &ContactId, name: Option<String>) -> Stored<Picture> {
        let own = self.connections.connection(self.home.guild).await?;
        let others = self.others().await?;
        let extent = extent(own.as_ref(), &others);
        let kept = self.erasure.kept_of(&self.home.workspace, contact).await?;
        let acted = self.acted(contact, &kept).await?;
        let kept = seen_by(self.home.guild, own.as_ref(), &acted, kept);
        let name = name.or_else(|| kept.events.iter().rev().find_map(name_in));
        Ok(Picture { contact: contact.clone(), name, kept, extent, others: others.len() as u64 })
    }

    /// Erases what the server may have erased, and deletes its messages.
    ///
    /// # Errors
    /// Fails where the store cannot be read or written: what was begun is brought to its end later.
    pub async fn erase(&self, contact: &ContactId) -> Stored<Done> {
        let picture = self.look(contact, None).await?;
        let elsewhere = self.elsewhere(contact).await?;
        let deed = Deed::of(self.member, Action::Erased { extent: picture.extent });
        let begun = self.audit.begin_deed(&self.home, deed).await?;
        let (edited, erased) = match self.erase_kept(&picture).await {
            Ok(done) => done,
            Err((outcome, error)) => {
                self.end(begun, outcome).await;
                return Err(error);
            }
        };
        log(self.home.guild, &begun.deed);
        self.end(begun, Outcome::Done).await;
        for message in &edited {
            self.deletions.settled_deletion(*message).await?;
        }
        let whole = picture.messages().difference(&edited).copied().collect();
        let done = Done { left_out: edited.len() as u64, ..self.delete(&whole).await? };
        if picture.extent == Extent::Workspace {
            self.tell_others(&elsewhere).await?;
        }
        Ok(Done { erased, extent: Some(picture.extent), ..done })
    }

    /// Erases what is kept, and leaves the contact out of messages that show others, too. Where that fails: how the deed
    /// ended. What was begun may yet be brought to its end.
    async fn erase_kept(
        &self,
        picture: &Picture,
    ) -> Result<(BTreeSet<Unwanted>, Erased), (Outcome, StoreError)> {
        let (home, contact) = (&self.home, &picture.contact);
        let beginning = self.erasure.begin_erasure(home, contact, picture.extent).await;
        beginning.map_err(|error| (Outcome::Failed, error))?;
        let broken_off = |error| (Outcome::Unknown, error);
        let edited = self.leave_out(picture).await.map_err(broken_off)?;
        let erased = self.erasure.erase_contact(&home.workspace, contact).await.map_err(broken_off)?;
        Ok((edited, erased))
    }

    /// Writes down how it ended. Where that cannot be written the next start says that nobody knows.
    async fn end(&self, begun: audit::Begun, outcome: Outcome) {
        if let Err(cause) = self.audit.end_deed(&self.home, begun, outcome).await {
            tracing::warn!(%cause, "it could not be written down how an erasure ended");
        }
    }

    /// Has a contact announced again, where the server could have had it erased for all.
    ///
    /// # Errors
    /// Fails where the store cannot be read or written.
    pub async fn take_back(&self, contact: &ContactId, role: Option<Role>) -> Stored<TakenBack> {
        let own = self.connections.connection(self.home.guild).await?;
        let others = self.others().await?;
        if extent(own.as_ref(), &others) == Extent::Server {
            return Ok(TakenBack::NotTheirs { others: others.len() as u64 });
        }
        if !self.erasure.take_erasure_back(&self.home.workspace, contact, role).await? {
            return Ok(TakenBack::NotErased);
        }
        self.note(Action::ErasureTakenBack).await?;
        Ok(TakenBack::Done)
    }

    /// All that is kept, as JSON.
    ///
    /// # Errors
    /// Fails where the store cannot be read.
    pub async fn export(&self, contact: &ContactId) -> Stored<Vec<u8>> {
        let picture = self.look(contact, None).await?;
        self.note(Action::ExportedOne).await?;
        Ok(serde_json::to_vec_pretty(&written(&picture)).unwrap_or_default())
    }

    /// Writes down what leaves nothing else in the store.
    async fn note(&self, action: Action) -> Stored<()> {
        let deed = Deed::of(self.member, action);
        log(self.home.guild, &deed);
        self.audit.note_deed(self.home.guild, deed).await
    }

    /// Who did something with the contact in this server, as far as its audit still tells.
    async fn acted(&self, contact: &ContactId, kept: &KeptOf) -> Stored<BTreeSet<MemberId>> {
        let mut acted = BTreeSet::new();
        if kept.actor.is_none() && events_in(kept).all(|event| event.actor.is_none()) {
            return Ok(acted);
        }
        let targets = self.audit.audit_targets(self.home.guild, 0..u64::MAX).await?;
        for (seq, _) in targets.iter().filter(|(_, target)| *target == contact) {
            let links = self.audit.audit_links(self.home.guild, *seq..seq.saturating_add(1)).await?;
            let entries = links.iter().filter_map(|link| audit::Entry::read(&link.entry));
            acted.extend(entries.map(|entry| entry.member));
        }
        Ok(acted)
    }

    /// The other servers of the workspace.
    async fn others(&self) -> Stored<BTreeSet<GuildId>> {
        let subscriptions = self.subscriptions.workspace_subscriptions(&self.home.workspace).await?;
        let connections = self.connections.connections().await?;
        let connected = connections.iter().filter(|one| one.workspace.id == self.home.workspace);
        let mut all: BTreeSet<_> = connected.map(|one| one.guild).collect();
        all.extend(subscriptions.iter().map(|one| one.guild));
        all.remove(&self.home.guild);
        Ok(all)
    }

    /// The messages of other servers.
    async fn elsewhere(&self, contact: &ContactId) -> Stored<BTreeSet<Unwanted>> {
        let kept = self.erasure.kept_of(&self.home.workspace, contact).await?;
        let all = kept.messages.iter().map(Unwanted::from);
        Ok(all.filter(|message| message.guild != self.home.guild).collect())
    }

    /// Edits the messages that show others, too, once no worker edits them any more. What cannot be edited is deleted as a
    /// whole: so are all of them, if the process dies before the end.
    async fn leave_out(&self, picture: &Picture) -> Stored<BTreeSet<Unwanted>> {
        let subscriptions = self.subscriptions.guild_subscriptions(&self.home).await?;
        let shared = &picture.kept.with_others;
        let mut edited = BTreeSet::new();
        for message in
            picture.messages().into_iter().filter(|one| shared.contains(&one.message)).take(AT_ONCE)
        {
            let who = left_out_of(message, picture, &subscriptions);
            let left = self.remover.leave_out(message.channel, message.message, &who, self.note).await;
            if left == Leaving::Done {
                edited.insert(message);
            }
        }
        Ok(edited)
    }

    async fn delete(&self, wanted: &BTreeSet<Unwanted>) -> Stored<Done> {
        let mut done = Done::default();
        let mut left = wanted.iter();
        for message in left.by_ref().take(AT_ONCE) {
            match self.remover.remove(message.channel, message.message).await {
                Removal::Gone => done.deleted += 1,
                Removal::Impossible => {
                    done.undeletable += 1;
                    done.channels.insert(message.channel);
                }
                Removal::Later(_) => {
                    done.following += 1;
                    break;
                }
            }
            self.deletions.settled_deletion(*message).await?;
        }
        done.following += left.count() as u64;
        Ok(done)
    }

    async fn tell_others(&self, elsewhere: &BTreeSet<Unwanted>) -> Stored<()> {
        let subscriptions = self.subscriptions.workspace_subscriptions(&self.home.workspace).await?;
        for guild in self.others().await? {
            let standing = elsewhere.iter().filter(|message| message.guild == guild).count();
            if let Some(first) = subscriptions.iter().find(|one| one.guild == guild) {
                let _told = self.outbox.post_once(first.channel, (self.notice)(standing as u64)).await;
            }
        }
        Ok(())
    }
}

/// How much a server may have erased.
fn extent(own: Option<&Connection>, others: &BTreeSet<GuildId>) -> Extent {
    match own {
        Some(own) if !others.is_empty() && !own.rights.has(Right::WriteContacts) => Extent::Server,
        _ => Extent::Workspace,
    }
}

/// How a contact can be told in a message: an event's reference depends on the notification that it was posted for.
fn left_out_of(message: Unwanted, picture: &Picture, subscriptions: &[Subscription]) -> LeftOut {
    let mut who = LeftOut { records: [picture.contact.to_string()].into(), ..LeftOut::default() };
    let of_message = picture.kept.messages.iter().filter(|posted| posted.message == message.message);
    for PostedMessage { event, .. } in of_message {
        let of_channel = subscriptions.iter().filter(|one| one.channel == message.channel);
        who.references.extend(of_channel.map(|one| Reference::of(event, one.id)));
        who.records.extend(event.conversation().map(str::to_owned));
    }
    who
}

fn name_in(entry: &Entry) -> Option<String> {
    match &entry.event.record {
        Record::Lead { contact }
        | Record::Identified { contact }
        | Record::User { contact, .. }
        | Record::Update { contact, .. } => contact.name.clone().or_else(|| contact.email.clone()),
        Record::Conversation { conversation, .. } => conversation.author.name.clone(),
    }
}

fn written(picture: &Picture) -> Value {
    let KeptOf { events, snapshots, failed, actor, hints, erased, .. } = &picture.kept;
    json!({
        "contact": picture.contact,
        "erased_since": erased,
        "events": events.iter().map(|entry| &entry.event).collect::<Vec<_>>(),
        "compared_with": snapshots,
        "could_not_be_posted": failed.iter().map(|letter| &letter.event).collect::<Vec<_>>(),
        "made_by": actor,
        "told_by_webhook": hints,
        "messages": picture.messages(),
    })
}

#[cfg(test)]
mod tests;
