//! The port to Intercom, for one life of the process: calls take time, fail as the weather has it, and tell the hour.

mod lists;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deskbell_domain::contact::{Contact, Legacy, Role, Tag};
use deskbell_domain::conversation::{Conversation, Part, Thread};
use deskbell_domain::ids::{AdminId, ContactId, ConversationId, TagId};
use deskbell_domain::outgoing::WordsFor;
use deskbell_domain::port::intercom::{
    ContactFields, ContactSearch, ContactSort, Contacts, ConversationSearch, Conversations, Created, Found,
    Intercom as Port, IntercomError, IntercomHandles, Lack, Likeness, Move, Moved, Note, OnBehalfOf, Order,
    Page, PageRequest, Tagging, TokenPermission, Unanswered, Usage, WaitingSearch,
};
use deskbell_domain::status::Acceptance;
use deskbell_domain::time::ServerTime;
use deskbell_intercom::{Caller, Denied, Permit, Throttle, Urgency};
use tokio::time::{Instant, sleep};

use super::search::Impossible;
use super::{Between, Lag, Names, Route, Truth, Weather};
use crate::power::Operation;
use crate::time::SECOND;
use crate::world::World;

/// How long the client waits for an answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// How many in a thousand pages of the walk over all users are slow.
const SLOW_PAGES: u32 = 500;
/// How long such a page is on its way at most.
const LONGEST_WAY: i64 = 40 * SECOND;

/// Intercom, as a process sees it.
#[derive(Clone)]
pub(crate) struct IntercomPort {
    pub(crate) world: Arc<World>,
    pub(crate) server_time: Arc<ServerTime>,
    /// The product's own.
    pub(crate) throttle: Arc<Throttle>,
    pub(crate) caller: Caller,
    /// Who hears of every call that succeeds.
    pub(crate) accepted: Arc<Acceptance>,
}

impl IntercomHandles for IntercomPort {
    fn handle(&self, whom: OnBehalfOf) -> Arc<dyn Port> {
        Arc::new(self.of(whom))
    }
}

impl IntercomPort {
    async fn call<T>(
        &self,
        operation: Operation,
        read: impl FnOnce(&Truth) -> T,
    ) -> Result<T, IntercomError> {
        self.world.power.around(operation, self.answer(operation, None, read)).await
    }

    /// What something is called.
    async fn look_up_names<T>(&self, read: impl FnOnce() -> T) -> Result<T, IntercomError> {
        let answer = async {
            let names = self.answer(Operation::Lists, None, |truth| truth.names).await?;
            let failing = IntercomError::Unavailable(Unanswered::Failing);
            if names == Names::Missing { Err(failing) } else { Ok(read()) }
        };
        self.world.power.around(Operation::Lists, answer).await
    }

    async fn search<T>(
        &self,
        operation: Operation,
        route: Route,
        read: impl FnOnce(&Truth) -> Result<T, Impossible>,
    ) -> Result<T, IntercomError> {
        let answer = async {
            let page = self.answer(operation, Some(route), read).await?;
            page.map_err(|Impossible| IntercomError::Unavailable(Unanswered::Failing))
        };
        self.world.power.around(operation, answer).await
    }

    pub(super) async fn answer<T>(
        &self,
        operation: Operation,
        route: Option<Route>,
        read: impl FnOnce(&Truth) -> T,
    ) -> Result<T, IntercomError> {
        let (intercom, time) = (&self.world.intercom, &self.world.time);
        let _permit = self.take_turn().await?;
        let sent = self.server_time.steady();
        sleep(Duration::from_millis(intercom.chance.between(20, 900).unsigned_abs())).await;
        self.world.call_came();
        let weather = match (intercom.weather(), route) {
            (Weather::Fair, Some(route)) => intercom.weather_of(route),
            (weather, _) => weather,
        };
        let outcome = self.outcome_in(weather, route).await;
        if !matches!(outcome, Err(IntercomError::Unavailable(_))) {
            self.server_time.observe(time.true_second(), sent, self.server_time.steady());
            time.tell();
        }
        self.world.note(format_args!("{}: {outcome:?}", operation.name()));
        match &outcome {
            Ok(()) => self.accepted.tell(),
            Err(IntercomError::Refused { .. }) if self.caller.is_waiting_person() => {
                self.accepted.tell_refusal();
            }
            Err(_) => {}
        }
        outcome.map(|()| read(&intercom.truth()))
    }

