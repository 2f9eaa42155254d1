//! A Discord for the stories: channels with a history, a nonce window, a pace, and whatever goes wrong.

mod channels;

use std::collections::{BTreeMap, VecDeque};
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use deskbell_domain::card::text::{Piece, Text};
use deskbell_domain::channel::{Audience, Obstacle, Permission};
use deskbell_domain::delivery::Nonce;
use deskbell_domain::ids::{ChannelId, MessageId};
use deskbell_domain::message::Message;
use deskbell_domain::port::channels::RoleCall;
use deskbell_domain::port::messenger::{
    EditOutcome, FindOutcome, LimitScope, Messenger, Pace, Passed, PostOutcome, Probed, Sought,
};
use tokio::sync::Notify;
use tokio::time::Instant;

pub(super) use super::fate::{Blocking, Fate};
use super::world::TestClock;

/// How long a nonce is known here: longer than the bot takes it to be.
const NONCE_WINDOW: Duration = Duration::from_mins(3);
const WINDOW: Duration = Duration::from_secs(5);

/// A message that stands in a channel.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) channel: ChannelId,
    pub(super) message: Message,
    pub(super) sent: Instant,
    id: MessageId,
    nonce: Nonce,
}

#[derive(Default)]
struct Room {
    closed: Option<Obstacle>,
    lacking: Vec<Permission>,
    /// Who reads it; a team where nothing is said.
    audience: Option<Audience>,
    /// What the gateway told of that and when, where the news of a change was lost.
    outdated: Option<(Audience, Instant)>,
    unreadable: bool,
    window: Option<(Instant, u32)>,
}

#[derive(Default)]
struct State {
    messages: Vec<Standing>,
    rooms: BTreeMap<ChannelId, Room>,
    refused: Vec<u64>,
    unavailable: bool,
    /// How many members the server has, where Discord tells.
    members: Option<u64>,
    /// Whether a message calls a role; it does where nothing is said.
    role_call: Option<RoleCall>,
    token_refused: bool,
    posts: u64,
    limited: u64,
    finds: u64,
    /// How many edits there were, and what becomes of the next ones; those of which nothing is said succeed.
    edits: u64,
    edit_fates: VecDeque<EditOutcome>,
    /// Whether the last request got through, as far as a probe tells.
    shut: bool,
    /// Whether probes are answered whatever becomes of messages.
    answers_probes: bool,
    /// Messages that do not get through, and what becomes of them.
    blocked: Option<(Blocking, Fate)>,
}

type Script = Box<dyn FnMut(u64) -> Fate + Send>;

/// The stand-in; clones show the same Discord.
#[derive(Clone)]
pub(super) struct Discord {
    state: Arc<Mutex<State>>,
    script: Arc<Mutex<Script>>,
    clock: Arc<TestClock>,
    pub(super) crash: Arc<Notify>,
}

