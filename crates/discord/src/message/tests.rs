mod batches;
mod cards;
mod fixture;
mod hostile;
mod picture;
mod privacy;

use deskbell_domain::contact::Role;
use deskbell_domain::delivery::{Layout, Nonce};
use deskbell_domain::subscription::Detail;
use insta::assert_snapshot;

use super::*;
use fixture::{Posting, ada, lead};

#[test]
fn the_body_asks_discord_to_post_it_once_and_to_mention_nobody() {
    let announcement = Posting::of(Detail::Private, Layout::Cards).announce(vec![lead(ada(Role::Lead))]);
    let body = message_body(&announcement, Some(&Nonce::of_notice(1)));
    assert_snapshot!(serde_json::to_string_pretty(&body).unwrap(), @r#"
    {
      "allowed_mentions": {
        "parse": [],
        "roles": [],
        "users": []
      },
      "attachments": [],
      "components": [
        {
          "components": [
            {
              "custom_id": "v1:show:6762f0dd1bb69f9f2193bb83:45a6czv6",
              "disabled": false,
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
      "nonce": "dcklqcicpz4pdhdiidrvlxuc3",
      "sticker_ids": [],
      "tts": false
    }
    "#);
}
