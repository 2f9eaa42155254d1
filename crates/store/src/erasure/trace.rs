//! Removing the traces of a contact: each function is a part of one write, and may be repeated.

use deskbell_domain::delivery::{DeadLetter, PostedMessage, Source};
use deskbell_domain::event::EventId;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{AmendmentNumber, ContactId, JournalNumber, WorkspaceId};
use deskbell_domain::port::store::{Erased, Extent, Stored, Unwanted};

use super::kept;
use super::waiting::{Waiting, concerns};
use crate::audit::forget_target;
use crate::codec;
use crate::deletions::delete_later;
use crate::engine::Direction;
use crate::hidden::Hidden;
use crate::journal::{edits, pages, take_out};
use crate::keys;
use crate::reader::{Reader as _, load_or_skip};
use crate::records::{KeptRecord, ProgressRecord, UnfinishedErasure};
use crate::write_batch::WriteBatch;

/// A contact of which an erasure was begun.
#[derive(Clone)]
pub(super) struct Trace {
    pub(super) workspace: WorkspaceId,
    pub(super) contact: ContactId,
    pub(super) begun: UnfinishedErasure,
}

impl Trace {
    /// What was kept for a day and names the contact: what somebody looked for, a list that shows it.
    pub(super) fn texts(&self, writes: &mut WriteBatch<'_>, names: &[String]) -> Stored<()> {
        let names: Vec<_> = names.iter().map(|name| name.to_lowercase()).collect();
        let all = keys::erasure::all_kept_in(&self.workspace).below();
        for (key, value) in writes.range(&all, usize::MAX, Direction::Ascending)? {
            let Some(kept) = codec::decode_or_skip::<KeptRecord>(&key, &value) else { continue };
            let text = kept.text.to_lowercase();
            if names.iter().any(|name| text.contains(name)) {
                writes.delete_raw(key);
            }
        }
        Ok(())
    }

    /// Takes entries out of the journal, but for those that are on their way.
    pub(super) fn entries(&self, writes: &mut WriteBatch<'_>, numbers: &[JournalNumber]) -> Stored<Erased> {
        let mut erased = Erased::default();
        let mut waiting = self.waiting(writes)?;
        for number in numbers {
            let entry = pages::entry(writes, &self.workspace, *number, AmendmentNumber::NONE)?;
            let Some(event) = entry.map(|entry| entry.event).filter(|one| one.tells_of(&self.contact)) else {
                continue;
            };
            if waiting.is_in_flight(*number) {
                erased.in_flight += 1;
                continue;
            }
            waiting.drop_entry(*number, &event);
            self.hide_seen(writes, &event.id)?;
            take_out(writes, &self.workspace, *number)?;
            erased.events += 1;
        }
        erased.dropped = waiting.write(writes);
        Ok(erased)
    }

    /// All that does not stand in the journal; and where nothing is on its way any more, this is the end.
    pub(super) fn rest(&self, writes: &mut WriteBatch<'_>, left_behind: u64) -> Stored<Erased> {
        let mut waiting = self.waiting(writes)?;
        let showing = waiting.showing(writes, &self.contact, &self.begun)?;
        self.letters(writes, &mut waiting)?;
        self.messages(writes)?;
        self.audits(writes)?;
        if self.begun.extent == Extent::Workspace {
            self.records(writes)?;
        }
        let dropped = waiting.write(writes);
        let in_flight = left_behind.max(showing);
        if in_flight == 0 {
            writes.delete(keys::erasure::unfinished(&self.workspace, &self.contact));
        }
        Ok(Erased { events: 0, dropped, in_flight })
    }

    fn waiting(&self, writes: &mut WriteBatch<'_>) -> Stored<Waiting> {
        let mut waiting = Waiting::read(writes, &self.workspace)?;
        waiting.take_back_unposted(writes, &self.contact, &self.begun)?;
        Ok(waiting)
    }

    fn letters(&self, writes: &mut WriteBatch<'_>, waiting: &mut Waiting) -> Stored<()> {
        for letter in kept::letters(writes, &self.workspace, &self.contact)? {
            let is_meant = concerns(&self.begun.servers, self.begun.extent, letter.guild);
            if is_meant && !is_tried_again(writes, &letter)? {
                waiting.drop_letter(letter.subscription);
                writes.delete(keys::dead_letter(&Home::new(&self.workspace, letter.guild), letter.id));
            }
        }
        Ok(())
    }

    /// That somebody did something with the contact stays in the audits; that it was this one does not.
    fn audits(&self, writes: &mut WriteBatch<'_>) -> Stored<()> {
        if self.begun.extent == Extent::Workspace {
            let all = keys::audit::all_targets(&self.workspace).below();
            return forget_target(writes, all, &self.contact);
        }
        for server in &self.begun.servers {
            let all = keys::audit::targets(&self.workspace, *server).below();
            forget_target(writes, all, &self.contact)?;
        }
        Ok(())
    }

    /// No message that the erasure is for is edited any more: an edit would show again whoever was left out of it.
    pub(super) fn end_edits(&self, writes: &mut WriteBatch<'_>) -> Stored<()> {
        for (_, _, posted) in self.posted(writes)? {
            if concerns(&self.begun.servers, self.begun.extent, posted.guild) {
                edits::forget_message(writes, &self.workspace, (posted.channel, posted.message))?;
            }
        }
        Ok(())
    }

