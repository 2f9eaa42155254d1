//! What the controls carry with which something is done with a conversation or a person, below its card and below what
//! they answer.

use strum::{EnumString, IntoStaticStr};

use crate::ids::{ContactId, ConversationId};
use crate::outgoing::WordsFor;
use crate::press::look::is_key;
use crate::press::person::{PersonAct, PersonPress};
use crate::press::record_id::parse_conversation;

/// What such a control carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeskPress {
    /// Does this with the conversation.
    Do(DeskAct, ConversationId),
    /// Who the presser is in Intercom: the select's value is a teammate's id. Then it goes on with what was to be done.
    ActAs(DeskAct, ConversationId),
    /// A page of that select, from 0.
    Teammates(u8, DeskAct, ConversationId),
    /// The form of new words, filled in.
    Written(WordsFor, ConversationId),
    /// What is done with words that were typed before; the key holds them.
    Words(WordsAct, String),
    /// Who their writer is in Intercom: as `ActAs`, and then they are shown once more in that name.
    WordsAs(String),
    /// A page of that select, from 0.
    WordsBy(u8, String),
    /// "More…": the select's value is the code of an act.
    More(ConversationId),
    /// Which tag is put on or taken off: the select's value is its id.
    TagOne(ConversationId),
    /// A page of that select, from 0.
    Tags(u8, ConversationId),
    /// To whom it is given: the select's value is a recipient's code.
    GiveTo(ConversationId),
    /// A page of that select, from 0.
    Recipients(u8, ConversationId),
    /// What is done with a lead or user.
    Person(PersonPress),
}

/// What is done with a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum DeskAct {
    /// [I take it], where nobody has it.
    Take,
    /// [Take over], whoever has it.
    TakeOver,
    /// `[Close]`, which asks where the customer waits for an answer.
    Close,
    /// [Close it anyway].
    CloseNow,
    /// `[Reopen]`.
    Reopen,
    /// `[Reply]`, which opens a form.
    Reply,
    /// `[Note]`, which opens a form.
    Note,
    /// "Snooze for an hour".
    SnoozeHour,
    /// "Snooze for 4 hours".
    SnoozeFourHours,
    /// "Snooze for a day".
    SnoozeDay,
    /// "Snooze for a week".
    SnoozeWeek,
    /// "Tag…", which asks for one.
    Tag,
    /// "Give to somebody…", which asks for whom.
    Give,
}

/// With what it goes on once somebody said who they are in Intercom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// This is done with the conversation.
    Do(DeskAct, ConversationId),
    /// The words of this key are shown once more.
    Words(String),
    /// This is done with the lead or user.
    DoWithPerson(PersonAct, ContactId),
    /// The form is opened with the note of this key.
    NoteAgain(String),
}

impl Then {
    /// The select in which they say it.
    pub fn chosen(&self) -> DeskPress {
        match self {
            Self::Do(act, id) => DeskPress::ActAs(*act, id.clone()),
            Self::Words(key) => DeskPress::WordsAs(key.clone()),
            Self::DoWithPerson(act, id) => DeskPress::Person(PersonPress::ActAs(*act, id.clone())),
            Self::NoteAgain(key) => DeskPress::Person(PersonPress::NoteAs(key.clone())),
        }
    }

    /// A page of that select, from 0.
    pub fn page(&self, page: u8) -> DeskPress {
        match self {
            Self::Do(act, id) => DeskPress::Teammates(page, *act, id.clone()),
            Self::Words(key) => DeskPress::WordsBy(page, key.clone()),
            Self::DoWithPerson(act, id) => DeskPress::Person(PersonPress::Teammates(page, *act, id.clone())),
            Self::NoteAgain(key) => DeskPress::Person(PersonPress::NoteBy(page, key.clone())),
        }
    }
}

/// Whose tags are changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagsOf {
    /// Those of a conversation.
    Conversation(ConversationId),
    /// Those of a lead or user.
    Person(ContactId),
}

impl TagsOf {
    /// The select in which one is chosen.
    pub fn chosen(&self) -> DeskPress {
        match self {
            Self::Conversation(id) => DeskPress::TagOne(id.clone()),
            Self::Person(id) => DeskPress::Person(PersonPress::TagOne(id.clone())),
        }
    }

