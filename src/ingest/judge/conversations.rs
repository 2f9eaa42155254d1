//! Which conversations are announced: those that a customer began, and those of a bot that a customer has answered; and
//! what happened in them. One that was read by itself is judged here and nowhere else, whether a webhook told of it or a
//! walk found that it had moved.
//!
//! A conversation is read again whenever it moves, so that of one that moves for years nothing may depend but the moment
//! in which a customer first spoke. Where a bot began it, the search tells that moment at best, and the words never: it is
//! looked up once, before it is announced, or when it has moved and the search tells nothing.

use std::iter;

use deskbell_domain::conversation::{Activity, Answer, Conversation, Happening, Start, Thread};
use deskbell_domain::event::{Event, EventId, EventKind, Record};
use deskbell_domain::ids::ConversationId;
use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::port::store::{Alias, Hinted, HintedKind};
use deskbell_domain::rich_text::RichText;
use deskbell_domain::time::Timestamp;

use super::{Finding, Judge};
use crate::ingest::demand::Recent;
use crate::ingest::names::LookUps;
use crate::ingest::recorder::RecordError;

/// How often a look-up must fail before the conversation is judged without it.
const FAILURES: u32 = 3;

/// Judges conversations.
pub(in crate::ingest) struct Conversations<'a>(pub(in crate::ingest) &'a Judge);

