//! Samples of every kind.

use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::event::EventKind;
use deskbell_domain::message::Message;
use deskbell_domain::service::request::{SampleCalls, SampleOf};
use deskbell_domain::subscription::{Alert, Detail};
use deskbell_text::announcement;
use insta::assert_snapshot;

use super::picture::picture;
use crate::message::new_message;

fn sample(kind: EventKind, detail: Detail, alert: Alert) -> Message {
    let fields = &CardFields::default();
    announcement::sample(&SampleOf {
        kind,
        detail,
        alert,
        mention: None,
        calls: SampleCalls::Nobody,
        workspace_name: "Acme",
        fields,
    })
}

/// Samples of these kinds, one below the other.
fn samples(kinds: impl IntoIterator<Item = EventKind>) -> String {
    let sample = |kind| sample(kind, Detail::Full, Alert::Silent);
    let all: Vec<_> = kinds.into_iter().map(|kind| picture(&new_message(&sample(kind)))).collect();
    all.join("\n\n")
}

#[test]
fn samples_of_leads_and_users_show_nobody_real() {
    let of_people = |kind: &EventKind| !kind.is_of_conversations() && kind.told_by() == *kind;
    assert_snapshot!(samples(EventKind::ALL.into_iter().filter(of_people)), @"
    (silent)
    🧪 Sample: new lead
    ┃ #99AAB5
    ┃ Example Person -> nowhere
    ┃ | Email: <person@example.com>
    ┃ | Phone: <+15550100123>
    ┃ | Company Name: Example Company
    ┃ | Tag Name: sample
    ┃ | City Name: Exampleville
    ┃ = More: **Id** `000000000000000000000000` · **Is Unsubscribed** no
    ┃ Sample: new lead · Acme at no time
    [I take it -> v1:own:000000000000000000000000] [Note -> v1:note-on:000000000000000000000000] [Tag… -> v1:tag-on:000000000000000000000000]
    [Show -> v1:show:000000000000000000000000] [Open in Intercom -> https://app.intercom.com/a/apps/sample/users/000000000000000000000000]

    (silent)
    🧪 Sample: new user
    ┃ #99AAB5
    ┃ Example Person -> nowhere
    ┃ | Email: <person@example.com>
    ┃ | Phone: <+15550100123>
    ┃ | Company Name: Example Company
    ┃ | Tag Name: sample
    ┃ | City Name: Exampleville
    ┃ = More: **Id** `000000000000000000000000` · **Is Unsubscribed** no
    ┃ Sample: new user · Acme at no time
    [I take it -> v1:own:000000000000000000000000] [Note -> v1:note-on:000000000000000000000000] [Tag… -> v1:tag-on:000000000000000000000000]
    [Show -> v1:show:000000000000000000000000] [Open in Intercom -> https://app.intercom.com/a/apps/sample/users/000000000000000000000000]

    (silent)
    🧪 Sample: user updated
    ┃ #99AAB5
    ┃ Example Person -> nowhere
    ┃ **Email** old@example.com → person@example.com
    ┃ **Tag Name** + sample
    ┃ | Email: <person@example.com>
    ┃ | Phone: <+15550100123>
    ┃ | Company Name: Example Company
    ┃ | Tag Name: sample
    ┃ | City Name: Exampleville
    ┃ = More: **Id** `000000000000000000000000` · **Is Unsubscribed** no
    ┃ Sample: user updated · Acme at no time
    [I take it -> v1:own:000000000000000000000000] [Note -> v1:note-on:000000000000000000000000] [Tag… -> v1:tag-on:000000000000000000000000]
    [Show -> v1:show:000000000000000000000000] [Open in Intercom -> https://app.intercom.com/a/apps/sample/users/000000000000000000000000]
    ");
}

#[test]
fn samples_of_what_a_customer_says_show_nobody_real() {
    assert_snapshot!(samples([EventKind::NewConversation, EventKind::CustomerReplied]), @r"
    (silent)
    🧪 Sample: new conversation
    ┃ #99AAB5
    ┃ A sample conversation -> nowhere
    ┃ > Hello, this is how the first words of a conversation look.
    ┃ | From: Example Person ⏎ <person@example.com>
    ┃ | Started on: example.com/pricing
    ┃ = More: **Id** `0` · **User Type** user · **User Id** `000000000000000000000000`
    ┃ Sample: new conversation · Acme at no time
    [I take it -> v1:take:0] [Reply -> v1:reply:0] [Note -> v1:note:0] [Close -> v1:close:0]
    [Open in Intercom -> https://app.intercom.com/a/inbox/sample/inbox/conversation/0] [Show person -> v1:show:000000000000000000000000]

    (silent)
    🧪 Sample: customer replied
    ┃ #99AAB5
    ┃ A sample conversation -> nowhere
    ┃ > This is how a reply of a customer looks.
    ┃ | From: Example Person ⏎ <person@example.com>
    ┃ | Started on: example.com/pricing
    ┃ = More: **Id** `0` · **User Type** user · **User Id** `000000000000000000000000`
    ┃ Sample: customer replied · Acme at no time
    [I take it -> v1:take:0] [Reply -> v1:reply:0] [Note -> v1:note:0] [Close -> v1:close:0]
    [Open in Intercom -> https://app.intercom.com/a/inbox/sample/inbox/conversation/0] [Show person -> v1:show:000000000000000000000000]
    ");
}

#[test]
fn samples_of_what_comes_of_a_conversation_show_nobody_real() {
    let told = [EventKind::NewConversation, EventKind::CustomerReplied];
    let others =
        |kind: &EventKind| kind.is_of_conversations() && !kind.has_thresholds() && !told.contains(kind);
    assert_snapshot!(samples(EventKind::ALL.into_iter().filter(others)), @r"
    (silent)
    🧪 Sample: needs a person
    ┃ #99AAB5
    ┃ A sample conversation -> nowhere
    ┃ > This is what the customer wants from a person.
    ┃ | From: Example Person ⏎ <person@example.com>
    ┃ | Started on: example.com/pricing
    ┃ = More: **Id** `0` · **User Type** user · **User Id** `000000000000000000000000`
    ┃ Sample: needs a person · Acme at no time
    [I take it -> v1:take:0] [Reply -> v1:reply:0] [Note -> v1:note:0] [Close -> v1:close:0]
    [Open in Intercom -> https://app.intercom.com/a/inbox/sample/inbox/conversation/0] [Show person -> v1:show:000000000000000000000000]

    (silent)
    🧪 Sample: rated
    ┃ #99AAB5
    ┃ A sample conversation -> nowhere
    ┃ ★★★★★ 5 of 5
    ┃ > This is how a remark looks.
    ┃ | From: Example Person ⏎ <person@example.com>
    ┃ | Started on: example.com/pricing
    ┃ = More: **Id** `0` · **User Type** user · **User Id** `000000000000000000000000`
    ┃ Sample: rated · Acme at no time
    [Open in Intercom -> https://app.intercom.com/a/inbox/sample/inbox/conversation/0] [Show person -> v1:show:000000000000000000000000]
    ");
}

#[test]
fn a_sample_of_a_wait_shows_nobody_real() {
    assert_snapshot!(samples([EventKind::Unanswered]), @"
    (silent)
    🧪 Sample: unanswered
    ┃ #99AAB5
    ┃ A sample conversation -> nowhere
    ┃ > This is what the customer waits for.
    ┃ | From: Example Person ⏎ <person@example.com>
    ┃ | Started on: example.com/pricing
    ┃ = More: **Id** `0` · **User Type** user · **User Id** `000000000000000000000000`
    ┃ Sample: unanswered · Acme at no time
    [I take it -> v1:take:0] [Reply -> v1:reply:0] [Note -> v1:note:0] [Close -> v1:close:0]
    [Open in Intercom -> https://app.intercom.com/a/inbox/sample/inbox/conversation/0] [Show person -> v1:show:000000000000000000000000]
    ");
}

#[test]
fn a_private_sample_is_as_private_as_the_notification() {
    let sample = sample(EventKind::NewLead, Detail::Private, Alert::Loud);
    assert_snapshot!(picture(&new_message(&sample)), @"
    🧪 Sample: new lead
    ┃ #99AAB5
    ┃ A new lead came in.
    ┃ Sample: new lead · Acme at no time
    [Show -> v1:show-event:0:0:7taj5omr]
    ");
}
