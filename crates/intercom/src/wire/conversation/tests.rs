use deskbell_domain::conversation::Answer;
use deskbell_domain::time::Timestamp;
use serde_json::json;

use super::*;
use crate::json;

fn read(record: &Value) -> Option<Conversation> {
    super::read(record, RecordTimes::at(None))
}

/// As it is read by itself, with what was said in it.
fn read_alone(record: &Value) -> Conversation {
    let times = RecordTimes::at(None);
    let (body, shape) = (record.to_string(), json::Shape::RecordWith(PARTS));
    let listed = json::read_as(shape, body.as_bytes(), |part| read_part(part, times)).unwrap();
    read_thread(&listed.rest, listed.records, times).unwrap().conversation
}

fn shown(record: &Value) -> String {
    read(record)
        .map_or("left out".to_owned(), |conversation| serde_json::to_string_pretty(&conversation).unwrap())
}

fn start_of(record: &Value) -> Start {
    let mut record = record.clone();
    record["id"] = json!("1");
    read(&record).unwrap().start
}

#[test]
fn a_conversation_of_today_is_read_whole() {
    let record = json!({
        "type": "conversation", "id": 215_470_000_001_u64, "title": "Title", "created_at": 1_734_537_437,
        "updated_at": "1734537500", "ticket": null,
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "6762"}]},
        "source": {"type": "conversation", "delivered_as": "customer_initiated", "subject": "<p>Refund &amp; return</p>",
            "body": "<p>Hello <b>there</b></p><p>See <a href=\"https://example.com/x?y=1\">the page</a></p>",
            "author": {"type": "lead", "id": "6762", "name": null, "email": ""},
            "attachments": [{"type": "upload", "name": "a.pdf", "filesize": "12"}, {"name": null}],
            "url": "https://me:pw@shop.example/cart?token=1#top"}
    });
    insta::assert_snapshot!(shown(&record), @r#"
    {
      "id": "215470000001",
      "created_at": 1734537437,
      "updated_at": 1734537500,
      "subject": "Refund & return",
      "text": [
        {
          "t": "Hello "
        },
        {
          "t": "there",
          "s": "bold"
        },
        {
          "t": "\nSee the page "
        },
        {
          "t": "https://example.com/x?…",
          "s": "link"
        }
      ],
      "attachments": [
        "a.pdf"
      ],
      "message_url": "https://shop.example/cart?…",
      "author": {
        "kind": "lead",
        "id": "6762"
      },
      "contact": "6762",
      "start": "customer",
      "now": {
        "s": "open",
        "u": 1734537500
      }
    }
    "#);
}

