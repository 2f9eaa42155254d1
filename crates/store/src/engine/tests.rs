use super::*;

#[test]
fn a_prefix_range_holds_every_key_with_the_prefix_and_no_other() {
    let range = KeyRange::with_prefix(&[7, 255, 255]);
    assert_eq!(range.end, vec![8]);
    assert_eq!(KeyRange::with_prefix(b"ab").end, b"ac");
    assert!(KeyRange::with_prefix(&[255]).is_empty());
}

#[test]
fn a_range_after_a_key_begins_with_the_next_possible_key() {
    let range = KeyRange::with_prefix(b"a").after(b"ab");
    assert_eq!(range.start, b"ab\0");
    assert_eq!(KeyRange::with_prefix(b"b").after(b"a").start, b"b");
}