impl Conversations<'_> {
    /// What the walk over conversations found. What was said in one that moved is read by itself, soon: that it is to be read
    /// is kept before the walk's end is.
    ///
    /// # Errors
    /// Where Intercom does not give a conversation that has to be known whole, or the store does not do its part: the
    /// walk has failed.
    pub(in crate::ingest) async fn find_conversations(
        &self,
        mut conversations: Vec<Conversation>,
        recent: &Recent<'_>,
        look_ups: &mut LookUps<'_>,
    ) -> Result<Vec<Finding>, RecordError> {
        self.have_moved_ones_read(&conversations, recent).await?;
        let rated: Vec<_> = conversations.iter().filter_map(Conversation::rated).collect();
        let wants = |at| recent.wants(EventKind::NewConversation, at);
        conversations.retain(|one| latest_begin(one).is_some_and(wants));
        conversations.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        let ids: Vec<_> = conversations.iter().map(|one| EventId::conversation_created(&one.id)).collect();
        let mut findings = Vec::new();
        for (conversation, id) in self.0.unseen(conversations, ids).await? {
            let Some(conversation) = self.begun(conversation, look_ups).await? else { continue };
            let Some(at) = conversation.customer_spoke_at().filter(|at| wants(*at)) else { continue };
            let record = Record::started(conversation);
            findings.push(Finding::named(Event { id, at, record, actor: None }, None, look_ups).await);
        }
        findings.extend(self.find_happenings(rated, recent, look_ups).await?);
        Ok(findings)
    }

    /// What a conversation comes to that was read by itself: that it began, and what happened in it.
    pub(in crate::ingest) async fn find_in_thread(
        &self,
        thread: Thread,
        recent: &Recent<'_>,
        look_ups: &mut LookUps<'_>,
    ) -> Result<Vec<Finding>, RecordError> {
        let conversation = &thread.conversation;
        self.0.openings.forget(&conversation.id);
        let begun = conversation.customer_spoke_at().map(|at| Happening {
            id: EventId::conversation_created(&conversation.id),
            at,
            conversation: conversation.clone(),
            activity: Activity::Started,
            twins: Vec::new(),
        });
        let waits = self.0.waits.judge(&thread, recent.demand.thresholds());
        let happenings = begun.into_iter().chain(thread.happenings()).chain(waits).collect();
        self.find_happenings(happenings, recent, look_ups).await
    }

    async fn find_happenings(
        &self,
        mut happenings: Vec<Happening>,
        recent: &Recent<'_>,
        look_ups: &mut LookUps<'_>,
    ) -> Result<Vec<Finding>, RecordError> {
        happenings.retain(|one| recent.wants(EventKind::of_activity(&one.activity), one.at));
        let known_by = |one: &Happening| iter::once(&one.id).chain(&one.twins).cloned().collect::<Vec<_>>();
        let ids: Vec<_> = happenings.iter().map(known_by).collect();
        let mut seen = self.0.seen(&ids.concat()).await?.into_iter();
        let mut findings = Vec::new();
        for (happening, ids) in happenings.into_iter().zip(ids) {
            let Happening { id, at, conversation, activity, .. } = happening;
            // All of them are taken from what was asked, known or not.
            let is_seen: Vec<_> = seen.by_ref().take(ids.len()).collect();
            if let Some(place) = is_seen.iter().position(|is_seen| *is_seen) {
                let kind = EventKind::of_activity(&activity);
                let of = ids[place].clone();
                findings.extend((place > 0).then(|| Finding::known(Alias { id, at, of, kind })));
                continue;
            }
            let record = Record::Conversation { conversation: Box::new(conversation), what: activity };
            findings.push(Finding::named(Event { id, at, record, actor: None }, None, look_ups).await);
        }
        Ok(findings)
    }

    /// Keeps that these are worth a look of their own in which something may have happened that only their parts tell.
    async fn have_moved_ones_read(
        &self,
        conversations: &[Conversation],
        recent: &Recent<'_>,
    ) -> Result<(), RecordError> {
        let in_parts = || EventKind::ALL.into_iter().filter(|kind| kind.is_told_by_parts());
        let may_tell = |one: &&Conversation| in_parts().any(|kind| recent.wants(kind, one.updated_at));
        let moved: Vec<_> = conversations.iter().filter(may_tell).collect();
        let ids: Vec<_> = moved.iter().map(|one| one.id.clone()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let read = self.0.inbox.read_up_to(&self.0.workspace, &ids).await?;
        let unread = moved
            .into_iter()
            .zip(read)
            .filter(|(one, up_to)| up_to.is_none_or(|up_to| one.updated_at > up_to));
        for (conversation, _) in unread {
            self.0.inbox.hint(&self.0.workspace, &Hinted::Conversation(conversation.id.clone())).await?;
            self.0.heard.tell(HintedKind::Conversation);
        }
        Ok(())
    }

    /// The conversation with the first words of its customer; none where no customer has written.
    async fn begun(
        &self,
        conversation: Conversation,
        look_ups: &mut LookUps<'_>,
    ) -> Result<Option<Conversation>, RecordError> {
        if !matches!(conversation.start, Start::Bot(_)) {
            return Ok(Some(conversation));
        }
        let is_told = conversation.customer_spoke_at().is_some();
        let has_moved = !self.0.openings.is_known_as_unanswered(&conversation);
        let is_worth_a_look = is_told || (has_moved && look_ups.may_look_whether_a_bot_was_answered());
        if !is_worth_a_look {
            return Ok(None);
        }
        match look_ups.whole_conversation(&conversation.id).await {
            Ok(Some(whole)) if whole.conversation.customer_spoke_at().is_some() => {
                self.0.openings.forget(&conversation.id);
                Ok(Some(whole.conversation))
            }
            Ok(_) => {
                if !is_told {
                    self.0.openings.nobody_answered(&conversation);
                }
                Ok(as_far_as_told(conversation))
            }
            Err(error) if self.is_worth_another_try(&error, &conversation.id) => Err(error.into()),
            Err(error) => {
                // What fails with everything else is not to be blamed on the record, which is asked for again.
                if matches!(error, IntercomError::Unavailable(_)) && !is_told {
                    self.0
                        .inbox
                        .hint(&self.0.workspace, &Hinted::Conversation(conversation.id.clone()))
                        .await?;
                    self.0.heard.tell(HintedKind::Conversation);
                }
                Ok(as_far_as_told(conversation))
            }
        }
    }

    /// What a record of its own makes fail is not waited for longer than three times.
    fn is_worth_another_try(&self, error: &IntercomError, id: &ConversationId) -> bool {
        match error {
            IntercomError::Unavailable(_) => self.0.openings.count_failure(id) < FAILURES,
            IntercomError::Refused { .. }
            | IntercomError::RateLimited { .. }
            | IntercomError::TooMany { .. } => true,
            _ => false,
        }
    }
}

/// Without the words, which are the bot's.
fn as_far_as_told(conversation: Conversation) -> Option<Conversation> {
    conversation.customer_spoke_at()?;
    Some(Conversation { text: RichText::default(), attachments: Vec::new(), ..conversation })
}

/// When it may have begun at the latest; none where no customer can have written.
fn latest_begin(conversation: &Conversation) -> Option<Timestamp> {
    match conversation.start {
        Start::Bot(Answer::Untold) => Some(conversation.updated_at),
        _ => conversation.customer_spoke_at(),
    }
}
