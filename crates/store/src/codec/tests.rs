use proptest::prelude::*;

use super::*;

#[test]
fn a_value_of_an_unknown_version_is_unreadable_and_not_guessed_at() {
    let key = keys::schema();
    for bytes in [&b""[..], b"\x021", b"1", b"\x01{", b"\x01\"text\""] {
        let read: Stored<u32> = decode(key.as_bytes(), bytes);
        let error = read.unwrap_err();
        insta::allow_duplicates! {
            insta::assert_snapshot!(error, @"the stored value store record cannot be read");
        }
    }
    assert_eq!(decode::<u32>(key.as_bytes(), &encode(&7_u32)).unwrap(), 7);
}

#[test]
fn a_list_is_stored_like_its_vector_and_ends_before_its_limit() {
    let mut list = List::new(12);
    let pushed = [1000, 2000, 3000].map(|number| list.push(&number));
    assert_eq!(pushed, [Pushed::Added, Pushed::Added, Pushed::Full]);
    assert_eq!(list.finish(), encode(&[1000, 2000]));
    assert_eq!(list.push(&"longer than the limit"), Pushed::Added);
    assert_eq!(list.finish(), encode(&["longer than the limit"]));
}

#[test]
fn what_cannot_be_read_of_a_list_hides_nothing_else() {
    let key = keys::schema();
    assert_eq!(decode_list::<u32>(key.as_bytes(), &encode(&(1, "two", 3))), [1, 3]);
    assert_eq!(decode_list::<u32>(key.as_bytes(), &encode(&1)), [0_u32; 0]);
    assert_eq!(decode_list::<u32>(key.as_bytes(), b"\x02[1]"), [0_u32; 0]);
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let key = keys::schema();
        let _ = decode::<deskbell_domain::subscription::Subscription>(key.as_bytes(), &bytes);
        let mut bytes = bytes;
        bytes.insert(0, VERSION);
        let _ = decode::<Vec<crate::records::EntryRecord<crate::records::EventHead>>>(key.as_bytes(), &bytes);
        let _ = keys::kind_of(&bytes);
        let _ = keys::last_number(&bytes);
    }
}
