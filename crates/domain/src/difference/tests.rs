use super::*;
use crate::contact::{PartialList, Role};
use crate::ids::TagId;

fn user() -> Contact {
    let mut contact = Contact::bare(ContactId::new("6762f0dd1bb69f9f2193bb83"), Role::User);
    contact.email = Some("ada@old.io".to_owned());
    contact.updated_at = Timestamp(100);
    contact
}

fn tagged(mut contact: Contact, ids: &[&str], total: u32) -> Contact {
    let items = ids.iter().map(|id| Named { id: TagId::new(*id), name: Some(format!("tag {id}")) }).collect();
    contact.tags = PartialList { items, total };
    contact
}

#[test]
fn a_page_view_is_silent() {
    let before = Snapshot::of(&user());
    let mut after = user();
    after.updated_at = Timestamp(200);
    after.last_seen_at = Some(Timestamp(200));
    assert_eq!(before.difference(&after, &UpdateFields::default()), Difference::Silent);
}

#[test]
fn a_stale_read_is_ignored() {
    let before = Snapshot::of(&user());
    let mut after = user();
    after.updated_at = Timestamp(99);
    after.email = None;
    assert_eq!(before.difference(&after, &UpdateFields::default()), Difference::Stale);
}

#[test]
fn a_changed_value_is_told_with_its_old_one() {
    let before = Snapshot::of(&user());
    let mut after = user();
    after.email = Some("ada@acme.io".to_owned());
    let expected = Change::Value {
        field: Field::Email,
        old: Old::Known(Some("ada@old.io".to_owned())),
        new: Some("ada@acme.io".to_owned()),
    };
    assert!(before.difference(&after, &UpdateFields::default()) == Difference::Changed(vec![expected]));
}

#[test]
fn an_address_in_capitals_is_no_new_address() {
    let before = Snapshot::of(&user());
    let mut after = user();
    after.updated_at = Timestamp(200);
    after.email = Some("Ada@OLD.io".to_owned());
    assert_eq!(before.difference(&after, &UpdateFields::default()), Difference::Silent);
}

#[test]
fn a_field_that_was_not_named_is_silent() {
    let before = Snapshot::of(&user());
    let mut after = user();
    after.custom.insert("plan".to_owned(), "pro".to_owned());
    assert_eq!(before.difference(&after, &UpdateFields::default()), Difference::Silent);
    let named = UpdateFields::new([Field::Custom("plan".to_owned())]);
    assert!(matches!(before.difference(&after, &named), Difference::Changed(_)));
}

#[test]
fn tags_that_came_and_went_are_told_even_if_updated_at_stands_still() {
    let before = Snapshot::of(&tagged(user(), &["1", "2"], 2));
    let after = tagged(user(), &["2", "3"], 2);
    let Difference::Changed(changes) = before.difference(&after, &UpdateFields::default()) else {
        panic!("a tag came and a tag went");
    };
    let Change::List { added, removed, .. } = &changes[0] else { panic!("tags are a list") };
    assert_eq!(added[0].name.as_deref(), Some("tag 3"));
    assert_eq!(removed[0].id, "1");
}

#[test]
fn a_list_that_was_cut_off_is_not_compared() {
    let before = Snapshot::of(&tagged(user(), &["1", "2"], 12));
    let after = tagged(user(), &["2", "3"], 12);
    assert_eq!(before.difference(&after, &UpdateFields::default()), Difference::Silent);
}

#[test]
fn a_name_that_could_not_be_resolved_is_no_change() {
    let before = Snapshot::of(&tagged(user(), &["1"], 1));
    let mut after = tagged(user(), &["1"], 1);
    after.tags.items[0].name = None;
    assert_eq!(before.difference(&after, &UpdateFields::default()), Difference::Same);
}

fn pictured(address: &str) -> Contact {
    let mut contact = user();
    contact.image_url = Some(address.to_owned());
    contact
}

#[test]
fn a_picture_that_was_only_signed_anew_is_no_change() {
    let before = Snapshot::of(&pictured("https://f.test/ada.png?X-Amz-Date=1&X-Amz-Signature=a"));
    let difference = |after: &Contact| before.difference(after, &UpdateFields::default());
    let anew = pictured("https://f.test/ada.png?X-Amz-Date=2&X-Amz-Signature=b");
    assert_eq!(difference(&anew), Difference::Same);
    assert_eq!(difference(&Contact { updated_at: Timestamp(200), ..anew }), Difference::Silent);
    let another = pictured("https://f.test/eve.png?X-Amz-Date=1&X-Amz-Signature=a");
    assert!(matches!(difference(&another), Difference::Changed(_)));
}

#[test]
fn a_picture_whose_query_names_it_changes_with_its_query() {
    let before = Snapshot::of(&pictured("https://ui-avatars.com/api/?name=A+B"));
    let after = pictured("https://ui-avatars.com/api/?name=C+D");
    assert!(matches!(before.difference(&after, &UpdateFields::default()), Difference::Changed(_)));
}

