//! Names of tags, companies and teammates for the events of one poll, so that delivery never asks Intercom.
//!
//! What the workspace's caches know costs nothing. An unknown one is looked for in the whole list first, which names many
//! at once and serves the next ones too: tags and teammates come in one call, companies page by page, as far as is
//! needed. What the list lacks is looked up by itself, at most [`LOOK_UPS`] times a poll. What is still unknown then stays
//! without a name; a look-up that fails fails nothing else.

mod lists;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use deskbell_domain::contact::{Contact, Named};
use deskbell_domain::conversation::Conversation;
use deskbell_domain::difference::{Change, Field};
use deskbell_domain::ids::{CompanyId, ConversationId, TagId};
use deskbell_domain::names::Names;
use deskbell_domain::port::intercom::{Intercom, IntercomError};
use deskbell_domain::service::dates::Asked;
use deskbell_domain::trouble::Part;

use self::lists::{Pages, Whole};

/// How many single look-ups a poll makes at most.
const LOOK_UPS: u32 = 25;
/// How many conversations of which the search does not tell whether a customer wrote are looked up in a poll.
const OPENINGS: u32 = 20;
/// So many companies of whom Intercom knows nothing are remembered, so that they are not asked for again.
const MOST_GONE: usize = 10_000;

/// The names of a workspace, and how far its lists were read.
pub(crate) struct NameResolver {
    names: Arc<Names>,
    tags: Whole,
    admins: Whole,
    companies: Pages,
    gone: Mutex<BTreeSet<CompanyId>>,
}

impl NameResolver {
    /// Over the workspace's caches.
    pub(crate) fn new(names: Arc<Names>) -> Self {
        Self {
            names,
            tags: Whole::default(),
            admins: Whole::default(),
            companies: Pages::default(),
            gone: Mutex::default(),
        }
    }

    /// What is known.
    pub(crate) fn known(&self) -> &Names {
        &self.names
    }

    /// Fills in what is known, without asking.
    pub(crate) fn resolve(&self, contact: &mut Contact) {
        let _unknown = self.names.resolve(contact);
    }

    /// Gives the members of a changed list the names that are known now.
    pub(crate) fn resolve_changes(&self, changes: &mut [Change]) {
        for change in changes {
            let Change::List { field, added, removed } = change else { continue };
            for item in added.iter_mut().chain(removed).filter(|item| item.name.is_none()) {
                item.name = self.member(field, item);
            }
        }
    }

    fn member(&self, field: &Field, item: &Named<String>) -> Option<String> {
        match field {
            Field::Companies => self.names.company(&CompanyId::new(item.id.clone())),
            Field::Tags => self.names.tag(&TagId::new(item.id.clone())),
            _ => None,
        }
    }

    fn is_gone(&self, company: &CompanyId) -> bool {
        self.gone.lock().unwrap_or_else(PoisonError::into_inner).contains(company)
    }

    fn is_nowhere(&self, company: CompanyId) {
        let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        if gone.len() >= MOST_GONE {
            gone.clear();
        }
        gone.insert(company);
    }
}

/// The look-ups of one poll.
pub(crate) struct LookUps<'a> {
    resolver: &'a NameResolver,
    intercom: &'a dyn Intercom,
    left: u32,
    openings_left: u32,
    /// Whether an answer did not come: each further one would wait as long in vain.
    is_down: bool,
    /// How many calls were made.
    pub(crate) calls: u32,
    /// Which names the token may read and which it may not, as far as they were asked for.
    pub(crate) outcomes: BTreeMap<Part, Result<(), IntercomError>>,
}

impl<'a> LookUps<'a> {
    /// For records that are about to be announced.
    pub(crate) fn of_events(resolver: &'a NameResolver, intercom: &'a dyn Intercom) -> Self {
        Self {
            resolver,
            intercom,
            left: LOOK_UPS,
            openings_left: OPENINGS,
            is_down: false,
            calls: 0,
            outcomes: BTreeMap::new(),
        }
    }

    /// For the walk over all users, which asks for lists only.
    pub(crate) fn of_lists(resolver: &'a NameResolver, intercom: &'a dyn Intercom) -> Self {
        Self { left: 0, ..Self::of_events(resolver, intercom) }
    }

    /// Names the tags and companies of a contact that is about to be announced.
    pub(crate) async fn contact(&mut self, contact: &mut Contact) {
        let unknown = self.resolver.names.resolve(contact);
        if !unknown.tags.is_empty() {
            self.tags().await;
        }
        self.companies(unknown.companies).await;
        self.resolver.resolve(contact);
    }

    /// Names the teammate and the companies of a conversation that is about to be announced.
    pub(crate) async fn conversation(&mut self, conversation: &mut Conversation) {
        if let (Some(admin), None) = (&conversation.admin_id, &conversation.admin_name) {
            conversation.admin_name = self.admin(admin).await;
        }
        let Some(contact) = conversation.contact.as_ref().filter(|_| conversation.company_names.is_empty())
        else {
            return;
        };
        if self.spend() {
            let answer = self.intercom.companies_of(contact).await;
            match self.noted(Part::CompanyNames, answer) {
                Ok(companies) => {
                    self.resolver.names.learn_companies(&companies);
                    conversation.company_names =
                        companies.into_iter().filter_map(|company| company.name).collect();
                }
                Err(error) => tell(&error, "the companies of a contact could not be looked up"),
            }
        }
    }

