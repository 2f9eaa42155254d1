//! What customers, teammates and bots do in conversations.
//!
//! Each leaves a part, whose id is given back, and is told by webhooks, unless it says otherwise.

use super::{ConversationsHandle, UnknownRecord};
use crate::intercom::{
    NewPart, Resolution,
    contact::AppliedTag,
    conversation::{AiAgent, Rating},
    ids::{AdminId, ContactId, ConversationId, PartId, TagId, TeamId},
    part::{Act, Assignee, Author},
    settings::RatingEffect,
};

impl<'a> ConversationsHandle<'a> {
    /// What a lead or user does in conversations.
    pub fn customer(self, contact: &ContactId) -> CustomerHandle<'a> {
        CustomerHandle { talks: self, contact: contact.clone() }
    }

    /// What a teammate does in conversations.
    pub fn teammate(self, admin: AdminId) -> TeammateHandle<'a> {
        TeammateHandle { talks: self, admin }
    }

    /// What the bot does that greets, asks for addresses and routes.
    pub fn operator(self) -> BotHandle<'a> {
        BotHandle { talks: self, bot: Author::operator() }
    }

    /// What the AI agent does.
    pub fn fin(self) -> BotHandle<'a> {
        BotHandle { talks: self, bot: Author::fin() }
    }
}

/// What a lead or user does in conversations.
#[derive(Clone, Debug)]
pub struct CustomerHandle<'a> {
    talks: ConversationsHandle<'a>,
    contact: ContactId,
}

impl CustomerHandle<'_> {
    /// Writes. A conversation that was closed or put off is open then.
    pub fn reply(&self, id: &ConversationId, body: &str) -> Result<PartId, UnknownRecord> {
        self.talks.add(id, self.part(Act::Comment).body(body))
    }

    /// Rates the conversation, from 1 to 5.
    pub fn rate(&self, id: &ConversationId, score: u8) -> Result<PartId, UnknownRecord> {
        let now = self.talks.intercom.now();
        self.talks.change(id, |conversation| {
            conversation.rating = Some(Rating {
                score,
                remark: None,
                contact: self.contact.clone(),
                teammate: conversation.assignee,
                created_at: now,
                updated_at: now,
            });
        })?;
        self.rated(id, "conversation_rating_changed")
    }

    /// Says something to the rating given before.
    pub fn remark(&self, id: &ConversationId, remark: &str) -> Result<PartId, UnknownRecord> {
        let now = self.talks.intercom.now();
        let rated = self.talks.change(id, |conversation| {
            let rating = conversation.rating.as_mut()?;
            rating.remark = Some(remark.to_owned());
            rating.updated_at = now;
            Some(())
        })?;
        rated.ok_or(UnknownRecord)?;
        self.rated(id, "conversation_rating_remark_added")
    }

    fn rated(&self, id: &ConversationId, part_type: &str) -> Result<PartId, UnknownRecord> {
        let before = self.talks.get(id).map(|conversation| conversation.updated_at);
        let part = self.talks.add(id, self.part(Act::Other(part_type.to_owned())))?;
        let stays = self.talks.intercom.with(|state| state.settings.rating == RatingEffect::Silent);
        if let Some(before) = before.filter(|_| stays) {
            self.talks.change(id, |conversation| conversation.updated_at = before)?;
        }
        self.talks.intercom.webhooks().of_part(id, part, &["conversation.rating.added"]);
        Ok(part)
    }

    fn part(&self, act: Act) -> NewPart {
        NewPart::by(Author::Contact(self.contact.clone()), act)
    }
}

/// What a teammate does in conversations.
#[derive(Clone, Copy, Debug)]
pub struct TeammateHandle<'a> {
    talks: ConversationsHandle<'a>,
    admin: AdminId,
}

