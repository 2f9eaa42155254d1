//! What a seal is bound to, as bytes: nobody can move a value to another place without breaking its seal.

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::sealing::Place;

/// Stands where a record's name stands in other places, and is none.
const WORKSPACE_KEY: &[u8] = b"deskbell workspace key";

/// Where a value stands. No two places have the same bytes.
pub(crate) fn of_place(place: &Place<'_>) -> Vec<u8> {
    joined(&[place.workspace.as_str().as_bytes(), place.record.as_bytes(), place.id])
}

/// Whose key is sealed.
pub(crate) fn of_key(workspace: &WorkspaceId) -> Vec<u8> {
    joined(&[WORKSPACE_KEY, workspace.as_str().as_bytes()])
}

/// The length stands before each part: without it "ab" and "c" would be the same as "a" and "bc".
fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| size_of::<u64>() + part.len()).sum();
    let mut bytes = Vec::with_capacity(length);
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;

    /// Names of records, of which some begin like others.
    const RECORDS: [&str; 4] = ["", "a", "ab", "journal"];

    fn place() -> impl Strategy<Value = (String, &'static str, Vec<u8>)> {
        let id = prop_oneof![
            prop::collection::vec(any::<u8>(), 0..12),
            prop::collection::vec(prop_oneof![Just(0_u8), Just(1), Just(b'a')], 0..24),
        ];
        ("[ab\0]{0,4}", prop::sample::select(RECORDS.to_vec()), id)
    }

    fn bytes((workspace, record, id): &(String, &'static str, Vec<u8>)) -> Vec<u8> {
        of_place(&Place { workspace: &WorkspaceId::new(workspace), record, id })
    }

    proptest! {
        #[test]
        fn no_two_places_have_the_same_bytes(one in place(), other in place()) {
            prop_assert_eq!(one == other, bytes(&one) == bytes(&other));
        }

        #[test]
        fn what_moves_over_a_border_makes_another_place(text in "[a-z]{2,12}", at in 1_usize..11) {
            let at = at.min(text.len() - 1);
            let whole = (text.clone(), "journal", Vec::new());
            let moved = (text[..at].to_owned(), "journal", text.as_bytes()[at..].to_vec());
            prop_assert_ne!(bytes(&whole), bytes(&moved));
        }
    }

    #[test]
    fn the_bytes_of_a_place_never_change_or_no_value_opens_again() {
        let workspace = WorkspaceId::new("acme");
        let place = Place { workspace: &workspace, record: "journal", id: &[7] };
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        assert_snapshot!(hex(&of_place(&place)), @"000000000000000461636d6500000000000000076a6f75726e616c000000000000000107");
        assert_snapshot!(hex(&of_key(&workspace)), @"00000000000000166465736b62656c6c20776f726b7370616365206b6579000000000000000461636d65");
    }
}
