//! `/conversation get`: which conversation is meant by what somebody picked or typed: an id, a link, or words of it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::card::text::shorten;
use crate::conversation::Conversation;
use crate::ids::ConversationId;
use crate::matching::Wanted;
use crate::port::intercom::{ConversationSearch, Intercom, IntercomError, Order, PageRequest};
use crate::press::parse_conversation;
use crate::time::Timestamp;

/// So many of the latest conversations are offered while somebody types.
const OFFERED: u32 = 50;
/// So many are looked through for what was typed: Intercom's longest page.
const LOOKED_THROUGH: u32 = 150;
/// So many a select has room for.
const MOST_MEANT: usize = 25;
/// How long what is offered is good.
const FRESH_FOR: Duration = Duration::from_secs(20);
/// Code points of the first words that are kept of each.
const WORDS: usize = 160;

/// Which conversations are meant.
#[derive(Debug, Clone, PartialEq)]
pub enum Meant {
    /// This one.
    One(ConversationId),
    /// These, the latest first.
    Several(Vec<Conversation>),
    /// None that moved lately.
    None,
}

/// The conversation of an id, or of a link into Intercom's inbox.
pub fn named(typed: &str) -> Option<ConversationId> {
    let typed = typed.trim();
    if !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return parse_conversation(typed);
    }
    let in_link = |mark: &str| typed.rsplit_once(mark).map(|(_, rest)| rest);
    let rest = in_link("/conversation/").or_else(|| in_link("/conversations/"))?;
    let id = rest.find(|c: char| !c.is_ascii_alphanumeric()).map_or(rest, |end| &rest[..end]);
    parse_conversation(id)
}

/// Which conversation is meant by what was typed or picked.
pub async fn meant(intercom: &dyn Intercom, typed: &str) -> Result<Meant, IntercomError> {
    if let Some(id) = named(typed) {
        return Ok(Meant::One(id));
    }
    let wanted = Wanted::parse(typed);
    if wanted.words().is_empty() {
        return Ok(Meant::None);
    }
    let latest = latest(intercom, LOOKED_THROUGH).await?;
    let mut found: Vec<_> = latest.into_iter().filter(|one| Recent::of(one).is_meant(&wanted)).collect();
    found.truncate(MOST_MEANT);
    Ok(match found.as_slice() {
        [] => Meant::None,
        [only] => Meant::One(only.id.clone()),
        _ => Meant::Several(found),
    })
}

async fn latest(intercom: &dyn Intercom, size: u32) -> Result<Vec<Conversation>, IntercomError> {
    let search = ConversationSearch { after: Timestamp(0), endings: Vec::new(), order: Order::NewestFirst };
    Ok(intercom.search_conversations(&search, &PageRequest { size, cursor: None }).await?.items)
}

/// A conversation that moved lately, as it is offered.
#[derive(Clone, PartialEq, Eq)]
pub struct Recent {
    /// Intercom's id.
    pub id: ConversationId,
    /// What its customer is called.
    pub name: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// What it is about, as far as somebody said so.
    pub subject: Option<String>,
    /// Its first words.
    pub words: String,
}

impl Recent {
    fn of(conversation: &Conversation) -> Self {
        let words = conversation.text.to_plain();
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        Self {
            id: conversation.id.clone(),
            name: conversation.author.name.clone(),
            email: conversation.author.email.clone(),
            subject: conversation.subject.clone(),
            words: shorten(&words, WORDS),
        }
    }

    fn is_meant(&self, wanted: &Wanted) -> bool {
        let said = [&self.name, &self.email, &self.subject].into_iter().flatten().map(String::as_str);
        wanted.is_in(said.chain([self.words.as_str(), self.id.as_str()]))
    }
}

/// The conversations that moved last, kept for a moment, so that not every keystroke costs a call.
#[derive(Default)]
pub struct RecentConversations(Mutex<Option<(Instant, Vec<Recent>)>>);

