//! Subscriptions: a server's wish to see one kind of event in one channel. People read "notification".

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

pub use crate::alert::Alert;
use crate::channel::{Audience, Obstacle};
use crate::event::{Event, EventKind};
use crate::home::Home;
use crate::ids::{ChannelId, GuildId, JournalNumber, MemberId, SubscriptionId, WorkspaceId};
use crate::mention::Mention;
use crate::threshold::Threshold;
use crate::time::Timestamp;

/// A subscription. One per guild, channel, kind and threshold; bound to the workspace that it was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Never used again.
    pub id: SubscriptionId,
    /// The server.
    pub guild: GuildId,
    /// The workspace whose events it shows.
    pub workspace: WorkspaceId,
    /// Where they are shown.
    pub channel: ChannelId,
    /// Which they are.
    pub kind: EventKind,
    /// How much of them is shown.
    pub detail: Detail,
    /// Whether they ring.
    pub alert: Alert,
    /// Intercom's time when it was made: events with an earlier time of their own are not for it.
    pub floor: Timestamp,
    /// The last journal number when it was made: events up to it are not for it.
    pub after: JournalNumber,
    /// Who made it.
    pub made_by: MemberId,
    /// What was decided for a channel that everyone can read.
    #[serde(default)]
    pub public: PublicChoice,
    /// Whether it runs.
    #[serde(default)]
    pub state: SubscriptionState,
    /// After how long a wait is told; of waits alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Threshold>,
    /// After how long they were told before somebody changed that: the cards that stand still say how a wait ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps_before: Vec<Threshold>,
    /// Whom it calls where it rings, if anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mention: Option<Mention>,
    /// Counts the changes of this record: a change names the version it was made from.
    #[serde(default)]
    pub version: u64,
}

/// How much a card shows; the order is that of the command's choices, append only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Detail {
    /// Every field.
    Full,
    /// Name, e-mail, company, tags and 140 characters of text.
    Short,
    /// Nothing personal in any part.
    Private,
    /// What somebody needs to act, on at most eight lines of a phone.
    Card,
}

impl Detail {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Full, Self::Short, Self::Private, Self::Card];
    /// How much is shown where nobody chose.
    pub const USUAL: Self = Self::Card;

    /// As controls carry it, and as it is stored: old messages still have it, so it never changes.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// The name that people read and choose.
    pub fn word(self) -> &'static str {
        match self {
            Self::Full => "Full",
            Self::Short => "Short",
            Self::Private => "Private",
            Self::Card => "Card",
        }
    }
}

/// What a person decided about a channel that @everyone can read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicChoice {
    /// Nothing: where everyone can read, cards are Private.
    #[default]
    WithoutPersonalData,
    /// Everything anyway, in so many words.
    Everything,
}

/// Whether a subscription runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionState {
    /// It does.
    #[default]
    Active,
    /// A person paused it: events are kept, nothing is posted.
    Paused {
        /// Who; none where the bot was started with `--paused`.
        by: Option<MemberId>,
        /// Since when.
        since: Timestamp,
    },
    /// Discord does not let us post: events are kept, and we try again ever more rarely.
    Suspended(Suspension),
}

/// A subscription on hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// Why.
    pub reason: SuspendReason,
    /// Since when.
    pub since: Timestamp,
    /// How often it was tried again.
    pub probes: u32,
    /// When it is tried next.
    pub next_probe: Timestamp,
    /// Whether it was told in another channel.
    pub told: bool,
}

/// Why a subscription is on hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspendReason {
    /// `DISCORD_GUILD_ID` does not list the server any more.
    GuildNotLinked,
    /// The token belongs to another workspace now.
    OtherWorkspace,
    /// Intercom refuses the server's own token.
    TokenRefused,
    /// The server's own token may not read what the cards show.
    TokenLacksRight,
    /// Nothing can be posted in the channel. Stored as the obstacle alone.
    #[serde(untagged)]
    Channel(Obstacle),
}

impl SuspendReason {
    /// Whether trying again can help without somebody changing the bot's configuration.
    pub fn can_be_probed(&self) -> bool {
        matches!(self, Self::Channel(_))
    }
}

impl Subscription {
    /// The server and the workspace that it belongs to.
    pub fn home(&self) -> Home {
        Home::new(&self.workspace, self.guild)
    }

    /// Whether messages may go out.
    pub fn is_active(&self) -> bool {
        self.state == SubscriptionState::Active
    }

    /// How much of its events these readers of its channel get: a crowd gets no personal data, unless a person chose
    /// otherwise in so many words.
    pub fn detail_for(&self, audience: Audience) -> Detail {
        match self.public {
            PublicChoice::WithoutPersonalData if audience.is_public() => Detail::Private,
            PublicChoice::WithoutPersonalData | PublicChoice::Everything => self.detail,
        }
    }