    /// A page of that select, from 0.
    pub fn page(&self, page: u8) -> DeskPress {
        match self {
            Self::Conversation(id) => DeskPress::Tags(page, id.clone()),
            Self::Person(id) => DeskPress::Person(PersonPress::Tags(page, id.clone())),
        }
    }
}

/// What is done with words that were typed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum WordsAct {
    /// [Send to Ada], [Send again].
    Send,
    /// `[Edit]`, which opens the form again.
    Edit,
    /// That form, filled in.
    Edited,
    /// `[Discard]`.
    Discard,
    /// `[Show]`: what became of them.
    Show,
}

impl WordsAct {
    fn code(self) -> &'static str {
        self.into()
    }
}

impl From<WordsFor> for DeskAct {
    fn from(to: WordsFor) -> Self {
        match to {
            WordsFor::Customer => Self::Reply,
            WordsFor::Team => Self::Note,
        }
    }
}

impl DeskAct {
    /// As the select "More…" and a `custom_id` carry it.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// What the select "More…" carried.
    pub fn of_more(code: &str) -> Option<Self> {
        code.parse().ok().filter(|act| MORE.contains(act))
    }
}

/// What the select "More…" offers.
const MORE: [DeskAct; 7] = [
    DeskAct::SnoozeHour,
    DeskAct::SnoozeFourHours,
    DeskAct::SnoozeDay,
    DeskAct::SnoozeWeek,
    DeskAct::Tag,
    DeskAct::Give,
    DeskAct::Reopen,
];

impl DeskPress {
    /// As a `custom_id`.
    pub fn to_custom_id(&self) -> String {
        match self {
            Self::Do(act, id) => format!("v1:{}:{id}", act.code()),
            Self::ActAs(act, id) => format!("v1:act-as:{}:{id}", act.code()),
            Self::Teammates(page, act, id) => format!("v1:teammates:{page}:{}:{id}", act.code()),
            Self::Written(to, id) => format!("v1:written:{}:{id}", DeskAct::from(*to).code()),
            Self::Words(act, key) => format!("v1:words:{}:{key}", act.code()),
            Self::WordsAs(key) => format!("v1:words-as:{key}"),
            Self::WordsBy(page, key) => format!("v1:words-by:{page}:{key}"),
            Self::More(id) => format!("v1:more:{id}"),
            Self::TagOne(id) => format!("v1:tag-one:{id}"),
            Self::Tags(page, id) => format!("v1:tags:{page}:{id}"),
            Self::GiveTo(id) => format!("v1:give-to:{id}"),
            Self::Recipients(page, id) => format!("v1:recipients:{page}:{id}"),
            Self::Person(press) => press.to_custom_id(),
        }
    }

    /// Reads a `custom_id`; none where it is not exactly one of these.
    pub fn parse(custom_id: &str) -> Option<Self> {
        Self::of_conversation(custom_id).or_else(|| PersonPress::parse(custom_id).map(Self::Person))
    }

