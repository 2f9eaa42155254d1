//! What is said where a lead becomes a user, or is merged into one.

use deskbell_domain::card::text::{Piece, Text};
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::ids::ContactId;
use deskbell_domain::message::{Button, Form, FormField, Lines, Message, Need};
use deskbell_domain::port::intercom::Likeness;
use deskbell_domain::press::join::JoinPress;
use deskbell_domain::press::look::LookPress;
use deskbell_domain::service::merge::{Lead, Pair};

use crate::card::Shown;
use crate::contact::pick_contact;

/// Under which what was typed comes back.
pub const FIELD: &str = "who";
/// Code points of what is typed.
const MOST: u16 = 255;

fn linked(shown: Shown<'_>, contact: &Contact) -> Piece {
    Piece::Link { label: contact.display_name(), url: shown.links.contact(&contact.id) }
}

fn with_address(shown: Shown<'_>, contact: &Contact) -> Text {
    let text = Text::default().with(linked(shown, contact));
    match &contact.email {
        Some(email) if *email != contact.display_name() => {
            text.and(" (").with(Piece::Email(email.clone())).and(")")
        }
        _ => text,
    }
}

/// It is asked once more before a lead becomes a user.
pub fn ask_to_convert(shown: Shown<'_>, lead: &Contact) -> Message {
    let ask = Text::ours("Make ")
        .joined(with_address(shown, lead))
        .and(" a user? A user does not become a lead again.");
    let yes = JoinPress::Convert(lead.id.clone()).to_custom_id();
    Message::of(ask).buttons([Button::danger("Yes, make it a user", yes)])
}

/// The form that asks whom a contact is merged with.
pub fn form(contact: &ContactId) -> Form {
    let field = FormField {
        id: FIELD,
        label: "A name, an e-mail, a phone number or an id".to_owned(),
        text: String::new(),
        most: MOST,
        need: Need::Required,
        lines: Lines::One,
    };
    Form {
        custom_id: JoinPress::Typed(contact.clone()).to_custom_id(),
        title: "Merge a lead and a user".to_owned(),
        fields: vec![field],
    }
}

/// It is asked once more before a lead is merged into a user; the key holds both.
pub fn ask_to_merge(shown: Shown<'_>, pair: &Pair, key: String) -> Message {
    let ask = Text::ours("Merge the lead ").joined(with_address(shown, &pair.lead)).and(" into the user ");
    let ask = ask
        .joined(with_address(shown, &pair.user))
        .and("? The lead is gone then, and its conversations are the user's. This cannot be undone.");
    let ask = match pair.likeness() {
        Likeness::Alike => ask,
        Likeness::Unlike => ask.and(" ⚠️ They share neither an e-mail address nor a phone number."),
    };
    Message::of(ask).buttons([Button::danger("Yes, merge them", JoinPress::Merge(key).to_custom_id())])
}

/// Several fit.
pub fn which(contact: &ContactId, found: &[Contact]) -> Message {
    let sentence = format!("{} people fit this. Pick one:", found.len());
    pick_contact(sentence, JoinPress::One(contact.clone()).to_custom_id(), found)
}

/// Nobody fits who could be merged with somebody of this role.
pub fn nobody(contact: &Contact) -> Message {
    let again = JoinPress::AskMerge(contact.id.clone()).to_custom_id();
    Message::say(match contact.role {
        Role::Lead => "I found no user by that. A lead can only be merged into a user.",
        Role::User => "I found no lead by that. Only a lead can be merged into a user.",
    })
    .buttons([Button::secondary("Try again", again)])
}

/// A lead is a user now.
pub fn converted(shown: Shown<'_>, user: &Contact) -> Message {
    let text = Text::ours("✅ ").with(linked(shown, user)).and(" is a user now.");
    with_show(Message::of(text), user)
}

/// A lead was merged into a user.
pub fn merged(shown: Shown<'_>, user: &Contact) -> Message {
    let text = Text::ours("✅ Merged into ").with(linked(shown, user)).and(".");
    with_show(Message::of(text), user)
}

