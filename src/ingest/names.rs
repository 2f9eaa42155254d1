//! Names of tags, companies and teammates for the events of one poll, so that delivery never asks Intercom.
//!
//! What the workspace's caches know costs nothing. Beyond that a poll makes at most [`LOOK_UPS`] single look-ups, and
//! the whole lists of tags and of teammates are asked for only when an unknown id turns up, and not again for
//! [`LIST_AGE`]. What is still unknown stays without a name; a look-up that fails fails nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deskbell_domain::contact::{Contact, Named};
use deskbell_domain::conversation::Conversation;
use deskbell_domain::difference::{Change, Field};
use deskbell_domain::ids::{CompanyId, ConversationId, TagId};
use deskbell_domain::names::Names;
use deskbell_domain::port::intercom::{Intercom, IntercomError};
use deskbell_domain::trouble::Part;
use tokio::time::Instant;

/// How many single look-ups a poll makes at most.
const LOOK_UPS: u32 = 5;
/// How many conversations of which the search does not tell whether a customer wrote are looked up in a poll.
const OPENINGS: u32 = 20;
/// How long a list counts as fresh: an id that it lacks may belong to a tag that is gone.
const LIST_AGE: Duration = Duration::from_secs(15);

/// The names of a workspace, and when its lists were last asked for.
pub(crate) struct NameResolver {
    names: Arc<Names>,
    tags_asked: Mutex<Option<Instant>>,
    admins_asked: Mutex<Option<Instant>>,
}

impl NameResolver {
    /// Over the workspace's caches.
    pub(crate) fn new(names: Arc<Names>) -> Self {
        Self { names, tags_asked: Mutex::default(), admins_asked: Mutex::default() }
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
}

/// The look-ups of one poll.
pub(crate) struct LookUps<'a> {
    resolver: &'a NameResolver,
    intercom: &'a dyn Intercom,
    left: u32,
    openings_left: u32,
    asked: BTreeSet<CompanyId>,
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
            asked: BTreeSet::new(),
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
        if unknown.tags.is_empty() && unknown.companies.is_empty() {
            return;
        }
        if !unknown.tags.is_empty() {
            self.tags().await;
        }
        for company in unknown.companies {
            self.company(company).await;
        }
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

    /// Asks for all tags, unless that was done lately.
    pub(crate) async fn tags(&mut self) {
        if !is_due(&self.resolver.tags_asked) {
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
        if known.is_some() || !is_due(&self.resolver.admins_asked) {
            return known;
        }
        self.calls += 1;
        let answer = self.intercom.admins().await;
        match self.noted(Part::TeammateNames, answer) {
            Ok(admins) => admins.iter().for_each(|admin| {
                if let Some(name) = &admin.name {
                    self.resolver.names.learn_admin(&admin.id, name);
                }
            }),
            Err(error) => tell(&error, "the list of teammates could not be read"),
        }
        self.resolver.names.admin(id)
    }

    async fn company(&mut self, id: CompanyId) {
        if self.asked.contains(&id) || !self.spend() {
            return;
        }
        let answer = self.intercom.company(&id).await;
        match self.noted(Part::CompanyNames, answer) {
            Ok(company) => self.resolver.names.learn_companies(company.as_slice()),
            Err(error) => tell(&error, "a company could not be looked up"),
        }
        self.asked.insert(id);
    }

    /// Keeps what an answer tells of the token's permissions; any other failure tells nothing of them.
    fn noted<T>(&mut self, names: Part, answer: Result<T, IntercomError>) -> Result<T, IntercomError> {
        match &answer {
            Ok(_) => drop(self.outcomes.insert(names, Ok(()))),
            Err(error @ IntercomError::Forbidden { .. }) => {
                self.outcomes.insert(names, Err(error.clone()));
            }
            // Each further one would wait as long in vain.
            Err(IntercomError::Unavailable(_)) => self.left = 0,
            Err(_) => {}
        }
        answer
    }

    fn spend(&mut self) -> bool {
        let may = self.left > 0;
        self.left = self.left.saturating_sub(1);
        self.calls += u32::from(may);
        may
    }
}

fn is_due(asked: &Mutex<Option<Instant>>) -> bool {
    let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
    let due = asked.is_none_or(|last| last.elapsed() >= LIST_AGE);
    if due {
        *asked = Some(Instant::now());
    }
    due
}

fn tell(error: &IntercomError, what: &'static str) {
    tracing::debug!(error = error as &dyn std::error::Error, "{what}");
}