    /// How a call ends in a weather.
    async fn outcome_in(&self, weather: Weather, route: Option<Route>) -> Result<(), IntercomError> {
        let chance = &self.world.intercom.chance;
        match weather {
            Weather::Fair if chance.per_mille(4) => Err(IntercomError::Unavailable(Unanswered::Failing)),
            Weather::Failing(often) if chance.per_mille(often) => {
                Err(IntercomError::Unavailable(Unanswered::Failing))
            }
            Weather::Fair | Weather::Failing(_) => Ok(()),
            Weather::Limited(seconds) => {
                Err(IntercomError::RateLimited { after: Duration::from_secs(seconds) })
            }
            Weather::Hanging => {
                sleep(PATIENCE).await;
                Err(IntercomError::Unavailable(Unanswered::Silent))
            }
            Weather::Refused => Err(IntercomError::Refused { code: None }),
            Weather::Forbidden => {
                let needed = match route {
                    Some(Route::Conversations) => TokenPermission::ReadConversations,
                    _ => TokenPermission::ReadContacts,
                };
                Err(IntercomError::Forbidden { lack: Lack::Permission(needed) })
            }
            Weather::Invalid => Err(IntercomError::Invalid {
                code: "parameter_invalid".to_owned(),
                message: "invalid".to_owned(),
            }),
        }
    }

    /// The same, for calls of somebody else.
    pub(crate) fn of(&self, caller: impl Into<Caller>) -> Self {
        Self { caller: caller.into(), ..self.clone() }
    }

    async fn take_turn(&self) -> Result<Permit, IntercomError> {
        let begun = Instant::now();
        let permit = self.throttle.acquire(self.caller).await;
        if self.caller == Urgency::Poll.into() {
            self.world.poll_waited(begun.elapsed());
        }
        permit.map_err(|denied| match denied {
            Denied::Busy { after } => IntercomError::RateLimited { after },
            Denied::PersonsLimit { after } => IntercomError::TooMany { after },
        })
    }

    /// What a picker asks for while a member types.
    pub(crate) async fn look_up(&self) -> Result<(), IntercomError> {
        self.call(Operation::Picker, |_| ()).await
    }

    /// Between two pages the world moves.
    fn between_pages(&self, page: &Page<Contact>) {
        if page.next.is_none() {
            return;
        }
        let Some(what) = self.world.intercom.truth().between_pages.take() else { return };
        let intercom = &self.world.intercom;
        match what {
            Between::Create => {
                intercom.make(Role::User, Lag::None);
            }
            Between::Delete => {
                let _done = page.items.last().is_some_and(|contact| intercom.delete(&contact.id));
            }
            Between::Touch => {
                let users = intercom.truth().of_role(Role::User);
                let other = users.iter().find(|id| !page.items.iter().any(|contact| contact.id == **id));
                let _done = other.is_some_and(|id| intercom.change(id, Lag::None));
            }
        }
        self.world.tell(format_args!("between two pages of a walk: {what:?}"));
    }
}

impl IntercomPort {
    /// While a page of the walk over all users is on its way, a user of it moves, and a poll may see that first.
    async fn on_its_way(&self, search: &ContactSearch, page: &Page<Contact>) {
        let intercom = &self.world.intercom;
        if search.sort != ContactSort::CreatedAscending || !intercom.chance.per_mille(SLOW_PAGES) {
            return;
        }
        let Some(user) = intercom.chance.one_of(&page.items) else { return };
        if intercom.change(&user.id, Lag::None) {
            self.world.tell(format_args!("a page of the walk over all users is overtaken by a change"));
        }
        let length = intercom.chance.between(SECOND, LONGEST_WAY);
        sleep(Duration::from_millis(length.unsigned_abs())).await;
    }
}

#[async_trait]
impl Contacts for IntercomPort {
    async fn search_contacts(
        &self,
        search: &ContactSearch,
        request: &PageRequest,
    ) -> Result<Page<Contact>, IntercomError> {
        let time = &self.world.time;
        if search.sort != ContactSort::CreatedAscending {
            self.world.intercom.truth().poll_began(request, time.true_now());
        }
        let route = match search.sort {
            ContactSort::UpdatedDescending | ContactSort::UpdatedAscending => Route::Updates,
            ContactSort::CreatedDescending | ContactSort::CreatedAscending => Route::Contacts,
        };
        let read = |truth: &Truth| truth.contacts(search, request, time.true_now());
        let page = self.search(Operation::SearchContacts, route, read);
        let page = page.await?;
        self.between_pages(&page);
        self.on_its_way(search, &page).await;
        Ok(page)
    }

