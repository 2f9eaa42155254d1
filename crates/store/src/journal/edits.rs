//! Messages that live on: in which shape each was posted, which messages show an entry, and which are to be edited.
//!
//! An amendment of an entry wants an edit of each message that shows it, in its own write. A message is only known once
//! it is settled: what was learnt between its beginning and that wants its edit then.

use async_trait::async_trait;
use deskbell_domain::bounds::CARDS_LIVE;
use deskbell_domain::delivery::{InFlight, MessageShape, Settlement};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{AmendmentNumber, ChannelId, JournalNumber, MessageId, WorkspaceId};
use deskbell_domain::port::store::{EditEnd, Edits, Stored, WantedEdit};
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::UnixMillis;

use super::amendments;
use crate::engine::Direction;
use crate::keys::edit as keys;
use crate::reader::{Reader, load, load_or_skip};
use crate::store::KvStore;
use crate::write_batch::WriteBatch;

/// How many shapes a call of pruning looks at.
const ROWS: usize = 500;

#[async_trait]
impl Edits for KvStore {
    async fn wanted_edits(
        &self,
        workspace: &WorkspaceId,
        channel: ChannelId,
        limit: usize,
    ) -> Stored<Vec<WantedEdit>> {
        let workspace = workspace.clone();
        self.peek(|reader| {
            let range = keys::all_wanted(&workspace, channel).below();
            let rows = Reader::range(reader, &range, limit, Direction::Ascending)?;
            let places = rows.iter().filter_map(|(key, _)| keys::place(key));
            let wanted = places.map(|place| wanted_edit(reader, &workspace, place));
            wanted.filter_map(Stored::transpose).collect()
        })
    }

    async fn end_edit(&self, edit: &WantedEdit, end: EditEnd) -> Stored<()> {
        let edit = edit.clone();
        self.write(move |writes| end_edit(writes, &edit, end)).await
    }
}

fn wanted_edit(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
    place: keys::Place,
) -> Stored<Option<WantedEdit>> {
    let Some(shape) = load_or_skip::<MessageShape>(reader, &keys::shape(workspace, place))? else {
        return Ok(None);
    };
    let Some(wanted) = load_or_skip(reader, &keys::wanted(workspace, place))? else { return Ok(None) };
    let (channel, message) = place;
    Ok(Some(WantedEdit { home: Home::new(workspace, shape.guild), channel, message, shape, wanted }))
}

fn end_edit(writes: &mut WriteBatch<'_>, edit: &WantedEdit, end: EditEnd) -> Stored<()> {
    let (workspace, place) = (&edit.home.workspace, (edit.channel, edit.message));
    if end == EditEnd::Gone {
        forget(writes, workspace, place, &edit.shape);
        return Ok(());
    }
    let key = keys::shape(workspace, place);
    let Some(mut shape) = load::<MessageShape>(writes, &key)? else { return Ok(()) };
    shape.batch.amended = shape.batch.amended.max(edit.wanted);
    writes.put(key, &shape);
    let key = keys::wanted(workspace, place);
    if load::<AmendmentNumber>(writes, &key)?.is_some_and(|wanted| wanted <= edit.wanted) {
        writes.delete(key);
    }
    Ok(())
}

/// A message lives on from its settlement.
pub(crate) fn remember(
    writes: &mut WriteBatch<'_>,
    settlement: &Settlement,
    message: MessageId,
) -> Stored<()> {
    let (workspace, batch) = (&settlement.home.workspace, &settlement.in_flight);
    let place = (batch.channel, message);
    let shape =
        MessageShape { guild: settlement.home.guild, detail: settlement.detail, batch: batch.clone() };
    writes.put(keys::shape(workspace, place), &shape);
    for number in &batch.numbers {
        writes.put(keys::showing(workspace, *number, place), &());
    }
    let last = amendments::last_of(writes, workspace, &batch.numbers)?;
    if last > batch.amended {
        writes.put(keys::wanted(workspace, place), &last);
    }
    Ok(())
}

/// Whether a message of a subscription that shows an entry was begun since then.
pub(crate) fn was_posted_since(
    reader: &(impl Reader + ?Sized),
    subscription: &Subscription,
    entry: JournalNumber,
    since: UnixMillis,
) -> Stored<bool> {
    let workspace = &subscription.workspace;
    let showing = keys::all_showing(workspace, entry).below();
    for (key, _) in Reader::range(reader, &showing, usize::MAX, Direction::Ascending)? {
        let Some(place) = keys::place(&key) else { continue };
        let shape: Option<MessageShape> = load_or_skip(reader, &keys::shape(workspace, place))?;
        let is_later =
            |batch: &InFlight| batch.subscription == subscription.id && batch.first_attempt >= since;
        if shape.is_some_and(|shape| is_later(&shape.batch)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Forgets messages that live no longer; answers whether there may be more of them.
pub(crate) fn prune(
    writes: &mut WriteBatch<'_>,
    workspace: &WorkspaceId,
    (now, keep_from): (UnixMillis, UnixMillis),
) -> Stored<bool> {
    let live_from = UnixMillis(now.0.saturating_sub(CARDS_LIVE * 1000)).max(keep_from);
    let before = keys::shapes_before(workspace, MessageId::earliest_at(live_from));
    let rows = writes.range(&before, ROWS, Direction::Ascending)?;
    for (key, value) in &rows {
        let shape = crate::codec::decode_or_skip::<MessageShape>(key, value);
        match (keys::place_of_shape(key), shape) {
            (Some(place), Some(shape)) => forget(writes, workspace, place, &shape),
            _ => writes.delete_raw(key.clone()),
        }
    }
    Ok(rows.len() == ROWS)
}

/// A message is edited no more, whatever is learnt of what it shows.
pub(crate) fn forget_message(
    writes: &mut WriteBatch<'_>,
    workspace: &WorkspaceId,
    place: keys::Place,
) -> Stored<()> {
    if let Some(shape) = load_or_skip::<MessageShape>(writes, &keys::shape(workspace, place))? {
        forget(writes, workspace, place, &shape);
    }
    Ok(())
}

fn forget(writes: &mut WriteBatch<'_>, workspace: &WorkspaceId, place: keys::Place, shape: &MessageShape) {
    for number in &shape.batch.numbers {
        writes.delete(keys::showing(workspace, *number, place));
    }
    writes.delete(keys::wanted(workspace, place));
    writes.delete(keys::shape(workspace, place));
}
