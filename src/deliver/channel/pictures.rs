//! Which pictures of a batch Discord refuses: each costs itself, and no other.

use std::collections::BTreeSet;

use deskbell_domain::delivery::{InFlight, Layout};
use deskbell_domain::event::Entry;

/// The same batch without the pictures that Discord names among what it refuses: `embeds.1.thumbnail.url` is that of the
/// second event. Without all of them where it does not say which, or names one that was left out already; none where it
/// speaks of something else.
pub(crate) fn without_refused(record: &InFlight, entries: &[Entry], reason: &str) -> Option<InFlight> {
    let paths = reason.split(' ').map(|path| path.split('.').collect::<Vec<_>>());
    let of_pictures: Vec<_> = paths.filter(|path| path.contains(&"thumbnail")).collect();
    if record.layout != Layout::Cards || of_pictures.is_empty() {
        return None;
    }
    let event_of = |path: &Vec<&str>| {
        let ["embeds", index, ..] = path[..] else { return None };
        Some(entries.get(index.parse::<usize>().ok()?)?.number)
    };
    let named: Option<BTreeSet<_>> = of_pictures.iter().map(event_of).collect();
    Some(match named.filter(|named| named.is_disjoint(&record.without_picture)) {
        Some(mut named) => {
            named.extend(&record.without_picture);
            InFlight { without_picture: named, ..record.clone() }
        }
        None => InFlight { layout: Layout::WithoutPictures, ..record.clone() },
    })
}

#[cfg(test)]
mod tests {
    use deskbell_domain::contact::{Contact, Role};
    use deskbell_domain::delivery::{Nonce, Phrasing, Source};
    use deskbell_domain::event::{Event, EventId, Record};
    use deskbell_domain::ids::{AmendmentNumber, ChannelId, ContactId, JournalNumber, SubscriptionId};
    use deskbell_domain::time::{Timestamp, UnixMillis};

    use super::*;

    const THREE: [u64; 3] = [7, 8, 9];

    fn entry(number: u64) -> Entry {
        let contact = Box::new(Contact::bare(ContactId::new(number.to_string()), Role::Lead));
        let id = EventId::lead_created(&contact.id);
        let event = Event { id, at: Timestamp(1), record: Record::Lead { contact }, actor: None };
        Entry { number: JournalNumber(number), event }
    }

    fn batch(without_picture: &[u64]) -> InFlight {
        let [first, .., last] = THREE.map(JournalNumber);
        InFlight {
            subscription: SubscriptionId(1),
            channel: ChannelId(10),
            numbers: THREE.map(JournalNumber).to_vec(),
            cursor_after: last,
            source: Source::Journal,
            layout: Layout::Cards,
            private: false,
            backlog: None,
            generation: 0,
            nonce: Nonce::of(SubscriptionId(1), first, last, 0),
            first_attempt: UnixMillis(1),
            attempts: 1,
            crowd_until: None,
            phrasing: Phrasing::LATEST,
            may_stand: None,
            amended: AmendmentNumber::NONE,
            without_picture: without_picture.iter().copied().map(JournalNumber).collect(),
            ring: None,
            mention: None,
        }
    }

    /// How the batch goes on: its layout, and whose pictures are left out.
    fn after(reason: &str, left_out: &[u64]) -> Option<(Layout, Vec<u64>)> {
        let record = without_refused(&batch(left_out), &THREE.map(entry), reason)?;
        Some((record.layout, record.without_picture.iter().map(|number| number.0).collect()))
    }

    #[test]
    fn a_refused_picture_costs_only_itself_where_discord_says_which_it_is() {
        assert_eq!(after("400 50035 embeds.1.thumbnail.url", &[]), Some((Layout::Cards, vec![8])));
        let two = "400 50035 embeds.0.thumbnail.url embeds.2.thumbnail.url";
        assert_eq!(after(two, &[]), Some((Layout::Cards, vec![7, 9])));
        assert_eq!(after("400 50035 embeds.2.thumbnail.url", &[7]), Some((Layout::Cards, vec![7, 9])));
    }

    #[test]
    fn all_pictures_go_where_discord_does_not_say_which_it_refuses() {
        for reason in
            ["400 50035 thumbnail", "400 50035 embeds.x.thumbnail.url", "400 50035 embeds.5.thumbnail.url"]
        {
            assert_eq!(after(reason, &[]), Some((Layout::WithoutPictures, vec![])), "{reason}");
        }
        let again = after("400 50035 embeds.0.thumbnail.url", &[7]);
        assert_eq!(again, Some((Layout::WithoutPictures, vec![7])), "it has none any more");
        assert_eq!(after("400 50035 embeds.0.title", &[]), None);
    }
}
