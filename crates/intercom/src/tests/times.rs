//! Times that cannot be, by Intercom's own clock.

use deskbell_domain::{
    ids::{ContactId, ConversationId},
    port::intercom::{Contacts as _, Conversations as _, Found},
    time::Timestamp,
};
use serde_json::json;

use super::{Script, Step};

/// What the transport's clock and the `Date` of its answers say.
const NOW: i64 = 1_700_000_000;
const DAY: i64 = 86_400;

#[tokio::test(start_paused = true)]
async fn a_time_that_lies_days_ahead_of_intercoms_clock_is_not_known() {
    let record = json!({"id": "1", "role": "lead", "created_at": NOW + 3 * DAY, "updated_at": NOW + DAY});
    let script = Script::new([Step::json(200, &record).with_header("date", "Tue, 14 Nov 2023 22:13:20 GMT")]);
    let client = script.client();
    let mut times = Vec::new();
    for _ in 0..2 {
        let Ok(Found::Contact(lead)) = client.contact(&ContactId::new("1")).await else {
            panic!("it is there")
        };
        times.push((lead.created_at.0, lead.updated_at.0));
    }
    assert_eq!(times, [(NOW + 3 * DAY, NOW + DAY), (0, NOW + DAY)], "the first answer tells Intercom's time");
    let conversation = client.conversation(&ConversationId::new("1")).await.unwrap().unwrap().conversation;
    assert_eq!(conversation.created_at, Timestamp(NOW + DAY), "it was there when it moved");
}
