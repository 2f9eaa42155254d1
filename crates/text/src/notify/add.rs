//! What is said when a notification is made.

use std::time::Duration;

use deskbell_domain::card::text::Text;
use deskbell_domain::channel::Audience;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ChannelId, SubscriptionId};
use deskbell_domain::mention::Mention;
use deskbell_domain::message::{Button, Message, Row};
use deskbell_domain::port::channels::RoleCall;
use deskbell_domain::press::panel::PanelPress;
use deskbell_domain::press::set_up::SetUpPress;
use deskbell_domain::service::notify::add::{Exposure, PublicDecision, Wish};
use deskbell_domain::service::notify::change::Change;
use deskbell_domain::service::notify::run::Target;
use deskbell_domain::subscription::{Alert, Detail, Subscription, SubscriptionState};
use deskbell_domain::threshold::Threshold;

use super::{
    cards_show, is_held_back, is_kept, mention, other_than, resume_button, shown_to_crowd, subject, within,
};
use crate::around::Around;
use crate::card::after;
use crate::command::CommandName;
use crate::mention::{at_most, whom as mentioned};
use crate::readers;

/// A notification that was made, and what is told of it.
pub struct Added<'a> {
    pub wish: Wish,
    pub subscription: &'a Subscription,
    pub audience: Audience,
    pub interval: Duration,
    pub lacks_history: bool,
    pub role_call: Option<RoleCall>,
}

/// A notification was made: what comes from now on, and how it shows.
pub fn added(around: Around<'_>, added: &Added<'_>) -> Message {
    let subscription = added.subscription;
    let (id, channel) = (subscription.id, subscription.channel);
    let heading = subscription.kind.spec().heading;
    let how = if subscription.alert.ever_rings(subscription.kind) { "ring" } else { "appear" };
    let mut reply = Message::say(if subscription.is_paused() {
        format!("✅ {heading} {how} in <#{channel}> once you resume them: they were paused before.")
    } else {
        let within = within(added.interval);
        format!(
            "✅ {heading} {how} in <#{channel}> from now on, usually within {within}. What happened before is not posted."
        )
    });
    if let Some(waits) = subscription.waits {
        reply = reply.small(counted_from(waits));
    }
    let unusual: Vec<_> = unusual_cards(added).into_iter().chain(unusual_alert(subscription)).collect();
    if !unusual.is_empty() {
        reply = reply.small(Text::ours(unusual.join(" ")));
    }
    if let Some(mentions) = mention::sentence(subscription, added.role_call) {
        reply = reply.small(Text::ours(mentions));
    }
    let came_back = other_than(added.wish, subscription);
    if !came_back.is_empty() {
        reply = reply.small(Text::ours(format!("As before they were removed: {}.", came_back.join(", "))));
    }
    if added.lacks_history {
        reply = reply.small(Text::ours(
            "I lack **Read Message History** there: after a crash I may post something a second time.",
        ));
    }
    if subscription.is_paused() {
        reply = reply.small(is_kept(around));
    }
    let resume = subscription.is_paused().then(|| resume_button(Target::One(id)));
    let try_it = Button::secondary("Try it", SetUpPress::Sample(id).to_custom_id());
    let remove = Button::secondary("Remove", PanelPress::Remove(id).to_custom_id());
    reply.buttons([try_it].into_iter().chain(resume).chain([change_button(id), remove]))
}

fn change_button(id: SubscriptionId) -> Button {
    Button::secondary("Change", PanelPress::Open(id).to_custom_id())
}

/// After how long, and in which time.
fn counted_from(waits: Threshold) -> Text {
    Text::ours(format!(
        "They are told {} without an answer of a person, counted in the office hours of your Intercom workspace.",
        after(waits)
    ))
}

/// What cards show, where that is not what they usually do.
fn unusual_cards(added: &Added<'_>) -> Option<String> {
    let (subscription, audience) = (added.subscription, added.audience);
    if is_held_back(subscription, Some(audience)) {
        return Some(readers::so_cards_show_nothing(audience));
    }
    let cards = cards_show(subscription.detail);
    if shown_to_crowd(subscription, Some(audience)).is_some() {
        return Some(format!("{}.", readers::although(cards, audience)));
    }
    (subscription.detail != Detail::USUAL).then(|| format!("{cards}."))
}

/// When they ring, where that is not when somebody is needed.
fn unusual_alert(subscription: &Subscription) -> Option<String> {
    match subscription.alert {
        Alert::Smart => None,
        Alert::Loud => Some("They always ring.".to_owned()),
        Alert::Silent => Some("They do not ring.".to_owned()),
    }
}

/// A crowd can read the channel, and would see this; nothing is kept yet.
pub fn ask_about_public(wish: Wish, channel: ChannelId, audience: Audience, exposure: Exposure) -> Message {
    let add = |decision| SetUpPress::Add(wish, channel, decision).to_custom_id();
    let elsewhere = Button::secondary("Choose another channel", SetUpPress::Elsewhere(wish).to_custom_id());
    ask_about_crowd(channel, audience, exposure, elsewhere, add)
}

