//! What a button or select carries: a short text in Discord's `custom_id`, which survives a restart because Discord
//! keeps it. It is not signed and may be old, so it is parsed strictly and every press is authorised again.

pub mod audit;
pub mod connection;
pub mod desk;
pub mod join;
pub mod look;
pub mod member;
pub mod panel;
pub mod person;
pub mod privacy;
mod record_id;
pub mod set_up;
mod shown_event;
pub mod who;

use strum::{EnumString, IntoStaticStr};

use crate::delivery::Reference;
use crate::ids::{ChannelId, ContactId, ConversationId, SubscriptionId};
use crate::press::desk::DeskPress;
pub use record_id::{parse_contact, parse_conversation};
pub use shown_event::ShownEvent;

/// A control below a card. The first of a message bears the message's reference, which is found there even when a
/// moderator removed the card with the footer; messages of earlier versions have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardControl {
    /// What pressing it does.
    pub press: ChannelPress,
    /// The reference of the message's first event, where the press itself does not name its event by one.
    pub reference: Option<Reference>,
}

impl CardControl {
    /// The control that bears this reference.
    pub fn bearing(press: ChannelPress, reference: Reference) -> Self {
        let is_borne = press.own_reference().is_some();
        Self { press, reference: Some(reference).filter(|_| !is_borne) }
    }

    /// The reference that a message with this control is found by.
    pub fn borne(&self) -> Option<&Reference> {
        self.press.own_reference().or(self.reference.as_ref())
    }

    /// As a `custom_id`: that of the press, and after it the reference.
    pub fn to_custom_id(&self) -> String {
        match &self.reference {
            Some(reference) => format!("{}:{reference}", self.press.to_custom_id()),
            None => self.press.to_custom_id(),
        }
    }

    /// Reads a `custom_id`; none where it is not one of these.
    pub fn parse(custom_id: &str) -> Option<Self> {
        let bearing = custom_id
            .rsplit_once(':')
            .and_then(|(press, reference)| Some((ChannelPress::parse(press)?, Reference::parse(reference)?)))
            .filter(|(press, _)| press.own_reference().is_none());
        match bearing {
            Some((press, reference)) => Some(Self { press, reference: Some(reference) }),
            None => ChannelPress::parse(custom_id).map(|press| Self { press, reference: None }),
        }
    }
}

/// The controls below messages in channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelPress {
    /// `[Show]`: the person's full card, for the one who pressed.
    Show(ContactId),
    /// `[Show]` of a conversation that was looked up: its full card, for the one who pressed. Cards without personal
    /// data carried it, too, in earlier versions.
    ShowConversation(ConversationId),
    /// `[Show]` below a card that says nothing of its record: the record's full card, for the one who pressed.
    ShowEvent(ShownEvent),
    /// "Show one in full…" of such cards: the select's values are those of [`ShownEvent::to_option`].
    ShowOneEvent(SubscriptionId),
    /// "Show one in full…": the select's values are contact ids.
    ShowOne,
    /// "Show one in full…" of conversations: the select's values are their ids.
    ShowOneConversation,
    /// "Pick one…" of conversations that are meant: the select's value is the id of the one to read.
    ReadOneConversation,
    /// [Skip to now] of a subscription.
    SkipToNow(SubscriptionId),
    /// What becomes of notifications whose channel a crowd can read.
    Audience(Held, AudienceChoice),
    /// What is done with a conversation.
    Desk(DeskPress),
}

/// The notifications whose personal data is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// All of a channel.
    In(ChannelId),
    /// This one.
    One(SubscriptionId),
}

/// What a person chose for a channel that a crowd can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum AudienceChoice {
    /// [Post without personal data].
    #[strum(serialize = "private")]
    WithoutPersonalData,
    /// [Choose another channel].
    #[strum(serialize = "elsewhere")]
    AnotherChannel,
    /// [Post everything anyway].
    Everything,
}

impl Held {
    /// As a part of a `custom_id`.
    pub fn code(self) -> String {
        match self {
            Self::In(channel) => format!("in-{channel}"),
            Self::One(subscription) => format!("one-{subscription}"),
        }
    }

    /// Reads such a part, if it is exactly one.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once('-')?;
        let read = match kind {
            "in" => Self::In(id.parse().ok()?),
            "one" => Self::One(SubscriptionId(id.parse().ok()?)),
            _ => return None,
        };
        (read.code() == text).then_some(read)
    }
}

impl AudienceChoice {
    /// As a part of a `custom_id`.
    fn code(self) -> &'static str {
        self.into()
    }
}

