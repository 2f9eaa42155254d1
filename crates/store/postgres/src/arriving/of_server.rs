//! Rows of servers.

use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{GuildId, SubscriptionId};
use deskbell_store::OfServer;
use deskbell_store::rules::delivery::ProgressRecord;

use crate::audit::{self, scribe};
use crate::connections::erasing::word;
use crate::sql::statements;
use crate::value::{Call, call, json, json_or_none};

statements!("import.sql": BOOK AUDIT_ENTRY BEGUN LINK SUBSCRIPTION PROGRESS LETTERS DAY ACCESS FORMER_CARD);
statements!("connection.sql": TO_ERASE NOTE_FORMER);

pub(super) fn calls(guild: GuildId, row: OfServer) -> Vec<Call> {
    let one = match row {
        OfServer::Subscription(of) => {
            let body = json(&of);
            call!(SUBSCRIPTION, of.workspace, of.id, of.guild, of.channel, of.kind, body)
        }
        OfServer::Progress(id, record) => progress(guild, id, &record),
        OfServer::Letters(count) => call!(LETTERS, guild, count),
        OfServer::Day(day, counts) => {
            let all = EventKind::ALL.into_iter().filter(|kind| counts.of(*kind) > 0);
            return all.map(|kind| call!(DAY, guild, day, kind, counts.of(kind))).collect();
        }
        OfServer::Access(access) => call!(ACCESS, guild, json(&access)),
        OfServer::Former(workspace) => call!(NOTE_FORMER, guild, workspace),
        OfServer::FormerCard(channel, message) => call!(FORMER_CARD, guild, channel, message),
        OfServer::Link(workspace) => call!(LINK, guild, workspace),
        OfServer::Unerased(workspace, cards) => call!(TO_ERASE, guild, workspace, *word(cards)),
        OfServer::Book(book) => call!(BOOK, guild, json(&book)),
        OfServer::AuditEntry(seq, link, workspace) => {
            call!(AUDIT_ENTRY, guild, seq, link.at(), workspace, scribe::text(&link))
        }
        OfServer::Begun(seq, deed) => call!(BEGUN, guild, seq, audit::text(&deed)),
    };
    vec![one]
}

fn progress(guild: GuildId, id: SubscriptionId, record: &ProgressRecord) -> Call {
    call!(
        PROGRESS,
        guild,
        id,
        record.cursor,
        record.in_flight.as_ref().map(|batch| batch.nonce.as_str().to_owned()),
        json_or_none(record.in_flight.as_ref()),
        record.last_posted,
        record.dropped,
        record.dropped_failed,
        record.erased,
        record.crowd_until,
        json_or_none(record.crowd_layout.as_ref()),
    )
}
