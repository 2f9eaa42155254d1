//! What is said of who a member of the server is in Intercom.

use deskbell_domain::card::text::{Piece, Text};
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::ids::MemberId;
use deskbell_domain::member_field::MemberField;
use deskbell_domain::message::{Button, Form, FormField, Lines, Message, Need};
use deskbell_domain::press::look::LookPress;
use deskbell_domain::press::member::MemberPress;

use crate::card::Shown;
use crate::contact::pick_contact;

/// Under which what was typed comes back.
pub const FIELD: &str = "who";
/// Code points of what is typed.
const MOST: u16 = 255;

/// Nobody is linked to the member.
pub fn unlinked(member: MemberId) -> Message {
    Message::say(format!("<@{member}> is linked to no lead and no user in Intercom."))
}

/// The same, for somebody who may link them.
pub fn to_be_linked(member: MemberId) -> Message {
    let link = Button::primary("Link to a contact…", MemberPress::Ask(member).to_custom_id());
    unlinked(member).buttons([link])
}

/// The form that asks who they are.
pub fn form(member: MemberId) -> Form {
    let field = FormField {
        id: FIELD,
        label: "A name, an e-mail, a phone number or an id".to_owned(),
        text: String::new(),
        most: MOST,
        need: Need::Required,
        lines: Lines::One,
    };
    Form {
        custom_id: MemberPress::Typed(member).to_custom_id(),
        title: "Who is it in Intercom?".to_owned(),
        fields: vec![field],
    }
}

/// One was found: it is asked once more before it is written.
pub fn is_it(shown: Shown<'_>, member: MemberId, contact: &Contact) -> Message {
    let ask = Text::ours(format!("Is <@{member}> "))
        .with(Piece::Link { label: contact.display_name(), url: shown.links.contact(&contact.id) });
    let ask = match &contact.email {
        Some(email) if *email != contact.display_name() => ask.and(", ").with(Piece::Email(email.clone())),
        _ => ask,
    };
    let ask = ask.and(match contact.role {
        Role::Lead => ", a lead?",
        Role::User => ", a user?",
    });
    Message::of(ask).buttons([
        Button::primary("Yes, link them", MemberPress::To(member, contact.id.clone()).to_custom_id()),
        Button::secondary("Somebody else…", MemberPress::Ask(member).to_custom_id()),
    ])
}

/// Several were found.
pub fn which(member: MemberId, contacts: &[Contact]) -> Message {
    let sentence = format!("{} people fit this. Who of them is <@{member}>?", contacts.len());
    pick_contact(sentence, MemberPress::One(member).to_custom_id(), contacts)
}

/// Nobody was found.
pub fn nobody(member: MemberId) -> Message {
    Message::say("I found no lead and no user by that.")
        .buttons([Button::secondary("Try again", MemberPress::Ask(member).to_custom_id())])
}

/// The contact is somebody else of the server, or of another one.
pub fn somebody_else(member: MemberId, contact: &Contact, other: &str) -> Message {
    let text = Text::default().with(Piece::Bold(contact.display_name()));
    let text = match other.parse::<u64>() {
        Ok(id) => text.and(format!(" is linked to <@{id}> already.")),
        Err(_) => text.and(" is linked to somebody else already."),
    };
    let over = MemberPress::Over(member, contact.id.clone()).to_custom_id();
    Message::of(text).buttons([Button::danger("Link them all the same", over)])
}

/// They are linked now.
pub fn linked(member: MemberId, contact: &Contact) -> Message {
    let text = Text::ours(format!("✅ <@{member}> is linked to ")).with(Piece::Bold(contact.display_name()));
    with_show(Message::of(text.and(".")), contact)
        .small(Text::ours("Intercom may need a few minutes until Show in Intercom finds it."))
}

/// They were linked already.
pub fn was_linked(member: MemberId, contact: &Contact) -> Message {
    let text = Text::ours(format!("<@{member}> is linked to ")).with(Piece::Bold(contact.display_name()));
    with_show(Message::of(text.and(" already.")), contact)
}

fn with_show(reply: Message, contact: &Contact) -> Message {
    reply.buttons([Button::secondary("Show", LookPress::Open(contact.id.clone()).to_custom_id())])
}

/// The workspace has no such attribute.
pub fn no_attribute(field: &MemberField) -> Message {
    let name = Piece::Code(field.attribute().to_owned());
    Message::of(Text::ours("Intercom did not take it. Leads and users need a custom attribute ").with(name).and(
        " of the format Text: Intercom → Settings → Data → People → Create attribute. Nothing was changed.",
    ))
}

#[cfg(test)]
mod tests {
    use deskbell_domain::card::chosen::CardFields;
    use deskbell_domain::ids::{ContactId, WorkspaceId};
    use deskbell_domain::links::Links;
    use deskbell_domain::workspace::Region;
    use insta::assert_snapshot;

    use super::*;

    const BEN: MemberId = MemberId(9);

    fn ada() -> Contact {
        Contact {
            name: Some("Ada Lovelace".to_owned()),
            email: Some("ada@acme.io".to_owned()),
            ..Contact::bare(ContactId::new("6762f0dd"), Role::Lead)
        }
    }

    fn read(message: &Message) -> String {
        deskbell_discord::testing::read(message)
    }

    #[test]
    fn a_member_is_linked_after_one_more_question() {
        let links = Links::new(Region::Us, WorkspaceId::new("acme1234"));
        let fields = CardFields::default();
        let shown = Shown { workspace_name: "Acme", links: &links, fields: &fields };
        assert_snapshot!(read(&to_be_linked(BEN)), @"
        <@9> is linked to no lead and no user in Intercom.
        [Link to a contact… v1:link:9]
        ");
        assert_snapshot!(read(&is_it(shown, BEN, &ada())), @r"
        Is <@9> [Ada Lovelace](https://app.intercom.com/a/apps/acme1234/users/6762f0dd), <ada@acme.io>, a lead?
        [Yes, link them v1:link-to:9:6762f0dd] [Somebody else… v1:link:9]
        ");
        assert_snapshot!(read(&somebody_else(BEN, &ada(), "8")), @r"
        **Ada Lovelace** is linked to <@8> already.
        [Link them all the same v1:link-over:9:6762f0dd]
        ");
        assert_snapshot!(read(&linked(BEN, &ada())), @r"
        ✅ <@9> is linked to **Ada Lovelace**.
        -# Intercom may need a few minutes until Show in Intercom finds it.
        [Show v1:open:6762f0dd]
        ");
        assert_snapshot!(read(&was_linked(BEN, &ada())), @r"
        <@9> is linked to **Ada Lovelace** already.
        [Show v1:open:6762f0dd]
        ");
        assert_snapshot!(read(&nobody(BEN)), @r"
        I found no lead and no user by that.
        [Try again v1:link:9]
        ");
    }

    #[test]
    fn an_attribute_that_is_missing_is_named_with_the_way_to_it() {
        assert_snapshot!(read(&no_attribute(&MemberField::default())), @"Intercom did not take it. Leads and users need a custom attribute `discord_id` of the format Text: Intercom → Settings → Data → People → Create attribute. Nothing was changed.");
    }
}
