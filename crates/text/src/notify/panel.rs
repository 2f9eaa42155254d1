//! The panel of a notification: what it is in words, and controls for everything it has.
//!
//! Discord shows five rows. The selects come from one list, below them stand the buttons: of waits all five are taken.

mod after;

use deskbell_domain::card::text::Text;
use deskbell_domain::channel::Audience;
use deskbell_domain::ids::{ChannelId, SubscriptionId};
use deskbell_domain::message::{Button, Message, Row, SelectOption};
use deskbell_domain::port::channels::{NamedRole, RoleCall};
use deskbell_domain::port::store::Leftover;
use deskbell_domain::press::panel::{Drawn, PanelPress};
use deskbell_domain::service::notify::add::{Exposure, PublicDecision};
use deskbell_domain::service::notify::change::Change;
use deskbell_domain::service::notify::run::{Missed, Removed, Target};
use deskbell_domain::service::notify::{Listed, Standing};
use deskbell_domain::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_domain::time::Timestamp;

pub use self::after::{another_tells_them, told_from_now_on, told_so_already, unposted_before};
use super::add::ask_about_crowd;
use super::list::{Wrong, how_it_goes};
use super::run::{ask_what_becomes_of, ask_whom_they_mention, removed, skip_label};
use super::{alert_word, cards_show, changed, is_held_back, mention, rings, shown_to_crowd};
use crate::around::Around;
use crate::audience::not_moved;
use crate::command::CommandName;
use crate::number::number;
use crate::readers;

/// What the choice among the alerts carries that leads to whom a notification mentions.
pub const MENTION: &str = "mention";

/// The panel, below what became of the last press.
pub fn panel(
    around: Around<'_>,
    listed: &Listed,
    wrong: &Wrong<'_>,
    drawn: Drawn,
    news: Option<Message>,
) -> Message {
    let subscription = &listed.standing.subscription;
    let news = news.map(|news| news.content.into_text().and("\n")).unwrap_or_default();
    let (sign, after) = (subscription.kind.sign(), subscription.waits.map(after::told).unwrap_or_default());
    let mentions = mention::sentence(subscription, listed.role_call);
    let mentions = mentions.map(|sentence| format!(" {sentence}")).unwrap_or_default();
    let about = format!("{sign} {}{mentions}{after} {}\n", rings(subscription), cards(listed));
    let mut reply = Message::of(news.and(about).joined(how_it_goes(around, &listed.standing, wrong)));
    if let Some(failed) = failed(around, listed.standing.failed) {
        reply = reply.small(failed);
    }
    reply.rows.extend(settings(listed, drawn));
    reply.buttons(actions(&listed.standing))
}

fn failed(around: Around<'_>, count: u64) -> Option<Text> {
    let shows = around.mention(CommandName::NotifyFailed);
    match count {
        0 => None,
        1 => Some(Text::ours(format!("1 could not be posted: {shows} shows it."))),
        _ => Some(Text::ours(format!("{} could not be posted: {shows} shows them.", number(count)))),
    }
}

fn cards(listed: &Listed) -> String {
    let subscription = &listed.standing.subscription;
    let cards = cards_show(subscription.detail);
    match listed.audience {
        Some(readers) if is_held_back(subscription, listed.audience) => {
            readers::so_cards_show_nothing(readers)
        }
        Some(readers) if shown_to_crowd(subscription, listed.audience).is_some() => {
            format!("⚠️ {}.", readers::although(cards, readers))
        }
        _ => format!("{cards}."),
    }
}

/// A select for each setting.
fn settings(listed: &Listed, drawn: Drawn) -> Vec<Row> {
    let subscription = &listed.standing.subscription;
    let first = [detail(listed, drawn), alert(subscription, drawn)];
    first.into_iter().chain(after::select(subscription, drawn)).chain([channel(listed, drawn)]).collect()
}

fn detail(listed: &Listed, drawn: Drawn) -> Row {
    let subscription = &listed.standing.subscription;
    let shown = match listed.audience {
        Some(readers) if is_held_back(subscription, listed.audience) => readers::private(readers),
        _ => subscription.detail.word().to_owned(),
    };
    Row::Select {
        custom_id: PanelPress::Detail(subscription.id, drawn).to_custom_id(),
        placeholder: format!("Cards: {shown}"),
        options: Detail::ALL.map(|one| option(one.word(), about_detail(one), one.code())).into(),
    }
}

fn about_detail(detail: Detail) -> &'static str {
    match detail {
        Detail::Full => "Every field",
        Detail::Short => "Name, e-mail, company, tags and how the text begins",
        Detail::Private => "No personal data; Show opens the card for those who may see it",
        Detail::Card => "At most eight lines on a phone: who, how to reach them, what they want",
    }
}

