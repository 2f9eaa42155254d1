//! What is said where a conversation is snoozed, tagged or given to somebody.

use deskbell_domain::card::text::{Piece, Text, WhenStyle, shorten};
use deskbell_domain::contact::Tag;
use deskbell_domain::conversation::{Conversation, State};
use deskbell_domain::ids::{ConversationId, TagId};
use deskbell_domain::message::{Button, Message, Row, SelectOption};
use deskbell_domain::port::intercom::{Recipient, Tagging};
use deskbell_domain::press::desk::{DeskAct, DeskPress, TagsOf};
use deskbell_domain::press::parse_conversation;
use deskbell_domain::time::Timestamp;

/// Options that a select offers at once, which is Discord's limit.
const PAGE: usize = 25;
/// Code points of an option's label: Discord's limit.
const LABEL: usize = 100;

fn option(label: &str, description: Option<&str>, value: String) -> SelectOption {
    SelectOption { label: shorten(label, LABEL), description: description.map(str::to_owned), value }
}

/// The select below a conversation's card, for what has no button of its own.
pub(crate) fn more(conversation: &Conversation) -> Option<Row> {
    let id = parse_conversation(conversation.id.as_str())?;
    let state = conversation.now.as_ref().map_or(State::Open, |now| now.state);
    let act = |label: &str, act: DeskAct| option(label, None, act.code().to_owned());
    let mut options = vec![
        act("Snooze for an hour", DeskAct::SnoozeHour),
        act("Snooze for 4 hours", DeskAct::SnoozeFourHours),
        act("Snooze for a day", DeskAct::SnoozeDay),
        act("Snooze for a week", DeskAct::SnoozeWeek),
        act("Tag…", DeskAct::Tag),
        act("Give to somebody…", DeskAct::Give),
    ];
    if state != State::Open {
        options.push(act("Reopen", DeskAct::Reopen));
    }
    Some(Row::Select {
        custom_id: DeskPress::More(id).to_custom_id(),
        placeholder: "More…".to_owned(),
        options,
    })
}

/// It is snoozed.
pub fn snoozed(me: &str, until: Timestamp, id: &ConversationId) -> Message {
    let sentence = Text::ours("✅ Snoozed until ").with(Piece::When(until, WhenStyle::Full)).and(", as ");
    let reopen = DeskPress::Do(DeskAct::Reopen, id.clone()).to_custom_id();
    Message::of(sentence.with(Piece::Bold(me.to_owned())).and("."))
        .small(Text::ours("It opens by itself then, and as soon as the customer writes."))
        .buttons([Button::secondary("Reopen", reopen)])
}

/// Somebody reopened it while it was snoozed.
pub fn opened_meanwhile() -> Message {
    Message::say("It is open: somebody reopened it while I snoozed it.")
}

/// Which tag is put on it, or taken off. `on` are those that it has.
pub fn which_tag(tags: &[Tag], on: &[TagId], page: u8, of: &TagsOf) -> Message {
    if tags.is_empty() {
        return Message::say("This workspace has no tags yet. Intercom → Settings → Data → Tags makes them.");
    }
    let one = |tag: &Tag| {
        let has = on.contains(&tag.id);
        let tagging = if has { Tagging::Off } else { Tagging::On };
        let description = has.then_some("It has this tag: choosing takes it off");
        option(&tag.name, description, tagging.code(&tag.id))
    };
    let asked = Message::say("Which tag?").select(
        of.chosen().to_custom_id(),
        "Put a tag on, or take it off…",
        on_page(tags, page).iter().map(one).collect(),
    );
    paged(asked, tags.len(), page, |page| of.page(page))
}

/// A tag was put on or taken off.
pub fn tagged(tag: &str, tagging: Tagging, of: &TagsOf) -> Message {
    let name = Piece::Bold(tag.to_owned());
    let sentence = match tagging {
        Tagging::On => Text::ours("✅ Tagged ").with(name).and("."),
        Tagging::Off => Text::ours("✅ The tag ").with(name).and(" is off."),
    };
    Message::of(sentence).buttons([another_tag(of)])
}

/// Somebody was quicker.
pub fn tagged_before(tag: &str, tagging: Tagging, of: &TagsOf) -> Message {
    let name = Piece::Bold(tag.to_owned());
    let sentence = match tagging {
        Tagging::On => Text::ours("It has ").with(name).and(" already."),
        Tagging::Off => Text::ours("The tag ").with(name).and(" is off already."),
    };
    Message::of(sentence).buttons([another_tag(of)])
}

fn another_tag(of: &TagsOf) -> Button {
    Button::secondary("Another tag…", of.page(0).to_custom_id())
}

/// The tag is gone.
pub fn no_such_tag() -> Message {
    Message::say("Intercom does not have this tag any more.")
}

/// Somebody to whom a conversation can be given, by name.
pub type Named = (Recipient, String);

