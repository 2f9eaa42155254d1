//! What one poll asks Intercom for: lists first, then what they lack, within a bound.

use std::collections::BTreeMap;

use deskbell_domain::contact::{Company, Contact, Named, PartialList, Tag};
use deskbell_domain::conversation::{Conversation, Now, Thread};
use deskbell_domain::event::Record;
use deskbell_domain::ids::ConversationId;
use deskbell_domain::nameable::Nameable;
use deskbell_domain::port::intercom::{Admin, Intercom, IntercomError, Team};
use deskbell_domain::port::store::Naming;
use deskbell_domain::service::dates::Asked;
use deskbell_domain::trouble::Part;

use super::NameResolver;

/// How many single look-ups a poll makes at most.
const LOOK_UPS: u32 = 25;
/// How many of them it makes for what came late: those hold up its stream, and another poll comes.
const LATE_LOOK_UPS: u32 = 5;
/// How many conversations of which the search does not tell whether a customer wrote are looked up in a poll.
const OPENINGS: u32 = 20;

/// A list of names that comes in one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    Tags,
    Admins,
    Teams,
}

impl List {
    fn has(self, of: &Nameable) -> bool {
        match of {
            Nameable::Company(_) => false,
            Nameable::Tag(_) => self == Self::Tags,
            Nameable::Admin(_) => self == Self::Admins,
            Nameable::Team(_) => self == Self::Teams,
        }
    }
}

/// For what is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LookedUpFor {
    /// Records that are about to be announced.
    Events,
    /// Records that wait in the inbox until they come.
    Hints,
    /// What was announced before its names were known.
    LateNames,
    /// The walk over all users, which asks for lists only.
    AllUsers,
}