impl ChannelPress {
    /// As a `custom_id`: version, action, argument.
    pub fn to_custom_id(&self) -> String {
        match self {
            Self::Show(contact) => format!("v1:show:{contact}"),
            Self::ShowConversation(conversation) => format!("v1:show-conversation:{conversation}"),
            Self::ShowEvent(shown) => format!("v1:show-event:{}:{}", shown.subscription, shown.to_option()),
            Self::ShowOneEvent(subscription) => format!("v1:show-one-event:{subscription}"),
            Self::ShowOne => "v1:show-one".to_owned(),
            Self::ShowOneConversation => "v1:show-one-conversation".to_owned(),
            Self::ReadOneConversation => "v1:read-one-conversation".to_owned(),
            Self::SkipToNow(subscription) => format!("v1:skip:{subscription}"),
            Self::Audience(held, choice) => format!("v1:audience:{}:{}", held.code(), choice.code()),
            Self::Desk(press) => press.to_custom_id(),
        }
    }

    /// The reference by which it names its event, if it does.
    fn own_reference(&self) -> Option<&Reference> {
        match self {
            Self::ShowEvent(shown) => Some(&shown.reference),
            _ => None,
        }
    }

    /// Reads a `custom_id`; none where it is not one of these.
    pub fn parse(custom_id: &str) -> Option<Self> {
        let mut parts = custom_id.strip_prefix("v1:")?.splitn(2, ':');
        match (parts.next()?, parts.next()) {
            ("show", Some(contact)) => parse_contact(contact).map(Self::Show),
            ("show-conversation", Some(id)) => parse_conversation(id).map(Self::ShowConversation),
            ("show-one", None) => Some(Self::ShowOne),
            ("show-one-conversation", None) => Some(Self::ShowOneConversation),
            ("read-one-conversation", None) => Some(Self::ReadOneConversation),
            ("show-event", Some(carried)) => {
                let (subscription, option) = carried.split_once(':')?;
                ShownEvent::of_option(parse_subscription(subscription)?, option).map(Self::ShowEvent)
            }
            ("show-one-event", Some(subscription)) => {
                parse_subscription(subscription).map(Self::ShowOneEvent)
            }
            ("skip", Some(subscription)) => parse_subscription(subscription).map(Self::SkipToNow),
            ("audience", Some(carried)) => {
                let (held, choice) = carried.split_once(':')?;
                Some(Self::Audience(Held::parse(held)?, choice.parse().ok()?))
            }
            _ => DeskPress::parse(custom_id).map(Self::Desk),
        }
    }
}

