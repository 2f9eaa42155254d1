//! What a conversation's parts add up to.
//!
//! Chosen where Intercom does not say: the first message is no counted part; a bot's words neither start nor end a wait;
//! words that ride on an assignment or a close are a reply like any other.

use super::{
    conversation::Conversation,
    part::{Author, Part},
};

/// What happened when, and how often. What has not happened is none. All times are unix seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Statistics {
    /// Since when the customer waits for the team.
    pub(super) waiting_since: Option<i64>,
    pub(super) first_contact_reply_at: Option<i64>,
    pub(super) first_assignment_at: Option<i64>,
    pub(super) first_admin_reply_at: Option<i64>,
    pub(super) first_close_at: Option<i64>,
    pub(super) last_assignment_at: Option<i64>,
    pub(super) last_assignment_admin_reply_at: Option<i64>,
    pub(super) last_contact_reply_at: Option<i64>,
    pub(super) last_admin_reply_at: Option<i64>,
    pub(super) last_close_at: Option<i64>,
    /// The id of whoever closed it last.
    pub(super) last_closed_by: Option<Author>,
    pub(super) count_reopens: i64,
    pub(super) count_assignments: i64,
    pub(super) count_conversation_parts: i64,
}

/// Adds a conversation up.
pub(super) fn of(conversation: &Conversation) -> Statistics {
    let mut all = Statistics::default();
    all.hear(&conversation.author, conversation.created_at);
    for part in &conversation.parts {
        all.add(part);
    }
    all
}

impl Statistics {
    /// The times under the names that Intercom gives them.
    pub(super) fn times(&self) -> [(&'static str, Option<i64>); 9] {
        [
            ("first_contact_reply_at", self.first_contact_reply_at),
            ("first_assignment_at", self.first_assignment_at),
            ("first_admin_reply_at", self.first_admin_reply_at),
            ("first_close_at", self.first_close_at),
            ("last_assignment_at", self.last_assignment_at),
            ("last_assignment_admin_reply_at", self.last_assignment_admin_reply_at),
            ("last_contact_reply_at", self.last_contact_reply_at),
            ("last_admin_reply_at", self.last_admin_reply_at),
            ("last_close_at", self.last_close_at),
        ]
    }

    fn add(&mut self, part: &Part) {
        self.count_conversation_parts += 1;
        let at = part.created_at;
        if part.is_message() {
            self.hear(&part.author, at);
        }
        match part.part_type.as_str() {
            "close" => self.close(&part.author, at),
            "open" => self.count_reopens += 1,
            "assignment" | "assign_and_unsnooze" => self.assign(at),
            "assign_and_reopen" => {
                self.count_reopens += 1;
                self.assign(at);
            }
            _ => {}
        }
    }

    /// Somebody writes what everybody reads.
    fn hear(&mut self, author: &Author, at: i64) {
        match author {
            Author::Contact(_) => {
                self.waiting_since.get_or_insert(at);
                self.first_contact_reply_at.get_or_insert(at);
                self.last_contact_reply_at = Some(at);
            }
            author if author.is_of_team() => self.answer(at),
            _ => {}
        }
    }

    fn answer(&mut self, at: i64) {
        self.waiting_since = None;
        self.last_admin_reply_at = Some(at);
        if self.first_contact_reply_at.is_some() {
            self.first_admin_reply_at.get_or_insert(at);
        }
        if self.last_assignment_at.is_some() {
            self.last_assignment_admin_reply_at.get_or_insert(at);
        }
    }

    fn assign(&mut self, at: i64) {
        self.count_assignments += 1;
        self.first_assignment_at.get_or_insert(at);
        self.last_assignment_at = Some(at);
        self.last_assignment_admin_reply_at = None;
    }

    fn close(&mut self, by: &Author, at: i64) {
        self.waiting_since = None;
        self.first_close_at.get_or_insert(at);
        self.last_close_at = Some(at);
        self.last_closed_by = Some(by.clone());
    }
}
