//! Handles: the same workspace for other callers.

use std::sync::Arc;

use deskbell_domain::port::intercom::{Intercom, IntercomHandles, OnBehalfOf, Usage};

use crate::{
    client::IntercomClient,
    throttle::{Caller, Purpose, Urgency},
};

impl IntercomHandles for IntercomClient {
    fn handle(&self, whom: OnBehalfOf) -> Arc<dyn Intercom> {
        Arc::new(self.for_caller(whom.into()))
    }
}

impl From<OnBehalfOf> for Caller {
    fn from(whom: OnBehalfOf) -> Self {
        match whom {
            OnBehalfOf::Command(guild, member) => Self::person(guild, member, Purpose::Asked),
            OnBehalfOf::Look(guild, member) => Self::person(guild, member, Purpose::Look),
            OnBehalfOf::Suggestion(guild, member) => Self::person(guild, member, Purpose::Suggestion),
            OnBehalfOf::Everybody => Urgency::Command.into(),
            OnBehalfOf::Poll => Urgency::Poll.into(),
            OnBehalfOf::AllUsers => Urgency::Background.into(),
            OnBehalfOf::Export => Urgency::Export.into(),
        }
    }
}

impl Intercom for IntercomClient {
    fn usage(&self) -> Usage {
        Usage { unreadable: self.shared.unreadable.count(), ..self.shared.throttle.usage() }
    }
}