impl Discord {
    pub(super) fn new(clock: Arc<TestClock>, crash: Arc<Notify>) -> Self {
        let script: Script = Box::new(|_| Fate::Answered);
        Self { state: Arc::default(), script: Arc::new(Mutex::new(script)), clock, crash }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn room<T>(&self, channel: u64, change: impl FnOnce(&mut Room) -> T) -> T {
        change(self.state().rooms.entry(ChannelId(channel)).or_default())
    }

    /// Decides the fate of each request, by its number.
    pub(super) fn goes(&self, script: impl FnMut(u64) -> Fate + Send + 'static) {
        *self.script.lock().unwrap() = Box::new(script);
    }

    /// What becomes of the next edit of which nothing is said yet.
    pub(super) fn next_edit(&self, outcome: EditOutcome) {
        self.state().edit_fates.push_back(outcome);
    }

    /// How many edits were asked for.
    pub(super) fn edits(&self) -> u64 {
        self.state().edits
    }

    pub(super) fn close(&self, channel: u64, reason: Obstacle, lacking: &[Permission]) {
        self.room(channel, |room| {
            room.closed = Some(reason);
            room.lacking = lacking.to_vec();
        });
    }

    pub(super) fn reopen(&self, channel: u64) {
        self.room(channel, |room| (room.closed, room.lacking) = (None, Vec::new()));
    }

    pub(super) fn everyone_reads(&self, channel: u64) {
        self.is_read_by(channel, Audience::Everyone);
    }

    pub(super) fn is_read_by(&self, channel: u64, audience: Audience) {
        self.room(channel, |room| room.audience = Some(audience));
    }

    /// The same, but the news of it never comes.
    pub(super) fn is_read_unheard_by(&self, channel: u64, audience: Audience) {
        self.room(channel, |room| {
            let before = room.audience.replace(audience).unwrap_or(Audience::Some);
            room.outdated = Some((before, Instant::now()));
        });
    }

    /// Discord tells that the server has so many members.
    pub(super) fn has_members(&self, members: u64) {
        self.state().members = Some(members);
    }

    pub(super) fn show_history(&self, channel: u64) {
        self.room(channel, |room| room.unreadable = false);
    }

    /// A moderator changes every message of a channel.
    pub(super) fn change_messages(&self, channel: u64, change: impl Fn(&mut Message)) {
        let mut state = self.state();
        let here = state.messages.iter_mut().filter(|standing| standing.channel == ChannelId(channel));
        here.for_each(|standing| change(&mut standing.message));
    }

    /// A moderator deletes every message of a channel.
    pub(super) fn delete_messages(&self, channel: u64) {
        self.state().messages.retain(|standing| standing.channel != ChannelId(channel));
    }

    pub(super) fn hide_history(&self, channel: u64) {
        self.room(channel, |room| room.unreadable = true);
    }

    /// What becomes of a role that a message would call.
    pub(super) fn calls_role(&self, call: RoleCall) {
        self.state().role_call = Some(call);
    }

    /// Channels cannot be looked up.
    pub(super) fn hide_settings(&self) {
        self.state().unavailable = true;
    }

    pub(super) fn refuse_token(&self) {
        self.state().token_refused = true;
    }

    /// Messages that show this event are refused.
    pub(super) fn refuse(&self, event: u64) {
        self.state().refused.push(event);
    }

    /// Some messages of the first channel do not get through.
    pub(super) fn block(&self, which: Blocking, fate: Fate) {
        self.state().blocked = Some((which, fate));
    }

    pub(super) fn unblock(&self) {
        self.state().blocked = None;
    }

    /// Probes are answered whatever becomes of messages.
    pub(super) fn answer_probes(&self) {
        self.state().answers_probes = true;
    }

    pub(super) fn posts(&self) -> u64 {
        self.state().posts
    }

    pub(super) fn limited(&self) -> u64 {
        self.state().limited
    }

    pub(super) fn finds(&self) -> u64 {
        self.state().finds
    }

    pub(super) fn messages(&self, channel: u64) -> Vec<Standing> {
        let state = self.state();
        state.messages.iter().filter(|message| message.channel == ChannelId(channel)).cloned().collect()
    }

    /// The events in a channel by their numbers, in the order of its messages and cards.
    pub(super) fn events(&self, channel: u64) -> Vec<u64> {
        self.messages(channel).iter().flat_map(|standing| shown(&standing.message)).collect()
    }

    /// The plain lines of a channel's messages.
    pub(super) fn lines(&self, channel: u64) -> Vec<String> {
        self.messages(channel).iter().map(|standing| plain(standing.message.content.text())).collect()
    }

    fn answer(&self, channel: ChannelId, message: &Message, nonce: &Nonce) -> PostOutcome {
        let now = Instant::now();
        let mut state = self.state();
        if state.token_refused {
            return PostOutcome::Unauthorized;
        }
        let room = state.rooms.entry(channel).or_default();
        if let Some(reason) = room.closed.clone() {
            return PostOutcome::Closed(reason);
        }
        let (ends, used) = match room.window {
            Some((ends, used)) if now < ends => (ends, used),
            _ => (now + WINDOW, 0),
        };
        if used >= 5 {
            state.limited += 1;
            return PostOutcome::RateLimited { after: ends - now, scope: LimitScope::Channel };
        }
        room.window = Some((ends, used + 1));
        let events = shown(message);
        if state.refused.iter().any(|number| events.contains(number)) {
            return PostOutcome::Refused { reason: "50035: embeds[0].title".to_owned() };
        }
        let remaining = 5_u32.saturating_sub(used + 1);
        let pace = Pace::Left { limit: 5, remaining, reset_after: ends - now };
        let twice = |known: &&Standing| {
            known.channel == channel && known.nonce == *nonce && now < known.sent + NONCE_WINDOW
        };
        if let Some(known) = state.messages.iter().find(twice) {
            return PostOutcome::Posted { message: Some(known.id), pace };
        }
        let id = MessageId(MessageId::earliest_at(self.clock.true_time()).0 + state.messages.len() as u64);
        let standing = Standing { channel, message: message.clone(), sent: now, id, nonce: nonce.clone() };
        state.messages.push(standing);
        PostOutcome::Posted { message: Some(id), pace }
    }
}

#[async_trait]
impl Messenger for Discord {
    async fn post(&self, channel: ChannelId, message: &Message, nonce: &Nonce) -> PostOutcome {
        let number = {
            let mut state = self.state();
            state.posts += 1;
            state.posts
        };
        let fate = (self.script.lock().unwrap())(number);
        let is_shut =
            matches!(fate, Fate::Down | Fate::AnswerLost | Fate::TurnedAway(_) | Fate::LimitedEverywhere(_));
        self.state().shut = is_shut;
        let fate = self.blocked(channel, message).filter(|_| !is_shut).unwrap_or(fate);
        tokio::time::sleep(Duration::from_millis(50)).await;
        match fate {
            Fate::Answered => self.answer(channel, message, nonce),
            Fate::AnswerCut => match self.answer(channel, message, nonce) {
                PostOutcome::Posted { pace, .. } => PostOutcome::Posted { message: None, pace },
                other => other,
            },
            Fate::AnswerLost => {
                self.answer(channel, message, nonce);
                PostOutcome::Unknown
            }
            Fate::Down => PostOutcome::Unknown,
            Fate::LimitedEverywhere(after) => {
                PostOutcome::RateLimited { after, scope: LimitScope::Everywhere }
            }
            Fate::LimitedHere(after) => PostOutcome::RateLimited { after, scope: LimitScope::Channel },
            Fate::Refused => PostOutcome::Refused { reason: "400 200000".to_owned() },
            Fate::Unexplained => PostOutcome::Unexplained { reason: "400 99999".to_owned() },
            Fate::TurnedAway(after) => PostOutcome::TurnedAway { after, passed: Passed::No },
            Fate::CrashBefore => {
                self.crash.notify_one();
                pending().await
            }
            Fate::CrashAfter => {
                self.answer(channel, message, nonce);
                self.crash.notify_one();
                pending().await
            }
        }
    }