    /// Whether another conversation of which nobody knows whether it matters may be looked up in this poll. Those that
    /// may not are read again by a deeper walk.
    pub(crate) fn may_look_whether_a_bot_was_answered(&mut self) -> bool {
        let may = self.openings_left > 0;
        self.openings_left = self.openings_left.saturating_sub(1);
        may
    }

    /// A conversation with its parts; none where it is gone.
    pub(crate) async fn whole_conversation(
        &mut self,
        id: &ConversationId,
    ) -> Result<Option<Conversation>, IntercomError> {
        self.calls += 1;
        self.intercom.conversation(id).await
    }

    /// Asks which attributes are dates, where these values, by the attribute's name, leave it open.
    pub(crate) async fn dates<'v>(&mut self, values: impl Iterator<Item = (&'v str, &'v str)>) {
        if self.resolver.names.dates.learn(self.intercom, values).await == Asked::Yes {
            self.calls += 1;
        }
    }

    /// Asks for all tags, unless that was done lately.
    pub(crate) async fn tags(&mut self) {
        if self.is_down || !self.resolver.tags.is_due() {
            return;
        }
        self.calls += 1;
        let answer = self.intercom.tags().await;
        match self.noted(Part::TagNames, answer) {
            Ok(tags) => self.resolver.names.learn_tags(&tags),
            Err(error) => tell(&error, "the list of tags could not be read"),
        }
    }

    async fn admin(&mut self, id: &str) -> Option<String> {
        let known = self.resolver.names.admin(id);
        if known.is_some() || self.is_down || !self.resolver.admins.is_due() {
            return known;
        }
        self.calls += 1;
        let answer = self.intercom.admins().await;
        match self.noted(Part::TeammateNames, answer) {
            Ok(admins) => {
                let named = admins.iter().filter_map(|admin| Some((admin, admin.name.as_ref()?)));
                named.for_each(|(admin, name)| self.resolver.names.learn_admin(&admin.id, name));
            }
            Err(error) => tell(&error, "the list of teammates could not be read"),
        }
        self.resolver.names.admin(id)
    }

    /// Names companies: from the list as far as it takes, and those that it lacks one by one.
    async fn companies(&mut self, mut unknown: Vec<CompanyId>) {
        unknown.retain(|id| !self.resolver.is_gone(id));
        while !unknown.is_empty() && self.page_of_companies().await {
            unknown.retain(|id| self.resolver.names.company(id).is_none());
        }
        for id in unknown {
            self.company(id).await;
        }
    }

    /// Reads the next page of the list; tells whether there was one.
    async fn page_of_companies(&mut self) -> bool {
        let Some(page) = self.resolver.companies.next().filter(|_| !self.is_down) else { return false };
        self.calls += 1;
        let answer = self.intercom.companies(page).await;
        match self.noted(Part::CompanyNames, answer) {
            Ok(companies) => {
                self.resolver.names.learn_companies(&companies.items);
                self.resolver.companies.was_read(page, companies.more);
                true
            }
            Err(error) => {
                tell(&error, "the list of companies could not be read");
                self.resolver.companies.was_refused();
                false
            }
        }
    }

    async fn company(&mut self, id: CompanyId) {
        if !self.spend() {
            return;
        }
        let answer = self.intercom.company(&id).await;
        match self.noted(Part::CompanyNames, answer) {
            Ok(company) if company.as_ref().is_some_and(|company| company.name.is_some()) => {
                self.resolver.names.learn_companies(company.as_slice());
            }
            Ok(_) => self.resolver.is_nowhere(id),
            Err(error) => tell(&error, "a company could not be looked up"),
        }
    }

    /// Keeps what an answer tells of the token's permissions; any other failure tells nothing of them.
    fn noted<T>(&mut self, names: Part, answer: Result<T, IntercomError>) -> Result<T, IntercomError> {
        match &answer {
            Ok(_) => drop(self.outcomes.insert(names, Ok(()))),
            Err(error @ IntercomError::Forbidden { .. }) => {
                self.outcomes.insert(names, Err(error.clone()));
            }
            Err(
                IntercomError::Unavailable(_)
                | IntercomError::RateLimited { .. }
                | IntercomError::Refused { .. },
            ) => self.is_down = true,
            Err(_) => {}
        }
        answer
    }

    fn spend(&mut self) -> bool {
        let may = self.left > 0 && !self.is_down;
        self.left = self.left.saturating_sub(1);
        self.calls += u32::from(may);
        may
    }
}

fn tell(error: &IntercomError, what: &'static str) {
    tracing::debug!(error = error as &dyn std::error::Error, "{what}");
}
