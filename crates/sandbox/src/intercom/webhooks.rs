//! Webhooks: a workspace tells by itself what happens in it, once somebody gave it an address.
//!
//! Off by default. What is told is signed like Intercom's, its item is the record at the time of sending, and one that is
//! not taken is sent once more a minute later. Without mischief they come one after the other; with it some are doubled,
//! late (and so out of order) or lost.

mod address;
mod send;

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::task::TaskTracker;

pub use self::address::WebhookAddress;

use self::send::Sent;
use super::{
    Author, Contact, ContactId, ConversationId, Intercom, PartId, TicketId,
    contact::Role,
    telling::{News, Of},
    wire,
};

/// How often webhooks go wrong, each in a hundred.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mischief {
    /// They come twice.
    pub doubled: u8,
    /// They come up to this much late.
    pub late: (u8, Duration),
    /// They never come.
    pub lost: u8,
}

/// The webhooks of the workspace.
#[derive(Clone, Copy, Debug)]
pub struct WebhooksHandle<'a> {
    intercom: &'a Intercom,
}

impl Intercom {
    /// The webhooks of the workspace.
    pub fn webhooks(&self) -> WebhooksHandle<'_> {
        WebhooksHandle { intercom: self }
    }
}

impl WebhooksHandle<'_> {
    /// Tells from now on what happens, until another address is given or [`stop`](Self::stop).
    pub fn send_to(self, address: WebhookAddress, mischief: Mischief) {
        let (telling, told) = unbounded_channel();
        self.intercom.telling.set(Some(telling));
        let sender = Sender { intercom: self.intercom.clone(), address: Arc::new(address), mischief };
        TaskTracker::new().spawn(sender.run(told));
    }

    /// Tells nothing any more.
    pub fn stop(self) {
        self.intercom.telling.set(None);
    }

    pub(super) fn created(self, id: &ContactId) {
        self.of_contact(id, "contact.lead.created", "contact.user.created");
    }

    /// A lead's first address is told a second time, as that.
    pub(super) fn updated(self, id: &ContactId, before: Option<&Contact>) {
        self.of_contact(id, "contact.lead.updated", "contact.user.updated");
        let had_none = before.is_some_and(|before| before.role == Role::Lead && before.email.is_none());
        let has_one = self.intercom.with(|state| state.live(id).is_some_and(|now| now.email.is_some()));
        if had_none && has_one {
            self.tell("contact.lead.added_email", Of::Contact(id.clone()));
        }
    }

    pub(super) fn signed_up(self, id: &ContactId) {
        self.tell("contact.lead.signed_up", Of::Contact(id.clone()));
    }

    fn of_contact(self, id: &ContactId, of_lead: &'static str, of_user: &'static str) {
        let role = self.intercom.with(|state| state.live(id).map(|contact| contact.role));
        match role {
            Some(Role::Lead) => self.tell(of_lead, Of::Contact(id.clone())),
            Some(Role::User) => self.tell(of_user, Of::Contact(id.clone())),
            None => {}
        }
    }

    pub(super) fn started(self, id: &ConversationId, by: &Author) {
        let topic = match by {
            Author::Contact(_) => "conversation.user.created",
            Author::Admin(_) | Author::Bot(_) | Author::Team(_) => "conversation.admin.single.created",
        };
        self.tell(topic, Of::Conversation(id.clone()));
    }

    /// What one part did, under each of its topics.
    pub(super) fn of_part(self, id: &ConversationId, part: PartId, topics: &[&'static str]) {
        for topic in topics {
            self.tell(topic, Of::Part(id.clone(), part));
        }
    }

    pub(super) fn conversation_deleted(self, id: &ConversationId) {
        self.tell("conversation.deleted", Of::Gone("conversation", id.to_string()));
    }

    pub(super) fn contact_deleted(self, id: &ContactId) {
        self.tell("contact.deleted", Of::Gone("contact", id.to_string()));
    }

    /// Tells of whom was merged into whom.
    pub(super) fn merged(self, from: &ContactId, into: &ContactId) {
        self.tell("contact.merged", Of::Merged { into: into.clone(), from: from.clone() });
    }

    pub(super) fn ticket_created(self, id: &TicketId) {
        self.tell("ticket.created", Of::Ticket(id.clone()));
    }

    fn tell(self, topic: &'static str, of: Of) {
        self.intercom.telling.tell(News { topic, of });
    }
}

/// Sends what happens.
struct Sender {
    intercom: Intercom,
    address: Arc<WebhookAddress>,
    mischief: Mischief,
}

impl Sender {
    async fn run(self, mut told: UnboundedReceiver<News>) {
        let again = TaskTracker::new();
        while let Some(news) = told.recv().await {
            let Some(body) = self.body(&news) else { continue };
            let (copies, delay) = self.fate();
            for _ in 0..copies {
                if !delay.is_zero() {
                    again.spawn(send_after(delay, self.address.clone(), body.clone()));
                } else if send::send(&self.address, &body).await == Sent::NotTaken {
                    again.spawn(send_after(self.address.again_after, self.address.clone(), body.clone()));
                }
            }
        }
    }

    /// How often it is sent, and how late.
    fn fate(&self) -> (u32, Duration) {
        let Mischief { doubled, late: (late, by), lost } = self.mischief;
        self.intercom.with(|state| {
            if state.chance.happens(lost) {
                return (0, Duration::ZERO);
            }
            let copies = if state.chance.happens(doubled) { 2 } else { 1 };
            let delay =
                if state.chance.happens(late) { by.mul_f64(state.chance.share()) } else { Duration::ZERO };
            (copies, delay)
        })
    }

    /// The notification with the record as it is now; none where it is gone.
    fn body(&self, news: &News) -> Option<String> {
        let now = self.intercom.now();
        self.intercom.with(|state| {
            let version = state.settings.default_version;
            let item = match &news.of {
                Of::Contact(id) => wire::contact(state, &state.live(id)?.clone(), version),
                Of::Conversation(id) => {
                    wire::told_conversation(state, state.conversation(id)?, None, version)
                }
                Of::Merged { into, from } => {
                    let mut item = wire::contact(state, &state.live(into)?.clone(), version);
                    item["merged_from"] = json!({"type": "contact", "id": from.as_str()});
                    item
                }
                Of::Gone(kind, id) => json!({"type": kind, "id": id}),
                Of::Ticket(id) => wire::ticket(state, state.tickets.get(id)?),
                Of::Part(id, part) => {
                    wire::told_conversation(state, state.conversation(id)?, Some(*part), version)
                }
            };
            let id = format!("notif_{}", state.chance.uuid());
            Some(notification(&state.settings.workspace_id, &id, (news.topic, now), &item).to_string())
        })
    }
}

async fn send_after(delay: Duration, address: Arc<WebhookAddress>, body: String) {
    tokio::time::sleep(delay).await;
    let _sent = send::send(&address, &body).await;
}

fn notification(workspace: &str, id: &str, (topic, now): (&str, i64), item: &Value) -> Value {
    json!({
        "type": "notification_event",
        "app_id": workspace,
        "id": id,
        "topic": topic,
        "created_at": now,
        "delivery_attempts": 1,
        "delivery_status": "pending",
        "delivered_at": 0,
        "first_sent_at": now,
        "self": null,
        "links": {},
        "data": { "type": "notification_event_data", "item": item },
    })
}

#[cfg(test)]
mod tests;