impl LookedUpFor {
    fn single_look_ups(self) -> u32 {
        match self {
            Self::Events | Self::Hints => LOOK_UPS,
            Self::LateNames => LATE_LOOK_UPS,
            Self::AllUsers => 0,
        }
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
    /// None was made yet.
    pub(crate) fn of(what: LookedUpFor, resolver: &'a NameResolver, intercom: &'a dyn Intercom) -> Self {
        Self {
            resolver,
            intercom,
            left: what.single_look_ups(),
            openings_left: OPENINGS,
            is_down: false,
            calls: 0,
            outcomes: BTreeMap::new(),
        }
    }

    /// Whether a single look-up may be made yet.
    pub(crate) fn may_ask(&self) -> bool {
        self.left > 0 && !self.is_down
    }

    /// Names the tags and companies of a contact.
    pub(crate) async fn contact(&mut self, contact: &mut Contact) {
        let unknown = self.resolver.fill_contact(contact);
        self.find(unknown).await;
        self.resolver.fill_contact(contact);
    }

    /// Names whoever has a conversation, or has closed it.
    pub(crate) async fn standing(&mut self, now: &mut Now) {
        let unknown = self.resolver.fill_standing(now);
        self.find(unknown).await;
        self.resolver.fill_standing(now);
    }

    /// Names what a record lacks, and tells whether more may be learnt later.
    pub(crate) async fn record(&mut self, record: &mut Record) -> Naming {
        let unknown = self.resolver.fill(record);
        self.find(unknown).await;
        let unknown = self.resolver.fill(record);
        let speaker = match record {
            Record::Conversation { conversation, .. } => self.speakers_companies(conversation).await,
            _ => Naming::Done,
        };
        match speaker {
            Naming::Open => Naming::Open,
            Naming::Done => self.resolver.naming(&unknown),
        }
    }

    /// Names what a record lacks as far as that is known, without asking.
    pub(crate) fn known(&self, record: &mut Record) -> Naming {
        let unknown = self.resolver.fill(record);
        match record {
            Record::Conversation { conversation, .. } if lacks_companies(conversation) => Naming::Open,
            _ => self.resolver.naming(&unknown),
        }
    }

    /// Looks for names: in the lists first, and one by one what they lack.
    async fn find(&mut self, mut unknown: Vec<Nameable>) {
        unknown.retain(|of| !self.resolver.nameless().contains(of));
        for list in [List::Tags, List::Admins, List::Teams] {
            if unknown.iter().any(|of| list.has(of)) {
                self.list(list).await;
            }
        }
        while self.lacks_a_company(&unknown) && self.page_of_companies().await {}
        unknown.retain(|of| self.resolver.names.name(of).is_none());
        for of in unknown {
            self.single(of).await;
        }
    }

    fn lacks_a_company(&self, unknown: &[Nameable]) -> bool {
        let is_company = |of: &&Nameable| matches!(of, Nameable::Company(_));
        unknown.iter().filter(is_company).any(|of| self.resolver.names.name(of).is_none())
    }

    /// Names the companies of whoever speaks in a conversation.
    async fn speakers_companies(&mut self, conversation: &mut Conversation) -> Naming {
        let Some(contact) = conversation.contact.as_ref().filter(|_| lacks_companies(conversation)) else {
            return Naming::Done;
        };
        if !self.spend(Part::CompanyNames) {
            return Naming::Open;
        }
        let answer = self.intercom.companies_of(contact).await;
        match self.noted(Part::CompanyNames, answer) {
            Ok(companies) => {
                self.resolver.names.learn_companies(&companies);
                let names = companies.into_iter().filter_map(|company| company.name);
                conversation.company_names = names.collect();
                Naming::Done
            }
            // Whoever wrote is no contact any more.
            Err(IntercomError::Missing) => Naming::Done,
            Err(error) => {
                tell(&error, "the companies of a contact could not be looked up");
                Naming::Open
            }
        }
    }

    /// Reads all companies of a contact whose record holds only some of them.
    pub(crate) async fn all_companies(&mut self, contact: &mut Contact) {
        if !self.spend(Part::CompanyNames) {
            return;
        }
        let answer = self.intercom.companies_of(&contact.id).await;
        match self.noted(Part::CompanyNames, answer) {
            Ok(companies) => {
                self.resolver.names.learn_companies(&companies);
                let named = |company: Company| Named { id: company.id, name: company.name };
                contact.companies = PartialList::whole(companies.into_iter().map(named));
            }
            Err(error) => tell(&error, "the companies of a contact could not be looked up"),
        }
    }

    /// Reads all tags of a contact whose record holds only some of them.
    pub(crate) async fn all_tags(&mut self, contact: &mut Contact) {
        if !self.spend(Part::TagNames) {
            return;
        }
        let answer = self.intercom.tags_of(&contact.id).await;
        match self.noted(Part::TagNames, answer) {
            Ok(tags) => {
                self.resolver.names.learn_tags(&tags);
                let named = |tag: Tag| Named { id: tag.id, name: Some(tag.name) };
                contact.tags = PartialList::whole(tags.into_iter().map(named));
            }
            Err(error) => tell(&error, "the tags of a contact could not be looked up"),
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
    ) -> Result<Option<Thread>, IntercomError> {
        self.calls += 1;
        self.intercom.conversation(id).await
    }

    /// Asks which attributes are dates, where these values, by the attribute's name, leave it open.
    pub(crate) async fn dates<'v>(&mut self, values: impl Iterator<Item = (&'v str, &'v str)>) {
        if self.resolver.names.dates.learn(self.intercom, values).await == Asked::Yes {
            self.calls += 1;
        }
    }

    /// Asks for a list that comes in one call, unless that was done lately.
    pub(crate) async fn list(&mut self, list: List) {
        let asked = match list {
            List::Tags => &self.resolver.tags,
            List::Admins => &self.resolver.admins,
            List::Teams => &self.resolver.teams,
        };
        if self.is_down || !asked.is_due() {
            return;
        }
        self.calls += 1;
        let (part, answer) = match list {
            List::Tags => (Part::TagNames, self.intercom.tags().await.map(of_tags)),
            List::Admins => (Part::TeammateNames, self.intercom.admins().await.map(of_admins)),
            List::Teams => (Part::TeammateNames, self.intercom.teams().await.map(of_teams)),
        };
        match self.noted(part, answer) {
            Ok(names) => self.resolver.names.learn(names),
            Err(error) => tell(&error, "a list of names could not be read"),
        }
    }

    /// Reads the next page of the list of companies; tells whether there was one.
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
                self.resolver.companies.was_not_read();
                false
            }
        }
    }

    async fn single(&mut self, of: Nameable) {
        let part = match &of {
            Nameable::Company(_) => Part::CompanyNames,
            Nameable::Tag(_) => Part::TagNames,
            Nameable::Admin(_) | Nameable::Team(_) => Part::TeammateNames,
        };
        if !self.spend(part) {
            return;
        }
        let answer = self.intercom.name(&of).await;
        match self.noted(part, answer) {
            Ok(Some(name)) => self.resolver.names.learn([(of, name)]),
            Ok(None) => self.resolver.is_nameless(of),
            Err(error) => tell(&error, "a name could not be looked up"),
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

    /// What was forbidden in this poll is not asked for again in it.
    fn spend(&mut self, part: Part) -> bool {
        let may = self.may_ask() && !matches!(self.outcomes.get(&part), Some(Err(_)));
        if !may {
            return false;
        }
        self.left = self.left.saturating_sub(1);
        self.calls += 1;
        true
    }
}

/// Whether it is not known in which companies whoever speaks in a conversation is.
fn lacks_companies(conversation: &Conversation) -> bool {
    conversation.contact.is_some() && conversation.company_names.is_empty()
}

fn of_tags(tags: Vec<Tag>) -> Vec<(Nameable, String)> {
    tags.into_iter().map(|tag| (Nameable::Tag(tag.id), tag.name)).collect()
}

fn of_admins(admins: Vec<Admin>) -> Vec<(Nameable, String)> {
    admins.into_iter().filter_map(|admin| Some((Nameable::Admin(admin.id), admin.name?))).collect()
}

fn of_teams(teams: Vec<Team>) -> Vec<(Nameable, String)> {
    teams.into_iter().filter_map(|team| Some((Nameable::Team(team.id), team.name?))).collect()
}

fn tell(error: &IntercomError, what: &'static str) {
    tracing::debug!(error = error as &dyn std::error::Error, "{what}");
}
