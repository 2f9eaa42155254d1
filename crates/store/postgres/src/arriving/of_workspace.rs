//! Rows of workspaces.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use deskbell_domain::event::{Event, EventKind};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{AmendmentNumber, JournalNumber, WorkspaceId};
use deskbell_domain::port::store::{Baseline, Stream, StreamState};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::{Timestamp, UnixMillis};
use deskbell_store::OfWorkspace;
use deskbell_store::rules::append::snapshot_place;

use crate::audit::scribe;
use crate::connections;
use crate::delivery::{letters, posted};
use crate::erasure;
use crate::failure::Attempt;
use crate::inbox;
use crate::journal::append::more_of;
use crate::journal::{entries, spots};
use crate::short_lived;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::value::{Call, Value, call, json, json_or_none};
use crate::workspace::hider;

statements!("import.sql": WORKSPACE SEEN LEFT_OVER SEEN_ENTRY ENTRY HINT WANTED_EDIT TARGET SECRET);
statements!("journal.sql": SEE_HIDDEN WRITE_SNAPSHOTS REMEMBER_ACTOR WRITE_ROLL_UP AMEND NAMING);
statements!("erasure.sql": ERASE BEGIN_ERASURE);
statements!("inbox.sql": READ);
statements!("delivery.sql": LIVES SHOWS);
statements!("connection.sql": CONNECT);
statements!("short_lived.sql": KEEP_IN);

/// What stands in the row of a workspace.
#[derive(Default)]
pub(super) struct Heads {
    head: Option<JournalNumber>,
    amended: AmendmentNumber,
    newest: BTreeMap<&'static str, Timestamp>,
    streams: BTreeMap<Stream, StreamState>,
    baseline: Option<Baseline>,
    hider: Option<[u64; 4]>,
    unreadable_since: Option<UnixMillis>,
}

impl Heads {
    pub(super) fn write(&self, store: &PostgresStore, workspace: &WorkspaceId) -> Attempt<Call> {
        let seal = |secret: &[u64; 4]| store.bodies.seal(&hider(workspace), secret);
        let sealed = Value::Bytes(self.hider.as_ref().map(seal).transpose()?);
        let (newest, streams) = (json(&self.newest), json(&self.streams));
        let baseline = json_or_none(self.baseline.as_ref());
        let (head, amended, since) =
            (self.head.unwrap_or(JournalNumber(0)), self.amended, self.unreadable_since);
        Ok(call!(WORKSPACE, *workspace, head, amended, newest, streams, baseline, sealed, since))
    }
}

pub(super) fn calls(
    store: &PostgresStore,
    workspace: &WorkspaceId,
    row: OfWorkspace,
    heads: Entry<'_, WorkspaceId, Heads>,
) -> Attempt<Vec<Call>> {
    match row {
        OfWorkspace::Head(head) => heads.or_default().head = Some(head),
        OfWorkspace::Amended(amended) => heads.or_default().amended = amended,
        OfWorkspace::Newest(kind, at) => drop(heads.or_default().newest.insert(kind.spec().code, at)),
        OfWorkspace::Stream(stream, state) => drop(heads.or_default().streams.insert(stream, state)),
        OfWorkspace::Baseline(baseline) => heads.or_default().baseline = Some(baseline),
        OfWorkspace::Hider(secret) => heads.or_default().hider = Some(secret),
        OfWorkspace::UnreadableSince(since) => heads.or_default().unreadable_since = Some(since),
        OfWorkspace::Entry(number, appended_at, event) => {
            return entry(store, workspace, (number, appended_at), &event);
        }
        row => return one(store, workspace, row).map(|call| vec![call]),
    }
    Ok(Vec::new())
}

fn entry(
    store: &PostgresStore,
    workspace: &WorkspaceId,
    (number, appended_at): (JournalNumber, UnixMillis),
    event: &Event,
) -> Attempt<Vec<Call>> {
    let body = store.bodies.seal(&entries::spot(workspace, number), event)?;
    let (told_by, kind) = (event.kind().told_by(), event.kind());
    let threshold = event.threshold().map(Threshold::seconds);
    let compared_at = event.compared_at();
    Ok(vec![
        call!(SEEN_ENTRY, *workspace, event.id, number, kind, event.at),
        call!(
            ENTRY,
            *workspace,
            number,
            told_by,
            threshold,
            event.at,
            compared_at,
            appended_at,
            event.id,
            body,
            more_of(event)
        ),
    ])
}

