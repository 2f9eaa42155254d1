//! What the controls below `/notify`, `/access` and `/setup` carry.
//!
//! Each carries all that it needs: nothing is kept for it, so it works after a restart.

use crate::access::{Export, Grant, Level};
use crate::crowd::Everybody;
use crate::delivery::DeadLetterId;
use crate::event::EventKind;
use crate::ids::{ChannelId, RoleId, SubscriptionId};
use crate::mention::Mention;
use crate::press::Held;
use crate::press::who::WhoPress;
use crate::service::notify::add::{PublicDecision, Wish};
use crate::service::notify::change::Change;
use crate::service::notify::failed::Letters;
use crate::service::notify::run::{Missed, Target};
use crate::service::request::SampleCalls;
use crate::subscription::{Alert, Detail};
use crate::threshold::Threshold;

/// What such a control carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetUpPress {
    /// [Post without personal data] and [Post everything anyway].
    Add(Wish, ChannelId, PublicDecision),
    /// [Choose another channel].
    Elsewhere(Wish),
    /// The channel that was chosen then.
    AddIn(Wish),
    /// [Use these settings], of a notification that is there already.
    Change(SubscriptionId, Change),
    /// [Post everything anyway], of a notification that is there already.
    ShowAll(SubscriptionId),
    /// [Try it].
    Sample(SubscriptionId),
    /// `[With @Sales]` and `[Without]`, of samples that could call a role.
    SampleWith(Target, SampleCalls),
    /// `[Pause]`.
    Pause(SubscriptionId),
    /// `[Resume]`, which may ask; [Post them]; [Skip them, start from now].
    Resume(Target, Option<Missed>),
    /// `[Remove]`, which asks.
    Remove(SubscriptionId),
    /// `[Remove]`, which was asked.
    RemoveNow(SubscriptionId),
    /// [Skip them], of a notification for which much waits; it was asked.
    SkipNow(SubscriptionId),
    /// `[Keep]`.
    Keep,
    /// A page of `/notify list`; `[Refresh]`.
    List(u32),
    /// [Try now].
    TryNow,
    /// A page of `/notify failed`; [Show the 3].
    Failed(u32),
    /// "Choose one…": the select's value is a dead letter's id.
    FailedOne,
    /// [Try again].
    TryAgain(Letters),
    /// [Drop], which asks where it means several.
    Drop(Letters),
    /// [Drop them].
    DropAllNow,
    /// The channels chosen for a kind in `/setup`, and the last of the notifications that were shown as chosen, by id.
    Channels(EventKind, Option<SubscriptionId>),
    /// The roles chosen in `/setup`, and the version of the list that was shown.
    Roles(u64),
    /// [Allow anyway].
    Allow(RoleId, Grant),
    /// The channel that was chosen after [Choose another channel], for notifications that stand.
    MoveTo(Held),
    /// Whether everybody in the server is the team.
    Team(Everybody),
    /// "Forget who somebody is…", as earlier lists have it: the select's value is a member's id.
    ActsAsNobody,
    /// Who is who in Intercom.
    Who(WhoPress),
}

