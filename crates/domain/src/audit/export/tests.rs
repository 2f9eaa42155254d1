use super::*;
use crate::audit::chain::Code;

/// A file over three days, from a checkpoint where `first` is not the first entry; and the head of each entry.
fn file(first: u64, last: u64) -> (String, Vec<Head>) {
    let key = AuditKey::new([7; 32]);
    let (mut previous, mut heads, mut checkpoint) = (Code::NONE, Vec::new(), None);
    let mut links = Vec::new();
    for seq in 1..=last {
        let at = i64::try_from(seq).unwrap() * DAY_MS / 2;
        let entry = serde_json::json!({"seq": seq, "at": at, "action": "created", "member": u64::MAX});
        let link = Link::after(&previous, &key.of_entry(seq), entry);
        previous = link.mac;
        let head = Head { seq, mac: link.mac };
        heads.push(head);
        if seq >= first {
            links.push(link);
        } else {
            checkpoint = Some(Checkpoint::behind(head, UnixMillis(at), &key.of_checkpoint(seq)));
        }
    }
    let mut writer = Writer::new(GuildId(7), checkpoint, &key);
    for link in links {
        writer.add(link, &key);
    }
    (writer.finish(), heads)
}

#[test]
fn a_file_is_verified_without_the_bot() {
    let (text, heads) = file(3, 8);
    let verified = verify(&text, None).expect("it is as the bot wrote it");
    assert_eq!((verified.guild, verified.chain.entries, verified.chain.head), (GuildId(7), 6, heads[7]));
    assert_eq!(verified.heads.iter().map(|head| head.seq).collect::<Vec<_>>(), [3, 5, 7, 8]);
    assert_eq!(verify(&file(1, 0).0, None).map(|verified| verified.chain.entries), Ok(0));
}

#[test]
fn the_last_entries_cut_off_are_found_by_what_was_posted() {
    let (whole, heads) = file(1, 8);
    let anchor = heads[7].short();
    assert_eq!(
        verify(&whole, Some(&anchor)).ok().and_then(|found| found.anchor).map(|found| found.seq),
        Some(8)
    );
    for left in 0..8 {
        let cut = file(1, left).0;
        assert!(verify(&cut, None).is_ok(), "without the anchor nobody sees it");
        assert_eq!(verify(&cut, Some(&anchor)), Err(NotVerified::NoAnchor(anchor.clone())));
    }
}

#[test]
fn any_range_cut_and_any_two_lines_swapped_are_found() {
    let (text, _) = file(1, 6);
    let lines: Vec<&str> = text.lines().collect();
    let is_refused = |lines: &[&str]| verify(&(lines.join("\n") + "\n"), None).is_err();
    assert!(!is_refused(&lines));
    for from in 0..lines.len() {
        for to in from + 1..=lines.len() {
            assert!(is_refused(&[&lines[..from], &lines[to..]].concat()), "{from} to {to}");
        }
        for other in from + 1..lines.len() {
            let mut swapped = lines.clone();
            swapped.swap(from, other);
            assert!(is_refused(&swapped), "{from} and {other}");
        }
    }
}

#[test]
fn any_flipped_bit_is_found() {
    let (text, _) = file(3, 6);
    for at in 0..text.len() {
        for bit in 0..7 {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let text = String::from_utf8(bytes).expect("a byte below 128 stays one");
            assert!(verify(&text, None).is_err(), "bit {bit} of byte {at}: {text}");
        }
    }
}