fn parse_subscription(text: &str) -> Option<SubscriptionId> {
    let id = SubscriptionId(text.parse().ok()?);
    (id.to_string() == text).then_some(id)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::JournalNumber;

    #[test]
    fn what_a_press_carries_is_short_and_says_its_version() {
        let contact = ContactId::new("6762f0dd1bb69f9f2193bb83");
        assert_eq!(ChannelPress::Show(contact).to_custom_id(), "v1:show:6762f0dd1bb69f9f2193bb83");
        assert_eq!(ChannelPress::ShowOne.to_custom_id(), "v1:show-one");
        let shown = ShownEvent {
            subscription: SubscriptionId(7),
            number: JournalNumber(12),
            reference: Reference::parse("abcdefg7").expect("it is one"),
        };
        assert_eq!(ChannelPress::ShowEvent(shown).to_custom_id(), "v1:show-event:7:12:abcdefg7");
        assert_eq!(ChannelPress::ShowOneEvent(SubscriptionId(7)).to_custom_id(), "v1:show-one-event:7");
        assert_eq!(ChannelPress::SkipToNow(SubscriptionId(7)).to_custom_id(), "v1:skip:7");
        let everything = |held| ChannelPress::Audience(held, AudienceChoice::Everything).to_custom_id();
        assert_eq!(everything(Held::In(ChannelId(20))), "v1:audience:in-20:everything");
        assert_eq!(everything(Held::One(SubscriptionId(7))), "v1:audience:one-7:everything");
    }

    #[test]
    fn what_we_never_made_is_not_read() {
        let foreign = [
            "",
            "v1",
            "v1:",
            "v2:show:1",
            "v1:show",
            "v1:show:",
            "v1:show:a/b",
            "v1:show:a:b",
            "v1:show-one:1",
            "v1:show-conversation",
            "v1:show-conversation:1/2",
            "v1:show-event:7:12",
            "v1:show-event:7:012:abcdefg7",
            "v1:show-event:7:12:abcdefg8",
            "v1:show-event:7:12:abcdefg7:abcdefg7",
            "v1:show-one-event:",
            "v1:show-one-event:07",
            "v1:skip:",
            "v1:skip:-1",
            "v1:skip:+1",
            "v1:skip:01",
            "v1:skip:99999999999999999999",
            "v1:audience:in-1",
            "v1:audience:in-01:private",
            "v1:audience:all-1:private",
            "v1:audience:in-1:nothing",
            "V1:skip:1",
            " v1:skip:1",
        ];
        for custom_id in foreign {
            assert_eq!(ChannelPress::parse(custom_id), None, "{custom_id}");
        }
    }

    #[test]
    fn a_control_bears_a_reference_or_none_and_both_can_be_pressed() {
        let read = |custom_id: &str| {
            let control = CardControl::parse(custom_id)?;
            assert_eq!(control.to_custom_id(), custom_id);
            let reference = control.borne().map(ToString::to_string);
            Some((control.press, reference))
        };
        let ada = ChannelPress::Show(ContactId::new("ada"));
        assert_eq!(read("v1:show:ada"), Some((ada.clone(), None)));
        assert_eq!(read("v1:show:ada:abcdefg7"), Some((ada, Some("abcdefg7".to_owned()))));
        assert_eq!(read("v1:show-one:abcdefg7"), Some((ChannelPress::ShowOne, Some("abcdefg7".to_owned()))));
        let event = read("v1:show-event:7:12:abcdefg7").expect("it is ours");
        assert_eq!(event.1.as_deref(), Some("abcdefg7"), "it names its event by the reference");
        assert_eq!(read("v1:show-event:7:12:abcdefg7:abcdefg7"), None);
        // An id that looks like a reference is an id.
        assert_eq!(read("v1:show:abcdefg7"), Some((ChannelPress::Show(ContactId::new("abcdefg7")), None)));
        for foreign in
            ["v1:show:ada:", "v1:show:ada:abcdefg8", "v1:show:ada:abcdefg7:abcdefg7", "v1:abcdefg7"]
        {
            assert_eq!(read(foreign), None, "{foreign}");
        }
    }

    fn press() -> impl Strategy<Value = ChannelPress> {
        prop_oneof![
            "[A-Za-z0-9_-]{1,64}".prop_map(|id| ChannelPress::Show(ContactId::new(id))),
            "[0-9]{1,64}".prop_map(|id| ChannelPress::ShowConversation(ConversationId::new(id))),
            Just(ChannelPress::ShowOne),
            Just(ChannelPress::ShowOneConversation),
            Just(ChannelPress::ReadOneConversation),
            desk::tests::press().prop_map(ChannelPress::Desk),
            any::<u64>().prop_map(|id| ChannelPress::SkipToNow(SubscriptionId(id))),
            any::<u64>().prop_map(|id| ChannelPress::ShowOneEvent(SubscriptionId(id))),
            any::<(u64, u64, u64)>().prop_map(|(id, number, random)| {
                ChannelPress::ShowEvent(ShownEvent {
                    subscription: SubscriptionId(id),
                    number: JournalNumber(number),
                    reference: Reference::of_error(random),
                })
            }),
            (any::<bool>(), any::<u64>(), 0..3_usize).prop_map(|(whole, id, choice)| {
                let held = if whole { Held::In(ChannelId(id)) } else { Held::One(SubscriptionId(id)) };
                ChannelPress::Audience(
                    held,
                    [
                        AudienceChoice::WithoutPersonalData,
                        AudienceChoice::AnotherChannel,
                        AudienceChoice::Everything,
                    ][choice],
                )
            }),
        ]
    }

    #[test]
    fn old_buttons_keep_their_words() {
        let choices =
            [AudienceChoice::WithoutPersonalData, AudienceChoice::AnotherChannel, AudienceChoice::Everything];
        let ids = choices.map(|choice| ChannelPress::Audience(Held::In(ChannelId(7)), choice).to_custom_id());
        assert_eq!(
            ids,
            ["v1:audience:in-7:private", "v1:audience:in-7:elsewhere", "v1:audience:in-7:everything"]
        );
    }

    proptest! {
        #[test]
        fn every_press_comes_back_as_it_was_made(press in press()) {
            let custom_id = press.to_custom_id();
            prop_assert!(custom_id.len() <= 100);
            prop_assert_eq!(ChannelPress::parse(&custom_id), Some(press));
        }

        #[test]
        fn every_control_comes_back_as_it_was_made(press in press(), bears in any::<bool>(), random: u64) {
            let reference = Reference::of_error(random);
            let control = if bears {
                CardControl::bearing(press, reference)
            } else {
                CardControl { press, reference: None }
            };
            let custom_id = control.to_custom_id();
            prop_assert!(custom_id.len() <= 100);
            prop_assert_eq!(CardControl::parse(&custom_id), Some(control));
        }

        #[test]
        fn no_text_from_outside_breaks_the_reader(text in any::<String>()) {
            let _ = ChannelPress::parse(&text);
            let _ = ChannelPress::parse(&format!("v1:show:{text}"));
        }
    }
}