impl SetUpPress {
    /// As a `custom_id`.
    pub fn to_custom_id(&self) -> String {
        match self {
            Self::Add(wish, channel, decision) => {
                format!("v1:add:{}:{channel}:{}", decision_code(*decision), wish_code(*wish))
            }
            Self::Elsewhere(wish) => format!("v1:elsewhere:{}", wish_code(*wish)),
            Self::AddIn(wish) => format!("v1:add-in:{}", wish_code(*wish)),
            Self::Change(id, change) => format!("v1:change:{id}:{}", change.code()),
            Self::ShowAll(id) => format!("v1:show-all:{id}"),
            Self::Sample(id) => format!("v1:sample:{id}"),
            Self::SampleWith(target, calls) => {
                format!("v1:sample-with:{}:{}", target_code(*target), <&str>::from(*calls))
            }
            Self::Pause(id) => format!("v1:pause:{id}"),
            Self::Resume(target, missed) => {
                format!("v1:resume:{}:{}", target_code(*target), missed_code(*missed))
            }
            Self::Remove(id) => format!("v1:remove:{id}"),
            Self::RemoveNow(id) => format!("v1:remove-now:{id}"),
            Self::SkipNow(id) => format!("v1:skip-now:{id}"),
            Self::Keep => "v1:keep".to_owned(),
            Self::List(page) => format!("v1:notify-list:{page}"),
            Self::TryNow => "v1:try-now".to_owned(),
            Self::Failed(page) => format!("v1:failed:{page}"),
            Self::FailedOne => "v1:failed-one".to_owned(),
            Self::TryAgain(letters) => format!("v1:try-again:{}", letters_code(*letters)),
            Self::Drop(letters) => format!("v1:drop:{}", letters_code(*letters)),
            Self::DropAllNow => "v1:drop-now".to_owned(),
            Self::Channels(kind, shown) => {
                let shown = shown.map(|last| last.to_string()).unwrap_or_default();
                format!("v1:channels:{}:{shown}", kind.spec().code)
            }
            Self::Roles(version) => format!("v1:roles:{version}"),
            Self::Allow(role, grant) => format!("v1:allow:{role}:{}", grant_code(*grant)),
            Self::MoveTo(held) => format!("v1:move-to:{}", held.code()),
            Self::ActsAsNobody => "v1:acts-as-nobody".to_owned(),
            Self::Who(press) => press.to_custom_id(),
            Self::Team(Everybody::IsTheTeam) => "v1:team:all".to_owned(),
            Self::Team(Everybody::IsNotTheTeam | Everybody::Outgrown) => "v1:team:some".to_owned(),
        }
    }

    /// Reads a `custom_id`; none where it is not exactly one of these.
    pub fn parse(custom_id: &str) -> Option<Self> {
        let parts: Vec<_> = custom_id.strip_prefix("v1:")?.split(':').collect();
        let read = Self::read(&parts)?;
        // What was shown has an earlier form, too, and is read exactly by itself.
        let is_exact = matches!(read, Self::Channels(..)) || read.to_custom_id() == custom_id;
        is_exact.then_some(read)
    }

    fn read(parts: &[&str]) -> Option<Self> {
        let subscription = |text: &str| Some(SubscriptionId(text.parse().ok()?));
        Some(match parts {
            ["add", decision, channel, wish @ ..] => {
                Self::Add(read_wish(wish)?, channel.parse().ok()?, read_decision(decision)?)
            }
            ["elsewhere", wish @ ..] => Self::Elsewhere(read_wish(wish)?),
            ["add-in", wish @ ..] => Self::AddIn(read_wish(wish)?),
            ["change", id, change @ ..] => Self::Change(subscription(id)?, Change::read(change)?),
            ["show-all", id] => Self::ShowAll(subscription(id)?),
            ["sample", id] => Self::Sample(subscription(id)?),
            ["sample-with", target, calls] => Self::SampleWith(read_target(target)?, calls.parse().ok()?),
            ["pause", id] => Self::Pause(subscription(id)?),
            ["resume", target, missed] => Self::Resume(
                read_target(target)?,
                MISSED.into_iter().find(|one| missed_code(*one) == *missed)?,
            ),
            ["remove", id] => Self::Remove(subscription(id)?),
            ["remove-now", id] => Self::RemoveNow(subscription(id)?),
            ["skip-now", id] => Self::SkipNow(subscription(id)?),
            ["keep"] => Self::Keep,
            ["notify-list", page] => Self::List(page.parse().ok()?),
            ["try-now"] => Self::TryNow,
            ["failed", page] => Self::Failed(page.parse().ok()?),
            ["failed-one"] => Self::FailedOne,
            ["try-again", letters] => Self::TryAgain(read_letters(letters)?),
            ["drop", letters] => Self::Drop(read_letters(letters)?),
            ["drop-now"] => Self::DropAllNow,
            ["channels", kind, ""] => Self::Channels(EventKind::of_code(kind)?, None),
            ["channels", kind, shown] => {
                Self::Channels(EventKind::of_code(kind)?, Some(read_last_shown(shown)?))
            }
            ["roles", version] => Self::Roles(version.parse().ok()?),
            ["allow", role, grant] => {
                Self::Allow(role.parse().ok()?, GRANTS.into_iter().find(|one| grant_code(*one) == *grant)?)
            }
            ["move-to", held] => Self::MoveTo(Held::parse(held)?),
            ["acts-as-nobody"] => Self::ActsAsNobody,
            ["who", rest @ ..] => Self::Who(WhoPress::read(rest)?),
            ["team", "all"] => Self::Team(Everybody::IsTheTeam),
            ["team", "some"] => Self::Team(Everybody::IsNotTheTeam),
            _ => return None,
        })
    }
}

