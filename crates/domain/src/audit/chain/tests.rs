use super::*;

fn links(count: u64) -> Vec<Link> {
    let key = AuditKey::new([7; 32]);
    let mut head = Code::NONE;
    let next = |seq: u64| {
        let entry = serde_json::json!({"seq": seq, "at": 1000 * seq, "action": "created"});
        let link = Link::after(&head, &key.of_entry(seq), entry);
        head = link.mac;
        link
    };
    (1..=count).map(next).collect()
}

fn verified(checkpoint: Option<&Checkpoint>, links: &[Link], head: Head) -> Result<Unbroken, Broken> {
    let key = AuditKey::new([7; 32]);
    let mut verifier = Verifier::from(checkpoint, |seq| key.of_checkpoint(seq))?;
    for link in links {
        verifier.follow(link, &key.of_entry(link.seq().unwrap_or_default()))?;
    }
    verifier.end(head)
}

fn head_of(link: &Link) -> Head {
    Head { seq: link.seq().unwrap_or_default(), mac: link.mac }
}

#[test]
fn a_chain_holds_from_its_beginning_and_from_a_checkpoint() {
    let links = links(5);
    let head = head_of(&links[4]);
    let whole = verified(None, &links, head).map(|held| (held.entries, held.since));
    assert_eq!(whole, Ok((5, Some(UnixMillis(1000)))));
    let key = AuditKey::new([7; 32]);
    let checkpoint = Checkpoint::behind(head_of(&links[1]), UnixMillis(2000), &key.of_checkpoint(2));
    let rest = verified(Some(&checkpoint), &links[2..], head).map(|held| (held.entries, held.since));
    assert_eq!(rest, Ok((3, Some(UnixMillis(3000)))));
    assert_eq!(verified(None, &[], Head::NONE).map(|held| held.entries), Ok(0));
}

#[test]
fn what_is_changed_cut_or_swapped_is_found_where_it_is() {
    let links = links(5);
    let head = head_of(&links[4]);
    let mut changed = links.clone();
    changed[2].entry["action"] = "updated".into();
    assert_eq!(verified(None, &changed, head), Err(Broken::Changed(3)));
    for from in 0..5 {
        for to in from + 1..=5 {
            let cut = [&links[..from], &links[to..]].concat();
            assert!(verified(None, &cut, head).is_err(), "{from} to {to}");
        }
    }
    for one in 0..5 {
        for other in one + 1..5 {
            let mut swapped = links.clone();
            swapped.swap(one, other);
            assert_eq!(verified(None, &swapped, head), Err(Broken::Missing(one as u64 + 1)));
        }
    }
}

#[test]
fn a_checkpoint_cannot_be_moved() {
    let links = links(5);
    let key = AuditKey::new([7; 32]);
    let there = Checkpoint::behind(head_of(&links[1]), UnixMillis(2000), &key.of_checkpoint(2));
    let moved = Checkpoint { head: head_of(&links[2]), ..there };
    assert_eq!(verified(Some(&moved), &links[3..], head_of(&links[4])), Err(Broken::Checkpoint(4)));
}

#[test]
fn an_entry_cannot_be_made_with_the_key_of_another() {
    let links = links(2);
    let key = AuditKey::new([7; 32]);
    let forged = Link::after(&links[1].mac, &key.of_entry(2), serde_json::json!({"seq": 3}));
    let all = [links, vec![forged.clone()]].concat();
    assert_eq!(verified(None, &all, head_of(&forged)), Err(Broken::Changed(3)));
}
