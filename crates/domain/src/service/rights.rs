//! What a token may do: found out right by right, without changing anything in Intercom.

use crate::connection::{Right, Rights};
use crate::ids::ContactId;
use crate::port::intercom::{
    ContactFields, ContactFilter, ContactSearch, ContactSort, ConversationSearch, Intercom, IntercomError,
    Order, PageRequest,
};
use crate::time::Timestamp;

/// An id that no contact has: whoever may write is told that it does not exist, and nothing is changed.
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
pub async fn probe(intercom: &dyn Intercom) -> [Probe; 6] {
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
        probe(Right::WriteContacts, write(intercom).await),
    ]
}

/// Asks to change somebody who does not exist: the refusal tells whether it could have been.
async fn write(intercom: &dyn Intercom) -> Result<(), IntercomError> {
    match intercom.update_contact(&ContactId::new(NOBODY), &ContactFields::default()).await {
        Ok(_) | Err(IntercomError::Missing | IntercomError::Invalid { .. }) => Ok(()),
        Err(error) => Err(error),
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
    use crate::port::intercom::{Lack, TokenPermission, Unanswered};

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