/// To whom it is given: teammates, then teams.
pub fn to_whom(all: &[Named], page: u8, id: &ConversationId) -> Message {
    if all.is_empty() {
        return Message::say("I see nobody in Intercom to whom it could be given.");
    }
    let one = |(to, name): &Named| match to {
        Recipient::Admin(_) => option(name, None, to.code()),
        Recipient::Team(_) => option(name, Some("A team"), to.code()),
    };
    let asked = Message::say("To whom?").select(
        DeskPress::GiveTo(id.clone()).to_custom_id(),
        "Give it to…",
        on_page(all, page).iter().map(one).collect(),
    );
    paged(asked, all.len(), page, |page| DeskPress::Recipients(page, id.clone()))
}

/// It was given to somebody.
pub fn given(name: &str, reopened: bool) -> Message {
    let sentence = Text::ours("✅ ").with(Piece::Bold(name.to_owned())).and(" has it now.");
    Message::of(if reopened { sentence.and(" It was closed and is reopened.") } else { sentence })
}

/// It was taken away from them in the same moment.
pub fn undone_meanwhile(name: &str) -> Message {
    let name = Piece::Bold(name.to_owned());
    Message::of(
        Text::default().with(name).and(" does not have it: somebody took it away in the same moment."),
    )
}

/// They had it already.
pub fn had_it(name: &str) -> Message {
    Message::of(Text::default().with(Piece::Bold(name.to_owned())).and(" has it already."))
}

fn on_page<T>(all: &[T], page: u8) -> &[T] {
    all.chunks(PAGE).nth(usize::from(page)).unwrap_or_default()
}

/// With buttons that lead to the other pages, where there are any.
fn paged(asked: Message, count: usize, page: u8, to: impl Fn(u8) -> DeskPress) -> Message {
    if count <= PAGE {
        return asked;
    }
    let last = u8::try_from((count - 1) / PAGE).unwrap_or(u8::MAX);
    // Two buttons of a message may not carry the same, and at an end both would lead there.
    asked.buttons([
        Button::secondary("◀", to(page.checked_sub(1).unwrap_or(u8::MAX)).to_custom_id())
            .greyed_if(page == 0),
        Button::secondary("▶", to(page.saturating_add(1)).to_custom_id()).greyed_if(page >= last),
    ])
}

#[cfg(test)]
mod tests {
    use deskbell_domain::ids::AdminId;
    use insta::assert_snapshot;

    use super::*;

    fn talk() -> ConversationId {
        ConversationId::new("215470")
    }

    fn tags_of() -> TagsOf {
        TagsOf::Conversation(talk())
    }

    fn read(message: &Message) -> String {
        deskbell_discord::testing::read(message)
    }

    fn tags(count: usize) -> Vec<Tag> {
        let tag = |number: usize| Tag { id: TagId::new(number.to_string()), name: format!("tag {number}") };
        (0..count).map(tag).collect()
    }

    #[test]
    fn what_becomes_of_a_conversation_is_said() {
        assert_snapshot!(read(&snoozed("Grace Hopper", Timestamp(1_763_889_600), &talk())), @"
        ✅ Snoozed until <t:1763889600:f>, as **Grace Hopper**.
        -# It opens by itself then, and as soon as the customer writes.
        [Reopen v1:reopen:215470]
        ");
        assert_snapshot!(read(&tagged("vip", Tagging::On, &tags_of())), @r"
        ✅ Tagged **vip**.
        [Another tag… v1:tags:0:215470]
        ");
        assert_snapshot!(read(&tagged("vip", Tagging::Off, &tags_of())), @r"
        ✅ The tag **vip** is off.
        [Another tag… v1:tags:0:215470]
        ");
        assert_snapshot!(read(&given("Alan Turing", false)), @"✅ **Alan Turing** has it now.");
        assert_snapshot!(read(&given("Alan Turing", true)), @"✅ **Alan Turing** has it now. It was closed and is reopened.");
        assert_snapshot!(read(&undone_meanwhile("Alan Turing")), @"**Alan Turing** does not have it: somebody took it away in the same moment.");
        assert_snapshot!(read(&tagged_before("vip", Tagging::On, &tags_of())), @r"
        It has **vip** already.
        [Another tag… v1:tags:0:215470]
        ");
        assert_snapshot!(read(&tagged_before("vip", Tagging::Off, &tags_of())), @r"
        The tag **vip** is off already.
        [Another tag… v1:tags:0:215470]
        ");
    }

    #[test]
    fn tags_and_people_are_offered_a_page_at_a_time() {
        assert_snapshot!(read(&which_tag(&tags(2), &[TagId::new("1")], 0, &tags_of())), @"
        Which tag?
        {Put a tag on, or take it off… tag 0 | tag 1 (It has this tag: choosing takes it off)}
        ");
        let last = read(&which_tag(&tags(60), &[], 2, &tags_of()));
        assert!(last.contains("tag 59") && !last.contains("tag 49") && last.contains("▶"), "{last}");
        let all = [
            (Recipient::Admin(AdminId::new("814")), "Grace Hopper".to_owned()),
            (Recipient::Team("7".to_owned()), "Support".to_owned()),
        ];
        assert_snapshot!(read(&to_whom(&all, 0, &talk())), @r"
        To whom?
        {Give it to… Grace Hopper | Support (A team)}
        ");
    }
}