fn one(store: &PostgresStore, of: &WorkspaceId, row: OfWorkspace) -> Attempt<Call> {
    Ok(match row {
        // Whoever has an entry says its kind and time.
        OfWorkspace::Seen(event, number) => call!(SEEN, *of, event, number, EventKind::ALL[0]),
        OfWorkspace::LeftOver(event, kind, at) => call!(LEFT_OVER, *of, event, kind, at),
        OfWorkspace::Unnamed(number) => call!(NAMING, *of, number, true),
        OfWorkspace::Learnt(number, learnt) => {
            let last = learnt.last().map(|(last, _)| *last).unwrap_or_default();
            call!(AMEND, *of, number, last, store.bodies.seal(&entries::learnt_spot(of, number), &learnt)?)
        }
        OfWorkspace::SeenHidden(digest) => call!(SEE_HIDDEN, *of, vec![digest]),
        OfWorkspace::Erased(digest, since) => call!(ERASE, *of, digest, since),
        OfWorkspace::Unfinished(contact, begun) => {
            let body = store.bodies.seal(&erasure::spot(of, &contact), &begun)?;
            call!(BEGIN_ERASURE, *of, contact, body)
        }
        OfWorkspace::RollUp(day, counts) => call!(WRITE_ROLL_UP, *of, day, json(&counts)),
        OfWorkspace::Hint(hint) => {
            let (kind, id) = (inbox::name(hint.of.kind()), inbox::id(&hint.of));
            call!(HINT, *of, *kind, *id, hint.heard_at, hint.times)
        }
        OfWorkspace::Reading(conversation, up_to) => call!(READ, *of, vec![conversation], vec![up_to]),
        row => return of_people(store, of, row),
    })
}

fn of_people(store: &PostgresStore, of: &WorkspaceId, row: OfWorkspace) -> Attempt<Call> {
    let bodies = &store.bodies;
    Ok(match row {
        OfWorkspace::Snapshot(epoch, snapshot) => {
            let (revision, at) = snapshot_place(&snapshot);
            let body = bodies.seal(&spots::snapshot(of, epoch, snapshot.contact.as_str()), &snapshot)?;
            let (contacts, bodies) = (vec![snapshot.contact.clone()], Value::Blobs(vec![body]));
            call!(WRITE_SNAPSHOTS, *of, vec![epoch], contacts, vec![revision], vec![at], bodies)
        }
        OfWorkspace::Actor(contact, actor, since) => {
            let body = bodies.seal(&spots::actor(of, contact.as_str()), &actor)?;
            call!(REMEMBER_ACTOR, *of, contact, since, body)
        }
        OfWorkspace::Connection(guild, record) => {
            let body = bodies.seal(&connections::spot(&Home::new(of, guild)), &record)?;
            call!(CONNECT, *of, guild, body)
        }
        OfWorkspace::Target(guild, seq, target) => {
            call!(TARGET, *of, guild, seq, bodies.seal(&scribe::target_spot(of, guild, seq), &target)?)
        }
        OfWorkspace::AuditKey(guild, key) => {
            call!(SECRET, guild, bodies.seal(&scribe::secret_spot(of, guild), &key)?)
        }
        OfWorkspace::Kept(name, text, until) => {
            let body = bodies.seal(&short_lived::spot(of, &name), &text)?;
            call!(KEEP_IN, *of, name, body, until)
        }
        row => return of_messages(store, of, row),
    })
}

fn of_messages(store: &PostgresStore, of: &WorkspaceId, row: OfWorkspace) -> Attempt<Call> {
    Ok(match row {
        OfWorkspace::Letter(letter) => letters::write(store, &Home::new(of, letter.guild), &letter)?,
        OfWorkspace::Posted(contact, message) => {
            posted::write(&Home::new(of, message.guild), &contact, &message)
        }
        OfWorkspace::Shape(channel, message, shape) => {
            let (batch, wanted) = (&shape.batch, None::<AmendmentNumber>);
            let (guild, by, at) = (shape.guild, batch.subscription, batch.first_attempt);
            call!(LIVES, *of, message, channel, guild, by, at, json(&shape), wanted)
        }
        OfWorkspace::Showing(number, channel, message) => {
            call!(SHOWS, *of, vec![number], channel, message)
        }
        OfWorkspace::WantedEdit(channel, message, wanted) => {
            call!(WANTED_EDIT, *of, channel, message, wanted)
        }
        _ => unreachable!("the other kinds were taken by those who called this"),
    })
}
