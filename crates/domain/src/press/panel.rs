//! What the controls below a notification's panel carry, and the select below `/notify list` that opens one.

use crate::ids::{ChannelId, SubscriptionId};
use crate::press::set_up::{MISSED, decision_code, missed_code, read_decision};
use crate::service::notify::add::PublicDecision;
use crate::service::notify::change::Change;
use crate::service::notify::run::Missed;
use crate::service::request::SampleCalls;
use crate::time::UnixMillis;

/// When a select was drawn. Discord keeps what was chosen in a select that is drawn again under the same id, and does not
/// tell when the same is chosen once more; this makes it another one each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawn(pub UnixMillis);

/// What such a control carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelPress {
    /// "Change one…": the select's value is a notification's id.
    ChangeOne(Drawn),
    /// `[Change]`, and whatever goes back to the panel.
    Open(SubscriptionId),
    /// `[Back]`: the page of the list with this notification.
    Back(SubscriptionId),
    /// How much a card shows: the select's value is the code of a detail.
    Detail(SubscriptionId, Drawn),
    /// Whether it rings: the select's value is the word of an alert.
    Alert(SubscriptionId, Drawn),
    /// After how long waits are told: the select's value is that many seconds.
    After(SubscriptionId, Drawn),
    /// Whom it mentions: the select's value is a role's id, or none.
    MentionRole(SubscriptionId, Drawn),
    /// How often at most: the select's value is a number of seconds.
    MentionEvery(SubscriptionId, Drawn),
    /// [Whoever has it].
    MentionHolder(SubscriptionId),
    /// `[Nobody]`.
    MentionNobody(SubscriptionId),
    /// [Post without personal data], [Post everything anyway] and [Mention anyway], where a crowd can read the channel.
    Show(SubscriptionId, Change, PublicDecision),
    /// "Move to another channel…": the select's value is a channel's id.
    Elsewhere(SubscriptionId, Drawn),
    /// The same two buttons, where a crowd can read the other channel.
    Move(SubscriptionId, ChannelId, PublicDecision),
    /// `[Pause]`.
    Pause(SubscriptionId),
    /// `[Resume]`, which may ask; [Post them]; [Skip them, start from now].
    Resume(SubscriptionId, Option<Missed>),
    /// [Try it].
    TryIt(SubscriptionId),
    /// `[With @Sales]` and `[Without]`, of a sample that could call a role.
    TryWith(SubscriptionId, SampleCalls),
    /// [Skip to now], which asks.
    Skip(SubscriptionId),
    /// The same, which was asked.
    SkipNow(SubscriptionId),
    /// `[Remove]`, which asks where something would go with it.
    Remove(SubscriptionId),
    /// The same, which was asked.
    RemoveNow(SubscriptionId),
}

impl PanelPress {
    /// As a `custom_id`.
    pub fn to_custom_id(self) -> String {
        match self {
            Self::ChangeOne(drawn) => format!("v1:change-one:{}", drawn.0.0),
            Self::Open(id) => format!("v1:panel:{id}"),
            Self::Back(id) => format!("v1:panel-back:{id}"),
            Self::Detail(id, drawn) => format!("v1:panel-detail:{id}:{}", drawn.0.0),
            Self::Alert(id, drawn) => format!("v1:panel-alert:{id}:{}", drawn.0.0),
            Self::After(id, drawn) => format!("v1:panel-after:{id}:{}", drawn.0.0),
            Self::MentionRole(id, drawn) => format!("v1:panel-mention:{id}:{}", drawn.0.0),
            Self::MentionEvery(id, drawn) => format!("v1:panel-every:{id}:{}", drawn.0.0),
            Self::MentionHolder(id) => format!("v1:panel-mention-holder:{id}"),
            Self::MentionNobody(id) => format!("v1:panel-mention-nobody:{id}"),
            Self::Show(id, change, decision) => {
                format!("v1:panel-show:{id}:{}:{}", change.code(), decision_code(decision))
            }
            Self::Elsewhere(id, drawn) => format!("v1:panel-elsewhere:{id}:{}", drawn.0.0),
            Self::Move(id, channel, decision) => {
                format!("v1:panel-move:{id}:{channel}:{}", decision_code(decision))
            }
            Self::Pause(id) => format!("v1:panel-pause:{id}"),
            Self::Resume(id, missed) => format!("v1:panel-resume:{id}:{}", missed_code(missed)),
            Self::TryIt(id) => format!("v1:panel-try:{id}"),
            Self::TryWith(id, calls) => format!("v1:panel-try-with:{id}:{}", <&str>::from(calls)),
            Self::Skip(id) => format!("v1:panel-skip:{id}"),
            Self::SkipNow(id) => format!("v1:panel-skip-now:{id}"),
            Self::Remove(id) => format!("v1:panel-remove:{id}"),
            Self::RemoveNow(id) => format!("v1:panel-remove-now:{id}"),
        }
    }

    /// Reads a `custom_id`; none where it is not exactly one of these.
    pub fn parse(custom_id: &str) -> Option<Self> {
        let parts: Vec<_> = custom_id.strip_prefix("v1:")?.split(':').collect();
        let read = match parts.as_slice() {
            ["change-one", drawn] => Self::ChangeOne(read_drawn(drawn)?),
            [what, id, rest @ ..] => Self::of_one(what, SubscriptionId(id.parse().ok()?), rest)?,
            _ => return None,
        };
        (read.to_custom_id() == custom_id).then_some(read)
    }