    /// The messages of the servers that asked are to be deleted. Those of others are still known, under the digest.
    fn messages(&self, writes: &mut WriteBatch<'_>) -> Stored<()> {
        let hidden = Hidden::of(writes, &self.workspace)?;
        self.end_edits(writes)?;
        for (of, key, posted) in self.posted(writes)? {
            if self.begun.servers.contains(&posted.guild) {
                self.hide_seen(writes, &posted.event)?;
                delete_later(writes, Unwanted::from(&posted));
                writes.delete_raw(key);
            } else if let (Extent::Workspace, Some(hidden)) = (self.begun.extent, &hidden)
                && of == self.contact
            {
                self.hide_message(writes, hidden, &posted)?;
                writes.delete_raw(key);
            }
        }
        Ok(())
    }

    /// The messages that show the contact, each under the id or digest that its key has.
    fn posted(&self, writes: &WriteBatch<'_>) -> Stored<Vec<(ContactId, Vec<u8>, PostedMessage)>> {
        let nobody = Hidden::of(writes, &self.workspace)?.map(|hidden| hidden.nobody(&self.contact));
        let mut found = Vec::new();
        for of in std::iter::once(self.contact.clone()).chain(nobody) {
            let rows = keys::posted_about(&self.workspace, &of).below();
            for (key, value) in writes.range(&rows, usize::MAX, Direction::Ascending)? {
                let posted = codec::decode_or_skip::<PostedMessage>(&key, &value);
                found.extend(posted.map(|posted| (of.clone(), key, posted)));
            }
        }
        Ok(found)
    }

    fn hide_message(
        &self,
        writes: &mut WriteBatch<'_>,
        hidden: &Hidden,
        posted: &PostedMessage,
    ) -> Stored<()> {
        self.hide_seen(writes, &posted.event)?;
        let event = EventId::erased(&hidden.event(&posted.event));
        let nobody = hidden.nobody(&self.contact);
        let key = keys::posted(&self.workspace, &nobody, posted.channel, posted.message, &event);
        let PostedMessage { guild, channel, message, .. } = *posted;
        writes.put(key, &PostedMessage { guild, channel, message, event });
        Ok(())
    }

    /// Snapshots, who made it, what Intercom told, and the ids of its events.
    fn records(&self, writes: &mut WriteBatch<'_>) -> Stored<()> {
        let (workspace, contact) = (&self.workspace, &self.contact);
        for (key, _) in kept::snapshots(writes, workspace, contact)? {
            writes.delete_raw(key);
        }
        writes.delete(keys::actor(workspace, contact));
        writes.delete(keys::inbox::hint(workspace, b'c', contact.as_str()));
        for event in [EventId::lead_created(contact), EventId::user_created(contact)] {
            self.hide_seen(writes, &event)?;
        }
        let all = keys::erasure::all_seen(workspace);
        for (key, _) in writes.range(
            &keys::erasure::seen_changes(workspace, contact),
            usize::MAX,
            Direction::Ascending,
        )? {
            let revision = keys::erasure::text_below(&all, &key);
            let revision = revision.and_then(|id| id.rsplit(':').next()?.parse().ok());
            if let Some(revision) = revision {
                self.hide_seen(writes, &EventId::user_updated(contact, revision))?;
            }
        }
        self.left_over(writes)
    }

    /// Seen-keys that outlived their entries stand in an index, too.
    fn left_over(&self, writes: &mut WriteBatch<'_>) -> Stored<()> {
        let hidden = Hidden::of(writes, &self.workspace)?;
        let all = keys::left_over(&self.workspace).below();
        for (key, value) in writes.range(&all, usize::MAX, Direction::Ascending)? {
            let known: Option<(EventId, deskbell_domain::event::EventKind)> =
                codec::decode_or_skip(&key, &value);
            let is_hidden = |id: &EventId| -> Stored<bool> {
                let Some(hidden) = &hidden else { return Ok(false) };
                let key = keys::erasure::seen_hidden(&self.workspace, &hidden.event(id));
                Ok(writes.get(key.as_bytes())?.is_some())
            };
            if let Some((id, _)) = known
                && is_hidden(&id)?
            {
                writes.delete_raw(key);
            }
        }
        Ok(())
    }

    /// From now on the event is known by its digest alone.
    fn hide_seen(&self, writes: &mut WriteBatch<'_>, event: &EventId) -> Stored<()> {
        if self.begun.extent == Extent::Server {
            return Ok(());
        }
        let key = keys::seen(&self.workspace, event);
        let is_seen = writes.get(key.as_bytes())?.is_some();
        let (Some(hidden), true) = (Hidden::of(writes, &self.workspace)?, is_seen) else {
            return Ok(());
        };
        writes.delete(key);
        writes.put(keys::erasure::seen_hidden(&self.workspace, &hidden.event(event)), &());
        Ok(())
    }
}

/// Whether it is just being posted again.
fn is_tried_again(writes: &WriteBatch<'_>, letter: &DeadLetter) -> Stored<bool> {
    let progress: Option<ProgressRecord> =
        load_or_skip(writes, &keys::progress(letter.guild, letter.subscription))?;
    let source = progress.and_then(|progress| progress.in_flight).map(|batch| batch.source);
    Ok(source == Some(Source::DeadLetter(letter.id)))
}