fn alert(subscription: &Subscription, drawn: Drawn) -> Row {
    let alerts = Alert::ALL.map(|one| option(alert_word(one), about_alert(one), one.word()));
    let mention = option("Mention somebody…", "Who is called by name where they ring", MENTION);
    Row::Select {
        custom_id: PanelPress::Alert(subscription.id, drawn).to_custom_id(),
        placeholder: format!("Ring: {}", alert_word(subscription.alert)),
        options: alerts.into_iter().chain([mention]).collect(),
    }
}

fn about_alert(alert: Alert) -> &'static str {
    match alert {
        Alert::Loud => "Phones ring as each person has set the channel",
        Alert::Silent => "No phone rings",
        Alert::Smart => "Phones ring where somebody is needed",
    }
}

fn channel(listed: &Listed, drawn: Drawn) -> Row {
    let placeholder = match &listed.channel_name {
        Some(name) => format!("Channel: #{name}"),
        None => "Choose another channel".to_owned(),
    };
    Row::SelectChannels {
        custom_id: PanelPress::Elsewhere(listed.standing.subscription.id, drawn).to_custom_id(),
        placeholder,
        chosen: Vec::new(),
        count: 1..=1,
    }
}

fn option(label: &str, description: &str, value: &str) -> SelectOption {
    let description = Some(description.to_owned());
    SelectOption { label: label.to_owned(), description, value: value.to_owned() }
}

fn actions(standing: &Standing) -> Vec<Button> {
    let id = standing.subscription.id;
    let button = |label: &str, press: PanelPress| Button::secondary(label, press.to_custom_id());
    let runs = if standing.subscription.is_paused() {
        button("Resume", PanelPress::Resume(id, None))
    } else {
        button("Pause", PanelPress::Pause(id))
    };
    let skip = (standing.waiting.count > 0).then(|| button("Skip to now", PanelPress::Skip(id)));
    let try_it = button("Try it", PanelPress::TryIt(id));
    let rest = [button("Remove", PanelPress::Remove(id)), button("Back", PanelPress::Back(id))];
    [runs, try_it].into_iter().chain(skip).chain(rest).collect()
}

/// Settings are other than before; `readers` read the channel, as far as Discord tells, and `call` is what becomes there of
/// a role that is mentioned.
pub fn now_so(
    change: Change,
    subscription: &Subscription,
    readers: Option<Audience>,
    call: Option<RoleCall>,
) -> Message {
    match change {
        Change { detail: None, alert: None, mention: Some(_) } => mention::now_mentions(subscription),
        Change { mention: Some(_), .. } => {
            let mentions = mention::sentence(subscription, call).unwrap_or_default();
            changed(subscription).small(Text::ours(mentions))
        }
        Change { detail: Some(detail), alert: None, .. } => now_shows(detail, subscription, readers),
        Change { detail: None, alert: Some(Alert::Loud), .. } => {
            Message::say("✅ They always ring from now on.")
        }
        Change { detail: None, alert: Some(Alert::Silent), .. } => Message::say("✅ They no longer ring."),
        Change { detail: None, alert: Some(Alert::Smart), .. } => {
            Message::say("✅ They ring where somebody is needed, from now on.")
        }
        Change { .. } => changed(subscription),
    }
}

fn now_shows(detail: Detail, subscription: &Subscription, readers: Option<Audience>) -> Message {
    let cards = format!("✅ {} from now on", cards_show(detail));
    Message::say(match readers {
        Some(readers) if is_held_back(subscription, Some(readers)) => {
            format!("✅ {}", readers::so_cards_show_nothing(readers))
        }
        Some(readers) if shown_to_crowd(subscription, Some(readers)).is_some() => {
            format!("{}.", readers::although(&cards, readers))
        }
        _ => format!("{cards}."),
    })
}

/// They were so already.
pub fn was_so(change: Change, subscription: &Subscription) -> Message {
    Message::say(match change {
        Change { detail: None, alert: None, mention: Some(_) } => mention::already(subscription),
        Change { detail: Some(detail), alert: None, .. } => format!("{} already.", cards_show(detail)),
        Change { detail: None, alert: Some(Alert::Loud), .. } => "They always ring already.".to_owned(),
        Change { detail: None, alert: Some(Alert::Smart), .. } => {
            "They ring where somebody is needed already.".to_owned()
        }
        Change { detail: None, alert: Some(Alert::Silent), .. } => "They do not ring already.".to_owned(),
        Change { .. } => format!("{} have these settings already.", super::subject(subscription)),
    })
}