impl RecentConversations {
    /// Whether Intercom is to be asked before something is offered.
    pub fn is_stale(&self) -> bool {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().is_none_or(|(at, _)| at.elapsed() > FRESH_FOR)
    }

    /// Asks, and keeps the answer.
    pub async fn ask(&self, intercom: &dyn Intercom) -> Result<(), IntercomError> {
        let latest = latest(intercom, OFFERED).await?.iter().map(Recent::of).collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), latest));
        Ok(())
    }

    /// Those that are meant by what was typed so far, the latest first.
    pub fn matching(&self, typed: &str) -> Vec<Recent> {
        let (wanted, id) = (Wanted::parse(typed), named(typed));
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all = kept.iter().flat_map(|(_, latest)| latest);
        let is_it = |one: &&Recent| id.as_ref() == Some(&one.id) || one.is_meant(&wanted);
        all.filter(is_it).take(MOST_MEANT).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::intercom::{MockIntercom, Page};

    fn talk(id: &str, name: &str, words: &str) -> Conversation {
        let json = serde_json::json!({"id": id, "author": {"name": name}});
        let mut talk: Conversation = serde_json::from_value(json).expect("the rest has defaults");
        talk.text = crate::rich_text::RichText::plain(words);
        talk
    }

    fn intercom() -> MockIntercom {
        let mut intercom = MockIntercom::new();
        intercom.expect_search_conversations().returning(|_, _| {
            let items = vec![
                talk("3", "Ada Lovelace", "A refund please"),
                talk("2", "Ádá Byron", "It does\nnot open"),
                talk("1", "Alan Turing", "A refund again"),
            ];
            Ok(Page { items, total: None, next: None })
        });
        intercom
    }

    #[test]
    fn an_id_and_every_form_of_link_are_understood() {
        let id = |typed| named(typed).map(|id| id.to_string());
        for typed in [
            "215470",
            " 215470 ",
            "https://app.intercom.com/a/inbox/acme/inbox/conversation/215470",
            "<https://app.eu.intercom.com/a/inbox/acme/inbox/shared/all/conversation/215470?view=List#part_id=1>",
            "https://app.intercom.com/a/apps/acme/conversations/215470",
        ] {
            assert_eq!(id(typed).as_deref(), Some("215470"), "{typed}");
        }
        for typed in
            ["", "refund", "order 1042", "https://app.intercom.com/a/apps/acme/users/abc", "/conversation/"]
        {
            assert_eq!(id(typed), None, "{typed}");
        }
    }

    #[tokio::test]
    async fn what_is_typed_is_found_in_what_was_said_and_by_whom() {
        let intercom = intercom();
        let found = async |typed| match meant(&intercom, typed).await.expect("it answers") {
            Meant::One(id) => id.to_string(),
            Meant::Several(several) => {
                several.iter().map(|one| one.id.as_str()).collect::<Vec<_>>().join(",")
            }
            Meant::None => "none".to_owned(),
        };
        assert_eq!(found("ada refund").await, "3");
        assert_eq!(found("REFUND").await, "3,1");
        assert_eq!(found("not open").await, "2");
        assert_eq!(found("invoice").await, "none");
        assert_eq!(found(" ").await, "none");
        assert_eq!(found("99").await, "99", "an old one is known by its id");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_offered_is_asked_for_once_in_a_while() {
        let recent = RecentConversations::default();
        assert!(recent.is_stale());
        recent.ask(&intercom()).await.expect("it answers");
        assert!(!recent.is_stale());
        let offered =
            |typed| recent.matching(typed).into_iter().map(|one| one.id.to_string()).collect::<Vec<_>>();
        assert_eq!(offered(""), ["3", "2", "1"]);
        assert_eq!(offered("ad"), ["3", "2"]);
        tokio::time::advance(FRESH_FOR * 2).await;
        assert!(recent.is_stale());
    }
}