    async fn find(&self, channel: ChannelId, sought: &Sought) -> FindOutcome {
        let mut state = self.state();
        state.finds += 1;
        let room = state.rooms.entry(channel).or_default();
        if room.unreadable || room.closed.is_some() {
            return FindOutcome::Unreadable;
        }
        let here = || {
            let since = MessageId::earliest_at(sought.since);
            state.messages.iter().filter(move |one| one.channel == channel && one.id >= since)
        };
        let bears = |one: &&Standing| one.message.references().any(|shown| shown == sought.reference);
        if let Some(found) = here().find(bears) {
            return FindOutcome::Found(found.id);
        }
        let is_stripped =
            |one: &Standing| one.message.cards.is_empty() && one.message.references().count() == 0;
        let says_so = |one: &Standing| sought.forms.iter().any(|form| form.content == one.message.content);
        let is_another = |one: &Standing| one.id <= sought.line_after || sought.known.contains(&one.id);
        let by_line: Vec<_> =
            here().filter(|one| is_stripped(one) && says_so(one) && !is_another(one)).collect();
        match by_line[..] {
            [] => FindOutcome::Absent,
            [only] => FindOutcome::Found(only.id),
            _ => FindOutcome::Unreadable,
        }
    }

    async fn edit(&self, channel: ChannelId, message: MessageId, shown: &Message) -> EditOutcome {
        let mut state = self.state();
        state.edits += 1;
        if let Some(outcome) = state.edit_fates.pop_front() {
            return outcome;
        }
        let mut standing = state.messages.iter_mut();
        match standing.find(|one| one.channel == channel && one.id == message) {
            Some(standing) => {
                standing.message.cards.clone_from(&shown.cards);
                standing.message.rows.clone_from(&shown.rows);
                EditOutcome::Edited { pace: Pace::Unsaid }
            }
            None => EditOutcome::Gone,
        }
    }

    async fn probe(&self, _: ChannelId) -> Probed {
        let state = self.state();
        if state.answers_probes || !state.shut { Probed::Answered } else { Probed::Unanswered }
    }
}

impl Discord {
    fn blocked(&self, channel: ChannelId, message: &Message) -> Option<Fate> {
        let (which, fate) = self.state().blocked.clone()?;
        let shown = shown(message);
        let is_plain_card = matches!(&message.cards[..], [only] if only.title.is_none());
        let is_blocked = match which {
            Blocking::Text(event) => shown.contains(&event),
            Blocking::TextAndPlainCards(event) => shown.contains(&event) || is_plain_card,
            Blocking::Everything => true,
        };
        (is_blocked && channel == ChannelId(10)).then_some(fate)
    }
}

/// The events that a message shows, by their names.
fn shown(message: &Message) -> Vec<u64> {
    let titles = message.cards.iter().filter_map(|card| card.title.clone());
    let lines = message.cards.iter().flat_map(|card| card.lines.iter().map(plain));
    titles.chain(lines).filter_map(|text| text.get(text.find('P')? + 1..)?.get(..5)?.parse().ok()).collect()
}

/// A text as a person reads it, moments as their numbers.
pub(super) fn plain(text: &Text) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Ours(text)
        | Piece::Theirs(text)
        | Piece::Bold(text)
        | Piece::Code(text)
        | Piece::Email(text)
        | Piece::Phone(text)
        | Piece::Address(text) => text.clone(),
        Piece::Link { label, .. } => label.clone(),
        Piece::When(at, _) => format!("<t:{}>", at.0),
        Piece::Quote(text, _) => text.to_plain(),
    };
    text.0.iter().map(piece).collect()
}
