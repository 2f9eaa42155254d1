//! Records and ports for the tests of the services.

use std::sync::Arc;

use crate::audit::entry::Begun;
use crate::channel::{Audience, ChannelKind, ChannelView};
use crate::contact::{Company, Contact, Role};
use crate::event::EventKind;
use crate::home::Home;
use crate::ids::{
    ChannelId, CompanyId, ContactId, GuildId, JournalNumber, MemberId, MessageId, SubscriptionId, WorkspaceId,
};
use crate::message::Message;
use crate::port::channels::MockChannels;
use crate::port::intercom::{CompanyPage, ContactFilter, MockIntercom, Page, PageCursor};
use crate::port::messenger::{Pace, PostOutcome};
use crate::port::outbox::MockOutbox;
use crate::port::rights::MockPostingRights;
use crate::port::store::{
    MockAccessLists, MockAudit, MockDeliveries, MockJournal, MockShortLived, MockSubscriptions,
};
use crate::service::request::{Messages, Request};
use crate::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use crate::time::{Clock, ServerTime, Timestamp, UnixMillis};
use crate::workspace::Workspace;

pub(super) fn contact(role: Role, id: &str) -> Contact {
    Contact::bare(ContactId::new(id), role)
}

pub(super) fn with_email(role: Role, id: &str, email: &str) -> Contact {
    Contact { email: Some(email.to_owned()), ..contact(role, id) }
}

pub(super) fn page(items: Vec<Contact>) -> Page<Contact> {
    Page { total: Some(items.len() as u64), items, next: None }
}

/// An Intercom that finds nobody but those of a company named Globex Corp.
pub(super) fn globex_corp_of(people: Vec<Contact>) -> MockIntercom {
    let globex = Company { id: CompanyId::new("c"), company_id: None, name: Some("Globex Corp".to_owned()) };
    let mut intercom = MockIntercom::new();
    intercom
        .expect_companies()
        .returning(move |_| Ok(CompanyPage { items: vec![globex.clone()], more: false }));
    intercom.expect_search_contacts().returning(move |search, _| {
        let is_company = search.filter == ContactFilter::Company(CompanyId::new("c"));
        Ok(page(if is_company { people.clone() } else { Vec::new() }))
    });
    intercom
}

pub(super) fn page_before(items: Vec<Contact>, total: u64, next: &str) -> Page<Contact> {
    Page { items, total: Some(total), next: Some(PageCursor(next.to_owned())) }
}

pub(super) const GUILD: GuildId = GuildId(7);
pub(super) const SALES: ChannelId = ChannelId(20);
pub(super) const SUPPORT: ChannelId = ChannelId(21);
pub(super) const MARK: MemberId = MemberId(9);

/// What is posted: what it was asked for.
pub(super) const MESSAGES: Messages = Messages {
    first: |made, workspace| Message::say(format!("{:?} of {workspace} for {}", made.kind, made.made_by)),
    sample: |of| Message::say(format!("{of:?}")),
};

/// Ports that answer only what a test expects of them: any other call fails it.
#[derive(Default)]
pub(super) struct Ports {
    pub(super) journal: MockJournal,
    pub(super) deliveries: MockDeliveries,
    pub(super) subscriptions: MockSubscriptions,
    pub(super) access: MockAccessLists,
    pub(super) audit: MockAudit,
    pub(super) short_lived: MockShortLived,
    pub(super) outbox: MockOutbox,
    pub(super) channels: MockChannels,
    pub(super) rights: MockPostingRights,
}

impl Ports {
    /// A request of Mark over them.
    pub(super) fn request<'a>(&'a mut self, time: &'a ServerTime) -> Request<'a> {
        self.audit.expect_begin_deed().returning(|_, deed| Ok(Begun { seq: 1, deed }));
        self.audit.expect_end_deed().returning(|_, _, _| Ok(()));
        Request {
            home: home(),
            member: MARK,
            rights: Box::new(std::mem::take(&mut self.rights)),
            journal: &self.journal,
            deliveries: &self.deliveries,
            subscriptions: &self.subscriptions,
            access: &self.access,
            audit: &self.audit,
            short_lived: &self.short_lived,
            outbox: &self.outbox,
            channels: &self.channels,
            time,
            messages: MESSAGES,
        }
    }
}

/// A clock that stands at one second past a thousand.
pub(super) fn still() -> ServerTime {
    struct Still;
    impl Clock for Still {
        fn now(&self) -> UnixMillis {
            UnixMillis(1_001_000)
        }
    }
    ServerTime::new(Arc::new(Still))
}

pub(super) fn home() -> Home {
    Home::new(&workspace().id, GUILD)
}

pub(super) fn workspace() -> Workspace {
    Workspace { id: WorkspaceId::new("w1"), name: "Acme".to_owned(), region: None, time_zone: None }
}

/// A notification for new leads, in this channel.
pub(super) fn notification(id: u64, channel: ChannelId, state: SubscriptionState) -> Subscription {
    Subscription {
        waits: None,
        steps_before: Vec::new(),
        mention: None,
        id: SubscriptionId(id),
        guild: GUILD,
        workspace: workspace().id,
        channel,
        kind: EventKind::NewLead,
        detail: Detail::Full,
        alert: Alert::Loud,
        floor: Timestamp(100),
        after: JournalNumber(3),
        made_by: MARK,
        public: PublicChoice::default(),
        state,
        version: 1,
    }
}

pub(super) fn paused() -> SubscriptionState {
    SubscriptionState::Paused { by: Some(MARK), since: Timestamp(900) }
}

/// A text channel that only a team reads, and in which nothing lacks.
pub(super) fn view(channel: ChannelId) -> ChannelView {
    ChannelView {
        id: channel,
        guild: GUILD,
        name: "sales".to_owned(),
        kind: ChannelKind::Text,
        audience: Audience::Some,
        lacking: Some(Vec::new()),
    }
}

/// A message that stands in its channel.
pub(super) fn stands() -> PostOutcome {
    PostOutcome::Posted { message: Some(MessageId(500)), pace: Pace::Unsaid }
}
