//! What is said and done in a conversation, part by part. Whoever does it also keeps what it comes to, so that the
//! judge needs no rule by which to find it in the parts.

use deskbell_domain::bounds::DEEPEST_WALK;
use deskbell_domain::conversation::{
    Answer, Assignee, Author, Conversation, Holder, Now, Part, Rating, Readers, Speaker, Start, State,
};
use deskbell_domain::ids::{AdminId, PartId};
use deskbell_domain::rich_text::RichText;
use deskbell_domain::time::{Timestamp, UnixMillis};

use crate::time::SECOND;

/// Something that somebody does in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    CustomerSays,
    /// Words of a customer that the conversation shows only so many milliseconds later, though it shows later ones at
    /// once.
    CustomerSaysUnseen(i64),
    TeammateSays,
    TeammateNotes,
    BotSays,
    /// It is assigned to a bot.
    BotTakes,
    /// The bot that has it says that the team is asked for.
    BotAsks,
    /// It is assigned to a teammate.
    Assign,
    /// It is assigned to a teammate who says something with it.
    AssignWithWords,
    /// Nobody has it any more.
    Unassign,
    /// It is closed with words.
    Close,
    /// It is closed, and nothing is said.
    CloseSilently,
    Reopen,
    /// It is put off.
    Snooze,
    /// It is put off no longer.
    Wake,
    Rate,
    /// Whoever rated it adds a remark.
    Remark,
}

impl Deed {
    /// What is drawn from, as often as it happens.
    pub(crate) const USUAL: [Self; 20] = [
        Self::CustomerSays,
        Self::CustomerSays,
        Self::CustomerSays,
        Self::CustomerSays,
        Self::TeammateSays,
        Self::TeammateSays,
        Self::TeammateNotes,
        Self::BotSays,
        Self::BotSays,
        Self::BotSays,
        Self::BotTakes,
        Self::BotTakes,
        Self::BotAsks,
        Self::BotAsks,
        Self::Assign,
        Self::Assign,
        Self::AssignWithWords,
        Self::Unassign,
        Self::Close,
        Self::Reopen,
    ];
}

/// What was said and done in a conversation.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) said: Vec<Said>,
    pub(crate) handovers: Vec<Handover>,
    pub(super) holder: Holder,
    /// Whether a bot began it, spoke in it or had it.
    pub(super) bot_took_part: bool,
    /// Whether the bot says that the team is asked for.
    pub(super) asks: bool,
    /// Whether a customer has written.
    pub(super) is_wanted: bool,
    /// The last words of the bot that has it.
    pub(super) last_words_of_bot: Option<(PartId, Timestamp)>,
}

/// A part, and what it comes to.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) part: Part,
    /// Since when the conversation shows it.
    pub(crate) there_from: UnixMillis,
    /// Whether it is words of a customer other than the beginning.
    pub(crate) is_reply: bool,
}

/// That a person is needed where a bot had it.
#[derive(Debug)]
pub(crate) struct Handover {
    /// The parts by which it may be known: the one that assigns it, or the words of the bot with which it asked.
    pub(crate) named_by: Vec<(PartId, Timestamp)>,
    /// Since when it is so.
    pub(crate) since: Timestamp,
    /// Since when nothing tells of it any more.
    pub(crate) undone: Option<UnixMillis>,
    /// Whether the bot still has it.
    is_open: bool,
}

impl Desk {
    /// That of a conversation that just began.
    pub(crate) fn of(start: Start) -> Self {
        Self {
            said: Vec::new(),
            handovers: Vec::new(),
            holder: if matches!(start, Start::Bot(_)) { Holder::Bot } else { Holder::Nobody },
            bot_took_part: matches!(start, Start::Bot(_)),
            asks: false,
            is_wanted: start == Start::Customer,
            last_words_of_bot: None,
        }
    }
}

/// Words that were written in the name of a teammate.
#[derive(Debug)]
pub(super) struct Wrote {
    pub(super) admin: AdminId,
    pub(super) text: String,
}

/// Who does something, and when.
pub(super) struct Doing<'a> {
    pub(super) deed: Deed,
    pub(super) at: Timestamp,
    pub(super) part: PartId,
    /// What stands in everything personal.
    pub(super) mark: &'a str,
    /// A number from 1 to 3: the teammate's, where it is assigned to one.
    pub(super) drawn: u8,
    /// What somebody wrote by themselves.
    pub(super) wrote: Option<&'a Wrote>,
    pub(super) now: UnixMillis,
    pub(super) shown_from: UnixMillis,
}