/// A crowd would come to see this; nothing is changed yet. Who is mentioned says nothing of what cards show, so that what
/// was said of that before holds on.
pub fn ask_about_change(
    subscription: &Subscription,
    change: Change,
    readers: Audience,
    exposure: Exposure,
) -> Message {
    let id = subscription.id;
    let shows_all = matches!(exposure, Exposure::Call(_)) && subscription.public == PublicChoice::Everything;
    let press = |decision| {
        let decision = if shows_all { PublicDecision::Everything } else { decision };
        PanelPress::Show(id, change, decision).to_custom_id()
    };
    ask_about_crowd(subscription.channel, readers, exposure, back(id), press)
}

/// The same of another channel.
pub fn ask_about_channel(
    id: SubscriptionId,
    channel: ChannelId,
    readers: Audience,
    exposure: Exposure,
) -> Message {
    let press = |decision| PanelPress::Move(id, channel, decision).to_custom_id();
    ask_about_crowd(channel, readers, exposure, back(id), press)
}

fn back(id: SubscriptionId) -> Button {
    Button::secondary("Back", PanelPress::Open(id).to_custom_id())
}

/// It stands in the chosen channel already.
pub fn same_channel(channel: ChannelId) -> Message {
    Message::say(format!("They go to <#{channel}> already."))
}

/// Another of its kind stands in the chosen channel.
pub fn another_is_there(there: &Subscription) -> Message {
    let (heading, channel) = (there.kind.spec().heading, there.channel);
    Message::say(format!("{heading} go to <#{channel}> already, so nothing was moved."))
}

/// What is not posted would go with a move.
pub fn unposted(around: Around<'_>, subscription: &Subscription, leftover: Leftover) -> Message {
    let what_first = match (&subscription.state, leftover.waiting) {
        (_, 0) | (SubscriptionState::Active, _) => return not_moved(around, subscription, leftover),
        (SubscriptionState::Paused { .. }, 1) => "Resume or skip it first.",
        (SubscriptionState::Paused { .. }, _) => "Resume or skip them first.",
        (SubscriptionState::Suspended(_), 1) => {
            "It is posted when I can post there again; else skip it first."
        }
        (SubscriptionState::Suspended(_), _) => {
            "They are posted when I can post there again; else skip them first."
        }
    };
    let channel = subscription.channel;
    Message::say(match leftover.waiting {
        1 => format!("1 waits for <#{channel}>, so nothing was moved. {what_first}"),
        waiting => {
            format!("{} wait for <#{channel}>, so nothing was moved. {what_first}", number(waiting))
        }
    })
}

/// Somebody else was faster.
pub fn gone() -> Message {
    Message::say("❌ That notification is not there any more: somebody moved or removed it.")
}

/// A pause that a person asked for, or that was one before.
pub fn paused(done: &[Subscription]) -> Message {
    Message::say(match done {
        [] => "They were paused already.",
        _ => "✅ Paused. What comes meanwhile is kept.",
    })
}

/// Many wait: a person says what becomes of them.
pub fn ask_about_missed(id: SubscriptionId, count: u64, since: Option<Timestamp>) -> Message {
    let press = |missed| PanelPress::Resume(id, Some(missed)).to_custom_id();
    let buttons = [
        Button::primary("Post them", press(Missed::Post)),
        Button::secondary("Skip them, start from now", press(Missed::Skip)),
        Button::secondary("Back", PanelPress::Open(id).to_custom_id()),
    ];
    asking(ask_what_becomes_of(Target::One(id), count, since), buttons)
}

/// A real message would call a role: asks whether a sample does.
pub fn ask_whom_a_sample_mentions(id: SubscriptionId, role: Option<&NamedRole>) -> Message {
    ask_whom_they_mention(role, |calls| PanelPress::TryWith(id, calls).to_custom_id())
}

/// Names what waits, and asks.
pub fn ask_before_skipping(standing: &Standing) -> Message {
    let id = standing.subscription.id;
    let skip = skip_label(standing.waiting.count);
    asking(super::ask_before_skipping(standing), keeping(id, &skip, PanelPress::SkipNow(id)))
}

/// Names what would go, and asks.
pub fn ask_before_removing(standing: &Standing) -> Message {
    let id = standing.subscription.id;
    asking(super::ask_before_removing(standing), keeping(id, "Remove", PanelPress::RemoveNow(id)))
}

/// It is removed; the way back leads to the others.
pub fn is_removed(gone: &Removed) -> Message {
    let back = PanelPress::Back(gone.subscription.id).to_custom_id();
    removed(&gone.subscription, gone.dropped).buttons([Button::secondary("Back", back)])
}

fn keeping(id: SubscriptionId, label: &str, press: PanelPress) -> [Button; 2] {
    let keep = Button::secondary("Keep", PanelPress::Open(id).to_custom_id());
    [Button::danger(label, press.to_custom_id()), keep]
}

/// A question with the panel's own answers.
fn asking(question: Message, buttons: impl IntoIterator<Item = Button>) -> Message {
    Message { rows: Vec::new(), ..question }.buttons(buttons)
}
