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

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let key = keys::schema();
        let _ = decode::<deskbell_desk::subscription::Subscription>(key.as_bytes(), &bytes);
        let mut bytes = bytes;
        bytes.insert(0, VERSION);
        let _ = decode::<crate::records::EntryHead>(key.as_bytes(), &bytes);
        let _ = keys::kind_of(&bytes);
        let _ = keys::last_number(&bytes);
    }
}
