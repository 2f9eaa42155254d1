//! An Intercom in memory: what search shows of it, by either version's reading of dates, late if it is told so.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use deskbell_domain::contact::{Company, Contact, Role, Tag};
use deskbell_domain::conversation::{Conversation, Part, Thread};
use deskbell_domain::ids::{CompanyId, TagId, WorkspaceId};
use deskbell_domain::nameable::Nameable;
use deskbell_domain::office_hours::OpenTime;
use deskbell_domain::port::intercom::{
    Admin, CompanyPage, ContactFilter, ContactSearch, ContactSort, ConversationSearch, Found, IdEnding,
    IntercomError, MockIntercom, Order, Page, PageRequest, Team, Unanswered, Usage, WaitingSearch,
};
use deskbell_domain::status::Acceptance;
use deskbell_domain::time::{Clock, Timestamp};
use deskbell_domain::workspace::Workspace;

use super::paging::page;

/// How contact search reads dates.
#[derive(Debug, Clone, Copy)]
pub(super) enum Dates {
    /// Up to 2.16: whole days, in a zone this many seconds east of Greenwich.
    Days { zone: i64 },
    /// 2.17: seconds.
    Seconds,
}

/// One state of a record and since when search shows it.
struct Version<T> {
    visible: Timestamp,
    record: T,
}

type AfterPage = Box<dyn FnOnce(&FakeIntercom) + Send>;

pub(super) struct State {
    pub(super) dates: Dates,
    contacts: BTreeMap<String, Vec<Version<Contact>>>,
    conversations: BTreeMap<String, Version<Conversation>>,
    /// Conversations as their look-up gives them.
    pub(super) whole: BTreeMap<String, Conversation>,
    /// What was said in conversations.
    pub(super) parts: BTreeMap<String, Vec<Part>>,
    /// Those in which a bot says that the team is asked for.
    pub(super) asking: BTreeSet<String>,
    pub(super) tags: Vec<Tag>,
    pub(super) admins: Vec<Admin>,
    pub(super) teams: Vec<Team>,
    /// Those that are found one by one.
    pub(super) companies: BTreeMap<CompanyId, String>,
    /// Those that the list has, in its order.
    pub(super) listed_companies: Vec<Company>,
    /// Every call, by name.
    pub(super) calls: Vec<&'static str>,
    pub(super) sizes: Vec<u32>,
    /// The answers of the next calls of a name, where they are not to succeed.
    faults: BTreeMap<&'static str, VecDeque<Option<IntercomError>>>,
    pub(super) down: Option<IntercomError>,
    /// When the workspace is open, if it says so.
    pub(super) hours: Result<OpenTime, IntercomError>,
    pub(super) ignores_cursors: bool,
    /// It knows no search by how ids end.
    pub(super) refuses_parts: bool,
    /// No page comes that holds one of these records.
    pub(super) poison: BTreeSet<String>,
    /// Runs once, after the next page of contacts was given.
    after_page: Option<AfterPage>,
}

#[derive(Clone)]
pub(super) struct FakeIntercom {
    pub(super) clock: Arc<dyn Clock>,
    accepted: Arc<Acceptance>,
    state: Arc<Mutex<State>>,
}