    fn of_one(what: &str, id: SubscriptionId, rest: &[&str]) -> Option<Self> {
        Some(match (what, rest) {
            ("panel", []) => Self::Open(id),
            ("panel-back", []) => Self::Back(id),
            ("panel-detail", [drawn]) => Self::Detail(id, read_drawn(drawn)?),
            ("panel-alert", [drawn]) => Self::Alert(id, read_drawn(drawn)?),
            ("panel-after", [drawn]) => Self::After(id, read_drawn(drawn)?),
            ("panel-mention", [drawn]) => Self::MentionRole(id, read_drawn(drawn)?),
            ("panel-every", [drawn]) => Self::MentionEvery(id, read_drawn(drawn)?),
            ("panel-mention-holder", []) => Self::MentionHolder(id),
            ("panel-mention-nobody", []) => Self::MentionNobody(id),
            ("panel-show", [change @ .., decision]) => {
                Self::Show(id, Change::read(change)?, read_decision(decision)?)
            }
            ("panel-elsewhere", [drawn]) => Self::Elsewhere(id, read_drawn(drawn)?),
            ("panel-move", [channel, decision]) => {
                Self::Move(id, channel.parse().ok()?, read_decision(decision)?)
            }
            ("panel-pause", []) => Self::Pause(id),
            ("panel-resume", [missed]) => {
                Self::Resume(id, MISSED.into_iter().find(|one| missed_code(*one) == *missed)?)
            }
            ("panel-try", []) => Self::TryIt(id),
            ("panel-try-with", [calls]) => Self::TryWith(id, calls.parse().ok()?),
            ("panel-skip", []) => Self::Skip(id),
            ("panel-skip-now", []) => Self::SkipNow(id),
            ("panel-remove", []) => Self::Remove(id),
            ("panel-remove-now", []) => Self::RemoveNow(id),
            _ => return None,
        })
    }
}

fn read_drawn(text: &str) -> Option<Drawn> {
    Some(Drawn(UnixMillis(text.parse().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RoleId;
    use crate::mention::{Every, Mention, Whom};
    use crate::subscription::{Alert, Detail};

    const LAST_ROLE: RoleId = RoleId(u64::MAX);

    #[test]
    fn every_control_is_read_as_it_was_written_and_fits() {
        let (id, drawn) = (SubscriptionId(u64::MAX), Drawn(UnixMillis(i64::MAX)));
        let change = Change { detail: Some(Detail::Private), alert: Some(Alert::Silent), mention: None };
        let mention =
            Some(Mention { whom: Whom::Role(LAST_ROLE), every: Every::of_seconds(86_400).unwrap() });
        for press in [
            PanelPress::ChangeOne(drawn),
            PanelPress::Open(id),
            PanelPress::Back(id),
            PanelPress::Detail(id, drawn),
            PanelPress::Alert(id, drawn),
            PanelPress::After(id, drawn),
            PanelPress::MentionRole(id, drawn),
            PanelPress::MentionEvery(id, drawn),
            PanelPress::MentionHolder(id),
            PanelPress::MentionNobody(id),
            PanelPress::Show(id, change, PublicDecision::WithoutPersonalData),
            PanelPress::Show(id, Change::default(), PublicDecision::Everything),
            PanelPress::Show(id, Change { mention, ..change }, PublicDecision::WithoutPersonalData),
            PanelPress::Elsewhere(id, drawn),
            PanelPress::Move(id, ChannelId(u64::MAX), PublicDecision::WithoutPersonalData),
            PanelPress::Pause(id),
            PanelPress::Resume(id, None),
            PanelPress::Resume(id, Some(Missed::Skip)),
            PanelPress::TryIt(id),
            PanelPress::TryWith(id, SampleCalls::Nobody),
            PanelPress::TryWith(id, SampleCalls::TheRole),
            PanelPress::Skip(id),
            PanelPress::SkipNow(id),
            PanelPress::Remove(id),
            PanelPress::RemoveNow(id),
        ] {
            let custom_id = press.to_custom_id();
            assert!(custom_id.len() <= 100, "{custom_id}");
            assert_eq!(PanelPress::parse(&custom_id), Some(press));
        }
    }

    #[test]
    fn what_we_never_made_is_not_read() {
        for odd in [
            "v1:change-one",
            "v1:change-one:x",
            "v1:change-one:01",
            "v1:panel",
            "v1:panel:",
            "v1:panel:01",
            "v1:panel:1:2",
            "v1:panel-detail:1",
            "v1:panel-show:1:full:loud:maybe",
            "v1:panel-show:1:whole:-:open",
            "v1:panel-show:1:open",
            "v1:panel-show:1:-:-:h-1:open",
            "v1:panel-move:1:02:open",
            "v1:panel-resume:1:perhaps",
            "v1:panel-else:1",
            "v2:panel:1",
        ] {
            assert_eq!(PanelPress::parse(odd), None, "{odd}");
        }
    }
}
