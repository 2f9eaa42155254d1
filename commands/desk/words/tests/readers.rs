//! To whom words go, and what was answered meanwhile.

use std::sync::atomic::AtomicBool;

use deskbell_domain::contact::Contact;
use deskbell_domain::conversation::{Author, Conversation, Part, Speaker, Start, Thread};
use deskbell_domain::port::intercom::{Found, MockIntercom};
use deskbell_domain::press::desk::WordsAct;

use super::{ALAN, answered, is_written, part, press};
use crate::desk::customer;
use crate::fixture::run;

/// Of a conversation in which only the team wrote.
fn begun_by_team() -> Thread {
    let text = r#"{"id":"215470","contact":"ada"}"#;
    let mut conversation: Conversation = serde_json::from_str(text).expect("the rest has defaults");
    conversation.start = Start::Team;
    conversation.author.name = Some("Grace Hopper".to_owned());
    Thread::whole(conversation, Vec::new())
}

#[tokio::test]
async fn what_the_team_began_goes_to_its_customer_and_not_to_whoever_began_it() {
    run(async |world| {
        let (acknowledged, mut thread) = (AtomicBool::new(false), begun_by_team());
        let mut session = press(world, &acknowledged, 0);
        let mut intercom = MockIntercom::new();
        let ada = r#"{"id":"ada","role":"user","name":"Ada Lovelace"}"#;
        let ada: Contact = serde_json::from_str(ada).expect("the rest has defaults");
        intercom.expect_contact().once().return_once(|_| Ok(Found::Contact(Box::new(ada))));
        intercom.expect_contact().once().return_once(|_| Ok(Found::Missing));
        session.ask(intercom);
        assert_eq!(customer::name(&session, &thread).await, "Ada Lovelace");
        assert_eq!(customer::name(&session, &thread).await, "the customer");
        let author = Author { name: Some("Ada".to_owned()), ..Author::default() };
        thread.parts.push(Part { author, speaker: Speaker::Customer, ..part() });
        assert_eq!(customer::name(&session, &thread).await, "Ada");
    })
    .await;
}

#[tokio::test]
async fn a_reply_to_what_somebody_else_answered_meanwhile_is_asked_about_and_then_sent() {
    run(async |world| {
        is_written(world).await;
        let author = Author { id: Some(ALAN.to_owned()), name: Some("Alan".to_owned()), ..Author::default() };
        let record = serde_json::from_str(r#"{"id": "215470"}"#).expect("all but the id may be missing");
        let thread = Thread::whole(record, vec![Part { author, ..part() }]);
        let answering = |sends| {
            let (mut intercom, thread) = (MockIntercom::new(), thread.clone());
            intercom.expect_name().returning(|_| Ok(None));
            intercom.expect_conversation().returning(move |_| Ok(Some(thread.clone())));
            intercom.expect_say().times(sends).returning(|_, _, _, _| Ok(Vec::new()));
            intercom
        };
        let asked = answered(world, WordsAct::Send, answering(0)).await;
        assert!(asked.contains("**Alan** answered meanwhile: It is open."), "{asked}");
        assert_eq!(answered(world, WordsAct::Send, answering(1)).await, "✅ Sent.");
    })
    .await;
}