impl FakeIntercom {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let state = State {
            dates: Dates::Days { zone: 0 },
            contacts: BTreeMap::new(),
            conversations: BTreeMap::new(),
            whole: BTreeMap::new(),
            parts: BTreeMap::new(),
            asking: BTreeSet::new(),
            tags: Vec::new(),
            admins: Vec::new(),
            teams: Vec::new(),
            companies: BTreeMap::new(),
            listed_companies: Vec::new(),
            calls: Vec::new(),
            sizes: Vec::new(),
            faults: BTreeMap::new(),
            down: None,
            hours: Ok(OpenTime::RoundTheClock),
            ignores_cursors: false,
            refuses_parts: false,
            poison: BTreeSet::new(),
            after_page: None,
        };
        Self { clock, accepted: Arc::default(), state: Arc::new(Mutex::new(state)) }
    }

    pub(super) fn accepted(&self) -> Arc<Acceptance> {
        Arc::clone(&self.accepted)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now().seconds()
    }

    /// A record is made or moves; search shows it at once.
    pub(super) fn put(&self, contact: Contact) {
        self.put_late(contact, 0);
    }

    /// A record is made or moves; search shows it `lag` seconds later.
    pub(super) fn put_late(&self, contact: Contact, lag: i64) {
        let visible = self.now().plus(lag);
        let mut state = self.state();
        let versions = state.contacts.entry(contact.id.as_str().to_owned()).or_default();
        versions.push(Version { visible, record: contact });
    }

    pub(super) fn delete(&self, id: &str) {
        self.state().contacts.remove(id);
    }

    pub(super) fn start(&self, conversation: Conversation) {
        let version = Version { visible: self.now(), record: conversation };
        self.state().conversations.insert(version.record.id.as_str().to_owned(), version);
    }

    /// The next calls of this name answer so; none is a success.
    pub(super) fn answer(
        &self,
        call: &'static str,
        answers: impl IntoIterator<Item = Option<IntercomError>>,
    ) {
        self.state().faults.entry(call).or_default().extend(answers);
    }

    /// From now on it answers this call well.
    pub(super) fn recover(&self, call: &'static str) {
        self.state().faults.remove(call);
    }

    pub(super) fn after_next_page(&self, what: impl FnOnce(&Self) + Send + 'static) {
        self.state().after_page = Some(Box::new(what));
    }

    pub(super) fn tag(&self, id: &str, name: &str) {
        self.state().tags.push(Tag { id: TagId::new(id), name: name.to_owned() });
    }

    /// The calls since the last time.
    pub(super) fn take_calls(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.state().calls)
    }

    pub(super) fn call(&self, name: &'static str) -> Result<(), IntercomError> {
        let mut state = self.state();
        state.calls.push(name);
        let fault = state.faults.get_mut(name).and_then(VecDeque::pop_front).flatten();
        let outcome = fault.or_else(|| state.down.clone()).map_or(Ok(()), Err);
        drop(state);
        if outcome.is_ok() {
            self.accepted.tell();
        }
        outcome
    }

    fn search(&self, search: &ContactSearch, request: &PageRequest) -> Result<Page<Contact>, IntercomError> {
        self.call(match search.sort {
            ContactSort::UpdatedDescending => "updates",
            ContactSort::CreatedDescending => "contacts",
            ContactSort::CreatedAscending if search.role == Some(Role::User) => "all users",
            ContactSort::CreatedAscending | ContactSort::UpdatedAscending => "from the other end",
        })?;
        if !search.endings.is_empty() && self.state().refuses_parts {
            let (code, message) = ("parameter_invalid".to_owned(), "invalid".to_owned());
            return Err(IntercomError::Invalid { code, message });
        }
        let page = self.contact_page(search, request);
        self.refuse_poison(page.items.iter().map(|contact| contact.id.as_str()))?;
        let hook = self.state().after_page.take();
        if let Some(hook) = hook {
            hook(self);
        }
        Ok(page)
    }

    fn contact_page(&self, search: &ContactSearch, request: &PageRequest) -> Page<Contact> {
        let now = self.now();
        let mut state = self.state();
        state.sizes.push(request.size);
        let shown = state.contacts.values().filter_map(|versions| {
            versions.iter().rev().find(|version| version.visible <= now).map(|version| version.record.clone())
        });
        let dates = state.dates;
        let found: Vec<_> = shown
            .filter(|contact| search.role.is_none_or(|role| role == contact.role))
            .filter(|contact| ends(contact.id.as_str(), &search.endings))
            .filter(|contact| match search.filter {
                ContactFilter::CreatedAfter(bound) => is_after(contact.created_at, bound, dates),
                ContactFilter::UpdatedAfter(bound) => is_after(contact.updated_at, bound, dates),
                _ => true,
            })
            .map(|contact| {
                let time = match search.sort {
                    ContactSort::UpdatedDescending => -contact.updated_at.0,
                    ContactSort::CreatedDescending => -contact.created_at.0,
                    ContactSort::CreatedAscending => contact.created_at.0,
                    ContactSort::UpdatedAscending => contact.updated_at.0,
                };
                ((time, contact.id.as_str().to_owned()), contact)
            })
            .collect();
        page(found, request, state.ignores_cursors)
    }

    fn refuse_poison<'a>(&self, mut ids: impl Iterator<Item = &'a str>) -> Result<(), IntercomError> {
        let poison = self.state().poison.clone();
        if ids.any(|id| poison.contains(id)) {
            Err(IntercomError::Unavailable(Unanswered::Failing))
        } else {
            Ok(())
        }
    }

    fn conversations(
        &self,
        search: &ConversationSearch,
        request: &PageRequest,
    ) -> Result<Page<Conversation>, IntercomError> {
        self.call("conversations")?;
        let page = self.conversation_page(search, request);
        self.refuse_poison(page.items.iter().map(|one| one.id.as_str()))?;
        Ok(page)
    }

    fn waiting(
        &self,
        search: &WaitingSearch,
        request: &PageRequest,
    ) -> Result<Page<Conversation>, IntercomError> {
        self.call("waiting")?;
        let way = if search.order == Order::OldestFirst { 1 } else { -1 };
        let all: Vec<_> = self.state().conversations.values().map(|one| one.record.clone()).collect();
        let those = all.into_iter().filter_map(|one| {
            let (since, id) = (one.now.as_ref()?.waiting_since?, one.id.as_str().to_owned());
            let is_meant = since > search.after && since < search.before && ends(&id, &search.endings);
            is_meant.then_some(((way * since.0, id), one))
        });
        let page = page(those.collect(), request, false);
        self.refuse_poison(page.items.iter().map(|one| one.id.as_str()))?;
        Ok(page)
    }

    fn conversation_page(&self, search: &ConversationSearch, request: &PageRequest) -> Page<Conversation> {
        let way = if search.order == Order::OldestFirst { 1 } else { -1 };
        let now = self.now();
        let state = self.state();
        let found: Vec<_> = state
            .conversations
            .values()
            .filter(|version| version.visible <= now && version.record.updated_at > search.after)
            .filter(|version| ends(version.record.id.as_str(), &search.endings))
            .map(|version| version.record.clone())
            .map(|record| ((way * record.updated_at.0, record.id.as_str().to_owned()), record))
            .collect();
        page(found, request, state.ignores_cursors)
    }

    fn company_page(&self, page: u32) -> Result<CompanyPage, IntercomError> {
        self.call("companies")?;
        let state = self.state();
        let (from, all) = ((page as usize - 1) * 60, state.listed_companies.len());
        let items = state.listed_companies.iter().skip(from).take(60).cloned().collect();
        Ok(CompanyPage { items, more: from + 60 < all })
    }

    /// What one thing is called: teammates and teams are all in their lists.
    fn name(&self, of: &Nameable) -> Result<Option<String>, IntercomError> {
        let call = match of {
            Nameable::Company(_) => "company",
            Nameable::Tag(_) => "tag",
            Nameable::Admin(_) => "admin",
            Nameable::Team(_) => "team",
        };
        self.call(call)?;
        let state = self.state();
        Ok(match of {
            Nameable::Company(id) => state.companies.get(id).cloned(),
            Nameable::Tag(id) => state.tags.iter().find(|tag| tag.id == *id).map(|tag| tag.name.clone()),
            Nameable::Admin(_) | Nameable::Team(_) => None,
        })
    }

    /// The port over this Intercom.
    pub(super) fn port(&self) -> MockIntercom {
        let mut port = MockIntercom::new();
        let here = self.clone();
        port.expect_search_contacts().returning(move |search, page| here.search(search, page));
        let here = self.clone();
        port.expect_search_conversations().returning(move |search, page| here.conversations(search, page));
        let here = self.clone();
        port.expect_search_waiting().returning(move |search, page| here.waiting(search, page));
        let here = self.clone();
        port.expect_open_time().returning(move || here.state().hours.clone());
        let here = self.clone();
        port.expect_conversation().returning(move |id| {
            here.call("conversation")?;
            here.refuse_poison(std::iter::once(id.as_str()))?;
            let state = here.state();
            let parts = state.parts.get(id.as_str()).cloned().unwrap_or_default();
            let asks_for_the_team = state.asking.contains(id.as_str());
            let whole = state.whole.get(id.as_str()).cloned();
            Ok(whole.map(|whole| Thread { asks_for_the_team, ..Thread::whole(whole, parts) }))
        });
        let here = self.clone();
        port.expect_contact().returning(move |id| {
            here.call("contact")?;
            let state = here.state();
            let newest = state.contacts.get(id.as_str()).and_then(|versions| versions.last());
            Ok(newest.map_or(Found::Missing, |newest| Found::Contact(Box::new(newest.record.clone()))))
        });
        let here = self.clone();
        port.expect_workspace().returning(move || {
            here.call("me")?;
            Ok(Workspace {
                id: WorkspaceId::new("w"),
                name: "Acme".to_owned(),
                region: None,
                time_zone: None,
            })
        });
        self.tell_names(&mut port);
        port.expect_usage().returning(|| Usage { limit: 100, for_polls: 80, ..Usage::default() });
        port
    }

    fn tell_names(&self, port: &mut MockIntercom) {
        let here = self.clone();
        port.expect_tags().returning(move || {
            here.call("tags")?;
            Ok(here.state().tags.clone())
        });
        let here = self.clone();
        port.expect_admins().returning(move || {
            here.call("admins")?;
            Ok(here.state().admins.clone())
        });
        let here = self.clone();
        port.expect_teams().returning(move || {
            here.call("teams")?;
            Ok(here.state().teams.clone())
        });
        let here = self.clone();
        port.expect_name().returning(move |of| here.name(of));
        let here = self.clone();
        port.expect_tags_of().returning(move |_| {
            here.call("tags of")?;
            Ok(here.state().tags.clone())
        });
        let here = self.clone();
        port.expect_companies().returning(move |page| here.company_page(page));
        let here = self.clone();
        port.expect_companies_of().returning(move |_| {
            here.call("companies of")?;
            let companies = here.state().companies.clone().into_iter();
            Ok(companies.map(|(id, name)| Company { id, company_id: None, name: Some(name) }).collect())
        });
    }
}

fn ends(id: &str, endings: &[IdEnding]) -> bool {
    endings.is_empty() || endings.iter().any(|ending| id.ends_with(ending.as_str()))
}

fn is_after(time: Timestamp, bound: Timestamp, dates: Dates) -> bool {
    match dates {
        Dates::Seconds => time > bound,
        Dates::Days { zone } => (time.0 + zone).div_euclid(86_400) > (bound.0 + zone).div_euclid(86_400),
    }
}
