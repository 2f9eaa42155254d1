//! What is said to somebody who does something with a lead or user.

use deskbell_domain::card::text::{Piece, Text};
use deskbell_domain::contact::Contact;
use deskbell_domain::ids::ContactId;
use deskbell_domain::message::{Button, Form, Message};
use deskbell_domain::outgoing::WordsFor;
use deskbell_domain::press::desk::{DeskPress, Then};
use deskbell_domain::press::look::LookPress;
use deskbell_domain::press::parse_contact;
use deskbell_domain::press::person::{PersonAct, PersonPress};
use deskbell_domain::rich_text::RichText;

use super::{not_me, words};

/// The buttons of a lead or user that can be pressed.
pub(crate) fn buttons(id: &ContactId) -> Option<Vec<Button>> {
    let id = parse_contact(id.as_str())?;
    Some(vec![
        button("I take it", PersonAct::Own, &id),
        button("Note", PersonAct::NoteOn, &id),
        button("Tag…", PersonAct::TagOn, &id),
    ])
}

fn button(label: &str, act: PersonAct, id: &ContactId) -> Button {
    Button::secondary(label, custom_id(PersonPress::Do(act, id.clone())))
}

fn custom_id(press: PersonPress) -> String {
    DeskPress::Person(press).to_custom_id()
}

fn named(contact: &Contact) -> Piece {
    Piece::Bold(contact.display_name())
}

fn not_me_owns(contact: &Contact) -> Button {
    not_me(&Then::DoWithPerson(PersonAct::Own, contact.id.clone()))
}

/// The one who pressed owns them now; `me` is their teammate's name.
pub fn owned(me: &str, contact: &Contact) -> Message {
    let sentence = Text::ours("✅ You have ").with(named(contact)).and(", as ");
    Message::of(sentence.with(Piece::Bold(me.to_owned())).and(".")).buttons([not_me_owns(contact)])
}

/// They owned them already.
pub fn owned_before(me: &str, contact: &Contact) -> Message {
    let sentence = Text::ours("You have ").with(named(contact)).and(" already, as ");
    Message::of(sentence.with(Piece::Bold(me.to_owned())).and(".")).buttons([not_me_owns(contact)])
}

/// Another teammate owns them.
pub fn held(holder: &str, contact: &Contact) -> Message {
    let sentence = Text::default().with(Piece::Bold(holder.to_owned())).and(" has ");
    Message::of(sentence.with(named(contact)).and(".")).buttons([button(
        "Take over",
        PersonAct::OwnOver,
        &contact.id,
    )])
}

/// They were taken away in the same moment.
pub fn nobodys(contact: &Contact) -> Message {
    let sentence = Text::ours("Nobody has ").with(named(contact));
    Message::of(sentence.and(": in Intercom that was taken back in the same moment.")).buttons([button(
        "I take it",
        PersonAct::Own,
        &contact.id,
    )])
}

/// Intercom took it, and did not show who owns them now.
pub fn unread(me: &str, contact: &Contact) -> Message {
    let sentence = Text::ours("Intercom took it, as ").with(Piece::Bold(me.to_owned()));
    let sentence = sentence.and(". It did not show me afterwards who has ").with(named(contact));
    Message::of(sentence.and(", so look at them once more.")).buttons([show(&contact.id)])
}

fn show(id: &ContactId) -> Button {
    Button::secondary("Show", LookPress::Open(id.clone()).to_custom_id())
}

/// They were merged into somebody else, with whom nothing was done.
pub fn merged(into: &Contact) -> Message {
    let sentence = Text::ours("They were merged into ").with(named(into));
    Message::of(sentence.and(", so nothing was done.")).buttons([show(&into.id)])
}

/// The form of a new note.
pub fn form(id: &ContactId) -> Form {
    filled(id, String::new())
}

/// The form with what was typed before.
pub fn form_again(id: &ContactId, text: &str) -> Form {
    filled(id, text.to_owned())
}

fn filled(id: &ContactId, text: String) -> Form {
    words::filled(WordsFor::Team, custom_id(PersonPress::Noted(id.clone())), text)
}

/// Who somebody is was said, and now they can write a note.
pub fn now_you_are(me: &str, id: &ContactId) -> Message {
    let note = Button::primary("Note", custom_id(PersonPress::Do(PersonAct::NoteOn, id.clone())));
    words::you_are(me, note, &Then::DoWithPerson(PersonAct::NoteOn, id.clone()))
}

/// The same, where a note was typed before.
pub fn now_you_are_again(me: &str, key: &str) -> Message {
    words::you_are(me, again(key), &Then::NoteAgain(key.to_owned()))
}

fn again(key: &str) -> Button {
    Button::primary("Write it again…", custom_id(PersonPress::NoteAgain(key.to_owned())))
}

/// Nobody knows whether a note is there. The key holds it, where it could be kept.
pub fn note_unknown(contact: &Contact, open: String, text: &str, key: Option<&str>) -> Message {
    let sentence = Text::ours("I do not know whether the note on ").with(named(contact)).and(
        " was added: Intercom did not answer, and does not show it yet. Look there before you write it again.",
    );
    Message::of(quoted(sentence, text))
        .buttons([Button::link("Open in Intercom", open)].into_iter().chain(key.map(again)))
}

