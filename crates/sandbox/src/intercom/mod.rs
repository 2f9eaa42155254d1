//! The stand-in for Intercom: a workspace with a memory, behind a REST API.
//!
//! [`Intercom`] is a handle to one workspace, and leads to one for each subject. Tests and the demo act in it: a page is
//! visited ([`Intercom::contacts`]), a lead writes ([`Intercom::conversations`]), a tag is put on ([`Intercom::tags`]). They
//! decide what its API allows and answers ([`Intercom::access`], [`Intercom::api`]). [`Intercom::serve`] lets a client ask
//! for it over HTTP, shaped as Intercom's own description of the API says. Both ways of matching dates are served: by
//! calendar day in the workspace's time zone up to version 2.16, by second from 2.17 on. What is not documented is chosen
//! once and said where it is done. Clones share one workspace.

mod acts;
mod answer;
mod chance;
mod companies;
mod contact;
mod contacts;
mod controls;
mod conversation;
mod conversation_tags;
mod conversations;
mod deed;
mod gate;
mod handle;
mod ids;
mod indexed;
mod neighbours;
mod new_conversation;
mod notes;
mod oauth;
mod oauth_app;
mod office_hours;
mod page;
mod part;
mod refusal;
mod replies;
mod request;
mod routes;
mod schedules;
mod search;
mod server;
mod settings;
mod state;
mod statistics;
mod tags;
mod telling;
mod ticket;
mod tickets;
mod version;
mod webhooks;
mod wire;
mod workspace;

pub use self::{
    acts::{
        BotHandle, CompaniesHandle, ContactsHandle, ConversationsHandle, CustomerHandle, TagsHandle,
        TeammateHandle, TicketsHandle, UnknownRecord,
    },
    contact::{AppliedTag, Contact, Location, NewContact, Note, PastFields, Role},
    controls::{AccessHandle, ApiHandle, WorkspaceHandle},
    conversation::{AiAgent, Conversation, DeliveredAs, Kind, Rating, Resolution},
    handle::Intercom,
    ids::{AdminId, CompanyId, ContactId, ConversationId, PartId, TagId, TeamId, TicketId, TicketTypeId},
    new_conversation::NewConversation,
    oauth::OAuthHandle,
    office_hours::{Minutes, OfficeHours, OfficeHoursException},
    part::{Act, Assignee, Attachment, Author, ConversationState, NewPart, Part},
    settings::{
        Access, AlreadySo, AttachEffect, AvatarShape, Blanks, CompanyLookUp, IdShape, LegacyApi, ListShape,
        Malformed, MeShape, Oddities, OwnerShape, Paths, Permission, RateLimit, RatingEffect, RetryAfter,
        StatisticsShape, TimeShape, Undeclared,
    },
    state::{Admin, Company, NewCompany},
    ticket::{NewTicket, Ticket, TicketCategory, TicketState, TicketType},
    version::ApiVersion,
    webhooks::{Mischief, WebhookAddress, WebhooksHandle},
};

#[cfg(test)]
mod tests;
