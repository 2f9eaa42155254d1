mod batches;
mod cards;
mod fixture;
mod hostile;
mod picture;
mod privacy;

use deskbell_desk::contact::Role;
use deskbell_desk::delivery::{Layout, Nonce};
use deskbell_desk::subscription::Detail;
use insta::assert_snapshot;

use super::*;
use fixture::{Posting, ada, lead};

#[test]
fn the_body_asks_discord_to_post_it_once_and_to_mention_nobody() {
    let announcement = Posting::of(Detail::Private, Layout::Cards).announce(vec![lead(ada(Role::Lead))]);
    let body = message_body(&announcement, Some(&Nonce::of_notice(1)));
    assert_snapshot!(serde_json::to_string_pretty(&body).unwrap(), @"");
}