impl TeammateHandle<'_> {
    /// Answers the customer.
    pub fn reply(self, id: &ConversationId, body: &str) -> Result<PartId, UnknownRecord> {
        self.add(id, self.part(Act::Comment).body(body))
    }

    /// Writes what only the team reads.
    pub fn note(self, id: &ConversationId, body: &str) -> Result<PartId, UnknownRecord> {
        self.add(id, self.part(Act::Note).body(body))
    }

    /// Puts somebody in charge, or nobody.
    pub fn assign(self, id: &ConversationId, to: Assignee) -> Result<PartId, UnknownRecord> {
        self.add(id, self.part(Act::Assign(to)))
    }

    /// Puts somebody in charge with words to the customer, which ride on the assignment.
    pub fn reply_and_assign(
        self,
        id: &ConversationId,
        to: Assignee,
        body: &str,
    ) -> Result<PartId, UnknownRecord> {
        self.add(id, self.part(Act::Assign(to)).body(body))
    }

    /// Closes it without a word.
    pub fn close(self, id: &ConversationId) -> Result<PartId, UnknownRecord> {
        self.add(id, self.part(Act::Close))
    }

    /// Closes it with words to the customer, which ride on the close.
    pub fn reply_and_close(self, id: &ConversationId, body: &str) -> Result<PartId, UnknownRecord> {
        self.add(id, self.part(Act::Close).body(body))
    }

    /// Opens it again.
    pub fn reopen(self, id: &ConversationId) -> Result<PartId, UnknownRecord> {
        self.add(id, self.part(Act::Open))
    }

    /// Puts it off until a unix second.
    pub fn snooze(self, id: &ConversationId, until: i64) -> Result<PartId, UnknownRecord> {
        self.add(id, self.part(Act::Snooze(until)))
    }

    /// Does not put it off any longer.
    pub fn unsnooze(self, id: &ConversationId) -> Result<PartId, UnknownRecord> {
        self.add(id, self.part(Act::Unsnooze))
    }

    /// Puts a tag on; `updated_at` stays, no part is made and nobody is told.
    pub fn tag(self, id: &ConversationId, tag: &TagId) -> Result<(), UnknownRecord> {
        let (now, by) = (self.talks.intercom.now(), Some(self.admin));
        let applied = AppliedTag { id: tag.clone(), applied_at: now, applied_by: by };
        self.talks.change(id, |conversation| {
            if !conversation.has_tag(&applied.id) {
                conversation.tags.push(applied);
            }
        })
    }

    /// Takes a tag off; `updated_at` stays, no part is made and nobody is told.
    pub fn untag(self, id: &ConversationId, tag: &TagId) -> Result<(), UnknownRecord> {
        self.talks.change(id, |conversation| conversation.tags.retain(|applied| applied.id != *tag))
    }

    fn part(self, act: Act) -> NewPart {
        NewPart::by(Author::Admin(self.admin), act)
    }

    fn add(self, id: &ConversationId, new: NewPart) -> Result<PartId, UnknownRecord> {
        self.talks.add(id, new)
    }
}

/// What a bot does in conversations.
#[derive(Clone, Debug)]
pub struct BotHandle<'a> {
    talks: ConversationsHandle<'a>,
    bot: Author,
}

impl BotHandle<'_> {
    /// Writes to the customer, which ends no wait.
    pub fn say(&self, id: &ConversationId, body: &str) -> Result<PartId, UnknownRecord> {
        self.add(id, self.part(Act::Comment).body(body))
    }

    /// Takes the conversation: neither a teammate nor a team has it then.
    pub fn take(&self, id: &ConversationId) -> Result<PartId, UnknownRecord> {
        self.add(id, self.part(Act::Assign(Assignee::Bot)))
    }

    /// Gives the conversation to a team, with a part that says so.
    pub fn hand_over(&self, id: &ConversationId, to: TeamId) -> Result<PartId, UnknownRecord> {
        self.resolve(id, Resolution::Escalated)?;
        self.add(id, self.part(Act::Assign(Assignee::Team(to))))
    }

    /// Gives the conversation to a team, or to nobody, without a part: only `resolution_state` and the team tell of it.
    /// Nobody is told.
    pub fn hand_over_untold(
        &self,
        id: &ConversationId,
        to: Option<TeamId>,
        resolution: Resolution,
    ) -> Result<(), UnknownRecord> {
        self.resolve(id, resolution)?;
        self.talks.update(id, |conversation| {
            (conversation.assignee, conversation.team) = (None, to.or(conversation.team));
        })
    }

    /// Says what became of the AI agent's part; `updated_at` moves, no part is made and nobody is told.
    pub fn resolve(&self, id: &ConversationId, resolution: Resolution) -> Result<(), UnknownRecord> {
        let now = self.talks.intercom.now();
        self.talks.update(id, |conversation| {
            if self.bot.is_ai_agent() {
                let agent = conversation.ai_agent.get_or_insert_with(|| AiAgent::since(now));
                agent.resolution = Some(resolution);
            }
        })
    }

    /// Closes it without a word.
    pub fn close(&self, id: &ConversationId) -> Result<PartId, UnknownRecord> {
        self.add(id, self.part(Act::Close))
    }

    fn part(&self, act: Act) -> NewPart {
        NewPart::by(self.bot.clone(), act)
    }

    fn add(&self, id: &ConversationId, new: NewPart) -> Result<PartId, UnknownRecord> {
        self.talks.add(id, new)
    }
}