    fn of_conversation(custom_id: &str) -> Option<Self> {
        let parts: Vec<_> = custom_id.strip_prefix("v1:")?.split(':').collect();
        let read = match parts.as_slice() {
            ["act-as", act, id] => Self::ActAs(act.parse().ok()?, parse_conversation(id)?),
            ["teammates", page, act, id] => {
                Self::Teammates(page.parse().ok()?, act.parse().ok()?, parse_conversation(id)?)
            }
            ["written", "reply", id] => Self::Written(WordsFor::Customer, parse_conversation(id)?),
            ["written", "note", id] => Self::Written(WordsFor::Team, parse_conversation(id)?),
            ["words", act, key] if is_key(key) => Self::Words(act.parse().ok()?, (*key).to_owned()),
            ["words-as", key] if is_key(key) => Self::WordsAs((*key).to_owned()),
            ["words-by", page, key] if is_key(key) => Self::WordsBy(page.parse().ok()?, (*key).to_owned()),
            ["more", id] => Self::More(parse_conversation(id)?),
            ["tag-one", id] => Self::TagOne(parse_conversation(id)?),
            ["tags", page, id] => Self::Tags(page.parse().ok()?, parse_conversation(id)?),
            ["give-to", id] => Self::GiveTo(parse_conversation(id)?),
            ["recipients", page, id] => Self::Recipients(page.parse().ok()?, parse_conversation(id)?),
            [act, id] => Self::Do(act.parse().ok()?, parse_conversation(id)?),
            _ => return None,
        };
        (read.to_custom_id() == custom_id).then_some(read)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::press::person;

    const ACTS: [DeskAct; 13] = [
        DeskAct::Take,
        DeskAct::TakeOver,
        DeskAct::Close,
        DeskAct::CloseNow,
        DeskAct::Reopen,
        DeskAct::Reply,
        DeskAct::Note,
        DeskAct::SnoozeHour,
        DeskAct::SnoozeFourHours,
        DeskAct::SnoozeDay,
        DeskAct::SnoozeWeek,
        DeskAct::Tag,
        DeskAct::Give,
    ];
    const WORDS: [WordsAct; 5] =
        [WordsAct::Send, WordsAct::Edit, WordsAct::Edited, WordsAct::Discard, WordsAct::Show];

    pub(in crate::press) fn press() -> impl Strategy<Value = DeskPress> {
        let id = "[0-9]{1,64}".prop_map(ConversationId::new);
        let of_conversation =
            (0..ACTS.len(), 0..10_usize, any::<u8>(), id).prop_map(|(act, kind, page, id)| match kind {
                0 => DeskPress::Do(ACTS[act], id),
                1 => DeskPress::ActAs(ACTS[act], id),
                2 => DeskPress::Teammates(page, ACTS[act], id),
                3 => DeskPress::Written(WordsFor::Customer, id),
                4 => DeskPress::More(id),
                5 => DeskPress::TagOne(id),
                6 => DeskPress::Tags(page, id),
                7 => DeskPress::GiveTo(id),
                8 => DeskPress::Recipients(page, id),
                _ => DeskPress::Written(WordsFor::Team, id),
            });
        let of_words = (0..WORDS.len() + 2, any::<u8>(), "[a-z0-9]{13}").prop_map(|(act, page, key)| {
            match WORDS.get(act) {
                Some(act) => DeskPress::Words(*act, key),
                None if act == WORDS.len() => DeskPress::WordsAs(key),
                None => DeskPress::WordsBy(page, key),
            }
        });
        prop_oneof![of_conversation, of_words, person::tests::press().prop_map(DeskPress::Person)]
    }

    #[test]
    fn old_buttons_keep_their_words() {
        let id = || ConversationId::new("215470");
        let carried = ACTS.map(|act| DeskPress::Do(act, id()).to_custom_id()).join(" ");
        assert_eq!(
            carried,
            "v1:take:215470 v1:take-over:215470 v1:close:215470 v1:close-now:215470 v1:reopen:215470 \
             v1:reply:215470 v1:note:215470 v1:snooze-hour:215470 v1:snooze-four-hours:215470 \
             v1:snooze-day:215470 v1:snooze-week:215470 v1:tag:215470 v1:give:215470"
        );
        let written =
            [WordsFor::Customer, WordsFor::Team].map(|to| DeskPress::Written(to, id()).to_custom_id());
        assert_eq!(written, ["v1:written:reply:215470", "v1:written:note:215470"]);
        let words = WORDS.map(|act| DeskPress::Words(act, "abcdefgh23456".to_owned()).to_custom_id());
        assert_eq!(words[0], "v1:words:send:abcdefgh23456");
        assert_eq!(words[4], "v1:words:show:abcdefgh23456");
        let then = Then::Words("abcdefgh23456".to_owned());
        let by = [then.chosen(), then.page(1)].map(|press| press.to_custom_id());
        assert_eq!(by, ["v1:words-as:abcdefgh23456", "v1:words-by:1:abcdefgh23456"]);
        assert_eq!(DeskPress::ActAs(DeskAct::Take, id()).to_custom_id(), "v1:act-as:take:215470");
        assert_eq!(
            DeskPress::Teammates(1, DeskAct::Close, id()).to_custom_id(),
            "v1:teammates:1:close:215470"
        );
    }

    #[test]
    fn what_we_never_made_is_not_read() {
        for foreign in [
            "v1:take",
            "v1:take:",
            "v1:take:1/2",
            "v1:take:1:2",
            "v1:Take:1",
            "v1:act-as:1",
            "v1:teammates:01:take:1",
        ] {
            assert_eq!(DeskPress::parse(foreign), None, "{foreign}");
        }
    }
}
