//! What a workspace remembers, and the few rules that hold for every change of it.

use std::collections::{BTreeMap, BTreeSet};

use super::oauth_app::OAuthApp;
use super::{
    chance::Chance,
    contact::Contact,
    conversation::Conversation,
    ids::{AdminId, CompanyId, ContactId, ConversationId, TagId, TeamId, TicketId, TicketTypeId},
    indexed::Indexed,
    office_hours::OfficeHours,
    part::{BOT, BOT_EMAIL},
    settings::Settings,
    ticket::{Ticket, TicketType},
};

/// A teammate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admin {
    pub id: AdminId,
    /// The full name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Whether they may answer customers.
    pub has_inbox_seat: bool,
}

/// A company. All times are unix seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    pub id: CompanyId,
    /// The id that the workspace's owner gave.
    pub company_id: String,
    pub name: Option<String>,
    /// The name of the plan.
    pub plan: Option<String>,
    /// The number of employees.
    pub size: Option<u64>,
    pub website: Option<String>,
    pub industry: Option<String>,
    /// What it pays each month.
    pub monthly_spend: u64,
    /// When the record was made.
    pub created_at: i64,
    /// When the record last changed.
    pub updated_at: i64,
    /// When one of its contacts was last seen.
    pub last_request_at: Option<i64>,
}

/// A company to be made.
#[derive(Clone, Debug)]
#[must_use = "a company does not exist before it is given to `CompaniesHandle::create`"]
pub struct NewCompany(pub(super) Company);

impl NewCompany {
    /// A company with a name, and an external id made from it.
    pub fn named(name: &str) -> Self {
        Self(Company {
            id: CompanyId::from(""),
            company_id: name.to_lowercase().replace(' ', "-"),
            name: Some(name.to_owned()),
            plan: None,
            size: None,
            website: None,
            industry: None,
            monthly_spend: 0,
            created_at: 0,
            updated_at: 0,
            last_request_at: None,
        })
    }

    /// Sets any other field. The id and the times of creation and change are set when the company is made.
    pub fn with(mut self, change: impl FnOnce(&mut Company)) -> Self {
        change(&mut self.0);
        self
    }
}

/// Whether a contact can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Live,
    Archived,
}

/// A contact, and whether it can be found.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) contact: Indexed<Contact>,
    pub(super) presence: Presence,
}

/// The calls counted in the present window of ten seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Window {
    pub(super) number: i64,
    pub(super) calls: u32,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) settings: Settings,
    pub(super) oauth: OAuthApp,
    pub(super) contacts: BTreeMap<ContactId, Record>,
    pub(super) merged: BTreeMap<ContactId, ContactId>,
    pub(super) companies: BTreeMap<CompanyId, Company>,
    pub(super) tags: BTreeMap<TagId, String>,
    pub(super) conversations: BTreeMap<ConversationId, Indexed<Conversation>>,
    /// What was deleted, and when.
    pub(super) deleted_conversations: Vec<(ConversationId, i64)>,
    pub(super) admins: Vec<Admin>,
    pub(super) teams: BTreeMap<TeamId, String>,
    /// Who is in which team.
    pub(super) members: BTreeSet<(TeamId, AdminId)>,
    pub(super) ticket_types: BTreeMap<TicketTypeId, TicketType>,
    pub(super) tickets: BTreeMap<TicketId, Ticket>,
    pub(super) office_hours: Vec<OfficeHours>,
    pub(super) founded_at: i64,
    pub(super) window: Window,
    pub(super) chance: Chance,
}

impl State {
    pub(super) fn new(seed: u64, founded_at: i64) -> Self {
        let mut state = Self {
            settings: Settings::default(),
            oauth: OAuthApp::default(),
            contacts: BTreeMap::new(),
            merged: BTreeMap::new(),
            companies: BTreeMap::new(),
            tags: BTreeMap::new(),
            conversations: BTreeMap::new(),
            deleted_conversations: Vec::new(),
            admins: Vec::new(),
            teams: BTreeMap::new(),
            members: BTreeSet::new(),
            ticket_types: BTreeMap::new(),
            tickets: BTreeMap::new(),
            office_hours: Vec::new(),
            founded_at,
            window: Window::default(),
            chance: Chance::seeded(seed),
        };
        state.add_admin("Ada Sandbox", "ada@sandbox.example");
        state
    }