/// They were merged into somebody else, on whom nothing was written.
pub fn note_on_merged(into: &Contact, text: &str, key: Option<&str>) -> Message {
    let sentence = Text::ours("They were merged into ").with(named(into)).and(", so the note was not added.");
    Message::of(quoted(sentence, text)).buttons([show(&into.id)].into_iter().chain(key.map(again)))
}

/// Intercom said no; why stands behind the colon.
pub fn note_refused(why: Text, text: &str, key: Option<&str>) -> Message {
    let sentence = Text::ours("❌ The note was not added: ").joined(why).and(".");
    Message::of(quoted(sentence, text)).buttons(key.map(again))
}

fn quoted(sentence: Text, text: &str) -> Text {
    sentence.and("\n").with(Piece::Quote(RichText::plain(text), words::SHOWN))
}

/// What was typed is no longer kept, or somebody else typed it.
pub fn note_gone() -> Message {
    Message::say("I no longer have this note: I keep it for a day, and for whoever typed it.")
}

#[cfg(test)]
mod tests {
    use deskbell_domain::contact::Role;
    use insta::assert_snapshot;

    use super::*;

    const KEY: &str = "abcdefgh23456";

    fn ada() -> Contact {
        Contact {
            name: Some("Ada *Lovelace*".to_owned()),
            ..Contact::bare(ContactId::new("6762f0dd"), Role::Lead)
        }
    }

    fn read(message: &Message) -> String {
        deskbell_discord::testing::read(message)
    }

    #[test]
    fn who_has_somebody_is_said_and_the_next_one_is_asked() {
        assert_snapshot!(read(&owned("Grace Hopper", &ada())), @r"
        ✅ You have **Ada \*Lovelace\***, as **Grace Hopper**.
        [I am somebody else v1:own-by:0:own:6762f0dd]
        ");
        assert_snapshot!(read(&owned_before("Grace Hopper", &ada())), @r"
        You have **Ada \*Lovelace\*** already, as **Grace Hopper**.
        [I am somebody else v1:own-by:0:own:6762f0dd]
        ");
        assert_snapshot!(read(&held("Grace Hopper", &ada())), @r"
        **Grace Hopper** has **Ada \*Lovelace\***.
        [Take over v1:own-over:6762f0dd]
        ");
        assert_snapshot!(read(&nobodys(&ada())), @r"
        Nobody has **Ada \*Lovelace\***: in Intercom that was taken back in the same moment.
        [I take it v1:own:6762f0dd]
        ");
        assert_snapshot!(read(&unread("Grace Hopper", &ada())), @r"
        Intercom took it, as **Grace Hopper**. It did not show me afterwards who has **Ada \*Lovelace\***, so look at them once more.
        [Show v1:open:6762f0dd]
        ");
        assert_snapshot!(read(&merged(&ada())), @r"
        They were merged into **Ada \*Lovelace\***, so nothing was done.
        [Show v1:open:6762f0dd]
        ");
    }

    #[test]
    fn a_note_that_may_not_be_there_is_given_back() {
        let open = "https://app.intercom.com/a/apps/acme1234/users/6762f0dd".to_owned();
        assert_snapshot!(read(&note_unknown(&ada(), open, "Call *her*.\nSoon.", Some(KEY))), @r"
        I do not know whether the note on **Ada \*Lovelace\*** was added: Intercom did not answer, and does not show it yet. Look there before you write it again.
        > Call \*her\*.
        > Soon.
        [Open in Intercom https://app.intercom.com/a/apps/acme1234/users/6762f0dd] [Write it again… v1:note-again:abcdefgh23456]
        ");
        let why = Text::ours("Intercom does not know this record any more");
        assert_snapshot!(read(&note_refused(why, "Call her.", Some(KEY))), @"
        ❌ The note was not added: Intercom does not know this record any more.
        > Call her.
        [Write it again… v1:note-again:abcdefgh23456]
        ");
        assert_snapshot!(read(&note_on_merged(&ada(), "Call her.", None)), @r"
        They were merged into **Ada \*Lovelace\***, so the note was not added.
        > Call her.
        [Show v1:open:6762f0dd]
        ");
        assert_snapshot!(read(&note_gone()), @"I no longer have this note: I keep it for a day, and for whoever typed it.");
        assert_snapshot!(read(&now_you_are("Grace Hopper", &ada().id)), @"
        From now on I answer for you as **Grace Hopper**.
        [Note v1:note-on:6762f0dd] [I am somebody else v1:own-by:0:note-on:6762f0dd]
        ");
        assert_snapshot!(read(&now_you_are_again("Grace Hopper", KEY)), @"
        From now on I answer for you as **Grace Hopper**.
        [Write it again… v1:note-again:abcdefgh23456] [I am somebody else v1:note-by:0:abcdefgh23456]
        ");
        let form = form_again(&ada().id, "Call her.");
        assert_eq!(
            (form.custom_id.as_str(), form.fields[0].text.as_str()),
            ("v1:noted-on:6762f0dd", "Call her.")
        );
    }
}