    /// Intercom knows the newest state at once; only the search shows it later.
    async fn contact(&self, id: &ContactId) -> Result<Found, IntercomError> {
        let read = |truth: &Truth| truth.one(id);
        let found = self.search(Operation::ShowContact, Route::Contacts, read).await?;
        Ok(found.map_or(Found::Missing, |contact| Found::Contact(Box::new(contact))))
    }

    // What follows belongs to commands, which nobody types here.

    async fn contact_by_external_id(&self, _: &str) -> Result<Option<Contact>, IntercomError> {
        Err(IntercomError::Missing)
    }

    async fn create_contact(&self, _: Role, _: &ContactFields) -> Result<Created, IntercomError> {
        Err(IntercomError::Missing)
    }

    async fn update_contact(&self, _: &ContactId, _: &ContactFields) -> Result<Contact, IntercomError> {
        Err(IntercomError::Missing)
    }

    async fn set_attribute(&self, _: &ContactId, _: &str, _: &str) -> Result<Contact, IntercomError> {
        Err(IntercomError::Missing)
    }

    async fn set_owner(&self, _: &ContactId, _: &AdminId) -> Result<Contact, IntercomError> {
        Err(IntercomError::Missing)
    }

    async fn convert_lead(&self, _: &ContactId, _: &ContactFields) -> Result<Contact, IntercomError> {
        Err(IntercomError::Missing)
    }

    async fn merge_lead(&self, _: &ContactId, _: &ContactId, _: Likeness) -> Result<Contact, IntercomError> {
        Err(IntercomError::Missing)
    }

    async fn unarchive_contact(&self, _: &ContactId) -> Result<(), IntercomError> {
        Err(IntercomError::Missing)
    }

    async fn tags_of(&self, _: &ContactId) -> Result<Vec<Tag>, IntercomError> {
        Err(IntercomError::Missing)
    }

    async fn tag_contact(&self, _: &ContactId, _: &TagId, _: Tagging) -> Result<(), IntercomError> {
        Err(IntercomError::Missing)
    }

    async fn write_note(&self, _: &ContactId, _: &AdminId, _: &str) -> Result<(), IntercomError> {
        Err(IntercomError::Missing)
    }

    async fn notes_on(&self, _: &ContactId) -> Result<Vec<Note>, IntercomError> {
        Err(IntercomError::Missing)
    }

    async fn legacy(&self, _: &ContactId) -> Result<Option<Legacy>, IntercomError> {
        Err(IntercomError::Missing)
    }
}

#[async_trait]
impl Conversations for IntercomPort {
    async fn search_conversations(
        &self,
        search: &ConversationSearch,
        request: &PageRequest,
    ) -> Result<Page<Conversation>, IntercomError> {
        let time = &self.world.time;
        if search.order == Order::NewestFirst {
            self.world.intercom.truth().poll_began(request, time.true_now());
        }
        let read = |truth: &Truth| truth.conversations(search, request, time.true_now());
        self.search(Operation::SearchConversations, Route::Conversations, read).await
    }

    async fn search_waiting(
        &self,
        search: &WaitingSearch,
        request: &PageRequest,
    ) -> Result<Page<Conversation>, IntercomError> {
        let now = || self.world.time.true_now();
        let read = |truth: &Truth| truth.waiting(search, request, now());
        self.search(Operation::SearchConversations, Route::Conversations, read).await
    }

    async fn conversation(&self, id: &ConversationId) -> Result<Option<Thread>, IntercomError> {
        let now = || self.world.time.true_now();
        let read = |truth: &Truth| Ok(truth.talks.get(id).map(|talk| talk.thread(now())));
        let thread = self.search(Operation::ShowConversation, Route::Conversations, read).await;
        self.world.people.read(self.caller, id, thread.is_ok(), now());
        thread
    }

    async fn move_conversation(
        &self,
        id: &ConversationId,
        by: &AdminId,
        to: Move,
    ) -> Result<Moved, IntercomError> {
        self.world.power.around(Operation::MoveConversation, self.move_once(id, by, to)).await
    }

    async fn tag_conversation(
        &self,
        _: &ConversationId,
        _: &AdminId,
        _: &TagId,
        _: Tagging,
    ) -> Result<(), IntercomError> {
        Err(IntercomError::Missing)
    }

    async fn say(
        &self,
        id: &ConversationId,
        by: &AdminId,
        to: WordsFor,
        text: &str,
    ) -> Result<Vec<Part>, IntercomError> {
        self.world.power.around(Operation::Say, self.say_once((id, by), to, text)).await
    }
}

impl Port for IntercomPort {
    fn usage(&self) -> Usage {
        Usage { limit: 100, for_polls: 80, ..Usage::default() }
    }
}
