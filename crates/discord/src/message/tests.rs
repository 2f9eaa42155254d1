mod activity;
mod batches;
mod cards;
mod drawing;
mod fixture;
mod hostile;
mod identified;
mod notices;
mod picture;
mod privacy;
mod samples;
mod svg;
mod usual;

use deskbell_domain::contact::Role;
use deskbell_domain::delivery::{Layout, Nonce};
use deskbell_domain::ids::{MemberId, RoleId};
use deskbell_domain::message::File;
use deskbell_domain::subscription::Detail;
use insta::assert_snapshot;

use super::*;
use fixture::{Posting, ada, lead};

#[test]
fn the_body_asks_discord_to_post_it_once_and_to_mention_nobody() {
    let announcement = Posting::of(Detail::Private, Layout::Cards).announce(vec![lead(ada(Role::Lead))]);
    let body = message_once(&announcement, &Nonce::of_notice(1));
    assert_snapshot!(serde_json::to_string_pretty(&body).unwrap(), @r#"
    {
      "allowed_mentions": {
        "parse": []
      },
      "components": [
        {
          "components": [
            {
              "custom_id": "v1:show-event:7:1:45a6czv6",
              "label": "Show",
              "style": 2,
              "type": 2
            }
          ],
          "type": 1
        }
      ],
      "content": "🌱 New lead",
      "embeds": [
        {
          "color": 15113984,
          "description": "A new lead came in <t:1763889600:R>.",
          "footer": {
            "text": "New lead · Acme · 45a6czv6"
          },
          "timestamp": "2025-11-23T09:20:00Z",
          "type": "rich"
        }
      ],
      "enforce_nonce": true,
      "nonce": "dcklqcicpz4pdhdiidrvlxuc3"
    }
    "#);
}

#[test]
fn an_edit_names_its_new_files_and_drops_the_old_ones() {
    let file = File { name: "leads.csv".to_owned(), bytes: b"id".to_vec() };
    let export = Message { files: vec![file], ..Message::say("Done.") };
    let body = replacement(&export);
    assert_eq!(body["attachments"], json!([{"id": "0", "filename": "leads.csv"}]));
    assert_eq!(replacement(&Message::say("Done."))["attachments"], json!([]));
    assert!(new_message(&Message::say("Done.")).get("attachments").is_none());
}

#[test]
fn only_the_one_who_asked_sees_an_ephemeral_message_and_no_phone_rings_for_a_silent_one() {
    let flags = |silent, ephemeral| {
        new_message(&Message { flags: Flags { silent, ephemeral }, ..Message::say("Hello.") })["flags"]
            .clone()
    };
    assert_eq!(
        [flags(false, true), flags(true, false), flags(true, true)],
        [json!(64), json!(4096), json!(4160)]
    );
    assert_eq!(flags(false, false), Value::Null);
}

#[test]
fn a_new_message_calls_exactly_the_one_whom_it_says_and_an_edit_nobody() {
    let calling = |to| Message { calls: Some(to), ..Message::say("<@&5> <@6> @everyone") };
    let (role, member) = (calling(Called::Role(RoleId(5))), calling(Called::Member(MemberId(6))));
    assert_eq!(new_message(&role)["allowed_mentions"], json!({"parse": [], "roles": ["5"]}));
    assert_eq!(new_message(&member)["allowed_mentions"], json!({"parse": [], "users": ["6"]}));
    for edited in [replacement(&role), cards_in_place(&role), new_message(&Message::say("<@&5>"))] {
        assert_eq!(edited["allowed_mentions"], json!({"parse": []}));
    }
}
