use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::conversation::{Assignee, Author, Now};
use deskbell_domain::ids::{PartId, WorkspaceId};
use deskbell_domain::links::Links;
use deskbell_domain::workspace::Region;
use insta::assert_snapshot;

use super::*;

fn part(id: &str, speaker: Speaker, readers: Readers, words: &str) -> Part {
    let name = Some("Grace Hopper".to_owned()).filter(|_| speaker == Speaker::Teammate);
    Part {
        id: PartId::new(id),
        at: Timestamp(1_763_889_700),
        author: Author { name, ..Author::default() },
        speaker,
        readers,
        text: RichText::plain(words),
        attachments: Vec::new(),
        assigned: None,
        stands: None,
    }
}

fn talk(parts: Vec<Part>) -> Thread {
    let json = serde_json::json!({
        "id": "215470", "created_at": 1_763_889_600, "subject": "Refund", "contact": "6762f0dd",
        "author": {"kind": "user", "name": "Ada Lovelace", "email": "ada@acme.io"}, "attachments": ["invoice.pdf"],
    });
    let mut talk: Conversation = serde_json::from_value(json).expect("the rest has defaults");
    talk.text = RichText::plain("I was charged *twice*");
    let grace = Assignee { id: "7".to_owned(), name: Some("Grace Hopper".to_owned()) };
    talk.stands(&Now { admin: Some(grace), ..Now::default() });
    Thread::whole(talk, parts)
}

fn read(thread: &Thread) -> String {
    let links = Links::new(Region::Us, WorkspaceId::new("acme1234"));
    let fields = CardFields::default();
    deskbell_discord::testing::read(&transcript(
        Shown { workspace_name: "Acme", links: &links, fields: &fields },
        thread,
    ))
}

#[test]
fn what_was_said_is_read_from_the_first_word_to_the_last() {
    let parts = vec![
        part("1", Speaker::Bot, Readers::Everybody, "One moment."),
        part("2", Speaker::Teammate, Readers::Team, "She is a friend."),
        part("3", Speaker::Teammate, Readers::Everybody, "We pay it back."),
        part("4", Speaker::Teammate, Readers::Everybody, ""),
        part("5", Speaker::Customer, Readers::Everybody, "Thank you."),
    ];
    assert_snapshot!(read(&talk(parts)), @r"

    ┃ Refund
    ┃ **Ada Lovelace** · <ada@acme.io> · Grace Hopper has it
    ┃   💬 **Ada Lovelace** <t:1763889600:R>
    ┃   > I was charged \*twice\*
    ┃   📎 invoice.pdf
    ┃   🤖 **The bot** <t:1763889700:R>
    ┃   > One moment.
    ┃   📝 **Grace Hopper**, for the team alone <t:1763889700:R>
    ┃   > She is a friend.
    ┃   ↩️ **Grace Hopper** <t:1763889700:R>
    ┃   > We pay it back.
    ┃   💬 **Ada Lovelace** <t:1763889700:R>
    ┃   > Thank you.
    ┃ Conversation · Acme
    [I take it v1:take:215470] [Reply v1:reply:215470] [Note v1:note:215470] [Close v1:close:215470]
    {More… Snooze for an hour | Snooze for 4 hours | Snooze for a day | Snooze for a week | Tag… | Give to somebody…}
    [Open in Intercom https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470] [Show person v1:show:6762f0dd]
    ");
}

#[test]
fn of_a_long_one_the_end_is_shown_and_the_rest_is_said_to_be_elsewhere() {
    let many =
        (0..40).map(|number| part(&number.to_string(), Speaker::Customer, Readers::Everybody, "Again."));
    let mut thread = talk(many.collect());
    let whole = read(&thread);
    assert_eq!(whole.matches("Again.").count(), SHOWN, "{whole}");
    assert!(whole.contains("29 earlier messages stand in Intercom."), "{whole}");
    thread.extent = Extent::Cut;
    let cut = read(&thread);
    assert!(cut.contains("Many earlier messages stand in Intercom.") && !cut.contains("charged"), "{cut}");
}

#[test]
fn several_that_fit_are_told_apart() {
    let talks = [talk(Vec::new()).conversation, talk(Vec::new()).conversation];
    let asked = deskbell_discord::testing::read(&pick(&talks));
    assert!(asked.starts_with("2 conversations fit this. Pick one:"), "{asked}");
}
