//! What a token may do: found out right by right, without changing anything in Intercom.

use crate::connection::{Right, Rights};
use crate::ids::{AdminId, ContactId, ConversationId, TagId};
use crate::port::intercom::{
    ContactFields, ContactFilter, ContactSearch, ContactSort, ConversationSearch, Intercom, IntercomError,
    Move, Order, PageRequest, Tagging,
};
use crate::time::Timestamp;

/// An id that nobody and nothing has: whoever may write is told that it does not exist, and nothing is changed.
const NOBODY: &str = "000000000000000000000000";

/// How a call went that needs a right.
pub struct Probe {
    /// Which.
    pub right: Right,
    /// What Intercom answered.
    pub outcome: Result<(), IntercomError>,
}

impl Probe {
    /// Whether the token may; none where that could not be found out.
    pub fn may(&self) -> Option<bool> {
        match &self.outcome {
            Ok(()) => Some(true),
            Err(IntercomError::Refused { .. } | IntercomError::Forbidden { .. }) => Some(false),
            Err(_) => None,
        }
    }
}

impl Probe {
    /// Why it could not be found out whether the token may.
    pub fn unclear(&self) -> Option<&IntercomError> {
        match (&self.outcome, self.may()) {
            (Err(error), None) => Some(error),
            _ => None,
        }
    }
}

/// Makes one call for each right.
pub async fn probe(intercom: &dyn Intercom) -> [Probe; 8] {
    let everyone = ContactSearch {
        role: None,
        filter: ContactFilter::CreatedAfter(Timestamp(0)),
        endings: Vec::new(),
        sort: ContactSort::CreatedDescending,
    };
    let all = ConversationSearch { after: Timestamp(0), endings: Vec::new(), order: Order::NewestFirst };
    let page = PageRequest { size: 1, cursor: None };
    let probe = |right, outcome| Probe { right, outcome };
    [
        probe(Right::ReadContacts, intercom.search_contacts(&everyone, &page).await.map(drop)),
        probe(Right::ReadCompanies, intercom.companies(1).await.map(drop)),
        probe(Right::ReadConversations, intercom.search_conversations(&all, &page).await.map(drop)),
        probe(Right::ReadTags, intercom.tags().await.map(drop)),
        probe(Right::ReadAdmins, intercom.admins().await.map(drop)),
        probe(Right::WriteContacts, change_nobody(intercom).await),
        probe(Right::WriteConversations, open_nothing(intercom).await),
        probe(Right::WriteTags, untag_nothing(intercom).await),
    ]
}

async fn change_nobody(intercom: &dyn Intercom) -> Result<(), IntercomError> {
    let nobody = ContactId::new(NOBODY);
    may_have_been(intercom.update_contact(&nobody, &ContactFields::default()).await.map(drop))
}

async fn open_nothing(intercom: &dyn Intercom) -> Result<(), IntercomError> {
    let (nothing, by) = (ConversationId::new(NOBODY), AdminId::new(NOBODY));
    may_have_been(intercom.move_conversation(&nothing, &by, Move::Open).await.map(drop))
}

async fn untag_nothing(intercom: &dyn Intercom) -> Result<(), IntercomError> {
    let (nothing, by, tag) = (ConversationId::new(NOBODY), AdminId::new(NOBODY), TagId::new(NOBODY));
    may_have_been(intercom.tag_conversation(&nothing, &by, &tag, Tagging::Off).await)
}

/// What does not exist was to be changed: the refusal tells whether it could have been.
fn may_have_been(outcome: Result<(), IntercomError>) -> Result<(), IntercomError> {
    match outcome {
        Err(IntercomError::Missing | IntercomError::Invalid { .. }) => Ok(()),
        told => told,
    }
}

/// What the probes tell; where one tells nothing, what was known before counts.
pub fn told(probes: &[Probe], before: &Rights) -> Rights {
    let lacks = |probe: &Probe| !probe.may().unwrap_or(before.has(probe.right));
    Rights::without(probes.iter().filter(|probe| lacks(probe)).map(|probe| probe.right))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::intercom::{Lack, MockIntercom, TokenPermission, Unanswered};

    #[tokio::test]
    async fn what_a_token_may_write_is_found_out_at_what_does_not_exist() {
        let forbidden = || IntercomError::Forbidden { lack: Lack::Permission(TokenPermission::WriteTags) };
        let mut intercom = MockIntercom::new();
        intercom.expect_search_contacts().returning(|_, _| Err(IntercomError::Missing));
        intercom.expect_companies().returning(|_| Err(IntercomError::Missing));
        intercom.expect_search_conversations().returning(|_, _| Err(IntercomError::Missing));
        intercom.expect_tags().returning(|| Ok(Vec::new()));
        intercom.expect_admins().returning(|| Ok(Vec::new()));
        intercom.expect_update_contact().returning(|_, _| Err(IntercomError::Missing));
        let open = intercom.expect_move_conversation().withf(|id, _, _| id.as_str() == NOBODY);
        open.once().returning(|_, _, _| Err(IntercomError::Missing));
        let untag = intercom.expect_tag_conversation().withf(|id, _, _, _| id.as_str() == NOBODY);
        untag.once().returning(move |_, _, _, _| Err(forbidden()));
        let may: Vec<_> = probe(&intercom).await.iter().map(|probe| (probe.right, probe.may())).collect();
        assert_eq!(
            may[5..],
            [
                (Right::WriteContacts, Some(true)),
                (Right::WriteConversations, Some(true)),
                (Right::WriteTags, Some(false)),
            ]
        );
    }

    #[test]
    fn what_could_not_be_found_out_stays_as_it_was_known() {
        let forbidden = || IntercomError::Forbidden { lack: Lack::Permission(TokenPermission::ReadTags) };
        let silent = || IntercomError::Unavailable(Unanswered::Silent);
        let probes = [
            Probe { right: Right::ReadContacts, outcome: Ok(()) },
            Probe { right: Right::ReadTags, outcome: Err(forbidden()) },
            Probe { right: Right::ReadAdmins, outcome: Err(silent()) },
            Probe { right: Right::ReadConversations, outcome: Err(silent()) },
        ];
        let before = Rights::without([Right::ReadContacts, Right::ReadAdmins]);
        let after = told(&probes, &before);
        assert_eq!(after.lacking().collect::<Vec<_>>(), [Right::ReadTags, Right::ReadAdmins]);
    }
}