/// What a crowd would come to see, with a button for each way on, and one back.
pub(super) fn ask_about_crowd(
    channel: ChannelId,
    audience: Audience,
    exposure: Exposure,
    back: Button,
    press: impl Fn(PublicDecision) -> String,
) -> Message {
    let without = press(PublicDecision::WithoutPersonalData);
    match exposure {
        Exposure::Call(whom) => {
            let asked = readers::would_see_calls(audience, channel, &mentioned(whom));
            Message::say(asked).buttons([Button::primary("Mention anyway", without), back])
        }
        Exposure::PersonalData(calls) => {
            let too = calls
                .map(|whom| format!(" They would also see each time that {} is mentioned.", mentioned(whom)));
            Message::say(readers::would_see(audience, channel) + &too.unwrap_or_default()).buttons([
                Button::primary("Post without personal data", without),
                back,
                Button::danger("Post everything anyway", press(PublicDecision::Everything)),
            ])
        }
    }
}

/// [Choose another channel] was pressed before the notification was made.
pub fn choose_channel(wish: Wish) -> Message {
    let mut reply = Message::say(format!("Choose the channel for {}.", wish.kind.spec().heading_within));
    reply.rows.push(Row::SelectChannels {
        custom_id: SetUpPress::AddIn(wish).to_custom_id(),
        placeholder: format!("{} go to …", wish.kind.spec().heading),
        chosen: Vec::new(),
        count: 1..=1,
    });
    reply
}

/// One of this kind stands in this channel already; where other settings were asked for, they are offered.
pub fn already_there(around: Around<'_>, there: &Subscription, wish: Wish, audience: Audience) -> Message {
    let mut sentence = format!("{} already go to <#{}>.", there.kind.spec().heading, there.channel);
    match there.state {
        SubscriptionState::Active => {}
        SubscriptionState::Paused { .. } => sentence.push_str(" They are paused."),
        SubscriptionState::Suspended(_) => {
            sentence =
                format!("{sentence} They are on hold: {} says why.", around.mention(CommandName::NotifyList));
        }
    }
    if let Some(mention) = other_mention(there, wish) {
        let before = there.mention.map_or_else(|| "nobody".to_owned(), said);
        sentence = format!("{sentence} They mention {before}, and you asked for {}.", said(mention));
    }
    let mut buttons: Vec<_> = offered_change(there, wish).into_iter().collect();
    if matches!(there.state, SubscriptionState::Paused { .. }) {
        buttons.push(resume_button(Target::One(there.id)));
    }
    if is_held_back(there, Some(audience)) {
        sentence = format!("{sentence} {}", readers::so_they_show_nothing(audience));
        buttons.push(Button::danger("Post everything anyway", SetUpPress::ShowAll(there.id).to_custom_id()));
    }
    buttons.push(change_button(there.id));
    Message::say(sentence).buttons(buttons)
}

/// Whom was asked for, where somebody else is mentioned, or as often.
fn other_mention(there: &Subscription, wish: Wish) -> Option<Mention> {
    wish.mention.filter(|mention| there.mention != Some(*mention))
}

fn said(mention: Mention) -> String {
    format!("{}, {}", mentioned(mention.whom), at_most(mention.every))
}

/// The settings that were asked for, where they are others than those that are there.
fn offered_change(there: &Subscription, wish: Wish) -> Option<Button> {
    let (detail, alert) = (wish.detail.unwrap_or(there.detail), wish.alert.unwrap_or(there.alert));
    let mention = other_mention(there, wish);
    let is_other = (detail, alert) != (there.detail, there.alert);
    let settings = format!("Change to {}, {}", detail.word(), alert.word());
    let (label, change) = match (is_other, mention) {
        (false, None) => return None,
        (false, Some(_)) => ("Change whom they mention".to_owned(), Change { mention, ..Change::default() }),
        (true, _) => {
            let too = mention.map(|_| ", and whom they mention").unwrap_or_default();
            (settings + too, Change { detail: Some(detail), alert: Some(alert), mention })
        }
    };
    Some(Button::primary(&label, SetUpPress::Change(there.id, change).to_custom_id()))
}

/// Other settings were taken.
pub fn changed(subscription: &Subscription) -> Message {
    Message::say(format!(
        "✅ {} have new settings. Detail: {}. Alert: {}.",
        subject(subscription),
        subscription.detail.word(),
        subscription.alert.word()
    ))
}

/// Nobody knows whether the test message was posted.
pub fn test_unclear(around: Around<'_>, channel: ChannelId) -> Message {
    Message::say(format!(
        "Discord did not answer, so I do not know whether my test message stands in <#{channel}>. No notification was \
         made. Try {} again in a minute.",
        around.mention(CommandName::NotifyAdd)
    ))
}

/// A threshold was asked for of a kind that has none.
pub fn no_threshold_for(kind: EventKind) -> Message {
    Message::say(format!(
        "**after** is for {} alone: {} are posted when they come. Leave it out.",
        EventKind::Unanswered.word(),
        kind.spec().heading_within
    ))
}

/// What was typed is no threshold, or none that is possible.
pub fn no_threshold(typed: &str) -> Message {
    Message::of(
        Text::ours("**after** cannot be ")
            .and_theirs(typed)
            .and(". Write a duration from 1m to 30d, such as 15m, 4h or 2d."),
    )
}