/// It is no lead any more: what it is instead; none where it is still one, or gone.
pub fn no_lead_any_more(shown: Shown<'_>, lead: &Lead) -> Option<Message> {
    let (text, contact) = match lead {
        Lead::User(user) => (Text::default().with(linked(shown, user)).and(" is a user already."), user),
        Lead::Merged(into) => {
            (Text::ours("This lead was merged into ").with(linked(shown, into)).and(" already."), into)
        }
        Lead::Still(_) | Lead::Gone => return None,
    };
    Some(with_show(Message::of(text), contact))
}

fn with_show(reply: Message, contact: &Contact) -> Message {
    reply.buttons([Button::secondary("Show", LookPress::Open(contact.id.clone()).to_custom_id())])
}

#[cfg(test)]
mod tests {
    use deskbell_domain::card::chosen::CardFields;
    use deskbell_domain::ids::WorkspaceId;
    use deskbell_domain::links::Links;
    use deskbell_domain::workspace::Region;
    use insta::assert_snapshot;

    use super::*;

    fn contact(name: &str, role: Role, email: &str) -> Contact {
        Contact {
            name: Some(name.to_owned()),
            email: Some(email.to_owned()),
            ..Contact::bare(ContactId::new(name.to_lowercase()), role)
        }
    }

    fn read(say: impl Fn(Shown<'_>) -> Message) -> String {
        let links = Links::new(Region::Us, WorkspaceId::new("acme1234"));
        let fields = CardFields::default();
        deskbell_discord::testing::read(&say(Shown {
            workspace_name: "Acme",
            links: &links,
            fields: &fields,
        }))
    }

    #[test]
    fn what_cannot_be_undone_is_asked_with_both_names() {
        let ada = contact("Ada", Role::Lead, "ada@acme.io");
        assert_snapshot!(read(|shown| ask_to_convert(shown, &ada)), @"
        Make [Ada](https://app.intercom.com/a/apps/acme1234/users/ada) (<ada@acme.io>) a user? A user does not become a lead again.
        [Yes, make it a user v1:make-user:ada]
        ");
        let pair =
            |email| Pair::of(ada.clone(), contact("Lovelace", Role::User, email)).expect("a lead and a user");
        let key = || "abcdefgh23456".to_owned();
        assert_snapshot!(read(|shown| ask_to_merge(shown, &pair("ada@acme.io"), key())), @r"
        Merge the lead [Ada](https://app.intercom.com/a/apps/acme1234/users/ada) (<ada@acme.io>) into the user [Lovelace](https://app.intercom.com/a/apps/acme1234/users/lovelace) (<ada@acme.io>)? The lead is gone then, and its conversations are the user's. This cannot be undone.
        [Yes, merge them v1:merge-now:abcdefgh23456]
        ");
        let unlike = read(|shown| ask_to_merge(shown, &pair("other@acme.io"), key()));
        assert!(unlike.contains("⚠️ They share neither an e-mail address nor a phone number."), "{unlike}");
    }

    #[test]
    fn how_it_ended_is_told_as_it_stands_in_intercom() {
        let ada = contact("Ada", Role::User, "ada@acme.io");
        assert_snapshot!(read(|shown| converted(shown, &ada)), @"
        ✅ [Ada](https://app.intercom.com/a/apps/acme1234/users/ada) is a user now.
        [Show v1:open:ada]
        ");
        assert_snapshot!(read(|shown| merged(shown, &ada)), @r"
        ✅ Merged into [Ada](https://app.intercom.com/a/apps/acme1234/users/ada).
        [Show v1:open:ada]
        ");
        let told = |lead: Lead| read(|shown| no_lead_any_more(shown, &lead).expect("it is none"));
        assert_snapshot!(told(Lead::User(Box::new(ada.clone()))), @r"
        [Ada](https://app.intercom.com/a/apps/acme1234/users/ada) is a user already.
        [Show v1:open:ada]
        ");
        assert_snapshot!(told(Lead::Merged(Box::new(ada.clone()))), @r"
        This lead was merged into [Ada](https://app.intercom.com/a/apps/acme1234/users/ada) already.
        [Show v1:open:ada]
        ");
    }
}
