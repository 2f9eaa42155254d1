//! What a button carries comes back from Discord, perhaps from an old message, perhaps from somebody's own client: no
//! text makes the reader panic, and what is read is exactly what we would have written.
//!
//! The bytes are read twice: as a `custom_id`, and as the parts of one that is ours.

use deskbell_commands::custom_id_as_read;
use deskbell_domain::delivery::Reference;
use deskbell_domain::ids::{ContactId, ConversationId, JournalNumber, SubscriptionId};
use deskbell_domain::press::{ChannelPress, ShownEvent, parse_contact};

/// What Discord takes.
const LONGEST: usize = 100;
const LONGEST_CONTACT: usize = 64;

/// What must hold for any bytes.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    check_read(&text);
    check_read(&format!("v1:{text}"));
    check_written(data, &text);
}

/// An older select of `/setup` carried the ids of all the notifications that it showed, where today's carries the last.
fn as_written_today(custom_id: &str) -> String {
    match custom_id
        .split_once("v1:channels:")
        .and_then(|(before, rest)| Some((before, rest.split_once(':')?)))
    {
        Some(("", (kind, shown))) => {
            let last = shown.rsplit('.').next().unwrap_or_default();
            format!("v1:channels:{kind}:{last}")
        }
        _ => custom_id.to_owned(),
    }
}

fn check_read(custom_id: &str) {
    if let Some(written) = custom_id_as_read(custom_id) {
        assert_eq!(written, as_written_today(custom_id), "it is read as something else");
    }
    if let Some(press) = ChannelPress::parse(custom_id) {
        assert_eq!(press.to_custom_id(), custom_id, "it is read as something else");
        check_press(&press);
    }
}

/// A press of every kind, made of these bytes.
fn check_written(data: &[u8], text: &str) {
    let number = data.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    check_press(&ChannelPress::SkipToNow(SubscriptionId(number)));
    check_press(&ChannelPress::ShowOne);
    let (subscription, reference) = (SubscriptionId(number), Reference::of_error(number));
    check_press(&ChannelPress::ShowOneEvent(subscription));
    let shown = ShownEvent { subscription, number: JournalNumber(number), reference };
    assert_eq!(ShownEvent::of_option(subscription, &shown.to_option()).as_ref(), Some(&shown));
    check_press(&ChannelPress::ShowEvent(shown));
    let Some(contact) = parse_contact(text) else { return };
    assert!(contact.as_str() == text && text.len() <= LONGEST_CONTACT && text.is_ascii());
    check_press(&ChannelPress::Show(contact));
    check_press(&ChannelPress::ShowConversation(ConversationId::new(text)));
    for kind in ["open", "share", "share-anyway", "own", "own-as:own", "own-by:0:note-on", "tags-on:0"] {
        let custom_id = format!("v1:{kind}:{text}");
        assert_eq!(custom_id_as_read(&custom_id), Some(custom_id), "every contact can be pressed");
    }
    assert_ne!(ChannelPress::Show(ContactId::new(text)).to_custom_id(), "v1:show:");
}

fn check_press(press: &ChannelPress) {
    let custom_id = press.to_custom_id();
    assert!(custom_id.len() <= LONGEST, "Discord takes no {custom_id:?}");
    assert_eq!(ChannelPress::parse(&custom_id).as_ref(), Some(press), "it comes back as something else");
    assert_eq!(custom_id_as_read(&custom_id), Some(custom_id), "the commands know no such press");
}
