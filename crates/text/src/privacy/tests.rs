use std::collections::BTreeSet;

use deskbell_discord::testing::read;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::delivery::PostedMessage;
use deskbell_domain::difference::{Snapshot, StoredSnapshot};
use deskbell_domain::event::{Entry, Event, EventId, Record};
use deskbell_domain::ids::{GuildId, JournalNumber, MessageId};
use deskbell_domain::port::store::Erased;
use deskbell_domain::time::{Timestamp, UnixMillis};
use insta::assert_snapshot;

use super::*;

fn ada() -> ContactId {
    ContactId::new("6762f0dd1bb69f9f2193bb83")
}

fn picture(messages: &[(u64, u64)]) -> Picture {
    let contact = Contact::bare(ada(), Role::Lead);
    let event = EventId::lead_created(&ada());
    let posted = messages.iter().map(|(channel, message)| PostedMessage {
        guild: GuildId(7),
        channel: ChannelId(*channel),
        message: MessageId(*message),
        event: event.clone(),
    });
    let snapshot = StoredSnapshot { contact: ada(), revision: 1, snapshot: Snapshot::of(&contact) };
    let record = Record::Lead { contact: Box::new(contact) };
    let event = Event { id: event.clone(), at: Timestamp(1), record, actor: None };
    let entry = Entry { number: JournalNumber(1), event };
    let kept = KeptOf {
        events: vec![entry.clone(), entry.clone(), entry],
        snapshots: vec![snapshot],
        messages: posted.collect(),
        with_others: vec![MessageId(51)],
        ..KeptOf::default()
    };
    let (name, extent) = (Some("Ada *Lovelace*".to_owned()), Extent::Workspace);
    Picture { contact: ada(), name, kept, extent, others: 0 }
}