    /// Whether these readers get less than was chosen.
    pub fn is_held_back_from(&self, audience: Audience) -> bool {
        self.detail_for(audience) != self.detail
    }

    /// Whether it matters who reads its channel.
    pub fn depends_on_audience(&self) -> bool {
        self.is_held_back_from(Audience::Everyone)
    }

    /// Whether a crowd that reads its channel gets personal data.
    pub fn shows_to_a_crowd(&self) -> bool {
        self.detail_for(Audience::Everyone) != Detail::Private
    }

    /// Whether a person paused it.
    pub fn is_paused(&self) -> bool {
        matches!(self.state, SubscriptionState::Paused { .. })
    }

    /// The state that one begins with which takes its place: a pause is a person's word and holds on, while a hold is
    /// found anew.
    pub fn state_of_successor(&self) -> SubscriptionState {
        if self.is_paused() { self.state.clone() } else { SubscriptionState::Active }
    }

    /// Tells waits after so long, those whose time is over from a moment on; nothing else has such a time.
    pub fn tell_after(&mut self, after: Threshold, from: Timestamp) {
        let Some(before) = self.waits.filter(|before| *before != after) else { return };
        self.steps_before.retain(|step| *step != after);
        self.steps_before.push(before);
        self.waits = Some(after);
        self.floor = self.floor.max(from);
    }

    /// Whether it takes what another takes: their kind, and of waits the same step.
    pub fn takes_the_same(&self, other: &Self) -> bool {
        (self.kind, self.waits) == (other.kind, other.waits)
    }

    /// Whether an event is of the kind that it takes, or told with that, and of waits of its step.
    pub fn takes(&self, kind: EventKind, waits: Option<Threshold>) -> bool {
        (self.kind, self.waits) == (kind.told_by(), waits)
    }

    /// Whether an event at this place is for it.
    pub fn is_for(&self, number: JournalNumber, event: &Event) -> bool {
        self.takes(event.kind(), event.threshold()) && self.wants(number, event.compared_at())
    }

    /// Whether an event at this place and time is for it (its kind is the caller's to compare).
    pub fn wants(&self, number: JournalNumber, at: Timestamp) -> bool {
        number > self.after && at >= self.floor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subscription(detail: Detail, public: PublicChoice) -> Subscription {
        Subscription {
            waits: None,
            steps_before: Vec::new(),
            mention: None,
            id: SubscriptionId(1),
            guild: GuildId(2),
            workspace: WorkspaceId::new("w1"),
            channel: ChannelId(3),
            kind: EventKind::NewLead,
            detail,
            alert: Alert::Loud,
            floor: Timestamp(4),
            after: JournalNumber(5),
            made_by: MemberId(6),
            public,
            state: SubscriptionState::Active,
            version: 0,
        }
    }

    #[test]
    fn controls_carry_what_is_stored() {
        for detail in Detail::ALL {
            assert_eq!(serde_json::to_string(&detail).unwrap(), format!("\"{}\"", detail.code()));
            assert_eq!(detail.code().parse(), Ok(detail));
        }
        for alert in Alert::ALL {
            assert_eq!(serde_json::to_string(&alert).unwrap(), format!("\"{}\"", alert.word()));
            assert_eq!(alert.word().parse(), Ok(alert));
        }
    }

    #[test]
    fn a_crowd_gets_no_personal_data_unless_a_person_chose_otherwise() {
        for crowd in [Audience::Everyone, Audience::Crowd(Some(51)), Audience::Crowd(None)] {
            for detail in Detail::ALL {
                let careful = subscription(detail, PublicChoice::WithoutPersonalData);
                assert_eq!(careful.detail_for(crowd), Detail::Private);
                assert_eq!(subscription(detail, PublicChoice::Everything).detail_for(crowd), detail);
            }
        }
    }

    #[test]
    fn a_team_gets_what_was_chosen() {
        for public in [PublicChoice::WithoutPersonalData, PublicChoice::Everything] {
            for detail in Detail::ALL {
                assert_eq!(subscription(detail, public).detail_for(Audience::Some), detail);
            }
        }
    }

    #[test]
    fn who_reads_matters_only_where_something_would_be_left_out() {
        assert!(subscription(Detail::Short, PublicChoice::WithoutPersonalData).depends_on_audience());
        assert!(!subscription(Detail::Short, PublicChoice::Everything).depends_on_audience());
        assert!(!subscription(Detail::Private, PublicChoice::WithoutPersonalData).depends_on_audience());
    }
}