#[test]
fn a_conversation_of_the_old_api_is_read_whole() {
    let record = json!({
        "type": "conversation", "id": "147", "created_at": 1_400_850_973, "updated_at": 1_400_857_494,
        "user": {"type": "user", "id": "536e564f316c83104c000020"}, "assignee": {"type": "admin", "id": 25},
        "conversation_message": {"type": "conversation_message", "subject": "", "body": "<p>Hi Alice</p>",
            "author": {"type": "user", "id": "536e"}, "url": "http://shop.example/", "attachments": []}
    });
    insta::assert_snapshot!(shown(&record), @r#"
    {
      "id": "147",
      "created_at": 1400850973,
      "updated_at": 1400857494,
      "text": [
        {
          "t": "Hi Alice"
        }
      ],
      "message_url": "http://shop.example/",
      "author": {
        "kind": "user",
        "id": "536e"
      },
      "contact": "536e",
      "admin_id": "25",
      "start": "customer",
      "now": {
        "s": "open",
        "a": {
          "i": "25"
        },
        "u": 1400857494
      }
    }
    "#);
}

#[test]
fn only_what_a_customer_started_counts_as_a_customers() {
    let source = |delivered_as: Value, author: Value| {
        start_of(&json!({"source": {"delivered_as": delivered_as, "author": {"type": author}}}))
    };
    assert_eq!(source(json!("customer_initiated"), json!("bot")), Start::Customer);
    assert_eq!(source(json!("automated"), json!("user")), Start::Customer);
    assert_eq!(source(json!(null), json!("contact")), Start::Customer);
    assert_eq!(source(json!("admin_initiated"), json!("admin")), Start::Team);
    assert_eq!(source(json!("admin_initiated"), json!("bot")), Start::Bot(Answer::Untold));
    for automatic in ["operator_initiated", "automated", "campaigns_initiated"] {
        assert_eq!(source(json!(automatic), json!("admin")), Start::Bot(Answer::Untold), "{automatic}");
    }
    assert_eq!(source(json!(null), json!("admin")), Start::Team);
    assert_eq!(start_of(&json!({"source": null})), Start::Customer);
    assert_eq!(
        start_of(&json!({"ticket": {"ticket_id": 1}, "source": {"delivered_as": "customer_initiated"}})),
        Start::Ticket
    );
}

#[test]
fn nobody_is_assigned_where_the_id_is_nought_or_not_a_teammates() {
    let admin = |fields: Value| {
        let mut record = fields;
        record["id"] = json!("1");
        read(&record).unwrap().admin_id
    };
    assert_eq!(admin(json!({"admin_assignee_id": 0})), None);
    assert_eq!(admin(json!({"admin_assignee_id": "0", "assignee": {"type": "team", "id": "9"}})), None);
    assert_eq!(
        admin(json!({"admin_assignee_id": null, "assignee": {"type": "nobody_admin", "id": null}})),
        None
    );
    assert_eq!(admin(json!({"admin_assignee_id": "814"})).as_deref(), Some("814"));
}

#[test]
fn the_title_stands_in_for_a_subject_and_the_writer_for_a_missing_contact() {
    let record = json!({"id": "1", "title": "Where is it?\nNow", "contacts": {"contacts": []},
        "source": {"subject": "<p></p>", "body": null, "author": {"type": "user", "id": "77"}}});
    let conversation = read(&record).unwrap();
    assert_eq!(conversation.subject.as_deref(), Some("Where is it? Now"));
    assert_eq!(conversation.contact, Some(ContactId::new("77")));
    assert!(conversation.text.is_blank());
}

#[test]
fn a_record_of_odd_types_is_a_plain_conversation_and_one_without_id_is_left_out() {
    let odd =
        json!({"id": "9", "source": "none", "contacts": 7, "created_at": {}, "title": [], "ticket": null});
    let conversation = read(&odd).unwrap();
    assert_eq!(
        (conversation.start, conversation.subject, conversation.contact),
        (Start::Customer, None, None)
    );
    assert!(read(&json!({"source": {}})).is_none());
    assert!(read(&json!(null)).is_none());
}

#[test]
fn who_speaks_is_the_author_and_not_the_first_of_those_who_take_part() {
    let contacts = json!({"contacts": [{"id": "a-of-wrongco"}, {"id": "b-of-rightco"}]});
    let of = |author: Value| {
        let record =
            json!({"id": "1", "contacts": contacts, "source": {"body": "<p>Hi</p>", "author": author}});
        read(&record).unwrap().contact
    };
    for kind in ["user", "lead", "contact"] {
        assert_eq!(of(json!({"type": kind, "id": "b-of-rightco"})), Some(ContactId::new("b-of-rightco")));
    }
    assert_eq!(of(json!({"type": "user", "id": null})), Some(ContactId::new("a-of-wrongco")));
    assert_eq!(of(json!({"type": "admin", "id": "814"})), Some(ContactId::new("a-of-wrongco")));
}

/// A conversation that a bot began, moved a minute later, with these members beside.
fn greeting(more: &Value) -> Value {
    let mut record = json!({"id": "1", "created_at": 1_734_537_400, "updated_at": 1_734_537_460,
        "contacts": {"contacts": [{"id": "a"}, {"id": "b"}]}, "first_contact_reply": null, "statistics": null,
        "source": {"delivered_as": "operator_initiated", "body": "<p>How can we help?</p>",
            "author": {"type": "bot", "id": "278", "name": "Fin"}}});
    for (name, value) in more.as_object().unwrap() {
        record[name] = value.clone();
    }
    record
}

#[test]
fn whether_a_customer_answered_a_bot_is_read_from_wherever_it_is_told() {
    let start = |more: Value| read(&greeting(&more)).unwrap().start;
    let at = Start::Bot(Answer::At(Timestamp(1_734_537_450)));
    assert_eq!(start(json!({"first_contact_reply": {"created_at": 1_734_537_450}})), at);
    assert_eq!(start(json!({"statistics": {"first_contact_reply_at": "1734537450000"}})), at);
    assert_eq!(start(json!({})), Start::Bot(Answer::Untold));
    assert_eq!(start(json!({"updated_at": 1_734_537_400})), Start::Bot(Answer::None));
    let alone = |more: Value| read_alone(&greeting(&more)).start;
    assert_eq!(alone(json!({"conversation_parts": {"conversation_parts": []}})), Start::Bot(Answer::None));
    assert_eq!(alone(json!({})), Start::Bot(Answer::Untold));
    let many = json!({"conversation_parts": {"conversation_parts": [], "total_count": 501}});
    assert_eq!(alone(many), Start::Bot(Answer::Untold));
}

#[test]
fn the_customers_first_answer_is_what_a_bots_conversation_says() {
    let part = |time: i64, author: &str, kind: &str, body: Value| {
        json!({"id": time, "part_type": kind, "created_at": time, "body": body,
            "author": {"type": author, "id": format!("{author}-{time}"), "name": "Bea"}})
    };
    let parts = json!({"conversation_parts": {"conversation_parts": [
        part(1_734_537_440, "user", "comment", json!("<p>And <b>one</b> more</p>")),
        part(1_734_537_410, "bot", "comment", json!("<p>Are you there?</p>")),
        part(1_734_537_420, "lead", "attribute_collected", json!(null)),
        part(1_734_537_430, "lead", "comment", json!("<p>My invoice</p>")),
    ]}});
    let read = read_alone(&greeting(&parts));
    assert_eq!(read.start, Start::Bot(Answer::At(Timestamp(1_734_537_430))));
    assert_eq!(
        (read.text.to_plain().as_str(), read.contact),
        ("My invoice", Some(ContactId::new("lead-1734537430")))
    );
    assert_eq!(read.author.name.as_deref(), Some("Bea"));
}