impl Desk {
    pub(super) fn take(&mut self, doing: &Doing<'_>, is_reply: bool) {
        let (at, part) = (doing.at, &doing.part);
        self.forget_old_words(at);
        self.bot_took_part |= matches!(doing.deed, Deed::BotSays | Deed::BotTakes);
        match doing.deed {
            Deed::CustomerSays | Deed::CustomerSaysUnseen(_) => self.is_wanted = true,
            Deed::TeammateSays | Deed::Close => self.falls_to(Holder::People, at),
            Deed::Unassign => self.falls_to(Holder::Nobody, at),
            Deed::BotSays => self.bot_says(part, at),
            Deed::BotTakes => {
                self.asks = false;
                self.falls_to(Holder::Bot, at);
            }
            Deed::BotAsks => {
                self.asks = true;
                let named_by = self.last_words_of_bot.iter().cloned().collect();
                self.handovers.push(Handover { named_by, since: at, undone: None, is_open: true });
            }
            Deed::Assign | Deed::AssignWithWords => self.is_assigned(part, at),
            Deed::TeammateNotes
            | Deed::CloseSilently
            | Deed::Reopen
            | Deed::Snooze
            | Deed::Wake
            | Deed::Rate
            | Deed::Remark => {}
        }
        if let Some(part) = part_of(doing) {
            let there_from = match doing.deed {
                Deed::CustomerSaysUnseen(later) => at.0 * SECOND + later,
                _ => at.0 * SECOND - 1,
            };
            let is_reply = is_reply && part.speaker == Speaker::Customer;
            self.said.push(Said { part, there_from: UnixMillis(there_from), is_reply });
        }
    }

    fn bot_says(&mut self, part: &PartId, at: Timestamp) {
        if self.holder == Holder::Nobody {
            self.asks = false;
            self.holder = Holder::Bot;
        }
        if self.holder == Holder::Bot {
            let words = (part.clone(), at);
            self.last_words_of_bot = Some(words.clone());
            if let Some(open) = self.open() {
                open.named_by.push(words);
            } else if self.asks && self.is_wanted {
                self.handovers.push(Handover {
                    named_by: vec![words],
                    since: at,
                    undone: None,
                    is_open: true,
                });
            }
        }
    }

    /// A bot that was silent for long and speaks again, or is relieved, needs a person anew.
    fn forget_old_words(&mut self, at: Timestamp) {
        let said_last = self.last_words_of_bot.as_ref().map(|(_, said)| *said);
        if said_last.is_some_and(|said| at.0 - said.0 > DEEPEST_WALK) {
            self.last_words_of_bot = None;
            self.end_open(at);
        }
    }

    fn end_open(&mut self, at: Timestamp) {
        if let Some(open) = self.open() {
            open.is_open = false;
            open.undone = Some(UnixMillis(at.0 * SECOND));
        }
    }

    /// Where a bot had it and a customer has written, a person is needed; one that was asked for before is the same.
    fn is_assigned(&mut self, part: &PartId, at: Timestamp) {
        let named = (part.clone(), at);
        if self.holder == Holder::Bot && self.is_wanted {
            if let Some(open) = self.open() {
                open.named_by.push(named);
                open.is_open = false;
            } else {
                let named_by = vec![named];
                self.handovers.push(Handover { named_by, since: at, undone: None, is_open: false });
            }
        }
        self.falls_to(Holder::People, at);
    }

    fn falls_to(&mut self, holder: Holder, at: Timestamp) {
        if holder != self.holder {
            self.last_words_of_bot = None;
            self.end_open(at);
        }
        self.holder = holder;
    }

    fn open(&mut self) -> Option<&mut Handover> {
        self.handovers.last_mut().filter(|one| one.is_open)
    }
}