#[test]
fn what_is_kept_is_told_with_its_numbers_and_channels() {
    let messages = [(20, 50), (20, 51), (20, 51), (21, 52)];
    assert_snapshot!(read(&shown(&picture(&messages))), @r"
    **Ada \*Lovelace\***: 3 events, 1 snapshot, 3 messages in <#20> and <#21>. Intercom itself is not changed.
    [Erase here v1:privacy-erase:6762f0dd1bb69f9f2193bb83] [Export v1:privacy-export:6762f0dd1bb69f9f2193bb83]
    ");
    assert_snapshot!(read(&ask(&picture(&messages))), @r"
    Erase **Ada \*Lovelace\*** here? This cannot be undone. It removes 3 events, 1 snapshot, 3 messages in <#20> and <#21>. From then on nothing of them is announced, until somebody takes it back here. Intercom itself is not changed. 1 of the messages shows others, too: it stays with them alone, or goes as a whole where I cannot tell them apart.
    [Erase v1:privacy-erase-now:6762f0dd1bb69f9f2193bb83] [Cancel v1:privacy-cancel]
    ");
    let nothing = Picture { kept: KeptOf::default(), name: None, ..picture(&[]) };
    assert_snapshot!(read(&shown(&nothing)), @r"
    **6762f0dd1bb69f9f2193bb83**: I keep nothing of them. Intercom itself is not changed by anything here.
    [Erase here v1:privacy-erase:6762f0dd1bb69f9f2193bb83]
    ");
}

#[test]
fn a_server_that_may_not_write_hears_that_only_its_messages_go() {
    let narrow = Picture { extent: Extent::Server, others: 2, ..picture(&[(20, 50)]) };
    assert_snapshot!(read(&shown(&narrow)), @r"
    **Ada \*Lovelace\***: 3 events, 1 snapshot, 1 message in <#20>. Intercom itself is not changed.
    -# 2 other servers have this workspace, too, and the token of this server may not write contacts: what I keep for all of them stays, and from here only the messages of this server can be deleted.
    [Erase here v1:privacy-erase:6762f0dd1bb69f9f2193bb83] [Export v1:privacy-export:6762f0dd1bb69f9f2193bb83]
    ");
    assert_snapshot!(read(&ask(&narrow)), @r"
    Delete what stands about **Ada \*Lovelace\*** in this server? This cannot be undone. It removes 1 message in <#20>.
    -# 2 other servers have this workspace, too, and the token of this server may not write contacts: what I keep for all of them stays, and from here only the messages of this server can be deleted.
    [Erase v1:privacy-erase-now:6762f0dd1bb69f9f2193bb83] [Cancel v1:privacy-cancel]
    ");
}

#[test]
fn whoever_was_erased_can_be_taken_back() {
    let kept = KeptOf { erased: Some(UnixMillis(1_763_889_600_000)), ..KeptOf::default() };
    let erased = Picture { kept, name: None, ..picture(&[]) };
    assert_snapshot!(read(&shown(&erased)), @r"
    **6762f0dd1bb69f9f2193bb83** was erased <t:1763889600:R>. Nothing of them is kept or announced.
    [Take back v1:privacy-back:6762f0dd1bb69f9f2193bb83]
    ");
    let narrow = Picture { extent: Extent::Server, others: 2, ..erased };
    assert_snapshot!(read(&shown(&narrow)), @"**6762f0dd1bb69f9f2193bb83** was erased <t:1763889600:R>. Nothing of them is kept or announced. 2 other servers have this workspace, too, and the token of this server may not write contacts: somebody in a server whose token may can take it back.");
    assert_snapshot!(read(&not_theirs_to_take_back(1)), @"Nothing was changed. 1 other server has this workspace, too, and the token of this server may not write contacts: somebody in a server whose token may can take it back.");
    assert_snapshot!(read(&taken_back(&picture(&[]))), @r#"✅ What happens to **Ada \*Lovelace\*** from now on is announced again. What happened before is not."#);
    assert_snapshot!(read(&not_erased()), @"Nobody was erased there, or somebody took it back meanwhile. Nothing was changed.");
}

#[test]
fn an_erasure_says_what_it_did_and_what_it_could_not() {
    let done = Done { deleted: 4, ..Done::default() };
    assert_snapshot!(read(&erased(&done)), @r"
    ✅ Erased. 4 messages deleted.
    -# Audit keeps that it was done, not who it was.
    ");
    let channels = BTreeSet::from([ChannelId(21)]);
    let partly = Done { undeletable: 1, channels, ..done.clone() };
    assert_snapshot!(read(&erased(&partly)), @r"
    ✅ Erased. 4 messages deleted; 1 could not be: I can no longer delete in <#21>.
    -# Audit keeps that it was done, not who it was.
    ");
    let shared = Done { deleted: 0, left_out: 2, ..done.clone() };
    assert_snapshot!(read(&erased(&shared)), @r"
    ✅ Erased. 2 messages stay, with the others in them alone.
    -# Audit keeps that it was done, not who it was.
    ");
    let more = Done { following: 20, erased: Erased { events: 3, dropped: 2, in_flight: 1 }, ..done };
    assert_snapshot!(read(&erased(&more)), @r"
    ✅ Erased. 4 messages deleted. 20 more messages are deleted within minutes. 2 events that waited or could not be posted were dropped. Something about them is on its way into a channel just now: it goes as soon as it is there.
    -# Audit keeps that it was done, not who it was.
    ");
    assert_snapshot!(read(&erased(&Done::default())), @r"
    ✅ Erased. There was no message about them here.
    -# Audit keeps that it was done, not who it was.
    ");
}

#[test]
fn other_servers_are_told_without_a_name() {
    assert_snapshot!(read(&elsewhere(0)), @"Another server of this Intercom workspace had somebody erased: what I kept of them is gone.");
    assert_snapshot!(read(&elsewhere(2)), @"Another server of this Intercom workspace had somebody erased: what I kept of them is gone. 2 messages about them stand in this server; `/privacy` deletes them.");
    assert_snapshot!(read(&nobody("ada")), @"I found nobody by `ada` in Intercom, and I keep nothing under that id. Pick one from the list while typing, or give an id or an e-mail address.");
    assert_snapshot!(read(&exported(&picture(&[]), b"{}".to_vec())), @r"
    ✅ All that I keep of **Ada \*Lovelace\***, as this server may see it.
    📎 kept-6762f0dd1bb69f9f2193bb83.json (2 bytes)
    ");
}