#[test]
fn an_attribute_that_holds_an_address_signed_anew_is_no_change() {
    let with = |address: &str| {
        let mut contact = user();
        contact.custom.insert("contract".to_owned(), address.to_owned());
        contact
    };
    let before = Snapshot::of(&with("https://f.test/c.pdf?Expires=1&Signature=a"));
    let fields = UpdateFields::new([Field::Custom("contract".to_owned())]);
    let difference = |address: &str| before.difference(&with(address), &fields);
    assert_eq!(difference("https://f.test/c.pdf?Expires=2&Signature=b"), Difference::Same);
    assert!(matches!(difference("https://f.test/d.pdf?Expires=1&Signature=a"), Difference::Changed(_)));
}

fn with_attribute(text: &str, said: Option<&str>) -> Contact {
    let mut contact = user();
    contact.custom.insert("link".to_owned(), text.to_owned());
    contact.digests.extend(said.map(|said| ("link".to_owned(), Digest::of(said))));
    contact
}

fn is_announced(before: &Contact, after: &Contact) -> bool {
    let fields = UpdateFields::new([Field::Custom("link".to_owned())]);
    matches!(Snapshot::of(before).difference(after, &fields), Difference::Changed(_))
}

#[test]
fn a_value_is_compared_as_intercom_said_it_and_not_as_it_is_shown() {
    let link = |id: u32, signature: u32| {
        let said = format!("https://f.test/p?id={id}&Signature={signature}");
        with_attribute("https://f.test/p?…", Some(&said))
    };
    assert!(is_announced(&link(1, 1), &link(2, 1)), "the query is another");
    assert!(!is_announced(&link(1, 1), &link(1, 2)), "it was signed anew");
    let long = |end: &str| {
        let said = format!("{}{end}", "x".repeat(2_000));
        with_attribute(&shorten(&said, 1_000), Some(&said))
    };
    assert!(is_announced(&long("1"), &long("2")), "the end is another");
    assert!(!is_announced(&long("1"), &long("1")));
    assert!(is_announced(&long("1"), &with_attribute("pro", None)));
    assert!(is_announced(&with_attribute("pro", None), &long("1")));
    assert!(is_announced(&user(), &long("1")));
}

#[test]
fn a_snapshot_of_an_earlier_version_makes_no_change_of_a_value_that_it_kept_less_of() {
    let whole = format!("{} words", "x".repeat(150));
    for (kept, text, said) in [
        (&whole[..100], &*whole, &*whole),
        ("https://f.test/p?…", "https://f.test/p?…", "https://f.test/p?id=1"),
        (
            r#"{"a":"https://f.test/p?…"}"#,
            r#"{"a":"https://f.test/p?…","b":1}"#,
            r#"{"a":"https://f.test/p?id=1","b":1}"#,
        ),
    ] {
        let (before, after) = (with_attribute(kept, None), with_attribute(text, Some(said)));
        assert!(!is_announced(&before, &after), "{kept}");
        assert!(
            Snapshot::of(&before).difference(&after, &UpdateFields::default()) == Difference::Silent,
            "it is kept anew"
        );
    }
    assert!(is_announced(&with_attribute(&"y".repeat(100), None), &with_attribute(&whole, Some(&whole))));
}

/// A list of so many tags, of which the record holds the first ten.
fn cut_off(numbers: std::ops::Range<u32>) -> Contact {
    let ids: Vec<_> = numbers.clone().map(|number| format!("{number:02}")).collect();
    let held: Vec<_> = ids.iter().take(10).map(String::as_str).collect();
    tagged(user(), &held, numbers.end - numbers.start)
}

fn whole(numbers: std::ops::Range<u32>) -> Contact {
    let ids: Vec<_> = numbers.clone().map(|number| format!("{number:02}")).collect();
    tagged(user(), &ids.iter().map(String::as_str).collect::<Vec<_>>(), numbers.end - numbers.start)
}

#[test]
fn a_part_of_a_list_has_moved_where_its_ids_or_its_number_are_others() {
    let known = Snapshot::of(&whole(1..15));
    assert_eq!(known.moved_parts(&cut_off(1..15)), []);
    assert_eq!(known.moved_parts(&cut_off(1..16)), [Field::Tags], "one more");
    assert_eq!(known.moved_parts(&cut_off(0..14)), [Field::Tags], "another one");
    assert_eq!(known.moved_parts(&whole(1..5)), [], "a whole list is compared as it is");
    assert_eq!(Snapshot::of(&whole(1..11)).moved_parts(&cut_off(1..12)), [Field::Tags], "the eleventh");
}

#[test]
fn a_part_of_a_list_takes_nothing_from_what_is_known() {
    let known = Snapshot::of(&whole(1..15));
    let mut read_again = cut_off(1..15);
    known.complete_parts(&mut read_again);
    assert_eq!(known.difference(&read_again, &UpdateFields::default()), Difference::Same);
}

#[test]
fn of_a_list_that_was_never_known_whole_only_who_went_is_told_else_the_numbers() {
    let known = Snapshot::of(&cut_off(1..15));
    let fields = UpdateFields::default();
    let Difference::Changed(changes) = known.difference(&whole(1..16), &fields) else { panic!("one came") };
    let number = |number: u32| Some(number.to_string());
    let numbers = Change::Value { field: Field::Tags, old: Old::Known(number(14)), new: number(15) };
    assert!(changes == [numbers]);
    let Difference::Changed(changes) = known.difference(&whole(2..15), &fields) else { panic!("one went") };
    let Change::List { added, removed, .. } = &changes[0] else { panic!("who went is known") };
    assert!(added.is_empty());
    assert_eq!(removed[0].id, "01");
}