/// What of it stands among the parts.
fn part_of(doing: &Doing<'_>) -> Option<Part> {
    let Doing { deed, at, part, mark, wrote, .. } = doing;
    let (speaker, kind, assigned) = match deed {
        Deed::CustomerSays | Deed::CustomerSaysUnseen(_) => (Speaker::Customer, "user", None),
        Deed::TeammateSays
        | Deed::TeammateNotes
        | Deed::Close
        | Deed::CloseSilently
        | Deed::Reopen
        | Deed::Snooze
        | Deed::Wake => (Speaker::Teammate, "admin", None),
        Deed::BotSays => (Speaker::Bot, "bot", None),
        Deed::BotTakes => (Speaker::Nobody, "team", Some(Holder::Bot)),
        Deed::Assign => (Speaker::Nobody, "team", Some(Holder::People)),
        Deed::AssignWithWords => (Speaker::Teammate, "admin", Some(Holder::People)),
        Deed::Unassign => (Speaker::Nobody, "team", Some(Holder::Nobody)),
        Deed::BotAsks | Deed::Rate | Deed::Remark => return None,
    };
    let silent = [
        Deed::BotTakes,
        Deed::Assign,
        Deed::Unassign,
        Deed::CloseSilently,
        Deed::Reopen,
        Deed::Snooze,
        Deed::Wake,
    ];
    let said = || wrote.map_or_else(|| format!("{mark} says {part}"), |wrote| wrote.text.clone());
    let admin = wrote.map(|wrote| wrote.admin.as_str().to_owned());
    let readers = if *deed == Deed::TeammateNotes { Readers::Team } else { Readers::Everybody };
    let (kind, name) = (Some(kind.to_owned()), Some((*mark).to_owned()));
    let author = Author { kind, name, id: admin, ..Author::default() };
    Some(Part {
        id: part.clone(),
        at: *at,
        author,
        speaker,
        readers,
        text: if silent.contains(deed) { RichText::default() } else { RichText::plain(said()) },
        attachments: Vec::new(),
        assigned,
        stands: told_to_stand(*deed),
    })
}

/// What the part of it tells of how it stands: words tell nothing, whatever they open.
const fn told_to_stand(deed: Deed) -> Option<State> {
    match deed {
        Deed::Close | Deed::CloseSilently => Some(State::Closed),
        Deed::Snooze => Some(State::Snoozed),
        Deed::Reopen | Deed::Wake => Some(State::Open),
        _ => None,
    }
}

/// How it stands then.
pub(super) fn move_on(conversation: &mut Conversation, doing: &Doing<'_>) {
    let at = doing.at;
    match doing.deed {
        Deed::CustomerSays | Deed::CustomerSaysUnseen(_) => {
            if conversation.start == Start::Bot(Answer::None) {
                conversation.start = Start::Bot(Answer::At(at));
            }
            let standing = standing(conversation);
            standing.state = State::Open;
            standing.waiting_since.get_or_insert(at);
        }
        Deed::Reopen | Deed::Wake => standing(conversation).state = State::Open,
        Deed::Snooze => standing(conversation).state = State::Snoozed,
        Deed::Close | Deed::CloseSilently => {
            let standing = standing(conversation);
            (standing.state, standing.closed_at, standing.waiting_since) = (State::Closed, Some(at), None);
        }
        Deed::Assign => is_with(conversation, Some(doing.drawn.to_string())),
        Deed::AssignWithWords => {
            is_with(conversation, Some(doing.drawn.to_string()));
            standing(conversation).waiting_since = None;
        }
        Deed::TeammateSays => {
            let standing = standing(conversation);
            standing.waiting_since = None;
            if standing.state == State::Snoozed {
                standing.state = State::Open;
            }
        }
        Deed::BotTakes | Deed::Unassign => is_with(conversation, None),
        Deed::Rate => {
            standing(conversation).rating = Some(Rating { score: doing.drawn, at, remark: None });
        }
        Deed::Remark => {
            let remark = format!("{} remarks {}", doing.mark, doing.part);
            if let Some(rating) = &mut standing(conversation).rating {
                rating.remark = Some(remark);
            }
        }
        Deed::TeammateNotes | Deed::BotSays | Deed::BotAsks => {}
    }
}

fn is_with(conversation: &mut Conversation, admin: Option<String>) {
    conversation.admin_id.clone_from(&admin);
    if admin.is_none() {
        conversation.team_id = None;
    }
    let team = conversation.team_id.clone().map(Assignee::unnamed);
    let standing = standing(conversation);
    standing.admin = admin.map(Assignee::unnamed);
    standing.team = team;
}

pub(super) fn standing(conversation: &mut Conversation) -> &mut Now {
    let admin = conversation.admin_id.clone().map(Assignee::unnamed);
    let team = conversation.team_id.clone().map(Assignee::unnamed);
    conversation.now.get_or_insert_with(|| Box::new(Now { admin, team, ..Now::default() }))
}