    pub(super) fn add_admin(&mut self, name: &str, email: &str) -> AdminId {
        let id = AdminId(991_267_400 + self.chance.next_serial());
        self.admins.push(Admin { id, name: name.to_owned(), email: email.to_owned(), has_inbox_seat: true });
        id
    }

    pub(super) fn add_operator(&mut self) -> AdminId {
        let (name, email) = ("Operator".to_owned(), BOT_EMAIL.to_owned());
        self.admins.push(Admin { id: BOT, name, email, has_inbox_seat: false });
        BOT
    }

    pub(super) fn add_team(&mut self, name: &str) -> TeamId {
        let id = TeamId(5_017_000 + self.chance.next_serial());
        self.teams.insert(id, name.to_owned());
        id
    }

    /// Adds a contact with a new id; searches see it after the lag.
    pub(super) fn add_contact(&mut self, mut contact: Contact, now_ms: i64, lag_ms: i64) -> ContactId {
        contact.id = ContactId::from(self.chance.object_id(contact.created_at));
        let id = contact.id.clone();
        let contact = Indexed::visible_from(contact, now_ms + lag_ms);
        self.contacts.insert(id.clone(), Record { contact, presence: Presence::Live });
        id
    }

    /// Changes a contact that can be found; searches see the change after the workspace's lag.
    pub(super) fn change_contact<T>(
        &mut self,
        id: &ContactId,
        now_ms: i64,
        change: impl FnOnce(&mut Contact) -> T,
    ) -> Option<T> {
        let lag_ms = self.index_lag_ms();
        let record = self.contacts.get_mut(id).filter(|record| record.presence == Presence::Live)?;
        Some(record.contact.change(now_ms, lag_ms, change))
    }

    /// Lets searches see the present state of a contact only from a moment on, and nothing of it before.
    pub(super) fn hide_until(&mut self, id: &ContactId, visible_ms: i64) -> Option<()> {
        self.contacts.get_mut(id)?.contact.hide_until(visible_ms);
        Some(())
    }

    pub(super) fn live(&self, id: &ContactId) -> Option<&Contact> {
        self.contacts
            .get(id)
            .filter(|record| record.presence == Presence::Live)
            .map(|record| &record.contact.current)
    }

    pub(super) fn searchable(&self, now_ms: i64) -> impl Iterator<Item = &Contact> {
        let live = self.contacts.values().filter(|record| record.presence == Presence::Live);
        live.filter_map(move |record| record.contact.seen(now_ms))
    }

    /// Adds a conversation that has its id; searches see it after the lag of conversations.
    pub(super) fn add_conversation(&mut self, conversation: Conversation, now_ms: i64) {
        let visible_ms = now_ms + self.settings.conversation_index_lag_ms;
        self.conversations.insert(conversation.id.clone(), Indexed::visible_from(conversation, visible_ms));
    }

    /// Changes a conversation; searches see the change after the lag of conversations.
    pub(super) fn change_conversation<T>(
        &mut self,
        id: &ConversationId,
        now_ms: i64,
        change: impl FnOnce(&mut Conversation) -> T,
    ) -> Option<T> {
        let lag_ms = self.settings.conversation_index_lag_ms;
        Some(self.conversations.get_mut(id)?.change(now_ms, lag_ms, change))
    }

    /// A conversation as it is now.
    pub(super) fn conversation(&self, id: &ConversationId) -> Option<&Conversation> {
        self.conversations.get(id).map(|record| &record.current)
    }

    /// Where a merged contact went, along the whole chain.
    pub(super) fn canonical(&self, id: &ContactId) -> Option<&ContactId> {
        let mut into = self.merged.get(id)?;
        while let Some(further) = self.merged.get(into) {
            into = further;
        }
        Some(into)
    }

    /// How many contacts each company has.
    pub(super) fn company_sizes(&self) -> BTreeMap<&CompanyId, u64> {
        let mut sizes = BTreeMap::new();
        for record in self.contacts.values().filter(|record| record.presence == Presence::Live) {
            for company in &record.contact.current.companies {
                *sizes.entry(company).or_default() += 1;
            }
        }
        sizes
    }

    pub(super) fn index_lag_ms(&self) -> i64 {
        i64::try_from(self.settings.index_lag.as_millis()).unwrap_or(i64::MAX / 2)
    }
}