const DECISIONS: [PublicDecision; 3] =
    [PublicDecision::Open, PublicDecision::WithoutPersonalData, PublicDecision::Everything];

pub(super) fn read_decision(text: &str) -> Option<PublicDecision> {
    DECISIONS.into_iter().find(|one| decision_code(*one) == text)
}

pub(super) fn decision_code(decision: PublicDecision) -> &'static str {
    match decision {
        PublicDecision::Open => "open",
        PublicDecision::WithoutPersonalData => "private",
        PublicDecision::Everything => "everything",
    }
}

fn wish_code(wish: Wish) -> String {
    let detail = wish.detail.map_or("-", Detail::code);
    let alert = wish.alert.map_or("-", Alert::word);
    let code = wish.kind.spec().code;
    let waits = wish.waits.map(|waits| format!(":{waits}")).unwrap_or_default();
    let mention = wish.mention.map(|mention| format!(":{}", mention.code())).unwrap_or_default();
    format!("{code}:{detail}:{alert}{waits}{mention}")
}

fn read_wish(parts: &[&str]) -> Option<Wish> {
    let [kind, detail, alert, rest @ ..] = parts else { return None };
    let threshold = |waits: &str| Threshold::of_seconds(waits.parse().ok()?);
    let (waits, mention) = match rest {
        [] => (None, None),
        [waits, mention] => (Some(threshold(waits)?), Some(Mention::read(mention)?)),
        [waits] if waits.bytes().all(|b| b.is_ascii_digit()) => (Some(threshold(waits)?), None),
        [mention] => (None, Some(Mention::read(mention)?)),
        _ => return None,
    };
    let kind = EventKind::of_code(kind)?;
    if waits.is_some() && !kind.has_thresholds() || mention.is_some_and(|mention| !mention.whom.fits(kind)) {
        return None;
    }
    let detail = if *detail == "-" { None } else { Some(detail.parse().ok()?) };
    let alert = if *alert == "-" { None } else { Some(alert.parse().ok()?) };
    Some(Wish { kind, detail, alert, waits, mention })
}

fn read_target(code: &str) -> Option<Target> {
    match code {
        "all" => Some(Target::All),
        id => Some(Target::One(SubscriptionId(id.parse().ok()?))),
    }
}

fn target_code(target: Target) -> String {
    match target {
        Target::All => "all".to_owned(),
        Target::One(id) => id.to_string(),
    }
}

/// Nothing said, and what can be said, of what came during a pause.
pub(super) const MISSED: [Option<Missed>; 3] = [None, Some(Missed::Post), Some(Missed::Skip)];

pub(super) fn missed_code(missed: Option<Missed>) -> &'static str {
    match missed {
        None => "ask",
        Some(Missed::Post) => "post",
        Some(Missed::Skip) => "skip",
    }
}

fn letters_code(letters: Letters) -> String {
    match letters {
        Letters::All => "all".to_owned(),
        Letters::One(id) => id.0.to_string(),
    }
}

fn read_letters(text: &str) -> Option<Letters> {
    if text == "all" { Some(Letters::All) } else { Some(Letters::One(DeadLetterId(text.parse().ok()?))) }
}

const GRANTS: [Grant; 4] = [
    Grant { level: Level::Act, export: Export::Forbidden },
    Grant { level: Level::Act, export: Export::Allowed },
    Grant { level: Level::Look, export: Export::Forbidden },
    Grant { level: Level::Look, export: Export::Allowed },
];

/// The first two are from before there were levels; what they gave is called Act today.
fn grant_code(grant: Grant) -> &'static str {
    match (grant.level, grant.export) {
        (Level::Act, Export::Forbidden) => "look",
        (Level::Act, Export::Allowed) => "export",
        (Level::Look, Export::Forbidden) => "only-look",
        (Level::Look, Export::Allowed) => "only-look-export",
    }
}

/// The last of those that were shown; earlier versions wrote all of them, ascending.
fn read_last_shown(text: &str) -> Option<SubscriptionId> {
    let exact = |id: &str| id.parse().ok().filter(|number: &u64| number.to_string() == id);
    let all: Option<Vec<_>> = text.split('.').map(exact).collect();
    all?.last().copied().map(SubscriptionId)
}
